"""Drafts of editions, their reviews and publication, notices about published rows, patents that state firms share."""

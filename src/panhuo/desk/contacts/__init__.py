"""Contacts with firms: who sent what to whom on which day."""

"""Editions of lists: drafts, reviews, publication, published lists with their notices and files."""

"""Valuation records: the list, one of them, and whether its file is still what was sealed."""

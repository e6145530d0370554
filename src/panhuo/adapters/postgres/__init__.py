"""A register on PostgreSQL: its locks and its copies."""

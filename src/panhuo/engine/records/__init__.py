"""From raw rows to records: numbers, owners, status, families, merge."""

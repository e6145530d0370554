"""Search table, word cutter, term vectors: what the matching engine asks of the outside."""

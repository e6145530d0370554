"""How much a source weighs when several speak of one patent (pack table source_precedence)."""

from __future__ import annotations

from fnmatch import fnmatchcase

from panhuo.rules.pack import InForce


def source_rank(rules: InForce, format_name: str) -> int:
    """Rank of a reader's format: the row with the longest matching pattern; higher outweighs lower."""
    rows = [row for row in rules.table("source_precedence") if fnmatchcase(format_name, row["format"])]
    best = max(rows, key=lambda row: len(row["format"]), default=None)
    return int(best["rank"]) if best else 0

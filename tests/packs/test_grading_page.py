"""The tables of docs/algorithms/grading.md are what pack and code give."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from panhuo.engine.grading import read_scheme
from panhuo.engine.grading.scheme_alone import ScoredAlone, score_alone
from panhuo.engine.grading.scheme_rules import AUTOMATIC
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2025, 11, 30))
PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "grading.md"
LEAVES = {
    "examination_record": 75,
    "dispute_history": 75,
    "encumbrances": 60,
    "field_breadth": 40,
    "policy_direction": 40,
    "legal_term": 90,
    "deal_history": 75,
    "family_layout": 40,
}
"""What the worked right is known by."""


def rows(first: str) -> dict[str, list[str]]:
    """Cells of the table that begins with this line, by the first cell of a row."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(first))
    found = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        found[name] = cells
    return found


def scored(scene: str) -> ScoredAlone:
    return score_alone(read_scheme(RULES, scene), {code: Decimal(points) for code, points in LEAVES.items()})


def test_each_rule_of_the_engine_has_its_row() -> None:
    assert list(rows("| automatic rule |")) == list(AUTOMATIC)


@pytest.mark.parametrize("rule", list(AUTOMATIC))
def test_the_points_of_a_rule_are_those_of_the_pack(rule: str) -> None:
    told = {Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", rows("| automatic rule |")[rule][0])}
    pack = [row for row in RULES.table("scheme_points") if row["rule"] == rule]
    points = {Decimal(row["points"]) for row in pack}
    limits = {Decimal(row["from"]) / (12 if rule == "remaining_term" else 1) for row in pack if row["from"]}
    assert points <= told, f"{rule}: the page lacks points"
    assert told <= points | limits | {Decimal(100), Decimal(9)}, f"{rule}: the page tells a number of no rule"


@pytest.mark.parametrize(("scene", "place"), [("management", 2), ("licence_transfer", 3)])
def test_the_worked_right_has_the_scores_of_the_code(scene: str, place: int) -> None:
    table, found, scheme = rows("| indicator | known below it |"), scored(scene), read_scheme(RULES, scene)
    weights = {one.code: Decimal(one.weight) / 10_000 for one in scheme.indicators}
    for code in ("legal", "technical", "economic"):
        assert Decimal(table[code][1]) == found.points[code]
        assert Decimal(table[code][place]) == weights[code]
    assert Decimal(table["score"][place]) == found.score
    assert Decimal(table["confidence"][place]) == found.confidence

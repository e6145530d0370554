"""Rows of programme_rules for tests, and the law of the national pack."""

from __future__ import annotations

from panhuo.rules import load_pack, packs_folder
from panhuo.rules.programme_rules import Criterion, Place, read_criteria
from panhuo.rules.rule_linter import Clause, Limits, Refusal, read_clause, refusals

COLUMNS = tuple(column.name for column in load_pack("national").table("programme_rules").columns)
SIDECAR = (packs_folder() / "jiangmen" / "tables" / "programme_rules.yaml").read_text(encoding="utf-8")
SOUND = {
    "rule": "R1",
    "zh": "示例",
    "kind": "payment",
    "binds": "any",
    "counted": "money_received",
    "since": "2026-01-01",
    "source": "worked by hand",
    "status": "example",
}
OVERRIDE = {
    "override_document": "某府函〔2026〕1号",
    "override_office": "市知识产权局局长",
    "override_on": "2026-01-01",
    "override_reason": "过渡安排",
}


def line(**cells: str) -> str:
    """A line of the table; cells that are not given are those of a sound rule."""
    told = {**SOUND, **cells}
    assert set(told) <= set(COLUMNS)
    return ",".join(told.get(column, "") for column in COLUMNS)


def table_files(*lines: str, sidecar: str = SIDECAR) -> dict[str, str | bytes]:
    """tables/programme_rules of a child pack that adds the lines."""
    text = "\n".join((",".join(COLUMNS), *lines, ""))
    return {"tables/programme_rules.csv": text, "tables/programme_rules.yaml": sidecar}


def law() -> tuple[list[Clause], Limits]:
    pack = load_pack("national")
    limits = Limits(pack.parameter("programmes.main_condition_weight"), pack.parameter("programmes.most_fee_share"))
    return [read_clause(row) for row in pack.table("count_rule_bases").rows], limits


def criteria(*rows: dict[str, str]) -> list[Criterion]:
    """The rows as criteria. Fails where one cannot be read."""
    pack = load_pack("national")
    drivers = {row["event"]: row["driver"] for row in pack.table("counted_events").rows}
    costs = [row["cost"] for row in pack.table("covered_costs").rows]
    placed = [({**SOUND, **row}, Place("tables/programme_rules.csv", number)) for number, row in enumerate(rows, 2)]
    found, problems = read_criteria(placed, drivers, costs)
    assert problems == []
    return found


def refused(*rows: dict[str, str]) -> list[Refusal]:
    """What the national law refuses of the rows."""
    return list(refusals(criteria(*rows), *law()))


def verdict(*rows: dict[str, str]) -> str:
    """accepted, or letter and first day of each refusal, each once."""
    told = dict.fromkeys(f"({one.clause.letter}) {one.day}" for one in refused(*rows))
    return ", ".join(told) or "accepted"

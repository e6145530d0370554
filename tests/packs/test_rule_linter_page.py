"""The worked table of docs/algorithms/rule-linter.md is what the code says."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from rules.programme_rows import OVERRIDE, verdict

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "rule-linter.md"
HEAD = "| rule | kind | binds |"


def worked_rows() -> list[dict[str, str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(number for number, text in enumerate(lines) if text.startswith(HEAD))
    names, _, *body = [
        [cell.strip() for cell in text.strip("|").split("|")] for text in lines[start:] if text.startswith("|")
    ]
    return [dict(zip(names, cells, strict=True)) for cells in body]


def test_the_worked_table_comes_out() -> None:
    rows = worked_rows()
    assert len(rows) > 15, "the negative control: rows are found"
    for name, group in groupby(rows, key=lambda row: row["rule"]):
        rule = [dict(row) for row in group]
        told = [row.pop("verdict") for row in rule]
        for row in rule:
            row.update({**OVERRIDE, "override_on": row["override_on"]} if row["override_on"] else {})
        assert told[:-1] == [""] * (len(told) - 1)
        assert verdict(*rule) == told[-1], name


def test_the_worked_table_has_each_letter_and_near_misses() -> None:
    told = [row["verdict"] for row in worked_rows()]
    assert all(any(f"({letter})" in one for one in told) for letter in "abcd")
    assert told.count("accepted") > 5

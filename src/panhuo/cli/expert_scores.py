"""Scores that experts gave to indicators, from a table: patent, indicator, points, scorer, day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.adapters.readers.form_rows import FormRow, read_form
from panhuo.cli.asked_patents import asset_ids_of
from panhuo.engine.records.raw import Reject
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue

if TYPE_CHECKING:
    from panhuo.adapters.tables.protocol import Tables
    from panhuo.engine.grading import Scheme
    from panhuo.rules import InForce

FIELDS = ("patent", "indicator", "points", "scorer", "day")
_MOST = 100


@dataclass(slots=True)
class ExpertScores:
    """rows: as grading.EXPERT_SCORES. digest: SHA-256 of the file. left_out: headings that nobody knows."""

    digest: str
    left_out: list[str]
    rows: list[tuple[int, str, float, str, date]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def read_expert_scores(path: Path, rules: InForce, scheme: Scheme, tables: Tables) -> ExpertScores:
    """Good rows and, with reasons, the others. Indicators are leaves of the scheme, by code or Chinese name.

    Rejected: unknown_patent, unknown_indicator, bad_points, no_scorer, bad_date, later_than_day (than rules.day).
    Raises: RefusedFile.
    """
    words = {row["word"]: row["code"] for row in rules.table("valuation_words") if row["kind"] == "expert_heading"}
    read = read_form(path, {name: name for name in FIELDS} | words, needed=FIELDS)
    found = ExpertScores(read.digest, read.left_out, rejects=list(read.rejects))
    leaves = {one.code for one in scheme.leaves}
    names = {row["zh"]: row["code"] for row in rules.table("scheme_indicators") if row["code"] in leaves}
    known = names | {code: code for code in leaves}
    ids = asset_ids_of({row.cells["patent"] for row in read.rows}, tables)
    for row in read.rows:
        faults = list(_faults(row, known, ids, rules.day))
        if faults:
            column, code, message = faults[0]
            found.rejects.append(
                Reject(row.row, column, row.cells[column], code, message, member=row.member, file=str(path))
            )
            continue
        cells = row.cells
        day = parse_date(cells["day"])
        found.rows.append(
            (ids[cells["patent"]], known[cells["indicator"]], float(cells["points"]), cells["scorer"], day)
        )
    return found


def _faults(row: FormRow, known: dict[str, str], ids: dict[str, int], at: date) -> Iterator[tuple[str, str, str]]:
    """Column, code and sentence of each fault of a row."""
    cells = row.cells
    if cells["patent"] not in ids:
        yield "patent", "unknown_patent", f"The register has no patent {cells['patent'] or '(empty)'}. Import it first."
    if cells["indicator"] not in known:
        yield "indicator", "unknown_indicator", "No leaf of the scheme in this scene; grade.xlsx names them."
    points = _points(cells["points"])
    if points is None or not 0 <= points <= _MOST or points != round(points, 2):
        yield "points", "bad_points", f"Points are a number from 0 to {_MOST} with two decimals at most."
    if not cells["scorer"]:
        yield "scorer", "no_scorer", "Nobody is named as the scorer. A score without a person does not count."
    try:
        day = parse_date(cells["day"])
    except BadValue as error:
        yield "day", "bad_date", error.message
        return
    if day > at:
        yield "day", "later_than_day", f"The score was given after {at}, the day of the grade."


def _points(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None

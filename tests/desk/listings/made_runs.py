"""Kept results of Runs, made by hand in the columns that the commands keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from made_register import AT, NOW

from panhuo.adapters.files.home import Home
from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.tables import write_rows
from panhuo.desk.history import record_run
from panhuo.desk.history.models import Run
from panhuo.desk.registry.export import current_projection
from panhuo.desk.registry.models import Asset
from panhuo.rules import InForce

DORMANT = (
    "first_owner",
    "owner_code",
    "region_code",
    "application_number",
    "publication_number",
    "title",
    "ip_type",
    "legal_status",
    "state",
    "reason",
    "flags",
    "asset_key",
)
GRADE = {
    "asset_id": "int",
    "grade": "text",
    "sei_class": "text",
    "sei_branches": "text",
    **dict.fromkeys(
        ("high_value", "sei", "overseas_family", "maintained_over_10y", "high_pledge_amount", "award"), "int"
    ),
}
MATCH = {
    "need_id": "text",
    "rank": "int",
    "title": "text",
    "publication_number": "text",
    "application_number": "text",
    "owners": "list",
    "score": "float",
    "reason": "text",
    "offer_state": "text",
    "status_note": "text",
}


def keep(
    home: Home, rules: InForce, command: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], **results: Any
) -> Run:
    """A Run on the register as it stands, with its rows beside it."""
    version = current_projection(home, rules).version
    run = record_run(command, at=AT, rules=rules, inputs_digest=version, params={}, results=results, made_at=NOW)
    write_rows(home.runs / run.id / f"{command}.parquet", columns, rows, sheet_title="")
    return run


def keep_dormant(home: Home, rules: InForce, states: Mapping[Asset, str]) -> Run:
    """A dormant Run that gives each right its state."""
    columns = [*(Column(name, name) for name in DORMANT), Column("grant_date", "grant_date", "date")]
    rows = [
        [
            asset.owners[0],
            asset.owner_code,
            asset.region_code,
            asset.application_number,
            asset.grant_publication_number,
            asset.title,
            asset.ip_type,
            "granted_in_force",
            state,
            "no_exploitation_known",
            "",
            f"a:CN{asset.application_number.split('.')[0]}",
            asset.grant_publication_date,
        ]
        for asset, state in states.items()
    ]
    return keep(home, rules, "dormant", columns, rows)


def keep_grade(home: Home, rules: InForce, grades: Mapping[Asset, tuple[str, bool]]) -> Run:
    """A grade Run: letter, and whether the right is a high-value invention of a strategic industry."""
    columns = [Column(name, name, kind) for name, kind in GRADE.items()]  # type: ignore[arg-type]
    rows = [
        [asset.pk, letter, "sei_confirmed" if high else "not_sei", "1.5" if high else "", high, high, 0, 0, 0, 0]
        for asset, (letter, high) in grades.items()
    ]
    return keep(home, rules, "grade", columns, rows)


def keep_match(home: Home, rules: InForce, rows: Sequence[Sequence[Any]], *, unmatched: Sequence[str] = ()) -> Run:
    """A match Run with its pairs in the order of MATCH."""
    columns = [Column(name, name, kind) for name, kind in MATCH.items()]  # type: ignore[arg-type]
    return keep(home, rules, "match", columns, rows, unmatched={need: ["nothing"] for need in unmatched})

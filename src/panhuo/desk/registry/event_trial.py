"""Exports with dated events in a register of their own, and the grades of their rights as at a day.

What a source tells without a day is taken from the tables before they are graded: it speaks for the day of the export
and may hold what came later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
from django.db import connections
from ibis import Table

from panhuo.adapters.files.home import open_home
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.adapters.tables.duck import DuckTables, open_tables
from panhuo.desk.registry.export import Projection, current_projection
from panhuo.desk.registry.grading import MEMORY, graded_tables
from panhuo.desk.registry.intake import Intake
from panhuo.desk.registry.models import AssetKey
from panhuo.desk.registry.opening import open_register
from panhuo.engine.evaluation.later_events import OUTCOMES, last_event_day, later_events
from panhuo.rules import InForce

UNDATED = {
    "cited_by_count": "int32",
    "cited_by_3y_count": "int32",
    "cited_by_5y_count": "int32",
    "family_count": "int32",
    "litigation_count": "int32",
    "inventors_count": "int32",
    "cites_count": "int32",
    "owner_code": "string",
    "region_code": "string",
    "family_members": "array<string>",
    "awards": "array<string>",
}
"""Columns of assets without a day of their own: none of them is an input."""
INPUTS = (
    "publication_number",
    "application_number",
    "kind_code",
    "ip_type",
    "jurisdiction",
    "filing_date",
    "publication_date",
    "grant_date",
    "priority_date",
    "title",
    "title_en",
    "abstract",
    "abstract_en",
    "first_claim",
    "claims_count",
    "applicants",
    "ipc_main",
    "ipc",
    "inpadoc_events",
)
"""Fields of a source that are inputs: fixed with the published document, or dated themselves."""
NO_RULE = ("upc", "cites_count", "inventors_count")
"""Fields that are fixed with the document, but that no rule of a scheme reads."""
PARTS = ("score_legal", "score_technical", "score_economic")
"""First level of the scheme that predictions are made from, where the scheme has it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A register of exports. asset_of: key of an asset -> its asset_id; rejected: rows that were not taken."""

    projection: Projection
    asset_of: Mapping[str, int]
    rejected: int
    last_day: date | None


@contextmanager
def event_trial(sources: Sequence[Source], rules: InForce, scratch: Path, *, today: date) -> Iterator[Trial]:
    """Import exports into a new register below scratch; what they say without a day holds from today.

    The connection to the register is closed at the end. Raises: RefusedFile.
    """
    home = open_home(scratch / "home", create_pack=rules.pack)
    with home.writing():
        try:
            open_register(home, write=True)
            intake = Intake(rules, today=today, as_of=today, forced=None)
            rejected = 0
            for source in sources:
                report = intake.read(source, acknowledge=lambda _: None, keep_rejects=0)
                if report.refused:
                    raise RefusedFile(report.refused, file=source.name)
                rejected += report.rejected
            projection = current_projection(home, rules)
            keys = dict(AssetKey.objects.values_list("key", "asset_id"))
            with open_tables(projection.paths()) as tables:
                last = tables.one(last_event_day(tables["assets"], tables["events"]))["day"]
            yield Trial(projection, keys, rejected, last)
        finally:
            connections["default"].close()


def graded_then(trial: Trial, rules: InForce, scene: str, until: date) -> dict[str, list[Any]]:
    """Columns of the rights in force on rules.day, by name, one value per right, in the order of asset_id.

    asset_id, ip_type, OUTCOMES up to until, value_score, value_confidence, PARTS, age_years, and what stands beside:
    claims, family and ipc_symbols, of which family is as the export tells it.
    """
    folder = trial.projection.folder.parent / f"then-{rules.day}"
    folder.mkdir(exist_ok=True)
    paths = {name: trial.projection.path(name) for name in ("assets", "events")}
    with open_tables(paths) as tables:
        tables.write_parquet(without_undated(tables["assets"]), folder / "assets.parquet")
    with open_tables(paths | {"assets": folder / "assets.parquet"}, memory_limit=MEMORY) as tables:
        graded = graded_tables(tables, folder, rules, scene=scene)
        tables.write_parquet(graded.packed, folder / "graded.parquet", packing=graded.packing)
        tables.add("graded", folder / "graded.parquet")
        tables.add("told", paths["assets"])
        return _columns(tables, rules.day, until)


def without_undated(assets: Table) -> Table:
    """Assets of which nothing is told that has no day: owners are the applicants, UNDATED and data_day are empty."""
    none = assets.applicants[0:0]
    empty: dict[str, ibis.Value] = {
        name: none if kind == "array<string>" else ibis.literal("" if kind == "string" else None, kind)
        for name, kind in UNDATED.items()
    }
    several = (assets.applicants.length() > 1).ifelse(assets.applicants[0:1], none)
    return assets.mutate(owners=assets.applicants, co_owner_types=several, data_day=ibis.null("date"), **empty)


def _columns(tables: DuckTables, split: date, until: date) -> dict[str, list[Any]]:
    told, graded = tables["told"], tables["graded"]
    later = later_events(tables["assets"], tables["events"], split, until)
    age = ibis.date(split).delta(told.filing_date, unit="day") / 365.25
    facts = told.select(
        "asset_id", age_years=age, claims="claims_count", family="family_count", ipc_symbols=told.ipc_keys.length()
    )
    parts = [name for name in PARTS if name in graded.columns]
    scores = graded.select("asset_id", "value_score", "value_confidence", *parts)
    joined = later.join(scores, "asset_id").join(facts, "asset_id").order_by("asset_id")
    names = ["asset_id", "ip_type", *OUTCOMES, "value_score", "value_confidence", *parts]
    names += ["age_years", "claims", "family", "ipc_symbols"]
    rows = list(tables.rows(joined.select(*names)))
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}

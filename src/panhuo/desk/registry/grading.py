"""Grade every asset of a register as at a day, in steps whose results are kept as columns."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from ibis import Table

from panhuo import __version__
from panhuo.adapters.tables.duck import DuckTables, open_tables
from panhuo.desk.registry.export import Projection
from panhuo.engine.grading import DEFAULT_SCENE, Grades, grade, sei_by_asset, sei_evidence
from panhuo.engine.records.status import legal_status
from panhuo.rules import InForce

MEMORY = "2GB"


def grade_register(
    projection: Projection,
    rules: InForce,
    *,
    scene: str = DEFAULT_SCENE,
    infringed_on: date | None = None,
    experts: Path | None = None,
) -> Path:
    """Grades of all assets in a scene on rules.day as one Parquet file (engine.grading.grade_columns), by asset_id.

    infringed_on: day on which the right was infringed, looked at in the remedy scene. experts: Parquet file of
    grading.EXPERT_SCORES, named by its content.
    Status and SEI evidence are stored first, so that grading reads columns. What this version of Panhuo worked out
    for the same projection (register and pack) and day is taken as it stands, with the rules that it read.
    """
    of_day = f"-infringed-{infringed_on}" if infringed_on else ""
    by_people = f"-{experts.stem}" if experts else ""
    graded = projection.folder / f"grade-{rules.day}-{scene}{of_day}{by_people}.parquet"
    mark = graded.with_suffix(".json")
    known = json.loads(mark.read_text(encoding="utf-8")) if mark.exists() else {}
    if known.get("engine") == __version__:
        rules.reads.update(known["reads"])
        return graded
    own = rules.source_pack.at(rules.day)  # remembers what grading reads, whatever its caller has read before
    _grade(projection, own, graded, scene, infringed_on, experts)
    rules.reads.update(own.reads)
    draft = mark.with_suffix(".new")
    draft.write_text(json.dumps({"engine": __version__, "reads": dict(own.reads)}), encoding="utf-8")
    draft.replace(mark)
    return graded


def _grade(
    projection: Projection,
    rules: InForce,
    graded: Path,
    scene: str,
    infringed_on: date | None,
    experts: Path | None,
) -> None:
    with open_tables(projection.paths(), memory_limit=MEMORY) as tables:
        found = graded_tables(
            tables,
            projection.folder,
            rules,
            scene=scene,
            offers=tables["offers"],
            infringed_on=infringed_on,
            experts=tables.add("experts", experts) if experts else None,
        )
        tables.write_parquet(found.packed.order_by("asset_id"), graded, packing=found.packing)


def graded_tables(
    tables: DuckTables,
    folder: Path,
    rules: InForce,
    *,
    scene: str = DEFAULT_SCENE,
    offers: Table | None = None,
    infringed_on: date | None = None,
    experts: Table | None = None,
    all_are_peers: bool = False,
) -> Grades:
    """Grades of the tables assets and events on rules.day; status and SEI evidence are stored in folder first."""
    at = rules.day

    def stored(name: str, expression: Table) -> Table:
        tables.write_parquet(expression, folder / f"{name}.parquet")
        return tables.add(name, folder / f"{name}.parquet")

    assets, events = tables["assets"], tables["events"]
    evidence = stored("sei_evidence", sei_evidence(assets, rules))
    sei = stored("sei", sei_by_asset(evidence))
    status = stored(f"status-{at}", legal_status(assets, events, at))
    then = legal_status(assets, events, infringed_on) if infringed_on else None
    return grade(
        assets,
        status,
        events,
        sei,
        rules,
        scene=scene,
        offers=offers,
        experts=experts,
        then=then,
        all_are_peers=all_are_peers,
    )

"""Grade every asset of a register as at a day, in steps whose results are kept as columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.desk.registry.export import Projection
from panhuo.engine.grading import grade, sei_by_asset, sei_evidence
from panhuo.engine.records.status import legal_status
from panhuo.rules import InForce

MEMORY = "2GB"


def grade_register(
    home: Home, projection: Projection, rules: InForce, *, tell: Callable[[str], None] = lambda _: None
) -> Path:
    """Grades of all assets on rules.day as one Parquet file (engine.grading.GRADES), by asset_id.

    Status and SEI evidence are stored first, so that grading reads columns; SEI belongs to the projection and pack
    and is worked out once for all days.
    """
    day = rules.day.isoformat()
    with open_tables(projection.paths(), memory_limit=MEMORY) as tables:
        assets, events = tables["assets"], tables["events"]
        evidence = projection.folder / "sei_evidence.parquet"
        sei = projection.folder / "sei.parquet"
        if not sei.exists():
            tell("SEI")
            tables.write_parquet(sei_evidence(assets, rules), evidence)
            tables.write_parquet(sei_by_asset(tables.add("sei_evidence", evidence)), sei)
        tell("status")
        status = projection.folder / f"status-{day}.parquet"
        tables.write_parquet(legal_status(assets, events, rules.day), status)
        tell("grade")
        graded = projection.folder / f"grade-{day}-{rules.pack}.parquet"
        expression = grade(
            assets, tables.add("status", status), events, tables.add("sei", sei), rules, offers=tables["offers"]
        )
        tables.write_parquet(expression.order_by("asset_id"), graded)
    return graded

"""Small registers of made-up rights through the grading expressions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.adapters.tables.duck import DuckTables
from panhuo.engine.grading import DEFAULT_SCENE, EXPERT_SCORES, grade, sei_by_asset, sei_evidence
from panhuo.engine.records.fields import ASSETS, EVENTS, OFFERS, POPULATION
from panhuo.rules import InForce, load_pack
from panhuo.terms.ipc import parse_ipc

DAY = date(2025, 11, 30)
NO_INDUSTRY = "A47G19/22"  # drinking vessels: in no rule of the SEI table
STATUS = {"asset_id": "int64", "status": "string"}
SCHEMAS = {
    "assets": ASSETS,
    "events": EVENTS,
    "offers": OFFERS,
    "population": POPULATION,
    "status": STATUS,
    "then": STATUS,
    "experts": EXPERT_SCORES,
}
Row = Mapping[str, Any]


def rules_of(pack: str = "national", day: date = DAY, **supposed: Any) -> InForce:
    """Rules of a day; supposed: values by rule name with __ for the dot."""
    return load_pack(pack).at(day).supposing({name.replace("__", "."): value for name, value in supposed.items()})


def right(asset_id: int, *symbols: str, **columns: Any) -> dict[str, Any]:
    """A domestic invention in force that meets no case, with the given differences."""
    parsed = [parse_ipc(symbol) for symbol in symbols or (NO_INDUSTRY,)]
    return {
        "asset_id": asset_id,
        "ip_type": "invention",
        "jurisdiction": "CN",
        "region_code": "440703",
        "publication_number": f"CN{100000000 + asset_id}B",
        "filing_date": date(2018, 3, 1),
        "grant_date": date(2020, 3, 1),
        "family_count": 1,
        "data_day": date(2025, 10, 31),
        "ipc_main": parsed[0].text,
        "ipc_keys": [symbol.sort_key for symbol in parsed],
        **columns,
    }


def event(asset_id: int, kind: str, day: date | None, **columns: Any) -> dict[str, Any]:
    return {"asset_id": asset_id, "event": kind, "event_date": day, **columns}


def arrow(rows: Iterable[Row], schema: Mapping[str, str]) -> pa.Table:
    """All columns of a schema; what a row does not say is "" or empty for texts and lists, null else."""
    empty: dict[str, Any] = {"string": "", "array<string>": []}
    filled = [{name: row.get(name, empty.get(kind)) for name, kind in schema.items()} for row in rows]
    return pa.Table.from_pylist(filled, schema=ibis.schema(dict(schema)).to_pyarrow())


class Register:
    """Tables in a folder of its own; use as a context manager."""

    def __init__(self, **rows: Sequence[Row]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="panhuo-test-")
        self.folder = Path(self._folder.name)
        self.tables = DuckTables({}, threads=2)
        numbered = [{"event_id": n, **row} for n, row in enumerate(rows.get("events", ()), start=1)]
        for name, schema in SCHEMAS.items():
            self.put(name, numbered if name == "events" else rows.get(name, ()), schema)

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self.tables.close()
        self._folder.cleanup()

    def put(self, name: str, rows: Iterable[Row], schema: Mapping[str, str]) -> ibis.Table:
        path = self.folder / f"{name}.parquet"
        pq.write_table(arrow(rows, schema), path)
        return self.tables.add(name, path)

    def rows(self, expression: ibis.Table) -> list[dict[str, Any]]:
        path = self.folder / "answer.parquet"
        self.tables.write_parquet(expression, path)
        return pq.read_table(path).to_pylist()

    def add_industries(self, rules: InForce) -> None:
        """The SEI columns, stored as a projection stores them."""
        self.tables.write_parquet(sei_evidence(self.tables["assets"], rules), self.folder / "evidence.parquet")
        evidence = self.tables.add("evidence", self.folder / "evidence.parquet")
        self.tables.write_parquet(sei_by_asset(evidence), self.folder / "sei.parquet")
        self.tables.add("sei", self.folder / "sei.parquet")

    def graded(
        self, rules: InForce, scene: str = DEFAULT_SCENE, *, with_experts: bool = False, with_then: bool = False
    ) -> dict[int, dict[str, Any]]:
        """Columns of a grade by asset_id; with_then: the table then holds the status on the day of an infringement."""
        self.add_industries(rules)
        found = self.tables
        expression = grade(
            found["assets"],
            found["status"],
            found["events"],
            found["sei"],
            rules,
            scene=scene,
            offers=found["offers"],
            experts=found["experts"] if with_experts else None,
            then=found["then"] if with_then else None,
        )
        return {row["asset_id"]: row for row in self.rows(expression.unpacked())}


def graded(
    assets: Sequence[Row],
    events: Sequence[Row] = (),
    *,
    status: Mapping[int, str] | None = None,
    offers: Sequence[Row] = (),
    rules: InForce | None = None,
    scene: str = DEFAULT_SCENE,
    experts: Sequence[Row] | None = None,
    then: Mapping[int, str] | None = None,
) -> dict[int, dict[str, Any]]:
    """Grades of a register in which every right is in force unless status says otherwise.

    then: status on the day of an infringement, in force where it says nothing.
    """
    rows = {
        "assets": assets,
        "events": events,
        "offers": offers,
        "experts": experts or (),
        "status": _all(assets, status),
    }
    with Register(**rows, then=_all(assets, then)) as register:
        return register.graded(rules or rules_of(), scene, with_experts=experts is not None, with_then=then is not None)


def _all(assets: Sequence[Row], words: Mapping[int, str] | None) -> list[Row]:
    known = words or {}
    return [{"asset_id": a["asset_id"], "status": known.get(a["asset_id"], "granted_in_force")} for a in assets]

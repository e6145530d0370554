"""The register as columns: Parquet files that the engine and the search table read.

A projection belongs to one version of the register and one pack; it is built beside the old one and switched in
one rename, so that a reader never sees half of it. It can be thrown away and built again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from panhuo.adapters.files.home import Home
from panhuo.adapters.files.settled import UNREADABLE, settle, write_settled
from panhuo.desk.registry.models import Meta
from panhuo.desk.registry.parties import regions_by_name, roster
from panhuo.desk.registry.waiting import beside
from panhuo.engine.records.families import PairLink, family_keys, same_day_pairs
from panhuo.engine.records.fields import ANSWERS, ASSETS, EVENTS, NEEDS, OFFERS, POPULATION, TAGS
from panhuo.engine.records.owners import normalise_party_name, owner_type
from panhuo.rules import InForce
from panhuo.terms.errors import BadValue
from panhuo.terms.ipc import parse_ipc
from panhuo.terms.kinds import EventType, IpType, OwnerType

CHUNK = 20_000
DONE = "done.json"
"""Written last: version, and the size of each file."""
ARROW = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "string": pa.string(),
    "date": pa.date32(),
    "array<string>": pa.list_(pa.string()),
}


@dataclass(frozen=True, slots=True)
class Projection:
    """Where the tables of one register version lie. version: "<commit>-<pack digest>"."""

    folder: Path
    version: str

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"

    def paths(self) -> dict[str, Path]:
        return {name: self.path(name) for name in TABLE_SCHEMAS}


TABLE_SCHEMAS = {
    "assets": ASSETS,
    "events": EVENTS,
    "tags": TAGS,
    "offers": OFFERS,
    "answers": ANSWERS,
    "needs": NEEDS,
    "population": POPULATION,
}


def register_version() -> int:
    """Number of the last commit that may have changed the register; 0 for an empty one."""
    row = Meta.objects.filter(key="version").first()
    return int(row.value) if row else 0


def current_projection(home: Home, rules: InForce) -> Projection:
    """The projection of the register as it stands, built when there is none yet or a file of it is spoilt."""
    projection = _as_it_stands(home, rules)
    if not is_whole(projection):
        _build(home, rules, projection.folder, projection.version)
    return projection


def standing_projection(home: Home, rules: InForce) -> Projection | None:
    """The projection of the register as it stands, None where it is not built or a file of it is spoilt."""
    projection = _as_it_stands(home, rules)
    return projection if is_whole(projection) else None


def spoilt_projection(home: Home, rules: InForce) -> list[Path]:
    """Files of the projection as it stands that are not as they were written; none where it is not built."""
    projection = _as_it_stands(home, rules)
    if not projection.folder.is_dir():
        return []
    told = _told_sizes(projection)
    if not told:
        return [projection.folder / DONE]
    return [path for path in projection.paths().values() if not _has_size(path, told.get(path.name))]


def is_whole(projection: Projection) -> bool:
    """Whether it is built, and each of its files has the size it was written with."""
    told = _told_sizes(projection)
    return bool(told) and all(_has_size(path, told.get(path.name)) for path in projection.paths().values())


def _told_sizes(projection: Projection) -> dict[str, int]:
    try:
        told = json.loads((projection.folder / DONE).read_text(encoding="utf-8"))["files"]
        return dict(told)
    except UNREADABLE:
        return {}


def _has_size(path: Path, told: int | None) -> bool:
    try:
        return path.stat().st_size == told
    except OSError:
        return False


def _as_it_stands(home: Home, rules: InForce) -> Projection:
    version = f"{register_version()}-{rules.digest[:12]}"
    return Projection(home.tables / version, version)


def rebuild_projection(home: Home, rules: InForce) -> Projection:
    """Throw the projection away and build it again from the register."""
    shutil.rmtree(home.tables, ignore_errors=True)
    return current_projection(home, rules)


def _build(home: Home, rules: InForce, folder: Path, version: str) -> None:
    home.tables.mkdir(exist_ok=True)
    draft = home.tables / f".{version}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for name, rows in (
        ("assets", _assets(rules)),
        ("events", _events()),
        ("tags", _simple("registry_rostertag", TAGS)),
        (
            "offers",
            _simple("registry_offer", OFFERS, rename={"source": "origin"}, where="asset_id IS NOT NULL"),
        ),
        ("answers", _simple("registry_answer", ANSWERS, where="asset_id IS NOT NULL")),
        ("needs", _simple("registry_need", NEEDS)),
        ("population", _simple("registry_population", POPULATION)),
    ):
        write_table(draft / f"{name}.parquet", TABLE_SCHEMAS[name], rows)
    files = {path.name: path.stat().st_size for path in draft.iterdir()}
    settle(draft)
    write_settled(draft / DONE, {"version": version, "files": files})
    if not is_whole(Projection(folder, version)):  # spoilt, or left by a crash between folder and marker
        shutil.rmtree(folder, ignore_errors=True)
    try:
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)  # another reader was quicker; its result is the same
    for other in home.tables.iterdir():
        if other != folder and other.is_dir() and not other.name.startswith("."):
            shutil.rmtree(other, ignore_errors=True)


def write_table(path: Path, schema: dict[str, str], rows: Iterable[list[tuple[Any, ...]]]) -> None:
    """Chunks of rows, cells in the order of the schema, as one Parquet file; a chunk is never empty."""
    arrow = pa.schema([(name, ARROW[kind]) for name, kind in schema.items()])
    with pq.ParquetWriter(path, arrow, compression="zstd") as writer:
        for chunk in rows:
            columns = list(zip(*chunk, strict=True))
            writer.write_table(
                pa.table(
                    [pa.array(cells, type=field.type) for cells, field in zip(columns, arrow, strict=True)],
                    schema=arrow,
                )
            )


def _select(sql: str) -> Iterator[list[tuple[Any, ...]]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while chunk := cursor.fetchmany(CHUNK):
            yield chunk


def _simple(
    table: str, schema: dict[str, str], *, rename: dict[str, str] | None = None, where: str = "TRUE"
) -> Iterator[list[tuple[Any, ...]]]:
    """Tables whose columns stand in the register as they are."""
    columns = [(rename or {}).get(name, name) for name in schema]
    kinds = list(schema.values())
    for chunk in _select(f"SELECT {', '.join(columns)} FROM {table} WHERE {where} ORDER BY id"):
        yield [tuple(_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)) for row in chunk]


def _events() -> Iterator[list[tuple[Any, ...]]]:
    columns = ["id", *list(EVENTS)[1:]]
    kinds = list(EVENTS.values())
    for chunk in _select(f"SELECT {', '.join(columns)} FROM registry_event WHERE NOT {beside()} ORDER BY id"):
        yield [tuple(_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)) for row in chunk]


def _cell(cell: Any, kind: str) -> Any:
    if cell is None:
        return None
    if kind == "date":
        return _day(cell)
    if kind == "float64":
        return float(cell)
    return cell


ASSET_QUERY = """
SELECT a.id, a.ip_type, a.jurisdiction, a.application_number, a.first_publication_number,
  a.first_publication_date, a.grant_publication_number, a.grant_publication_date, a.grant_date, a.kind_code,
  a.title, a.title_en, a.abstract, a.abstract_en, a.first_claim, a.owners, a.applicants, a.inventors,
  a.owner_code, a.region_code, a.filing_date, a.priority_date, a.expiry_date, a.ipc_main, a.ipc, a.cpc, a.loc,
  a.industry_code, a.claims_count, a.inventors_count, a.cites_count, a.cited_by_count, a.cited_by_3y_count,
  a.cited_by_5y_count, a.family_count, a.litigation_count, a.family_members, a.awards, a.data_day,
  (SELECT min(k.key) FROM registry_assetkey k WHERE k.asset_id = a.id),
  (SELECT min(e.event_date) FROM registry_event e WHERE e.asset_id = a.id AND e.event = 'granted')
FROM registry_asset a ORDER BY a.id
"""


def _assets(rules: InForce) -> Iterator[list[tuple[Any, ...]]]:
    derive = _Derive(rules)
    for chunk in _select(ASSET_QUERY):
        yield [derive.row(row) for row in chunk]


class _Derive:
    """What the projection adds to the register's columns; each distinct text is worked out once."""

    def __init__(self, rules: InForce) -> None:
        self._suffixes = rules.table("owner_suffixes")
        self._roster = roster()
        self._regions = regions_by_name()
        self._pairs, self._families = _pairs(), _families()
        self._judged: dict[str, tuple[str, str]] = {}
        self._codes: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._lists: dict[str, list[str]] = {}

    def row(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """One row of ASSET_QUERY as one row of fields.ASSETS."""
        asset_id, ip_type, jurisdiction, application, first_pub, first_day = row[:6]
        grant_pub, grant_pub_day, grant_day, kind_code, title, title_en, abstract, abstract_en, claim = row[6:15]
        owners, applicants, inventors, code, region, filed, priority, expires = row[15:23]
        ipc_main, ipc, cpc, loc, industry = row[23:28]
        family_members, awards, data_day, asset_key, grant_event = row[36:]
        owner_names = self._list(owners) or self._list(applicants)
        first_owner = owner_names[0] if owner_names else ""
        kind, rule = self._judge(first_owner) if first_owner else (OwnerType.UNKNOWN.value, "")
        symbols = self._list(ipc)
        pair = self._pairs.get(asset_id)
        return (
            asset_id,
            asset_key or "",
            ip_type,
            jurisdiction,
            application,
            grant_pub or first_pub,
            grant_pub,
            kind_code,
            title,
            title_en,
            abstract,
            abstract_en,
            claim,
            owner_names,
            self._list(applicants),
            self._list(inventors),
            first_owner,
            self._code(first_owner) or code,
            kind,
            rule,
            sorted({self._judge(name)[0] for name in owner_names[1:]}),
            region or self._regions.get(normalise_party_name(first_owner), ""),
            _day(filed),
            _day(grant_pub_day if grant_pub else first_day),
            _day(grant_pub_day or grant_day or grant_event),
            _day(priority),
            _day(expires),
            ipc_main,
            symbols,
            [key for key in map(self._sort_key, symbols) if key],
            self._list(cpc),
            self._list(loc),
            self._list(industry),
            row[28],
            sum(map(len, claim.split())) or None,
            *row[29:36],
            self._list(family_members),
            self._families.get(asset_id, ""),
            pair.pair_id if pair and pair.confidence != "candidate" else None,
            self._list(awards),
            _day(data_day),
        )

    def _judge(self, name: str) -> tuple[str, str]:
        found = self._judged.get(name)
        if found is None:
            verdict = owner_type(name, self._suffixes)
            found = self._judged[name] = (verdict.owner_type.value, verdict.rule)
        return found

    def _code(self, name: str) -> str:
        found = self._codes.get(name)
        if found is None:
            party = self._roster.party(name)
            found = self._codes[name] = party[2:] if party.startswith("u:") else ""
        return found

    def _list(self, text: str) -> list[str]:
        found = self._lists.get(text)
        if found is None:
            if len(self._lists) > 200_000:
                self._lists.clear()
            found = self._lists[text] = json.loads(text)
        return found

    def _sort_key(self, symbol: str) -> str:
        found = self._keys.get(symbol)
        if found is None:
            try:
                found = parse_ipc(symbol).sort_key
            except BadValue:
                found = ""
            self._keys[symbol] = found
        return found


def _day(cell: date | str | None) -> date | None:
    """Columns come as dates, results of SQL functions as text."""
    return date.fromisoformat(cell) if isinstance(cell, str) and cell else cell or None


def _pairs() -> dict[int, PairLink]:
    """Same-day pairs among assets that share filing day and applicants and are of both kinds."""
    people = "CASE WHEN applicants != '[]' THEN applicants ELSE owners END"
    twins = (
        f"SELECT filing_date d, {people} p FROM registry_asset WHERE filing_date IS NOT NULL AND jurisdiction='CN'"
        f" AND ip_type IN ('{IpType.INVENTION}','{IpType.UTILITY_MODEL}') GROUP BY 1, 2"
        " HAVING count(DISTINCT ip_type)=2"
    )
    sql = (
        f"SELECT a.id, a.ip_type, a.filing_date, {people}, a.title,"
        f" EXISTS (SELECT 1 FROM registry_event e WHERE e.asset_id=a.id AND e.event='{EventType.SAME_DAY_FILING}')"
        f" FROM registry_asset a JOIN ({twins}) t ON a.filing_date=t.d AND {people}=t.p"
        f" WHERE a.ip_type IN ('{IpType.INVENTION}','{IpType.UTILITY_MODEL}') AND a.jurisdiction='CN' ORDER BY a.id"
    )
    rows = [row for chunk in _select(sql) for row in chunk if row[3] != "[]"]
    if not rows:
        return {}
    ids, types, days, owners, titles, marks = zip(*rows, strict=True)
    return same_day_pairs(
        ids,
        types,
        [_day(day) for day in days],
        ["|".join(sorted(normalise_party_name(name) for name in json.loads(text))) for text in owners],
        titles,
        [bool(mark) for mark in marks],
    )


def _families() -> dict[int, str]:
    """Families among assets that list members, and those that such a list names."""
    own = "grant_publication_number, first_publication_number"
    told = [
        (row[0], [number for number in row[1:3] if number], json.loads(row[3]))
        for chunk in _select(f"SELECT id, {own}, family_members FROM registry_asset WHERE family_members != '[]'")
        for row in chunk
    ]
    if not told:
        return {}
    listed = {number for _, _, members in told for number in members}
    named: list[tuple[int, list[str], list[str]]] = [
        (row[0], [number for number in row[1:] if number], [])
        for chunk in _select(f"SELECT id, {own} FROM registry_asset WHERE family_members = '[]'")
        for row in chunk
        if row[1] in listed or row[2] in listed
    ]
    rows = sorted(told + named)
    return family_keys([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

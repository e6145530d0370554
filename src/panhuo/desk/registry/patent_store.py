"""Write a batch of patent records into the register: find, merge, insert, attach what was waiting.

Runs inside the caller's transaction with the home's writer lock held, so ids may be handed out here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal

from panhuo.desk.registry.absorbing import follow
from panhuo.desk.registry.bulk_rows import insert, statements_of_store
from panhuo.desk.registry.waiting import attach
from panhuo.engine.records.merge import Standing, merge, standing
from panhuo.engine.records.patent import DATES, FIELDS, LISTS, EventRecord, PatentRecord

ASSET_COLUMNS = ("id", *FIELDS, "data_day", "rank", "day", "source_id", "field_sources")
EVENT_FIELDS = (
    "event",
    "event_date",
    "known_on",
    "effective_on",
    "status",
    "from_party",
    "to_party",
    "from_code",
    "to_code",
    "number",
    "amount_cny",
    "ends_on",
    "terms",
    "code",
    "text",
    "ledger",
)
EVENT_COLUMNS = ("asset_id", "waiting_key", "uid", *EVENT_FIELDS, "source_id")
INSERT_ASSET = insert("registry_asset", ASSET_COLUMNS)
UPDATE_ASSET = f"UPDATE registry_asset SET {', '.join(f'{c}=?' for c in ASSET_COLUMNS[1:])} WHERE id=?"
INSERT_KEY = insert("registry_assetkey", ("key", "asset_id"))
INSERT_KEY_ONCE = insert("registry_assetkey", ("key", "asset_id"), once=True)
INSERT_EVENT = insert("registry_event", EVENT_COLUMNS, once=True)
FOLLOWERS = ("event", "offer", "answer")
"""Tables whose rows belong to an asset, or wait for one."""


Verdict = Literal["new", "changed", "waiting", "unchanged"]
"""What became of one row."""


@dataclass(slots=True)
class Counts:
    """What became of rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    waiting: int = 0

    def add(self, verdicts: Iterable[Verdict]) -> None:
        for verdict in verdicts:
            setattr(self, verdict, getattr(self, verdict) + 1)

    def plus(self, other: Counts) -> None:
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.waiting += other.waiting


@dataclass(slots=True)
class _Work:
    """An asset touched by this batch. stands is built only when a second statement arrives."""

    asset_id: int
    record: PatentRecord | None
    stands: Standing | None = None
    stored: bool = False
    dirty: bool = False
    events: dict[int, EventRecord] = field(default_factory=dict)
    known_uids: set[int] = field(default_factory=set)
    absorbed: list[int] = field(default_factory=list)


class PatentStore:
    """Stores batches of one source file on a day. digests: source id -> file digest, for weights."""

    def __init__(self, source_id: int, digest: str, *, day: date) -> None:
        self._source_id = source_id
        self._day = day
        self._digest = digest
        self._digests: dict[int, str] = {source_id: digest}
        self._ids: dict[str, int] = {digest: source_id}
        self._by_key: dict[str, _Work] = {}
        self._works: dict[int, _Work] = {}
        self._next_id = 0

    def store(self, records: Sequence[PatentRecord]) -> list[Verdict]:
        """Merge the records into the register. Returns for each whether it was new, changed something, or nothing."""
        self._by_key, self._works = {}, {}
        raw = statements_of_store()
        self._next_id = (raw.execute("SELECT max(id) FROM registry_asset").fetchone()[0] or 0) + 1
        self._load({key for record in records for key in record.keys})
        verdicts = [self._take(record) for record in records]
        self._write()
        return verdicts

    def _load(self, keys: set[str]) -> None:
        """Bring the assets that the batch speaks of, with the uids of their events."""
        raw = statements_of_store()
        owners: dict[int, list[str]] = {}
        for chunk in _chunks(sorted(keys)):
            marks = ",".join("?" * len(chunk))
            for key, asset_id in raw.execute(
                f"SELECT key, asset_id FROM registry_assetkey WHERE key IN ({marks})", chunk
            ):
                owners.setdefault(asset_id, []).append(key)
        if not owners:
            return
        for chunk in _chunks(sorted(owners)):
            marks = ",".join("?" * len(chunk))
            for row in raw.execute(
                f"SELECT {', '.join(ASSET_COLUMNS)} FROM registry_asset WHERE id IN ({marks})", chunk
            ):
                work = _Work(row[0], None, self._from_row(row), stored=True)
                self._works[row[0]] = work
            for key, asset_id in raw.execute(
                f"SELECT key, asset_id FROM registry_assetkey WHERE asset_id IN ({marks})", chunk
            ):
                self._by_key[key] = self._works[asset_id]
                self._standing(self._works[asset_id]).keys.add(key)
            for asset_id, uid in raw.execute(
                f"SELECT asset_id, uid FROM registry_event WHERE asset_id IN ({marks})", chunk
            ):
                self._works[asset_id].known_uids.add(uid)

    def _take(self, record: PatentRecord) -> Verdict:
        found: list[_Work] = []
        for key in record.keys:
            work = self._by_key.get(key)
            if work is not None and work not in found:
                found.append(work)
        if not found:
            work = _Work(self._next_id, record)
            self._next_id += 1
            self._works[work.asset_id] = work
            for key in record.keys:
                self._by_key[key] = work
            for event in record.events:
                work.events[event.uid()] = event
            return "new"
        found.sort(key=lambda one: (not one.stored, one.asset_id))
        work = found[0]
        changed = self._join(work, found[1:])
        before = self._standing(work)
        after = merge(before, standing(record, self._digest))
        for key in record.keys:
            self._by_key[key] = work
        if after.values != before.values or after.keys != before.keys:
            changed = True
        if after != before:
            work.stands, work.record, work.dirty = after, None, True
        for event in record.events:
            uid = event.uid()
            if uid not in work.known_uids and uid not in work.events:
                work.events[uid] = event
                changed = True
        return "changed" if changed else "unchanged"

    def _join(self, work: _Work, others: Iterable[_Work]) -> bool:
        """A row that knows two assets by different numbers says they are one."""
        joined = False
        for other in others:
            joined = True
            work.stands = merge(self._standing(work), self._standing(other))
            work.record, work.dirty = None, True
            work.events.update(other.events)
            work.known_uids |= other.known_uids
            work.absorbed += [*other.absorbed, *([other.asset_id] if other.stored else [])]
            for key in work.stands.keys:
                self._by_key[key] = work
            del self._works[other.asset_id]
        return joined

    def _standing(self, work: _Work) -> Standing:
        if work.stands is None:
            if work.record is None:
                raise AssertionError("a touched asset has a record or a standing")
            work.stands = standing(work.record, self._digest)
        return work.stands

    def _write(self) -> None:
        raw = statements_of_store()
        fresh = [work for work in self._works.values() if not work.stored]
        raw.executemany(INSERT_ASSET, map(self._row, fresh))
        dirty = [work for work in self._works.values() if work.stored and work.dirty]
        if dirty:
            raw.executemany(UPDATE_ASSET, [(*self._row(work)[1:], work.asset_id) for work in dirty])
        for work in dirty:
            for absorbed in work.absorbed:
                self._absorb(work.asset_id, absorbed)
        raw.executemany(
            INSERT_KEY,
            [(key, work.asset_id) for work in fresh for key in (work.record or self._standing(work)).keys],
        )
        if dirty:
            raw.executemany(
                INSERT_KEY_ONCE,
                [(key, work.asset_id) for work in dirty for key in self._standing(work).keys],
            )
        raw.executemany(
            INSERT_EVENT,
            [
                event_row(work.asset_id, "", uid, event, self._source_id)
                for work in self._works.values()
                for uid, event in work.events.items()
            ],
        )
        self._attach_waiting()

    def _absorb(self, asset_id: int, absorbed: int) -> None:
        raw = statements_of_store()
        raw.execute("UPDATE registry_assetkey SET asset_id=? WHERE asset_id=?", (asset_id, absorbed))
        for table in FOLLOWERS:
            raw.execute(
                f"UPDATE registry_{table} SET asset_id=? WHERE asset_id=?"
                f" AND uid NOT IN (SELECT known.uid FROM registry_{table} known WHERE known.asset_id=?)",
                (asset_id, absorbed, asset_id),
            )
            raw.execute(f"DELETE FROM registry_{table} WHERE asset_id=?", (absorbed,))
        follow(asset_id, absorbed, day=self._day)
        raw.execute("DELETE FROM registry_asset WHERE id=?", (absorbed,))

    def _attach_waiting(self) -> None:
        """Events, offers and answers that came before their patent."""
        raw = statements_of_store()
        for table in FOLLOWERS:
            name = f"registry_{table}"
            if not raw.execute(f"SELECT 1 FROM {name} WHERE asset_id IS NULL LIMIT 1").fetchone():
                continue
            for chunk in _chunks(list(self._by_key)):
                waiting = raw.execute(attach(name), (json.dumps(chunk, ensure_ascii=False),)).fetchall()
                for row_id, key in waiting:
                    asset_id = self._by_key[key].asset_id
                    raw.execute(
                        f"UPDATE {name} SET asset_id=?, waiting_key='' WHERE id=?"
                        f" AND uid NOT IN (SELECT known.uid FROM {name} known WHERE known.asset_id=?)",
                        (asset_id, row_id, asset_id),
                    )
                    raw.execute(f"DELETE FROM {name} WHERE id=? AND asset_id IS NULL", (row_id,))

    def _row(self, work: _Work) -> tuple[Any, ...]:
        if work.record is not None and work.stands is None:
            record = work.record
            said = (record.day or None, record.rank, record.day, self._source_id, "{}")
            return (work.asset_id, *_sql_values(record), *said)
        stands = self._standing(work)
        rank, day, digest = stands.main
        said_by = {
            name: [weight[0], weight[1], self._ids[weight[2]]] for name, weight in sorted(stands.said_by.items())
        }
        return (
            work.asset_id,
            *(_to_sql(stands.values[name]) for name in FIELDS),
            _iso(stands.data_day),
            rank,
            day,
            self._ids[digest],
            json.dumps(said_by),
        )

    def _from_row(self, row: tuple[Any, ...]) -> Standing:
        values = {name: _from_sql(name, cell) for name, cell in zip(FIELDS, row[1:], strict=False)}
        data_day, rank, day, source_id, said_by = row[1 + len(FIELDS) :]
        return Standing(
            values=values,
            main=(rank, day, self._digest_of(source_id)),
            said_by={
                name: (weight[0], weight[1], self._digest_of(weight[2])) for name, weight in json.loads(said_by).items()
            },
            data_day=data_day,
        )

    def _digest_of(self, source_id: int) -> str:
        found = self._digests.get(source_id)
        if found is None:
            (found,) = (
                statements_of_store()
                .execute("SELECT digest FROM registry_sourcefile WHERE id=?", (source_id,))
                .fetchone()
            )
            self._digests[source_id] = found
            self._ids.setdefault(found, source_id)
        return found


def event_row(asset_id: int | None, waiting_key: str, uid: int, event: EventRecord, source_id: int) -> tuple[Any, ...]:
    """One row of registry_event, in the order of EVENT_COLUMNS."""
    return (
        asset_id,
        waiting_key,
        uid,
        event.event,
        event.event_date.isoformat() if event.event_date else None,
        event.known_on.isoformat() if event.known_on else None,
        event.effective_on.isoformat() if event.effective_on else None,
        event.status,
        event.from_party,
        event.to_party,
        event.from_code,
        event.to_code,
        event.number,
        event.amount_cny or None,
        event.ends_on.isoformat() if event.ends_on else None,
        event.terms,
        event.code,
        event.text,
        event.ledger,
        source_id,
    )


_record_values = attrgetter(*FIELDS)
_LIST_PLACES = tuple(place for place, name in enumerate(FIELDS) if name in LISTS)
_DATE_PLACES = tuple(place for place, name in enumerate(FIELDS) if name in DATES)


def _sql_values(record: PatentRecord) -> list[Any]:
    values = list(_record_values(record))
    for place in _LIST_PLACES:
        values[place] = _json_list(values[place]) if values[place] else "[]"
    for place in _DATE_PLACES:
        if values[place] is not None:
            values[place] = values[place].isoformat()
    return values


def _to_sql(value: Any) -> Any:
    if isinstance(value, tuple):
        return _json_list(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _from_sql(name: str, cell: Any) -> Any:
    if name in LISTS:
        return tuple(json.loads(cell))
    return cell  # date columns come as dates


@lru_cache(maxsize=200_000)
def _json_list(values: tuple[str, ...]) -> str:
    plain = '", "'.join(values)
    if plain.isprintable() and "\\" not in plain and plain.count('"') == 2 * (len(values) - 1):
        return f'["{plain}"]'  # nothing in it needs an escape; four times quicker than the general way
    return json.dumps(values, ensure_ascii=False)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _chunks(items: Sequence[Any], size: int = 5_000) -> Iterable[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))

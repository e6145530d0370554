"""Write facts other than patents: ledger events, rosters, population, needs, offers, answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from panhuo.desk.registry.bulk_rows import insert, statements_of_store
from panhuo.desk.registry.patent_store import INSERT_EVENT, Verdict, event_row
from panhuo.desk.registry.waiting import places
from panhuo.engine.records.facts import Fact
from panhuo.engine.records.raw import Reject

TABLES = {"roster": "registry_rostertag", "population": "registry_population"}


class FactStore:
    """Stores batches of one source file; the same statement twice is one row."""

    def __init__(self, source_id: int) -> None:
        self._source_id = source_id

    def store(self, facts: Sequence[Fact]) -> list[Verdict | Reject]:
        """Store the facts. Returns for each whether it was new, changed something, waits for its patent, or nothing.

        A need that stands otherwise for the same day, and goes on standing so, gives a reject that says what to do.
        """
        return [self._take(fact) for fact in facts]

    def _take(self, fact: Fact) -> Verdict | Reject:
        if fact.table in TABLES:
            return "new" if self._insert(TABLES[fact.table], fact, {}) else "unchanged"
        if fact.table == "need":
            return self._need(fact)
        return self._about_patents(fact)

    def _about_patents(self, fact: Fact) -> Verdict:
        """Rows of a fact that names patents; each waits on its own when its patent is unknown."""
        inserted = waiting = 0
        for keys in fact.keys:
            assets = self._assets(keys)
            if not assets and not keys[0].startswith("c:"):
                waiting += 1
            if fact.table == "answer":  # was held against the one right that it was found by
                keys = tuple(assets)[:1]
            for asset_id, waiting_key in places(keys, assets):
                place = {"asset_id": asset_id, "waiting_key": waiting_key}
                for event in fact.events:
                    inserted += self._event(event_row(asset_id, waiting_key, event.uid(), event, self._source_id))
                for said in (fact, fact.also):
                    if said is not None and said.table in {"offer", "answer"} and _says_something(said.values):
                        inserted += self._insert(f"registry_{said.table}", said, place)
        if waiting:
            return "waiting"
        return "new" if inserted else "unchanged"

    def _event(self, row: tuple[Any, ...]) -> int:
        raw = statements_of_store()
        asset_id, waiting_key, uid = row[:3]
        if asset_id is None:
            known = raw.execute(
                "SELECT 1 FROM registry_event WHERE asset_id IS NULL AND waiting_key=? AND uid=?",
                (waiting_key, uid),
            )
        else:
            known = raw.execute("SELECT 1 FROM registry_event WHERE asset_id=? AND uid=?", (asset_id, uid))
        if known.fetchone():
            return 0
        raw.execute(INSERT_EVENT, row)
        return 1

    def owner_of(self, keys: Sequence[str]) -> str | None:
        """First owner of the asset found by one of the keys; "" where none is named, None for an unknown asset."""
        asset_id = next(iter(self._assets(keys).values()), None)
        if asset_id is None:
            return None
        owners, applicants = (
            statements_of_store()
            .execute("SELECT owners, applicants FROM registry_asset WHERE id=?", (asset_id,))
            .fetchone()
        )
        names = json.loads(owners) or json.loads(applicants)
        return str(names[0]) if names else ""

    def _assets(self, keys: Sequence[str]) -> dict[str, int]:
        """The assets by those of the keys that are known, in the order of the keys."""
        raw, found = statements_of_store(), {}
        for key in keys:
            row = raw.execute("SELECT asset_id FROM registry_assetkey WHERE key=?", (key,)).fetchone()
            if row:
                found[key] = int(row[0])
        return found

    def _insert(self, table: str, fact: Fact, place: dict[str, Any]) -> int:
        row = {**fact.values, **place, "uid": fact.uid(), "source_id": self._source_id}
        return self._execute(table, row, once=True)

    def _need(self, fact: Fact) -> Verdict | Reject:
        """A need is told again as it stands now: the later statement replaces the earlier one as a whole.

        Of two of one day the greater uid stands, so that the order of files plays no part.
        """
        uid = fact.uid()
        raw = statements_of_store()
        found = raw.execute(
            "SELECT uid, coalesce(stated_on, received_on) FROM registry_need WHERE need_id=?",
            (fact.values["need_id"],),
        ).fetchone()
        told = fact.told_on.isoformat() if fact.told_on else ""
        row = {**fact.values, "stated_on": fact.told_on, "uid": uid, "source_id": self._source_id}
        if found is None:
            self._execute("registry_need", row)
            return "new"
        held = str(found[1] or "")
        if found[0] == uid:
            if told > held:
                raw.execute("UPDATE registry_need SET stated_on=? WHERE need_id=?", (told, fact.values["need_id"]))
            return "unchanged"
        if told < held:
            return "unchanged"
        if told == held and uid < found[0]:
            return _told_twice(fact)
        raw.execute("DELETE FROM registry_need WHERE need_id=?", (fact.values["need_id"],))
        self._execute("registry_need", row)
        return "changed"

    def _execute(self, table: str, row: dict[str, Any], *, once: bool = False) -> int:
        cells = [cell.isoformat() if isinstance(cell, date) else cell for cell in row.values()]
        done = statements_of_store().execute(insert(table, list(row), once=once), cells)
        return int(done.rowcount)


def _told_twice(fact: Fact) -> Reject:
    number = fact.values["need_id"]
    day = f"also for {fact.told_on}" if fact.told_on else "also without a day"
    return Reject(
        row=fact.row,
        column="received_on",
        value=number,
        code="told_twice_for_one_day",
        message=f"Need {number} stands otherwise in the register, {day}, and nobody can say which is later. "
        "Name the day of the file with --as-of, or fill 更新日期, and import again.",
        member=fact.member,
    )


def _says_something(values: dict[str, Any]) -> bool:
    """Whether there is a statement: who would have made it, and when, is none."""
    beside = {"origin", "stated_on", "stated_owner"}
    return any(value not in (None, "") for name, value in values.items() if name not in beside)

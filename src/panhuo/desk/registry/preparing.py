"""Items of a file made ready to be stored, in units of one transaction. Touches no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from panhuo.adapters.readers.archives import is_archive, members
from panhuo.adapters.readers.detect import detect
from panhuo.adapters.readers.protocol import BATCH_ROWS, ReadOptions, RefusedFile, Source
from panhuo.engine.records.facts import Fact, FactNormaliser
from panhuo.engine.records.normalise import PatentNormaliser
from panhuo.engine.records.patent import PatentRecord
from panhuo.engine.records.raw import RawBatch, Reject
from panhuo.engine.records.vocabulary import Vocabulary
from panhuo.rules import InForce
from panhuo.rules.sources import source_rank
from panhuo.terms.kinds import RecordKind


@dataclass(slots=True)
class Unit:
    """Rows that go into one transaction, in file order.

    answers: returned booklets, which are held against the register when they are stored. formats: what has been
    recognised in the file so far and why. refused_members: members of an archive that were not taken, so far.
    """

    patents: list[PatentRecord] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    answers: list[RawBatch] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    items: int = 0
    formats: dict[str, str] = field(default_factory=dict)
    refused_members: list[dict[str, str]] = field(default_factory=list)


class Preparer:
    """Reads and normalises one file or archive. skip: rows that stand in the register already."""

    def __init__(
        self,
        source: Source,
        rules: InForce,
        *,
        vocabulary: Vocabulary,
        today: date,
        as_of: date | None,
        forced: str | None,
    ) -> None:
        self._source = source
        self._rules = rules
        self._words = vocabulary
        self._today = today
        self._as_of = as_of
        self._forced = forced
        self._formats: dict[str, str] = {}
        self._refused: list[dict[str, str]] = []
        self._facts = FactNormaliser(vocabulary, as_of=as_of)
        self._patents: PatentNormaliser | None = None

    def units(self, skip: int) -> Iterator[Unit]:
        """Units of at least BATCH_ROWS rows but the last, which comes even when it is empty.

        Raises: RefusedFile when nothing of the file can be taken.
        """
        unit = Unit()
        for item in self._items():
            if skip and isinstance(item, RawBatch) and item.kind is RecordKind.NEED:
                self._facts.normalise(_head(item, skip))  # so that it knows which numbers are taken
            if skip >= _size(item):
                skip -= _size(item)
                continue
            self._add(unit, item if isinstance(item, Reject) or not skip else _tail(item, skip))
            skip = 0
            if unit.items >= BATCH_ROWS:
                yield self._closed(unit)
                unit = Unit()
        if not self._formats and self._refused:
            raise RefusedFile(self._refused[0]["message"], file=self._source.name)
        yield self._closed(unit)

    def _closed(self, unit: Unit) -> Unit:
        unit.rejects.sort(key=lambda reject: (reject.member, reject.row))
        unit.formats, unit.refused_members = dict(self._formats), list(self._refused)
        return unit

    def _items(self) -> Iterator[RawBatch | Reject]:
        options = ReadOptions(forced=self._forced is not None)
        if not is_archive(self._source):
            found = detect(self._source, forced=self._forced)
            self._formats[found.reader.name] = found.because
            yield from found.reader.read(self._source, options)
            return
        for found_member in members(self._source, skipped=self._skipped):
            member = replace(found_member, headings=self._source.headings)
            try:
                found = detect(member, forced=self._forced)
                self._facts.next_file()
                inner = member.name.partition("!/")[2] or member.name
                for item in found.reader.read(member, options):
                    self._formats.setdefault(found.reader.name, found.because)
                    if isinstance(item, RawBatch):
                        item.member = item.member or inner
                    yield item
                self._formats.setdefault(found.reader.name, found.because)
            except RefusedFile as error:
                self._refused.append({"member": member.name, "message": error.message})

    def _skipped(self, reject: Reject) -> None:
        """Pictures and schemas beside documents are no loss; links and damaged inner archives are named."""
        if reject.code not in {"companion_file", "empty_file"}:
            self._refused.append({"member": reject.member or self._source.name, "message": reject.message})

    def _add(self, unit: Unit, item: RawBatch | Reject) -> None:
        unit.items += _size(item)
        if isinstance(item, Reject):
            unit.rejects.append(item)
        elif item.kind in {RecordKind.PATENT, RecordKind.OTHER_IP}:
            records, rejects = self._normaliser().normalise(item)
            unit.patents += records
            unit.rejects += rejects
        elif item.kind is RecordKind.OWNER_ANSWER:
            unit.answers.append(item)
        elif item.kind is RecordKind.STOCK_ITEM:
            facts, rejects = self._stock_items(item)
            unit.facts += facts
            unit.rejects += rejects
        else:
            facts, rejects = self._facts.normalise(item)
            unit.facts += facts
            unit.rejects += rejects

    def _normaliser(self) -> PatentNormaliser:
        if self._patents is None:
            rank = source_rank(self._rules, next(iter(self._formats)))
            self._patents = PatentNormaliser(self._words, rank=rank, as_of=self._as_of, today=self._today)
        return self._patents

    def _stock_items(self, batch: RawBatch) -> tuple[list[Fact], list[Reject]]:
        """A row of the stock inventory says what the owner offers and what the patent is."""
        facts, rejects = self._facts.normalise(batch)
        records, patent_rejects = self._normaliser().normalise(batch)
        by_row = {record.row: record for record in records}
        refused = {reject.row for reject in rejects}
        for fact in facts:
            fact.record = by_row.get(fact.row)
        kept = [fact for fact in facts if fact.record is not None]
        return kept, rejects + [reject for reject in patent_rejects if reject.row not in refused]


def _size(item: RawBatch | Reject) -> int:
    return 1 if isinstance(item, Reject) else len(item)


def _head(batch: RawBatch, rows: int) -> RawBatch:
    return _cut(batch, slice(rows))


def _tail(batch: RawBatch, skip: int) -> RawBatch:
    return _cut(batch, slice(skip, None))


def _cut(batch: RawBatch, part: slice) -> RawBatch:
    return RawBatch(
        kind=batch.kind,
        columns={name: cells[part] for name, cells in batch.columns.items()},
        rows=batch.rows[part],
        member=batch.member,
        separator=batch.separator,
        events=batch.events[part] if batch.events is not None else None,
    )

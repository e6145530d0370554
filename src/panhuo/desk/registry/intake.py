"""Import one file: detect, read, normalise, store in batches that are acknowledged one by one.

Each batch is one transaction that also moves the file's rows_done; after a crash the same call skips what was
acknowledged. Merging is idempotent, so that even a batch stored twice would change nothing.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction

from panhuo import __version__
from panhuo.adapters.readers.archives import is_archive, members
from panhuo.adapters.readers.detect import detect
from panhuo.adapters.readers.protocol import BATCH_ROWS, ReadOptions, RefusedFile, Source
from panhuo.desk.registry.fact_store import FactStore
from panhuo.desk.registry.models import Meta, RejectedRow, SourceFile
from panhuo.desk.registry.patent_store import Counts, PatentStore, Verdict
from panhuo.engine.records.answers import answer_rules
from panhuo.engine.records.answers_intake import AnswerNormaliser
from panhuo.engine.records.facts import Fact, FactNormaliser
from panhuo.engine.records.normalise import PatentNormaliser
from panhuo.engine.records.patent import PatentRecord
from panhuo.engine.records.raw import RawBatch, Reject
from panhuo.engine.records.vocabulary import Vocabulary
from panhuo.rules import InForce
from panhuo.rules.sources import source_rank
from panhuo.terms.kinds import RecordKind

VERDICTS: tuple[Verdict, ...] = ("new", "changed", "waiting", "unchanged")
"""Of what two statements of one row became, the first named is said of the row."""


@dataclass(slots=True)
class FileReport:
    """What one file gave. rows = new + changed + unchanged + waiting + rejected."""

    file: str
    format: str = ""
    because: str = ""
    counts: Counts = field(default_factory=Counts)
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    refused: str = ""
    refused_members: list[dict[str, str]] = field(default_factory=list)
    already_read: bool = False

    @property
    def rows(self) -> int:
        return self.counts.new + self.counts.changed + self.counts.unchanged + self.counts.waiting + self.rejected


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that stands in the register: file, its number, rows of the file done so far."""

    file: str
    number: int
    rows: int
    through: int


@dataclass(slots=True)
class _Unit:
    """Rows that go into one transaction, in file order."""

    patents: list[PatentRecord] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    items: int = 0


class Intake:
    """One import call over any number of files."""

    def __init__(self, rules: InForce, *, today: date, as_of: date | None, forced: str | None) -> None:
        self.rules = rules
        self.today = today
        self.as_of = as_of
        self._forced = forced
        self.vocabulary = Vocabulary(rules)
        self._fingerprint = hashlib.sha256(f"{__version__}|{rules.digest}".encode()).hexdigest()

    def read(
        self, source: Source, *, acknowledge: Callable[[Batch], None], keep_rejects: int = 1_000_000
    ) -> FileReport:
        """Import one file or archive.

        acknowledge: called after the commit of each batch. keep_rejects: how many rejects the report carries; all
        are kept in the register. A refused file gives a report with `refused` set, and nothing of it is stored.
        """
        with _collector_at_rest():
            return self._read(source, acknowledge, keep_rejects)

    def _read(self, source: Source, acknowledge: Callable[[Batch], None], keep_rejects: int) -> FileReport:
        report = FileReport(file=source.name)
        digest = _digest(source)
        known = SourceFile.objects.filter(digest=digest, as_of=self.as_of, fingerprint=self._fingerprint, complete=True)
        if self._forced:
            known = known.filter(format=self._forced)
        done = known.first()
        if done is not None:
            return _from_before(report, done)
        try:
            self._stream(source, digest, report, acknowledge, keep_rejects)
        except RefusedFile as error:
            report.refused = error.message
        return report

    def _stream(
        self,
        source: Source,
        digest: str,
        report: FileReport,
        acknowledge: Callable[[Batch], None],
        keep_rejects: int,
    ) -> None:
        formats: dict[str, str] = {}
        items = self._items(source, report, formats)
        first = next(items, None)
        if not formats and report.refused_members:
            raise RefusedFile(report.refused_members[0]["message"], file=source.name)
        report.format, report.because = "+".join(formats), "; ".join(dict.fromkeys(formats.values()))
        row, created = SourceFile.objects.get_or_create(
            digest=digest,
            format=report.format[:60],
            as_of=self.as_of,
            fingerprint=self._fingerprint,
            defaults={
                "name": source.name[-400:],
                "rank": source_rank(self.rules, report.format.split("+")[0]),
            },
        )
        skip = 0 if created else row.rows_done
        if skip:
            report.counts.unchanged += max(0, skip - row.rejected - row.waiting)
            report.counts.waiting += row.waiting
            report.rejected += row.rejected
        writer = _Writer(row, digest, self)
        for number, unit in enumerate(writer.units(_chain(first, items), skip), start=1):
            counts = writer.commit(unit)
            report.counts.plus(counts)
            report.rejected += len(unit.rejects)
            report.rejects += unit.rejects[: max(0, keep_rejects - len(report.rejects))]
            acknowledge(Batch(source.name, number, unit.items, row.rows_done))
        report.format = "+".join(formats)
        with transaction.atomic():
            row.rows, row.complete = row.rows_done, True
            row.save(update_fields=["rows", "complete"])

    def _items(self, source: Source, report: FileReport, formats: dict[str, str]) -> Iterator[RawBatch | Reject]:
        options = ReadOptions(forced=self._forced is not None)
        if not is_archive(source):
            found = detect(source, forced=self._forced)
            formats[found.reader.name] = found.because
            yield from found.reader.read(source, options)
            return
        for member in members(source):
            try:
                found = detect(member, forced=self._forced)
                inner = member.name.partition("!/")[2] or member.name
                formats.setdefault(found.reader.name, found.because)
                for item in found.reader.read(member, options):
                    if isinstance(item, RawBatch):
                        item.member = item.member or inner
                    yield item
            except RefusedFile as error:
                report.refused_members.append({"member": member.name, "message": error.message})


class _Writer:
    """Turns items of one file into units and commits them."""

    def __init__(self, row: SourceFile, digest: str, intake: Intake) -> None:
        self._row = row
        self._patents = PatentStore(row.pk, digest)
        self._facts = FactStore(row.pk)
        self._normalise = PatentNormaliser(intake.vocabulary, rank=row.rank, as_of=intake.as_of)
        self._normalise_facts = FactNormaliser(intake.vocabulary)
        self._normalise_answers = AnswerNormaliser(
            answer_rules(intake.rules), owner_of=self._facts.owner_of, at=intake.as_of or intake.today
        )

    def units(self, items: Iterator[RawBatch | Reject], skip: int) -> Iterator[_Unit]:
        unit = _Unit()
        for item in items:
            if skip >= _size(item):
                skip -= _size(item)
                continue
            whole = item if isinstance(item, Reject) or not skip else _tail(item, skip)
            skip = 0
            self._add(unit, whole)
            if unit.items >= BATCH_ROWS:
                unit.rejects.sort(key=lambda reject: (reject.member, reject.row))
                yield unit
                unit = _Unit()
        if unit.items:
            unit.rejects.sort(key=lambda reject: (reject.member, reject.row))
            yield unit

    def _add(self, unit: _Unit, item: RawBatch | Reject) -> None:
        unit.items += _size(item)
        if isinstance(item, Reject):
            unit.rejects.append(item)
            return
        if item.kind in {RecordKind.PATENT, RecordKind.OTHER_IP}:
            records, rejects = self._normalise.normalise(item)
            unit.patents += records
        elif item.kind is RecordKind.OWNER_ANSWER:
            facts, rejects = self._normalise_answers.normalise(item)
            unit.facts += facts
        elif item.kind is RecordKind.STOCK_ITEM:
            facts, rejects = self._stock_items(item)
            unit.facts += facts
        else:
            facts, rejects = self._normalise_facts.normalise(item)
            unit.facts += facts
        unit.rejects += rejects

    def _stock_items(self, batch: RawBatch) -> tuple[list[Fact], list[Reject]]:
        """A row of the stock inventory says what the owner offers and what the patent is."""
        facts, rejects = self._normalise_facts.normalise(batch)
        records, patent_rejects = self._normalise.normalise(batch)
        by_row = {record.row: record for record in records}
        refused = {reject.row for reject in rejects}
        for fact in facts:
            fact.record = by_row.get(fact.row)
        kept = [fact for fact in facts if fact.record is not None]
        return kept, rejects + [reject for reject in patent_rejects if reject.row not in refused]

    def commit(self, unit: _Unit) -> Counts:
        counts = Counts()
        with transaction.atomic():
            connection.ensure_connection()
            beside = [fact.record for fact in unit.facts if fact.record is not None]
            verdicts = self._patents.store(unit.patents + beside) if unit.patents or beside else []
            counts.add(verdicts[: len(unit.patents)])
            of_records = iter(verdicts[len(unit.patents) :])
            for fact, verdict in zip(unit.facts, self._facts.store(unit.facts), strict=True):
                both = {verdict, next(of_records)} if fact.record is not None else {verdict}
                counts.add([next(one for one in VERDICTS if one in both)])
            RejectedRow.objects.bulk_create(
                RejectedRow(
                    source=self._row,
                    member=reject.member[-400:],
                    row=reject.row,
                    column=reject.column[:100],
                    value=reject.value[:200],
                    code=reject.code[:60],
                    message=reject.message[:400],
                )
                for reject in unit.rejects
            )
            self._row.rows_done += unit.items
            self._row.rejected += len(unit.rejects)
            self._row.waiting += counts.waiting
            self._row.save(update_fields=["rows_done", "rejected", "waiting"])
            _count_up()
        return counts


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Rows hold no cycles; looking for some among millions of them would cost a third of an import."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        gc.collect()


def _count_up() -> None:
    """The register's version: every commit that may have changed it has a number of its own."""
    row, _ = Meta.objects.get_or_create(key="version", defaults={"value": "0"})
    row.value = str(int(row.value) + 1)
    row.save(update_fields=["value"])


def _size(item: RawBatch | Reject) -> int:
    return 1 if isinstance(item, Reject) else len(item)


def _tail(batch: RawBatch, skip: int) -> RawBatch:
    return RawBatch(
        kind=batch.kind,
        columns={name: cells[skip:] for name, cells in batch.columns.items()},
        rows=batch.rows[skip:],
        member=batch.member,
        separator=batch.separator,
        events=batch.events[skip:] if batch.events is not None else None,
    )


def _chain(first: RawBatch | Reject | None, rest: Iterator[RawBatch | Reject]) -> Iterator[RawBatch | Reject]:
    if first is not None:
        yield first
        yield from rest


def _digest(source: Source) -> str:
    digest = hashlib.sha256()
    with source.open() as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _from_before(report: FileReport, done: SourceFile) -> FileReport:
    report.format, report.already_read = done.format, True
    report.because = "read before with the same rules"
    report.rejected, report.counts.waiting = done.rejected, 0
    report.counts.unchanged = done.rows - done.rejected
    report.rejects = [
        Reject(row.row, row.column, row.value, row.code, row.message, row.member)
        for row in RejectedRow.objects.filter(source=done).order_by("pk").iterator()
    ]
    return report

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
from functools import partial
from typing import Protocol

from django.db import connection, transaction
from django.db.models import QuerySet

from panhuo import __version__
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.desk.registry.ahead import LARGE_BYTES, read_ahead
from panhuo.desk.registry.fact_store import FactStore
from panhuo.desk.registry.models import Meta, RejectedRow, SourceFile
from panhuo.desk.registry.patent_store import Counts, PatentStore, Verdict
from panhuo.desk.registry.preparing import Preparer, Unit
from panhuo.engine.records.answers import answer_rules
from panhuo.engine.records.answers_intake import AnswerNormaliser
from panhuo.engine.records.raw import Reject
from panhuo.engine.records.vocabulary import Vocabulary
from panhuo.rules import InForce
from panhuo.rules.sources import source_rank


class Gate(Protocol):
    """Whose rows an import may store. mark: names what it lets pass; another gate reads the same file anew."""

    mark: str

    def check(self, unit: Unit) -> None:
        """Move the records and facts that may not be stored from the unit to its rejects; called in the transaction
        that stores the unit."""


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
    refused_code: str = ""
    refused_members: list[dict[str, str]] = field(default_factory=list)
    already_read: bool = False
    source_id: int | None = None

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


class Intake:
    """One import call over any number of files."""

    def __init__(
        self, rules: InForce, *, today: date, as_of: date | None, forced: str | None, gate: Gate | None = None
    ) -> None:
        self.rules = rules
        self.today = today
        self.as_of = as_of
        self.forced = forced
        self.vocabulary = Vocabulary(rules)
        self.gate = gate

    def has_read(self, source: Source) -> bool:
        """Whether the same file was read to its end before, for the same day, with the same rules and gate."""
        return self._whole(source, _digest(source)).exists()

    def _whole(self, source: Source, digest: str) -> QuerySet[SourceFile]:
        known = SourceFile.objects.filter(
            digest=digest, as_of=self.as_of, fingerprint=self._fingerprint(source), complete=True
        )
        return known.filter(format=self.forced) if self.forced else known

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
        done = self._whole(source, digest).first()
        if done is not None:
            return _from_before(report, done)
        try:
            self._stream(source, digest, report, acknowledge, keep_rejects)
        except RefusedFile as error:
            report.refused, report.refused_code = error.message, error.code
        return report

    def _stream(
        self, source: Source, digest: str, report: FileReport, acknowledge: Callable[[Batch], None], keep_rejects: int
    ) -> None:
        begun = SourceFile.objects.filter(
            digest=digest, as_of=self.as_of, fingerprint=self._fingerprint(source), complete=False
        ).first()
        skip = begun.rows_done if begun else 0
        prepare = partial(self._units, source, skip)
        units = read_ahead(prepare) if source.size >= LARGE_BYTES else prepare()
        writer: _Writer | None = None
        for number, unit in enumerate(units, start=1):
            report.format, report.because = "+".join(unit.formats), "; ".join(dict.fromkeys(unit.formats.values()))
            report.refused_members = unit.refused_members
            if writer is None:
                row = begun or self._begin(source, digest, report.format)
                _count_before(report, row)
                writer = _Writer(row, digest, self)
                report.source_id = row.pk
            if not unit.items:
                continue
            report.counts.plus(writer.commit(unit))
            report.rejected += len(unit.rejects)
            report.rejects += unit.rejects[: max(0, keep_rejects - len(report.rejects))]
            acknowledge(Batch(source.name, number, unit.items, writer.row.rows_done))
        if writer is not None:
            writer.finish()

    def _fingerprint(self, source: Source) -> str:
        """What decides how a file is read beside its bytes and its day."""
        said = f"{__version__}|{self.rules.digest}"
        if source.headings or self.gate is not None:
            said += f"|{source.headings}|{self.gate.mark if self.gate is not None else ''}"
        return hashlib.sha256(said.encode()).hexdigest()

    def _units(self, source: Source, skip: int) -> Iterator[Unit]:
        preparer = Preparer(
            source, self.rules, vocabulary=self.vocabulary, today=self.today, as_of=self.as_of, forced=self.forced
        )
        return preparer.units(skip)

    def _begin(self, source: Source, digest: str, formats: str) -> SourceFile:
        return SourceFile.objects.create(
            digest=digest,
            format=formats[:60],
            as_of=self.as_of,
            fingerprint=self._fingerprint(source),
            name=source.name[-400:],
            rank=source_rank(self.rules, formats.split("+")[0]),
        )


class _Writer:
    """Commits the units of one file."""

    def __init__(self, row: SourceFile, digest: str, intake: Intake) -> None:
        self.row = row
        self._patents = PatentStore(row.pk, digest, day=intake.today)
        self._facts = FactStore(row.pk)
        self._gate = intake.gate
        self._answers = AnswerNormaliser(
            answer_rules(intake.rules),
            owner_of=self._facts.owner_of,
            at=intake.as_of or intake.today,
            spoken_on=intake.as_of,
        )

    def commit(self, unit: Unit) -> Counts:
        counts = Counts()
        with transaction.atomic():
            connection.ensure_connection()
            for batch in unit.answers:
                facts, rejects = self._answers.normalise(batch)
                unit.facts += facts
                unit.rejects += rejects
            if self._gate is not None:
                self._gate.check(unit)
            beside = [fact.record for fact in unit.facts if fact.record is not None]
            verdicts = self._patents.store(unit.patents + beside) if unit.patents or beside else []
            counts.add(verdicts[: len(unit.patents)])
            of_records = iter(verdicts[len(unit.patents) :])
            for fact, verdict in zip(unit.facts, self._facts.store(unit.facts), strict=True):
                if isinstance(verdict, Reject):
                    unit.rejects.append(verdict)
                    continue
                both = {verdict, next(of_records)} if fact.record is not None else {verdict}
                counts.add([next(one for one in VERDICTS if one in both)])
            RejectedRow.objects.bulk_create(self._rejected(reject) for reject in unit.rejects)
            self.row.rows_done += unit.items
            self.row.rejected += len(unit.rejects)
            self.row.waiting += counts.waiting
            self.row.added += counts.new
            self.row.changed += counts.changed
            self.row.save(update_fields=["rows_done", "rejected", "waiting", "added", "changed"])
            count_up()
        return counts

    def finish(self) -> None:
        """The file was read to its end."""
        with transaction.atomic():
            self.row.rows, self.row.complete = self.row.rows_done, True
            self.row.save(update_fields=["rows", "complete"])

    def _rejected(self, reject: Reject) -> RejectedRow:
        return RejectedRow(
            source=self.row,
            member=reject.member[-400:],
            row=reject.row,
            column=reject.column[:100],
            value=reject.value[:200],
            code=reject.code[:60],
            message=reject.message[:400],
        )


def _count_before(report: FileReport, row: SourceFile) -> None:
    """Rows that an interrupted call stored are unchanged now."""
    report.counts.unchanged += max(0, row.rows_done - row.rejected - row.waiting)
    report.counts.waiting += row.waiting
    report.rejected += row.rejected


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Rows hold no cycles; looking for some among millions of them would cost a third of an import.

    What cycles there are is left to the collector's own time: a look per file cost more than a small file takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def count_up() -> None:
    """The register's version: every commit that may have changed it has a number of its own."""
    row, _ = Meta.objects.get_or_create(key="version", defaults={"value": "0"})
    row.value = str(int(row.value) + 1)
    row.save(update_fields=["value"])


def _digest(source: Source) -> str:
    digest = hashlib.sha256()
    with source.open() as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _from_before(report: FileReport, done: SourceFile) -> FileReport:
    report.format, report.already_read, report.source_id = done.format, True, done.pk
    report.because = "read before with the same rules"
    report.rejected, report.counts.waiting = done.rejected, 0
    report.counts.unchanged = done.rows - done.rejected
    report.rejects = [
        Reject(row.row, row.column, row.value, row.code, row.message, row.member)
        for row in RejectedRow.objects.filter(source=done).order_by("pk").iterator()
    ]
    return report

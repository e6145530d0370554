"""Valuation records: the only place where they are written, and how they are read on a day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from panhuo.adapters.files.attachments import KeptFile, put_away
from panhuo.adapters.files.home import Home
from panhuo.desk.history import log_action
from panhuo.desk.valuations.models import ValuationRecord as Stored
from panhuo.engine.valuation import ValuationRecord, kept_record, read_record
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

PREFIX = "GZ"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A dossier that was verified. part: what it gives to the record (engine.flows.sealed_part); seal: its digest."""

    part: Mapping[str, Any]
    seal: str


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file to be kept with a record: where it lies, and what it is."""

    path: Path
    kept: KeptFile


@dataclass(frozen=True, slots=True)
class Recorded:
    """A stored record as it is read. is_new: False where the same was on record already."""

    number: str
    record: ValuationRecord
    stored: Stored
    is_new: bool = False


def add_record(
    home: Home,
    inputs: Mapping[str, Any],
    *,
    paper: PaperFile | None,
    dossier: SealedFile | None,
    rules: InForce,
    actor: str,
    at: date,
    made_at: datetime,
) -> Recorded:
    """Put a value on record with its file. Raises: BadInputs with every fault; DomainError no_actor, cannot_write."""
    content = {**inputs, **(dossier.part if dossier else {})}
    file = paper.kept.digest if paper else ""
    record = read_record(inputs, rules, at=at, file=file, sealed=dossier.part if dossier else None)
    said = json.dumps([content, file], ensure_ascii=False, sort_keys=True, default=str)
    digest = blake2b(said.encode(), digest_size=16).hexdigest()
    with transaction.atomic():
        known = Stored.objects.filter(digest=digest).first()
        if known is not None:
            return Recorded(known.number, record, known)
        stored = Stored.objects.create(
            number=f"{PREFIX}{(Stored.objects.aggregate(last=Max('pk'))['last'] or 0) + 1:06d}",
            source=record.source,
            patents=[one.number for one in record.statement.patents],
            base_date=record.statement.base_date,
            valid_until=record.valid_until,
            value_cny=record.value_cny,
            content=content,
            digest=digest,
            file=file,
            file_name=paper.kept.name[-400:] if paper else "",
            file_size=paper.kept.size if paper else 0,
            seal=dossier.seal if dossier else "",
            recorded_on=at,
            actor=actor.strip(),
            made_at=made_at,
        )
        data = {"source": record.source.value, "file": file, "seal": stored.seal}
        log_action(f"value:{stored.number}", "recorded", actor=actor, at=at, made_at=made_at, data=data)
        if paper is not None:
            put_away(home, paper.path, paper.kept)
    return Recorded(stored.number, record, stored, is_new=True)


def record_of(number: str, rules: InForce) -> Recorded:
    """A record by its number, as it was read on its day. Raises: DomainError unknown_record."""
    stored = Stored.objects.filter(number=number.strip().upper()).first()
    if stored is None:
        raise DomainError(
            f"There is no valuation record {number}. panhuo value-record list shows those that are.",
            code="unknown_record",
        )
    return _read(stored, rules)


def records_on(rules: InForce, *, at: date, patent: str = "") -> list[Recorded]:
    """Records that were there on a day, in order of their numbers; of one patent where it is named."""
    stored = Stored.objects.filter(recorded_on__lte=at)
    return [_read(one, rules) for one in stored if not patent or patent in one.patents]


def _read(stored: Stored, rules: InForce) -> Recorded:
    return Recorded(stored.number, kept_record(stored.content, rules, file=stored.file), stored)

"""Valuation records: the only place where they are written, and how they are read on a day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from panhuo.adapters.files.attachments import KeptFile, place_of, put_away
from panhuo.adapters.files.home import Home
from panhuo.desk.history import log_action
from panhuo.desk.valuations.models import ValuationRecord as Stored
from panhuo.desk.valuations.models import ValuedPatent
from panhuo.engine.flows import read_dossier
from panhuo.engine.sealing import seal
from panhuo.engine.valuation import ValuationRecord, kept_record, read_record
from panhuo.rules import InForce
from panhuo.terms.errors import BadValue, DomainError
from panhuo.terms.numbers import parse_application_number, parse_publication_number

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
class SealCheck:
    """What re-computing found. is_same: the file's SHA-256 is the one on record; is_sealed: the dossier's content gives
    the seal on record, None where the file is no dossier; is_missing: the record names a file that is not there."""

    has_file: bool
    is_same: bool = False
    is_sealed: bool | None = None
    is_missing: bool = False

    @property
    def is_good(self) -> bool:
        return self.has_file and self.is_same and self.is_sealed is not False


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
        ValuedPatent.objects.bulk_create(
            ValuedPatent(record=stored, key=key) for key in dict.fromkeys(map(key_of, stored.patents))
        )
        data = {"source": record.source.value, "file": file, "seal": stored.seal}
        log_action(f"value:{stored.number}", "recorded", actor=actor, at=at, made_at=made_at, data=data)
        if paper is not None:
            put_away(home, paper.path, paper.kept)
    return Recorded(stored.number, record, stored, is_new=True)


def key_of(number: str) -> str:
    """The key by which the register would know a number as a record writes it; the text itself where it is none.

    >>> key_of("202110000007.3")
    'a:CN202110000007'
    """
    for parse in (parse_application_number, parse_publication_number):
        with suppress(BadValue):
            if key := parse(number).key:
                return key
    return number[:60]


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


def seal_of(home: Home, stored: Stored) -> SealCheck:
    """Whether the kept file is still what was put away, and, for a dossier, still what was sealed."""
    if not stored.file:
        return SealCheck(has_file=False)
    place = place_of(home, KeptFile(stored.file_name, stored.file, stored.file_size))
    if not place.is_file():
        return SealCheck(has_file=False, is_missing=True)
    data = place.read_bytes()
    is_same = hashlib.sha256(data).hexdigest() == stored.file
    if not stored.seal:
        return SealCheck(has_file=True, is_same=is_same)
    try:
        told = read_dossier(data)
        is_sealed = seal(told.content).whole == stored.seal == told.told.whole
    except DomainError:
        is_sealed = False
    return SealCheck(has_file=True, is_same=is_same, is_sealed=is_sealed)


def _read(stored: Stored, rules: InForce) -> Recorded:
    return Recorded(stored.number, kept_record(stored.content, rules, file=stored.file), stored)

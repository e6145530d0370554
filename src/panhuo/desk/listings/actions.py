"""The only place where editions and booklets are written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from panhuo.desk.history.actions import log_action
from panhuo.engine.records.answers import booklet_number

if TYPE_CHECKING:
    from panhuo.desk.history.models import Run
    from panhuo.desk.listings.models import Booklet, Edition

SUPPLY_LIST = "supply_list"
SHARING_LIST = "sharing_list"
DORMANT_REGISTER = "dormant_register"
LIST, ANNEX = "list", "annex"


@dataclass(frozen=True, slots=True)
class FrozenRow:
    """One row to be published. cells: JSON values in the order of the edition's columns."""

    asset_key: str
    cells: Sequence[Any]


def publish_supply_list(
    listed: Sequence[FrozenRow],
    annex: Sequence[FrozenRow],
    *,
    columns: Sequence[str],
    day: date,
    audience: str,
    run: Run,
    notes: Mapping[str, Any],
    made_at: datetime,
    kind: str = SUPPLY_LIST,
) -> tuple[Edition, bool]:
    """Freeze a list (kind: SUPPLY_LIST, SHARING_LIST) under the next number. Returns the edition and whether it is new.

    The same rows for the same day and audience are the edition that is there already; notes, Run and clock play
    no part in that.
    """
    from panhuo.desk.listings.models import EditionRow

    with transaction.atomic():
        edition, is_new = _numbered(
            kind,
            digest=_digest(columns, listed, annex),
            columns=columns,
            day=day,
            audience=audience,
            run=run,
            notes=notes,
            made_at=made_at,
        )
        if not is_new:
            return edition, False
        rows = [
            EditionRow(edition=edition, part=part, position=place, asset_key=row.asset_key, cells=list(row.cells))
            for part, frozen in ((LIST, listed), (ANNEX, annex))
            for place, row in enumerate(frozen, start=1)
        ]
        EditionRow.objects.bulk_create(rows, batch_size=5_000)
    return edition, True


def number_dormant_register(
    digest: str,
    *,
    columns: Sequence[str],
    day: date,
    reading: str,
    run: Run,
    notes: Mapping[str, Any],
    made_at: datetime,
) -> Edition:
    """The edition of a dormant register whose rows its Run keeps; the same rows for the same day keep their number.

    digest: SHA-256 over the rows. reading: profile and owners asked about.
    """
    with transaction.atomic():
        edition, _ = _numbered(
            DORMANT_REGISTER,
            digest=digest,
            columns=columns,
            day=day,
            audience=reading,
            run=run,
            notes=notes,
            made_at=made_at,
        )
    return edition


def _numbered(
    kind: str,
    *,
    digest: str,
    columns: Sequence[str],
    day: date,
    audience: str,
    run: Run,
    notes: Mapping[str, Any],
    made_at: datetime,
) -> tuple[Edition, bool]:
    from panhuo.desk.listings.models import Edition

    known = Edition.objects.filter(kind=kind, day=day, audience=audience, digest=digest).first()
    if known is not None:
        return known, False
    last = Edition.objects.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    made = Edition.objects.create(
        kind=kind,
        number=last + 1,
        day=day,
        audience=audience,
        digest=digest,
        run_id=run.id,
        pack=run.pack,
        pack_version=run.pack_version,
        columns=list(columns),
        notes=dict(notes),
        made_at=made_at,
    )
    return made, True


def _digest(columns: Sequence[str], listed: Sequence[FrozenRow], annex: Sequence[FrozenRow]) -> str:
    digest = hashlib.sha256(json.dumps(list(columns)).encode())
    for part, frozen in ((LIST, listed), (ANNEX, annex)):
        for row in frozen:
            said = json.dumps([part, row.asset_key, list(row.cells)], ensure_ascii=False, sort_keys=True)
            digest.update(said.encode() + b"\n")
    return digest.hexdigest()


def send_booklet(
    *, owner: str, owner_code: str, day: date, run: Run, asked: int, made_at: datetime, region_code: str = "",
    answer_by: date | None = None, unit: int | None = None, sent_by: str = "",
) -> Booklet:  # fmt: skip
    """Note that an owner is asked about so many rights; the same owner and day keep their number."""
    from panhuo.desk.listings.models import Booklet

    told = {
        "owner": owner,
        "owner_code": owner_code,
        "day": day,
        "run_id": run.id,
        "asked": asked,
        "unit_id": unit,
        "region_code": region_code,
        "answer_by": answer_by,
        "sent_by": sent_by,
    }
    booklet, is_new = Booklet.objects.update_or_create(
        number=booklet_number(owner, day), defaults=told, create_defaults={**told, "made_at": made_at}
    )
    if is_new and sent_by:
        log_action(
            f"booklet:{booklet.pk}", "booklet.sent", actor=sent_by, at=day, made_at=made_at,
            data={"number": booklet.number, "asked": asked},
        )  # fmt: skip
    return booklet

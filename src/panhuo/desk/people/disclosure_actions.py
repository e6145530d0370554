"""The only place where it is written who saw personal data unmasked and who took which rows out of the house."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from panhuo.desk.people.access import not_there, require, require_any, standing_of
from panhuo.desk.people.actions import asked_reason, write_log
from panhuo.desk.people.models import Account, ExportRecord, RevealedField
from panhuo.rules.rights import Subject, judge, read_rights
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.rules import InForce

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MARKS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that a code can be read from paper."""


@transaction.atomic
def reveal_field(
    thing: models.Model, field: str, *, of: Subject, reason: str, actor: Account, at: datetime, rules: InForce
) -> Any:
    """The value of a personal field unmasked, after it was written down who sees it and why.

    of: the thing as a question of rights is put about it, with its name. Who may not see it is told that there is
    nothing. Raises: DomainError no_reason, not_personal (the model does not declare the field), not_there.
    """
    why = asked_reason(reason)
    if field not in getattr(type(thing), "personal_fields", ()):
        raise DomainError(
            f"{type(thing).__name__} declares no personal field {field}. Show it as it is, or declare it.",
            code="not_personal",
        )
    standing = standing_of(actor, at=at, rules=rules)
    if not judge(standing, Right.REVEAL_PERSONAL_DATA, of, book=read_rights(rules)).allowed:
        raise not_there(of.name)
    RevealedField.objects.create(account=actor, subject=of.name, field=field, reason=why, made_at=at)
    write_log(of.name, "field.revealed", actor=actor, at=at, data={"field": field, "reason": why})
    return getattr(thing, field)


def new_watermark() -> str:
    """A code to print in an export before it is recorded: three groups of four characters, random (60 bits)."""
    marks = "".join(secrets.choice(_MARKS) for _ in range(12))
    return "-".join((marks[:4], marks[4:8], marks[8:]))


@transaction.atomic
def record_export(
    what: str, *, of: Subject | None, chosen: Mapping[str, Any], rows: int, digest: str, watermark: str, actor: Account,
    at: datetime, rules: InForce,
) -> ExportRecord:  # fmt: skip
    """Write down a file before it is handed out. what: the list's name; chosen: the filter as the page has it; digest:
    SHA-256 of the file, hexadecimal; watermark: from new_watermark, printed in the file. of: None for a list that was
    cut to what the right to export reaches.

    Raises: DomainError bad_digest, bad_rows, watermark_used, not_allowed.
    """
    if of is None:
        require_any(actor, Right.EXPORT_ROWS, at=at, rules=rules)
    else:
        require(actor, Right.EXPORT_ROWS, of, at=at, rules=rules)
    if not _DIGEST.fullmatch(digest):
        raise DomainError("An export is recorded with the SHA-256 of its file. Hand that in.", code="bad_digest")
    if rows < 0:
        raise DomainError(f"An export has no {rows} rows. Count them.", code="bad_rows")
    if ExportRecord.objects.filter(watermark=watermark).exists():
        raise DomainError(f"The code {watermark} is another export's. Make a new one.", code="watermark_used")
    made = ExportRecord.objects.create(
        account=actor, what=what, filter=dict(chosen), rows=rows, digest=digest, watermark=watermark, made_at=at
    )
    told = {"what": what, "rows": rows, "digest": digest, "watermark": watermark}
    write_log(f"export:{made.pk}", "rows.exported", actor=actor, at=at, data=told)
    return made

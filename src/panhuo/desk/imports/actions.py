"""The only place where uploads are written, but for what their import says of them (work)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from panhuo.adapters.files.home import Home
from panhuo.adapters.files.uploads import SentFile, source_of, take_in
from panhuo.adapters.readers.headings import normal_heading
from panhuo.adapters.readers.previews import FilePreview, choices, headings_digest, preview
from panhuo.adapters.readers.protocol import Source
from panhuo.desk.history.actions import log_action
from panhuo.desk.imports.models import SaidHeadings, Upload
from panhuo.desk.imports.reading import organisation_of
from panhuo.desk.imports.work import IMPORT
from panhuo.desk.jobs.actions import ask_for_job
from panhuo.desk.jobs.models import Job
from panhuo.desk.people.access import require, standing_of, subject_of
from panhuo.desk.people.models import Account
from panhuo.rules.rights import read_rights
from panhuo.terms.errors import DomainError
from panhuo.terms.masking import masked_name
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.rules import InForce

PERSONAL = frozenset({"inventors", "contact", "manager", "officer", "approver", "agent"})
"""Fields whose cells are masked in what is kept of a preview."""


def send_in(
    home: Home, name: str, blocks: Iterable[bytes], *, most_bytes: int, as_of: date | None, fills_own: bool,
    actor: Account, at: datetime, rules: InForce,
) -> Upload:  # fmt: skip
    """Keep a file and look at it; nothing of it is stored in the register yet. fills_own: see Upload.

    What the sender's organisation said before of the same headings holds again.
    Raises: DomainError not_allowed, no_organisation, empty_file, upload_too_large, cannot_write.
    """
    standing = standing_of(actor, at=at, rules=rules)
    unit = organisation_of(standing, book=read_rights(rules))
    if unit is None:
        raise DomainError(
            "Your account belongs to no organisation that imports. Ask your administrator for the role.",
            code="not_allowed",
        )
    require(actor, Right.IMPORT_STOCK, subject_of(unit), at=at, rules=rules)
    sent = take_in(home, name, blocks, most_bytes=most_bytes)
    found = preview(source_of(home, sent))
    said = _said_before(unit.pk, found)
    if said:
        found = preview(source_of(home, sent, headings=tuple(sorted(said.items()))))
    with transaction.atomic():
        upload = Upload.objects.create(
            digest=sent.digest, name=sent.name, size=sent.size, sent_by=actor, organisation=unit, sent_at=at,
            as_of=as_of, fills_own=fills_own, headings=said, seen=_kept(found),
        )  # fmt: skip
        told = {"digest": sent.digest, "size": sent.size, "as_of": as_of.isoformat() if as_of else ""}
        _log(upload, "upload.sent", actor=actor, at=at, data=told)
    return upload


def say_headings(
    home: Home, upload: Upload, told: Mapping[str, str], *, actor: Account, at: datetime, rules: InForce
) -> Upload:
    """Say what headings mean (heading as found -> field, "" left out), look again, and keep it for the next time.

    Raises: DomainError not_allowed, import_begun, unknown_field, field_twice, upload_gone.
    """
    _require(upload, actor, at=at, rules=rules)
    if upload.job_id is not None:
        raise DomainError("This file is being imported already. Send it in again to map it anew.", code="import_begun")
    fields = {field for field, _ in choices()}
    unknown = next((field for field in told.values() if field and field not in fields), None)
    if unknown is not None:
        raise DomainError(f"{unknown} is no field. Choose one from the list.", code="unknown_field", field=unknown)
    given = [field for field in told.values() if field]
    if len(given) != len(set(given)):
        raise DomainError("Two headings were given the same meaning. Choose another for one.", code="field_twice")
    said = {**upload.headings, **{normal_heading(heading): field for heading, field in told.items()}}
    found = preview(source_of(home, sent_file(upload), headings=tuple(sorted(said.items()))))
    with transaction.atomic():
        upload.headings, upload.seen = said, _kept(found)
        upload.save(update_fields=["headings", "seen"])
        for sheet in found.sheets:
            digest = headings_digest(heading.text for heading in sheet.headings)
            names = {normal_heading(heading.text) for heading in sheet.headings}
            mine = {heading: field for heading, field in said.items() if heading in names}
            if mine:
                SaidHeadings.objects.update_or_create(
                    organisation_id=upload.organisation_id, digest=digest,
                    defaults={"headings": mine, "said_by": actor, "said_at": at},
                )  # fmt: skip
        _log(upload, "upload.mapped", actor=actor, at=at, data={"headings": said})
    return upload


@transaction.atomic
def start_import(upload: Upload, *, actor: Account, at: datetime, rules: InForce) -> Job:
    """Ask for the import of a file that was recognised; asked twice it is one job.

    Raises: DomainError not_allowed, not_recognised.
    """
    _require(upload, actor, at=at, rules=rules)
    if upload.job is not None:
        return upload.job
    if not upload.seen.get("format"):
        raise DomainError(
            "This file was not recognised, so nothing of it can be imported. Say what its headings mean, or send "
            "another file.",
            code="not_recognised",
        )
    job = ask_for_job(IMPORT, {"upload": upload.pk}, actor=actor, at=at)
    upload.job = job
    for sheet in upload.seen.get("sheets", []):
        sheet["rows"] = []
    upload.save(update_fields=["job", "seen"])
    _log(upload, "import.asked", actor=actor, at=at, data={"job": job.pk})
    return job


def sent_file(upload: Upload) -> SentFile:
    """The file of an upload, as it is kept."""
    return SentFile(upload.name, upload.digest, upload.size)


def upload_source(home: Home, upload: Upload) -> Source:
    """The file of an upload as readers see it, with what its headings were said to mean."""
    return source_of(home, sent_file(upload), headings=tuple(sorted(upload.headings.items())))


def _said_before(organisation: int, found: FilePreview) -> dict[str, str]:
    said: dict[str, str] = {}
    digests = [headings_digest(heading.text for heading in sheet.headings) for sheet in found.sheets]
    for row in SaidHeadings.objects.filter(organisation_id=organisation, digest__in=digests):
        said |= row.headings
    return said


def _kept(found: FilePreview) -> dict[str, Any]:
    kept = asdict(found)
    for sheet in kept["sheets"]:
        personal = {place for place, one in enumerate(sheet["headings"]) if one["field"] in PERSONAL}
        sheet["rows"] = [
            [masked_name(cell) if place in personal else cell for place, cell in enumerate(row)]
            for row in sheet["rows"]
        ]
    return kept


def _require(upload: Upload, actor: Account, *, at: datetime, rules: InForce) -> None:
    require(actor, Right.IMPORT_STOCK, subject_of(upload.organisation), at=at, rules=rules)


def _log(upload: Upload, act: str, *, actor: Account, at: datetime, data: Mapping[str, Any]) -> None:
    log_action(f"upload:{upload.pk}", act, actor=actor.login, at=timezone.localdate(at), made_at=at, data=data)

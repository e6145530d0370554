"""The background work of an import: what the sender may import is asked when it begins, not when it was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from panhuo.adapters.files.uploads import SentFile, source_of
from panhuo.adapters.readers.archives import is_archive
from panhuo.adapters.readers.previews import count_rows
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.desk.history.actions import log_action
from panhuo.desk.imports.gate import OwnerGate, own_of
from panhuo.desk.imports.models import Upload
from panhuo.desk.inventory.work import ask_for_inventory
from panhuo.desk.jobs.progress import Progress
from panhuo.desk.people.access import require, standing_of, subject_of
from panhuo.desk.registry.intake import Batch, FileReport, Intake
from panhuo.desk.registry.models import SourceFile
from panhuo.rules import load_pack
from panhuo.rules.reachable import reachable
from panhuo.rules.rights import read_rights
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.desk.jobs.models import Job

IMPORT = "import"
COUNTED_BYTES = 20_000_000
"""Rows of larger files are not counted beforehand: it would cost a second reading."""


def import_upload(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Import a file that was sent in, batch by batch; called again it goes on behind the last batch that stands.

    Returns: rows new, changed, unchanged, waiting, rejected. Raises: RefusedFile; DomainError not_allowed, where the
    sender may no longer import; HomeBusy.
    """
    upload = Upload.objects.select_related("sent_by", "organisation__parent__parent").get(pk=job.what["upload"])
    at = progress.clock()
    today = timezone.localdate(at)
    rules = load_pack(progress.home.pack).at(upload.as_of or today)
    now_rules = load_pack(progress.home.pack).at(today)
    require(upload.sent_by, Right.IMPORT_STOCK, subject_of(upload.organisation), at=at, rules=now_rules)
    standing = standing_of(upload.sent_by, at=at, rules=now_rules)
    reach = reachable(standing, Right.IMPORT_STOCK, book=read_rights(now_rules))
    sent = SentFile(upload.name, upload.digest, upload.size)
    source = source_of(progress.home, sent, headings=tuple(sorted(upload.headings.items())))
    progress.step("counting")
    of = _rows(source)
    with progress.home.writing():
        gate = OwnerGate(own_of(reach), fill=upload.organisation if upload.fills_own else None)
        intake = Intake(rules, today=today, as_of=upload.as_of, forced=None, gate=gate)
        if upload.was_read_before is None:  # a later try would take what the first one stored for an earlier reading
            upload.was_read_before = intake.has_read(source)
            upload.save(update_fields=["was_read_before"])
        progress.step("storing", done=0, of=of)

        def acknowledge(batch: Batch) -> None:
            progress.step("storing", done=batch.through, of=max(of, batch.through))

        report = intake.read(source, acknowledge=acknowledge, keep_rejects=0)
    if report.refused:
        raise RefusedFile(report.refused, code=report.refused_code)
    counts = _keep(upload, report, progress)
    if counts["new"] or counts["changed"]:
        with suppress(DomainError):  # who may not run the grading leaves it to who may
            ask_for_inventory(today, actor=upload.sent_by, at=at, rules=now_rules)
    return counts


def _rows(source: Source) -> int:
    if source.size > COUNTED_BYTES or is_archive(source):
        return 0
    return count_rows(source)


@transaction.atomic
def _keep(upload: Upload, report: FileReport, progress: Progress) -> Mapping[str, Any]:
    """Counts of the whole file, also of batches that an earlier try stored."""
    row = SourceFile.objects.get(pk=report.source_id or 0)
    counts = {"waiting": row.waiting, "rejected": row.rejected}
    if upload.was_read_before:
        counts |= {"new": 0, "changed": 0, "waiting": 0, "unchanged": row.rows - row.rejected}
    else:
        stored = row.added + row.changed + row.waiting + row.rejected
        counts |= {"new": row.added, "changed": row.changed, "unchanged": max(row.rows_done - stored, 0)}
    for name, count in counts.items():
        setattr(upload, name, count)
    upload.source, upload.is_read = row, True
    upload.refused_members = report.refused_members[:50]
    upload.save()
    at = progress.clock()
    log_action(
        f"upload:{upload.pk}",
        "upload.imported",
        actor=upload.sent_by.login,
        at=timezone.localdate(at),
        made_at=at,
        data={
            **counts,
            "already_read": upload.was_read_before,
            "day": (upload.as_of or timezone.localdate(at)).isoformat(),
        },
    )
    return counts

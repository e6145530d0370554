"""Which imports somebody sees, for whom they may import, what became of the rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from panhuo.desk.imports.models import Upload
from panhuo.desk.people.access import filter_of, not_there, subject_of
from panhuo.desk.people.models import Account, Organisation
from panhuo.desk.registry.models import RejectedRow
from panhuo.rules.reachable import reachable
from panhuo.rules.rights import RightsBook, Standing, applying, may
from panhuo.terms.roles import Effect, Right

if TYPE_CHECKING:
    from panhuo.rules import InForce


def organisation_of(standing: Standing, *, book: RightsBook) -> Organisation | None:
    """For whom somebody imports: the first organisation by whose membership they may, None where there is none."""
    for one in applying(standing, Right.IMPORT_STOCK, book):
        if one.grant.effect is Effect.ALLOW and one.held is not None and one.held.organisation is not None:
            return Organisation.objects.get(pk=one.held.organisation)
    return None


def uploads_for(account: Account, standing: Standing, *, book: RightsBook) -> QuerySet[Upload]:
    """The imports that somebody sees, newest first: their own, and those of organisations for which they may import."""
    reach = filter_of(reachable(standing, Right.IMPORT_STOCK, book=book), owner="organisation__")
    return Upload.objects.filter(Q(sent_by=account) | reach).select_related("sent_by", "organisation", "job")


def upload_for(account: Account, standing: Standing, number: int, *, book: RightsBook) -> Upload:
    """One import. Raises: DomainError not_there, alike for one that is not and one that may not be seen."""
    found = Upload.objects.select_related("sent_by", "job", "organisation__parent__parent").filter(pk=number).first()
    if found is None or (
        found.sent_by_id != account.pk
        and may(standing, Right.IMPORT_STOCK, subject_of(found.organisation), book=book) is None
    ):
        raise not_there(f"upload:{number}")
    return found


def may_open_rows(account: Account, standing: Standing, upload: Upload) -> bool:
    """Whether somebody gets the rows themselves, which may name people: who sent them in, and their colleagues."""
    return upload.sent_by_id == account.pk or upload.organisation_id in standing.organisations


def rejected_rows(upload: Upload) -> QuerySet[RejectedRow]:
    """Rows that were not taken, in the order of the file."""
    return RejectedRow.objects.filter(source=upload.source_id).order_by("member", "row", "pk")


def reasons(rules: InForce, language: str = "zh") -> dict[str, tuple[str, str]]:
    """Reject code -> (why, what to do). language: zh or en."""
    return {row["code"]: (row[language], row[f"{language}_to_do"]) for row in rules.table("reject_reasons")}


def told_rows(
    upload: Upload, rules: InForce, *, most: int | None = None, language: str = "zh"
) -> Iterator[tuple[RejectedRow, str, str]]:
    """(row, why, what to do) of rows that were not taken; a code without words is told in the engine's sentence."""
    words = reasons(rules, language)
    found = rejected_rows(upload)
    for row in found[:most] if most is not None else found.iterator():
        why, to_do = words.get(row.code, (row.message, words["other"][1]))
        yield row, why, to_do

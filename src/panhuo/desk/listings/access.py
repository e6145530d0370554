"""The ways by which a page gets booklets and editions: only what somebody may do a right to.

What one may not see looks like what is not there: DomainError not_there.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from panhuo.desk.listings.models import Booklet
from panhuo.desk.people.access import not_there, parents_of, units_filter
from panhuo.desk.people.models import Organisation
from panhuo.desk.registry.models import Answer
from panhuo.rules.reachable import NOWHERE, Reachable
from panhuo.rules.rights import RightsBook, Standing, Subject, may
from panhuo.terms.roles import Right


def booklets_for(found: Reachable) -> QuerySet[Booklet]:
    """Booklets to which somebody may do a right (rules.reachable of it)."""
    rows = Booklet.objects.filter(units_filter(found.allowed))
    return rows.exclude(units_filter(found.denied)) if found.denied != NOWHERE else rows


def _open(rows: QuerySet[Booklet]) -> QuerySet[Booklet]:
    answers = (
        Answer.objects.filter(booklet=OuterRef("number"), asset__isnull=False)
        .order_by()
        .values("booklet")
        .annotate(n=Count("asset", distinct=True))
        .values("n")
    )
    return rows.annotate(answered=Coalesce(Subquery(answers), 0)).filter(asked__gt=F("answered"))


def still_open(rows: QuerySet[Booklet], today: date) -> QuerySet[Booklet]:
    """Booklets with rights that are not answered, whose last day has not passed."""
    return _open(rows).filter(Q(answer_by=None) | Q(answer_by__gte=today))


def overdue(rows: QuerySet[Booklet], today: date) -> QuerySet[Booklet]:
    """Booklets with rights that are not answered after the last day."""
    return _open(rows).filter(answer_by__lt=today)


def open_counts(rows: QuerySet[Booklet], today: date) -> tuple[int, int]:
    """How many of these booklets overdue and still_open hold, asked at once."""
    late = Q(answer_by__lt=today)
    told = _open(rows).aggregate(late=Count("pk", filter=late), left=Count("pk", filter=~late | Q(answer_by=None)))
    return told["late"], told["left"]


def booklet_for(standing: Standing, number: int, rights: tuple[Right, ...], *, book: RightsBook) -> Booklet:
    """One booklet for who holds one of these rights over it. Raises: DomainError not_there."""
    found = Booklet.objects.select_related("unit__parent__parent").filter(pk=number).first()
    subject = booklet_subject(found) if found else None
    if found is None or subject is None or not any(may(standing, right, subject, book=book) for right in rights):
        raise not_there(f"booklet:{number}")
    return found


def booklet_subject(booklet: Booklet) -> Subject:
    """A booklet as a question of rights is put about it."""
    return owner_subject(booklet.unit, booklet.region_code, name=f"booklet:{booklet.pk}")


def owner_subject(unit: Organisation | None, region_code: str, *, name: str = "") -> Subject:
    """An owner, known here or not, as a question of rights is put about it."""
    return Subject(
        name=name,
        owner=unit.pk if unit else None,
        parents=parents_of(unit) if unit else (),
        region=region_code or (unit.region_code if unit else ""),
    )

"""The ways by which a page gets booklets and editions: only what somebody may do a right to.

What one may not see looks like what is not there: DomainError not_there.
"""

from __future__ import annotations

from django.db.models import QuerySet

from panhuo.desk.listings.models import Booklet
from panhuo.desk.people.access import not_there, parents_of, units_filter
from panhuo.desk.people.models import Organisation
from panhuo.rules.reachable import NOWHERE, Reachable
from panhuo.rules.rights import RightsBook, Standing, Subject, may
from panhuo.terms.roles import Right


def booklets_for(found: Reachable) -> QuerySet[Booklet]:
    """Booklets to which somebody may do a right (rules.reachable of it)."""
    rows = Booklet.objects.filter(units_filter(found.allowed))
    return rows.exclude(units_filter(found.denied)) if found.denied != NOWHERE else rows


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

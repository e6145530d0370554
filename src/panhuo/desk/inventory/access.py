"""The ways by which a page gets stock patents and their counts: only what somebody may do a right to.

What one may not see looks like what is not there: DomainError not_there.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from panhuo.desk.inventory.models import Inventorship, Inventory, StockCount, StockPatent
from panhuo.desk.people.access import MOST_LEVELS, not_there, parents_of
from panhuo.desk.people.models import Organisation
from panhuo.rules.reachable import Reachable, Reaches
from panhuo.rules.regions import Scope
from panhuo.rules.rights import RightsBook, Standing, Subject, may
from panhuo.terms.codes import region_prefix
from panhuo.terms.roles import Right

NOTHING = Q(pk__in=())


def current_inventory() -> Inventory | None:
    """The newest complete inventory; None before the first."""
    return Inventory.objects.exclude(done_at=None).last()


def stock_for(found: Reachable, inventory: Inventory | None) -> QuerySet[StockPatent]:
    """Patents of an inventory to which somebody may do a right (rules.reachable of it)."""
    rows = StockPatent.objects.filter(inventory=inventory) if inventory else StockPatent.objects.none()
    return rows.filter(reach_filter(found, persons=True))


def counts_for(found: Reachable, inventory: Inventory | None) -> QuerySet[StockCount]:
    """Counts of what stock_for holds for everybody but inventors, whose patents no count knows apart."""
    rows = StockCount.objects.filter(inventory=inventory) if inventory else StockCount.objects.none()
    return rows.filter(reach_filter(found, persons=False))


def is_countable(found: Reachable) -> bool:
    """Whether counts_for says the same as counting stock_for: no part of it hangs on persons or named patents."""
    return not any(one.person or one.wide_objects for one in (found.allowed, found.denied))


def stock_patent_for(standing: Standing, asset: int, right: Right, *, book: RightsBook) -> StockPatent:
    """One patent of the current inventory. Raises: DomainError not_there, alike for one that may not be seen."""
    found = (
        StockPatent.objects.select_related("unit__parent__parent", "asset__source", "inventory")
        .filter(inventory=current_inventory(), asset=asset)
        .first()
    )
    if found is None or may(standing, right, stock_subject(found), book=book) is None:
        raise not_there(f"asset:{asset}")
    return found


def stock_subject(patent: StockPatent) -> Subject:
    """A patent as a question of rights is put about it."""
    unit = patent.unit
    return Subject(
        name=f"asset:{patent.asset_id}",
        owner=unit.pk if unit else None,
        parents=parents_of(unit) if unit else (),
        region=patent.region_code,
        persons=frozenset(Inventorship.objects.filter(asset=patent.asset_id).values_list("account", flat=True)),
    )


def reach_filter(found: Reachable, *, persons: bool = True) -> Q:
    """What somebody may do a right to, as a condition on any model with unit, region_code and asset as StockPatent has
    them. persons: with what is reached as its inventor or by name."""
    allowed = _reached(found.allowed, persons=persons)
    return allowed & ~_reached(found.denied, persons=persons) if _says_anything(found.denied) else allowed


def _says_anything(reaches: Reaches) -> bool:
    return reaches != Reaches()


def _reached(reaches: Reaches, *, persons: bool) -> Q:
    if reaches.wide_everything:
        return ~NOTHING
    units = _with_children(reaches.trees | reaches.wide_trees) | reaches.units | reaches.wide_units
    said = Q(unit__in=sorted(units)) if units else NOTHING
    for scope in reaches.wide_regions:
        said |= _in_regions(scope)
    if persons and reaches.person:
        said |= Q(asset__in=Inventorship.objects.filter(account__in=reaches.person).values("asset"))
    named = [one.removeprefix("asset:") for one in reaches.wide_objects if one.startswith("asset:")]
    if persons and named:
        said |= Q(asset__in=[int(number) for number in named if number.isdecimal()])
    return said


def _with_children(roots: Iterable[int]) -> frozenset[int]:
    """Numbers of organisations and of all below them; asked once, so that lists of patents need no joins."""
    found = frozenset(roots)
    if not found:
        return found
    below = Q()
    for level in range(1, MOST_LEVELS):
        below |= Q(**{f"{'parent__' * level}pk__in": found})
    return found | frozenset(Organisation.objects.filter(below).values_list("pk", flat=True))


def _in_regions(scope: Scope) -> Q:
    """Ranges of codes, which an index answers; "" lies nowhere."""
    inside, outside = NOTHING, NOTHING
    for code in scope.includes:
        inside |= _range(code)
    for code in scope.excludes:
        outside |= _range(code)
    return inside & ~outside if scope.excludes else inside


def _range(code: str) -> Q:
    prefix = region_prefix(code)
    last = prefix[:-1] + chr(ord(prefix[-1]) + 1) if prefix else ":"
    return Q(region_code__gte=prefix or "0", region_code__lt=last)

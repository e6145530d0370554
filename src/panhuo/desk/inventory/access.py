"""The ways by which a page gets stock patents and their counts: only what somebody may do a right to.

What one may not see looks like what is not there: DomainError not_there.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, Func, Q, QuerySet

from panhuo.desk.inventory.models import (
    Inventorship,
    Inventory,
    StockCount,
    StockDue,
    StockPatent,
    StockYear,
    WithheldPatent,
)
from panhuo.desk.people.access import NOTHING, not_there, parents_of, units_filter
from panhuo.rules.reachable import NOWHERE, Reachable, Reaches, reachable
from panhuo.rules.rights import RightsBook, Standing, Subject, may
from panhuo.terms.roles import Right

WALKED = ("region_code", "status", "dormancy", "ip_type", "owner_type", "fee_state")
"""Columns with few values, each shared by many rows."""


ONE_IN = 300
"""From one patent in so many on, going through all in order finds a page sooner than sorting those that fit."""


class Unindexed(Func):
    """A column of characters as it is, for which no index is used."""

    template = "(%(expressions)s || '')"
    output_field = CharField()


def current_inventory() -> Inventory | None:
    """The newest complete inventory; None before the first."""
    return Inventory.objects.exclude(done_at=None).last()


def former_inventory() -> Inventory | None:
    """The complete inventory before the current one, of which only counts are kept; None before the second."""
    return Inventory.objects.exclude(done_at=None).order_by("-id")[1:2].first()


def stock_for(found: Reachable, inventory: Inventory | None) -> QuerySet[StockPatent]:
    """Patents of an inventory to which somebody may do a right (rules.reachable of it)."""
    rows = StockPatent.objects.filter(inventory=inventory) if inventory else StockPatent.objects.none()
    return rows.filter(reach_filter(found, persons=True))


def walked_stock_for(found: Reachable, inventory: Inventory, condition: Q) -> QuerySet[StockPatent]:
    """The same as stock_for with a condition, gone through in the order that is asked for.

    For many rows out of all: an index of a column that many rows share would have them all sorted for each page. So
    the columns in WALKED and the unit are named as walked_NAME, and no index is asked about them.
    """
    named: dict[str, Any] = {f"walked_{name}": Unindexed(F(name)) for name in WALKED}
    rows = StockPatent.objects.filter(inventory=inventory).alias(**named, walked_unit=F("unit_id") + 0)
    return rows.filter(condition, reach_filter(found, unit="walked_unit", region="walked_region_code"))


def years_for(found: Reachable, inventory: Inventory) -> QuerySet[StockYear]:
    """Counts by year of grant, as counts_for."""
    return StockYear.objects.filter(reach_filter(found, persons=False), inventory=inventory)


def dues_for(found: Reachable, inventory: Inventory) -> QuerySet[StockDue] | None:
    """Counts of what falls due, as counts_for; None where they do not say it (is_countable), or were never kept."""
    kept = StockDue.objects.filter(inventory=inventory)
    if not is_countable(found) or not kept.exists():
        return None
    return kept.filter(reach_filter(found, persons=False))


def counts_for(found: Reachable, inventory: Inventory | None) -> QuerySet[StockCount]:
    """Counts of what stock_for holds for everybody but inventors, whose patents no count knows apart."""
    rows = StockCount.objects.filter(inventory=inventory) if inventory else StockCount.objects.none()
    return rows.filter(reach_filter(found, persons=False))


def is_countable(found: Reachable) -> bool:
    """Whether counts_for says the same as counting stock_for: no part of it hangs on persons, named patents or
    what is withheld."""
    return not any(one.person or one.wide_objects for one in (found.allowed, found.denied)) and not _withheld(found)


def stock_patent_for(standing: Standing, asset: int, right: Right, *, book: RightsBook) -> StockPatent:
    """One patent of the current inventory. Raises: DomainError not_there, alike for one that may not be seen."""
    found = (
        StockPatent.objects.select_related("unit__parent__parent", "asset__source", "inventory")
        .filter(inventory=Inventory.objects.exclude(done_at=None).order_by("-id").values("pk")[:1], asset=asset)
        .first()
    )
    if found is None or may(standing, right, stock_subject(found), book=book) is None:
        raise not_there(f"asset:{asset}")
    if asset in _withheld(reachable(standing, right, book=book)):
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


def reach_filter(found: Reachable, *, persons: bool = True, unit: str = "unit", region: str = "region_code") -> Q:
    """What somebody may do a right to, as a condition on any model with unit, region_code and asset as StockPatent has
    them. persons: with what is reached as its inventor or by name; unit, region: the names of these."""
    allowed, denied = (
        units_filter(one, unit=unit, region=region) | (_by_person(one) if persons else NOTHING)
        for one in (found.allowed, found.denied)
    )
    hidden = _withheld(found) if persons else []
    shown = allowed & ~Q(asset__in=hidden) if hidden else allowed
    return shown & ~denied if found.denied != NOWHERE else shown


def _withheld(found: Reachable) -> list[int]:
    """What somebody scores blindly at the moment, where a role of his denies the right to it: few rows."""
    if not found.denied.assigned:
        return []
    return list(WithheldPatent.objects.filter(account__in=found.denied.assigned).values_list("asset", flat=True))


def _by_person(reaches: Reaches) -> Q:
    said = NOTHING
    if reaches.person:
        said |= Q(asset__in=Inventorship.objects.filter(account__in=reaches.person).values("asset"))
    named = [one.removeprefix("asset:") for one in reaches.wide_objects if one.startswith("asset:")]
    if named:
        said |= Q(asset__in=[int(number) for number in named if number.isdecimal()])
    return said

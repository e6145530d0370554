"""The ways by which a page gets entries of the pool: only what somebody may see.

Who files, reviews, approves or writes cards sees an entry from its first day; others who read stock see what is in the
pool, once it is approved and while it is confirmed in time. What one may not see looks like what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from panhuo.desk.inventory.access import current_inventory, reach_filter
from panhuo.desk.inventory.models import Inventorship, StockPatent, WithheldPatent
from panhuo.desk.people.access import not_there, parents_of
from panhuo.desk.people.models import Organisation
from panhuo.desk.pool.models import EntryStep, PoolEntry
from panhuo.engine.pool import Showing, Stage, confirm_rules, last_confirmed, showing
from panhuo.rules.reachable import Reachable
from panhuo.rules.rights import RightsBook, Standing, Subject, may
from panhuo.terms.roles import Right, Step

if TYPE_CHECKING:
    from panhuo.rules import InForce

INSIDE = (
    Right.SUBMIT_POOL_ENTRY,
    Right.REVIEW_POOL_ENTRY,
    Right.APPROVE_POOL_ENTRY,
    Right.EDIT_TECHNOLOGY_CARD,
)


class Waiting(StrEnum):
    """What an entry waits for: to be mended by its inventor, reviewed, approved, confirmed anew."""

    MEND = "mend"
    REVIEW = "review"
    APPROVE = "approve"
    CONFIRM = "confirm"


Reach = Callable[[Right], Reachable]


def owned_subject(asset: int, unit: Organisation, region: str) -> Subject:
    """What belongs to a patent as a question of rights is put about it."""
    return Subject(
        name=f"asset:{asset}",
        owner=unit.pk,
        parents=parents_of(unit),
        region=region,
        persons=frozenset(Inventorship.objects.filter(asset=asset).values_list("account", flat=True)),
        assigned=frozenset(WithheldPatent.objects.filter(asset=asset).values_list("account", flat=True)),
    )


def entry_subject(entry: PoolEntry) -> Subject:
    """An entry with who has taken which step of it; steps of earlier rounds count."""
    taken = EntryStep.objects.filter(entry=entry, account__isnull=False).exclude(step="")
    steps = frozenset((Step(step), account) for step, account in taken.values_list("step", "account") if account)
    return replace(owned_subject(entry.asset_id, entry.unit, entry.region_code), steps=steps)


def in_pool(rules: InForce) -> Q:
    """What others see on rules.day: both approvals, confirmed in time."""
    hidden = last_confirmed(Showing.HIDDEN, at=rules.day, rules=confirm_rules(rules))
    return Q(stage=Stage.UNIVERSITY_APPROVED, confirmed_on__gt=hidden)


def to_confirm(rules: InForce) -> Q:
    """What is in the pool and due to be confirmed, hidden entries among them."""
    due = last_confirmed(Showing.TO_CONFIRM, at=rules.day, rules=confirm_rules(rules))
    return Q(stage=Stage.UNIVERSITY_APPROVED, confirmed_on__lte=due)


def inside(reach: Reach) -> Q:
    """Entries that somebody works on, in whichever stage."""
    said = Q(pk__in=())
    for right in INSIDE:
        said |= reach_filter(reach(right))
    return said


def entries_for(reach: Reach, *, rules: InForce) -> QuerySet[PoolEntry]:
    """Entries that somebody may see on rules.day. reach: of a right, as filters."""
    outside = reach_filter(reach(Right.READ_STOCK)) & in_pool(rules)
    return PoolEntry.objects.filter(inside(reach) | outside)


def entries_to(reach: Reach, right: Right, *, rules: InForce) -> QuerySet[PoolEntry]:
    """Entries that somebody may see and do a right to; a step that he took already is asked about at the act."""
    return entries_for(reach, rules=rules).filter(reach_filter(reach(right)))


def waiting(reach: Reach, account: int | None, what: Waiting, *, rules: InForce) -> QuerySet[PoolEntry]:
    """Entries that wait for somebody on rules.day; where he took another step of the case they wait for others.

    account: None for a stranger, who reaches nothing."""
    own = Inventorship.objects.filter(account=account).values("asset")
    match what:
        case Waiting.CONFIRM:
            return entries_to(reach, Right.CONFIRM_LISTING, rules=rules).filter(to_confirm(rules))
        case Waiting.MEND:
            rows = entries_to(reach, Right.SUBMIT_POOL_ENTRY, rules=rules)
            return rows.filter(stage=Stage.RETURNED, asset__in=own)
        case Waiting.REVIEW:
            step, rows = Step.REVIEW, entries_to(reach, Right.REVIEW_POOL_ENTRY, rules=rules)
            rows = rows.filter(stage=Stage.SUBMITTED, has_college=True)
        case Waiting.APPROVE:
            step, rows = Step.APPROVE, entries_to(reach, Right.APPROVE_POOL_ENTRY, rules=rules)
            rows = rows.filter(Q(stage=Stage.COLLEGE_APPROVED) | Q(stage=Stage.SUBMITTED, has_college=False))
    taken = EntryStep.objects.filter(account=account).exclude(step="").exclude(step=step).values("entry")
    return rows.exclude(pk__in=taken).exclude(asset__in=own)


def is_inside(standing: Standing, of: Subject, *, book: RightsBook) -> bool:
    """Whether somebody works on an entry, so that he sees it in whichever stage.

    Own steps and cases take no sight away: they are left out of the question.
    """
    plain = replace(of, steps=frozenset())
    asked = (plain, replace(plain, persons=frozenset()))
    return any(may(standing, right, one, book=book) is not None for right in INSIDE for one in asked)


def showing_of(entry: PoolEntry, rules: InForce) -> Showing | None:
    """How an entry is shown on rules.day; None while it is not in the pool."""
    if entry.stage != Stage.UNIVERSITY_APPROVED or entry.confirmed_on is None:
        return None
    return showing(entry.confirmed_on, at=rules.day, rules=confirm_rules(rules))


def may_see(standing: Standing, entry: PoolEntry, of: Subject, *, book: RightsBook, rules: InForce) -> bool:
    """Whether somebody may see an entry on rules.day; the same as entries_for, for one."""
    if is_inside(standing, of, book=book):
        return True
    is_open = showing_of(entry, rules) in (Showing.SHOWN, Showing.TO_CONFIRM)
    return is_open and may(standing, Right.READ_STOCK, of, book=book) is not None


def entry_for(standing: Standing, number: int, *, book: RightsBook, rules: InForce) -> PoolEntry:
    """One entry. Raises: DomainError not_there, alike for one that may not be seen."""
    found = PoolEntry.objects.select_related("unit__parent__parent", "asset").filter(pk=number).first()
    if found is None or not may_see(standing, found, entry_subject(found), book=book, rules=rules):
        raise not_there(f"pool_entry:{number}")
    return found


def fileable(reach: Reach) -> QuerySet[StockPatent]:
    """Patents in force of the current inventory that somebody may file and that have no entry yet."""
    inventory = current_inventory()
    if inventory is None:
        return StockPatent.objects.none()
    return (
        StockPatent.objects.filter(inventory=inventory, status="granted_in_force", unit__isnull=False)
        .filter(reach_filter(reach(Right.SUBMIT_POOL_ENTRY)))
        .exclude(asset__in=PoolEntry.objects.values("asset"))
    )


def stock_of(assets: Iterable[int]) -> dict[int, StockPatent]:
    """Patents of the current inventory by asset."""
    rows = StockPatent.objects.filter(inventory=current_inventory(), asset__in=list(assets))
    return {one.asset_id: one for one in rows.select_related("unit__parent__parent")}

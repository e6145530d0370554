"""The only place where inventories, placements and inventorships are written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import ExtractYear
from django.utils.timezone import localdate

from panhuo.desk.history.actions import log_action
from panhuo.desk.inventory.access import current_inventory, former_inventory, stock_subject
from panhuo.desk.inventory.afterwards import tell_of_inventory
from panhuo.desk.inventory.falling_due import KEPT, due_condition
from panhuo.desk.inventory.kept_grades import forget_grades, keep_grades
from panhuo.desk.inventory.models import (
    Inventorship,
    Inventory,
    Placement,
    StockCount,
    StockDue,
    StockPatent,
    StockYear,
    WithheldPatent,
)
from panhuo.desk.inventory.rows import COLUMNS, StockRows
from panhuo.desk.people.access import Actor, parents_of, require, require_any
from panhuo.desk.people.models import Account, Organisation
from panhuo.desk.registry.bulk_rows import insert, statements_of_store
from panhuo.desk.registry.export import current_projection
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.rules import InForce

BATCH = 5_000
"""Rows of one transaction: other writers wait for that many only."""
COUNTED_BY = (
    "unit",
    "region_code",
    "owner_type",
    "ip_type",
    "status",
    "dormancy",
    "grade",
    "fee_state",
    "is_high_value",
    "high_value_cases",
)
ALL = Q()
FIGURES = ("ip_type", "status", "dormancy", "grade", "fee_state")
Progress = Callable[[int, int], None]


def take_inventory(
    home: Home, rules: InForce, *, actor: Actor, at: datetime, progress: Progress | None = None
) -> Inventory:
    """Work out every patent of the register for rules.day and let pages show that from then on.

    The caller holds the home's lock. Rows are written in batches beside those of the last inventory, which stands
    until the new one is whole; then it goes, with what a killed inventory had left. What registered with
    desk.inventory.afterwards happens in the transaction in which the new one stands. The same register, pack and day is
    not worked out again. progress: told how many rows are written, of how many.
    Raises: DomainError not_allowed; NotInForce for a day without rules.
    """
    require_any(actor, Right.RUN_GRADING, at=at, rules=rules)
    projection = current_projection(home, rules)
    told = {"day": rules.day, "pack": rules.pack, "pack_version": rules.version}
    same = current_inventory()
    if same is not None and _is_of(same, projection.version, rules):
        return same
    made = Inventory.objects.create(**told, register_version=projection.version, taken_by=actor.login, made_at=at)
    rows = StockRows(projection, rules)
    written = 0
    for batch in _batched(rows.cells(), BATCH):
        _write(made, batch)
        written += len(batch)
        if progress is not None:
            progress(written, rows.total)
    keep_grades(home, made, projection, rules)
    with transaction.atomic():
        _count(made)
        made.rows, made.figures, made.done_at = written, _figures(made), at
        made.save(update_fields=["rows", "figures", "done_at"])
        _log("inventory", made.pk, "inventory.taken", actor, at, {"day": rules.day.isoformat(), "rows": written})
        tell_of_inventory(made, actor.login, at)
    clear_former_inventories(home)
    return made


def clear_former_inventories(home: Home) -> None:
    """Take away the rows of inventories that do not stand: earlier ones, and ones that were never finished.

    Of the last one before the standing one the counts stay, so that figures can be compared.
    """
    standing = current_inventory()
    former = former_inventory()
    for one in Inventory.objects.exclude(pk=standing.pk if standing else 0):
        while True:
            with transaction.atomic():
                ids = list(StockPatent.objects.filter(inventory=one).values_list("pk", flat=True)[: BATCH * 4])
                StockPatent.objects.filter(pk__in=ids).delete()
            if not ids:
                break
        if one != former:
            for counts in (StockCount, StockYear, StockDue):
                counts.objects.filter(inventory=one).delete()
        forget_grades(home, one)
        if one.done_at is None:
            one.delete()


def _is_of(inventory: Inventory, version: str, rules: InForce) -> bool:
    return (inventory.register_version, inventory.day) == (version, rules.day) and _places_stand(inventory)


def _places_stand(inventory: Inventory) -> bool:
    """Whether no organisation or placement came after it, which would give a patent another unit."""
    after = inventory.made_at
    return not (
        Organisation.objects.filter(made_at__gt=after).exists() or Placement.objects.filter(made_at__gt=after).exists()
    )


@transaction.atomic
def _write(inventory: Inventory, rows: Sequence[tuple[Any, ...]]) -> None:
    sql = insert("inventory_stockpatent", ("inventory_id", *COLUMNS))
    statements_of_store().executemany(sql, ((inventory.pk, *row) for row in rows))


def _count(inventory: Inventory, only: Q = ALL) -> None:
    """Keep counts of the rows that a condition holds."""
    stock = StockPatent.objects.filter(only, inventory=inventory).order_by()
    found = stock.values_list(*COUNTED_BY).annotate(patents=Count("pk"))
    StockCount.objects.bulk_create(
        (
            StockCount(
                inventory=inventory,
                unit_id=unit,
                **dict(zip(COUNTED_BY[1:], cells[:-1], strict=True)),
                patents=cells[-1],
            )
            for unit, *cells in found
        ),
        batch_size=2_000,
    )
    named = ("unit", "region_code", "dormancy", ExtractYear("grant_date"))
    by_year = stock.values_list(*named).annotate(patents=Count("pk"))
    StockYear.objects.bulk_create(
        (
            StockYear(
                inventory=inventory, unit_id=unit, region_code=region, dormancy=dormancy, year=year, patents=patents
            )
            for unit, region, dormancy, year, patents in by_year
        ),
        batch_size=2_000,
    )
    for code in KEPT:
        falling = stock.filter(due_condition(code, inventory.day)).values_list("unit", "region_code")
        StockDue.objects.bulk_create(
            (
                StockDue(inventory=inventory, unit_id=unit, region_code=region, code=code, patents=patents)
                for unit, region, patents in falling.annotate(patents=Count("pk"))
            ),
            batch_size=2_000,
        )


def _figures(inventory: Inventory) -> dict[str, dict[str, int]]:
    rows = StockPatent.objects.filter(inventory=inventory).order_by()
    return {name: dict(rows.values_list(name).annotate(Count("pk"))) for name in FIGURES}


def _batched(rows: Iterator[tuple[Any, ...]], size: int) -> Iterator[list[tuple[Any, ...]]]:
    while batch := list(islice(rows, size)):
        yield batch


@transaction.atomic
def place_patents(assets: Iterable[int], unit: Organisation, *, actor: Actor, at: datetime, rules: InForce) -> int:
    """Say that patents belong to a college, or to another part of the organisation that owns them.

    Returns how many were placed anew. Raises: DomainError not_allowed, not_there, other_owner (fields number, unit).
    """
    placed, left = 0, set[int]()
    for asset in assets:
        patent = _patent(asset)
        require(actor, Right.IMPORT_STOCK, stock_subject(patent), at=at, rules=rules)
        own = {patent.unit_id, *(parents_of(patent.unit) if patent.unit else ())}
        if patent.unit is None or own.isdisjoint({unit.pk, *parents_of(unit)}):
            raise DomainError(
                f"{patent.number} is not owned by the organisation that {unit.name} is part of. Choose a part of its "
                "owner.",
                code="other_owner",
                number=patent.number,
                unit=unit.name,
            )
        if patent.unit_id == unit.pk:
            continue
        Placement.objects.update_or_create(
            asset_id=asset, defaults={"unit": unit, "placed_by": actor.login, "made_at": at}
        )
        StockPatent.objects.filter(pk=patent.pk).update(unit=unit)
        _log("asset", asset, "patent.placed", actor, at, {"unit": unit.pk, "from": patent.unit_id})
        placed += 1
        left.add(patent.unit_id or unit.pk)
    if placed:
        recount({unit.pk, *left})
    return placed


@transaction.atomic
def confirm_inventorship(asset: int, account: Account, *, actor: Actor, at: datetime, rules: InForce) -> Inventorship:
    """Say that an account is one of a patent's inventors, so that its owner's inventor sees and files it.

    The college says so, or the owner itself. Raises: DomainError not_allowed, not_there.
    """
    patent = _patent(asset)
    subject = stock_subject(patent)
    try:
        require(actor, Right.APPROVE_POOL_ENTRY, subject, at=at, rules=rules)
    except DomainError:
        require(actor, Right.REVIEW_POOL_ENTRY, subject, at=at, rules=rules)
    made, is_new = Inventorship.objects.get_or_create(
        asset_id=asset, account=account, defaults={"confirmed_by": actor.login, "made_at": at}
    )
    if is_new:
        _log("asset", asset, "inventorship.confirmed", actor, at, {"account": account.pk})
    return made


@transaction.atomic
def withhold_patent(asset: int, accounts: Iterable[int]) -> None:
    """Hide a right from exactly these accounts, which score it blindly; the caller's act is logged."""
    wanted = set(accounts)
    WithheldPatent.objects.filter(asset=asset).exclude(account__in=wanted).delete()
    known = set(WithheldPatent.objects.filter(asset=asset).values_list("account", flat=True))
    WithheldPatent.objects.bulk_create(WithheldPatent(asset_id=asset, account_id=one) for one in sorted(wanted - known))


def _patent(asset: int) -> StockPatent:
    found = (
        StockPatent.objects.select_related("unit__parent__parent")
        .filter(inventory=current_inventory(), asset=asset)
        .first()
    )
    if found is None:
        raise DomainError(f"There is no patent {asset} in the current inventory.", code="not_there")
    return found


def recount(units: Collection[int] | None = None) -> None:
    """Count the patents of the current inventory anew, after some of them got another unit.

    units: of which organisations; None for all.
    """
    inventory = current_inventory()
    if inventory is None:
        return
    only = Q() if units is None else Q(unit__in=units)
    for counts in (StockCount, StockYear, StockDue):
        counts.objects.filter(only, inventory=inventory).delete()
    _count(inventory, only)


def _log(kind: str, number: int, act: str, actor: Actor, at: datetime, data: dict[str, Any]) -> None:
    log_action(f"{kind}:{number}", act, actor=actor.login, at=localdate(at), made_at=at, data=data)

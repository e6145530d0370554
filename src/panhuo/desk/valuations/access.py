"""The ways by which a page gets valuation records: only of patents all of which somebody may see."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from panhuo.desk.inventory.access import current_inventory, stock_for
from panhuo.desk.inventory.models import Inventory, StockPatent
from panhuo.desk.people.access import not_there
from panhuo.desk.registry.models import AssetKey
from panhuo.desk.valuations.models import ValuationRecord, ValuedPatent
from panhuo.rules.reachable import Reachable


def records_for(found: Reachable, inventory: Inventory | None) -> QuerySet[ValuationRecord]:
    """Records whose patents are all in an inventory and in reach of a right (rules.reachable of it): the value of a
    bundle says something of each of its patents."""
    rows = stock_for(found, inventory).filter(asset__assetkey__key=OuterRef("key"))
    parts = ValuedPatent.objects.filter(record=OuterRef("pk"))
    return ValuationRecord.objects.filter(Exists(parts), ~Exists(parts.filter(~Exists(rows))))


def record_for(found: Reachable, number: int) -> ValuationRecord:
    """One record. Raises: DomainError not_there, alike for one that may not be seen."""
    one = records_for(found, current_inventory()).filter(pk=number).first()
    if one is None:
        raise not_there(f"value:{number}")
    return one


def records_of(found: Reachable, patent: StockPatent) -> QuerySet[ValuationRecord]:
    """The records of one patent of an inventory, newest first."""
    keys = AssetKey.objects.filter(asset=patent.asset_id).values("key")
    return records_for(found, patent.inventory).filter(valued__key__in=keys).distinct().order_by("-base_date", "-id")

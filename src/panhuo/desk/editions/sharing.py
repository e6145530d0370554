"""What state-owned firms share, as offers that their list is judged from like any other."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.timezone import localdate

from panhuo.desk.editions.models import SharedPatent
from panhuo.desk.people.access import NOTHING, region_filter, units_filter
from panhuo.desk.people.models import Organisation
from panhuo.engine.indicators.supply_list import SupplyOffer
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.rules.reachable import Reachable
from panhuo.rules.regions import Scope
from panhuo.terms.codes import region_prefix
from panhuo.terms.edition_states import SharingState


def shared_offers(office: Organisation, *, day: date, rules: InForce) -> dict[int, SupplyOffer]:
    """asset -> offer of the patents that firms in an office's region share and an office confirmed up to a day."""
    words = Labels(rules)
    inside = _in_region(office.region_code)
    rows = SharedPatent.objects.filter(inside, state=SharingState.CONFIRMED).select_related("unit")
    return {
        row.asset_id: SupplyOffer(
            stated_on=localdate(row.offered_at),
            consent="yes",
            intended_mode=row.mode,
            price_note="，".join(
                part for part in (words.word("consideration", row.consideration), row.price_note) if part
            ),
            contact=row.contact,
            valid_to=row.until,
            stated_owner=row.unit.name,
        )
        for row in rows
        if localdate(row.offered_at) <= day
    }


def shared_for(found: Reachable) -> Q:
    """A condition on SharedPatent: those of the units to which somebody may do a right."""
    return units_filter(found.allowed, region="unit__region_code") if found else NOTHING


def _in_region(code: str) -> Q:
    """Firms of a city with its districts; of an office without a region none."""
    if not code:
        return NOTHING
    whole = region_prefix(code).ljust(6, "0")
    return region_filter(Scope("", (whole,)), "unit__region_code")

"""Numbers over stock patents as pages of figures ask for them: from what an inventory counted, not from its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from panhuo.desk.inventory.access import counts_for, is_countable, stock_for
from panhuo.desk.inventory.models import Inventory
from panhuo.rules.reachable import Reachable
from panhuo.terms.codes import parse_region_code, region_prefix
from panhuo.terms.errors import BadValue
from panhuo.terms.kinds import IpType, LegalStatus
from panhuo.terms.roles import Right
from panhuo.web.visitor import Visitor

LIVING = LegalStatus.GRANTED_IN_FORCE.value
INVENTIONS = {"ip_type": IpType.INVENTION.value, "status": LIVING}
"""What high-value inventions are counted of, as fields and as the filter of the stock list has them."""
NOWHERE = "none"
"""In the filter of the stock list: patents without a region."""


def grouped(
    found: Reachable, inventory: Inventory, names: Iterable[str], **only: Any
) -> list[tuple[tuple[Any, ...], int]]:
    """How many patents of what somebody reaches share the values of these fields of StockCount: (values, number)."""
    fields = tuple(names)
    if is_countable(found):
        counts = counts_for(found, inventory).filter(**only).order_by()
        sums: Any = counts.values_list(*fields).annotate(n=Sum("patents"))
    else:
        rows = stock_for(found, inventory).filter(**only).order_by()
        sums = rows.values_list(*fields).annotate(n=Count("pk"))
    return [(tuple(values), number) for *values, number in sums]


def may_open_rows(who: Visitor) -> bool:
    """Whether the stock list shows just what is counted: a link to other rows than were counted would lie."""
    return who.holds(Right.READ_STOCK) and who.reach(Right.READ_STOCK) == who.reach(Right.READ_STATISTICS)


@dataclass(frozen=True, slots=True)
class Place:
    """A region on a page. code: six digits, "" for patents without one; is_whole: with all that lies in it."""

    code: str
    name: str
    is_whole: bool = False

    @property
    def query(self) -> dict[str, str]:
        """The filter of the stock list that holds just these rows."""
        if self.is_whole:
            return {"region": region_prefix(self.code)}
        return {"at_region": self.code or NOWHERE}


@dataclass(frozen=True, slots=True)
class Places:
    """How regions are told apart on a page: cities where there are several, else the districts of one.

    within: beginning of the codes that are looked at, "" for all.
    """

    within: str
    by_city: bool
    names: Mapping[str, str]

    def of(self, code: str) -> Place:
        """Under which region a patent's region stands."""
        if not code:
            return Place("", _("（无）"))
        if self.by_city:
            city = f"{code[:4]}00"
            return Place(city, self.names.get(city, city), is_whole=True)
        name = self.names.get(code, code)
        return Place(code, _("%(city)s（未分区）") % {"city": name} if code.endswith("00") else name)


def places_of(codes: Iterable[str], names: Mapping[str, str], told: str) -> Places:
    """told: what the address says of a region; what is none is not heard."""
    within = ""
    try:
        within = region_prefix(parse_region_code(told)) if told else ""
    except BadValue:
        within = ""
    cities = {code[:4] for code in codes if code.startswith(within) and code}
    return Places(within, len(cities) > 1, names)


def address_of(*filters: Mapping[str, str]) -> str:
    """Filters as a query of the stock list."""
    return urlencode({name: value for one in filters for name, value in one.items()})

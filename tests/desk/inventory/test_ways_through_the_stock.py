"""Lists gone through in order show what sorted ones show; counts by year say what counting the rows says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Count, Q, Sum
from django.db.models.functions import ExtractYear

from desk.people.made_people import NOW, RULES
from made_pool import made_patents, pool_city
from panhuo.rules.reachable import reachable
from panhuo.rules.rights import read_rights
from panhuo.terms.roles import Right

pytestmark = pytest.mark.django_db
STATES = ("dormancy_candidate", "to_verify", "dormant", "")
STATUSES = ("granted_in_force", "lapsed_unpaid_fee")


@pytest.fixture
def city() -> SimpleNamespace:
    """Sixty patents of a university, its college, its sister and a firm, of every state, status and year."""
    from panhuo.desk.inventory.actions import recount
    from panhuo.desk.inventory.models import StockPatent

    made = pool_city()
    units = (made.university, made.college, made.sister, made.firm)
    for place, unit in enumerate(units):
        made_patents(unit, list(range(100 * place + 1, 100 * place + 16)))
    for place, patent in enumerate(StockPatent.objects.order_by("pk")):
        patent.dormancy, patent.status = STATES[place % 4], STATUSES[place % 2]
        patent.value_score = None if place % 7 == 0 else Decimal(place * 37 % 100)
        patent.grant_date = None if place % 11 == 0 else date(2015 + place % 6, 5, 4)
        patent.fee_state = ("due", "grace", "unknown")[place % 3]
        patent.fee_due_on = date(2026, 11, 24 + place % 7)
        patent.region_code = ("990101", "990201", "990102", "")[place % 4]
        patent.save()
    recount()
    return made


def reach(account: Any) -> Any:
    from panhuo.desk.people.access import standing_of

    return reachable(standing_of(account, at=NOW, rules=RULES), Right.READ_STOCK, book=read_rights(RULES))


@pytest.mark.parametrize("login", ["shiju", "daxue", "waixiao", "chengtou", "faming"])
def test_walked_and_sorted_lists_are_the_same(city: SimpleNamespace, login: str) -> None:
    from panhuo.desk.inventory.access import current_inventory, stock_for, walked_stock_for

    inventory, mine = current_inventory(), reach(getattr(city, login))
    assert inventory is not None
    seen = 0
    for state, status, region in product((*STATES[:2], None), (*STATUSES, None), ("9901", None)):
        plain, walked = Q(), Q()
        for name, value in (("dormancy", state), ("status", status), ("region_code__startswith", region)):
            if value is not None:
                plain, walked = plain & Q(**{name: value}), walked & Q(**{f"walked_{name}": value})
        for order in ("asset_id", "-value_score"):
            shown = list(stock_for(mine, inventory).filter(plain).order_by(order, "asset_id"))
            assert list(walked_stock_for(mine, inventory, walked).order_by(order, "asset_id")) == shown
            seen += len(shown)
    assert bool(seen) == (login != "faming"), "the inventor has none"


@pytest.mark.parametrize("login", ["shiju", "daxue", "waixiao"])
def test_counts_by_year_are_those_of_the_rows(city: SimpleNamespace, login: str) -> None:
    from panhuo.desk.inventory.access import current_inventory, stock_for, years_for

    inventory, mine = current_inventory(), reach(getattr(city, login))
    assert inventory is not None
    by_year = stock_for(mine, inventory).order_by().annotate(year=ExtractYear("grant_date"))
    told = dict(years_for(mine, inventory).order_by().values_list("year").annotate(n=Sum("patents")))
    assert told == dict(by_year.values_list("year").annotate(n=Count("pk")))
    assert sum(told.values()) > 0


@pytest.mark.parametrize("login", ["shiju", "daxue", "waixiao"])
def test_counts_of_what_falls_due_are_those_of_the_rows_also_after_placing(city: SimpleNamespace, login: str) -> None:
    from panhuo.desk.inventory.access import current_inventory, dues_for, stock_for
    from panhuo.desk.inventory.actions import place_patents
    from panhuo.desk.inventory.falling_due import KEPT, due_condition
    from panhuo.desk.inventory.models import StockPatent

    inventory, mine = current_inventory(), reach(getattr(city, login))
    assert inventory is not None
    placed = StockPatent.objects.filter(unit=city.university, region_code="990101").values_list("asset", flat=True)
    place_patents(list(placed)[:3], city.college, actor=city.daxue, at=NOW, rules=RULES)
    kept = dues_for(mine, inventory)
    assert kept is not None
    by_unit = {
        (code, unit): n for code, unit, n in kept.order_by().values_list("code", "unit").annotate(n=Sum("patents"))
    }
    rows = stock_for(mine, inventory).order_by()
    counted = {
        (code, unit): n
        for code in KEPT
        for unit, n in rows.filter(due_condition(code, inventory.day)).values_list("unit").annotate(n=Count("pk"))
    }
    assert by_unit == counted
    assert by_unit, "something falls due"

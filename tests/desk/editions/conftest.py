"""A register with rights that may be listed and rights that may not, an office with its people, drafts in any state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desk.editions.made_drafts import RIGHTS, TODAY, told, work
from desk.listings.made_register import Register
from desk.people.made_people import organisation, person
from panhuo.adapters.files.home import Home, open_home
from panhuo.terms.roles import OrganisationKind as Kind
from panhuo.terms.roles import Role


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home", create_kind="demo")


@pytest.fixture
def register(transactional_db: None) -> Register:
    return Register()


@pytest.fixture
def stock(register: Register) -> Register:
    """Three rights that their owner offers, one that is pledged, one that its owner refuses."""
    for title in RIGHTS:
        register.offer(register.right(title), intended_mode="transfer", price_cny="125000.00")
    pledged = register.right("一种已质押的电池")
    register.offer(pledged)
    register.event(pledged, "pledge_registered", date(2024, 3, 1), number="Y1")
    register.offer(register.right("一种不同意推介的隔膜"), consent="no")
    register.commit()
    return register


@pytest.fixture
def office(transactional_db: None) -> dict[str, Any]:
    """A city's office with an officer, two leaders, a publisher; a co-unit with its officer; another city's officer."""
    unit = organisation("云湖市局", Kind.CITY_OFFICE, 901, region="990100")
    co_unit = organisation("云湖市科技局", Kind.CO_DEPARTMENT, 902, region="990100")
    other = organisation("松原市局", Kind.CITY_OFFICE, 903, region="990200")
    return {
        "unit": unit,
        "co_unit": co_unit,
        "author": person("author", Role.CITY_OFFICER, unit),
        "first": person("first", Role.CITY_OFFICER, unit),
        "second": person("second", Role.CO_DEPARTMENT_OFFICER, co_unit),
        "third": person("third", Role.LEADER, unit),
        "publisher": person("publisher", Role.CITY_OFFICER, unit),
        "stranger": person("stranger", Role.CITY_OFFICER, other),
    }


@pytest.fixture
def drafted(home: Home, office: dict[str, Any]) -> Callable[..., Any]:
    """A draft with its rows, as the author made it."""

    def make(audience: str = "firms", day: date = TODAY) -> Any:
        from panhuo.desk.editions.draft_actions import make_draft

        made = make_draft(
            kind="supply_list", title="十一月清单", day=day, audience=audience, told="电子信息", unit=office["unit"],
            co_units=[office["co_unit"]], **told(office["author"]),
        )  # fmt: skip
        work(home)
        made.refresh_from_db()
        return made

    return make

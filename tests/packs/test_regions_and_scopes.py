"""Regions of the nation, and scopes as sets: Guangdong without Shenzhen."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.rules import UnknownRule, load_pack
from panhuo.rules.regions import Scope, region_in_scope, scope_codes, scope_named
from panhuo.terms.codes import is_within, parse_region_code, region_level

RULES = load_pack("national").at(date(2025, 11, 30))
REGIONS = {row["code"]: row for row in RULES.table("regions")}


def test_there_are_34_provinces_and_all_prefectures_of_the_pilot_provinces() -> None:
    assert sum(row["level"] == "province" for row in REGIONS.values()) == 34
    for province, count in (("44", 21), ("51", 21)):
        assert sum(row["level"] == "city" and row["code"][:2] == province for row in REGIONS.values()) == count
    assert sum(row["parent"] == "440700" for row in REGIONS.values()) == 7


def test_each_region_lies_in_its_parent_and_at_its_level() -> None:
    for code, row in REGIONS.items():
        assert parse_region_code(code) == code
        assert row["level"] == region_level(code)
        if row["parent"]:
            assert is_within(code, row["parent"])


def test_a_name_or_short_name_is_one_region() -> None:
    seen: dict[str, str] = {}
    for code, row in REGIONS.items():
        for name in (row["name"], *filter(None, row["aliases"].split(";"))):
            assert seen.setdefault(name, code) == code, name
    assert seen["广东"] == "440000"
    assert seen["吉林"] == "220000", "the province, not the city of that name"


def test_guangdong_without_shenzhen_has_20_cities() -> None:
    codes = scope_codes(RULES, "广东省不含深圳")
    assert sum(REGIONS[code]["level"] == "city" for code in codes) == 20
    scope = scope_named(RULES, "广东省不含深圳")
    assert region_in_scope("440703", scope)
    assert not region_in_scope("440300", scope)
    assert not region_in_scope("440305", scope), "a district of an excluded city, in no table"
    assert not region_in_scope("510100", scope)
    assert not region_in_scope("", scope)


def test_the_bay_area_has_nine_cities_and_two_regions() -> None:
    codes = scope_codes(RULES, "大湾区")
    assert sum(REGIONS[code]["level"] == "city" for code in codes) == 9
    assert {"810000", "820000"} <= codes
    assert "445100" not in codes


@pytest.mark.parametrize("name", ["440700", "江门市", "江门"])
def test_a_region_is_a_scope_by_code_name_or_short_name(name: str) -> None:
    assert scope_named(RULES, name).includes == ("440700",)


def test_an_unknown_scope_refuses() -> None:
    with pytest.raises(UnknownRule, match="knows no region"):
        scope_named(RULES, "亚特兰蒂斯")


def test_the_demo_city_adds_its_own_scopes_to_the_nations() -> None:
    rules = load_pack("demo_city").at(date(2025, 11, 30))
    assert scope_named(rules, "云湖市不含高新区").excludes == ("990171",)
    assert scope_named(rules, "大湾区").includes
    assert len(scope_codes(rules, "云湖市")) == 9


CODES = st.sampled_from(sorted(REGIONS))


@given(code=CODES, includes=st.lists(CODES, max_size=4), excludes=st.lists(CODES, max_size=3))
def test_excluding_more_never_adds_and_including_more_never_takes(
    code: str, includes: list[str], excludes: list[str]
) -> None:
    wide = Scope("wide", tuple(includes))
    narrow = Scope("narrow", tuple(includes), tuple(excludes))
    if region_in_scope(code, narrow):
        assert region_in_scope(code, wide)
        assert region_in_scope(code, Scope("wider", (*includes, "100000"), tuple(excludes)))
    assert not region_in_scope(code, Scope("none", tuple(includes), (code,)))

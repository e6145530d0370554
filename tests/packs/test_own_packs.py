"""The packs that come with the product are sound, and their cases come out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from panhuo.cli.case_functions import case_functions
from panhuo.rules import NotInForce, Status, load_pack, own_packs
from panhuo.rules.checking import report_on
from panhuo.terms.codes import MADE_UP


@pytest.mark.parametrize("folder", own_packs(), ids=lambda folder: folder.name)
def test_a_pack_of_ours_has_no_problems(folder: Path) -> None:
    report = report_on(folder, functions=case_functions())
    assert [f"{problem.file} {problem.where}: {problem.message}" for problem in report.problems] == []


def test_the_national_pack_has_cases_for_each_area_that_computes() -> None:
    names = {path.stem for path in (load_pack("national").folders[0] / "cases").glob("*.yaml")}
    assert names >= {"annual_fees", "dormancy", "high_value"}


def test_no_pack_of_ours_is_called_official_where_the_value_is_our_own() -> None:
    for folder in own_packs():
        pack = load_pack(folder)
        for parameter in pack.parameters.values():
            for dated in parameter.values:
                if "Panhuo" in dated.source.title or "own default" in dated.source.title:
                    assert dated.source.status in (Status.ASSUMPTION, Status.EXAMPLE), parameter.name


def test_the_demo_city_is_made_up_and_says_so() -> None:
    pack = load_pack("demo_city")
    assert pack.jurisdiction.startswith(MADE_UP)
    assert {programme.status for programme in pack.programmes} == {Status.EXAMPLE}
    own = [row for row in pack.table("regions").rows if row["code"].startswith(MADE_UP)]
    assert {row["status"] for row in own} == {"example"}
    assert sum(row["level"] == "county" for row in own) == 7
    national = load_pack("national").table("regions").rows
    assert not any(row["code"].startswith(MADE_UP) for row in national)
    assert {row["name"] for row in own}.isdisjoint(row["name"] for row in national)


def test_a_region_gives_the_pledge_case_its_threshold_and_the_nation_has_none() -> None:
    day = date(2025, 11, 30)
    name = "high_value.pledge_threshold_cny"
    with pytest.raises(NotInForce, match="set to none"):
        load_pack("national").at(day).value(name)
    assert load_pack("shenzhen").at(day).value_or_none(name) is None
    demo = load_pack("demo_city")
    assert demo.at(day).value(name) == 10_000_000
    assert demo.status_of(name) is Status.EXAMPLE


def test_the_two_wordings_of_high_value_differ_where_the_texts_do() -> None:
    day = date(2025, 11, 30)
    nation, city = load_pack("national").at(day), load_pack("shenzhen").at(day)
    assert (nation.text("high_value.profile"), city.text("high_value.profile")) == ("cnipa_2021", "sz_2021")
    assert nation.flag("high_value.invention_only")
    assert not city.flag("high_value.invention_only")
    assert set(nation.words("high_value.invention_only_dimensions")) - set(
        city.words("high_value.invention_only_dimensions")
    ) == {"high_pledge_amount", "award"}
    assert nation.flag("high_value.family_requires_grant")
    assert not city.flag("high_value.family_requires_grant")
    assert set(nation.words("high_value.awards")) - set(city.words("high_value.awards")) == {"national_st_award"}
    assert nation.integer("high_value.maintained_years") == city.integer("high_value.maintained_years") == 10


def test_the_definition_refuses_before_it_was_made() -> None:
    with pytest.raises(NotInForce):
        load_pack("national").at(date(2021, 3, 12)).value("high_value.profile")

"""Relations between seller and buyer: evidence from rosters, never from names alone. All names are made up."""

from __future__ import annotations

from datetime import date

import pytest

from panhuo.engine.dormancy.transfers import Relation, Relations, Transfer, alike
from panhuo.engine.records.roster import Roster, RosterRow

DAY = date(2022, 6, 1)
ROSTER = Roster(
    [
        RosterRow("云湖智造有限公司", controller="云湖集团有限公司", valid_from=date(2020, 1, 1)),
        RosterRow("江北精工有限公司", controller="云湖集团有限公司", valid_from=date(2020, 1, 1)),
        RosterRow("旧日精工有限公司", controller="云湖集团有限公司", valid_to=date(2021, 1, 1)),
        RosterRow("星河资产经营有限公司", controller="云湖大学"),
    ]
)


def kind(name: str) -> str:
    if name.endswith("公司"):
        return "enterprise"
    return "university" if name.endswith("大学") else "individual"


def relation(seller: str, buyer: str, day: date = DAY) -> Relation:
    relations = Relations(ROSTER, owner_type=kind, enterprise_types=["enterprise"], alike_characters=4)
    return relations.of(Transfer(1, day, seller, buyer))


@pytest.mark.parametrize(
    ("case", "seller", "buyer", "expected"),
    [
        ("an honest sale", "云湖大学", "远山机电有限公司", Relation.UNRELATED_ENTERPRISE),
        ("two firms of one group", "云湖智造有限公司", "江北精工有限公司", Relation.RELATED),
        ("to the parent", "云湖智造有限公司", "云湖集团有限公司", Relation.RELATED),
        ("to the own asset company", "云湖大学", "星河资产经营有限公司", Relation.RELATED),
        ("the group was left before that day", "云湖智造有限公司", "旧日精工有限公司", Relation.UNRELATED_ENTERPRISE),
        ("a co-owner was dropped", "云湖大学；远山机电有限公司", "云湖大学", Relation.RELATED),
        ("names alike prove nothing", "云湖大学", "云湖大学科技园有限公司", Relation.UNKNOWN),
        ("the buyer is a person", "云湖大学", "张某某", Relation.UNKNOWN),
        ("a person sells to a firm", "张某某", "远山机电有限公司", Relation.UNKNOWN),
        ("nobody is named", "", "", Relation.UNKNOWN),
        ("only the buyer is named", "", "远山机电有限公司", Relation.UNKNOWN),
    ],
)
def test_relation(case: str, seller: str, buyer: str, expected: Relation) -> None:
    assert relation(seller, buyer) is expected, case


def test_two_spellings_of_one_firm_are_one_party() -> None:
    assert relation("云湖智造（江北）有限公司", "云湖智造(江北) 有限公司") is Relation.RELATED


def test_a_shared_legal_form_is_no_likeness() -> None:
    assert not alike("甲乙科技股份有限公司", "丙丁科技股份有限公司", 4)
    assert alike("甲乙丙丁有限公司", "甲乙丙丁研究院", 4)

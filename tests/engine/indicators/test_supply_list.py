"""Supply list: consent first, encumbered rights in the annex, ended ones nowhere, one of a same-day pair."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.indicators.supply_list import (
    Bar,
    Encumbered,
    Part,
    Source,
    SupplyAsset,
    SupplyOffer,
    SupplyRow,
    supply_list,
    supply_rules,
)
from panhuo.engine.records.roster import Roster, RosterRow
from panhuo.rules import load_pack
from panhuo.terms.dates import add_years
from panhuo.terms.kinds import ENDED, LegalStatus

AT = date(2025, 11, 30)
ROSTER = Roster(
    [
        RosterRow("云湖国投示例有限公司", "国有企业", valid_to=date(2025, 11, 30)),
        RosterRow("云湖旧国企示例有限公司", "国有企业", valid_to=date(2025, 11, 29)),
        RosterRow("云湖大学", aliases=("云湖工学院",)),
    ]
)
RULES = supply_rules(load_pack("national").at(AT), roster=ROSTER)
CONSENT = SupplyOffer(date(2025, 10, 1), "yes", intended_mode="transfer", contact="成果转化中心")
GOOD = SupplyAsset(
    1,
    "a:1",
    "202010000001.X",
    "CN1B",
    "一种电池",
    "invention",
    ("云湖大学",),
    "",
    "university",
    "granted_in_force",
    date(2040, 1, 1),
    offer=CONSENT,
)


def judged(**changed: object) -> SupplyRow:
    [row] = supply_list([replace(GOOD, **changed)], RULES)  # type: ignore[arg-type]
    return row


def test_a_living_right_with_consent_and_nothing_on_it_is_listed() -> None:
    row = judged()
    assert (row.part, row.bars, row.source) == (Part.LIST, (), Source.UNIVERSITY)


@pytest.mark.parametrize(
    ("changed", "bar"),
    [
        ({"offer": None}, Bar.NO_CONSENT),
        ({"offer": replace(CONSENT, consent="")}, Bar.NO_CONSENT),
        ({"offer": replace(CONSENT, consent="no")}, Bar.CONSENT_REFUSED),
        ({"offer": replace(CONSENT, valid_to=AT - timedelta(days=1))}, Bar.CONSENT_EXPIRED),
        ({"transferred_on": date(2025, 10, 2)}, Bar.TRANSFERRED_SINCE_CONSENT),
        (
            {"offer": replace(CONSENT, stated_on=None), "transferred_on": date(2020, 1, 2)},
            Bar.TRANSFERRED_SINCE_CONSENT,
        ),
        (
            {
                "offer": replace(CONSENT, stated_on=None, stated_owner="云湖大学"),
                "transferred_on": date(2020, 1, 2),
                "transferred_to": ("云湖示例有限公司",),
            },
            Bar.TRANSFERRED_SINCE_CONSENT,
        ),
        ({"offer": replace(CONSENT, stated_owner="完全无关示例有限公司")}, Bar.STATED_BY_ANOTHER),
        ({"offer": replace(CONSENT, stated_owner="甲示例有限公司；乙示例有限公司")}, Bar.STATED_BY_ANOTHER),
        ({"offer": replace(CONSENT, restrictions="已质押")}, Bar.RESTRICTED_BY_OWNER),
        ({"offer": replace(CONSENT, restrictions="无质押，涉诉")}, Bar.RESTRICTED_BY_OWNER),
        ({"status": "examination"}, Bar.NOT_GRANTED),
        ({"status": "cannot_say"}, Bar.STATUS_UNKNOWN),
        ({"encumbered": Encumbered(pledge=True)}, Bar.PLEDGED),
        ({"encumbered": Encumbered(licence=True, exclusive=True)}, Bar.EXCLUSIVELY_LICENSED),
        ({"encumbered": Encumbered(licence=True, licence_kind_known=False)}, Bar.LICENCE_KIND_UNKNOWN),
        ({"encumbered": Encumbered(preservation=True)}, Bar.PRESERVED),
        ({"encumbered": Encumbered(dispute=True)}, Bar.DISPUTED),
        ({"encumbered": Encumbered(unknown=True)}, Bar.ENCUMBRANCE_UNKNOWN),
        ({"expires_on": add_years(AT, 2) - timedelta(days=1)}, Bar.TOO_LITTLE_TIME),
        ({"expires_on": None}, Bar.TERM_UNKNOWN),
        ({"owner_type": "individual"}, Bar.OUTSIDE_SOURCES),
    ],
)
def test_each_bar_sends_the_right_to_the_annex_with_its_reason(changed: dict[str, object], bar: Bar) -> None:
    row = judged(**changed)
    assert (row.part, row.bars) == (Part.ANNEX, (bar,))


@pytest.mark.parametrize(
    "changed",
    [
        {"expires_on": add_years(AT, 2)},
        {"offer": replace(CONSENT, valid_to=AT)},
        {"transferred_on": date(2025, 10, 1)},
        {"encumbered": Encumbered(licence=True)},
        {"offer": replace(CONSENT, stated_owner="")},
        {"offer": replace(CONSENT, stated_owner="甲示例有限公司；　云湖大学 ")},
        {"offer": replace(CONSENT, stated_owner="云湖工学院")},
        {
            "offer": replace(CONSENT, stated_on=None, stated_owner="云湖大学"),
            "transferred_on": date(2025, 10, 2),
            "transferred_to": ("云湖大学",),
        },
        *({"offer": replace(CONSENT, restrictions=text)} for text in ("", "无", "无限制", " 否 ", "没有。", "/")),
    ],
)
def test_what_only_looks_like_a_bar_keeps_nothing_off_the_list(changed: dict[str, object]) -> None:
    assert judged(**changed).part is Part.LIST


@pytest.mark.parametrize("status", ENDED)
def test_an_ended_right_stands_in_neither_part(status: LegalStatus) -> None:
    assert supply_list([replace(GOOD, status=status)], RULES) == []


@pytest.mark.parametrize(
    ("owner", "owner_type", "source"),
    [
        ("云湖职业技术学院", "vocational_college", Source.UNIVERSITY),
        ("云湖国投示例有限公司", "enterprise", Source.STATE_OWNED),
        ("云湖旧国企示例有限公司", "enterprise", Source.ENTERPRISE),
        ("云湖国有示例有限公司", "enterprise", Source.ENTERPRISE),
        ("云湖示例有限公司", "enterprise", Source.ENTERPRISE),
    ],
)
def test_state_ownership_is_a_roster_tag_of_that_day_and_never_read_from_a_name(
    owner: str, owner_type: str, source: Source
) -> None:
    assert judged(owners=(owner,), owner_type=owner_type).source is source


def test_an_open_licence_is_the_owners_public_offer_unless_the_owner_says_no() -> None:
    open_licence = Encumbered(open_licence=True)
    row = judged(encumbered=open_licence, offer=None)
    assert (row.part, row.source) == (Part.LIST, Source.OPEN_LICENCE)
    assert judged(encumbered=open_licence, offer=replace(CONSENT, consent="no")).bars == (Bar.CONSENT_REFUSED,)


def test_of_a_same_day_pair_the_invention_is_shown_and_names_the_other() -> None:
    model = replace(
        GOOD, asset_id=2, asset_key="a:2", application_number="202020000002.X", ip_type="utility_model", pair=1
    )
    first, second = supply_list([replace(GOOD, pair=1), model], RULES)
    assert (first.part, first.asset.asset_id, first.paired_with) == (Part.LIST, 1, ("202020000002.X",))
    assert (second.part, second.bars) == (Part.ANNEX, (Bar.SHOWN_WITH_PAIR,))


def test_of_a_pair_whose_invention_is_pledged_the_model_is_shown() -> None:
    model = replace(
        GOOD, asset_id=2, asset_key="a:2", application_number="202020000002.X", ip_type="utility_model", pair=1
    )
    invention = replace(GOOD, pair=1, encumbered=Encumbered(pledge=True))
    first, second = supply_list([invention, model], RULES)
    assert (first.asset.asset_id, first.part) == (2, Part.LIST)
    assert second.bars == (Bar.PLEDGED, Bar.SHOWN_WITH_PAIR)


def test_a_pair_whose_other_half_has_ended_is_shown_as_it_is() -> None:
    model = replace(GOOD, asset_id=2, asset_key="a:2", status="abandoned_double", ip_type="utility_model", pair=1)
    [row] = supply_list([replace(GOOD, pair=1), model], RULES)
    assert (row.part, row.paired_with) == (Part.LIST, ())


ASSETS = st.builds(
    SupplyAsset,
    asset_id=st.integers(1, 9),
    asset_key=st.sampled_from("abcdef"),
    application_number=st.sampled_from(["", "1", "2", "3"]),
    publication_number=st.just("CN1B"),
    title=st.just("t"),
    ip_type=st.sampled_from(["invention", "utility_model", "design"]),
    owners=st.sampled_from([(), ("云湖大学",), ("云湖国投示例有限公司",)]),
    owner_code=st.just(""),
    owner_type=st.sampled_from(["university", "enterprise", "individual", "unknown"]),
    status=st.sampled_from(list(LegalStatus)),
    expires_on=st.none() | st.dates(date(2025, 1, 1), date(2045, 1, 1)),
    encumbered=st.builds(Encumbered, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    offer=st.none() | st.builds(SupplyOffer, st.none(), st.sampled_from(["yes", "no", ""])),
    pair=st.none() | st.integers(1, 2),
)


@given(st.lists(ASSETS, max_size=8))
def test_the_list_holds_only_living_unburdened_rights_with_consent(assets: list[SupplyAsset]) -> None:
    rows = supply_list(assets, RULES)
    listed = [row for row in rows if row.part is Part.LIST]
    for row in listed:
        asset = row.asset
        assert asset.status == "granted_in_force"
        assert asset.encumbered.open_licence or (asset.offer and asset.offer.consent == "yes")
        lies = asset.encumbered
        assert not any((lies.pledge, lies.exclusive, lies.preservation))
        assert (asset.expires_on or AT) >= add_years(AT, 2)
    pairs = [row.asset.pair for row in listed if row.asset.pair is not None]
    assert len(pairs) == len(set(pairs))
    assert len(rows) == sum(asset.status not in ENDED for asset in assets)
    assert [row.part for row in rows] == sorted((row.part for row in rows), key=[Part.LIST, Part.ANNEX].index)

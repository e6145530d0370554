"""Who may not assess a case, and what a blind expert may not see of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.assessment import (
    CaseParties,
    Conflict,
    ConflictKind,
    Dealing,
    Expert,
    Identity,
    Organisation,
    blind_case,
    conflicts,
    leaks,
    named_organisation,
    withhold,
)

AT = date(2025, 11, 30)
OWNER = named_organisation("云湖大学")
PARTIES = CaseParties((OWNER,), ("方甲", "圆乙"), (named_organisation("云湖大学附属医院"),))
FREE = Expert("E1", "直丙", named_organisation("江城学院"), has_declared=True)


def kinds(expert: Expert, *, at: date = AT, years: int = 3, parties: CaseParties = PARTIES) -> list[str]:
    return [one.kind.value for one in conflicts(expert, parties, at=at, years=years)]


def test_an_expert_without_any_tie_may_be_assigned() -> None:
    assert conflicts(FREE, PARTIES, at=AT, years=3) == ()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"organisation": named_organisation("云湖 大学（本部）", "云湖大学")}, "owner_organisation"),
        ({"organisation": named_organisation("云湖大学附属医院")}, "inventor_organisation"),
        ({"name": "方 甲"}, "inventor"),
        ({"co_inventors": frozenset({"圆乙"})}, "co_inventor"),
        ({"relations": ("云湖大学",)}, "declared_relation"),
        ({"relations": ("圆乙",)}, "declared_relation"),
        ({"dealings": (Dealing("云湖大学", date(2024, 5, 6)),)}, "recent_dealing"),
        ({"has_declared": False}, "not_declared"),
        ({"relations": ("别的学院",), "dealings": (Dealing("别的学院", AT),), "co_inventors": frozenset({"他人"})}, ""),
    ],
)
def test_each_tie_keeps_an_expert_out(change: dict[str, object], kind: str) -> None:
    assert kinds(replace(FREE, **change)) == ([kind] if kind else [])  # type: ignore[arg-type]


def test_a_code_and_a_controller_tie_organisations_of_different_names() -> None:
    owner = Organisation("云湖大学", frozenset({"云湖大学", "u:1"}), frozenset({"n:云湖省教育厅"}))
    parties = replace(PARTIES, owners=(owner,))
    renamed = Organisation("云湖工学院", frozenset({"云湖工学院", "u:1"}))
    sister = Organisation("云湖师范", frozenset({"云湖师范"}), frozenset({"n:云湖省教育厅"}))
    company = Organisation("云湖大学资产公司", frozenset({"云湖大学资产公司"}), frozenset({"云湖大学"}))
    told = [kinds(replace(FREE, organisation=one), parties=parties) for one in (renamed, sister, company)]
    assert told == [["owner_organisation"], ["same_controller"], ["same_controller"]]


def test_a_dealing_counts_for_the_years_of_the_pack_and_not_a_day_longer() -> None:
    dealt = replace(FREE, dealings=(Dealing("云湖大学", date(2022, 11, 30)),))
    assert kinds(dealt) == ["recent_dealing"]
    assert kinds(dealt, at=date(2025, 12, 1)) == []
    assert kinds(dealt, years=2) == []
    ahead = replace(FREE, dealings=(Dealing("云湖大学", date(2026, 1, 1)),))
    assert kinds(ahead) == ["recent_dealing"], "a contract agreed for later ties, too"


def test_all_ties_are_told_with_their_party() -> None:
    tied = replace(FREE, name="方甲", relations=("云湖大学", "云湖大学"), organisation=OWNER)
    assert conflicts(tied, PARTIES, at=AT, years=3) == (
        Conflict(ConflictKind.OWNER_ORGANISATION, "云湖大学"),
        Conflict(ConflictKind.INVENTOR, "方甲"),
        Conflict(ConflictKind.DECLARED_RELATION, "云湖大学"),
    )


def test_an_owner_who_is_a_person_does_not_assess_his_own() -> None:
    own = CaseParties((named_organisation("直丙"),), ())
    assert kinds(FREE, parties=own) == ["owner_organisation"]


IDENTITY = Identity(
    ("云湖大学（江城校区）", "Yunhu University", "方甲", "圆乙", "材料学院", "乙"),
    ("202110000007.5", "CN113030719B"),
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("云湖大学方甲团队的石灰窑", "******团队的石灰窑"),
        ("由 云 湖 大 学（江城校区） 研制", "由 *** 研制"),
        ("ＹＵＮＨＵ　university kiln", "*** kiln"),
        ("专利ZL202110000007.5及CN 113030719 B", "专利***及***"),
        ("参见202010000011.2与US10123456B2、WO2021/123456", "参见***与***、***"),
        ("电话13800000000，邮箱a.b@example.org", "电话***,邮箱***"),
        ("温度1200℃，转速15000r/min，乙醇20%", "温度1200℃,转速15000r/min,乙醇20%"),
        ("", ""),
    ],
)
def test_names_and_numbers_are_withheld_and_technology_is_not(text: str, seen: str) -> None:
    assert withhold(text, IDENTITY) == seen


def test_no_field_of_a_blind_case_names_anyone() -> None:
    seen = blind_case(
        case="PG1",
        ip_type="invention",
        title="云湖大学的供风装置",
        abstract="方甲提出供风装置",
        first_claim="1.一种装置，见CN113030719B",
        ipc_main="F27D17/00",
        identity=IDENTITY,
    )
    everything = " ".join((seen.case, seen.ip_type, seen.title, seen.abstract, seen.first_claim, seen.ipc_main))
    assert leaks(everything, IDENTITY.names) == ()
    assert "113030719" not in everything
    assert "供风装置" in seen.title
    assert leaks("方 甲的装置", IDENTITY.names) == ("方甲",), "the negative control"


@given(
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    name=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6),
)
def test_a_name_is_found_wherever_it_stands(before: str, after: str, name: str) -> None:
    assert leaks(withhold(before + name + after, Identity((name,))), [name]) == ()

"""Advice on a register: what stands on each right decides, alone as in the whole, as at a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from made_register import AT, Register

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.desk.listings.advice import AdviceRow, advice_totals, advise_rights
from panhuo.desk.registry.export import current_projection
from panhuo.desk.registry.models import Answer, Asset
from panhuo.engine.advice import Action, DutyState
from panhuo.rules import InForce, load_pack

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def strict(tmp_path: Path) -> InForce:
    """Rules under which every grade is a D."""
    folder = tmp_path / "strict"
    (folder / "parameters").mkdir(parents=True)
    (folder / "pack.yaml").write_text(
        'name: strict\ntitle: {zh: 严格, en: Strict}\njurisdiction: "440700"\nversion: "1"\nparent: national\n', "utf-8"
    )
    (folder / "parameters" / "scheme.yaml").write_text(
        "scheme.grade_limits:\n  label: {zh: 等级下限, en: Limits}\n  unit: numbers\n  values:\n"
        '    - since: 1985-04-01\n      value: ["100", "99.5", "99"]\n'
        "      source: {title: made for a test, checked: 2026-11-22, status: example}\n",
        "utf-8",
    )
    return load_pack(str(folder)).at(AT)


def advised(home: Home, rules: InForce, ids: list[int] | None = None) -> dict[str, AdviceRow]:
    projection = current_projection(home, rules)
    with open_tables(projection.paths()) as tables:
        rows = advise_rights(projection, tables, rules, ids=ids)
    return {row.standing.cells["title"]: row for row in rows}


def unused(register: Register, title: str, **fields: Any) -> Asset:
    """A right that its owner says is not used, with a legal event on file."""
    asset = register.right(title, family_count=1, family_members=["CN100000000A"], **fields)
    register.event(asset, "address_changed", date(2024, 5, 6))
    Answer.objects.create(
        asset=asset, uid=register.next_uid(), answered_on=date(2025, 10, 1), exploited="no", source=register.source
    )
    return asset


def test_an_unused_weak_right_is_advised_to_be_given_up_with_fees_and_duties(
    register: Register, home: Home, strict: InForce
) -> None:
    unused(register, "弃", ipc_main="A47G19/22", ipc=["A47G19/22"])
    register.commit()
    [row] = advised(home, strict).values()
    assert (row.advice.action, row.advice.rule) == (Action.ABANDON, "weak_unused")
    assert {one.code: one.state for one in row.duties} == {
        "inventors_first_public": DutyState.TO_DO,
        "own_procedure": DutyState.TO_DO,
        "funded_project": DutyState.TO_CHECK,
    }
    # filed 2020-01-15, granted in year 2: year 7 falls due 2026-01-15. 7-9: 3 x 300, 10-11: 2 x 600 (ten years from
    # year 2), 12: 4000, 13-15: 3 x 6000, 16-20: 5 x 8000
    assert row.fees is not None
    assert (row.fees.next_cny, row.fees.to_end_cny) == (Decimal("300.00"), Decimal("64100.00"))
    [total] = advice_totals([row])
    assert (total.action, total.patents, total.to_end_cny, total.assumed) == (Action.ABANDON, 1, Decimal("64100.00"), 1)


@pytest.mark.parametrize(
    ("kind", "fields", "action", "rule"),
    [
        ("pledge_registered", {"number": "Y1"}, Action.MAINTAIN, "pledged"),
        ("licence_recorded", {"number": "X1"}, Action.MAINTAIN, "licensed"),
        ("preserved", {}, Action.MAINTAIN, "held"),
        ("invalidation_started", {}, Action.MAINTAIN, "disputed"),
        ("open_licence_declared", {}, Action.MAINTAIN, "open_licence"),
    ],
)
def test_what_lies_on_a_right_keeps_it_and_an_event_of_a_later_day_does_not(
    register: Register, home: Home, strict: InForce, kind: str, fields: dict[str, str], action: Action, rule: str
) -> None:
    register.event(unused(register, "先", ipc_main="A47G19/22", ipc=["A47G19/22"]), kind, AT, **fields)
    later = unused(register, "后", ipc_main="A47G19/22", ipc=["A47G19/22"])
    register.event(later, kind, date(2025, 12, 1), **fields)
    register.commit()
    found = advised(home, strict)
    assert (found["先"].advice.action, found["先"].advice.rule) == (action, rule)
    assert found["后"].advice.action is Action.ABANDON


def test_without_recent_legal_events_nobody_advises_to_give_up(register: Register, home: Home, strict: InForce) -> None:
    silent = register.right(
        "静", family_count=1, family_members=["CN100000000A"], ipc_main="A47G19/22", ipc=["A47G19/22"]
    )
    Answer.objects.create(
        asset=silent, uid=register.next_uid(), answered_on=date(2025, 10, 1), exploited="no", source=register.source
    )
    unused(register, "旧", data_day=date(2025, 1, 1), ipc_main="A47G19/22", ipc=["A47G19/22"])
    register.commit()
    for row in advised(home, strict).values():
        assert (row.advice.action, row.advice.missing) == (Action.CANNOT_SAY, ("events_known",))


def test_the_owners_wish_and_its_project_count_while_they_hold(register: Register, home: Home, strict: InForce) -> None:
    told = {"willingness": "愿意转化", "intended_mode": "转让"}
    register.offer(unused(register, "售"), **told, other_cells='{"project": "某项目"}')
    register.offer(unused(register, "许"), willingness="愿意转化", intended_mode="ordinary_licence")
    register.offer(unused(register, "否"), willingness="不愿转化", intended_mode="转让")
    register.offer(unused(register, "过期"), **told, valid_to=date(2025, 11, 29))
    register.offer(unused(register, "他人"), **told, stated_owner="某不相干公司")
    register.commit()
    found = advised(home, strict)
    actions = {title: row.advice.rule for title, row in found.items()}
    assert (actions["售"], actions["许"], actions["否"]) == ("owner_sells", "owner_licenses", "owner_keeps")
    assert {actions["过期"], actions["他人"]}.isdisjoint({"owner_sells", "owner_licenses"})
    assert {one.code: one.state for one in found["售"].duties}["funded_project"] is DutyState.TO_DO


def test_a_state_firm_is_known_by_its_roster_and_a_firm_on_none_is_to_be_checked(
    register: Register, home: Home, strict: InForce
) -> None:
    for owner in ("云湖汇流新材料有限公司", "云湖示例有限公司"):
        register.offer(
            unused(register, owner, owners=[owner]), willingness="愿意转化", intended_mode="转让", stated_owner=owner
        )
    register.tag("云湖汇流新材料有限公司", "国有企业", valid_from=date(2020, 1, 1))
    register.commit()
    states = {
        title: {one.code: one.state for one in row.duties}["state_appraisal"]
        for title, row in advised(home, strict).items()
    }
    assert states == {"云湖汇流新材料有限公司": DutyState.TO_DO, "云湖示例有限公司": DutyState.TO_CHECK}


def test_a_right_stands_alone_as_it_stands_in_the_whole(register: Register, home: Home, rules: InForce) -> None:
    assets = [unused(register, f"件{n}", claims_count=n) for n in range(1, 13)]
    ended = register.right("终")
    register.event(ended, "lapsed_unpaid_fee", date(2024, 1, 15))
    register.commit()
    whole = advised(home, rules)
    assert len(whole) == 12, "what has ended is not listed in the whole"
    for asset in (assets[2], assets[11]):
        [alone] = advised(home, rules, [asset.pk]).values()
        assert alone == whole[asset.title]
    [told] = advised(home, rules, [ended.pk]).values()
    assert told.advice.action is Action.NONE
    assert told.fees is None

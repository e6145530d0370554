"""Filing: nobody outside sees an entry before both approvals, nobody approves what he submitted, each step is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.people.made_people import NOW, RULES, organisation
from made_pool import CARD, FILED, filled_entry, made_patents, pooled_entry
from panhuo.engine.pool import FILLABLE, MOVES, Act, Stage, moves_from
from panhuo.rules.reachable import reachable
from panhuo.rules.rights import read_rights
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import OrganisationKind as Kind

BOOK = read_rights(RULES)
WHEN = {"at": NOW, "rules": RULES}


def move(entry: Any, act: Act, actor: Any, **told: Any) -> Any:
    from panhuo.desk.pool.actions import move_entry

    return move_entry(entry.pk, act, actor=actor, **{**WHEN, **told})


def listed(account: Any, rules: Any = RULES) -> set[int]:
    """Entries that somebody's list holds; the single question must say the same."""
    from panhuo.desk.people.access import standing_of
    from panhuo.desk.pool.access import entries_for, entry_for
    from panhuo.desk.pool.models import PoolEntry

    standing = standing_of(account, at=NOW, rules=rules)
    found = {one.pk for one in entries_for(lambda right: reachable(standing, right, book=BOOK), rules=rules)}
    for one in PoolEntry.objects.all():
        if one.pk in found:
            entry_for(standing, one.pk, book=BOOK, rules=rules)
        else:
            with pytest.raises(DomainError) as caught:
                entry_for(standing, one.pk, book=BOOK, rules=rules)
            assert caught.value.code == "not_there"
    return found


def test_an_entry_goes_from_the_inventor_over_the_college_into_the_pool_and_each_step_is_kept(
    city: SimpleNamespace,
) -> None:
    from panhuo.desk.history.models import LoggedAction

    entry = pooled_entry(city.mine, city)
    assert (entry.stage, entry.confirmed_on.isoformat(), entry.has_college) == (
        "university_approved", "2026-11-23", True,
    )  # fmt: skip
    steps = [(one.act, one.step, one.actor, one.card_number) for one in entry.steps.all()]
    assert steps == [
        ("draft", "", "faming", 0), ("submit", "apply", "faming", 1), ("review", "review", "xueyuan", 1),
        ("approve", "approve", "daxue", 1),
    ]  # fmt: skip
    logged = LoggedAction.objects.filter(subject=f"pool_entry:{entry.pk}").values_list("act", flat=True)
    assert "pool_entry.approve" in set(logged)
    assert not LoggedAction.objects.filter(subject=f"asset:{city.mine}", act__startswith="pool").exists()


def test_nobody_outside_sees_an_entry_before_both_approvals(city: SimpleNamespace) -> None:
    entry = filled_entry(city.mine, city.faming)
    insiders = (city.faming, city.xueyuan, city.daxue)
    outsiders = (city.tongshi, city.waixiao, city.shiju, city.chengtou)
    for act, actor in ((Act.SUBMIT, city.faming), (Act.REVIEW, city.xueyuan)):
        assert all(listed(one) == {entry.pk} for one in insiders), entry.stage
        assert all(listed(one) == set() for one in outsiders), entry.stage
        entry = move(entry, act, actor)
    assert listed(city.shiju) == set(), "the college alone does not open it"
    move(entry, Act.APPROVE, city.daxue)
    assert listed(city.shiju) == {entry.pk}, "the control: approved, the city sees it"
    assert listed(city.waixiao) == listed(city.tongshi) == set(), "who does not read the stock sees no pool of it"


def test_who_submitted_neither_reviews_nor_approves_and_who_reviewed_does_not_approve(
    city: SimpleNamespace, refused: Any
) -> None:
    entry = filled_entry(city.others, city.xueyuan)
    entry = move(entry, Act.SUBMIT, city.xueyuan)
    assert refused("not_allowed", move, entry, Act.REVIEW, city.xueyuan).fields["reason"] == "other_step"
    entry = move(entry, Act.REVIEW, city.xueyuan2)
    entry = move(entry, Act.RETURN, city.daxue, reason="经济账没有出处")
    entry = move(entry, Act.SUBMIT, city.daxue)
    entry = move(entry, Act.REVIEW, city.xueyuan2)
    assert refused("not_allowed", move, entry, Act.APPROVE, city.daxue).fields["reason"] == "other_step"
    assert move(entry, Act.APPROVE, city.daxue2).stage == Stage.UNIVERSITY_APPROVED


def test_an_inventor_never_approves_his_own_patent(city: SimpleNamespace, refused: Any) -> None:
    from made_pool import inventor_of

    inventor_of(city.others, city.daxue)
    entry = move(filled_entry(city.others, city.xueyuan), Act.SUBMIT, city.xueyuan)
    entry = move(entry, Act.REVIEW, city.xueyuan2)
    assert refused("not_allowed", move, entry, Act.APPROVE, city.daxue).fields["reason"] == "own_case"
    assert listed(city.daxue) == {entry.pk}


def test_an_owner_without_colleges_skips_their_step_and_one_with_colleges_does_not(
    city: SimpleNamespace, refused: Any
) -> None:
    entry = move(filled_entry(city.firms, city.chengtou), Act.SUBMIT, city.chengtou)
    assert not entry.has_college
    assert move(entry, Act.APPROVE, city.chengtou2).stage == Stage.UNIVERSITY_APPROVED
    entry = filled_entry(city.unplaced, city.daxue)
    assert refused("not_placed", move, entry, Act.SUBMIT, city.daxue).fields["number"] == entry.number
    entry = filled_entry(city.sisters, city.waixiao)
    assert not move(entry, Act.SUBMIT, city.waixiao).has_college, "the sister has no colleges here"
    organisation("松原大学文学院", Kind.COLLEGE, parent=city.sister)
    entry = move(entry, Act.WITHDRAW, city.waixiao, reason="补材料")
    entry = move(entry, Act.REOPEN, city.waixiao)
    refused("not_placed", move, entry, Act.SUBMIT, city.waixiao)


def test_what_is_returned_tells_why_and_to_whom_and_goes_on_from_there(city: SimpleNamespace, refused: Any) -> None:
    entry = move(filled_entry(city.mine, city.faming), Act.SUBMIT, city.faming)
    refused("no_reason", move, entry, Act.RETURN, city.xueyuan, reason=" ")
    entry = move(entry, Act.RETURN, city.xueyuan, reason="优势没有数据")
    last = entry.steps.last()
    assert (entry.stage, last.reason, last.told, last.actor) == ("returned", "优势没有数据", "faming", "xueyuan")
    entry = move(entry, Act.SUBMIT, city.faming)
    entry = move(entry, Act.REVIEW, city.xueyuan)
    entry = move(entry, Act.RETURN_TO_COLLEGE, city.daxue, reason="请学院核对联系方式")
    assert (entry.stage, entry.steps.last().told) == ("submitted", "xueyuan")


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        ("gain", {"gain": "  "}), ("maturity", {"maturity": None}), ("self_grade", {"self_grade": None}),
        ("self_grade_reason", {"self_grade_reason": ""}), ("willingness", {"willingness": ""}),
        ("intended_mode", {"intended_mode": ""}),
    ],
)  # fmt: skip
def test_an_entry_is_not_submitted_without(city: SimpleNamespace, refused: Any, lacking: str, told: Any) -> None:
    from panhuo.desk.pool.actions import Filing, draft_entry, save_filing
    from panhuo.desk.pool.card_actions import CardTexts, save_card

    entry = draft_entry(city.mine, actor=city.faming, **WHEN)
    card = {key: told.get(key, value) for key, value in CARD.items()}
    save_card(entry.pk, CardTexts(**card), actor=city.faming, **WHEN)
    filing = Filing(**{key: told.get(key, value) for key, value in FILED.items()})
    save_filing(entry.pk, filing, actor=city.faming, **WHEN)
    assert refused("incomplete", move, entry, Act.SUBMIT, city.faming).fields["lacks"] == lacking
    save_card(entry.pk, CardTexts(**CARD), actor=city.faming, **WHEN)
    save_filing(entry.pk, Filing(**FILED), actor=city.faming, **WHEN)
    assert move(entry, Act.SUBMIT, city.faming).stage == "submitted", "the control"


def test_an_inventor_who_is_not_willing_is_not_submitted_by_anybody(city: SimpleNamespace, refused: Any) -> None:
    from panhuo.desk.pool.actions import Filing, save_filing

    entry = filled_entry(city.mine, city.faming)
    save_filing(entry.pk, Filing(**{**FILED, "willingness": "unwilling"}), actor=city.faming, **WHEN)
    refused("unwilling", move, entry, Act.SUBMIT, city.daxue)


def test_what_was_submitted_stays_as_the_approvers_see_it(city: SimpleNamespace, refused: Any) -> None:
    from panhuo.desk.pool.actions import Filing, save_filing
    from panhuo.desk.pool.card_actions import CardTexts, save_card

    entry = move(filled_entry(city.mine, city.faming), Act.SUBMIT, city.faming)
    refused("not_fillable", save_card, entry.pk, CardTexts(gain="别的"), actor=city.faming, **WHEN)
    refused("not_fillable", save_filing, entry.pk, Filing(), actor=city.faming, **WHEN)
    entry = move(entry, Act.RETURN, city.xueyuan, reason="改")
    assert save_card(entry.pk, CardTexts(gain="别的"), actor=city.faming, **WHEN).number == 2


def test_who_looked_at_an_older_state_is_told_so(city: SimpleNamespace, refused: Any) -> None:
    entry = filled_entry(city.mine, city.faming)
    seen = entry.version
    entry = move(entry, Act.SUBMIT, city.faming, seen=seen)
    refused("moved_meanwhile", move, entry, Act.REVIEW, city.xueyuan, seen=seen)
    assert move(entry, Act.REVIEW, city.xueyuan, seen=entry.version).stage == "college_approved"


def test_of_many_each_is_judged_by_itself(city: SimpleNamespace) -> None:
    from panhuo.desk.pool.actions import draft_entries, move_entries

    told = draft_entries([city.mine, city.sisters, 10**9], actor=city.daxue, **WHEN)
    assert [one.refused.code if one.refused else "" for one in told] == ["", "not_allowed", "not_there"]
    good = move(filled_entry(city.second, city.faming), Act.SUBMIT, city.faming)
    bad = filled_entry(city.others, city.xueyuan)
    told = move_entries({good.pk: good.version, bad.pk: bad.version}, Act.REVIEW, actor=city.xueyuan, **WHEN)
    assert [one.refused.code if one.refused else "" for one in told] == ["", "wrong_stage"]
    good.refresh_from_db()
    assert good.stage == "college_approved"


def test_only_what_is_in_force_and_owned_here_is_filed(city: SimpleNamespace, refused: Any) -> None:
    from panhuo.desk.pool.actions import draft_entry

    (lapsed,) = made_patents(city.college, [51], status="lapsed_unpaid_fee")
    assert refused("not_in_force", draft_entry, lapsed, actor=city.daxue, **WHEN).fields["number"]
    refused("not_allowed", draft_entry, city.mine, actor=city.tongshi, **WHEN)
    first = draft_entry(city.mine, actor=city.faming, **WHEN)
    assert draft_entry(city.mine, actor=city.daxue, **WHEN) == first


@pytest.mark.parametrize(
    "told",
    [
        {"price_kind": "fixed"}, {"price_kind": "fixed", "price_cny": 0}, {"price_kind": "royalty"},
        {"price_kind": "royalty", "royalty_percent": 101},
    ],
)  # fmt: skip
def test_a_price_needs_its_number(city: SimpleNamespace, refused: Any, told: Any) -> None:
    from panhuo.desk.pool.actions import Filing, save_filing

    entry = filled_entry(city.mine, city.faming)
    refused("bad_price", save_filing, entry.pk, Filing(**{**FILED, **told}), actor=city.faming, **WHEN)


def test_a_card_never_gives_the_inventors_own_name_or_telephone(city: SimpleNamespace, refused: Any) -> None:
    from panhuo.desk.pool.card_actions import CardTexts, save_card

    entry = filled_entry(city.mine, city.faming)
    for told in ({"contact_phone": "13800000000"}, {"contact_office": "发某某"}, {"contact_office": " faming某"}):
        card = CardTexts(**{**CARD, **told})
        refused("contact_is_inventor", save_card, entry.pk, card, actor=city.faming, **WHEN)


def test_versions_of_a_card_stay_and_the_same_words_make_none(city: SimpleNamespace) -> None:
    from panhuo.desk.pool.card_actions import CardTexts, save_card

    entry = filled_entry(city.mine, city.faming)
    again = save_card(entry.pk, CardTexts(**CARD), actor=city.faming, **WHEN)
    changed = save_card(entry.pk, CardTexts(**{**CARD, "offered": ""}), actor=city.faming, **WHEN)
    entry.refresh_from_db()
    assert (again.number, changed.number, entry.card_number) == (1, 2, 2)
    assert [one.offered != "" for one in entry.cards.all()] == [True, False]
    assert (again.completeness, changed.completeness, entry.completeness) == (100, 90, 90)


def test_an_unconfirmed_entry_is_due_then_hidden_and_one_word_brings_it_back(
    city: SimpleNamespace, refused: Any
) -> None:
    from panhuo.desk.pool.access import showing_of, to_confirm
    from panhuo.desk.pool.actions import confirm_entry
    from panhuo.desk.pool.models import PoolEntry

    entry = pooled_entry(city.mine, city)
    later = {days: RULES.source_pack.at(RULES.day + timedelta(days=days)) for days in (364, 365, 395, 396)}
    told = {days: (showing_of(entry, rules), bool(listed(city.shiju, rules))) for days, rules in later.items()}
    assert told == {
        364: ("shown", True), 365: ("to_confirm", True), 395: ("to_confirm", True), 396: ("hidden", False),
    }  # fmt: skip
    due = {days: PoolEntry.objects.filter(to_confirm(rules)).count() for days, rules in later.items()}
    assert due == {364: 0, 365: 1, 395: 1, 396: 1}
    assert listed(city.daxue, later[396]) == {entry.pk}, "its owner still sees it"
    refused("not_allowed", confirm_entry, entry.pk, actor=city.faming, **WHEN)
    on = NOW + timedelta(days=396)
    confirmed = confirm_entry(entry.pk, actor=city.daxue, at=on, rules=later[396])
    assert showing_of(confirmed, later[396]) == "shown"
    assert listed(city.shiju, later[396]) == {entry.pk}


def test_the_city_returns_only_what_is_in_the_pool(city: SimpleNamespace, refused: Any) -> None:
    entry = move(filled_entry(city.mine, city.faming), Act.SUBMIT, city.faming)
    refused("not_there", move, entry, Act.RETURN, city.shiju, reason="看不见")
    entry = move(entry, Act.REVIEW, city.xueyuan)
    entry = move(entry, Act.APPROVE, city.daxue)
    assert move(entry, Act.RETURN, city.shiju, reason="抽查不符").stage == "returned"


ACTS = st.lists(
    st.tuples(
        st.sampled_from(list(Act)),
        st.sampled_from(["faming", "tongshi", "xueyuan", "xueyuan2", "daxue", "daxue2", "waixiao", "shiju"]),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_people_try_the_entry_moves_by_the_table_and_its_rules_hold(
    city: SimpleNamespace, acts: list[tuple[Act, str]]
) -> None:
    """Random people try random acts; the model: the table, who did which step, who sees what."""
    from django.db import transaction

    from panhuo.desk.pool.models import EntryStep

    with transaction.atomic():
        entry = filled_entry(city.mine, city.faming)
        codes: set[str] = set()
        for act, login in acts:
            before = entry.stage
            try:
                entry = move(entry, act, getattr(city, login), reason="理由")
            except DomainError as error:
                codes.add(error.code)
                entry.refresh_from_db()
                assert entry.stage == before
                continue
            rows = [one for one in MOVES if (one.act, one.of.value, one.to.value) == (act.value, before, entry.stage)]
            assert len(rows) == 1
        assert codes <= {"wrong_stage", "not_allowed", "not_there"}
        steps = list(EntryStep.objects.filter(entry=entry))
        assert [one.of_stage for one in steps[1:]] == [one.to_stage for one in steps[:-1]], "no step is lost"
        by_step: dict[str, set[str]] = {}
        for one in steps:
            by_step.setdefault(one.step, set()).add(one.actor)
        kinds = [by_step.get(name, set()) for name in ("apply", "review", "approve")]
        assert sum(map(len, kinds)) == len(set().union(*kinds)), "nobody takes two steps"
        seen = listed(city.shiju) == {entry.pk}
        assert seen is (entry.stage == Stage.UNIVERSITY_APPROVED)
        transaction.set_rollback(True)


def test_the_model_above_finds_a_table_that_skips_the_college(city: SimpleNamespace, monkeypatch: Any) -> None:
    """The negative control."""
    from panhuo.engine.pool import moves

    wrong = tuple(replace(one, colleges=None) if one.act is Act.APPROVE else one for one in MOVES)
    monkeypatch.setattr(moves, "MOVES", wrong)
    entry = move(filled_entry(city.mine, city.faming), Act.SUBMIT, city.faming)
    assert move(entry, Act.APPROVE, city.daxue).stage == Stage.UNIVERSITY_APPROVED
    assert len(list(moves_from(Stage.SUBMITTED, colleges=True))) > len(FILLABLE)

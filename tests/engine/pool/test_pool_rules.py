"""The table of moves leads where it should; cards are weighed by the pack; days of confirmation and samples agree."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.pool import (
    FILLABLE,
    MOVES,
    Act,
    CardPart,
    ConfirmRules,
    Showing,
    Stage,
    WrongStage,
    agreement_share,
    alert_year,
    card_parts,
    completeness,
    draw_sample,
    last_confirmed,
    move_of,
    moves_from,
    showing,
)
from panhuo.rules import load_pack
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right, Step

RULES = load_pack("national").at(date(2026, 11, 23))
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
CONFIRM = st.builds(ConfirmRules, st.integers(1, 36), st.integers(0, 90))


def test_every_way_into_the_pool_passes_an_approval_and_where_there_are_colleges_their_review() -> None:
    for colleges in (True, False):
        ways = paths(Stage.DRAFT, colleges)
        assert ways, "the control: there are ways"
        for way in ways:
            assert way.count(Act.APPROVE) == 1
            assert (Act.REVIEW in way) is colleges
            assert way.index(Act.SUBMIT) < way.index(Act.APPROVE)


def paths(stage: Stage, colleges: bool, before: tuple[Act, ...] = ()) -> list[list[Act]]:  # noqa: FBT001
    """All ways into the pool that take no act twice."""
    if stage is Stage.UNIVERSITY_APPROVED:
        return [list(before)]
    steps = [one for one in moves_from(stage, colleges=colleges) if one.act not in before]
    return [way for one in steps for way in paths(one.to, colleges, (*before, one.act))]


def test_from_every_stage_and_act_the_table_says_one_thing_or_refuses() -> None:
    for act, stage, colleges in product(Act, Stage, (True, False)):
        rows = [one for one in MOVES if (one.act, one.of) == (act, stage) and one.colleges in (None, colleges)]
        assert len(rows) <= 1, (act, stage)
        if rows:
            assert move_of(act, stage, colleges=colleges) is rows[0]
            continue
        with pytest.raises(WrongStage) as refused:
            move_of(act, stage, colleges=colleges)
        assert refused.value.fields["stage"] == stage


def test_steps_of_the_table_are_those_of_the_rights_and_what_takes_something_away_asks_why() -> None:
    steps = {row["right"]: row["step"] for row in RULES.table("rights")}
    for one in MOVES:
        if one.step is not None:
            assert steps[one.right] == one.step
        takes_back = one.act in (Act.RETURN, Act.RETURN_TO_COLLEGE) or (
            one.act is Act.WITHDRAW and one.of is not Stage.DRAFT
        )
        assert one.needs_reason is takes_back
    assert {one.right for one in MOVES if one.step is Step.APPROVE} == {Right.APPROVE_POOL_ENTRY}
    assert set(FILLABLE) == {one.of for one in MOVES if one.act is Act.SUBMIT}


def test_the_parts_of_a_card_weigh_one_and_a_full_card_is_complete() -> None:
    parts = card_parts(RULES)
    assert sum(one.weight for one in parts) == 1
    full = {one.part: "字" * one.from_signs for one in parts}
    assert completeness(full, parts).percent == 100
    told = completeness({**full, "gain": " ", "economics": "便宜"}, parts)
    assert (told.percent, [one.part for one in told.missing]) == (60, ["gain", "economics"])
    assert [one.part for one in told.barring] == ["gain"], "a short text is poor, only an empty gain bars"
    assert completeness({}, parts).percent == 0
    assert [one.part for one in completeness({}, parts).barring] == ["gain", "maturity"]


def test_weights_that_do_not_add_up_are_refused() -> None:
    rows = [dict(row) for row in RULES.table("card_parts")]
    rows[0]["weight"] = "0.2"

    class Wrong:
        pack = "wrong"

        def table(self, _name: str) -> list[dict[str, str]]:
            return rows

    with pytest.raises(DomainError) as refused:
        card_parts(Wrong())  # type: ignore[arg-type]
    assert refused.value.code == "bad_weights"


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(max_size=8)), st.sampled_from(["a", "b", "c"]))
def test_more_text_never_makes_a_card_less_complete(card: dict[str, str], part: str) -> None:
    parts = [CardPart(name, Decimal(1) / 4, False, 3, "", "", "", "") for name in "abc"]
    longer = {**card, part: card.get(part, "") + "字字字"}
    assert completeness(longer, parts).percent >= completeness(card, parts).percent


@given(DAYS, DAYS, CONFIRM)
def test_lists_are_cut_where_the_single_entry_turns(confirmed: date, at: date, rules: ConfirmRules) -> None:
    if confirmed > at:
        return
    state = showing(confirmed, at=at, rules=rules)
    assert (confirmed <= last_confirmed(Showing.HIDDEN, at=at, rules=rules)) is (state is Showing.HIDDEN)
    assert (confirmed <= last_confirmed(Showing.TO_CONFIRM, at=at, rules=rules)) is (state is not Showing.SHOWN)


@given(st.sets(st.text(min_size=1, max_size=5), max_size=40), st.text(max_size=6), st.integers(0, 50))
def test_a_sample_is_drawn_again_by_its_seed_and_goes_on_where_a_smaller_one_ended(
    keys: set[str], seed: str, size: int
) -> None:
    drawn = draw_sample(keys, seed=seed, size=size)
    assert drawn == draw_sample(sorted(keys, reverse=True), seed=seed, size=size)
    assert len(drawn) == len(set(drawn)) == min(size, len(keys))
    assert draw_sample(keys, seed=seed, size=size + 1)[:size] == drawn


def test_other_seeds_draw_otherwise_and_every_key_about_equally_often() -> None:
    keys = [str(one) for one in range(100)]
    drawn = [key for seed in range(1_000) for key in draw_sample(keys, seed=str(seed), size=10)]
    counts = [drawn.count(key) for key in keys]
    assert min(counts) > 60, counts
    assert max(counts) < 145, counts


def test_agreement_of_nothing_is_no_share() -> None:
    assert agreement_share([]) is None
    assert agreement_share([(5, 5), (4, 3), (2, 2), (1, 1)]) == 0.75


@pytest.mark.parametrize(
    ("passed", "told"),
    [(timedelta(0), 0), (timedelta(days=1094), 0), (timedelta(days=1095), 3), (timedelta(days=1826), 5)],
)
def test_an_unexploited_funded_patent_is_told_of_after_three_and_five_years(passed: timedelta, told: int) -> None:
    granted = date(2020, 3, 1)
    assert alert_year(granted, exploited=False, at=granted + passed, years=(3, 5)) == told
    assert alert_year(granted, exploited=True, at=granted + passed, years=(3, 5)) == 0
    assert alert_year(None, exploited=False, at=granted + passed, years=(3, 5)) == 0

"""The back-test of banks' cards, worked by hand on made-up loans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from panhuo.engine.flows import BacktestRow, JudgedCard, backtest
from panhuo.engine.valuation.card_outcome import LoanEnd, Outcome, RightEvent
from panhuo.rules import load_pack

D = Decimal
RULES = load_pack("national").at(date(2027, 3, 1)).supposing({"bank_card.least_outcomes": 3})


def judged(
    level: str, points: int, disposal: int, unpaid: int, sold: int | None, person: int | None = None
) -> JudgedCard:
    end = LoanEnd.OVERDUE if unpaid else LoanEnd.REPAID
    lost = RightEvent.LAPSED if sold == 50 else RightEvent.NONE
    got = None if sold is None else D(sold)
    outcome = Outcome(D(100), date(2026, 2, 1), end, D(unpaid), got, lost, date(2027, 2, 1), "合成台账")
    return JudgedCard(level, D(points), D(disposal), None if person is None else D(person), outcome)


CARDS = [
    judged("A", 90, 100, 0, None),
    judged("B", 70, 100, 50, 80, person=160),
    judged("B", 60, 200, 100, 50, person=100),
    judged("B", 55, 100, 100, 110, person=110),
]


def rows(cards: list[JudgedCard]) -> dict[str, BacktestRow]:
    return {one.group: one for one in backtest(cards, ("A", "B", "C"), RULES)}


def test_cards_are_held_against_what_became_of_their_loans() -> None:
    """Losses 0, 0, 50, 0 of 400 lent; proceeds 240 of 400 expected; errors -0.2, -0.75, +0.1. Officers: |80 - 160| /
    160, |50 - 100| / 100, 0: a third. Ranks of the points 4, 3, 2, 1, of what was kept 3, 3, 1, 3: 1 / sqrt(15)."""
    found = rows(CARDS)["all"]
    assert (found.cards, found.repaid, found.unpaid, found.right_lost, found.disposals) == (4, 1, 3, 1, 3)
    assert (found.loss_share, found.recovery_share) == (D("0.125"), D("0.6"))
    assert round(found.mean_error or D(0), 6) == D("-0.283333")
    assert found.mean_off == D("0.35")
    assert round(found.person_off or D(0), 6) == D("0.333333")
    assert found.rank_agreement == D("0.258199")


def test_each_level_has_its_row_and_too_few_loans_are_counted_only() -> None:
    found = rows(CARDS)
    assert (found["B"].cards, found["B"].recovery_share, found["B"].rank_agreement) == (3, D("0.6"), None)
    assert (found["A"].cards, found["A"].repaid, found["A"].loss_share) == (1, None, None)
    assert (found["C"].cards, found["C"].repaid) == (0, None)
    assert found["overridden"].cards == 3


def test_what_rests_on_disposals_asks_for_as_many_of_them() -> None:
    found = rows([*CARDS[:3], judged("A", 80, 100, 0, None)])["all"]
    assert (found.disposals, found.loss_share, found.recovery_share, found.mean_error) == (2, D("0.125"), None, None)


def test_no_agreement_is_claimed_where_nothing_differs() -> None:
    alike = [judged("A", points, 100, 0, None) for points in (90, 80, 70)]
    assert rows(alike)["all"].rank_agreement is None


def test_the_order_of_the_cards_changes_nothing() -> None:
    assert rows(CARDS) == rows(CARDS[::-1])

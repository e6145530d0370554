"""How good the bank's cards were: cards whose loan is known, against what they said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from panhuo.engine.evaluation.measures import spearman
from panhuo.engine.valuation.arithmetic import ZERO, counted
from panhuo.engine.valuation.card_outcome import LoanEnd, Outcome, RightEvent
from panhuo.rules import InForce

ALL, OVERRIDDEN = "all", "overridden"


@dataclass(frozen=True, slots=True)
class JudgedCard:
    """A card with its outcome. disposal_cny: what the card expected of a sale. person_disposal_cny: the same from an
    officer's value, None where nobody overrode it. Amounts in yuan."""

    level: str
    points: Decimal
    disposal_cny: Decimal
    person_disposal_cny: Decimal | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class BacktestRow:
    """Cards of a level, of all, or those that were overridden. Figures are None below the least count.

    unpaid: loans not repaid. right_lost: rights that lapsed or were invalidated. loss_share: losses over sums lent.
    disposals: rights that were sold. recovery_share: proceeds over the disposal values of their cards. mean_error:
    mean of (proceeds - disposal value) / disposal value; mean_off: of its size; person_off: the same for the officers'
    figures. rank_agreement: Spearman's of points with less loss, on all cards only.
    """

    group: str
    cards: int
    repaid: int | None
    unpaid: int | None
    right_lost: int | None
    loss_share: Decimal | None
    disposals: int | None
    recovery_share: Decimal | None
    mean_error: Decimal | None
    mean_off: Decimal | None
    person_off: Decimal | None
    rank_agreement: Decimal | None


@counted
def backtest(cards: Sequence[JudgedCard], levels: Iterable[str], rules: InForce) -> tuple[BacktestRow, ...]:
    """A row for all cards, one a level in the order given, one for those that a person overrode.

    Rows of fewer cards than bank_card.least_outcomes tell their count and nothing else; what rests on disposals asks
    for as many of them.
    """
    least = rules.integer("bank_card.least_outcomes")
    groups = [(ALL, list(cards))]
    groups += [(level, [one for one in cards if one.level == level]) for level in levels]
    groups.append((OVERRIDDEN, [one for one in cards if one.person_disposal_cny is not None]))
    return tuple(_row(name, members, least) for name, members in groups)


def _row(group: str, cards: Sequence[JudgedCard], least: int) -> BacktestRow:
    if not cards or len(cards) < least:
        return BacktestRow(group, len(cards), *(None,) * 10)
    outcomes = [one.outcome for one in cards]
    sold = [(one, one.outcome.disposal_cny) for one in cards if one.outcome.disposal_cny is not None]
    priced = [(one, got) for one, got in sold if one.disposal_cny > 0]
    told = len(priced) >= least
    errors = [(got - one.disposal_cny) / one.disposal_cny for one, got in priced]
    expected = sum((one.disposal_cny for one, _ in priced), ZERO)
    return BacktestRow(
        group,
        len(cards),
        sum(one.end is LoanEnd.REPAID for one in outcomes),
        sum(one.end is not LoanEnd.REPAID for one in outcomes),
        sum(one.right_event is not RightEvent.NONE for one in outcomes),
        sum((one.loss_cny for one in outcomes), ZERO) / sum((one.lent_cny for one in outcomes), ZERO),
        len(sold),
        sum((got for _, got in priced), ZERO) / expected if told else None,
        _mean(errors) if told else None,
        _mean([abs(one) for one in errors]) if told else None,
        _person_off(priced, least),
        _agreement(cards) if group == ALL else None,
    )


def _person_off(priced: Sequence[tuple[JudgedCard, Decimal]], least: int) -> Decimal | None:
    off = [
        abs(got - one.person_disposal_cny) / one.person_disposal_cny for one, got in priced if one.person_disposal_cny
    ]
    return _mean(off) if off and len(off) >= least else None


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, ZERO) / len(values)


def _agreement(cards: Sequence[JudgedCard]) -> Decimal | None:
    """None where all points or all losses are alike: nothing can agree."""
    points = [float(one.points) for one in cards]
    kept = [float(-one.outcome.loss_share) for one in cards]
    if len(set(points)) < 2 or len(set(kept)) < 2:
        return None
    return Decimal(str(round(spearman(kept, points), 6)))

"""An expert panel: scores per indicator -> one result, exact and rounded once, with what the experts disagree on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from math import isqrt

from panhuo.rules import InForce
from panhuo.terms.errors import DomainError, OutOfRange


class Average(StrEnum):
    """How scores of one indicator become one."""

    MEAN = "mean"
    MEDIAN = "median"
    TRIMMED_MEAN = "trimmed_mean"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is scored 0..100; weight: its share, all of a panel's sum to one."""

    code: str
    weight: Decimal
    zh: str = ""
    en: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scorer:
    """An expert of the panel; weight above 0, beside the others'."""

    expert: str
    weight: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Score:
    """Points 0..100 of one expert for one indicator."""

    expert: str
    indicator: str
    points: Decimal
    given_on: date


@dataclass(frozen=True, slots=True)
class PanelRules:
    """trim_share: cut off at each end, of the number of experts, rounded down. quorum: share of the panel that must
    have scored in full and in time. discuss_range, discuss_deviation, apart: points; above them is told."""

    average: Average
    trim_share: Decimal
    min_experts: int
    quorum: Decimal
    discuss_range: Decimal
    discuss_deviation: Decimal
    apart: Decimal
    decimals: int


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """What the counted experts say of one indicator, rounded for people.

    spread: highest less lowest; deviation: standard deviation of these experts' scores (of the whole, not of a
    sample). to_discuss: spread or deviation above the limit. apart: experts too far from the median.
    """

    indicator: str
    points: Decimal
    lowest: Decimal
    highest: Decimal
    spread: Decimal
    deviation: Decimal
    to_discuss: bool
    apart: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PanelResult:
    """points: 0..100, None while lacks names why: too_few_experts, no_quorum.

    counted: experts whose scores are in, who scored every indicator by the due day. missing: expert -> indicators
    without a score. late: experts with a score after the due day; they are not counted.
    """

    points: Decimal | None
    lacks: tuple[str, ...]
    indicators: tuple[IndicatorResult, ...]
    counted: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]]
    late: tuple[str, ...]


def panel_rules(rules: InForce) -> PanelRules:
    """Read assessment.panel.*. Raises: DomainError bad_trim where half of the experts would be cut at an end."""
    trim = rules.decimal("assessment.panel.trim_share")
    if trim >= Decimal("0.5"):
        raise DomainError(
            f"assessment.panel.trim_share in pack {rules.pack} is {trim}; below 0.5, or nobody is left.",
            code="bad_trim",
        )
    return PanelRules(
        Average(rules.text("assessment.panel.average")),
        trim,
        rules.integer("assessment.panel.min_experts"),
        rules.decimal("assessment.panel.quorum"),
        rules.decimal("assessment.panel.discuss_range"),
        rules.decimal("assessment.panel.discuss_deviation"),
        rules.decimal("assessment.panel.apart"),
        rules.integer("assessment.panel.decimals"),
    )


def panel_indicators(rules: InForce) -> tuple[Indicator, ...]:
    """What experts score by default (pack table panel_indicators). Raises: DomainError as check_indicators."""
    return check_indicators(
        [
            Indicator(row["code"], Decimal(row["weight"]), row["zh"], row["en"], row["note"])
            for row in rules.table("panel_indicators")
        ]
    )


def check_indicators(indicators: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """The indicators, once they can be used. Raises: DomainError no_indicators, indicator_twice, bad_weights."""
    if not indicators:
        raise DomainError("A panel needs at least one indicator to score.", code="no_indicators")
    codes = [one.code for one in indicators]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise DomainError(f"{', '.join(twice)} stands twice among the panel's indicators.", code="indicator_twice")
    total = sum((one.weight for one in indicators), Decimal(0))
    if total != 1 or any(one.weight < 0 for one in indicators):
        raise DomainError(
            f"The weights of the panel's indicators sum to {total}; they are 0 or more and sum to 1.",
            code="bad_weights",
        )
    return tuple(indicators)


def panel_result(
    indicators: Sequence[Indicator], scorers: Sequence[Scorer], scores: Iterable[Score], *, due: date, rules: PanelRules
) -> PanelResult:
    """The panel's result from the scores that are in.

    Args:
        scorers: all who are assigned. scores: at most one of an expert for an indicator.
        due: last day on which a score is in time.
    An expert counts as a whole or not at all: a gap or a late score keeps all of his out, so that no indicator is
    judged by other people than the next. Raises: OutOfRange for a score outside 0..100 or a weight of 0 or less;
    DomainError unknown_score for one of somebody or something else, score_twice.
    """
    check_indicators(indicators)
    given = _by_expert(indicators, scorers, scores)
    missing = {
        one.expert: lacking
        for one in scorers
        if (lacking := tuple(item.code for item in indicators if item.code not in given[one.expert]))
    }
    late = tuple(one.expert for one in scorers if any(score.given_on > due for score in given[one.expert].values()))
    counted = [one for one in scorers if one.expert not in missing and one.expert not in late]
    exact = {item.code: _average(_pairs(item.code, counted, given), rules) for item in indicators} if counted else {}
    lacks = _lacks(len(scorers), len(counted), rules)
    total = sum((Fraction(item.weight) * exact[item.code] for item in indicators), Fraction(0)) if counted else None
    return PanelResult(
        None if lacks or total is None else _rounded(total, rules.decimals),
        lacks,
        tuple(_told(item, exact[item.code], counted, given, rules) for item in indicators) if counted else (),
        tuple(one.expert for one in counted),
        missing,
        late,
    )


_Given = Mapping[str, Mapping[str, Score]]


def _by_expert(indicators: Sequence[Indicator], scorers: Sequence[Scorer], scores: Iterable[Score]) -> _Given:
    codes = {item.code for item in indicators}
    found: dict[str, dict[str, Score]] = {}
    for one in scorers:
        if one.weight <= 0:
            raise OutOfRange(f"The weight of {one.expert} is {one.weight}; it must be above 0.", expert=one.expert)
        found[one.expert] = {}
    for score in scores:
        if score.expert not in found or score.indicator not in codes:
            raise DomainError(
                f"A score of {score.expert} for {score.indicator} is none of this panel.", code="unknown_score"
            )
        if not 0 <= score.points <= 100:
            raise OutOfRange(
                f"{score.expert} gives {score.indicator} {score.points}; scores lie between 0 and 100.",
                expert=score.expert,
                indicator=score.indicator,
            )
        if score.indicator in found[score.expert]:
            raise DomainError(f"{score.expert} scores {score.indicator} twice.", code="score_twice")
        found[score.expert][score.indicator] = score
    return found


def _lacks(assigned: int, counted: int, rules: PanelRules) -> tuple[str, ...]:
    found = []
    if assigned < rules.min_experts:
        found.append("too_few_experts")
    if counted == 0 or counted < rules.quorum * assigned:
        found.append("no_quorum")
    return tuple(found)


_Pair = tuple[Fraction, Fraction]
"""Points and weight."""


def _pairs(indicator: str, counted: Sequence[Scorer], given: _Given) -> list[_Pair]:
    pairs = [(Fraction(given[one.expert][indicator].points), Fraction(one.weight)) for one in counted]
    return sorted(pairs)


def _average(pairs: Sequence[_Pair], rules: PanelRules) -> Fraction:
    if rules.average is Average.MEDIAN:
        return _median(pairs)
    if rules.average is Average.TRIMMED_MEAN:
        cut = int(rules.trim_share * len(pairs))
        pairs = pairs[cut : len(pairs) - cut]
    return sum((points * weight for points, weight in pairs), Fraction(0)) / sum(weight for _, weight in pairs)


def _median(pairs: Sequence[_Pair]) -> Fraction:
    """The score at which half of the weight lies below; between two where the half falls exactly there."""
    half = sum((weight for _, weight in pairs), Fraction(0)) / 2
    below = Fraction(0)
    for place, (points, weight) in enumerate(pairs):
        below += weight
        if below > half:
            return points
        if below == half:
            return (points + pairs[place + 1][0]) / 2
    raise AssertionError("half of the weight lies below no score")


def _told(
    item: Indicator, exact: Fraction, counted: Sequence[Scorer], given: _Given, rules: PanelRules
) -> IndicatorResult:
    own = {one.expert: given[one.expert][item.code].points for one in counted}
    lowest, highest = min(own.values()), max(own.values())
    mean = sum(map(Fraction, own.values()), Fraction(0)) / len(own)
    variance = sum(((Fraction(points) - mean) ** 2 for points in own.values()), Fraction(0)) / len(own)
    middle = _median(sorted((Fraction(points), Fraction(1)) for points in own.values()))
    limit = Fraction(rules.apart)
    return IndicatorResult(
        item.code,
        _rounded(exact, rules.decimals),
        lowest,
        highest,
        highest - lowest,
        _root(variance, rules.decimals),
        highest - lowest > rules.discuss_range or variance > Fraction(rules.discuss_deviation) ** 2,
        tuple(expert for expert, points in own.items() if abs(Fraction(points) - middle) > limit),
    )


def _rounded(value: Fraction, decimals: int) -> Decimal:
    """Half up at the last decimal; value 0 or more."""
    scaled = value * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-decimals)


def _root(value: Fraction, decimals: int) -> Decimal:
    """Square root, half up at the last decimal."""
    fine = isqrt(int(value * 10 ** (2 * decimals + 8)))
    return Decimal(fine).scaleb(-decimals - 4).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)

"""The grade of a portfolio as a whole: what its patents cover together of a product's features, best for each feature.

Each part of the grade takes, for each feature, the best of the living members that cover it, and then the mean over
features by their weight. So a second patent of the same kind raises nothing, a further one never lowers anything, and
the order of members says nothing. What nobody can say counts as not there and lowers the stated confidence: the score
is a floor. docs/algorithms/portfolios.md. Source: own rule (assumption); weights in the pack, portfolio.*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from panhuo.rules import InForce

_ONE, _ZERO = Decimal(1), Decimal(0)
_HUNDREDTH = Decimal("0.01")
_TEN_THOUSANDTH = Decimal("0.0001")


class FeatureState(StrEnum):
    """How a feature of the product stands."""

    COVERED = "covered"
    GAP = "gap"  # no living member covers it
    UNSURE = "unsure"  # only members of which nobody can say whether they are in force


@dataclass(frozen=True, slots=True)
class Feature:
    """What the product needs covered. weight: above 0, against the other features."""

    code: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Member:
    """One patent in the portfolio with what is known of it on the day; None: nobody can say.

    factor: of its role, 0..1. features: codes that it covers. score: of the scene management, 0..100. months_left: of
    the term. granted_abroad: a member of its family is. blocked: preserved, suspended, fee unpaid, invalidation or
    litigation told. burdened: pledged, licensed exclusively or solely, co-owned.
    """

    key: str
    factor: Decimal
    features: frozenset[str]
    living: bool | None
    score: Decimal | None = None
    months_left: int | None = None
    granted_abroad: bool | None = None
    blocked: bool | None = None
    burdened: bool | None = None


@dataclass(frozen=True, slots=True)
class WholeRules:
    """weights: part -> weight, summing to one. grade_limits: lowest scores of A, B, C; below the last D.

    lasting_months: a remaining term from which more adds nothing.
    """

    weights: Mapping[str, Decimal]
    grade_limits: tuple[Decimal, ...]
    min_confidence: Decimal
    lasting_months: int


@dataclass(frozen=True, slots=True)
class Cover:
    """One feature: who covers it, the months until the last of them ends (None: nobody can say, or none covers it),
    and its value in each part, 0..1."""

    feature: str
    state: FeatureState
    keys: tuple[str, ...]
    last_months: int | None
    values: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Added:
    """What one member adds: points of the whole that go without it, and features that only it covers."""

    key: str
    points: Decimal
    alone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """score: 0..100, two decimals, a floor; None without features. confidence: 0..1, share of the score's weight that
    is known. grade: A, B ... or "" where too little is known (reason no_features, too_little_known, no_member)."""

    score: Decimal | None
    confidence: Decimal
    grade: str
    reason: str
    parts: Mapping[str, Decimal]
    covers: tuple[Cover, ...]
    added: tuple[Added, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """Features that no living member covers for sure."""
        return tuple(one.feature for one in self.covers if one.state is not FeatureState.COVERED)


_Value = Callable[[Member, WholeRules], Decimal | None]


def _flag(is_so: bool | None) -> Decimal | None:  # noqa: FBT001 - a verdict, not an option
    return None if is_so is None else _ONE if is_so else _ZERO


def _opposite(is_so: bool | None) -> Decimal | None:  # noqa: FBT001 - a verdict, not an option
    return None if is_so is None else _flag(not is_so)


def _lasting(member: Member, rules: WholeRules) -> Decimal | None:
    if member.months_left is None:
        return None
    return min(_ONE, Decimal(member.months_left) / rules.lasting_months)


PARTS: Mapping[str, _Value] = MappingProxyType(
    {
        "coverage": lambda _member, _rules: _ONE,
        "strength": lambda member, _rules: None if member.score is None else member.factor * member.score / 100,
        "abroad": lambda member, _rules: _flag(member.granted_abroad),
        "lasting": _lasting,
        "unblocked": lambda member, _rules: _opposite(member.blocked),
        "unburdened": lambda member, _rules: _opposite(member.burdened),
    }
)
"""Parts of the grade: what one living member that covers a feature brings to it, 0..1; None: nobody can say."""


def whole_rules(rules: InForce) -> WholeRules:
    """Parameters portfolio.* of the day. Raises: NotInForce."""
    return WholeRules(
        {part: rules.decimal(f"portfolio.score.{part}") for part in PARTS},
        tuple(Decimal(text) for text in rules.words("portfolio.grade_limits")),
        rules.decimal("portfolio.min_confidence"),
        rules.integer("portfolio.lasting_months"),
    )


def grade_whole(features: Sequence[Feature], members: Sequence[Member], rules: WholeRules) -> Whole:
    """The grade of the members together, never a sum nor a mean of their grades.

    Args: features: of the product, codes unlike. members: a key that stands twice counts once.
    """
    distinct = tuple({one.key: one for one in members}.values())
    covers = tuple(_cover(feature, distinct, rules) for feature in features)
    if not features:
        return Whole(None, _ZERO, "", "no_features", {}, (), ())
    score, confidence, parts = _summed(features, distinct, rules)
    added = tuple(_added(one, features, distinct, covers, score, rules) for one in distinct)
    reason = "no_member" if not distinct else "too_little_known" if confidence < rules.min_confidence else ""
    letter = "" if reason else _letter(score, rules)
    return Whole(score, confidence, letter, reason, parts, covers, added)


def _summed(
    features: Sequence[Feature], members: Sequence[Member], rules: WholeRules
) -> tuple[Decimal, Decimal, Mapping[str, Decimal]]:
    """Score, confidence, and each part as a share."""
    total = sum((one.weight for one in features), _ZERO)
    parts, known = {}, _ZERO
    for part, weight in rules.weights.items():
        told = [(one.weight, *_best(part, one, members, rules)) for one in features]
        parts[part] = sum((share * value for share, value, _ in told), _ZERO) / total
        known += weight * sum((share for share, _, is_known in told if is_known), _ZERO) / total
    score = sum((weight * parts[part] for part, weight in rules.weights.items()), _ZERO) * 100
    return _rounded(score, _HUNDREDTH), _rounded(known, _TEN_THOUSANDTH), parts


def _best(part: str, feature: Feature, members: Sequence[Member], rules: WholeRules) -> tuple[Decimal, bool]:
    """The best that a living member brings to a feature, and whether nothing unknown could change it."""
    covering = [one for one in members if feature.code in one.features and one.living is not False]
    told = [PARTS[part](one, rules) if one.living else None for one in covering]
    best = max((value for value in told if value is not None), default=_ZERO)
    return best, None not in told or best == _ONE


def _cover(feature: Feature, members: Sequence[Member], rules: WholeRules) -> Cover:
    covering = [one for one in members if feature.code in one.features]
    living = [one for one in covering if one.living]
    is_unsure = any(one.living is None for one in covering)
    state = FeatureState.COVERED if living else FeatureState.UNSURE if is_unsure else FeatureState.GAP
    months = [one.months_left for one in living if one.months_left is not None]
    return Cover(
        feature.code,
        state,
        tuple(sorted(one.key for one in living)),
        max(months) if months and len(months) == len(living) else None,
        {part: _best(part, feature, members, rules)[0] for part in PARTS},
    )


def _added(
    member: Member,
    features: Sequence[Feature],
    members: Sequence[Member],
    covers: Sequence[Cover],
    score: Decimal,
    rules: WholeRules,
) -> Added:
    without = _summed(features, [one for one in members if one is not member], rules)[0]
    alone = tuple(cover.feature for cover in covers if cover.keys == (member.key,))
    return Added(member.key, score - without, alone)


def _letter(score: Decimal, rules: WholeRules) -> str:
    place = next((n for n, limit in enumerate(rules.grade_limits) if score >= limit), len(rules.grade_limits))
    return chr(ord("A") + place)


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, rounding=ROUND_HALF_UP)

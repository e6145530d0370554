"""Why a score is what it is: what lifted it, what held it down, and what another scene weighs otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import prod

from panhuo.engine.grading.scheme import ONE, Scheme

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Driver:
    """One known leaf of one right. points: 0..100. share: its part of the weight that is known, 0..1.

    contribution: points that it brings to the score; lost: points that a full one would bring more.
    """

    indicator: str
    points: Decimal
    share: Fraction

    @property
    def contribution(self) -> Decimal:
        return _rounded(self.share * Fraction(self.points))

    @property
    def lost(self) -> Decimal:
        return _rounded(self.share * (100 - Fraction(self.points)))


@dataclass(frozen=True, slots=True)
class WeightChange:
    """Weight of an indicator among its sisters in two scenes, 0..1; 0 where the scene does not have it."""

    indicator: str
    before: Decimal
    after: Decimal


class Explainer:
    """Tells the drivers of many rows of one scheme; shares are worked out once for each set of known leaves."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._shares: dict[tuple[str, ...], tuple[Fraction, ...]] = {}

    def drivers(self, points: Mapping[str, float | None]) -> tuple[Driver, ...]:
        """Known leaves of a row, in the order of the scheme; shares sum to 1, contributions to the score before a
        veto's cap but for the rounding of each level (scores of indicators are hundredths).

        Args:
            points: of each leaf by code, 0..100; null or left out where nobody can say.
        """
        known = tuple(one.code for one in self._scheme.leaves if points.get(one.code) is not None)
        if known not in self._shares:
            self._shares[known] = _shares(self._scheme, known)
        shares = zip(known, self._shares[known], strict=True)
        return tuple(Driver(code, Decimal(str(points[code])), share) for code, share in shares)


def strongest(found: tuple[Driver, ...], most: int = 5) -> tuple[Driver, ...]:
    """Those that bring most, the largest first; of equals the first in the scheme."""
    return tuple(sorted(found, key=lambda one: -one.share * Fraction(one.points))[:most])


def weakest(found: tuple[Driver, ...], most: int = 5) -> tuple[Driver, ...]:
    """Those that cost most, the largest loss first; full ones cost nothing and are left out."""
    costing = (one for one in found if one.points < 100)
    return tuple(sorted(costing, key=lambda one: -one.share * (100 - Fraction(one.points)))[:most])


def explain_scene(old: Scheme, new: Scheme) -> tuple[WeightChange, ...]:
    """Indicators whose weight among their sisters differs between two scenes, in the order of the first scheme."""
    before = {one.code: one.weight for one in old.indicators}
    after = {one.code: one.weight for one in new.indicators}
    changed = (code for code in {**before, **after} if before.get(code, 0) != after.get(code, 0))
    return tuple(
        WeightChange(code, Decimal(before.get(code, 0)) / ONE, Decimal(after.get(code, 0)) / ONE) for code in changed
    )


def _shares(scheme: Scheme, known: tuple[str, ...]) -> tuple[Fraction, ...]:
    """Part of each known leaf in the weight that is known, level by level."""
    living = {above.code for code in known for above in scheme.path(code)}
    totals: dict[str, int] = {}
    for one in scheme.indicators:
        if one.code in living:
            totals[one.parent] = totals.get(one.parent, 0) + one.weight
    return tuple(
        prod((Fraction(one.weight, totals[one.parent]) for one in scheme.path(code)), start=Fraction(1))
        for code in known
    )


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_HUNDREDTH, ROUND_HALF_UP)

"""What lifted a score and what held it down, as cells of a list: worked out row by row as the list is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from panhuo.engine.grading import Explainer, strongest, weakest

if TYPE_CHECKING:
    from panhuo.engine.grading import Driver, Scheme
    from panhuo.rules import InForce

DRIVERS = ("strongest", "weakest")
"""Cells that DriverCells fills: indicator:points:band:points brought or lost, joined by ;"""
MOST = 3


class DriverCells:
    """Fills the cells DRIVERS of rows whose columns are named by keys, from their columns score_<leaf>."""

    def __init__(self, scheme: Scheme, rules: InForce, keys: Sequence[str]) -> None:
        self._explainer = Explainer(scheme)
        self._bands = [Decimal(text) for text in rules.words("scheme.bands")]
        self._leaves = [(one.code, keys.index(f"score_{one.code}")) for one in scheme.leaves]
        self._score = keys.index("value_score")
        self._places = [keys.index(name) for name in DRIVERS]

    def filled(self, row: Sequence[object]) -> list[object]:
        """The row with its drivers; none where there is no score."""
        cells = list(row)
        if cells[self._score] is None:
            return cells
        points = {code: cells[place] for code, place in self._leaves}
        found = self._explainer.drivers({code: one for code, one in points.items() if isinstance(one, float)})
        up, down = self._places
        cells[up] = self._told(strongest(found, MOST), lambda one: f"+{one.contribution}")
        cells[down] = self._told(weakest(found, MOST), lambda one: f"-{one.lost}")
        return cells

    def _told(self, found: Iterable[Driver], change: Callable[[Driver], str]) -> str:
        return ";".join(f"{one.indicator}:{one.points}:{self._band(one.points)}:{change(one)}" for one in found)

    def _band(self, points: Decimal) -> int:
        """1 is the highest band of scheme.bands, one more than there are limits the lowest."""
        reached = (place for place, limit in enumerate(self._bands, start=1) if points >= limit)
        return next(reached, len(self._bands) + 1)

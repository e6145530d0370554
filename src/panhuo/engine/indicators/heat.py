"""Heat tables: counts, mean score, shares graded well and dormant, by two groupings, safe to publish where asked.

Cells of fewer patents than the least count are hidden, and where one hidden cell of a line could be worked out from
the line's total, or all hidden ones of a line are together fewer than the least count, the next smallest one with
them. A right that stands in several columns (industries) counts once in
each of them and once in the totals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

TOTAL = "total"
OTHERS = "others"
"""The line of all together, and of rows beyond the most that are shown."""
Figure = Literal["patents", "mean_score", "good_share", "dormant_share"]
FIGURES: tuple[Figure, ...] = ("patents", "mean_score", "good_share", "dormant_share")
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class HeatRight:
    """One right. rows, columns: its groups of the first and of the second kind, one or more each.

    good: graded A or B, None without a grade. dormant: candidate or dormant by the owner's answer, None where it is
    not considered or nobody can say.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    score: float | None
    good: bool | None
    dormant: bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What is counted. scored, graded, considered: patents of which score, grade, dormancy are known."""

    patents: int = 0
    scored: int = 0
    score_sum: float = 0.0
    graded: int = 0
    good: int = 0
    considered: int = 0
    dormant: int = 0

    def with_right(self, right: HeatRight) -> Cell:
        return Cell(
            self.patents + 1,
            self.scored + (right.score is not None),
            self.score_sum + (right.score or 0.0),
            self.graded + (right.good is not None),
            self.good + (right.good is True),
            self.considered + (right.dormant is not None),
            self.dormant + (right.dormant is True),
        )

    def figure(self, name: Figure, *, least: int = 1) -> float | None:
        """A figure; None where what it divides by is nothing, or less than the least count."""
        if name == "patents":
            return float(self.patents)
        above, below = {
            "mean_score": (self.score_sum, self.scored),
            "good_share": (float(self.good), self.graded),
            "dormant_share": (float(self.dormant), self.considered),
        }[name]
        return above / below if below >= max(1, least) else None


@dataclass(frozen=True, slots=True)
class HeatTable:
    """rows, columns: groups in the order shown, without TOTAL. cells: (row, column) -> Cell, TOTAL among both; what
    is not there is empty. hidden: places that are not shown. least: count below which a figure is not told."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Place, Cell]
    hidden: frozenset[Place] = frozenset()
    least: int = 1

    def figure(self, row: str, column: str, name: Figure) -> float | None:
        """What is shown at a place; None for what is hidden or has nothing to divide by."""
        if (row, column) in self.hidden:
            return None
        return self.cells.get((row, column), Cell()).figure(name, least=self.least)


def heat_table(rights: Iterable[HeatRight], *, most_rows: int) -> HeatTable:
    """The table of all rights: rows by count, then name, those beyond most_rows together as OTHERS.

    Columns stand by name, the group of which nobody tells ("") last.
    """
    told = list(rights)
    counts = Counter(row for right in told for row in dict.fromkeys(right.rows))
    ordered = sorted(counts, key=lambda row: (-counts[row], row))
    shown = ordered if len(ordered) <= most_rows else [*ordered[: most_rows - 1], OTHERS]
    kept = set(shown)
    cells: dict[Place, Cell] = {}
    for right in told:
        rows = dict.fromkeys(row if row in kept else OTHERS for row in right.rows)
        for place in _places(rows, right.columns):
            cells[place] = cells.get(place, Cell()).with_right(right)
    columns = sorted({column for _, column in cells} - {TOTAL}, key=lambda one: (not one, one))
    return HeatTable(tuple(shown), tuple(columns), cells)


def for_publication(table: HeatTable, least: int) -> HeatTable:
    """The table without cells of fewer than `least` patents and without what would give them away."""
    hidden = {place for place, cell in table.cells.items() if 0 < cell.patents < least}
    while more := set(_give_away(table, hidden, least)) - hidden:
        hidden |= more
    return replace(table, hidden=frozenset(hidden), least=least)


def _places(rows: Iterable[str], columns: Iterable[str]) -> Iterator[Place]:
    for one in (*rows, TOTAL):
        yield one, TOTAL
        for column in dict.fromkeys(columns):
            yield one, column


def _give_away(table: HeatTable, hidden: set[Place], least: int) -> Iterator[Place]:
    """The next to hide in each line with a single hidden cell, or whose hidden cells together are fewer than `least`
    (1 and 1 are known from their sum): the smallest other one, the total last."""
    rows, columns = (*table.rows, TOTAL), (*table.columns, TOTAL)
    lines = [[(row, column) for column in columns] for row in rows]
    lines += [[(row, column) for row in rows] for column in columns]
    for line in lines:
        filled = [place for place in line if place in table.cells]
        dark = [place for place in filled if place in hidden]
        behind = sum(table.cells[place].patents for place in dark if place != line[-1])
        is_open = len(dark) == 1 or (dark and line[-1] not in hidden and behind < least)
        if not is_open:
            continue
        shown = [place for place in filled if place not in hidden]
        inner = [place for place in shown if place != line[-1]]
        chosen = inner or shown
        if chosen:
            yield min(chosen, key=lambda place: (table.cells[place].patents, place))

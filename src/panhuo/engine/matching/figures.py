"""Technical figures with units in a text: 200 °C, 0.5-1.2 MPa, at least 95 %."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from panhuo.engine.matching.numerals import NUMBER, number
from panhuo.engine.matching.words import normalise
from panhuo.rules import InForce

MAX_FIGURES = 60
SAME = 0.02
"""Two single figures closer than this share of the greater are one."""
_AT_LEAST = "≥|>=|>|大于等于|大于|超过|高于|不低于|不小于|不少于|至少|达到|达"
_AT_MOST = "≤|<=|<|不高于|不大于|不超过|不多于|小于|低于|少于|至多"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as shown, in the base unit of its dimension; an open end is infinite."""

    shown: str
    dimension: str
    low: float
    high: float

    @property
    def is_single(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Units:
    """Units of the pack by their normalised spelling: (dimension, factor, offset)."""

    by_name: dict[str, tuple[str, float, float]]
    pattern: re.Pattern[str]


def units(rules: InForce) -> Units:
    """Read the table text_units."""
    by_name = {
        normalise(row["unit"]): (row["dimension"], float(row["factor"]), float(row["offset"]))
        for row in rules.table("text_units")
    }
    names = "|".join(re.escape(name) for name in sorted(by_name, key=lambda name: (-len(name), name)))
    pattern = re.compile(
        rf"(?P<bound>{_AT_LEAST}|{_AT_MOST})?\s?(?<![\d.])(?P<low>-?{NUMBER})"
        rf"(?:\s?(?:{names})?\s?(?:-{{1,3}}|[~—–至到]{{1,2}})\s?(?P<high>-?{NUMBER}))?\s?(?P<unit>{names})"
        r"(?![a-z0-9])(?P<after>以上|以下|以内)?"
    )
    return Units(by_name, pattern)


def figures(text: str, known: Units) -> tuple[Figure, ...]:
    """Figures in the order of the text, each way of writing once; at most MAX_FIGURES."""
    found: dict[str, Figure] = {}
    for figure, _, _ in figures_at(normalise(text), known):
        found.setdefault(figure.shown, figure)
        if len(found) == MAX_FIGURES:
            break
    return tuple(found.values())


def figures_at(normal: str, known: Units) -> Iterator[tuple[Figure, int, int]]:
    """Every figure of a text in normal form with its place there: figure, start, end."""
    for match in known.pattern.finditer(normal):
        figure = _figure(match, known)
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield figure, start, start + len(figure.shown)


def in_common(ours: Sequence[Figure], theirs: Sequence[Figure]) -> list[tuple[Figure, Figure]]:
    """Pairs of one dimension that agree: single figures nearly equal, or one that meets the other's range.

    A share of a hundred is so common that it must be the same figure. Each of ours is paired once.
    """
    pairs = []
    for mine in ours:
        match = next((other for other in theirs if agree(mine, other)), None)
        if match is not None:
            pairs.append((mine, match))
    return pairs


def agree(mine: Figure, other: Figure) -> bool:
    """Whether two figures say the same as far as figures alone can tell, whatever they are figures of."""
    if mine.dimension != other.dimension:
        return False
    if mine.dimension == "percent":
        return mine.low == other.low and mine.high == other.high
    if mine.is_single and other.is_single:
        return abs(mine.low - other.low) <= SAME * max(abs(mine.low), abs(other.low))
    if inf in (mine.high, other.high) or -inf in (mine.low, other.low):
        return (mine.is_single or other.is_single) and mine.low <= other.high and other.low <= mine.high
    return mine.low <= other.high and other.low <= mine.high


def _figure(match: re.Match[str], known: Units) -> Figure:
    dimension, factor, offset = known.by_name[match["unit"]]
    low = number(match["low"]) * factor + offset
    high = number(match["high"]) * factor + offset if match["high"] else low
    low, high = min(low, high), max(low, high)
    bound, after = match["bound"] or "", match["after"] or ""
    if not match["high"]:
        if after == "以上" or (bound and re.fullmatch(_AT_LEAST, bound)):
            high = inf
        elif after or bound:
            low = -inf
    return Figure(match[0].strip(), dimension, low, high)

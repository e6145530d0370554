"""Figures where they stand, what they are figures of, and whether two of them agree or contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from panhuo.engine.matching.figure_units import FigureWords, Units
from panhuo.engine.matching.figures import Figure, agree, figures_at
from panhuo.engine.matching.words import Lexicon, normalise
from panhuo.engine.matching.written import Written

MAX_FIGURES = 60
BEFORE, AFTER = 4, 2
"""Words before and after a figure, in its clause, that say what it is a figure of."""
TELLING = 0.5
"""Words that keep less of their weight say nothing of a quantity."""
MORE_THAN = 0.5
"""Two figures are of one quantity when they share more than this part of the words of the shorter head."""
HEAD = 8
"""Letters before a figure that say what it is a figure of."""
LEAST_LETTERS = 2
COMMON = ("percent",)
"""Dimensions in which a single figure on each side says nothing of what the two are shares of."""
_CLAUSE_ENDS = re.compile(r"[，,。；;、！!？?\n()（）]|\.\s")
_NO_LETTER = re.compile(r"[^\u4e00-\u9fffa-z]")
_FROM = re.compile(r"[由从自][^，,。；;]{0,10}$")
_TO = re.compile(r"^[^，,。；;]{0,4}(?:降|升|提|增|减|缩|变|到|至)")


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A figure with its place in the text as written.

    words: what stands beside it in its clause; process and quantities: what the pack knows of these. head: the last
    letters before it in its clause. is_start: what a change sets out from (由75%降至12%, 处理前75%), no aim and no
    result.
    """

    figure: Figure
    start: int
    end: int
    words: frozenset[str]
    process: frozenset[str]
    quantities: frozenset[str]
    is_start: bool = False
    head: str = ""


def placed_figures(text: Written, units: Units, lexicon: Lexicon) -> tuple[PlacedFigure, ...]:
    """Figures of a text in their order with the words beside them, at most MAX_FIGURES."""
    return tuple(
        replace(
            one,
            words=frozenset([*_heads(before, lexicon)[-BEFORE:], *_heads(after, lexicon)[:AFTER]]),
        )
        for one, before, after in _in_clauses(text.text, units)
    )


def clause_figures(text: str, units: Units) -> tuple[PlacedFigure, ...]:
    """The same without the words, which cost most: for very many texts."""
    return tuple(one for one, _, _ in _in_clauses(text, units))


def _in_clauses(text: str, units: Units) -> Iterator[tuple[PlacedFigure, str, str]]:
    """Figures with what stands before and behind them in their clause."""
    known = units.words
    for figure, start, end in islice(figures_at(text, units), MAX_FIGURES):
        low, high = _clause(text, start, end)
        before, after = text[low:start], text[end:high]
        beside = normalise(before + " " + after)
        before_it = units.fills.sub("", normalise(before))
        yield (
            PlacedFigure(
                figure,
                start,
                end,
                frozenset(),
                frozenset(word for word in known.process if word in beside),
                frozenset(code for word, code in known.quantities.items() if word in beside),
                _is_start(figure, before, after, known),
                _NO_LETTER.sub("", before_it)[-HEAD:],
            ),
            before,
            after,
        )


def _is_start(figure: Figure, before: str, after: str, known: FigureWords) -> bool:
    if _FROM.search(before) is not None and _TO.match(after) is not None:
        return True
    # 出厂前温度不超过50℃ asks for something
    return not figure.is_open and known.starts.search(known.no_starts.sub("", normalise(before))) is not None


def of_one_quantity(ours: PlacedFigure, theirs: PlacedFigure) -> bool | None:
    """Whether two figures speak of the same quantity; None when their words do not tell.

    A figure of a process step is compared with one of the same step only. They do where they share more than half of
    the words of the shorter head, or of its letters.
    """
    if ours.figure.dimension != theirs.figure.dimension or ours.is_start or theirs.is_start:
        return False
    if ours.process != theirs.process and not ours.process & theirs.process:
        return False
    if ours.quantities and theirs.quantities and not ours.quantities & theirs.quantities:
        return False
    shorter, longer = sorted((ours.words, theirs.words), key=len)
    shared = [word for word in shorter if any(word in other or other in word for other in longer)]
    if shared and len(shared) > MORE_THAN * len(shorter):
        return True
    return True if _alike(ours.head, theirs.head) else None


def _alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    least = max(LEAST_LETTERS, int(MORE_THAN * len(shorter)) + 1)
    return any(shorter[at : at + least] in longer for at in range(len(shorter) - least + 1))


def agreeing(ours: PlacedFigure, theirs: PlacedFigure) -> bool:
    """Whether their figure meets ours: the figures agree, or it lies within our bounds for the same quantity."""
    if ours.is_start or theirs.is_start:
        return False
    one_quantity = of_one_quantity(ours, theirs)
    if one_quantity is False:
        return False
    if agree(ours.figure, theirs.figure):
        return True
    within = ours.figure.low <= theirs.figure.low and theirs.figure.high <= ours.figure.high
    return one_quantity is True and within


def in_conflict(
    ours: PlacedFigure,
    theirs: PlacedFigure,
    all_ours: Sequence[PlacedFigure] = (),
    all_theirs: Sequence[PlacedFigure] = (),
) -> bool:
    """Whether their figure excludes ours, for what is surely the same quantity.

    Sure is what shares its words, or stands alone in its dimension on both sides, where all of both are given. Two
    single figures that differ are no conflict: nobody said that ours must not be passed.
    """
    if ours.figure.is_single and theirs.figure.is_single:
        return False
    if theirs.figure.low <= ours.figure.high and ours.figure.low <= theirs.figure.high:
        return False
    one_quantity = of_one_quantity(ours, theirs)
    if one_quantity is None:
        return ours.figure.dimension not in COMMON and _alone(ours, all_ours) and _alone(theirs, all_theirs)
    return one_quantity


def _alone(figure: PlacedFigure, every: Sequence[PlacedFigure]) -> bool:
    return sum(one.figure.dimension == figure.figure.dimension for one in every) == 1


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    low = 0
    for mark in _CLAUSE_ENDS.finditer(text, max(0, start - 60), start):
        low = mark.end()
    ends = _CLAUSE_ENDS.search(text, end, end + 40)
    return max(low, start - 60), ends.start() if ends else min(len(text), end + 40)


def _heads(text: str, lexicon: Lexicon) -> list[str]:
    return [word for word in lexicon.words(text) if len(word) > 1 and lexicon.share(word) >= TELLING]

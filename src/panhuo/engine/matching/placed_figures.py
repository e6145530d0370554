"""Figures where they stand, what they are figures of, and whether two of them agree or contradict each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from panhuo.engine.matching.figures import Figure, Units, agree, figures_at
from panhuo.engine.matching.words import Lexicon, normalise
from panhuo.engine.matching.written import Written
from panhuo.rules import InForce

MAX_FIGURES = 60
BEFORE, AFTER = 4, 2
"""Words before and after a figure, in its clause, that say what it is a figure of."""
TELLING = 0.5
"""Words that keep less of their weight say nothing of a quantity."""
MORE_THAN = 0.5
"""Two figures are of one quantity when they share more than this part of the words of the shorter head."""
COMMON = ("percent",)
"""Dimensions in which a single figure on each side says nothing of what the two are shares of."""
_CLAUSE_ENDS = re.compile(r"[，,。；;、！!？?\n()（）]|\.\s")
_FROM = re.compile(r"[由从自][^，,。；;]{0,10}$")
_TO = re.compile(r"^[^，,。；;]{0,4}(?:降|升|提|增|减|缩|变|到|至)")


@dataclass(frozen=True, slots=True)
class FigureWords:
    """Words beside figures. process: steps of a process; quantities: word -> code of the quantity it speaks of."""

    process: frozenset[str]
    quantities: Mapping[str, str]


def figure_words(rules: InForce) -> FigureWords:
    """Read the table figure_words."""
    rows = rules.table("figure_words")
    return FigureWords(
        frozenset(normalise(row["word"]) for row in rows if row["kind"] == "process"),
        {normalise(row["word"]): row["quantity"] for row in rows if row["kind"] == "quantity"},
    )


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A figure with its place in the text as written.

    words: what stands beside it in its clause; process and quantities: what the pack knows of these.
    is_start: what a change sets out from (由75%降至12%), no aim and no result.
    """

    figure: Figure
    start: int
    end: int
    words: frozenset[str]
    process: frozenset[str]
    quantities: frozenset[str]
    is_start: bool = False


def placed_figures(text: Written, units: Units, known: FigureWords, lexicon: Lexicon) -> tuple[PlacedFigure, ...]:
    """Figures of a text in their order, at most MAX_FIGURES."""
    found = []
    for figure, start, end in figures_at(text.normal, units):
        low, high = _clause(text.normal, start, end)
        before, after = text.normal[low:start], text.normal[end:high]
        words = [*_heads(before, lexicon)[-BEFORE:], *_heads(after, lexicon)[:AFTER]]
        beside = before + " " + after
        is_start = _FROM.search(before) is not None and _TO.match(after) is not None
        found.append(
            PlacedFigure(
                figure,
                *text.span(start, end),
                frozenset(words),
                frozenset(word for word in known.process if word in beside),
                frozenset(code for word, code in known.quantities.items() if word in beside),
                is_start,
            )
        )
        if len(found) == MAX_FIGURES:
            break
    return tuple(found)


def of_one_quantity(ours: PlacedFigure, theirs: PlacedFigure) -> bool | None:
    """Whether two figures speak of the same quantity; None when their words do not tell.

    A figure of a process step is compared with one of the same step only.
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
    return None


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
    ours: PlacedFigure, theirs: PlacedFigure, all_ours: Sequence[PlacedFigure], all_theirs: Sequence[PlacedFigure]
) -> bool:
    """Whether their figure excludes ours, for what is surely the same quantity.

    Sure is what shares its words, or stands alone in its dimension on both sides. Two single figures that differ are
    no conflict: nobody said that ours must not be passed.
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

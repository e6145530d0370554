"""What a need asks, one thing at a time: problems, figures to reach, constraints, budget, date, each at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from panhuo.engine.matching.figure_units import FigureWords
from panhuo.engine.matching.figures import figures_at
from panhuo.engine.matching.needs import NeedParts, NeedRules, Part
from panhuo.engine.matching.placed_figures import PlacedFigure, placed_figures
from panhuo.engine.matching.polarity import Polarities, Polarity, PolarityWords, polarities, polarity_words
from panhuo.engine.matching.stretches import bare, between
from panhuo.engine.matching.words import Lexicon, normalise
from panhuo.engine.matching.written import Placed, Written, placed_words, written
from panhuo.engine.records.amounts import Meaning, amounts
from panhuo.rules import InForce

MAX_CLAUSES = 400
"""Looked at in one need; the parts that say what is needed come first."""
LONG = 60
"""Characters after which a sentence is divided at its next comma."""
LEAST = 0.12
"""A clause that adds less than this part of what the best one says is no requirement of its own."""
DECIDING = 1.5
"""How much more a figure or a constraint tells than a clause without: they decide whether a thing fits."""
ASKING = (Part.TITLE, Part.PROBLEM, Part.DIFFICULTY, Part.GOAL, Part.TEXT, Part.FOUNDATION, Part.BUDGET)
"""Parts in the order of reading; a background asks nothing."""
MAX_QUANTITIES = 4


class RequirementKind(StrEnum):
    PROBLEM = "problem"
    TARGET = "target"  # a figure to reach
    CONSTRAINT = "constraint"
    BUDGET = "budget"
    DATE = "date"


NOT_OF_TEXTS = (RequirementKind.BUDGET, RequirementKind.DATE)
"""What no patent text can answer: owner and firm settle it."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a need asks. start, end: offsets into need.part(part) as written; 0, 0 for a budget told apart.

    signal: the word that told the kind, "" where figures or nothing did. weight: of its part (query.part_weights).
    numbers: those without a unit that is known (宽度不超过8): whether a text meets them is not judged. wishes: of words
    that it does not simply ask for.
    """

    kind: RequirementKind
    part: Part
    start: int
    end: int
    figures: tuple[PlacedFigure, ...]
    signal: str
    weight: float
    words: tuple[Placed, ...]
    numbers: tuple[str, ...] = ()
    wishes: Mapping[str, Polarity] = field(default_factory=dict)

    def wish(self, word: str) -> Polarity:
        """Whether it asks for what a word says, forbids it, or does not tell."""
        return self.wishes.get(word, Polarity.SAYS)


@dataclass(frozen=True, slots=True)
class Requirements:
    """All that is kept of a need, in the order of reading; vague: no figure anywhere in what it asks.

    quantities: codes of the quantities that the need speaks of without a figure, which one would ask for.
    """

    kept: tuple[Requirement, ...]
    left_out: int
    vague: bool
    quantities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequirementRules:
    """Signals of the pack: word in normal form -> kind, and how many requirements are kept."""

    signals: Mapping[str, str]
    pattern: re.Pattern[str]
    need: NeedRules
    polarity: PolarityWords
    weights: Mapping[Part, float]
    most: int


_ENDS = re.compile(r"[。；;！!？?\n\r]+|(?<=[^\d\s])\.(?=\s|[^\d\w]|$)")
_NUMBERING = re.compile(
    r"\s*(?:[(（【\[]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）】\]、.．](?!\d)[、.．:：\s]*|[①-⑳]\s*|[-—*●■◆▲★·•]+\s*)"
)
_INNER_NUMBER = re.compile(r"(?<=[，,：:\s])(?=[(（]\d{1,2}[)）]|[①-⑳]|\d{1,2}[、）)])")
NUMBER = re.compile(r"(?<![A-Za-zＡ-Ｚａ-ｚ\d.#\-])\d+(?:[.．]\d+)?(?![A-Za-zＡ-Ｚａ-ｚ\d#])")
"""A number that is no part of a name such as PM10 or 2#."""
_COMMA = re.compile(r"[，,]")
_BLANK = ' \t\r\n　，,、：:"“”'


def requirement_rules(rules: InForce, need: NeedRules, weights: Mapping[Part, float]) -> RequirementRules:
    """Read the tables need_requirement_words and negation_words. weights: query.part_weights of the same pack."""
    signals = {normalise(row["word"]): row["kind"] for row in rules.table("need_requirement_words")}
    words = "|".join(re.escape(word) for word in sorted(signals, key=lambda word: (-len(word), word)))
    return RequirementRules(
        signals,
        re.compile(words),
        need,
        polarity_words(rules),
        weights,
        rules.integer("matching.coverage.requirements"),
    )


def requirements(
    need: NeedParts, rules: RequirementRules, lexicon: Lexicon, *, value: Callable[[str], float]
) -> Requirements:
    """Split a need; never raises on any text.

    Args:
        value: what a word is worth, rarity times the share it keeps; clauses are chosen by the worth of the words
            that no clause chosen before says, so that a text that repeats itself does not fill the list.
    """
    found: list[Requirement] = []
    for part in ASKING:
        if need.part(part) and len(found) < MAX_CLAUSES:
            found += _of_part(need.part(part), part, rules, lexicon)[: MAX_CLAUSES - len(found)]
    has_budget = any(one.kind is RequirementKind.BUDGET for one in found)
    if need.budget_low_cny is not None and not has_budget:
        found.append(Requirement(RequirementKind.BUDGET, Part.BUDGET, 0, 0, (), "", 0.0, ()))
    asked = [one for one in found if one.kind not in NOT_OF_TEXTS]
    kept = _most_telling(found, rules.most, value)
    return Requirements(
        tuple(kept),
        len(asked) - sum(one.kind not in NOT_OF_TEXTS for one in kept),
        bool(asked) and not any(not figure.is_start for one in asked for figure in one.figures),
        _quantities(need, asked, rules.need.units.words),
    )


def _of_part(text: str, part: Part, rules: RequirementRules, lexicon: Lexicon) -> list[Requirement]:
    ready = written(text)
    words = placed_words(ready, lexicon)
    figures = placed_figures(ready, rules.need.units, lexicon)
    held = polarities(text, rules.polarity, of_patent=False)
    weight = rules.weights.get(part, 0.0)
    found = []
    cursor = 0
    for start, end in _clauses(ready, part, rules):
        kind, signal = _kind(text[start:end], part, rules)
        inside = tuple(figure for figure in figures if start <= figure.start and figure.end <= end)
        if kind is RequirementKind.PROBLEM and inside:
            kind = RequirementKind.TARGET
        while cursor < len(words) and words[cursor].start < start:
            cursor += 1
        last = cursor
        while last < len(words) and words[last].start < end:
            last += 1
        own = tuple(word for word in words[cursor:last] if word.end <= end)
        asks_text = kind not in NOT_OF_TEXTS if kind else False
        if kind is None or (asks_text and not own and not inside):
            continue
        if part is Part.FOUNDATION and kind is not RequirementKind.CONSTRAINT and asks_text:
            continue  # what the firm has is no request
        bare_numbers = _numbers(text, start, end, inside) if asks_text and part is not Part.TITLE else ()
        found.append(
            Requirement(
                kind,
                part,
                start,
                end,
                inside if asks_text else (),
                signal,
                weight,
                own,
                bare_numbers,
                _wishes(own, held) if asks_text else {},
            )
        )
    return found


def _wishes(words: Sequence[Placed], held: Polarities) -> dict[str, Polarity]:
    """Words that a requirement does not simply ask for; what it says both ways is unclear."""
    found: dict[str, Polarity] = {}
    for word in words:
        one = held.of(word.start, word.end)
        found[word.word] = one if found.get(word.word, one) is one else Polarity.UNCLEAR
    return {word: one for word, one in found.items() if one is not Polarity.SAYS}


def _numbers(text: str, start: int, end: int, figures: Sequence[PlacedFigure]) -> tuple[str, ...]:
    found = (
        normalise(match[0])
        for match in NUMBER.finditer(text, start, end)
        if not any(figure.start <= match.start() < figure.end for figure in figures)
    )
    return tuple(dict.fromkeys(found))


def _clauses(ready: Written, part: Part, rules: RequirementRules) -> Iterator[tuple[int, int]]:
    """Stretches of the text as written, without numbering, marks and blanks at their ends."""
    for low, high in between(ready.text, 0, len(ready.text), _ENDS):
        if part is Part.TITLE:
            yield from _bare(ready.text, low, high)
            continue
        for start, end in between(ready.text, low, high, _INNER_NUMBER):
            for piece in _divided(ready.text, start, end, rules):
                yield from _bare(ready.text, *piece)


def _divided(text: str, start: int, end: int, rules: RequirementRules) -> Iterator[tuple[int, int]]:
    """A sentence at its commas: a piece that bears a signal or a figure stands alone, others stay together to LONG."""
    open_from = start
    told_before = False
    for low, high in between(text, start, end, _COMMA):
        telling = _telling(text[low:high], rules)
        if low > open_from and (told_before or telling or high - open_from > LONG):
            yield open_from, low
            open_from = low
        told_before = telling
    if open_from < end:
        yield open_from, end


def _telling(piece: str, rules: RequirementRules) -> bool:
    flat = normalise(piece)
    return rules.pattern.search(flat) is not None or next(figures_at(piece, rules.need.units), None) is not None


def _bare(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    opens = _NUMBERING.match(text, start, end)
    return bare(text, opens.end() if opens else start, end, _BLANK)


def _kind(piece: str, part: Part, rules: RequirementRules) -> tuple[RequirementKind | None, str]:
    """The kind and the word that told it; None for what is said beside the need.

    A sum of money that is meant to be spent makes a budget whatever else the clause says.
    """
    heard: dict[str, str] = {}
    for match in rules.pattern.finditer(normalise(piece)):
        heard.setdefault(rules.signals[match[0]], match[0])
    meant: Meaning | None = "intended" if part is Part.BUDGET or "budget" in heard else None
    sums = amounts(piece, rules.need.amount_words, else_means=meant)
    if part is Part.BUDGET or any(one.meaning in ("intended", "total") for one in sums):
        return RequirementKind.BUDGET, heard.get("budget", "")
    if sums or "aside" in heard:
        return None, ""
    for kind in (RequirementKind.DATE, RequirementKind.CONSTRAINT):
        if kind in heard:
            return kind, heard[kind]
    return RequirementKind.PROBLEM, ""


def _most_telling(found: Sequence[Requirement], most: int, value: Callable[[str], float]) -> list[Requirement]:
    """At most `most`, in the order of reading: a budget, a date and the title first, then what says the most anew."""
    kept: list[int] = []
    for kind in NOT_OF_TEXTS:
        kept += [place for place, one in enumerate(found) if one.kind is kind][:1]
    kept += [place for place, one in enumerate(found) if one.part is Part.TITLE and one.kind not in NOT_OF_TEXTS][:1]
    worth = {word.word: value(word.word) for one in found for word in one.words}
    left = {
        place: {word.word for word in one.words}
        for place, one in enumerate(found)
        if one.kind not in NOT_OF_TEXTS and place not in kept
    }
    said = {word.word for place in kept for word in found[place].words}
    best = 0.0
    while left and len(kept) < most:
        gains = {
            place: _factor(found[place]) * sum(worth[word] for word in words - said) for place, words in left.items()
        }
        place = max(gains, key=lambda one: (gains[one], bool(found[one].figures), -one))
        best = max(best, gains[place])
        if gains[place] < LEAST * best and not found[place].figures:
            left = {one: words for one, words in left.items() if found[one].figures}
            continue
        kept.append(place)
        said |= left.pop(place)
    return [found[place] for place in sorted(kept)]


def _factor(one: Requirement) -> float:
    return one.weight * (DECIDING if one.figures or one.kind is RequirementKind.CONSTRAINT else 1.0)


def _quantities(need: NeedParts, asked: Sequence[Requirement], known: FigureWords) -> tuple[str, ...]:
    """Quantities that the clauses name, in the order of first mention, without those that have a figure."""
    with_figure = {code for one in asked for figure in one.figures for code in figure.quantities}
    named: dict[str, None] = {}
    for one in asked:
        clause = normalise(need.part(one.part)[one.start : one.end])
        places = sorted((clause.find(word), code) for word, code in known.quantities.items() if word in clause)
        named |= dict.fromkeys(code for _, code in places)
    return tuple(code for code in named if code not in with_figure)[:MAX_QUANTITIES]

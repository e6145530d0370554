"""A need as people write it: its parts where headings tell them, what it would spend, its figures.

Free text is the normal case: the four parts 需求内容, 预期目标, 现有工作基础 and 希望解决的技术难题 may be missing,
stand in any order, be joined or run together. What no heading claims stays free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from panhuo.engine.matching.figure_units import Units, units
from panhuo.engine.matching.figures import figures_at
from panhuo.engine.matching.placed_figures import PlacedFigure, clause_figures
from panhuo.engine.matching.words import MAX_CHARACTERS
from panhuo.engine.records.amounts import Amount, AmountWords, amount_words, amounts, budget_cny
from panhuo.rules import InForce

LONG = 4
"""A heading of so many characters followed by 为 or 是 opens a sentence of its part."""
MAX_HEADINGS = 200


class Part(StrEnum):
    """Parts of a need; TEXT is what no heading claims."""

    TITLE = "title"
    PROBLEM = "problem"
    GOAL = "goal"
    DIFFICULTY = "difficulty"
    FOUNDATION = "foundation"
    BACKGROUND = "background"
    BUDGET = "budget"
    TEXT = "text"


SOUGHT = (Part.TITLE, Part.PROBLEM, Part.DIFFICULTY, Part.GOAL, Part.TEXT)
"""Parts that say what is sought, in the order of reading."""


class Remark(StrEnum):
    """What is odd about a need or its list; said beside its result."""

    EMPTY = "empty_text"
    NO_WORDS = "no_words"  # symbols, marks, numbers only
    ONE_WORD = "one_word_repeated"
    SHORTENED = "text_shortened"
    NO_GOAL_FIGURE = "no_target_figure"
    NOTHING_FITS = "nothing_fits"  # it has words, and no right that may be offered is near enough
    ONLY_WEAK = "only_weak"  # even its best match stands on weak evidence


@dataclass(frozen=True, slots=True)
class NeedParts:
    """A need understood. parts: only those that are there; figures: of what is sought, in the order of the text."""

    parts: Mapping[Part, str]
    amounts: tuple[Amount, ...]
    budget_low_cny: Decimal | None
    budget_high_cny: Decimal | None
    figures: tuple[PlacedFigure, ...]
    remarks: tuple[Remark, ...]

    def part(self, part: Part) -> str:
        return self.parts.get(part, "")


@dataclass(frozen=True, slots=True)
class NeedRules:
    """Headings, words before amounts and units of a pack."""

    headings: Mapping[str, Part]
    anywhere: frozenset[str]
    pattern: re.Pattern[str]
    follows: re.Pattern[str]
    amount_words: AmountWords
    units: Units


_NUMBERING = re.compile(
    r"[\s\"“'#*●■◆▲★]*(?:[(（【\[]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）】\]]?[、.．:：\s]*|[①-⑳]\s*|[【\[]\s*)?"
    r"(?:[本该]?(?:项目|企业|公司|课题|单位)的?)?"
)
_SENTENCE_ENDS = "\n。；;！!？?\t"


def need_rules(rules: InForce) -> NeedRules:
    """Read the tables need_headings, need_amount_words and text_units."""
    headings = {row["word"]: Part(row["part"]) for row in rules.table("need_headings")}
    words = "|".join(re.escape(word) for word in sorted(headings, key=lambda word: (-len(word), word)))
    note = r"(?:[(（【\[][^)）】\]\n]{0,60}[)）】\]])?"
    follows = re.compile(
        rf"(?:\s*(?:以及|及其|及|与|和|、)\s*(?:{words}))*[】\]]?\s*{note}\s*(?P<end>[:：]|(?=\n)|\Z|(?P<verb>[为是]))"
    )
    anywhere = frozenset(row["word"] for row in rules.table("need_headings") if row["place"] == "anywhere")
    return NeedRules(headings, anywhere, re.compile(words), follows, amount_words(rules), units(rules))


def understand(text: str, rules: NeedRules, *, title: str = "", given: Mapping[Part, str] | None = None) -> NeedParts:
    """Split a need into parts and find its amounts and figures; never raises on any text.

    Args:
        text: free text. title: its name where the source has one. given: parts that the source keeps apart; they
            stand before what headings inside the text say.
    """
    remarks = []
    if len(text) > MAX_CHARACTERS:
        remarks.append(Remark.SHORTENED)
        text = text[:MAX_CHARACTERS]
    parts = {Part.TITLE: title.strip()} if title.strip() else {}
    for part, told in (given or {}).items():
        if told.strip():
            parts[part] = told.strip()[:MAX_CHARACTERS]
    for part, piece in _pieces(text, rules):
        if piece and piece not in parts.get(part, ""):
            parts[part] = f"{parts[part]}\n{piece}" if part in parts else piece
    said = [amount for part, piece in parts.items() for amount in _amounts_of(part, piece, rules)]
    low, high = budget_cny(said)
    whole = "\n".join(parts.values())
    if not whole.strip():
        remarks.append(Remark.EMPTY)
    found = clause_figures("\n".join(parts[part] for part in SOUGHT if part in parts), rules.units)
    if next(figures_at(parts.get(Part.GOAL, "") or whole, rules.units), None) is None:
        remarks.append(Remark.NO_GOAL_FIGURE)
    return NeedParts(parts, tuple(said), low, high, found, tuple(remarks))


def _amounts_of(part: Part, piece: str, rules: NeedRules) -> list[Amount]:
    return amounts(piece, rules.amount_words, else_means="intended" if part is Part.BUDGET else None)


def _pieces(text: str, rules: NeedRules) -> Iterator[tuple[Part, str]]:
    """Stretches of the text with the part they belong to; a heading inside a sentence claims that sentence."""
    current, since = Part.TEXT, 0
    for start, end, part, only_sentence in _headings(text, rules):
        if start < since:
            continue
        yield current, _trim(text[since:start])
        if only_sentence:
            stop = _sentence_end(text, end)
            yield part, _trim(text[end:stop])
            since = stop
        else:
            current, since = part, end
    yield current, _trim(text[since:])


def _headings(text: str, rules: NeedRules) -> Iterator[tuple[int, int, Part, bool]]:
    """(start with its numbering, end, part, claims its sentence only) of each heading."""
    found = 0
    for match in rules.pattern.finditer(text):
        follows = rules.follows.match(text, match.end())
        if follows is None or found == MAX_HEADINGS:
            continue
        begin = max(text.rfind(mark, 0, match.start()) for mark in _SENTENCE_ENDS) + 1
        before = text[begin : match.start()]
        opens = _NUMBERING.fullmatch(before) is not None
        of_project = before.endswith("的") and len(before) <= 40
        colon = follows["end"] in (":", "：")
        alone = opens and follows["end"] == "" and (begin == 0 or text[begin - 1] == "\n")
        if alone or (colon and (opens or of_project or match[0] in rules.anywhere)):
            start = begin if opens or of_project else match.start()
            found += 1
            yield start, follows.end(), rules.headings[match[0]], False
        elif opens and follows["verb"] and len(match[0]) >= LONG:
            found += 1
            yield begin, follows.end(), rules.headings[match[0]], True


def _sentence_end(text: str, start: int) -> int:
    ends = [place for mark in _SENTENCE_ENDS if (place := text.find(mark, start)) >= 0]
    return min(ends) + 1 if ends else len(text)


def _trim(piece: str) -> str:
    return piece.strip(' \t\r\n：:，,、"“”')

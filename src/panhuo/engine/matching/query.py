"""What a need asks of the texts: its words with what each weighs and the part of the need it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from panhuo.engine.matching.needs import SOUGHT, NeedParts, Part, Remark
from panhuo.engine.matching.placed_figures import PlacedFigure
from panhuo.engine.matching.words import Lexicon, stand_in_title
from panhuo.engine.ports import Bag
from panhuo.rules import InForce

NAMING = (Part.PROBLEM, Part.TEXT, Part.DIFFICULTY, Part.GOAL)
"""Parts whose first clause may stand in for a title, the first that is there."""


@dataclass(frozen=True, slots=True)
class Query:
    """words: plain words -> weight; parts_of_words: words inside longer ones -> weight; heard_in: word -> parts.

    said: title and what is sought, as written, for encoders of whole texts.
    """

    need_id: str
    words: Mapping[str, float]
    parts_of_words: Mapping[str, float]
    heard_in: Mapping[str, tuple[Part, ...]]
    figures: tuple[PlacedFigure, ...]
    remarks: tuple[Remark, ...]
    said: str = ""

    @property
    def bag(self) -> Bag:
        return Bag(self.said, self.words)

    @property
    def all_words(self) -> dict[str, float]:
        """Plain words and words inside longer ones, the greater weight where both."""
        found = dict(self.words)
        for word, weight in self.parts_of_words.items():
            found[word] = max(weight, found.get(word, 0.0))
        return found


def part_weights(rules: InForce) -> dict[Part, float]:
    """Weights matching.part_<name> of the pack; a budget says nothing of what is sought."""
    return {
        Part.TITLE: float(rules.decimal("matching.part_title")),
        Part.PROBLEM: float(rules.decimal("matching.part_problem")),
        Part.DIFFICULTY: float(rules.decimal("matching.part_difficulty")),
        Part.GOAL: float(rules.decimal("matching.part_goal")),
        Part.TEXT: float(rules.decimal("matching.part_text")),
        Part.FOUNDATION: float(rules.decimal("matching.part_foundation")),
        Part.BACKGROUND: float(rules.decimal("matching.part_background")),
    }


def query_of(
    need_id: str, need: NeedParts, lexicon: Lexicon, weights: Mapping[Part, float], *, firm: str = ""
) -> Query:
    """Words of a need. A word weighs the weight of its part times 1 + ln(its count there), summed over the parts.

    A need without a title is taken by its first clause that names something, which weighs as a title does.

    firm: the name of the firm that asks; its own words are left out, they say who, not what.
    """
    own = set(lexicon.words(firm)) if firm else set()
    words: dict[str, float] = {}
    pairs: dict[str, float] = {}
    heard_in: dict[str, list[Part]] = {}
    for part, weight in weights.items():
        if weight <= 0:
            continue
        said = need.part(part)
        stands_in = part is Part.TITLE and not said
        if stands_in:
            said = stand_in_title(
                next((text for one in NAMING if (text := need.part(one))), ""), lexicon.rules.openings
            )
        if not said:
            continue
        for found, told in zip((words, pairs), lexicon.read(said), strict=True):
            for word, count in Counter(told).items():
                if word not in own:
                    found[word] = found.get(word, 0.0) + weight * (1.0 + log(count))
                    if not stands_in:
                        heard_in.setdefault(word, []).append(part)
    inner = dict(pairs)
    for word, weight in words.items():
        for piece in lexicon.parts(word) if len(word) > 2 else ():
            inner[piece] = max(weight, inner.get(piece, 0.0))
            heard_in.setdefault(piece, list(heard_in.get(word, ())))
    remarks = list(need.remarks)
    if not words and Remark.EMPTY not in remarks:
        remarks.append(Remark.NO_WORDS)
    elif len(words) == 1:
        remarks.append(Remark.ONE_WORD)
    return Query(
        need_id,
        words,
        inner,
        {word: tuple(parts) for word, parts in heard_in.items()},
        need.figures,
        tuple(remarks),
        "\n".join(need.part(part) for part in SOUGHT if need.part(part)),
    )

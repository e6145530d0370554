"""How well a text answers a need: named parts, each 0..1 and open to inspection, and their weighted sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from panhuo.engine.matching.asked import AskedBlock, NearTable, asked_block
from panhuo.engine.matching.columns import WordNumbers, WordTable
from panhuo.engine.matching.kernel import SCORED
from panhuo.engine.matching.query import Query
from panhuo.engine.matching.rare_words import pick_rare
from panhuo.engine.ports import Floats, Ids
from panhuo.rules import InForce

PARTS = ("words", "near", "sense", "title")
"""words: shared words, saturated and normalised for length, against the need's best; near: the share of the need that
the text says in the same or a near word; sense: cosine of whole texts; title: the share of the text's title that the
need says. In the order of kernel.PARTS."""


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """Numbers of a pack. weights: of PARTS, summing to 1."""

    weights: tuple[float, ...]
    near_from: float
    candidates: int
    asked_words: int
    scored_words: int
    near_words: int
    postings: int
    title_factor: float
    title_spare: float
    least_variety: float
    saturation: float
    length_share: float
    least: float


def score_rules(rules: InForce) -> ScoreRules:
    """Read matching.* of the pack."""
    return ScoreRules(
        weights=tuple(float(rules.decimal(f"matching.score.{name}")) for name in PARTS),
        near_from=float(rules.decimal("matching.near_from")),
        candidates=rules.integer("matching.candidates"),
        asked_words=rules.integer("matching.asked_words"),
        scored_words=rules.integer("matching.scored_words"),
        near_words=rules.integer("matching.near_words"),
        postings=rules.integer("matching.postings"),
        title_factor=float(rules.decimal("matching.title_factor")),
        title_spare=float(rules.decimal("matching.title_spare")),
        least_variety=float(rules.decimal("matching.least_variety")),
        saturation=float(rules.decimal("matching.saturation")),
        length_share=float(rules.decimal("matching.length_share")),
        least=float(rules.decimal("matching.least")),
    )


def score_numbers(rules: ScoreRules, table: WordNumbers) -> Floats:
    """What the loops need: title_factor, saturation, length_share, words of a text on average, title_spare,
    least_variety."""
    return np.array(
        [
            rules.title_factor,
            rules.saturation,
            rules.length_share,
            table.mean_words or 1.0,
            rules.title_spare,
            rules.least_variety,
        ],
        np.float32,
    )


@dataclass(frozen=True, slots=True)
class NearPair:
    """A word of the need and the nearest other word of the text, with the cosine of their vectors."""

    ours: str
    theirs: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Score:
    """total: the weighted sum of parts (in the order of PARTS)."""

    total: float
    parts: tuple[float, ...]

    def part(self, name: str) -> float:
        return self.parts[PARTS.index(name)]


@dataclass(frozen=True, slots=True)
class Told:
    """Words that brought a score. shared: words of the need in the text, those in_title in its title too; near: said in
    another word; best first."""

    shared: tuple[str, ...]
    in_title: frozenset[str]
    near: tuple[NearPair, ...]


class Scorer:
    """Weighs what needs ask for by the statistics of `table`, so that a filter does not change a score."""

    def __init__(self, rules: ScoreRules, table: WordTable, near: NearTable) -> None:
        self.rules = rules
        self._table = table
        self._near = near

    def ask(self, queries: Sequence[Query]) -> AskedBlock:
        """Needs as columns."""
        return asked_block(
            queries,
            self._table,
            self._near,
            scored_words=self.rules.scored_words,
            near_words=self.rules.near_words,
        )

    def rare(self, block: AskedBlock) -> tuple[Ids, Ids, Floats]:
        """Words to ask the full text for and what each is worth, with where those of each need begin: those worth most.

        So many that the texts which held them, when the statistics were made, are rules.postings together at most;
        the first is always asked for.
        """
        table = self._table
        distinct, places = np.unique(block.words, return_inverse=True)
        held = np.array([table.in_texts.get(table.words[number], 0) for number in distinct.tolist()], np.int64)
        starts, picked = np.zeros(len(block.starts), np.int64), np.empty(len(block.words), np.int64)
        size = pick_rare(
            block.starts,
            block.flags & SCORED > 0,
            held[places],
            self.rules.asked_words,
            self.rules.postings,
            starts,
            picked,
        )
        return starts, block.words[picked[:size]].astype(np.int64), block.worths[picked[:size]]

"""From the lines of each need to matches with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.asked import AskedBlock
from panhuo.engine.matching.bulk import Kept, NeedColumns, match_found, no_candidates, ranked, stacked, untold
from panhuo.engine.matching.columns import WordTable
from panhuo.engine.matching.levels import GOOD, LineLevels, neutral_values, told_levels
from panhuo.engine.matching.listing import Lists
from panhuo.engine.matching.needs import Remark
from panhuo.engine.matching.query import Query
from panhuo.engine.matching.reasons import Reason, text_reasons
from panhuo.engine.matching.scoring import NearPair, Score, ScoreRules, Told
from panhuo.engine.matching.text_figures import TextFigures
from panhuo.engine.ports import Floats, Selection

RELATED = 2
"""Level from which a line no longer stands on weak evidence: more likely related than not."""


@dataclass(frozen=True, slots=True)
class Match:
    """One patent on the list of one need.

    with_it: asset_ids of its family or pair that are not shown again; series: those of its series, their families
    included; team: "" where it has none; more_of_team: patents of that team that were found and are not listed.
    text_score: of the texts alone, before circumstances or what was learnt; values: CIRCUMSTANCES, 0.5 neutral.
    level: 1..4 as told; probability: of level 3 and more.
    """

    need_id: str
    rank: int
    asset_id: int
    score: Score
    reasons: tuple[Reason, ...]
    with_it: tuple[int, ...] = ()
    series: tuple[int, ...] = ()
    team: str = ""
    more_of_team: int = 0
    text_score: float = 0.0
    values: tuple[float, ...] = ()
    level: int = 1
    probability: float = 0.0

    @property
    def is_weak(self) -> bool:
        return self.level < RELATED


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What is known of lines beside their texts. text_scores: (n, top); values: (n, top, len(CIRCUMSTANCES)).

    reasons: of one line by its place and asset_id: what circumstances say.
    """

    text_scores: NDArray[np.float64]
    values: Floats
    reasons: Callable[[int, int, Sequence[float]], Iterable[Reason]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one need got. candidates: texts that were scored. An empty need has remarks and no matches."""

    query: Query
    matches: tuple[Match, ...]
    candidates: int
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldLists:
    """Lists of needs with all that reasons are made of, in the order of the needs.

    kept: the lines of `lists` (listing.shown), told. texts: figures of the texts, looked up need by need where that
    was not done before. levels: what lines mean. facts: beside the texts; without them the score is that of the texts.
    """

    queries: Sequence[Query]
    needs: NeedColumns
    kept: Kept
    lists: Lists
    texts: TextFigures
    levels: LineLevels
    facts: LineFacts | None = None

    @property
    def beside(self) -> LineFacts:
        """The facts, neutral ones where there are none."""
        return self.facts or LineFacts(self.kept.totals, neutral_values(self.kept.ids.shape), lambda *_: ())

    @property
    def chances(self) -> NDArray[np.float64]:
        """(n, top, 3): that a line reaches level 2, 3, 4."""
        beside = self.beside
        return self.levels.chances(beside.text_scores, self.kept.parts, beside.values)

    def remarks(self, need: int, best: int | None) -> tuple[Remark, ...]:
        """What is odd of a need and its list. best: level of its first line, None where it has none."""
        query = self.queries[need]
        if not query.words or not self.kept.counts[need, 1]:
            return query.remarks
        if best is None:
            return (*query.remarks, Remark.NOTHING_FITS)
        return list_remarks(query.remarks, best)


def look_up(needs: NeedColumns, selection: Selection, table: WordTable, rules: ScoreRules, *, keep: int) -> Kept:
    """The best of a selection for each need, its texts looked up as each need asks for them."""
    by_sense = selection.nearest(needs.vectors, rules.candidates)
    words = [
        [
            (table.words[int(needs.asked_words[place])], float(needs.asked_worths[place]))
            for place in range(needs.asked_starts[need], needs.asked_starts[need + 1])
        ]
        for need in range(len(needs))
    ]
    by_words = selection.containing(words, rules.candidates)
    says = [bool(one) for one in np.any(needs.vectors.matrix, axis=1)]
    kept = []
    for need in range(len(needs)):
        ids = np.concatenate([by_sense[need], by_words[need]]) if says[need] else by_words[need]
        kept.append(match_found(needs, need, selection.read(ids), table, rules, keep=keep))
    return stacked(kept) if kept else untold(ranked(no_candidates(0, 1), rules, keep=keep))


def outcomes(told_lists: ToldLists, table: WordTable) -> Iterator[Outcome]:
    """Matches with their reasons, in the order of the needs.

    The same needs, index and rules give the same lists, whether asked together or one by one.
    """
    needs, kept, lists, texts = told_lists.needs, told_lists.kept, told_lists.lists, told_lists.texts
    told_facts, chances = told_lists.beside, told_lists.chances
    said, likely = told_levels(chances), chances[..., GOOD]
    for need, query in enumerate(told_lists.queries):
        named = lists.named(need) if query.words else []
        if query.figures and named:
            texts.look_up(kept.ids[need, : len(named)])
        matches = []
        for line, (family, series) in enumerate(named):
            asset_id = int(kept.ids[need, line])
            values = tuple(round(float(value), 4) for value in told_facts.values[need, line])
            level, probability = int(said[need, line]), round(float(likely[need, line]), 4)
            words = told(needs.block, kept, table, need, line)
            beside = told_facts.reasons(need, asset_id, values)
            reasons = line_reasons(query, words, asset_id, texts, beside, level, probability)
            matches.append(
                Match(
                    query.need_id,
                    line + 1,
                    asset_id,
                    Score(
                        float(kept.totals[need, line]),
                        tuple(round(float(part), 6) for part in kept.parts[need, line]),
                    ),
                    reasons,
                    family,
                    series,
                    lists.team(need, line),
                    int(lists.more_of_team[need, line]),
                    float(told_facts.text_scores[need, line]),
                    values,
                    level,
                    probability,
                )
            )
        scored = int(kept.counts[need, 1]) if query.words else 0
        remarks = told_lists.remarks(need, matches[0].level if matches else None)
        yield Outcome(query, tuple(matches), scored, remarks)


def line_reasons(
    query: Query,
    words: Told,
    asset_id: int,
    texts: TextFigures,
    beside: Iterable[Reason],
    level: int,
    probability: float,
) -> tuple[Reason, ...]:
    """Why a text stands on a line: its words and figures, the facts beside it, and whether all that is weak."""
    found = [*text_reasons(query, words, texts.of(asset_id) if query.figures else ()), *beside]
    if level < RELATED:
        found.append(Reason("weak_evidence", {"level": level, "probability": probability}))
    return tuple(found)


def list_remarks(remarks: tuple[Remark, ...], best: int) -> tuple[Remark, ...]:
    """Remarks on a need whose list is not empty. best: level of its first line."""
    return (*remarks, Remark.ONLY_WEAK) if best < RELATED else remarks


def told(block: AskedBlock, kept: Kept, table: WordTable, need: int, place: int) -> Told:
    """The words of one line."""
    slots = [table.words[number] for number in block.slots_of(need)]
    shared = [int(slot) for slot in kept.shared[need, place] if slot >= 0]
    in_title = kept.in_title[need, place]
    near = [
        NearPair(slots[slot], table.words[word], round(float(likeness), 4))
        for slot, word, likeness in zip(
            kept.near_slots[need, place], kept.near_words[need, place], kept.near_likes[need, place], strict=True
        )
        if slot >= 0
    ]
    return Told(
        tuple(slots[slot] for slot in shared),
        frozenset(slots[slot] for at, slot in enumerate(shared) if in_title[at]),
        tuple(near),
    )

"""From what was kept for each need to its list: families shown once, reasons told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from panhuo.engine.matching.asked import AskedBlock
from panhuo.engine.matching.bulk import Kept, NeedColumns, match_found, nothing, stacked
from panhuo.engine.matching.columns import WordTable
from panhuo.engine.matching.figures import Units
from panhuo.engine.matching.needs import Remark
from panhuo.engine.matching.query import Query
from panhuo.engine.matching.reasons import Reason, text_reasons
from panhuo.engine.matching.scoring import NearPair, Score, ScoreRules, Told
from panhuo.engine.ports import Ids, Selection


@dataclass(frozen=True, slots=True)
class Group:
    """A family or same-day pair that a patent belongs to; the member with the greatest `preferred` is shown."""

    key: str
    preferred: int


@dataclass(frozen=True, slots=True)
class Match:
    """One patent on the list of one need. with_it: asset_ids of its family or pair that are not shown again."""

    need_id: str
    rank: int
    asset_id: int
    score: Score
    reasons: tuple[Reason, ...]
    with_it: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one need got. candidates: texts that were scored. An empty need has remarks and no matches."""

    query: Query
    matches: tuple[Match, ...]
    candidates: int
    remarks: tuple[Remark, ...] = ()


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
    says = needs.vectors.matrix.any(axis=1).tolist()
    kept = []
    for need in range(len(needs)):
        ids = np.concatenate([by_sense[need], by_words[need]]) if says[need] else by_words[need]
        kept.append(match_found(needs, need, selection.read(ids), table, rules, keep=keep))
    return stacked(kept) if kept else nothing(0, keep)


def outcomes(
    queries: Sequence[Query],
    needs: NeedColumns,
    kept: Kept,
    groups: Mapping[int, Group],
    said: Callable[[Ids], Mapping[int, str]],
    table: WordTable,
    known_units: Units,
    rules: ScoreRules,
    *,
    top: int,
) -> Iterator[Outcome]:
    """The best `top` of what was kept for each need, in the order of the needs, with their reasons.

    groups: families and pairs by asset_id; a patent alone is not in it. said: title and abstract as written.

    Equal scores stand in the order of asset_id. The same needs, index and rules give the same lists, whether asked
    together or one by one.
    """
    for need, query in enumerate(queries):
        count = int(kept.counts[need, 0]) if query.words else 0
        best = _once_each(
            list(zip(kept.ids[need, :count].tolist(), kept.totals[need, :count].tolist(), range(count), strict=True)),
            groups,
            top,
        )
        texts = said(np.array([one for one, _, _ in best], np.int64)) if query.figures and best else {}
        matches = []
        for number, (asset_id, place, others) in enumerate(best, start=1):
            score = Score(
                float(kept.totals[need, place]), tuple(round(float(part), 6) for part in kept.parts[need, place])
            )
            reasons = text_reasons(
                query,
                score,
                told(needs.block, kept, table, need, place),
                texts.get(asset_id, ""),
                known_units,
                weak_below=rules.weak_below,
            )
            matches.append(Match(query.need_id, number, asset_id, score, tuple(reasons), others))
        scored = int(kept.counts[need, 1]) if query.words else 0
        yield Outcome(query, tuple(matches), scored, _remarks(query, matches, scored, rules.weak_below))


def told(block: AskedBlock, kept: Kept, table: WordTable, need: int, place: int) -> Told:
    """The words of one line."""
    slots = block.slots_of(need)
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


def _remarks(query: Query, matches: Sequence[Match], scored: int, weak_below: float) -> tuple[Remark, ...]:
    if not scored:
        return query.remarks
    if not matches:
        return (*query.remarks, Remark.NOTHING_FITS)
    return (*query.remarks, Remark.ONLY_WEAK) if matches[0].score.total < weak_below else query.remarks


def _once_each(
    scored: Sequence[tuple[int, float, int]], groups: Mapping[int, Group], top: int
) -> list[tuple[int, int, tuple[int, ...]]]:
    """The best, each family or pair once: by the preferred of its members that were found, at that one's score.

    scored: (asset_id, total, place). Returns: (asset_id, place, the other members found).
    """
    members: dict[str, list[tuple[int, float, int]]] = {}
    shown: list[tuple[float, int, int, tuple[int, ...]]] = []
    for asset_id, total, place in scored:
        group = groups.get(asset_id)
        if group is None:
            shown.append((-total, asset_id, place, ()))
        else:
            members.setdefault(group.key, []).append((asset_id, total, place))
    for found in members.values():
        chosen, total, place = max(found, key=lambda one: (groups[one[0]].preferred, one[1], -one[0]))
        shown.append((-total, chosen, place, tuple(sorted(one for one, _, _ in found if one != chosen))))
    return [(asset_id, place, others) for _, asset_id, place, others in sorted(shown)[:top]]

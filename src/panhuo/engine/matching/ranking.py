"""From needs to ranked patents: candidates by words and by sense, one score, families shown once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from panhuo.engine.matching.figures import Units
from panhuo.engine.matching.needs import Remark
from panhuo.engine.matching.query import Query
from panhuo.engine.matching.reasons import Reason, text_reasons
from panhuo.engine.matching.scoring import Score, Scorer
from panhuo.engine.ports import Encoder, Ids, Progress, Selection, Vectors

NEEDS_AT_ONCE = 256
"""Needs that share one pass over the vectors."""


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


def rank(
    queries: Sequence[Query],
    selection: Selection,
    encoder: Encoder,
    scorer: Scorer,
    groups: Mapping[int, Group],
    known_units: Units,
    *,
    top: int,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """The best `top` of the selection for each need, in the order of the needs.

    groups: families and pairs by asset_id; a patent alone is not in it.

    Equal scores stand in the order of asset_id. The same needs, index and rules give the same lists, whether asked
    together or one by one.
    """
    for start in range(0, len(queries), NEEDS_AT_ONCE):
        block = queries[start : start + NEEDS_AT_ONCE]
        vectors = encoder.encode([query.bag for query in block])
        by_sense = selection.nearest(vectors, scorer.rules.candidates)
        for row, query in enumerate(block):
            if progress:
                progress("match", start + row, len(queries))
            yield _one(query, vectors, row, by_sense[row], selection, scorer, groups, known_units, top)
    if progress:
        progress("match", len(queries), len(queries))


def _one(
    query: Query,
    vectors: Vectors,
    row: int,
    by_sense: Ids,
    selection: Selection,
    scorer: Scorer,
    groups: Mapping[int, Group],
    known_units: Units,
    top: int,
) -> Outcome:
    if not query.words:
        return Outcome(query, (), 0, query.remarks)
    asked = scorer.asked(query)
    by_words = selection.containing(asked, scorer.rules.candidates) if asked else np.zeros(0, np.int64)
    says_nothing = not vectors.matrix[row].any()
    ids = np.unique(by_words if says_nothing else np.concatenate([by_sense, by_words]))
    if not len(ids):
        return Outcome(query, (), 0, query.remarks)
    texts, places, theirs = selection.read(ids)
    kept = [int(one) for one in ids if int(one) in texts]
    own = Vectors(vectors.space, vectors.matrix[row : row + 1])
    sense = own.products(theirs)[0][[places[one] for one in kept]]
    scores, near = scorer.scores(query, [texts[one] for one in kept], sense)
    fit = [(one, score) for one, score in zip(kept, scores, strict=True) if score.total >= scorer.rules.least]
    best = _once_each(fit, groups, top)
    said = selection.said(np.array([one for one, _, _ in best], np.int64)) if query.figures else {}
    matches = []
    for place, (asset_id, score, others) in enumerate(best, start=1):
        reasons = text_reasons(
            query, score, texts[asset_id], said.get(asset_id, ""), near, known_units, weak_below=scorer.rules.weak_below
        )
        matches.append(Match(query.need_id, place, asset_id, score, tuple(reasons), others))
    return Outcome(query, tuple(matches), len(kept), _remarks(query, matches, scorer.rules.weak_below))


def _remarks(query: Query, matches: Sequence[Match], weak_below: float) -> tuple[Remark, ...]:
    if not matches:
        return (*query.remarks, Remark.NOTHING_FITS)
    return (*query.remarks, Remark.ONLY_WEAK) if matches[0].score.total < weak_below else query.remarks


def _once_each(
    scored: Sequence[tuple[int, Score]], groups: Mapping[int, Group], top: int
) -> list[tuple[int, Score, tuple[int, ...]]]:
    """The best, each family or pair once: by the preferred of its members that were found, at that one's score."""
    members: dict[str, list[tuple[int, Score]]] = {}
    alone = []
    for asset_id, score in scored:
        group = groups.get(asset_id)
        if group is None:
            alone.append((asset_id, score, ()))
        else:
            members.setdefault(group.key, []).append((asset_id, score))
    shown: list[tuple[int, Score, tuple[int, ...]]] = [*alone]
    for found in members.values():
        chosen, score = max(found, key=lambda one: (groups[one[0]].preferred, one[1].total, -one[0]))
        shown.append((chosen, score, tuple(sorted(one for one, _ in found if one != chosen))))
    shown.sort(key=lambda one: (-one[1].total, one[0]))
    return shown[:top]

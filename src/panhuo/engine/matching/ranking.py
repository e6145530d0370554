"""From needs to ranked patents: candidates by words and by sense, one score, families shown once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from panhuo.engine.matching.asked import AskedBlock
from panhuo.engine.matching.figures import Units
from panhuo.engine.matching.needs import Remark
from panhuo.engine.matching.query import Query
from panhuo.engine.matching.reasons import NEAR, Reason, text_reasons
from panhuo.engine.matching.scoring import Score, Scorer
from panhuo.engine.ports import Encoder, Found, Ids, Progress, Selection, Vectors

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
        queries_now = queries[start : start + NEEDS_AT_ONCE]
        block = scorer.ask(queries_now)
        vectors = encoder.encode([query.bag for query in queries_now])
        by_sense = selection.nearest(vectors, scorer.rules.candidates)
        by_words = selection.containing(
            [scorer.asked(block, row) for row in range(len(queries_now))], scorer.rules.candidates
        )
        for row, query in enumerate(queries_now):
            if progress:
                progress("match", start + row, len(queries))
            own = Vectors(vectors.space, vectors.matrix[row : row + 1])
            ids = np.unique(np.concatenate([by_sense[row], by_words[row]] if own.matrix.any() else [by_words[row]]))
            found = selection.read(ids if query.words else ids[:0])
            yield _one(query, block, row, own, found, selection, scorer, groups, known_units, top)
    if progress:
        progress("match", len(queries), len(queries))


def _one(
    query: Query,
    block: AskedBlock,
    row: int,
    own: Vectors,
    found: Found,
    selection: Selection,
    scorer: Scorer,
    groups: Mapping[int, Group],
    known_units: Units,
    top: int,
) -> Outcome:
    if not len(found.ids):
        return Outcome(query, (), 0, query.remarks)
    theirs = Vectors(found.vectors.space, found.vectors.matrix[found.vector_rows])
    parts = scorer.parts(block, row, found.texts, found.rows, own.products(theirs)[0])
    totals = scorer.totals(parts)
    fit = np.flatnonzero(totals >= scorer.rules.least)
    place = {int(found.ids[one]): int(one) for one in fit}
    best = _once_each([(asset_id, float(totals[one])) for asset_id, one in place.items()], groups, top)
    shown: Ids = np.array([asset_id for asset_id, _ in best], np.int64)
    rows = found.rows[[place[asset_id] for asset_id, _ in best]] if best else shown
    told = scorer.told(block, row, found.texts, rows, near=NEAR)
    said = selection.said(shown) if query.figures else {}
    matches = []
    for number, ((asset_id, others), words) in enumerate(zip(best, told, strict=True), start=1):
        one = place[asset_id]
        score = Score(float(totals[one]), tuple(round(float(part), 6) for part in parts[one]))
        reasons = text_reasons(
            query,
            score,
            words,
            scorer.title_words(found.texts, int(found.rows[one])),
            said.get(asset_id, ""),
            known_units,
            weak_below=scorer.rules.weak_below,
        )
        matches.append(Match(query.need_id, number, asset_id, score, tuple(reasons), others))
    return Outcome(query, tuple(matches), len(found.ids), _remarks(query, matches, scorer.rules.weak_below))


def _remarks(query: Query, matches: Sequence[Match], weak_below: float) -> tuple[Remark, ...]:
    if not matches:
        return (*query.remarks, Remark.NOTHING_FITS)
    return (*query.remarks, Remark.ONLY_WEAK) if matches[0].score.total < weak_below else query.remarks


def _once_each(
    scored: Sequence[tuple[int, float]], groups: Mapping[int, Group], top: int
) -> list[tuple[int, tuple[int, ...]]]:
    """The best, each family or pair once: by the preferred of its members that were found, at that one's score."""
    members: dict[str, list[tuple[int, float]]] = {}
    shown: list[tuple[int, float, tuple[int, ...]]] = []
    for asset_id, total in scored:
        group = groups.get(asset_id)
        if group is None:
            shown.append((asset_id, total, ()))
        else:
            members.setdefault(group.key, []).append((asset_id, total))
    for found in members.values():
        chosen, total = max(found, key=lambda one: (groups[one[0]].preferred, one[1], -one[0]))
        shown.append((chosen, total, tuple(sorted(one for one, _ in found if one != chosen))))
    shown.sort(key=lambda one: (-one[1], one[0]))
    return [(asset_id, others) for asset_id, _, others in shown[:top]]

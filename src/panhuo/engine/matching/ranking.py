"""From what was kept for each need to its list: families and series shown once, few of one team, reasons told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
    """What a patent is shown with; "" for nothing.

    key: its family or same-day pair, of which the member with the greatest `preferred` is shown. series: serial
    filings of one team, of which the best is shown. team: of which a few are shown.
    """

    key: str
    preferred: int
    series: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One patent on the list of one need.

    with_it: asset_ids of its family or pair that are not shown again; series: those of its series, their families
    included; team: "" where it has none; more_of_team: patents of that team that were found and are not listed.
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one need got. candidates: texts that were scored. An empty need has remarks and no matches.

    is_short: the list is shorter than asked for though more was scored than kept; ask again and keep all.
    """

    query: Query
    matches: tuple[Match, ...]
    candidates: int
    remarks: tuple[Remark, ...] = ()
    is_short: bool = False


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
    team_rows: int | None = None,
) -> Iterator[Outcome]:
    """The best `top` of what was kept for each need, in the order of the needs, with their reasons.

    groups: families, series and teams by asset_id; a patent alone is not in it. said: title and abstract as written.
    team_rows: patents of one team on one list at most, None for any number.

    Equal scores stand in the order of asset_id. The same needs, index and rules give the same lists, whether asked
    together or one by one.
    """
    for need, query in enumerate(queries):
        count = int(kept.counts[need, 0]) if query.words else 0
        found = list(
            zip(kept.ids[need, :count].tolist(), kept.totals[need, :count].tolist(), range(count), strict=True)
        )
        best = _listed(_once_each(found, groups), top, team_rows)
        texts = said(np.array([line.asset_id for line in best], np.int64)) if query.figures and best else {}
        matches = []
        for number, line in enumerate(best, start=1):
            place = line.place
            score = Score(
                float(kept.totals[need, place]), tuple(round(float(part), 6) for part in kept.parts[need, place])
            )
            reasons = text_reasons(
                query,
                score,
                told(needs.block, kept, table, need, place),
                texts.get(line.asset_id, ""),
                known_units,
                weak_below=rules.weak_below,
            )
            matches.append(
                Match(
                    query.need_id,
                    number,
                    line.asset_id,
                    score,
                    tuple(reasons),
                    line.family,
                    line.series,
                    line.team,
                    line.more_of_team,
                )
            )
        scored = int(kept.counts[need, 1]) if query.words else 0
        remarks = _remarks(query, matches, scored, rules.weak_below)
        yield Outcome(query, tuple(matches), scored, remarks, len(matches) < top and count == kept.ids.shape[1])


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


@dataclass(frozen=True, slots=True)
class _Line:
    """One patent of a list, with those that it stands for. place: its column in what was kept."""

    asset_id: int
    total: float
    place: int
    family: tuple[int, ...] = ()
    series: tuple[int, ...] = ()
    team: str = ""
    more_of_team: int = 0

    @property
    def order(self) -> tuple[float, int]:
        return -self.total, self.asset_id


def _once_each(scored: Sequence[tuple[int, float, int]], groups: Mapping[int, Group]) -> list[_Line]:
    """Best first. A family stands by the preferred of its members that were found, at that one's score; a series then
    by the best of its patents.

    scored: (asset_id, total, place).
    """
    families: dict[str, list[tuple[int, float, int]]] = {}
    lines: list[_Line] = []
    for asset_id, total, place in scored:
        group = groups.get(asset_id)
        if group is None:
            lines.append(_Line(asset_id, total, place))
        elif group.key:
            families.setdefault(group.key, []).append((asset_id, total, place))
        else:
            lines.append(_Line(asset_id, total, place, team=group.team))
    for found in families.values():
        chosen, total, place = max(found, key=lambda one: (groups[one[0]].preferred, one[1], -one[0]))
        others = tuple(sorted(one for one, _, _ in found if one != chosen))
        lines.append(_Line(chosen, total, place, others, team=groups[chosen].team))
    serial: dict[str, list[_Line]] = {}
    alone: list[_Line] = []
    for line in lines:
        series = groups[line.asset_id].series if line.asset_id in groups else ""
        (serial.setdefault(series, []) if series else alone).append(line)
    for same in serial.values():
        first, *rest = sorted(same, key=lambda line: line.order)
        named = sorted(one for line in rest for one in (line.asset_id, *line.family))
        alone.append(replace(first, series=tuple(named)))
    return sorted(alone, key=lambda line: line.order)


def _listed(lines: Sequence[_Line], top: int, team_rows: int | None) -> list[_Line]:
    """The first `top`, of one team `team_rows` at most; each says how many of its team are not listed."""
    held: Counter[str] = Counter(line.team for line in lines if line.team)
    taken: Counter[str] = Counter()
    listed: list[_Line] = []
    for line in lines:
        if len(listed) == top:
            break
        if line.team and team_rows is not None and taken[line.team] >= team_rows:
            continue
        taken[line.team] += 1
        listed.append(line)
    return [replace(line, more_of_team=held[line.team] - taken[line.team]) if line.team else line for line in listed]

"""What judged pairs teach of the lines of panhuo match: their columns as match makes them, learnt and tried by need."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from panhuo.adapters.files.home import Home
from panhuo.cli.match_needs import Need, need_of
from panhuo.engine.evaluation.calibration import levels_told
from panhuo.engine.evaluation.learning import Compared, compared
from panhuo.engine.evaluation.trial import DECIMALS, JudgedSet, Predictions, title_key
from panhuo.engine.matching.circumstances import CircumstanceRules, circumstance_rules
from panhuo.engine.matching.level_weights import LevelWeights
from panhuo.engine.matching.levels import (
    LINE_COLUMNS,
    LineLevels,
    learn_lines,
    level_prior_of_lines,
    line_columns,
    neutral_values,
)
from panhuo.engine.matching.line_order import line_scores
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.pair_scorers import Doubles, Places
from panhuo.engine.ports import Floats, Ids
from panhuo.engine.records.fields import NEEDS
from panhuo.rules import InForce

if TYPE_CHECKING:
    from collections.abc import Sequence

    from panhuo.adapters.files.match_models import ModelVersion
    from panhuo.adapters.search.shard import Shard
    from panhuo.cli.match_progress import Bars
    from panhuo.cli.opened_matcher import OpenedMatcher
    from panhuo.desk.registry.export import Projection


@dataclass(frozen=True, slots=True)
class JudgedLines:
    """Judged pairs in their order. totals: (n,) scores of the texts; parts: (n, PARTS); values: circumstances."""

    totals: Doubles
    parts: Floats
    values: Floats

    def of(self, rows: Places) -> JudgedLines:
        return JudgedLines(self.totals[rows], self.parts[rows], self.values[rows])


@dataclass(frozen=True, slots=True)
class LearntLines:
    """weights: of all pairs; folds: each without a part of the needs; found: tried against what is in force."""

    weights: LevelWeights
    folds: tuple[LevelWeights, ...]
    found: Compared


def lines_of_register(place: Home, rules: InForce, judged: JudgedSet, bars: Bars) -> JudgedLines:
    """Pairs of needs and patents of the register, which must be open; text_id: the asset_id."""
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.cli.match_facts import RegisterFacts
    from panhuo.cli.opened_matcher import OpenedMatcher
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.parties import roster

    known, projection = need_rules(rules), current_projection(place, rules)
    matcher = OpenedMatcher(place, rules, projection, known, bars)
    ids = np.array([int(text.text_id) for text in judged.texts], np.int64)
    with open_tables(projection.paths()) as tables:
        rows = (dict(zip(NEEDS, cells, strict=True)) for cells in tables.rows(tables["needs"].select(*NEEDS)))
        wanted = {need.need_id for need in judged.needs}
        found = {row["need_id"]: need_of(row, known) for row in rows if row["need_id"] in wanted}
        needs = [found[need.need_id] for need in judged.needs]
        case = RegisterFacts(tables, rules, roster()).case(needs)
        pairs = np.stack([judged.pairs[:, 0], ids[judged.pairs[:, 1]]], axis=1)
        shard = matcher.shard(np.unique(ids).tolist())
        totals, parts = _scored(matcher, needs, shard, pairs)
        values = neutral_values((len(pairs),))
        texts = matcher.text_figures(shard.said)
        for need in np.unique(pairs[:, 0]).tolist():
            own = np.flatnonzero(pairs[:, 0] == need)
            figures = [needs[need].said.figures]
            told, _ = case.some(need, need + 1).lines(pairs[own, 1][None], figures, texts)
            values[own] = told[0]
    return JudgedLines(totals, parts, values)


def lines_of_files(place: Home, rules: InForce, judged: JudgedSet, bars: Bars) -> JudgedLines:
    """Pairs of texts that are given: by the words of the home's register, or by their own where it is empty.

    Nothing but the texts is known of them: all circumstances are neutral.
    """
    from panhuo.cli.opened_matcher import OpenedMatcher
    from panhuo.cli.repair_command import search_builder
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.models import Asset

    known = need_rules(rules)
    needs = [Need(one.need_id, one.title, "", understand(one.content, known, title=one.title)) for one in judged.needs]
    with tempfile.TemporaryDirectory(prefix="panhuo-") as scratch:
        if Asset.objects.exists():
            matcher = OpenedMatcher(place, rules, current_projection(place, rules), known, bars)
            shard = matcher.shard_of([(text.body, text.title) for text in judged.texts])
        else:
            builder = search_builder(place, rules, bars.tell, folder=Path(scratch) / "table")
            projection = _projection_of(judged, Path(scratch))
            matcher = OpenedMatcher(place, rules, projection, known, bars, builder=builder)
            shard = matcher.shard(range(len(judged.texts)))
        totals, parts = _scored(matcher, needs, shard, judged.pairs)
    return JudgedLines(totals, parts, neutral_values((len(judged.pairs),)))


def learnt_lines(
    lines: JudgedLines, judged: JudgedSet, fold: Places, before: ModelVersion | None, rules: InForce
) -> LearntLines:
    """Learn from all pairs and without each fold, and try the latter and what is in force on the same needs.

    fold: of each pair, from 0. before: the version in force, None for the pack; each need is judged by weights that
    have not seen it. Raises: DomainError code nothing_to_learn.
    """
    prior, penalty = level_prior_of_lines(rules), float(rules.decimal("matching.learned.penalty"))
    columns = line_columns(lines.totals, lines.parts, lines.values)

    def fitted(rows: Places) -> LevelWeights:
        needs = len(np.unique(judged.pairs[rows, 0]))
        return learn_lines(
            prior, lines.totals[rows], columns[rows], judged.levels[rows].astype(float), penalty=penalty, needs=needs
        )

    folds = tuple(fitted(np.flatnonzero(fold != one)) for one in range(int(fold.max()) + 1))
    circumstances = circumstance_rules(rules)
    ours = [LineLevels(prior, folds[one], 1) for one in fold.tolist()]
    plain = LineLevels(prior)
    theirs = [plain] * len(fold)
    if before is not None and before.lines is not None and before.lines.weights.names == LINE_COLUMNS:
        blind = [before.line_weights_for(title_key(need)) for need in judged.needs]
        of_need = [LineLevels(prior, weights, before.number) for weights in blind]
        theirs = [of_need[need] for need in judged.pairs[:, 0].tolist()]
    new, old = (_predicted(lines, levels, circumstances) for levels in (ours, theirs))
    return LearntLines(fitted(np.arange(len(fold))), folds, compared(judged, new, old))


def _predicted(lines: JudgedLines, levels: Sequence[LineLevels], rules: CircumstanceRules) -> Predictions:
    """Scores and chances of each line by its own weights."""
    by_weights: dict[int, tuple[LineLevels, list[int]]] = {}
    for place, one in enumerate(levels):
        by_weights.setdefault(id(one.learnt), (one, []))[1].append(place)
    scores, chances = np.zeros(len(levels)), np.zeros((len(levels), 3))
    for one, places in by_weights.values():
        rows = np.array(places)
        some = lines.of(rows)
        chances[rows] = one.chances(some.totals, some.parts, some.values)
        scores[rows] = line_scores(some.totals, some.values, one, rules, parts=some.parts)
    return Predictions(np.round(scores, DECIMALS), chances, np.round(levels_told(chances), 6))


def _scored(matcher: OpenedMatcher, needs: Sequence[Need], shard: Shard, pairs: Ids) -> tuple[Doubles, Floats]:
    from panhuo.engine.matching.judged_lines import scored_pairs

    columns = matcher.need_columns([matcher.query(one.need_id, one.said, firm=one.firm) for one in needs])
    return scored_pairs(columns, pairs, shard.ids, shard.texts, shard.vectors, matcher.words, matcher.score)


def _projection_of(judged: JudgedSet, folder: Path) -> Projection:
    """Texts as the assets of a register, by their places."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from panhuo.adapters.search.texts import READ
    from panhuo.desk.registry.export import Projection
    from panhuo.terms.kinds import IpType

    count = len(judged.texts)
    columns = {
        **dict.fromkeys(READ, pa.array([""] * count)),
        "asset_id": pa.array(range(count), pa.int64()),
        "ip_type": pa.array([IpType.INVENTION.value] * count),
        "title": pa.array([text.title for text in judged.texts]),
        "abstract": pa.array([text.body for text in judged.texts]),
        "ipc_keys": pa.array([[]] * count, pa.list_(pa.string())),
    }
    projection = Projection(folder, "judged")
    pq.write_table(pa.table(columns), projection.path("assets"))
    return projection


def lines_of(place: Home, rules: InForce, judged: JudgedSet, bars: Bars, *, answers: bool) -> JudgedLines:
    """Judged pairs as lines: of the register where they come from answers, else of the texts that are given."""
    return (lines_of_register if answers else lines_of_files)(place, rules, judged, bars)

"""The search table brought up to date and opened, with all that turns texts into questions to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from panhuo.adapters.files.home import Home
from panhuo.cli.engine_choice import EMBEDDED, shard_runner
from panhuo.engine.matching.needs import NeedRules
from panhuo.rules import InForce

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from panhuo.adapters.search.build import SearchBuilder
    from panhuo.adapters.search.bulk_run import BulkRun
    from panhuo.adapters.search.shard import Shard
    from panhuo.cli.match_progress import Bars
    from panhuo.desk.registry.export import Projection
    from panhuo.engine.matching.bulk import NeedColumns, Ranked
    from panhuo.engine.matching.case_facts import CaseFacts
    from panhuo.engine.matching.circumstances import PatentColumns
    from panhuo.engine.matching.levels import LineLevels
    from panhuo.engine.matching.line_order import Weighed
    from panhuo.engine.matching.listing import Group
    from panhuo.engine.matching.needs import NeedParts
    from panhuo.engine.matching.query import Query
    from panhuo.engine.matching.ranking import Outcome, ToldLists
    from panhuo.engine.matching.reasons import Reason
    from panhuo.engine.matching.text_figures import TextFigures
    from panhuo.engine.ports import Ids, Progress

LINES_AT_ONCE = 4_096
"""Needs whose lines are told in one look at the table."""
NEEDS_AT_ONCE = 256
"""Needs whose matches are looked up and written together."""


class OpenedMatcher:
    """One opened generation of the search table. lexicon, encoder, words: of that generation."""

    def __init__(
        self,
        place: Home,
        rules: InForce,
        projection: Projection,
        known: NeedRules,
        bars: Bars,
        *,
        builder: SearchBuilder | None = None,
    ) -> None:
        """builder: of another search table than the home's."""
        from panhuo.cli.repair_command import search_builder
        from panhuo.engine.matching.asked import NearTable
        from panhuo.engine.matching.levels import LineLevels, level_prior_of_lines
        from panhuo.engine.matching.query import part_weights
        from panhuo.engine.matching.scoring import Scorer, score_rules

        builder = builder or search_builder(place, rules, bars.tell)
        table = builder.refresh(projection.path("assets"), projection.version)
        self.index, self.lexicon, self.encoder = table.index, table.lexicon, builder.encoder(table)
        self.words, self.score, self.known = table.index.words, score_rules(rules), known
        near = NearTable(self.encoder, list(table.space.index), self.words, near_from=self.score.near_from)
        self._scorer = Scorer(self.score, self.words, near)
        self._weights = part_weights(rules)
        self._plain = LineLevels(level_prior_of_lines(rules))
        self._recipe = f"{table.generation} {self.score!r}"
        self._folder = place.search / "match"
        self._home = place.root
        self._team_rows = rules.integer("matching.team.rows")
        self._threads = len(os.sched_getaffinity(0))

    def query(self, need_id: str, said: NeedParts, *, firm: str = "") -> Query:
        """A text as a question. firm: whose own name is no word of it."""
        from panhuo.engine.matching.query import query_of

        return query_of(need_id, said, self.lexicon, self._weights, firm=firm)

    def need_columns(self, queries: Sequence[Query]) -> NeedColumns:
        """Questions as columns."""
        from panhuo.engine.matching.bulk import need_columns

        return need_columns(queries, self._scorer, self.encoder)

    def text_figures(self, said: Callable[[Ids], Mapping[int, str]]) -> TextFigures:
        """Figures of texts, each read once. said: title and abstract as written, by asset_id."""
        from panhuo.engine.matching.text_figures import TextFigures

        return TextFigures(said, self.known.units)

    def shard(self, ids: Iterable[int]) -> Shard:
        """Texts of those assets in memory; those that have no text are not in it."""
        return self.index.in_memory(np.array(sorted(ids), np.int64), self.score)

    def shard_of(self, texts: Sequence[tuple[str, str]]) -> Shard:
        """(text, title) of other texts than patents as a shard; they are known by their places."""
        from panhuo.adapters.search.shard import Shard
        from panhuo.engine.matching.columns import postings, text_columns
        from panhuo.engine.matching.scoring import score_numbers
        from panhuo.engine.matching.words import passage_bag

        cut = [self.lexicon.indexed(title, text) for text, title in texts]
        factor = self.score.title_factor
        bags = [passage_bag(one, title_factor=factor, said=text) for one, (text, _) in zip(cut, texts, strict=True)]
        columns = text_columns(cut, self.words)
        said = dict(enumerate(text for text, _ in texts))
        return Shard(
            np.arange(len(texts), dtype=np.int64),
            columns,
            self.encoder.encode(bags),
            postings(columns, len(self.words), score_numbers(self.score, self.words)),
            self.words,
            self.score,
            lambda ids: {int(one): said[int(one)] for one in ids},
        )

    def outcomes(
        self,
        queries: Sequence[Query],
        shard: Shard,
        groups: Mapping[int, Group],
        *,
        top: int,
        team_rows: int | None = 0,
    ) -> Iterator[Outcome]:
        """Lists of all questions, in their order, blocks of them at once, by their texts alone.

        team_rows: patents of one team on one list, None for any number [the pack's].
        """
        from panhuo.engine.matching.listing import group_columns, lists_of, shown
        from panhuo.engine.matching.ranking import ToldLists, outcomes

        columns, limit = group_columns(groups), self._team_rows if team_rows == 0 else team_rows
        keep = 2 * self.score.candidates
        for start in range(0, len(queries), NEEDS_AT_ONCE):
            block = queries[start : start + NEEDS_AT_ONCE]
            needs = self.need_columns(block)
            ranked = shard.ranked(needs, keep=keep, threads=self._threads)
            lists = lists_of(ranked, columns, top=top, team_rows=limit)
            kept = shard.told(needs, shown(ranked, lists), threads=self._threads)
            texts = self.text_figures(shard.said)
            yield from outcomes(ToldLists(block, needs, kept, lists, texts, self._plain), self.words)

    def bulk_lists(
        self,
        queries: Sequence[Query],
        ids: Iterable[int],
        groups: Mapping[int, Group],
        case: CaseFacts,
        levels: LineLevels,
        *,
        top: int,
        team_rows: int | None = 0,
        engine: str = EMBEDDED,
        progress: Progress | None = None,
    ) -> Iterator[ToldLists]:
        """Lists for many questions against many texts: shard by shard, from the last call's candidates.

        What has been done of a call that was killed is not done again. case: facts of the questions, in their order,
        by which the best texts are ordered; levels: what lines mean, and the order where something was learnt.
        engine: EMBEDDED or spark://host:port.
        """
        from panhuo.adapters.search.bulk_run import BulkRun, need_names
        from panhuo.engine.matching.bulk import rows_of
        from panhuo.engine.matching.listing import group_columns, lists_of, shown
        from panhuo.engine.matching.ranking import LineFacts, ToldLists

        columns, limit = group_columns(groups), self._team_rows if team_rows == 0 else team_rows
        needs = self.need_columns(queries)
        allowed, versions = self.index.versions(np.array(sorted(ids), np.int64))
        with shard_runner(engine, self.index, self.score, self._folder, self._home) as runner:
            run = BulkRun(self._folder, self.index, self.score, self._recipe, threads=self._threads, runner=runner)
            found, self.worked = run.match(needs, need_names(queries), allowed, versions, progress=progress)
        for start in range(0, len(queries), LINES_AT_ONCE):
            places = np.arange(start, min(start + LINES_AT_ONCE, len(queries)))
            some, asked = needs.some(places), queries[start : start + LINES_AT_ONCE]
            facts, texts = case.some(start, start + len(asked)), self.text_figures(self.index.said)
            ranked = run.ranked(rows_of(found, places))
            lines, known = self._weighed(run, some, asked, ranked, facts, texts, levels)
            lists = lists_of(lines.ranked, columns, top=top, team_rows=limit)
            kept = run.told(some, shown(lines.ranked, lists), progress=progress)
            with_figures = np.array([bool(query.figures) for query in asked], np.bool_)
            texts.look_up(kept.ids[with_figures])
            beside = LineFacts(*lines.shown(lists.places.astype(np.int64)), partial(_reasons, facts, known))
            yield ToldLists(asked, some, kept, lists, texts, levels, beside)

    def _weighed(
        self,
        run: BulkRun,
        needs: NeedColumns,
        asked: Sequence[Query],
        ranked: Ranked,
        case: CaseFacts,
        texts: TextFigures,
        levels: LineLevels,
    ) -> tuple[Weighed, PatentColumns]:
        """Lines in the order of their circumstances or of what was learnt, and what is known of their rights."""
        from panhuo.engine.matching.bulk import Ranked
        from panhuo.engine.matching.line_order import weighed

        count = min(case.rules.lines, ranked.ids.shape[1])
        first = Ranked(np.minimum(ranked.counts, count), ranked.ids[:, :count], ranked.totals[:, :count])
        figures = [query.figures for query in asked]
        texts.look_up(case.texts_with_figures(first.ids, figures))
        values, known = case.lines(first.ids, figures, texts)
        parts = None if levels.learnt is None else run.told(needs, first).parts
        return weighed(ranked, values, levels, case.rules, parts=parts), known


def _reasons(
    case: CaseFacts, known: PatentColumns, need: int, asset_id: int, values: Sequence[float]
) -> Iterator[Reason]:
    return case.reasons(need, asset_id, values, known)

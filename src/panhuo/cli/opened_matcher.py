"""The search table brought up to date and opened, with all that turns texts into questions to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from panhuo.adapters.files.home import Home
from panhuo.cli.engine_choice import EMBEDDED, shard_runner
from panhuo.engine.matching.needs import NeedRules
from panhuo.rules import InForce

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from panhuo.adapters.search.shard import Shard
    from panhuo.cli.match_progress import Bars
    from panhuo.desk.registry.export import Projection
    from panhuo.engine.matching.bulk import Kept, NeedColumns
    from panhuo.engine.matching.needs import NeedParts
    from panhuo.engine.matching.query import Query
    from panhuo.engine.matching.ranking import Group, Outcome
    from panhuo.engine.ports import Ids, Progress

KEPT, KEPT_MORE = 100, 3
"""Texts kept of a need before families are shown once: so many at least, and so many times the lines asked for."""
LINES_AT_ONCE = 4_096
"""Needs whose lines are told in one look at the table."""
SAID_MORE = 10
"""Texts looked up beyond the lines asked for: some lines go to families and teams."""
NEEDS_AT_ONCE = 256
"""Needs whose matches are looked up and written together."""


class OpenedMatcher:
    """One opened generation of the search table. lexicon, encoder, words: of that generation."""

    def __init__(self, place: Home, rules: InForce, projection: Projection, known: NeedRules, bars: Bars) -> None:
        from panhuo.cli.repair_command import search_builder
        from panhuo.engine.matching.asked import NearTable
        from panhuo.engine.matching.query import part_weights
        from panhuo.engine.matching.scoring import Scorer, score_rules

        builder = search_builder(place, rules, bars.tell)
        table = builder.refresh(projection.path("assets"), projection.version)
        self.index, self.lexicon, self.encoder = table.index, table.lexicon, builder.encoder(table)
        self.words, self.score, self.known = table.index.words, score_rules(rules), known
        near = NearTable(self.encoder, list(table.space.index), self.words, near_from=self.score.near_from)
        self._scorer = Scorer(self.score, self.words, near)
        self._weights = part_weights(rules)
        self._recipe = f"{table.generation} {self.score!r}"
        self._folder = place.search / "match"
        self._home = place.root
        self._team_rows = rules.integer("matching.team.rows")
        self._threads = len(os.sched_getaffinity(0))

    def query(self, need_id: str, said: NeedParts, *, firm: str = "") -> Query:
        """A text as a question. firm: whose own name is no word of it."""
        from panhuo.engine.matching.query import query_of

        return query_of(need_id, said, self.lexicon, self._weights, firm=firm)

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

    def best(self, queries: Sequence[Query], shard: Shard, *, keep: int) -> tuple[NeedColumns, Kept]:
        """The best `keep` of a shard for each question."""
        from panhuo.engine.matching.bulk import need_columns

        needs = need_columns(queries, self._scorer, self.encoder, self.words)
        return needs, shard.best(needs, keep=keep, threads=self._threads)

    def outcomes(
        self,
        queries: Sequence[Query],
        shard: Shard,
        groups: Mapping[int, Group],
        *,
        top: int,
        team_rows: int | None = 0,
        keep: int | None = None,
    ) -> Iterator[Outcome]:
        """Lists of all questions, in their order, blocks of them at once.

        team_rows: patents of one team on one list, None for any number [the pack's]. keep: texts kept of a question
        before families, series and teams are told apart; where a list comes out short for them, all that was scored
        is looked at.
        """
        limit = self._team_rows if team_rows == 0 else team_rows
        every = 2 * self.score.candidates
        kept_first = min(every, keep or max(KEPT, KEPT_MORE * top))
        for start in range(0, len(queries), NEEDS_AT_ONCE):
            block = queries[start : start + NEEDS_AT_ONCE]
            found = self._asked(block, shard, groups, top, limit, kept_first)
            short = [place for place, one in enumerate(found) if one.is_short] if kept_first < every else []
            if short:
                again = self._asked([block[place] for place in short], shard, groups, top, limit, every)
                for place, one in zip(short, again, strict=True):
                    found[place] = one
            yield from found

    def bulk_outcomes(
        self,
        queries: Sequence[Query],
        ids: Iterable[int],
        groups: Mapping[int, Group],
        *,
        top: int,
        team_rows: int | None = 0,
        engine: str = EMBEDDED,
        progress: Progress | None = None,
    ) -> Iterator[Outcome]:
        """The same lists, for many questions against many texts: shard by shard, from the last call's candidates.

        What has been done of a call that was killed is not done again. engine: EMBEDDED or spark://host:port.
        """
        from panhuo.adapters.search.bulk_run import BulkRun, need_names
        from panhuo.engine.matching.bulk import need_columns, rows_of
        from panhuo.engine.matching.ranking import outcomes

        limit = self._team_rows if team_rows == 0 else team_rows
        every = 2 * self.score.candidates
        first = min(every, max(KEPT, KEPT_MORE * top))
        needs = need_columns(queries, self._scorer, self.encoder, self.words)
        allowed, versions = self.index.versions(np.array(sorted(ids), np.int64))
        with shard_runner(engine, self.index, self.score, self._folder, self._home) as runner:
            run = BulkRun(self._folder, self.index, self.score, self._recipe, threads=self._threads, runner=runner)
            found, self.worked = run.match(needs, need_names(queries), allowed, versions, progress=progress)

        def lists(places: Ids, keep: int) -> list[Outcome]:
            some = needs.some(places)
            kept = run.lines(some, rows_of(found, places), keep=keep, progress=progress)
            asked = [queries[place] for place in places.tolist()]
            with_figures = np.array([bool(query.figures) for query in asked], np.bool_)
            wanted = np.unique(kept.ids[with_figures, : top + SAID_MORE])
            written = self.index.said(wanted[wanted >= 0])

            def said(ids: Ids) -> Mapping[int, str]:
                lacking = [one for one in ids.tolist() if one not in written]
                if lacking:
                    written.update(self.index.said(np.array(lacking, np.int64)))
                return written

            told = outcomes(
                asked, some, kept, groups, said, self.words, self.known.units, self.score, top=top, team_rows=limit
            )
            return list(told)

        for start in range(0, len(queries), LINES_AT_ONCE):
            places = np.arange(start, min(start + LINES_AT_ONCE, len(queries)))
            answers = lists(places, first)
            short = np.array([at for at, one in enumerate(answers) if one.is_short], np.int64)
            if len(short) and first < every:
                for at, one in zip(short.tolist(), lists(places[short], every), strict=True):
                    answers[at] = one
            yield from answers

    def _asked(
        self,
        queries: Sequence[Query],
        shard: Shard,
        groups: Mapping[int, Group],
        top: int,
        team_rows: int | None,
        keep: int,
    ) -> list[Outcome]:
        from panhuo.engine.matching.ranking import outcomes

        needs, kept = self.best(queries, shard, keep=keep)
        return list(
            outcomes(
                queries, needs, kept, groups, shard.said, self.words, self.known.units, self.score, top=top,
                team_rows=team_rows,
            )
        )  # fmt: skip

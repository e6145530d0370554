"""The register opened for single questions: search columns, what may be shown, the facts of a line.

Who only asks needs no lock. What is behind the register (projection, search table, columns) is brought up to date
under the writer's lock where that is free, and refused with a plain word where it is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from panhuo.adapters.files.home import Home, HomeBusy
from panhuo.cli.match_job import MatchJob
from panhuo.cli.match_needs import Need, NeedsFile
from panhuo.cli.offer_table import judge_offers, offer_table
from panhuo.engine.matching.filters import Filters, by_columns, filtered
from panhuo.engine.matching.needs import NeedRules, understand

if TYPE_CHECKING:
    from panhuo.adapters.search.build import Refreshed, SearchBuilder
    from panhuo.adapters.search.interactive import KeptSelection, SearchColumns
    from panhuo.adapters.search.search_columns import Part
    from panhuo.cli.match_progress import Bars
    from panhuo.desk.registry.export import Projection
    from panhuo.engine.matching.ranking import Outcome
    from panhuo.rules import InForce


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one search: texts in the table, those of rights that may be shown, those of them that meet the filters."""

    texts: int
    may_be_shown: int
    meet: int


class OpenedSearch:
    """One version of the register. offers: what may be shown, and how many may not, by reason.

    folder, generation: the search table that is asked.
    """

    def __init__(
        self, place: Home, rules: InForce, known: NeedRules, filters: Filters, bars: Bars, *, unknown_too: bool
    ) -> None:
        from panhuo.adapters.files.match_models import line_levels
        from panhuo.cli.match_facts import RegisterFacts
        from panhuo.cli.repair_command import search_builder
        from panhuo.desk.registry.parties import roster
        from panhuo.engine.matching.asked import NearTable
        from panhuo.engine.matching.query import part_weights
        from panhuo.engine.matching.scoring import Scorer, score_rules

        self.rules, self._known = rules, known
        self._score = score_rules(rules)
        builder = search_builder(place, rules, bars.tell)
        self._projection, table, parts = self._standing(place, builder) or self._brought_up(place, builder, bars)
        self.version, self.generation, self.folder = self._projection.version, table.generation, place.search
        self._index = self._columns(table, parts)
        self._lexicon, self._encoder = table.lexicon, builder.encoder(table)
        near = NearTable(self._encoder, list(table.space.index), self._index.words, near_from=self._score.near_from)
        self._scorer = Scorer(self._score, self._index.words, near)
        self._weights = part_weights(rules)
        self._team_rows = rules.integer("matching.team.rows")
        self._job = MatchJob(place, rules, self._projection, NeedsFile(), known)
        self._job.lexicon = table.lexicon
        self._levels = line_levels(place, rules)
        self._facts = RegisterFacts(self._job.tables, rules, roster())
        try:
            self.offers = offer_table(place, self.version, rules, unknown_too=unknown_too) or judge_offers(
                place, self._job, rules, unknown_too=unknown_too
            )
            self._selection, self.counts = self._chosen(filters)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._job.close()

    def ask(self, text: str, *, top: int) -> Outcome:
        """The best `top` for a text, as a match of the same text lists them."""
        from panhuo.adapters.search.interactive import lines_of
        from panhuo.engine.matching.bulk import Ranked, need_columns
        from panhuo.engine.matching.line_order import weighed
        from panhuo.engine.matching.listing import lists_of, shown
        from panhuo.engine.matching.query import query_of
        from panhuo.engine.matching.ranking import LineFacts, ToldLists, look_up, outcomes
        from panhuo.engine.matching.text_figures import TextFigures

        words = self._index.words
        said = understand(text, self._known)
        query = query_of("", said, self._lexicon, self._weights)
        needs = need_columns([query], self._scorer, self._encoder)
        kept = look_up(needs, self._selection, words, self._score, keep=2 * self._score.candidates)
        case = self._facts.case([Need("", "", "", said)])
        count = min(case.rules.lines, kept.ids.shape[1])
        first = Ranked(np.minimum(kept.counts, count), kept.ids[:, :count], kept.totals[:, :count])
        texts = TextFigures(self._selection.said, self._known.units)
        texts.look_up(case.texts_with_figures(first.ids, [query.figures]))
        values, known = case.lines(first.ids, [query.figures], texts)
        parts = None if self._levels.learnt is None else kept.parts[:, :count]
        lines = weighed(kept, values, self._levels, case.rules, parts=parts)
        lists = lists_of(lines.ranked, self.offers.groups, top=top, team_rows=self._team_rows)
        places = lists.places.astype(np.int64)
        before = np.take_along_axis(lines.order, np.maximum(places, 0), axis=1)
        told = lines_of(kept, shown(lines.ranked, lists), before)
        beside = LineFacts(*lines.shown(places), lambda need, asset_id, own: case.reasons(need, asset_id, own, known))
        (found,) = outcomes(ToldLists([query], needs, told, lists, texts, self._levels, beside), words)
        return found

    def facts(self, wanted: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        """What a line shows of each right (MatchJob.facts)."""
        return self._job.facts(set(wanted))

    @property
    def levels_by(self) -> str:
        """Who says the levels: pack, or version N of what was learnt."""
        return self._levels.told_by

    def offer(self, asset_id: int) -> Mapping[str, Any]:
        """The gate's columns of a right that was found."""
        return self.offers.of(asset_id)

    # -- opening -----------------------------------------------------------------------------------------------

    def _standing(self, place: Home, builder: SearchBuilder) -> tuple[Projection, Refreshed, tuple[Part, ...]] | None:
        """Without writing; None where something is behind the register."""
        from panhuo.adapters.search.search_columns import open_columns
        from panhuo.desk.registry.export import standing_projection

        projection = standing_projection(place, self.rules)
        table = builder.standing(projection.version) if projection else None
        if projection is None or table is None:
            return None
        parts = open_columns(place.search / table.generation, projection.version, table.index.words, self._score)
        return (projection, table, parts) if parts else None

    def _brought_up(
        self, place: Home, builder: SearchBuilder, bars: Bars
    ) -> tuple[Projection, Refreshed, tuple[Part, ...]]:
        """Under the writer's lock. Raises: HomeBusy when another process holds it."""
        from panhuo.adapters.search.search_columns import make_columns, open_columns
        from panhuo.desk.registry.export import current_projection

        try:
            with place.writing():
                projection = current_projection(place, self.rules)
                table = builder.refresh(projection.path("assets"), projection.version)
                generation = place.search / table.generation
                make_columns(generation, table.index, projection.version, self._score, bars.tell)
                parts = open_columns(generation, projection.version, table.index.words, self._score)
        except HomeBusy:
            raise HomeBusy(
                f"The search table of {place.root} is behind the register, and another panhuo process is writing. "
                "Search again when it has finished; the first search then brings the table up to date.",
                home=str(place.root),
            ) from None
        if parts is None:
            raise OSError(f"{generation} cannot be read back")
        return projection, table, parts

    def _columns(self, table: Refreshed, parts: tuple[Part, ...]) -> SearchColumns:
        from panhuo.adapters.search.interactive import search_columns

        return search_columns(parts, table.index.space, table.index.words, table.index.said)

    def _chosen(self, filters: Filters) -> tuple[KeptSelection, Counts]:
        by_column, rest = by_columns(filters, self.rules)
        shown = self._index.within(self.offers.ids)
        chosen = shown
        if rest != Filters():
            assets = filtered(self._job.tables["assets"], rest, self.rules)
            ids = np.array([cells[0] for cells in self._job.tables.rows(assets.select("asset_id"))], np.int64)
            chosen = self._index.within(np.intersect1d(self.offers.ids, ids))
        chosen = chosen.where(by_column)
        return chosen, Counts(len(self._index.everything), len(shown), len(chosen))


def behind(opened: OpenedSearch) -> bool:
    """Whether the register has changed since it was opened, or its search table was made anew."""
    from panhuo.adapters.search.generations import read_current
    from panhuo.desk.registry.export import register_version

    if opened.version != f"{register_version()}-{opened.rules.digest[:12]}":
        return True
    current = read_current(opened.folder)
    return current is None or current.generation != opened.generation

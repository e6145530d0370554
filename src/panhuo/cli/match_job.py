"""The work of one match call: gate, search table, ranking, rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.cli.engine_choice import EMBEDDED
from panhuo.cli.match_needs import NeedsFile
from panhuo.cli.match_progress import Bars
from panhuo.cli.match_rows import FACTS, rows
from panhuo.desk.registry.export import Projection
from panhuo.engine.matching.filters import Filters
from panhuo.engine.matching.needs import NeedRules, Remark
from panhuo.rules import InForce

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from panhuo.adapters.tables.protocol import Tables
    from panhuo.cli.coverage_job import CoverageReader
    from panhuo.cli.match_needs import Need
    from panhuo.engine.matching.columns import WordTable
    from panhuo.engine.matching.listing import Group
    from panhuo.engine.matching.ranking import Outcome, ToldLists
    from panhuo.engine.matching.teams import TeamBook
    from panhuo.engine.matching.words import Lexicon

NEEDS_AT_ONCE = 256
"""Needs whose matches are written together."""


class MatchJob:
    """One call: its needs, the rights it may offer, its matches. engine: who seeks, see engine_choice."""

    def __init__(
        self,
        place: Home,
        rules: InForce,
        projection: Projection,
        told: NeedsFile,
        known: NeedRules,
        *,
        engine: str = EMBEDDED,
    ) -> None:
        self._place, self._rules, self._projection, self._told, self._known = place, rules, projection, told, known
        self._engine = engine
        self._tables = open_tables(projection.paths())
        self._offers: dict[int, dict[str, Any]] = {}
        self._unknown_too = False
        self._barred: dict[int, str] = {}
        self._not_offered: Counter[str] = Counter()
        self._only_weak = self._offerable = self._unknown = self._left_out = 0
        self.unmatched: dict[str, list[str]] = {}
        self.levels_by = ""
        """Who says the levels: pack, or version N of what was learnt; there once outcomes were asked for."""
        self.reader: CoverageReader
        """There once rows or outcomes were asked for, as are the book of teams and the lexicon."""
        self.book: TeamBook
        self.lexicon: Lexicon

    def close(self) -> None:
        self._tables.close()

    @property
    def needs(self) -> Sequence[Need]:
        return self._told.needs

    @property
    def offers(self) -> Mapping[int, Mapping[str, Any]]:
        """What passed the gate, by asset_id, with the gate's columns."""
        return self._offers

    def bars_of(self, asset_id: int) -> list[str]:
        """Why a right did not pass; a right that is no patent or was filtered away has none."""
        return [code for code in self._barred.get(asset_id, "").split(";") if code]

    def barred(self) -> list[int]:
        """Rights that the filters let pass and the gate did not, ascending."""
        return sorted(self._barred)

    @property
    def tables(self) -> Tables:
        """Of the register as it was matched; open until close()."""
        return self._tables

    @property
    def projection(self) -> Projection:
        """The register as it was matched."""
        return self._projection

    def gate(self, filters: Filters, *, unknown_too: bool) -> None:
        """Filter, then judge what may be offered; those that may not are counted by reason."""
        from panhuo.cli.register_gate import judged
        from panhuo.engine.matching.filters import filtered
        from panhuo.engine.matching.offerable import OfferState

        tables = self._tables
        self._unknown_too = unknown_too
        grades = self._grades() if filters.grades else None
        states = judged(tables, filtered(tables["assets"], filters, self._rules, grades=grades), self._rules)
        for cells in tables.rows(states):
            row = dict(zip(states.columns, cells, strict=True))
            is_unknown = row["offer_state"] == OfferState.UNKNOWN
            is_offerable = row["offer_state"] == OfferState.OFFERABLE
            self._unknown += is_unknown
            self._offerable += is_offerable
            if is_offerable or (is_unknown and unknown_too):
                self._offers[row["asset_id"]] = row
            else:
                self._left_out += 1
                self._barred[row["asset_id"]] = row["bars"]
                self._not_offered.update(code for code in row["bars"].split(";") if code)

    def _grades(self) -> Any:
        from panhuo.desk.history import latest_run

        run = latest_run("grade", inputs_digest=self._projection.version)
        path = self._place.runs / run.id / "grade.parquet" if run else None
        return self._tables.add("grade_run", path) if path is not None and path.is_file() else None

    def rows(self, top: int, bars: Bars) -> Iterator[tuple[object, ...]]:
        """Rows of all needs, in their order."""
        needs = {need.need_id: need for need in self._told.needs}
        outcomes = self.outcomes(top, bars)
        while block := list(islice(outcomes, NEEDS_AT_ONCE)):
            for outcome in block:
                if not outcome.matches:
                    self.unmatched[outcome.query.need_id] = [str(remark) for remark in outcome.remarks]
                self._only_weak += Remark.ONLY_WEAK in outcome.remarks
            facts = self.facts(
                {one for outcome in block for m in outcome.matches for one in (m.asset_id, *m.with_it, *m.series)}
            )
            yield from rows(block, needs, facts, self._offers, self._rules.day, self.levels_by)

    def outcomes(self, top: int, bars: Bars, *, team_rows: int | None = 0) -> Iterator[Outcome]:
        """Lists of all needs, in their order. team_rows: patents of one team, None for any number [the pack's]."""
        from panhuo.engine.matching.ranking import outcomes

        for told, words in self._told_lists(top, bars, team_rows=team_rows):
            yield from outcomes(told, words)

    def write_numbers(self, path: Path, top: int, bars: Bars) -> int:
        """Lines of all needs with their reasons as numbers of words; how many lines."""
        from panhuo.adapters.search.line_files import LinesWriter, asset_keys
        from panhuo.engine.matching.levels import told_levels

        told_lists = self._told_lists(top, bars)
        first, words = next(told_lists)  # opens the table: the words are known then
        facts = {"levels_by": self.levels_by, "status": "any" if self._unknown_too else "offerable"}
        keys = asset_keys(self._projection.path("assets"))
        values = {need.need_id: need.values for need in self._told.needs}
        with LinesWriter(path, words, self._rules.day, facts=facts, keys=keys, values=values) as writer:
            for told, _ in chain([(first, words)], told_lists):
                chances = told.chances
                writer.write(told, chances)
                best = told_levels(chances)
                for need, query in enumerate(told.queries):
                    listed = int(told.lists.counts[need])
                    remarks = told.remarks(need, int(best[need, 0]) if listed else None)
                    self._only_weak += Remark.ONLY_WEAK in remarks
                    if not listed:
                        self.unmatched[query.need_id] = [str(remark) for remark in remarks]
        return writer.lines

    def _told_lists(self, top: int, bars: Bars, *, team_rows: int | None = 0) -> Iterator[tuple[ToldLists, WordTable]]:
        from panhuo.adapters.files.match_models import line_levels
        from panhuo.cli.coverage_job import CoverageReader
        from panhuo.cli.match_facts import RegisterFacts
        from panhuo.cli.opened_matcher import OpenedMatcher
        from panhuo.desk.registry.parties import roster

        levels = line_levels(self._place, self._rules)
        self.levels_by = levels.told_by
        matcher = OpenedMatcher(self._place, self._rules, self._projection, self._known, bars)
        self.lexicon = matcher.lexicon
        self.reader = CoverageReader(self._rules, self._known, matcher.lexicon, matcher.encoder, matcher.words.worth)
        queries = [matcher.query(need.need_id, need.said, firm=need.firm) for need in self._told.needs]
        case = RegisterFacts(self._tables, self._rules, roster()).case(self._told.needs)
        for told in matcher.bulk_lists(
            queries, self._offers, self.groups(), case, levels, top=top, team_rows=team_rows, engine=self._engine,
            progress=bars.tell,
        ):  # fmt: skip
            yield told, matcher.words

    def groups(self, *, every: bool = False) -> Mapping[int, Group]:
        """Families, series and teams of what passed the gate, or of every right."""
        from panhuo.cli.register_gate import grouped

        self.book, found = grouped(self._tables, self._rules, None if every else self._offers)
        return found

    def patents(self) -> list[int]:
        """asset_ids of every patent of the register."""
        from panhuo.terms.kinds import PATENT_TYPES

        assets = self._tables["assets"]
        told = assets.filter(assets.ip_type.isin([*PATENT_TYPES])).select("asset_id")
        return [cells[0] for cells in self._tables.rows(told)]

    def states(self, wanted: Iterable[int]) -> dict[int, str]:
        """Legal status of these rights on the day, by asset_id."""
        import ibis

        from panhuo.engine.records.status import legal_status

        ids = ibis.memtable({"asset_id": sorted(wanted)}, schema={"asset_id": "int64"})
        assets, events = (self._tables[name].semi_join(ids, "asset_id") for name in ("assets", "events"))
        told = legal_status(assets, events, self._rules.day).select("asset_id", "status")
        return dict(self._tables.rows(told))

    def facts(self, wanted: set[int]) -> dict[int, dict[str, Any]]:
        """What a row shows of each right, match_rows.FACTS and shown_title."""
        import ibis

        from panhuo.engine.matching.words import stand_in_title

        if not wanted:
            return {}
        ids = ibis.memtable({"asset_id": sorted(wanted)}, schema={"asset_id": "int64"})
        found = {}
        for cells in self._tables.rows(self._tables["assets"].semi_join(ids, "asset_id").select(*FACTS)):
            row = dict(zip(FACTS, cells, strict=True))
            stand_in = stand_in_title(row["abstract"], self.lexicon.rules.openings)
            row["shown_title"] = row["title"] or row["title_en"] or stand_in
            found[row["asset_id"]] = row
        return found

    def figures(self, pairs: int) -> dict[str, Any]:
        """What is answered and kept with the Run."""
        return {
            "needs": len(self._told.needs),
            "matched": len(self._told.needs) - len(self.unmatched),
            "only_weak": self._only_weak,
            "levels_by": self.levels_by,
            "pairs": pairs,
            "unmatched": self.unmatched,
            "rejected": len(self._told.rejects),
            "offerable": self._offerable,
            "unknown": self._unknown,
            "searched": len(self._offers),
            "left_out": self._left_out,
            "not_offerable": dict(sorted(self._not_offered.items())),
        }

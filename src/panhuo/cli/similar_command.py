"""panhuo similar: neighbours of patents among all patents, and needs that may be one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, today
from panhuo.cli.lists_out import check_list, write_list
from panhuo.cli.rejected_rows import tell_rejects
from panhuo.engine.matching.needs import Part

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.cli.match_job import MatchJob
    from panhuo.cli.match_needs import Need
    from panhuo.cli.opened_matcher import OpenedMatcher
    from panhuo.engine.matching.alike import AlikePair
    from panhuo.engine.matching.ranking import Match
    from panhuo.engine.records.raw import Reject
    from panhuo.rules import InForce

REGISTER = "register"
"""As --needs: the needs of the register."""
LEAST_LIKE = 0.3
"""Share of its own score below which two needs are not shown beside each other."""
NEIGHBOURS = 50
"""Needs that one need is compared with, the best."""


@command("similar")
@click.option("--patents", default="", help="numbers (comma between several) or a file of patents")
@click.option("--needs", default="", help="a file of needs, or the word register for those of the register")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--top", type=click.IntRange(1, 200), default=10, show_default=True, help="neighbours at most")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl or .html")
def similar(*, home: Path, patents: str, needs: str, at: date | None, top: int, out: Path) -> Answer:
    """Find patents that are like a patent, or needs that are like one another.

    \b
    Example: panhuo similar --patents CN113030719B --out similar.xlsx
    Example: panhuo similar --needs register --out needs.xlsx
    """
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack
    from panhuo.terms.errors import DomainError

    if bool(patents.strip()) == bool(needs.strip()):
        raise DomainError("Name either --patents or --needs.", code="wrong_call")
    check_list(out)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(place.pack).at(at or today())
        if needs.strip():
            return _needs(place, rules, needs, top=top, out=out)
        return _patents(place, rules, patents, top=top, out=out)


def _patents(place: Home, rules: InForce, named: str, *, top: int, out: Path) -> Answer:
    from panhuo.cli.asked_patents import asked_patents
    from panhuo.cli.match_job import MatchJob
    from panhuo.cli.match_needs import NeedsFile
    from panhuo.cli.match_progress import Bars
    from panhuo.cli.opened_matcher import OpenedMatcher
    from panhuo.cli.register_firms import patents_asked
    from panhuo.desk.registry.export import current_projection
    from panhuo.engine.matching.needs import need_rules, understand

    known = need_rules(rules)
    projection = current_projection(place, rules)
    job = MatchJob(place, rules, projection, NeedsFile(), known)
    try:
        asked = asked_patents(named, job.tables)
        told = patents_asked(job.tables, asked.ids)
        # a series is flagged, not folded: what is like a patent is asked for
        groups = {one: replace(group, series="") for one, group in job.groups(every=True).items()}
        with Bars() as bars:
            matcher = OpenedMatcher(place, rules, projection, known, bars)
            queries = [
                matcher.query(
                    str(one),
                    understand("", known, title=_title(told[one]), given={Part.PROBLEM: told[one]["abstract"] or ""}),
                )
                for one in asked.ids
            ]
            everything = matcher.shard(job.patents())
            # the patent and its family come first and are taken away again
            found = list(matcher.outcomes(queries, everything, groups, top=top + 1, team_rows=None))
        listed: list[tuple[int, list[Match]]] = [
            (one, [match for match in outcome.matches if one not in (match.asset_id, *match.with_it)][:top])
            for one, outcome in zip(asked.ids, found, strict=True)
        ]
        job.lexicon = matcher.lexicon
        facts = job.facts({number for _, matches in listed for m in matches for number in _numbers(m)})
        states = job.states(facts)
        rows = list(_patent_rows(listed, told, facts, states, job, rules))
    finally:
        job.close()
    figures = {
        "patents": len(asked.ids),
        "pairs": len(rows),
        "unknown_numbers": asked.unknown + asked.unread,
    }
    params = {"patents": [told[one]["asset_key"] for one in asked.ids], "top": top}
    run = _record(rules, projection.version, params, figures)
    write_list(out, "match_similar", rows, rules, run, place, title_column="title", filters=("asked_title",))
    say(f"{rules.day}: {len(asked.ids)} patents, {len(rows)} neighbours. Wrote {out}.")
    return Answer(**figures, at=rules.day, run=run, pack=rules.pack, out=str(out))


def _numbers(match: Match) -> tuple[int, ...]:
    return match.asset_id, *match.with_it


def _title(patent: Any) -> str:
    return patent["title"] or patent["title_en"] or ""


def _patent_rows(
    listed: Sequence[tuple[int, Sequence[Match]]], told: Any, facts: Any, states: Any, job: MatchJob, rules: InForce
) -> Iterator[tuple[object, ...]]:
    from panhuo.cli.match_rows import sentences
    from panhuo.rules.labels import Labels

    labels, team_of, series_of = Labels(rules), job.book.team_of, job.book.series_of
    for one, matches in listed:
        asked = told[one]
        for place, match in enumerate(matches, start=1):
            patent = facts[match.asset_id]
            status = states.get(match.asset_id, "")
            same_team = match.team and match.team == team_of.get(one)
            yield (
                asked["publication_number"] or asked["application_number"],
                _title(asked),
                place,
                patent["publication_number"] or patent["application_number"],
                patent["shown_title"],
                patent["owners"] or [],
                labels.word("legal_status", status) if status else "",
                match.score.total,
                "；".join(sentences(match.reasons, ipc=patent["ipc_main"], years=None)),
                [facts[other]["publication_number"] or "" for other in match.with_it],
                "是" if series_of.get(one) and series_of[one] == series_of.get(match.asset_id) else "",
                "是" if same_team else "",
            )


def _needs(place: Home, rules: InForce, named: str, *, top: int, out: Path) -> Answer:
    from panhuo.cli.match_progress import Bars
    from panhuo.cli.opened_matcher import OpenedMatcher
    from panhuo.desk.registry.export import current_projection
    from panhuo.engine.matching.needs import need_rules

    known = need_rules(rules)
    projection = current_projection(place, rules)
    needs, rejects = _read(named, rules, known, projection)
    with Bars() as bars:
        matcher = OpenedMatcher(place, rules, projection, known, bars)
        pairs, words = _alike(needs, matcher)
    shown: dict[int, int] = {}
    rows = []
    least = float(rules.decimal("matching.alike_from"))
    for pair in pairs:
        place_of = shown[pair.left] = shown.get(pair.left, 0) + 1
        if place_of <= top:
            rows.append(_need_row(needs[pair.left], needs[pair.right], pair, place_of, words, least))
    order = {need.need_id: number for number, need in enumerate(needs)}
    rows.sort(key=lambda row: (order[str(row[0])], row[3]))
    figures = {
        "needs": len(needs),
        "pairs": len(rows),
        "duplicates": sum(row[8] == "duplicate" for row in rows),
        "rejected": len(rejects),
    }
    run = _record(rules, projection.version, {"needs": sorted(order), "top": top}, figures)
    if out.suffix.lower() in (".xlsx", ".html"):
        from panhuo.rules.labels import Labels

        labels = Labels(rules)
        rows = [(*row[:8], labels.word("need_likeness", str(row[8])), *row[9:]) for row in rows]
    write_list(out, "similar_needs", rows, rules, run, place, title_column="need_title", filters=("finding",))
    say(f"{rules.day}: {len(needs)} needs, {figures['duplicates']} pairs may be one need. Wrote {out}.")
    answer = Answer(**figures, at=rules.day, run=run, pack=rules.pack, out=str(out))
    tell_rejects(answer, rejects, Path(named))
    return answer


def _read(named: str, rules: InForce, known: Any, projection: Any) -> tuple[list[Need], list[Reject]]:
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.cli.match_needs import need_of, read_needs
    from panhuo.engine.records.fields import NEEDS

    if named.strip() != REGISTER:
        told = read_needs(Path(named), rules, known)
        return told.needs, told.rejects
    with open_tables(projection.paths()) as tables:
        needs = tables["needs"]
        held = needs.filter(needs.received_on.isnull() | (needs.received_on <= rules.day)).order_by("need_id")
        return [need_of(dict(zip(NEEDS, cells, strict=True)), known) for cells in tables.rows(held.select(*NEEDS))], []


def _alike(needs: Sequence[Need], matcher: OpenedMatcher) -> tuple[list[AlikePair], dict[tuple[int, int], str]]:
    """Pairs of needs by their places, and why."""
    from panhuo.cli.match_rows import sentences
    from panhuo.engine.matching.alike import alike_pairs

    if not needs:
        return [], {}
    queries = [matcher.query(need.need_id, need.said, firm=need.firm) for need in needs]
    shard = matcher.shard_of([(_text(need), need.said.part(Part.TITLE)) for need in needs])
    scores: dict[tuple[int, int], float] = {}
    why: dict[tuple[int, int], str] = {}
    for asking, outcome in enumerate(matcher.outcomes(queries, shard, {}, top=NEIGHBOURS, team_rows=None)):
        for match in outcome.matches:
            pair = (asking, match.asset_id)
            scores[pair] = match.score.total
            if asking < match.asset_id:
                why[pair] = "；".join(sentences(match.reasons, ipc="", years=None))
    return alike_pairs(scores, least=LEAST_LIKE), why


def _text(need: Need) -> str:
    return "\n".join(text for part, text in need.said.parts.items() if part is not Part.TITLE)


def _need_row(
    need: Need, other: Need, pair: AlikePair, place: int, words: dict[tuple[int, int], str], least: float
) -> tuple[object, ...]:
    return (
        need.need_id,
        need.title,
        need.firm,
        place,
        other.need_id,
        other.title,
        other.firm,
        pair.likeness,
        "duplicate" if pair.likeness >= least else "similar",
        "是" if need.firm and need.firm == other.firm else "",
        words.get((pair.left, pair.right), ""),
    )


def _record(rules: InForce, version: str, params: dict[str, Any], figures: dict[str, Any]) -> str:
    from panhuo.desk.history import record_run

    run = record_run(
        "similar", at=rules.day, rules=rules, inputs_digest=version, params=params, results=figures, made_at=now()
    )
    return str(run.id)

"""panhuo teams: for each need the teams that file what fits, each with a card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, today
from panhuo.cli.lists_out import check_list, write_list
from panhuo.cli.rejected_rows import tell_rejects

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.cli.coverage_job import PatentTexts
    from panhuo.cli.match_job import MatchJob
    from panhuo.cli.match_progress import Bars
    from panhuo.engine.matching.team_ranking import TeamMatch
    from panhuo.rules import InForce

LOOKED_AT = 100
"""Patents of a need that are put into teams."""
FIRMS = 3


@command("teams")
@click.option("--needs", type=click.Path(path_type=Path), required=True, help="file of needs, as for match")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--top", type=click.IntRange(1, 20), default=5, show_default=True, help="teams per need at most")
@click.option("--status", type=click.Choice(["offerable", "any"]), default="offerable", show_default=True,
              help="any: also rights of which nobody can say")  # fmt: skip
@click.option("--strict", is_flag=True, help="exit 1 when a row of the needs was left out")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl or .html")
def teams(*, home: Path, needs: Path, at: date | None, top: int, status: str, strict: bool, out: Path) -> Answer:
    """Find the teams that a firm should meet: patents that fit, whom they have worked with, whom to ask.

    \b
    Example: panhuo teams --needs needs.xlsx --at 2025-11-30 --out teams.xlsx
    """
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    check_list(out)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(place.pack).at(at or today())
        answer = _teams(place, rules, needs, top=top, unknown_too=status == "any", out=out)
    answer.exit_code = int(strict and answer["rejected"] > 0)
    return answer


def _teams(place: Home, rules: InForce, path: Path, *, top: int, unknown_too: bool, out: Path) -> Answer:
    from panhuo.cli.match_job import MatchJob
    from panhuo.cli.match_needs import read_needs
    from panhuo.cli.match_progress import Bars
    from panhuo.desk.history import record_run
    from panhuo.desk.registry.export import current_projection
    from panhuo.engine.matching.filters import Filters
    from panhuo.engine.matching.needs import need_rules

    known = need_rules(rules)
    told = read_needs(path, rules, known)
    projection = current_projection(place, rules)
    job = MatchJob(place, rules, projection, told, known)
    try:
        job.gate(Filters(), unknown_too=unknown_too)
        with Bars() as bars:
            found, rows = _found(job, rules, bars, top=top)
    finally:
        job.close()
    without = [need.need_id for need in told.needs if not found.get(need.need_id)]
    figures = {"needs": len(told.needs), "teams": len(rows), "unmatched": without, "rejected": len(told.rejects)}
    run = record_run(
        "teams",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params={"needs": sorted(need.need_id for need in told.needs), "top": top, "unknown_too": unknown_too},
        results=figures,
        made_at=now(),
    )
    write_list(out, "match_teams", rows, rules, run.id, place, title_column="lead", filters=("need_id", "owner"))
    say(f"{rules.day}: {len(told.needs)} needs, {len(rows)} teams; {len(without)} needs without one. Wrote {out}.")
    answer = Answer(**figures, at=rules.day, run=run.id, pack=rules.pack, pack_version=rules.version, out=str(out))
    tell_rejects(answer, told.rejects, path)
    return answer


def _found(
    job: MatchJob, rules: InForce, bars: Bars, *, top: int
) -> tuple[dict[str, list[TeamMatch]], list[tuple[object, ...]]]:
    """Teams by need, and the rows of all."""
    from panhuo.cli.coverage_job import patents_of
    from panhuo.cli.team_cards import team_cards
    from panhuo.engine.matching.team_ranking import best_teams, team_score_rules

    scores = team_score_rules(rules)
    found = {
        outcome.query.need_id: best_teams(outcome.query.need_id, outcome.matches, job.book.teams, scores, top=top)
        for outcome in job.outcomes(LOOKED_AT, bars, team_rows=None)
    }
    every = [one for listed in found.values() for one in listed]
    facts = job.facts({match.asset_id for one in every for match in one.matches})
    cards = team_cards(job.tables, rules, (one.team for one in every))
    patents = patents_of(job.tables, rules, (told["asset_key"] for told in facts.values()), job.book)
    return found, list(_rows(job, rules, found, facts, cards, patents))


def _rows(
    job: MatchJob,
    rules: InForce,
    found: Mapping[str, Sequence[TeamMatch]],
    facts: Mapping[int, Mapping[str, Any]],
    cards: Mapping[str, Any],
    patents: Mapping[str, Any],
) -> Iterator[tuple[object, ...]]:
    from panhuo.cli.coverage_words import Sentences
    from panhuo.cli.match_rows import sentences

    says = Sentences(rules)
    for need in job.needs:
        for one in found.get(need.need_id, ()):
            card, first = cards[one.team.key], facts[one.matches[0].asset_id]
            firms = [f"{firm}（{times}）" if times > 1 else firm for firm, times in _most(card.firms)]
            yield (
                need.need_id,
                need.title,
                need.firm,
                one.rank,
                card.lead,
                card.owner,
                one.score,
                "\n".join(_patent(match, facts) for match in one.matches),
                "；".join(sentences(one.matches[0].reasons, ipc=first["ipc_main"], years=None)),
                card.patents,
                card.people,
                card.joint,
                card.deals,
                firms[:FIRMS],
                card.last_deal,
                says.contact(_named_first([patents[facts[match.asset_id]["asset_key"]] for match in one.matches])),
                [facts[match.asset_id]["publication_number"] or "" for match in one.matches],
                one.team.key,
            )


def _most(firms: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(firms.items(), key=lambda pair: (-pair[1], pair[0]))


def _named_first(patents: Sequence[PatentTexts]) -> PatentTexts:
    """The best of a team's patents for which the owner named a contact that may be told, else one that may not."""
    told = next((one for one in patents if one.contact), None)
    return told or next((one for one in patents if one.withheld), patents[0])


def _patent(match: Any, facts: Mapping[int, Mapping[str, Any]]) -> str:
    told = facts[match.asset_id]
    number = told["publication_number"] or told["application_number"]
    return f"{told['shown_title']}（{number}，{match.score.total:.2f}）"

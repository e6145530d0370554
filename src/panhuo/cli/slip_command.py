"""panhuo slip: a page per need for a phone call: three patents, why, what is missing, what to ask, where to answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, today
from panhuo.cli.rejected_rows import tell_rejects

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.adapters.writers.match_pages import Slip, SlipMatch, SlipPage
    from panhuo.cli.coverage_words import Sentences
    from panhuo.cli.match_job import MatchJob
    from panhuo.cli.match_needs import Need, NeedsFile
    from panhuo.rules import InForce

PATENTS = 3
MOST_SLIPS = 300
ASKS, WHY, QUESTIONS, HINTS = 6, 2, 3, 2
"""Lines of each kind: what fits on A4 with three patents."""
ASKED, QUOTED, TOGETHER = 50, 24, 2
"""Characters of a requirement in its list and in a sentence, and how many one sentence names."""
NAME, LINE, REMARK = 46, 54, 100
"""Characters of titles, names and contacts; of a reason; of a question or hint, which take two lines."""
SUFFIXES = (".xlsx", ".html")


@command("slip")
@click.option("--needs", type=click.Path(path_type=Path), required=True, help="file of needs, as for match")
@click.option("--need", "chosen", metavar="ID", multiple=True, help="only this need (may be given again) [all]")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--status", type=click.Choice(["offerable", "any"]), default="offerable", show_default=True,
              help="any: also rights of which nobody can say")  # fmt: skip
@click.option("--strict", is_flag=True, help="exit 1 when a row of the needs was left out")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx or .html, to be printed")
def slip(
    *, home: Path, needs: Path, chosen: tuple[str, ...], at: date | None, status: str, strict: bool, out: Path
) -> Answer:
    """Write a slip per need for a phone call: the three best patents, why, what is missing, what to ask and whom.

    \b
    Example: panhuo slip --needs needs.xlsx --need XQ2025-0007 --at 2025-11-30 --out slip.html
    """
    from panhuo.adapters.writers.atomic import check_place
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack
    from panhuo.terms.errors import DomainError

    if out.suffix.lower() not in SUFFIXES:
        raise DomainError(
            f"{out} ends in {out.suffix or 'no suffix'}; slips are written as {' or '.join(SUFFIXES)}.",
            code="unknown_suffix",
            file=str(out),
        )
    check_place(out)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(place.pack).at(at or today())
        answer = _slips(place, rules, needs, chosen, unknown_too=status == "any", out=out)
    answer.exit_code = int(strict and answer["rejected"] > 0)
    return answer


def _slips(place: Home, rules: InForce, path: Path, chosen: Sequence[str], *, unknown_too: bool, out: Path) -> Answer:
    from panhuo.cli.match_job import MatchJob
    from panhuo.cli.match_needs import read_needs
    from panhuo.cli.match_progress import Bars
    from panhuo.cli.match_rows import COLUMNS
    from panhuo.desk.history import record_run
    from panhuo.desk.registry.export import current_projection
    from panhuo.engine.matching.filters import Filters
    from panhuo.engine.matching.needs import need_rules

    known = need_rules(rules)
    told = _chosen(read_needs(path, rules, known), chosen)
    projection = current_projection(place, rules)
    job = MatchJob(place, rules, projection, told, known)
    keys = [column.key for column in COLUMNS]
    try:
        job.gate(Filters(), unknown_too=unknown_too)
        with Bars() as bars:
            rows = [dict(zip(keys, cells, strict=True)) for cells in job.rows(PATENTS, bars)]
    finally:
        job.close()
    figures = {
        "needs": len(told.needs),
        "matched": len(told.needs) - len(job.unmatched),
        "patents": len(rows),
        "levels_by": job.levels_by,
    }
    run = record_run(
        "slip",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params={"needs": sorted(need.need_id for need in told.needs), "status": "any" if unknown_too else "offerable"},
        results=figures,
        made_at=now(),
    )
    _write(out, _page(rows, job, rules, run.id, synthetic=place.kind == "demo"), rules)
    say(f"{rules.day}: {len(told.needs)} slips, {figures['patents']} patents on them. Wrote {out}.")
    answer = Answer(**figures, at=rules.day, unmatched=job.unmatched, run=run.id, pack=rules.pack, out=str(out))
    tell_rejects(answer, told.rejects, path)
    return answer


def _chosen(told: NeedsFile, chosen: Sequence[str]) -> NeedsFile:
    """The needs that are named, in the order of the file. Raises: DomainError unknown_need, too_many_needs."""
    from dataclasses import replace

    from panhuo.terms.errors import DomainError

    known = {need.need_id for need in told.needs}
    missing = [need_id for need_id in chosen if need_id not in known]
    if missing:
        shown = "、".join(sorted(known)[:5])
        raise DomainError(
            f"The file has no need {missing[0]}. It has {len(known)}, among them {shown}.", code="unknown_need"
        )
    needs = [need for need in told.needs if not chosen or need.need_id in chosen]
    if len(needs) > MOST_SLIPS:
        raise DomainError(
            f"{len(needs)} needs are as many printed pages; {MOST_SLIPS} at most. Name those you call with --need.",
            code="too_many_needs",
        )
    return replace(told, needs=needs)


def _page(rows: Sequence[Mapping[str, Any]], job: MatchJob, rules: InForce, run: str, *, synthetic: bool) -> SlipPage:
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.adapters.writers.layout import notes_of
    from panhuo.adapters.writers.match_pages import SlipPage
    from panhuo.cli.coverage_job import patents_of
    from panhuo.cli.coverage_words import Sentences

    says = Sentences(rules)
    with open_tables(job.projection.paths()) as tables:
        patents = patents_of(tables, rules, (row["asset_key"] for row in rows), job.book)
    issuer = rules.text("letter.issuer")
    until = rules.day + timedelta(days=rules.integer("slip.answer_days"))
    slips = []
    for need in job.needs:
        own = [row for row in rows if row["need_id"] == need.need_id]
        slips.append(_slip(need, own, job, patents, says))
    return SlipPage(
        says.labels.word("output", "match_slip"),
        says.say("slip_day", day=rules.day, issuer=issuer),
        slips,
        says.say("slip_answer", day=until, issuer=issuer),
        notes_of(rules, "match_slip"),
        says.say("match_page_footer", pack=rules.pack, version=rules.version, run=run),
        synthetic=synthetic,
    )


def _slip(
    need: Need, rows: Iterable[Mapping[str, Any]], job: MatchJob, patents: Mapping[str, Any], says: Sentences
) -> Slip:
    from panhuo.adapters.writers.match_pages import Slip
    from panhuo.cli.coverage_words import clipped
    from panhuo.engine.matching.needs import Part
    from panhuo.engine.matching.requirements import NOT_OF_TEXTS, RequirementKind

    asked = job.reader.asked(need)
    numbers: dict[int, str] = {}
    lines: list[str] = []
    left_out = 0
    for place, one in enumerate(asked.need.kept):
        if one.kind is RequirementKind.BUDGET:  # has a place of its own
            continue
        if one.part is Part.TITLE and one.kind not in NOT_OF_TEXTS:
            numbers[place] = says.say("need_title")
        elif len(lines) < ASKS:
            kind = says.labels.word("requirement_kind", one.kind)
            lines.append(f"{kind}：{says.requirement(need.said, one, most=ASKED)}")
            numbers[place] = says.say("numbered", number=len(lines))
        else:
            left_out += 1
    hints = [says.labels.word("need_remark", code) for code in job.unmatched.get(need.need_id, ()) if code]
    return Slip(
        clipped(need.need_id, NAME),
        clipped(need.title, NAME),
        clipped(need.firm, NAME),
        says.budget(need.said),
        lines,
        left_out + asked.need.left_out,
        [clipped(line, REMARK) for line in (*hints, *says.vague(asked))][:HINTS],
        list(_matches(need, rows, numbers, job, patents, says)),
    )


def _matches(
    need: Need,
    rows: Iterable[Mapping[str, Any]],
    numbers: Mapping[int, str],
    job: MatchJob,
    patents: Mapping[str, Any],
    says: Sentences,
) -> Iterator[SlipMatch]:
    from panhuo.adapters.writers.match_pages import SlipMatch
    from panhuo.cli.coverage_words import clipped
    from panhuo.cli.match_page import level_of, number_of

    asked = job.reader.asked(need)
    for row in rows:
        patent = patents[row["asset_key"]]
        coverage = job.reader.cover(need, patent)
        yield SlipMatch(
            row["rank"],
            clipped(row["title"], NAME),
            number_of(row),
            clipped("、".join(row["owners"]), NAME),
            clipped(says.contact(patent), NAME),
            f"{row['score']:.2f}",
            "weak_evidence" in row["reason_codes"],
            [
                clipped(line, LINE)
                for line in says.why(need, asked, coverage, most=WHY, quoted=QUOTED) or [row["reason"]]
            ],
            says.short_lacks(coverage, numbers),
            [
                clipped(line, REMARK)
                for line in says.questions(need, asked, coverage, most=QUESTIONS, together=TOGETHER, quoted=QUOTED)
            ],
            level_of(row, says.labels),
        )


def _write(out: Path, page: SlipPage, rules: InForce) -> None:
    from panhuo.adapters.writers.layout import layout_of
    from panhuo.adapters.writers.match_pages import write_slip_page
    from panhuo.adapters.writers.workbook import Sheet, write_workbook

    if out.suffix.lower() == ".html":
        write_slip_page(out, page)
        return
    layout = layout_of(rules, "match_slip")
    sheets = []
    for place, one in enumerate(page.slips, start=1):
        marked = [_synthetic(rules)] if page.synthetic else []
        asks = [f"{number}. {line}" for number, line in enumerate(one.asks, start=1)]
        more = [f"另有 {one.left_out} 项未列"] if one.left_out else []
        head = [
            page.title,
            page.subtitle,
            *marked,
            f"需求：{one.title or one.need_id}（{one.need_id}）　企业：{one.firm or '未填'}"
            + (f"　预算：{one.budget}" if one.budget else ""),
            *asks,
            *more,
            *one.hints,
            page.answer,
        ]
        rows = [_cells(match) for match in one.matches]
        title = f"{place} {one.title or one.need_id}"
        sheets.append(Sheet(title, layout.columns, rows, head=head, explain=layout.explain))
    write_workbook(out, sheets, notes=[*page.notes, page.footer])


def _synthetic(rules: InForce) -> str:
    from panhuo.adapters.writers.layout import phrase

    return phrase(rules, "synthetic")


def _cells(match: SlipMatch) -> list[object]:
    return [
        match.rank,
        match.title,
        match.number,
        match.owners,
        "\n".join(match.why),
        "；".join(match.lacks),
        "\n".join(f"{place}. {line}" for place, line in enumerate(match.questions, start=1)),
        match.contact,
        "\n".join(
            part for part in (match.score, match.level.replace("，", "\n"), "证据薄弱" if match.weak else "") if part
        ),
        "",
    ]

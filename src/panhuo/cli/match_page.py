"""The page of a match: needs in their order, matches with evidence, made from the kept rows of the Run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.writers.match_pages import MatchPage, MatchView, NeedView, write_match_page
from panhuo.cli.coverage_job import CoverageReader, PatentTexts, patents_of
from panhuo.cli.coverage_words import Sentences
from panhuo.cli.match_needs import Need
from panhuo.engine.matching.findings import State
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.registry.export import Projection
    from panhuo.engine.matching.teams import TeamBook

MOST_NEEDS = 200
"""Needs on one page: more cannot be opened on a phone."""
WITH_EVIDENCE = 10
"""Matches of a need that are shown with evidence; the rest stand in one table."""
LACKS, QUESTIONS = 5, 5
SUFFIX = ".html"


def is_page(out: Path) -> bool:
    """Whether a page is asked for, by the name of the file."""
    return out.suffix.lower() == SUFFIX


def check_page(needs: Sequence[Need]) -> None:
    """Raises: DomainError code too_many_needs before any work is done."""
    if len(needs) > MOST_NEEDS:
        raise DomainError(
            f"{len(needs)} needs do not fit on one page ({MOST_NEEDS} at most). "
            "Name an .xlsx or .parquet file for all, or divide the file of needs.",
            code="too_many_needs",
        )


def write_page(
    out: Path,
    kept: Iterable[Mapping[str, Any]],
    needs: Sequence[Need],
    reader: CoverageReader,
    projection: Projection,
    book: TeamBook,
    rules: InForce,
    *,
    unmatched: Mapping[str, Sequence[str]],
    run: str,
    synthetic: bool,
) -> None:
    """Write the page. kept: rows of the Run in codes (match_rows.COLUMNS), needs in their order."""
    by_need: dict[str, list[Mapping[str, Any]]] = {}
    for row in kept:
        by_need.setdefault(row["need_id"], []).append(row)
    shown = [row["asset_key"] for rows in by_need.values() for row in rows[:WITH_EVIDENCE]]
    with open_tables(projection.paths()) as tables:
        patents = patents_of(tables, rules, shown, book)
    says = Sentences(rules)
    count = sum(len(rows) for rows in by_need.values())
    page = MatchPage(
        says.labels.word("output", "match_page"),
        [says.say("match_page_day", day=rules.day, needs=len(needs), pairs=count)],
        [(state.value, says.labels.word("coverage_state", state)) for state in State],
        [_need(need, by_need.get(need.need_id, []), unmatched, reader, patents, says) for need in needs],
        _notes(rules),
        says.say("match_page_footer", pack=rules.pack, version=rules.version, run=run),
        synthetic=synthetic,
    )
    write_match_page(out, page)


def _notes(rules: InForce) -> list[str]:
    from panhuo.adapters.writers.layout import notes_of

    return notes_of(rules, "match_page")


def _need(
    need: Need,
    rows: Sequence[Mapping[str, Any]],
    unmatched: Mapping[str, Sequence[str]],
    reader: CoverageReader,
    patents: Mapping[str, PatentTexts],
    says: Sentences,
) -> NeedView:
    asked = reader.asked(need)
    remarks = rows[0]["need_remarks"] if rows else unmatched.get(need.need_id, ())
    told = remarks.split("; ") if isinstance(remarks, str) else remarks
    vague = says.vague(asked)
    return NeedView(
        need.need_id,
        need.title,
        need.firm,
        [says.labels.word("need_remark", code) for code in told if code and not (vague and code == "no_target_figure")],
        [(says.labels.word("requirement_kind", one.kind), says.requirement(need.said, one)) for one in asked.need.kept],
        asked.need.left_out,
        vague,
        list(_matches(need, rows[:WITH_EVIDENCE], reader, patents, says)),
        [
            (
                row["rank"],
                row["title"],
                "、".join(row["owners"]),
                row["publication_number"] or "",
                f"{row['score']:.2f}",
            )
            for row in rows[WITH_EVIDENCE:]
        ],
    )


def _matches(
    need: Need,
    rows: Sequence[Mapping[str, Any]],
    reader: CoverageReader,
    patents: Mapping[str, PatentTexts],
    says: Sentences,
) -> Iterator[MatchView]:
    asked = reader.asked(need)
    for row in rows:
        patent = patents[row["asset_key"]]
        coverage = reader.cover(need, patent)
        yield MatchView(
            row["rank"],
            row["title"],
            number_of(row),
            "、".join(row["owners"]),
            f"{row['score']:.2f}",
            "weak_evidence" in row["reason_codes"],
            says.counts(coverage),
            row["reason"],
            list(_facts(row, says)),
            says.requirement_rows(need, asked, coverage, patent),
            says.lacks(need, asked, coverage, most=LACKS),
            says.questions(need, asked, coverage, most=QUESTIONS),
            says.contact(patent),
            level_of(row, says.labels),
        )


def level_of(row: Mapping[str, Any], labels: Labels) -> str:
    """The level in a word and how likely level 3 and more is."""
    return f"{labels.word('match_level', row['level'])}，较强以上 {row['probability']:.0%}"


def number_of(row: Mapping[str, Any]) -> str:
    """The number that an officer looks a right up by: ZL and application number, else the publication number."""
    if row["application_number"] and row["legal_status"] == "granted_in_force":
        return f"ZL{row['application_number']}"
    return row["publication_number"] or row["application_number"] or ""


def _facts(row: Mapping[str, Any], says: Sentences) -> Iterator[tuple[str, str]]:
    labels = says.labels
    yield "法律状态", labels.word("legal_status", row["legal_status"]) if row["legal_status"] else "不详"
    if row["remaining_years"] is not None:
        yield "剩余", f"{row['remaining_years']:g} 年"
    if row["ipc_main"]:
        yield "主分类", row["ipc_main"]
    notes = [labels.word("offer_note", code) for code in (row["offer_notes"] or "").split(";") if code]
    notes += [labels.word("supply_bar", code) for code in (row["status_note"] or "").split(";") if code]
    if notes:
        yield "提示", "；".join(notes)
    if row["same_family"]:
        yield "同族", "、".join(row["same_family"])

"""The grade of a portfolio as a workbook and as a page: parts, features with their cover, what each patent adds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.adapters.writers.charts import Chart
from panhuo.adapters.writers.layout import layout_of, notes_of
from panhuo.adapters.writers.list_notes import stands_on, synthetic_head
from panhuo.rules.labels import Labels

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.desk.portfolios.reading import PortfolioDay
    from panhuo.engine.portfolios import Whole
    from panhuo.rules import InForce

SUFFIXES = (".xlsx", ".html")
FEATURES, MEMBERS, PARTS = "portfolio_features", "portfolio_members", "portfolio_parts"
Rows = list[list[object]]


def write_portfolio(out: Path, day: PortfolioDay, whole: Whole, place: Home, rules: InForce, run: str) -> None:
    """Write by the suffix of out. Raises: DomainError cannot_write."""
    words = Labels(rules)
    tables = {
        PARTS: _parts(whole, rules, words),
        FEATURES: _features(day, whole, words),
        MEMBERS: _members(day, whole, words),
    }
    notes = [rules.text("portfolio.notice"), *notes_of(rules, "portfolio"), stands_on(rules, run)]
    if out.suffix.lower() == ".xlsx":
        _workbook(out, day, whole, tables, notes, place, rules, words)
    else:
        _page(out, day, whole, tables, notes, place, rules, words)


def _head(day: PortfolioDay, whole: Whole, rules: InForce, words: Labels) -> list[str]:
    told = day.statement
    grade = whole.grade or words.word("grade_reason", whole.reason)
    score = "" if whole.score is None else f"，得分 {whole.score}，可信度 {whole.confidence:.0%}"
    return [
        f"{day.portfolio.number}　主题：{told.theme or '—'}　产品：{told.product}　培育中心：{told.centre}",
        f"查询日 {rules.day}　组合等级 {grade}{score}　成员 {len(day.members)} 件　缺口 {len(_gaps(day, whole))} 项",
    ]


def _gaps(day: PortfolioDay, whole: Whole) -> list[str]:
    names = day.names()
    return [*(names[code] for code in whole.gaps), *day.statement.gaps]


def _parts(whole: Whole, rules: InForce, words: Labels) -> Rows:
    return [
        [words.word("portfolio_part", part), rules.decimal(f"portfolio.score.{part}"), share,
         round(rules.decimal(f"portfolio.score.{part}") * share * 100, 2)]
        for part, share in whole.parts.items()
    ]  # fmt: skip


def _features(day: PortfolioDay, whole: Whole, words: Labels) -> Rows:
    numbers = {member.asset_key: standing.number for member, standing in day.members}
    weights = {one.code: one.weight for one in day.features}
    rows: Rows = [
        [day.names()[one.feature], weights[one.feature], words.word("feature_state", one.state),
         "、".join(numbers[key] for key in one.keys), one.last_months, one.values["strength"] * 100, one.feature]
        for one in whole.covers
    ]  # fmt: skip
    return rows + [[gap, None, words.word("feature_state", "stated"), "", None, None, ""] for gap in day.statement.gaps]


def _members(day: PortfolioDay, whole: Whole, words: Labels) -> Rows:
    names, added = day.names(), {one.key: one for one in whole.added}
    rows: Rows = []
    for member, standing in day.members:
        cells, mine = standing.cells, added.get(member.asset_key)
        told = [*(kind for kind, lies in standing.burdens.items() if lies), *(
            kind for kind, happened in standing.marks.items() if happened and kind != "exploited")]  # fmt: skip
        if len(cells["owners"] or ()) > 1:
            told.append("co_owned")
        rows.append(
            [standing.number, cells["title"], words.word("portfolio_role", member.role),
             "、".join(names.get(code, code) for code in member.features), words.word("legal_status", cells["status"]),
             cells["grade"] or "", cells["value_score"], cells["term_end"], mine.points if mine else None,
             "、".join(names[code] for code in mine.alone) if mine else "",
             "、".join(words.word("portfolio_burden", one) for one in told), member.added_on, member.asset_key]
        )  # fmt: skip
    return rows


def _workbook(
    out: Path, day: PortfolioDay, whole: Whole, tables: dict[str, Rows], notes: list[str], place: Home, rules: InForce,
    words: Labels,
) -> None:  # fmt: skip
    from panhuo.adapters.writers.workbook import Sheet, write_workbook

    sheets = []
    for output, rows in tables.items():
        layout, title = layout_of(rules, output), words.word("output", output)
        made_up = synthetic_head(place, rules, "")[2:]
        head = (f"{day.statement.name}：{title}", *_head(day, whole, rules, words), *made_up)
        bars = ("part", "points") if output == PARTS else None
        sheets.append(Sheet(title, layout.columns, rows, head=head, explain=layout.explain, bars=bars))
    write_workbook(out, sheets, notes=notes)


def _page(
    out: Path, day: PortfolioDay, whole: Whole, tables: dict[str, Rows], notes: list[str], place: Home, rules: InForce,
    words: Labels,
) -> None:  # fmt: skip
    from panhuo.adapters.writers.pages import Figure, shown
    from panhuo.adapters.writers.summary import Section, SummaryData, write_summary

    sections = []
    for output, rows in tables.items():
        layout = layout_of(rules, output)
        visible = [place for place, column in enumerate(layout.columns) if not column.folded]
        columns = [layout.columns[place] for place in visible]
        cells = [[shown(column, row[place]) for column, place in zip(columns, visible, strict=True)] for row in rows]
        figures = [at for at, column in enumerate(columns) if column.kind in ("int", "float", "money", "share", "date")]
        chart = _chart(tables[PARTS], list(whole.parts)) if output == PARTS and rows else None
        title = words.word("output", output)
        headings = [one.heading for one in columns]
        sections.append(Section(title, headings, cells, chart, figure_columns=figures, wide=output != PARTS))
    score = "—" if whole.score is None else f"{whole.score}"
    data = SummaryData(
        title=day.statement.name,
        subtitle=_head(day, whole, rules, words),
        figures=[
            Figure(whole.grade or "—", "组合等级"),
            Figure(score, "组合得分"),
            Figure(f"{whole.confidence:.0%}", "可信度"),
            Figure(f"{len(day.members)}", "成员专利（件）"),
            Figure(f"{len(_gaps(day, whole))}", "缺口（项）"),
        ],
        sections=sections,
        notes=notes,
        footer=f"{rules.pack} {rules.version}",
        synthetic=place.kind == "demo",
    )
    write_summary(out, data)


def _chart(parts: Rows, codes: list[str]) -> Chart:
    points = [float(str(row[3])) for row in parts]
    labels = [str(row[0]) for row in parts]
    return Chart("各部分得分", labels, [("得分", points)], "分", "Parts", codes, ["Points"], "points", decimals=1)

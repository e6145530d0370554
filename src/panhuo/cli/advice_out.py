"""Advice as cells, as a workbook of sums and lines, and as a page with charts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.adapters.writers.charts import Chart
from panhuo.adapters.writers.layout import layout_of, notes_of
from panhuo.adapters.writers.list_notes import stands_on, synthetic_head
from panhuo.engine.advice import Action, DutyState
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.desk.listings.advice import AdviceRow, AdviceTotal
    from panhuo.rules import InForce

OUTPUT, TOTALS = "advice", "advice_totals"
MOST_ROWS = 5_000
"""Rows on one page: more cannot be opened on a phone."""
SEPARATOR = ";"
ON_PAGE = (
    "advice",
    "title",
    "patent_number",
    "ip_type",
    "first_owner",
    "reason",
    "grade",
    "dormancy",
    "term_end",
    "next_fee_cny",
    "fees_to_end_cny",
    "to_do",
    "to_check",
)
"""Columns of a page; duties stand there by their short names, told in full below the table."""


class AdviceCells:
    """Rows in the columns of the pack's layouts; in codes for programs."""

    def __init__(self, rules: InForce, *, in_words: bool, in_full: bool = True) -> None:
        """in_full: duties as sentences with their source, else by their short names."""
        self._in_full = in_full
        self._words = Labels(rules) if in_words else None
        self._rules = {row["rule"]: row for row in rules.table("advice_rules")}
        self._duties = {row["duty"]: row for row in rules.table("advice_duties")}
        self._regions = {row["code"]: row["name"] for row in rules.table("regions")}

    def row(self, number: int, one: AdviceRow) -> list[object]:
        """One line in the columns of the output advice."""
        cells, advice, fees = one.standing.cells, one.advice, one.fees
        rule = self._rules[advice.rule]
        return [
            number,
            self._word("advice", advice.action),
            cells["title"],
            cells["application_number"],
            self._word("ip_type", cells["ip_type"]),
            cells["first_owner"],
            self._reason(one),
            self._joined("advice_fact", advice.missing),
            cells["grade"] or "",
            cells["value_score"],
            self._word("dormancy_state", one.standing.dormancy or "cannot_say"),
            cells["term_end"],
            fees.due_date if fees else None,
            fees.next_cny if fees else None,
            fees.to_end_cny if fees else None,
            self._word("fee_reduction", fees.rule) if fees else "",
            self._duties_told(one, DutyState.TO_DO),
            self._duties_told(one, DutyState.TO_CHECK),
            advice.rule,
            rule["source"],
            rule["status"],
            self._joined("advice", advice.between),
            self._word("owner_type", cells["owner_type"]),
            self._regions.get(cells["region_code"], cells["region_code"]) if self._words else cells["region_code"],
            cells["value_confidence"],
            self._word("legal_status", cells["status"]),
            fees.fees if fees else None,
            cells["publication_number"],
            cells["asset_key"],
        ]

    def total(self, one: AdviceTotal) -> list[object]:
        """One line in the columns of the output advice_totals."""
        label = self._word("advice", one.action)
        return [label, one.patents, one.next_cny, one.to_end_cny, one.assumed, one.untold]

    def _reason(self, one: AdviceRow) -> str:
        advice = one.advice
        if self._words is None:
            return advice.rule
        said = self._words.word("advice_rule", advice.rule)
        if advice.action is not Action.CANNOT_SAY:
            return said
        return f"是否“{said}”尚无从判断，缺{self._joined('advice_fact', advice.missing)}"

    def _duties_told(self, one: AdviceRow, state: DutyState) -> str:
        codes = [duty.code for duty in one.duties if duty.state is state]
        if self._words is None:
            return SEPARATOR.join(codes)
        if not self._in_full:
            return "、".join(self._duties[code]["short"] for code in codes)
        said = [f"{self._words.word('advice_duty', code)}（{self._duties[code]['source']}）" for code in codes]
        return "\n".join(f"{place}. {text}" for place, text in enumerate(said, start=1))

    def _joined(self, kind: str, codes: Iterable[str]) -> str:
        if self._words is None:
            return SEPARATOR.join(codes)
        return "、".join(self._words.word(kind, code) for code in codes)

    def _word(self, kind: str, code: str | None) -> str:
        return self._words.word(kind, code or "") if self._words else str(code or "")


def write_advice_workbook(
    out: Path, lines: Iterable[Sequence[object]], totals: Sequence[Sequence[object]], place: Home, rules: InForce,
    run: str,
) -> None:  # fmt: skip
    """Sums with a chart, then the lines. Raises: BadValue bad_cell; DomainError cannot_write."""
    from panhuo.adapters.writers.workbook import Sheet, write_workbook

    words = Labels(rules)
    sheets = []
    for output, rows, bars in ((TOTALS, totals, ("advice", "patents")), (OUTPUT, lines, None)):
        layout, title = layout_of(rules, output), words.word("output", output)
        head = synthetic_head(place, rules, title) or (title, f"查询日 {rules.day}")
        sheets.append(Sheet(title, layout.columns, rows, head=head, explain=layout.explain, bars=bars))
    notes = [rules.text("advice.notice"), *notes_of(rules, OUTPUT), *notes_of(rules, TOTALS), stands_on(rules, run)]
    write_workbook(out, sheets, notes=notes)


def write_advice_page(
    out: Path, lines: Sequence[Sequence[object]], totals: Sequence[AdviceTotal], place: Home, rules: InForce, run: str
) -> None:
    """The same as one page. Raises: DomainError too_many_rows, cannot_write."""
    from panhuo.adapters.writers.pages import Figure, ListPage, write_list_page

    if len(lines) > MOST_ROWS:
        raise DomainError(
            f"{len(lines)} rows do not fit on one page ({MOST_ROWS} at most). Name an .xlsx or .parquet file for all.",
            code="too_many_rows",
            file=str(out),
        )
    words, layout = Labels(rules), layout_of(rules, OUTPUT)
    shown = [layout.keys.index(key) for key in ON_PAGE]
    given_up = next((one for one in totals if one.action is Action.ABANDON), None)
    figures = [Figure(f"{one.patents:,}", f"{words.word('advice', one.action)}（件）") for one in totals]
    if given_up is not None:
        figures.append(Figure(f"{given_up.next_cny:,.0f}", "放弃可省下次年费（元）"))
        figures.append(Figure(f"{given_up.to_end_cny:,.0f}", "放弃可省至期满年费（元）"))
    page = ListPage(
        words.word("output", OUTPUT),
        [f"查询日 {rules.day}", rules.text("advice.notice")],
        [layout.columns[number] for number in shown],
        [[row[number] for number in shown] for row in lines],
        "title",
        filters=("advice", "ip_type", "grade"),
        figures=figures,
        charts=_charts(totals, words),
        notes=[*notes_of(rules, OUTPUT), *_duty_notes(rules), stands_on(rules, run)],
        footer=f"{rules.pack} {rules.version}",
        synthetic=place.kind == "demo",
    )
    write_list_page(out, page)


def _duty_notes(rules: InForce) -> list[str]:
    return [f"{row['short']}：{row['zh']}（{row['source']}）" for row in rules.table("advice_duties")]


def _charts(totals: Sequence[AdviceTotal], words: Labels) -> list[Chart]:
    """Counts, and what is payable to the end in 万元."""
    if not totals:
        return []
    zh = [words.word("advice", one.action) for one in totals]
    en = [one.action.value for one in totals]
    counts = [float(one.patents) for one in totals]
    wan = [float(one.to_end_cny / Decimal(10_000)) for one in totals]
    return [
        Chart("各项建议件数", zh, [("件数", counts)], "件", "Advice", en, ["Patents"], "patents"),
        Chart("至期满应缴年费", zh, [("应缴", wan)], "万元", "Fees to the end", en, ["Payable"], "10,000 yuan",
              decimals=1),
    ]  # fmt: skip

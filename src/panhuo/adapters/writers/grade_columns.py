"""Columns of grades as people read them, and the words of their codes; shared by every table that shows a grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from panhuo.adapters.writers.columns import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from panhuo.rules import InForce
    from panhuo.rules.labels import Labels

CANNOT_SAY = "cannot_say"


@dataclass(frozen=True, slots=True)
class GradeColumn:
    """A column of a grade. words: kind of label that its codes (joined by ;) are read by, "" where it has none."""

    column: Column
    words: str = ""

    @property
    def key(self) -> str:
        return self.column.key


def _case(code: str, heading: str) -> tuple[GradeColumn, ...]:
    return (
        GradeColumn(Column(code, heading, "text", 10), "verdict"),
        GradeColumn(Column(f"{code}_reason", f"{heading}理由", "text", 18, folded=True), "case_reason"),
        GradeColumn(Column(f"{code}_evidence", f"{heading}证据", "long", 24, folded=True)),
    )


def _criterion(code: str, heading: str) -> tuple[GradeColumn, ...]:
    return (
        GradeColumn(Column(f"criterion_{code}", heading, "text", 10), "verdict"),
        GradeColumn(
            Column(f"criterion_{code}_evidence", f"{heading}依据", "long", 24, folded=True), "criterion_evidence"
        ),
    )


def _measure(code: str, heading: str) -> tuple[GradeColumn, ...]:
    return (
        GradeColumn(Column(f"{code}_index", f"{heading}指数", "float", 9, folded=True)),
        GradeColumn(Column(f"{code}_percentile", f"{heading}分位", "share", 9, folded=True)),
        GradeColumn(Column(f"{code}_peers", f"{heading}同组件数", "int", 9, folded=True)),
    )


GRADE = (
    GradeColumn(Column("grade", "价值等级", "text", 8)),
    GradeColumn(Column("value_score", "价值得分", "float", 10)),
    GradeColumn(Column("value_confidence", "可信度", "share", 8)),
    GradeColumn(Column("grade_reason", "未评级原因", "text", 16), "grade_reason"),
)
SCENE = (
    GradeColumn(Column("scene", "评估场景", "text", 12), "scene"),
    GradeColumn(Column("vetoes", "否决事项", "long", 24), "scheme_finding"),
    GradeColumn(Column("disclosures", "披露事项", "long", 24), "scheme_finding"),
    GradeColumn(Column("flags", "提示", "long", 24), "scheme_finding"),
    GradeColumn(Column("unsettled", "待核事项", "long", 24), "scheme_finding"),
    GradeColumn(Column("strongest", "主要支撑", "long", 36), "drivers"),
    GradeColumn(Column("weakest", "主要拖累", "long", 36), "drivers"),
    GradeColumn(Column("value_missing", "缺少的指标", "long", 30, folded=True), "indicator"),
)
INDUSTRY = (
    GradeColumn(Column("sei_class", "战新判定", "text", 12), "sei_class"),
    GradeColumn(Column("sei_branches", "战新分支", "long", 26), "sei_branch"),
)
CRITERIA = (
    *_criterion("advanced", "技术先进"),
    *_criterion("good_quality", "质量较高"),
    *_criterion("good_market", "市场前景好"),
    *_criterion("ready_to_use", "具备实施条件"),
)
HIGH_VALUE = (
    GradeColumn(Column("high_value", "高价值发明专利", "text", 10), "verdict"),
    GradeColumn(Column("high_value_cases", "符合情形", "long", 24), "high_value"),
    GradeColumn(Column("high_value_reason", "判定理由", "text", 18), "high_value_reason"),
    *_case("sei", "战略性新兴产业"),
    *_case("overseas_family", "海外同族专利权"),
    *_case("maintained_over_10y", "维持超过10年"),
    *_case("high_pledge_amount", "较高质押融资金额"),
    *_case("award", "获奖"),
)
PEERS = (
    GradeColumn(Column("too_few_peers", "同组过少、无法比较的指标", "long", 24), "measure"),
    *_measure("citations", "被引"),
    *_measure("claims", "权利要求"),
    *_measure("first_claim", "首项权利要求字数"),
    *_measure("family", "同族"),
    *_measure("grant_lag", "授权周期"),
    *_measure("remaining_term", "剩余期限"),
)
LEVELS = {"1": "一级", "2": "二级", "3": "三级"}
EMPTY_NOTE = "空白或“无法判断”表示事实不足。"


def grade_note(rules: InForce) -> str:
    """What is printed with every score: scheme, its notice, what blanks mean."""
    name, notice = (rules.value_or_none(f"scheme.{part}") for part in ("name", "notice"))
    return f"评估方案 {name}：{notice}。{EMPTY_NOTE}" if name else EMPTY_NOTE


def indicator_shown(rules: InForce, codes: Iterable[str]) -> tuple[GradeColumn, ...]:
    """A folded column for the score of each indicator, headed by its name in the pack."""
    rows = {row["code"]: row for row in rules.table("scheme_indicators")}
    shown = tuple(codes)
    headings = {code: f"{LEVELS[rows[code]['level']]}指标：{rows[code]['zh']}" for code in shown}
    return tuple(GradeColumn(Column(f"score_{code}", headings[code], "float", 9, folded=True)) for code in shown)


def folded_last(columns: Iterable[GradeColumn]) -> tuple[GradeColumn, ...]:
    """What is printed first, what a workbook folds away behind it."""
    return tuple(sorted(columns, key=lambda one: one.column.folded))


def shower(
    columns: Sequence[GradeColumn], words: Labels | None, rules: InForce
) -> Callable[[Iterable[object]], list[object]]:
    """A function that brings one row of these columns into words, or into machine codes without labels."""
    branches = {row["branch"]: row["branch_name"] for row in rules.table("sei_rules")}
    kinds = [column.words for column in columns]

    def cell(kind: str, value: object) -> object:
        if kind == "verdict":
            code = CANNOT_SAY if value is None else "yes" if value else "no"
            return words.word("yes_no", code) if words else value
        if words is None or not kind or not isinstance(value, str):
            return value
        codes = [code for code in value.split(";") if code]
        if kind == "drivers":
            return "；".join(_driver(words, *code.split(":")) for code in codes)
        if kind == "sei_branch":
            return "；".join(f"{code} {branches.get(code, '')}".strip() for code in codes)
        return "；".join(words.word(kind, code) for code in codes)

    return lambda row: [cell(kind, value) for kind, value in zip(kinds, row, strict=True)]


def _driver(words: Labels, indicator: str, points: str, band: str, change: str) -> str:
    """剩余法定期限 90（优）+22.13; change: points that it brings, or loses where it begins with a minus."""
    return f"{words.word('indicator', indicator)} {points}（{words.word('score_band', band)}）{change}"

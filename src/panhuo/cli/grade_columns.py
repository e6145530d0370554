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


def _part(code: str, heading: str) -> GradeColumn:
    return GradeColumn(Column(f"part_{code}", f"分项：{heading}", "float", 9, folded=True))


GRADE = (
    GradeColumn(Column("grade", "筛选等级", "text", 8)),
    GradeColumn(Column("screening_score", "筛选得分", "float", 10)),
    GradeColumn(Column("screening_confidence", "可信度", "share", 8)),
    GradeColumn(Column("screening_missing", "缺少的部分", "long", 30), "screening_part"),
    GradeColumn(Column("grade_reason", "未评级原因", "text", 16), "grade_reason"),
    GradeColumn(Column("flags", "提示", "long", 24), "grade_flag"),
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
PARTS = (
    _part("right_stability", "权利稳定性"),
    _part("protection_scope", "保护范围"),
    _part("dependency", "依赖度"),
    _part("advancement", "技术先进性"),
    _part("field_trend", "领域态势"),
    _part("maturity", "技术成熟度"),
    _part("remaining_life", "剩余寿命"),
    _part("operation", "运营状况"),
    _part("family_layout", "同族布局"),
)
PEERS = (
    GradeColumn(Column("too_few_peers", "同组过少、无法比较的指标", "long", 24), "measure"),
    *_measure("citations", "被引"),
    *_measure("claims", "权利要求"),
    *_measure("family", "同族"),
    *_measure("grant_lag", "授权周期"),
    *_measure("remaining_term", "剩余期限"),
)
NOTE = "筛选等级的权重为本系统占位值，非GB/T 42748附录权重。空白或“无法判断”表示事实不足。"


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
        if kind == "sei_branch":
            return "；".join(f"{code} {branches.get(code, '')}".strip() for code in codes)
        return "；".join(words.word(kind, code) for code in codes)

    return lambda row: [cell(kind, value) for kind, value in zip(kinds, row, strict=True)]

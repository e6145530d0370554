"""panhuo grade: high-value cases, peers, screening grade of every patent as at a day."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.adapters.writers.columns import Column
from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say
from panhuo.terms.kinds import PATENT_TYPES

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.adapters.tables.protocol import Tables
    from panhuo.rules import InForce

ASSET_COLUMNS = (
    Column("publication_number", "公开（公告）号", "text", 18),
    Column("application_number", "专利号", "text", 18),
    Column("title", "专利名称", "text", 36),
    Column("ip_type", "类型", "text", 10),
    Column("first_owner", "第一权利人", "text", 26),
    Column("owner_type", "权利人类型", "text", 12),
    Column("region_code", "地区代码", "text", 10),
    Column("filing_date", "申请日", "date"),
    Column("grant_date", "授权公告日", "date"),
)
GRADE_COLUMNS = (
    Column("status", "法律状态", "text", 14),
    Column("grade", "筛选等级", "text", 8),
    Column("screening_score", "筛选得分", "float", 10),
    Column("screening_confidence", "可信度", "share", 8),
    Column("screening_missing", "缺少的部分", "long", 30),
    Column("grade_reason", "等级说明", "long", 24),
    Column("flags", "提示", "long", 24),
    Column("high_value", "高价值发明专利", "text", 10),
    Column("high_value_cases", "符合情形", "long", 24),
    Column("high_value_reason", "判定理由", "text", 18),
    *(
        column
        for code, heading in (
            ("sei", "战略性新兴产业"),
            ("overseas_family", "海外同族专利权"),
            ("maintained_over_10y", "维持超过10年"),
            ("high_pledge_amount", "较高质押融资金额"),
            ("award", "获奖"),
        )
        for column in (
            Column(code, heading, "text", 10),
            Column(f"{code}_reason", f"{heading}理由", "text", 16),
            Column(f"{code}_evidence", f"{heading}证据", "long", 24),
        )
    ),
    Column("sei_class", "战新判定", "text", 12),
    Column("sei_branches", "战新分支", "text", 14),
    Column("ipc_subclass", "IPC小类", "text", 8),
    Column("term_end", "期满终止日", "date"),
    *(
        column
        for code, heading in (
            ("citations", "被引"),
            ("claims", "权利要求"),
            ("family", "同族"),
            ("grant_lag", "授权周期"),
            ("remaining_term", "剩余期限"),
        )
        for column in (
            Column(f"{code}_index", f"{heading}指数", "float", 9),
            Column(f"{code}_percentile", f"{heading}分位", "share", 9),
            Column(f"{code}_peers", f"{heading}同组件数", "int", 9),
        )
    ),
    *(
        Column(f"part_{code}", f"分项：{heading}", "float", 9)
        for code, heading in (
            ("right_stability", "权利稳定性"),
            ("protection_scope", "保护范围"),
            ("dependency", "依赖度"),
            ("advancement", "技术先进性"),
            ("field_trend", "领域态势"),
            ("maturity", "技术成熟度"),
            ("remaining_life", "剩余寿命"),
            ("operation", "运营状况"),
            ("family_layout", "同族布局"),
        )
    ),
    *(
        column
        for code, heading in (
            ("advanced", "技术先进"),
            ("good_quality", "质量较高"),
            ("good_market", "市场前景好"),
            ("ready_to_use", "具备实施条件"),
        )
        for column in (
            Column(f"criterion_{code}", heading, "text", 10),
            Column(f"criterion_{code}_evidence", f"{heading}依据", "long", 24),
        )
    ),
)
NOTE = "筛选等级的权重为本系统占位值，非GB/T 42748附录权重。空白表示事实不足，无法判断。"


@command("grade")
@click.option("--at", "at", type=Day(), required=True, help="the day to stand on")
@click.option("--pack", "pack_name", metavar="PACK", help="policy pack [the home's]: national, shenzhen, a folder")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl")
def grade(*, home: Path, at: date, pack_name: str | None, out: Path) -> Answer:
    """Grade every patent: five cases of 高价值发明专利 with evidence, peers, screening grade A to D with its parts.

    \b
    Example: panhuo grade --at 2025-11-30 --out grade.xlsx
    """
    from panhuo.adapters.writers.tables import check_suffix
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    check_suffix(out)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        answer = _grade(place, load_pack(pack_name or place.pack).at(at), out)
    say(
        f"{at}: {answer['graded']} living patents graded {answer['grades']}, {answer['high_value']} high-value "
        f"inventions, of {answer['high_value_cannot_say']} nobody can say. Wrote {out}."
    )
    return answer


def _grade(place: Home, rules: InForce, out: Path) -> Answer:
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.desk.history import record_run
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.grading import grade_register

    projection = current_projection(place, rules)
    graded = grade_register(place, projection, rules)
    with open_tables(projection.paths()) as tables:
        tables.add("graded", graded)
        figures = _figures(tables)
        run = record_run(
            "grade",
            at=rules.day,
            rules=rules,
            inputs_digest=projection.version,
            params={},
            results=figures,
            made_at=now(),
        )
        kept = place.runs / run.id / "grade.parquet"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(graded, kept)
        _write(tables, rules, run.id, out)
    return Answer(**figures, at=rules.day, pack=rules.pack, pack_version=rules.version, run=run.id, out=str(out))


def _figures(tables: Tables) -> dict[str, Any]:
    from panhuo.engine.grading import CASES

    graded = tables["graded"].join(tables["assets"].select("asset_id", "ip_type"), "asset_id")
    graded = graded.filter(graded.ip_type.isin([*PATENT_TYPES]))
    grades: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    high = unclear = 0
    for letter, is_high, *met in tables.rows(graded.select("grade", "high_value", *CASES)):
        grades[letter or ""] += 1
        high += is_high is True
        unclear += is_high is None
        if is_high:
            cases.update(case for case, is_met in zip(CASES, met, strict=True) if is_met)
    ungraded = grades.pop("", 0)
    return {
        "patents": sum(grades.values()) + ungraded,
        "graded": sum(grades.values()),
        "ungraded": ungraded,
        "grades": dict(sorted(grades.items())),
        "high_value": high,
        "high_value_cannot_say": unclear,
        "high_value_cases": dict(sorted(cases.items())),
    }


def _write(tables: Tables, rules: InForce, run: str, out: Path) -> None:
    from panhuo.adapters.writers.tables import write_rows
    from panhuo.engine.grading import cases_met, missing_parts
    from panhuo.rules.labels import Labels

    words = Labels(rules) if out.suffix.lower() == ".xlsx" else None
    columns = (*ASSET_COLUMNS, *GRADE_COLUMNS)
    assets, graded = tables["assets"], tables["graded"]
    said = graded.mutate(high_value_cases=cases_met(graded), screening_missing=missing_parts(graded))
    shown = (
        assets.select("asset_id", *(c.key for c in ASSET_COLUMNS), ipc_subclass=assets.ipc_main.substr(0, 4))
        .join(said, "asset_id")
        .order_by("asset_id")
        .select(*(column.key for column in columns))
    )
    notes = (f"查询日 {rules.day}，规则包 {rules.pack} {rules.version}，Run {run}", NOTE)
    write_rows(out, columns, _rows(tables, shown, columns, words), sheet_title="专利分级", notes=notes)


def _rows(tables: Tables, shown: Any, columns: tuple[Column, ...], words: Any) -> Iterator[list[object]]:
    labelled = {"ip_type": "ip_type", "owner_type": "owner_type", "status": "legal_status"}
    kinds = [labelled.get(column.key, "yes_no" if column.kind == "text" else "") for column in columns]
    for row in tables.rows(shown):
        if words is None:
            yield list(row)
        else:
            yield [_in_words(words, kind, cell) for kind, cell in zip(kinds, row, strict=True)]


def _in_words(words: Any, kind: str, cell: object) -> object:
    if isinstance(cell, bool):
        return words.word("yes_no", "yes" if cell else "no")
    return words.word(kind, cell) if kind and isinstance(cell, str) else cell

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
from panhuo.cli.grade_columns import (
    CRITERIA,
    GRADE,
    HIGH_VALUE,
    INDUSTRY,
    NOTE,
    PARTS,
    PEERS,
    GradeColumn,
    folded_last,
    shower,
)
from panhuo.cli.list_notes import stands_on, synthetic_head
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import PATENT_TYPES

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.adapters.tables.protocol import Tables
    from panhuo.rules import InForce
    from panhuo.rules.labels import Labels

ASSET_COLUMNS = (
    Column("publication_number", "公开（公告）号", "text", 18),
    Column("application_number", "专利号", "text", 18),
    Column("title", "专利名称", "long", 30),
    Column("ip_type", "类型", "text", 10),
    Column("first_owner", "第一权利人", "long", 20),
    Column("owner_type", "权利人类型", "text", 12),
    Column("region_code", "地区代码", "text", 10),
    Column("filing_date", "申请日", "date"),
    Column("grant_date", "授权公告日", "date"),
    Column("status", "法律状态", "text", 14),
)
TITLE = "专利分级"
GRADE_COLUMNS = folded_last(
    (
        *GRADE,
        *HIGH_VALUE,
        *INDUSTRY,
        GradeColumn(Column("ipc_subclass", "IPC小类", "text", 8)),
        GradeColumn(Column("term_end", "期满终止日", "date")),
        *CRITERIA,
        *PARTS,
        *PEERS,
    )
)


@command("grade")
@click.option("--at", "at", type=Day(), required=True, help="the day to stand on")
@click.option("--pack", "pack_name", metavar="PACK", help="policy pack [the home's]: national, shenzhen, a folder")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl")
@click.option("--statistics", type=click.Path(path_type=Path), help="high-value figures: .xlsx .csv .parquet .jsonl")
def grade(*, home: Path, at: date, pack_name: str | None, out: Path, statistics: Path | None) -> Answer:
    """Grade every patent: five cases of 高价值发明专利 with evidence, peers, screening grade A to D with its parts.

    \b
    Example: panhuo grade --at 2025-11-30 --out grade.xlsx
    """
    from panhuo.adapters.writers.tables import check_target
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    check_target(out)
    if statistics is not None:
        if statistics.resolve() == out.resolve():
            raise DomainError(
                f"--out and --statistics both name {out}. Give each a file of its own.", code="wrong_call"
            )
        check_target(statistics)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        answer = _grade(place, load_pack(pack_name or place.pack).at(at), out, statistics)
    say(
        f"{at}: {answer['graded']} patents graded {answer['grades']}, {answer['high_value']} high-value "
        f"inventions, of {answer['high_value_cannot_say']} nobody can say. Wrote {out}."
    )
    return answer


def _grade(place: Home, rules: InForce, out: Path, statistics: Path | None) -> Answer:
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.cli.grade_statistics import GradeStatistics
    from panhuo.desk.history import record_run
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.grading import grade_register

    projection = current_projection(place, rules)
    graded = grade_register(projection, rules)
    with open_tables(projection.paths()) as tables:
        tables.add("graded", graded)
        told = GradeStatistics(tables, rules)
        figures = _figures(tables) | {"statistics": told.compact()}
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
        _write(tables, place, rules, run.id, out)
        if statistics is not None:
            told.write(statistics, place, rules, run=run.id)
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


def _write(tables: Tables, place: Home, rules: InForce, run: str, out: Path) -> None:
    from panhuo.adapters.writers.tables import write_rows
    from panhuo.engine.grading import cases_met, missing_parts, too_few_peers
    from panhuo.rules.labels import Labels

    words = Labels(rules) if out.suffix.lower() == ".xlsx" else None
    columns = (*ASSET_COLUMNS, *(one.column for one in GRADE_COLUMNS))
    assets, graded = tables["assets"], tables["graded"]
    said = graded.mutate(
        high_value_cases=cases_met(graded),
        screening_missing=missing_parts(graded),
        too_few_peers=too_few_peers(graded),
    )
    shown = (
        assets.select("asset_id", *(c.key for c in ASSET_COLUMNS[:-1]), ipc_subclass=assets.ipc_main.substr(0, 4))
        .join(said, "asset_id")
        .order_by("asset_id")
        .select(*(column.key for column in columns))
    )
    notes, head = (stands_on(rules, run), NOTE), synthetic_head(place, rules, TITLE)
    explain = words.notes(column.key for column in columns) if words else None
    rows = _rows(tables, shown, words, rules)
    write_rows(out, columns, rows, sheet_title=TITLE, head=head, notes=notes, explain=explain)


def _rows(tables: Tables, shown: Any, words: Labels | None, rules: InForce) -> Iterator[list[object]]:
    kinds = {"ip_type": "ip_type", "owner_type": "owner_type", "status": "legal_status"}
    asset = [kinds.get(column.key, "") for column in ASSET_COLUMNS]
    grade_cells = shower(GRADE_COLUMNS, words, rules)
    for row in tables.rows(shown):
        first = [
            words.word(kind, cell) if words and kind and isinstance(cell, str) else cell
            for kind, cell in zip(asset, row, strict=False)
        ]
        yield [*first, *grade_cells(row[len(asset) :])]

"""panhuo grade: high-value cases, peers and the grade of a scene of every patent as at a day."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.grade_columns import (
    CRITERIA,
    GRADE,
    HIGH_VALUE,
    INDUSTRY,
    PEERS,
    SCENE,
    GradeColumn,
    folded_last,
    grade_note,
    indicator_shown,
    shower,
)
from panhuo.adapters.writers.list_notes import stands_on, synthetic_head
from panhuo.cli.asked_patents import asked_ids, named_once
from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say
from panhuo.cli.rejected_rows import tell_rejects
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import PATENT_TYPES

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.adapters.tables.protocol import Tables
    from panhuo.cli.expert_scores import ExpertScores
    from panhuo.desk.registry.export import Projection
    from panhuo.engine.grading import Scheme
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


@command("grade")
@click.option("--at", "at", type=Day(), required=True, help="the day to stand on")
@click.option("--pack", "pack_name", metavar="PACK", help="policy pack [the home's]: national, shenzhen, a folder")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl")
@click.option("--patent", "patents", metavar="NUMBER", help="these patents only; peers are those of the register")
@click.option("--list", "listed", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="the same from a file that import reads")  # fmt: skip
@click.option("--scene", default="management", show_default=True,
              help="licence_transfer, finance, reporting, remedy, management or other")  # fmt: skip
@click.option("--experts", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="scores by people: a table with patent, indicator, points, scorer, day")  # fmt: skip
@click.option("--infringed-on", type=Day(), help="remedy: day of the infringement; a lapsed right may be valued")
@click.option("--pledge-check", "number", metavar="NUMBER",
              help="write 质押登记预审单 of one patent instead: .xlsx .html .jsonl .csv")  # fmt: skip
@click.option("--inputs", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="pledge check: what the parties tell, YAML (docs/outputs.md)")  # fmt: skip
@click.option("--statistics", type=click.Path(path_type=Path), help="high-value figures: .xlsx .csv .parquet .jsonl")
def grade(
    *,
    home: Path,
    at: date,
    pack_name: str | None,
    out: Path,
    patents: str | None,
    listed: Path | None,
    scene: str,
    experts: Path | None,
    infringed_on: date | None,
    number: str | None,
    inputs: Path | None,
    statistics: Path | None,
) -> Answer:
    """Grade every patent in a scene: indicators, confidence, vetoes; five cases of 高价值发明专利, peers.

    \b
    Example: panhuo grade --at 2025-11-30 --out grade.xlsx
             panhuo grade --at 2025-11-30 --patent ZL201810000000.0 --out one.xlsx
             panhuo grade --at 2025-11-30 --scene finance --pledge-check ZL201810000000.0 --out check.html
    """
    from panhuo.adapters.writers.tables import check_target
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    named = named_once(patents, listed)
    _check_call(scene, infringed_on, number, inputs, statistics, named or experts, at=at)
    if number is not None:
        from panhuo.cli.pledge_check_job import pledge_check_of

        place = home_to_write(home)
        with place.writing():
            open_register(place, write=True)
            return pledge_check_of(place, load_pack(pack_name or place.pack).at(at), number, inputs, out)
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
        rules = load_pack(pack_name or place.pack).at(at)
        answer = _grade(
            place, rules, out, statistics, scene=scene, infringed_on=infringed_on, named=named, experts=experts
        )
    say(
        f"{at}, {scene}: {answer['graded']} patents graded {answer['grades']} "
        f"({answer['scheme']}, {answer['notice']}), {answer['high_value']} high-value "
        f"inventions, of {answer['high_value_cannot_say']} nobody can say. Wrote {out}."
    )
    return answer


def _check_call(
    scene: str,
    infringed_on: date | None,
    number: str | None,
    inputs: Path | None,
    statistics: Path | None,
    named: str | Path | None,
    *,
    at: date,
) -> None:
    """Raises: DomainError wrong_call for options that mean nothing together."""
    from panhuo.engine.grading.scheme import FINANCE, REMEDY

    wrong = ""
    if infringed_on is not None and scene != REMEDY:
        wrong = f"--infringed-on is for --scene {REMEDY}, not for {scene}."
    elif inputs is not None and number is None:
        wrong = "--inputs is for --pledge-check NUMBER."
    elif number is not None and scene not in ("management", FINANCE):
        wrong = f"A pledge check stands in the scene {FINANCE}, not in {scene}."
    elif number is not None and statistics is not None:
        wrong = "--statistics is about the whole register, --pledge-check about one patent."
    elif named is not None and (number is not None or statistics is not None):
        wrong = "--pledge-check and --statistics go with none of --patent, --list and --experts."
    if wrong:
        raise DomainError(f"{wrong} Leave one of them out.", code="wrong_call")
    if infringed_on is not None and infringed_on > at:
        raise DomainError(
            f"--infringed-on {infringed_on} lies after --at {at}: on that day nobody knows of it. Name an earlier day.",
            code="wrong_call",
        )


def _grade(
    place: Home,
    rules: InForce,
    out: Path,
    statistics: Path | None,
    *,
    scene: str,
    infringed_on: date | None,
    named: str | None,
    experts: Path | None,
) -> Answer:
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.cli.grade_statistics import GradeStatistics
    from panhuo.desk.history import record_run
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.grading import grade_register
    from panhuo.engine.grading import DEFAULT_SCENE, read_scheme

    projection = current_projection(place, rules)
    scheme = read_scheme(rules, scene)
    people = _by_people(experts, projection, rules, scheme)
    graded = grade_register(
        projection, rules, scene=scene, infringed_on=infringed_on, experts=people.stored if people else None
    )
    command_name = "grade" if scene == DEFAULT_SCENE else f"grade {scene}"  # other lists read those of DEFAULT_SCENE
    with open_tables(projection.paths()) as tables:
        tables.add("graded", graded)
        ids = None if named is None else asked_ids(named, tables)
        told = GradeStatistics(tables, rules)
        figures = _figures(tables, ids) | ({"statistics": told.compact()} if ids is None else {})
        run = record_run(
            command_name if ids is None else f"{command_name} of some",
            at=rules.day,
            rules=rules,
            inputs_digest=projection.version,
            params={"scene": scene, "infringed_on": str(infringed_on or "")}
            | ({"patents": ids} if ids else {})
            | ({"experts": people.scores.digest, "scores": len(people.scores.rows)} if people else {}),
            results=figures,
            made_at=now(),
        )
        if ids is None:
            kept = place.runs / run.id / "grade.parquet"
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(graded, kept)
            if people:
                shutil.copyfile(people.stored, kept.with_name("experts.parquet"))
        _write(tables, place, rules, run.id, out, scheme, ids)
        if statistics is not None:
            told.write(statistics, place, rules, run=run.id)
    said = {"scene": scene, "scheme": scheme.name, "notice": scheme.notice}
    told_of = {"at": rules.day, "pack": rules.pack, "pack_version": rules.version, "run": run.id, "out": str(out)}
    answer = Answer(**figures, **said, **told_of)
    if people and experts:
        answer["scores"] = len(people.scores.rows)
        if people.scores.left_out:
            say(f"Columns that are not read were left out: {', '.join(people.scores.left_out)}")
        tell_rejects(answer, people.scores.rejects, experts)
    return answer


@dataclass(frozen=True, slots=True)
class _People:
    """Scores that people gave, and the file in the projection that holds them."""

    scores: ExpertScores
    stored: Path


def _by_people(experts: Path | None, projection: Projection, rules: InForce, scheme: Scheme) -> _People | None:
    """Raises: DomainError no_score where the file has no row that can be used."""
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.cli.expert_scores import read_expert_scores
    from panhuo.desk.registry.export import write_table
    from panhuo.engine.grading import EXPERT_SCORES

    if experts is None:
        return None
    with open_tables(projection.paths()) as tables:
        found = read_expert_scores(experts, rules, scheme, tables)
    if not found.rows:
        why = f" Row {found.rejects[0].row}: {found.rejects[0].message}" if found.rejects else ""
        raise DomainError(f"{experts} holds no score that can be used.{why}", code="no_score", file=str(experts))
    stored = projection.folder / f"experts-{scheme.scene}-{found.digest[:12]}.parquet"
    write_table(stored, EXPERT_SCORES, [found.rows])
    return _People(found, stored)


def _only(table: Any, ids: list[int] | None) -> Any:
    """Rows of some assets; all rows without ids."""
    import ibis

    if ids is None:
        return table
    return table.semi_join(ibis.memtable({"asset_id": ids}, schema={"asset_id": "int64"}), "asset_id")


def _figures(tables: Tables, ids: list[int] | None) -> dict[str, Any]:
    from panhuo.engine.grading import CASES

    graded = _only(tables["graded"], ids).join(tables["assets"].select("asset_id", "ip_type"), "asset_id")
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


def _columns(rules: InForce, scheme: Scheme) -> tuple[GradeColumn, ...]:
    return folded_last(
        (
            *GRADE,
            *SCENE,
            *HIGH_VALUE,
            *INDUSTRY,
            GradeColumn(Column("ipc_subclass", "IPC小类", "text", 8)),
            GradeColumn(Column("term_end", "期满终止日", "date")),
            *CRITERIA,
            *indicator_shown(rules, (one.code for one in scheme.indicators)),
            *PEERS,
        )
    )


def _write(
    tables: Tables, place: Home, rules: InForce, run: str, out: Path, scheme: Scheme, ids: list[int] | None
) -> None:
    import ibis

    from panhuo.adapters.writers.grade_drivers import DRIVERS
    from panhuo.adapters.writers.tables import write_rows
    from panhuo.engine.grading import cases_met, missing_indicators, too_few_peers
    from panhuo.rules.labels import Labels

    words = Labels(rules) if out.suffix.lower() == ".xlsx" else None
    grade_columns = _columns(rules, scheme)
    columns = (*ASSET_COLUMNS, *(one.column for one in grade_columns))
    assets, graded = tables["assets"], _only(tables["graded"], ids)
    said = graded.mutate(
        high_value_cases=cases_met(graded),
        value_missing=missing_indicators(graded, scheme),
        too_few_peers=too_few_peers(graded),
        **dict.fromkeys(DRIVERS, ibis.literal("")),
    )
    shown = (
        assets.select("asset_id", *(c.key for c in ASSET_COLUMNS[:-1]), ipc_subclass=assets.ipc_main.substr(0, 4))
        .join(said, "asset_id")
        .order_by("asset_id")
        .select(*(column.key for column in columns))
    )
    notes, head = (stands_on(rules, run), grade_note(rules)), synthetic_head(place, rules, TITLE)
    explain = words.notes(column.key for column in columns) if words else None
    rows = _rows(tables, shown, words, rules, grade_columns, scheme)
    write_rows(out, columns, rows, sheet_title=TITLE, head=head, notes=notes, explain=explain)


def _rows(
    tables: Tables,
    shown: Any,
    words: Labels | None,
    rules: InForce,
    grade_columns: tuple[GradeColumn, ...],
    scheme: Scheme,
) -> Iterator[list[object]]:
    from panhuo.adapters.writers.grade_drivers import DriverCells

    kinds = {"ip_type": "ip_type", "owner_type": "owner_type", "status": "legal_status"}
    asset = [kinds.get(column.key, "") for column in ASSET_COLUMNS]
    grade_cells = shower(grade_columns, words, rules)
    told = DriverCells(scheme, rules, [column.key for column in grade_columns])
    for row in tables.rows(shown):
        first = [
            words.word(kind, cell) if words and kind and isinstance(cell, str) else cell
            for kind, cell in zip(asset, row, strict=False)
        ]
        yield [*first, *grade_cells(told.filled(row[len(asset) :]))]

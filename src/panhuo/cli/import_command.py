"""panhuo import: read files into the register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from panhuo.cli.frame import Answer, Day, command, home_to_write, say, show, today
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.registry.intake import Batch, FileReport

SUMS = ("rows", "new", "changed", "unchanged", "waiting", "rejected")


@command("import")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "forced", metavar="F", help="read as this format instead of detecting it")
@click.option("--as-of", "as_of", type=Day(), help="day an export speaks for")
@click.option(
    "--rejects",
    "rejects_out",
    type=click.Path(path_type=Path),
    help="write rows not taken (.xlsx .csv .jsonl)",
)
@click.option("--strict", is_flag=True, help="exit 1 when a row was rejected")
@click.option("--list-formats", is_flag=True, help="print the formats that can be read")
def import_files(
    *,
    home: Path,
    paths: tuple[Path, ...],
    forced: str | None,
    as_of: date | None,
    rejects_out: Path | None,
    strict: bool,
    list_formats: bool,
) -> Answer:
    """Read files, folders and archives into the register; the same file again changes nothing.

    \b
    Example: panhuo import exports/ ledger.xlsx --as-of 2025-11-30 --rejects rejects.xlsx
    """
    if list_formats:
        return _list_formats()
    if not paths:
        raise DomainError("Name at least one file or folder: panhuo import FILE...", code="wrong_call")
    from panhuo.adapters.writers.tables import check_target
    from panhuo.desk.registry.opening import open_register

    if rejects_out is not None:
        check_target(rejects_out)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        reports = _import_all(place.pack, paths, forced, as_of)
    return _answer(reports, rejects_out, strict=strict)


def _import_all(pack: str, paths: tuple[Path, ...], forced: str | None, as_of: date | None) -> list[FileReport]:
    from panhuo.adapters.readers.detect import open_sources
    from panhuo.desk.registry.intake import FileReport, Intake
    from panhuo.rules import load_pack

    day = today()
    intake = Intake(load_pack(pack).at(as_of or day), today=day, as_of=as_of, forced=forced)
    reports: list[FileReport] = []
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console,
        transient=True, disable=not console.is_terminal,
    ) as progress:  # fmt: skip
        for path in paths:
            if not path.exists():
                reports.append(FileReport(file=str(path), refused=f"{path} does not exist."))
                say(f"refused {path}: it does not exist")
                continue
            before = len(reports)
            for source in open_sources(path):
                task = progress.add_task(Path(source.name).name, total=None)

                def acknowledge(batch: Batch, task: Any = task) -> None:
                    progress.update(task, completed=batch.through)
                    say(f"acknowledged batch {batch.number} rows {batch.rows} through {batch.through} of {batch.file}")

                report = intake.read(source, acknowledge=acknowledge)
                progress.remove_task(task)
                _say_file(report)
                reports.append(report)
            if len(reports) == before:
                say(f"{path} holds no file to read.")
    return reports


def _say_file(report: FileReport) -> None:
    if report.refused:
        say(f"refused {report.file}: {report.refused}")
        return
    counts = report.counts
    say(
        f"{report.file}: {report.format} ({report.because}); {report.rows} rows, {counts.new} new,"
        f" {counts.changed} changed, {counts.unchanged} unchanged, {counts.waiting} waiting, {report.rejected} rejected"
    )
    for member in report.refused_members[:20]:
        say(f"refused {member['member']}: {member['message']}")
    if report.rows and report.rejected == report.rows:
        say(f"{report.file} was read, and no row of it was taken; first reason: {report.rejects[0].message}")
    elif not report.rows:
        say(f"{report.file} was read; it holds no rows.")


def _answer(reports: list[FileReport], rejects_out: Path | None, *, strict: bool) -> Answer:
    files = [_file(report) for report in reports]
    answer = Answer(files=files, **{name: sum(file[name] for file in files) for name in SUMS})
    if rejects_out is not None:
        answer["rejects"] = str(rejects_out)
        _write_rejects(rejects_out, reports)
    refused = [report for report in reports if report.refused or report.refused_members]
    if refused:
        answer.exit_code = 2
        answer["refused"] = len(refused)
        first = refused[0]
        message = first.refused or first.refused_members[0]["message"]
        answer["error"] = {"code": "refused_file", "message": message, "file": first.file}
    elif strict and answer["rejected"]:
        answer.exit_code = 1
    return answer


def _file(report: FileReport) -> dict[str, Any]:
    found: dict[str, Any] = {
        "file": report.file,
        "format": report.format,
        "because": report.because,
        "rows": report.rows,
        "new": report.counts.new,
        "changed": report.counts.changed,
        "unchanged": report.counts.unchanged,
        "waiting": report.counts.waiting,
        "rejected": report.rejected,
        "reasons": _reasons(report),
    }
    if report.refused:
        found["refused"] = report.refused
    if report.refused_members:
        found["refused_members"] = report.refused_members
    return found


def _reasons(report: FileReport) -> dict[str, int]:
    found: dict[str, int] = {}
    for reject in report.rejects:
        found[reject.code] = found.get(reject.code, 0) + 1
    return found


def _write_rejects(path: Path, reports: list[FileReport]) -> None:
    from panhuo.adapters.writers.tables import Column, write_rows

    columns = (
        Column("file", "文件", "text", 40),
        Column("member", "工作表/成员", "text", 24),
        Column("row", "行号", "int", 8),
        Column("column", "列", "text", 24),
        Column("value", "内容", "text", 32),
        Column("code", "原因代码", "text", 24),
        Column("message", "原因", "long", 60),
    )

    def rows() -> Iterator[tuple[object, ...]]:
        for report in reports:
            for reject in report.rejects:
                yield (
                    report.file, reject.member, reject.row, reject.column, reject.value, reject.code, reject.message,
                )  # fmt: skip

    write_rows(path, columns, rows(), sheet_title="未入库行")


def _list_formats() -> Answer:
    from panhuo.adapters.readers.detect import all_readers

    formats = [
        {
            "name": reader.name,
            "label": reader.label,
            "kinds": list(reader.kinds),
            "looked_for": reader.looked_for,
        }
        for reader in all_readers()
    ]
    for found in formats:
        show(f"{found['name']:<24} {found['label']} — {found['looked_for']}")
    return Answer(formats=formats)

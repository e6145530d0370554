"""panhuo packs: prove packs before a figure rests on them, compare them, load a licensed scheme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from panhuo.cli.case_functions import case_functions
from panhuo.cli.frame import Answer, command, say
from panhuo.cli.packs_diff import diff
from panhuo.cli.packs_import_standard import import_standard
from panhuo.rules.checking import PackReport, report_on
from panhuo.rules.errors import BadPack
from panhuo.rules.loading import own_packs
from panhuo.rules.problems import Problem


@click.group("packs")
def packs() -> None:
    """Rules as data: check and compare the packs that come with the product, or your own."""


@command("check", epilog="Example: panhuo packs check rules/my_city")
@click.argument("folder", required=False, metavar="[FOLDER]")
def check(*, home: Any, folder: str | None) -> Answer:
    """Prove a pack, a folder of packs, or by default all of our own; exit code 2 when anything is wrong."""
    reports = [report_on(one, functions=case_functions()) for one in _folders(folder)]
    for report in reports:
        _tell(report)
    answer = Answer(packs=[_as_json(report) for report in reports])
    answer["problems"] = sum(len(report.problems) for report in reports)
    answer.exit_code = 2 if answer["problems"] else 0
    return answer


packs.add_command(check)
packs.add_command(diff)
packs.add_command(import_standard)


def _folders(named: str | None) -> list[Path]:
    """The pack in a folder, the packs in its subfolders, or our own. Raises: BadPack when there is none."""
    if named is None:
        return list(own_packs())
    folder = Path(named)
    if (folder / "pack.yaml").is_file():
        return [folder]
    found = sorted(path.parent for path in folder.glob("*/pack.yaml"))
    if not found:
        raise BadPack(
            f"{named} holds no pack: neither it nor a folder in it has a pack.yaml. docs/packs.md shows what one is.",
            file=named,
            line=0,
        )
    return found


def _tell(report: PackReport) -> None:
    counts = f"{report.parameters} rules, {report.tables} tables, {report.cases} cases"
    say(f"{report.name}: {counts}, {len(report.problems) or 'no'} problems")
    for mark, told in (("", report.problems), ("note: ", report.notes)):
        for problem in told:
            place = f"{problem.file}, {problem.where}" if problem.where else problem.file
            say(f"  {mark}{place}: {problem.message}")


def _as_json(report: PackReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "parameters": report.parameters,
        "tables": report.tables,
        "cases": report.cases,
        "problems": [_told(problem) for problem in report.problems],
        "notes": [_told(note) for note in report.notes],
    }


def _told(problem: Problem) -> dict[str, Any]:
    return {"file": problem.file, "where": problem.where, "line": problem.line, "message": problem.message}

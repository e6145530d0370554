"""Proves a pack: its form, what it must supply, that its tables hold what they say, and its worked cases."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from panhuo.rules import required
from panhuo.rules.cases import CaseFunction, read_cases, run_cases
from panhuo.rules.errors import BadPack
from panhuo.rules.loading import (
    PackFiles,
    find_folder,
    lint_chain,
    load_pack,
    pack_files,
    read_chain,
    read_files,
)
from panhuo.rules.pack import Pack
from panhuo.rules.problems import Problem, damage
from panhuo.rules.table_check import check_table
from panhuo.rules.values import Parameter


@dataclass(frozen=True, slots=True)
class PackReport:
    """What the check found about one pack; parameters, tables and cases are its own, not its parents'.

    notes: what is worth a look and is no fault.
    """

    name: str
    parameters: int
    tables: int
    cases: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()


def check_pack(folder: str | Path, *, functions: Mapping[str, CaseFunction] | None = None) -> list[Problem]:
    """All that is wrong with a pack, fatal or not, in the order of its files.

    Args:
        functions: what answers the pack's cases, by the name under `expect`; None checks their form only.
    Raises: BadPack when there is no pack.yaml.
    """
    return list(report_on(folder, functions=functions).problems)


def report_on(folder: str | Path, *, functions: Mapping[str, CaseFunction] | None = None) -> PackReport:
    """check_pack with the numbers of what was looked at."""
    found = find_folder(folder)
    files = read_files(found)
    problems = list(files.problems)
    problems += _stray_files(found)
    cases, said = read_cases(found)
    problems += said
    problems += _spelling(files.parameters.values())
    refused, notes = _linted(found, files)
    problems += refused
    pack = None if refused or any(problem.fatal for problem in files.problems) else _load(found, problems)
    if pack is not None:
        problems += _against_parents(files, pack)
        problems += _required(pack)
        for name in files.tables:
            own = len(files.tables[name].rows)
            table = pack.tables[name]
            problems += check_table(table, pack.tables, own_from=len(table.rows) - own)
        if functions is not None:
            problems += run_cases(pack, cases, functions)
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line))
    name = files.name or found.name
    return PackReport(name, len(files.parameters), len(files.tables), len(cases), tuple(ordered), tuple(notes))


def _linted(folder: Path, files: PackFiles) -> tuple[list[Problem], list[Problem]]:
    """All that the linter refuses, with its notes; nothing where pack or parents cannot be read, as loading tells."""
    if any(problem.fatal for problem in files.problems):
        return [], []
    try:
        chain = read_chain(folder)
    except BadPack:
        return [], []
    if any(problem.fatal for one in chain for problem in one.problems):
        return [], []
    return lint_chain(chain)


def _load(folder: Path, problems: list[Problem]) -> Pack | None:
    try:
        return load_pack(folder)
    except BadPack as error:
        problems.append(damage(error))
        return None


def _stray_files(folder: Path) -> Iterator[Problem]:
    """Files in a pack's folders that nobody reads, such as fees.yml: a slip that would go unnoticed."""
    tables = {path.stem for path in (folder / "tables").glob("*.csv")}
    for path in pack_files(folder):
        relative = path.relative_to(folder)
        room = relative.parts[0]
        read = (
            room in ("pack.yaml", "text", "indicators")
            or (room in ("parameters", "cases") and path.suffix == ".yaml")
            or (room == "tables" and len(relative.parts) == 2 and path.suffix == ".csv")
            or (room == "tables" and path.suffix == ".yaml" and path.stem in tables)
        )
        if not read:
            yield Problem(relative.as_posix(), "", "nobody reads this file; is its name or place a slip?", fatal=False)


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _spelling(parameters: Iterable[Parameter]) -> Iterator[Problem]:
    """Names within one pack that differ only in case, underscore or hyphen."""
    seen: dict[str, Parameter] = {}
    for parameter in parameters:
        other = seen.setdefault(_folded(parameter.name), parameter)
        if other.name != parameter.name:
            yield _about(parameter, f"differs only in spelling from {other.name} in {other.file}")


def _about(parameter: Parameter, message: str) -> Problem:
    where = f"line {parameter.line}, {parameter.name}"
    return Problem(parameter.file, where, message, fatal=False, line=parameter.line)


def _against_parents(files: PackFiles, pack: Pack) -> Iterator[Problem]:
    """Names must be those of a parent or of an engine area, and keep the parent's unit.

    A rule that nobody reads is a slip, or a promise that a change of it would do something.
    """
    above = load_pack(pack.folders[1]).parameters if files.parent else {}
    spelled = {_folded(name): name for name in above}
    asked = {name for needs in required.PARAMETERS.values() for name in needs}
    for name, parameter in files.parameters.items():
        if name in above:
            if parameter.unit is not above[name].unit:
                yield _about(parameter, f"is in {parameter.unit}, but in its parent in {above[name].unit}")
        elif _folded(name) in spelled:
            yield _about(parameter, f"differs only in spelling from {spelled[_folded(name)]} of its parent")
        elif name not in asked:
            near = difflib.get_close_matches(name, [*above, *asked], n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield _about(parameter, f"is read by no engine area and known to no parent{hint}")


def _required(pack: Pack) -> Iterator[Problem]:
    """Names, units, allowed words and tables that the engine areas ask for."""
    for area, needs in required.PARAMETERS.items():
        for name, need in needs.items():
            parameter = pack.parameters.get(name)
            if parameter is None:
                yield Problem("pack.yaml", name, f"the area {area!r} needs {name} in {need.unit}", fatal=False)
            else:
                yield from _unmet(parameter, need, area)
    for area, tables in required.TABLES.items():
        for name, columns in tables.items():
            table = pack.tables.get(name)
            if table is None:
                yield Problem("pack.yaml", name, f"the area {area!r} needs the table {name}", fatal=False)
                continue
            lacking = set(columns) - {column.name for column in table.columns}
            if lacking:
                text = f"the area {area!r} needs the columns {', '.join(sorted(lacking))}"
                yield Problem(table.file, "line 1", text, fatal=False, line=1)


def _unmet(parameter: Parameter, need: required.Need, area: str) -> Iterator[Problem]:
    if parameter.unit is not need.unit:
        yield _about(parameter, f"is in {parameter.unit}, but the area {area!r} needs {need.unit}")
        return
    if all(dated.value is None for dated in parameter.values) and not need.may_be_none:
        yield _about(parameter, f"has no value on any day, but the area {area!r} needs one")
    for dated in parameter.values:
        held = dated.value if isinstance(dated.value, tuple) else (dated.value,)
        for word in held:
            if need.allowed and word is not None and word not in need.allowed:
                yield _about(parameter, f"{word!r} is not one of {', '.join(need.allowed)}")

"""Inputs of a valuation from a YAML file, with the patents that the call names added from the register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from panhuo.cli.frame import say
from panhuo.engine.valuation import BadInputs
from panhuo.rules.errors import BadPack
from panhuo.rules.yaml_tree import Node, read_yaml
from panhuo.terms.errors import BadValue, DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.desk.registry.export import Projection
    from panhuo.rules import InForce

GRADES = "grades"
REGISTER = "register"
MOST_SHOWN = 20


class InputsFile:
    """told: the file as texts, lists and groups. Raises: BadValue code bad_inputs where it is no such file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            tree = read_yaml(path, shown=str(path))
        except BadPack as error:
            raise BadValue(error.message, code="bad_inputs", file=str(path)) from error
        doubled = next(iter(_doubled(tree)), None)
        if doubled:
            raise BadValue(
                f"{path}, line {doubled[1]}: {doubled[0]} stands twice. Leave one.", code="bad_inputs", file=str(path)
            )
        if not tree.pairs:
            raise BadValue(f"{path} states nothing; docs/algorithms/valuation.md shows inputs.", code="bad_inputs")
        plain = tree.plain()
        self.told: dict[str, Any] = plain if isinstance(plain, dict) else {}
        self._lines = dict(_lines(tree, ""))

    def where(self, place: str) -> str:
        """A place as people find it: the line of the entry, or of the nearest one around it."""
        around = place
        while around and around not in self._lines:
            around = around.rpartition("[" if around.endswith("]") else ".")[0]
        line = self._lines.get(around)
        return f"line {line}, {place}" if line else place

    def refused(self, error: BadInputs) -> DomainError:
        """All faults with their lines: the first in the sentence, the others told before it."""
        problems = error.fields["problems"]
        for place, message in problems[1:MOST_SHOWN]:
            say(f"{self.path}, {self.where(place.rstrip('.'))}: {message}")
        place, message = problems[0]
        more = f" The others ({len(problems) - 1}) are told above." if len(problems) > 1 else ""
        return BadValue(
            f"{self.path}, {self.where(place.rstrip('.'))}: {message}.{more}",
            code="bad_inputs",
            file=str(self.path),
            problems=tuple(problems),
        )


def with_patents(told: dict[str, Any], named: str, place: Home, rules: InForce) -> tuple[dict[str, Any], str]:
    """The inputs with the patents that a call names and their grades in the scene, as the register knows them on the
    base date, and the register's version. Grades that the file states stay.

    Raises: DomainError code patents_twice where the file names patents too; unknown_patent.
    """
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.cli.asked_patents import asked_patents
    from panhuo.desk.registry.export import current_projection
    from panhuo.engine.records.protection import term_end

    if told.get("patents"):
        raise DomainError("The inputs name patents, and so does --patents. Name them once.", code="patents_twice")
    projection = current_projection(place, rules)
    with open_tables(projection.paths()) as tables:
        asked = asked_patents(named, tables)
        if asked.unknown or asked.unread:
            number = [*asked.unknown, *asked.unread][0]
            raise DomainError(
                f"The register has no patent {number}. Import it first, or state it under patents of the inputs.",
                code="unknown_patent",
            )
        held = ibis.memtable({"asset_id": asked.ids}, schema={"asset_id": "int64"})
        assets = tables["assets"].semi_join(held, "asset_id")
        rows = assets.select(
            "asset_id",
            "application_number",
            "publication_number",
            "ip_type",
            "title",
            legal_end=term_end(assets, rules),
        )
        found = {row[0]: row[1:] for row in tables.rows(rows)}
    patents = [_patent(*found[one]) for one in asked.ids]
    if not told.get(GRADES):
        numbers = {one: patent["number"] for one, patent in zip(asked.ids, patents, strict=True)}
        told = {**told, GRADES: _grades(projection, rules, str(told.get("scene")), numbers)}
    return {**told, "patents": patents}, projection.version


def _grades(projection: Projection, rules: InForce, scene: str, numbers: dict[int, str]) -> list[dict[str, Any]]:
    """Points and findings of patents (asset_id -> number) as the inputs state them; none without such a scene."""
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.desk.registry.grading import grade_register
    from panhuo.engine.flows import FINDINGS
    from panhuo.engine.grading import UnknownScene, read_scheme
    from panhuo.engine.grading.scheme_alone import OUTSIDE

    try:
        leaves = [one.code for one in read_scheme(rules, scene).leaves]
    except UnknownScene as error:
        say(f"No grade: {error.message}")
        return []
    with open_tables({"graded": grade_register(projection, rules, scene=scene)}) as tables:
        held = tables["graded"].filter(tables["graded"].asset_id.isin([*numbers]))
        columns = ["asset_id", "grade_reason", *FINDINGS, *(f"score_{code}" for code in leaves)]
        rows = {row[0]: row for row in tables.rows(held.select(*columns))}
    found = []
    for one, number in numbers.items():
        _, reason, *cells = rows[one]
        lists = {name: cell.split(";") for name, cell in zip(FINDINGS, cells, strict=False) if cell}
        points = {
            code: f"{cell:g}" for code, cell in zip(leaves, cells[len(FINDINGS) :], strict=True) if cell is not None
        }
        told = {"number": number, "points": points, **lists}
        found.append(told | ({"outside": reason} if reason in OUTSIDE else {}))
    return found


def _patent(application: str, publication: str, ip_type: str, title: str, legal_end: object) -> dict[str, str]:
    told = {"number": application or publication, "ip_type": ip_type, "title": title}
    return told | ({"legal_end": str(legal_end), "legal_end_from": REGISTER} if legal_end else {})


def _lines(node: Node, path: str) -> Iterator[tuple[str, int]]:
    yield path, node.line
    for key, one in node.pairs.items():
        yield from _lines(one, f"{path}.{key}" if path else key)
    for number, one in enumerate(node.items, start=1):
        yield from _lines(one, f"{path}[{number}]")


def _doubled(node: Node) -> Iterator[tuple[str, int]]:
    yield from node.doubled
    for one in (*node.pairs.values(), *node.items):
        yield from _doubled(one)

"""Stated inputs from a YAML file: texts, lists and groups that remember their lines, for every command that asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from panhuo.cli.frame import say
from panhuo.engine.valuation import BadInputs
from panhuo.rules.errors import BadPack
from panhuo.rules.yaml_tree import Node, read_yaml
from panhuo.terms.errors import BadValue, DomainError

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
            raise BadValue(
                f"{path} states nothing; docs/outputs.md and docs/algorithms/valuation.md show inputs.",
                code="bad_inputs",
            )
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

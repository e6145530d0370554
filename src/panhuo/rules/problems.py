"""What is wrong with a pack, file by file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from panhuo.rules.errors import BadPack
from panhuo.rules.yaml_tree import Node


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the file inside the pack, the place in it, and one sentence.

    fatal: the pack cannot be loaded with it; others are only told by the check. is_damage: a whole file cannot be read.
    """

    file: str
    where: str
    message: str
    fatal: bool = True
    line: int = 0
    is_damage: bool = False


def damage(error: BadPack, file: str = "") -> Problem:
    """A problem from the error that reading a file raised."""
    line = int(error.fields.get("line") or 0)
    shown = file or str(error.fields.get("file") or "")
    return Problem(shown, f"line {line}" if line else "", error.message, fatal=True, line=line, is_damage=True)


@dataclass(slots=True)
class Problems:
    """Collects the problems of one file."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def at(self, line: int, name: str = "") -> Place:
        return self.Place(self, line, name)

    def add(self, message: str, *, line: int = 0, name: str = "", fatal: bool = True) -> None:
        where = f"line {line}" if line else ""
        if name:
            where = f"{where}, {name}" if where else name
        self.found.append(Problem(self.file, where, message, fatal, line))

    @dataclass(frozen=True, slots=True)
    class Place:
        """A line of the file, and the rule that it is about."""

        problems: Problems
        line: int
        name: str

        def add(self, message: str) -> None:
            """A fault that keeps the pack from being loaded."""
            self.problems.add(message, line=self.line, name=self.name)

        def note(self, message: str) -> None:
            """A fault that only the check tells."""
            self.problems.add(message, line=self.line, name=self.name, fatal=False)

        def only_keys(self, node: Node, known: Iterable[str]) -> None:
            known = tuple(known)
            if not isinstance(node.value, dict):
                self.add("is not a mapping of names to values")
            for key, line in node.doubled:
                self.problems.add(f"the key {key!r} stands twice", line=line, name=self.name)
            for key, item in node.pairs.items():
                if key not in known:
                    text = f"unknown key {key!r}; known are {', '.join(known)}"
                    self.problems.add(text, line=item.line, name=self.name)


Place = Problems.Place


def raise_first(found: Iterable[Problem], *, pack: str) -> None:
    """Raise BadPack for the first fatal problem of a pack, if there is one."""
    for problem in found:
        if problem.fatal:
            where = f" {problem.where}" if problem.where else ""
            said = problem.message if problem.is_damage else f"{problem.file}{where}: {problem.message}."
            raise BadPack(
                f"Pack {pack}: {said} Mend it; panhuo packs check lists all.", file=problem.file, line=problem.line
            )

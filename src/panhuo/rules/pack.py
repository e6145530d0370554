"""A pack with its parents' rules, and the rules of one day, which remember what was read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from panhuo.rules.errors import BadPack, NotInForce, UnknownRule, WrongUnit
from panhuo.rules.tables import Row, Table
from panhuo.rules.values import DatedValue, Parameter, Provenance, Status, Value


@dataclass(frozen=True, slots=True)
class Programme:
    """How far one programme of a pack was checked: its status and the years that someone verified."""

    name: str
    status: Status
    verified_years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules of one jurisdiction over those of its parents.

    folders: own folder first, then each parent's. digest: over the contents of all of them (cases left out).
    """

    name: str
    title: Mapping[str, str]
    jurisdiction: str
    version: str
    parent: str
    programmes: tuple[Programme, ...]
    parameters: Mapping[str, Parameter]
    tables: Mapping[str, Table]
    folders: tuple[Path, ...]
    digest: str

    def at(self, day: date) -> InForce:
        """The rules of a day. Each call gives a fresh record of what is read."""
        return InForce(self, day)

    def status_of(self, name: str) -> Status:
        """Status of a table, or of the latest value of a parameter. Raises: UnknownRule."""
        if name in self.tables:
            return self.tables[name].source.status
        return self.parameter(name).values[-1].source.status

    def parameter(self, name: str) -> Parameter:
        if name not in self.parameters:
            raise self._unknown(name, self.parameters, "rule")
        return self.parameters[name]

    def table(self, name: str) -> Table:
        if name not in self.tables:
            raise self._unknown(name, self.tables, "table")
        return self.tables[name]

    def file(self, relative: str) -> Path:
        """A further file of the pack such as text/stopwords.txt; a child's stands before its parents'.

        Raises: UnknownRule where no pack has it, BadPack for a path that leaves the pack.
        """
        for folder in self.folders:
            path = folder / relative
            if not path.resolve().is_relative_to(folder.resolve()):
                raise BadPack(f"{relative} leads out of the pack {self.name}.", file=relative, line=0)
            if path.is_file():
                return path
        raise UnknownRule(f"Pack {self.name} and its parents have no file {relative}.", name=relative, pack=self.name)

    def _unknown(self, name: str, known: Iterable[str], what: str) -> UnknownRule:
        near = difflib.get_close_matches(name, list(known), n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        return UnknownRule(
            f"Pack {self.name} and its parents have no {what} named {name}.{hint} Add it with its source.",
            name=name,
            pack=self.name,
        )


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules of a pack on a day. `reads` holds name -> value as text of all that was asked so far."""

    source_pack: Pack
    day: date
    reads: dict[str, str] = field(default_factory=dict)
    supposed: Mapping[str, Value | None] = field(default_factory=dict)

    @property
    def pack(self) -> str:
        return self.source_pack.name

    @property
    def version(self) -> str:
        return self.source_pack.version

    @property
    def digest(self) -> str:
        return self.source_pack.digest

    def value(self, name: str) -> Value:
        """The value of a rule on the day. Raises: UnknownRule, NotInForce."""
        found = self.value_or_none(name)
        if found is None:
            raise self._not_in_force(self.source_pack.parameter(name))
        return found

    def value_or_none(self, name: str) -> Value | None:
        """The value of a rule, None where it has none on the day. Raises: UnknownRule for an unknown name."""
        dated = self.source_pack.parameter(name).on(self.day)
        found = self.supposed.get(name, dated.value if dated else None)
        self.reads[name] = as_text(found)
        return found

    def supposing(self, values: Mapping[str, Value | None]) -> InForce:
        """The same rules with some values changed, for cases and what-if questions.

        The change shows in `reads` and in `supposed`, so that no figure from it passes for the pack's.
        Raises: UnknownRule.
        """
        for name in values:
            self.source_pack.parameter(name)
        return InForce(self.source_pack, self.day, supposed={**self.supposed, **values})

    def decimal(self, name: str) -> Decimal:
        found = self.value(name)
        if isinstance(found, Decimal):
            return found
        if isinstance(found, int) and not isinstance(found, bool):
            return Decimal(found)
        raise self._wrong_unit(name, "a number")

    def integer(self, name: str) -> int:
        found = self.value(name)
        if isinstance(found, int) and not isinstance(found, bool):
            return found
        raise self._wrong_unit(name, "a whole number")

    def flag(self, name: str) -> bool:
        found = self.value(name)
        if isinstance(found, bool):
            return found
        raise self._wrong_unit(name, "a flag")

    def text(self, name: str) -> str:
        found = self.value(name)
        if isinstance(found, str):
            return found
        raise self._wrong_unit(name, "a text")

    def words(self, name: str) -> tuple[str, ...]:
        found = self.value(name)
        if isinstance(found, tuple):
            return found
        raise self._wrong_unit(name, "a list")

    def table(self, name: str) -> tuple[Row, ...]:
        """Rows of a table that hold on the day, in order; texts, stripped. Raises: UnknownRule."""
        table = self.source_pack.table(name)
        self.reads[f"table:{name}"] = f"sha256:{table.digest[:16]}"
        return table.on(self.day)

    def file(self, relative: str) -> Path:
        """See Pack.file; reading a file through here is remembered by name."""
        self.reads[f"file:{relative}"] = self.source_pack.digest[:16]
        return self.source_pack.file(relative)

    def source_of(self, name: str) -> Provenance:
        """Where a table, or the value of a rule on the day, comes from. Raises: UnknownRule, NotInForce."""
        if name in self.source_pack.tables:
            return self.source_pack.tables[name].source
        return self._dated(name).source

    def status_of(self, name: str) -> Status:
        return self.source_of(name).status

    def _dated(self, name: str) -> DatedValue:
        parameter = self.source_pack.parameter(name)
        dated = parameter.on(self.day)
        if dated is None:
            raise self._not_in_force(parameter)
        return dated

    def _not_in_force(self, parameter: Parameter) -> NotInForce:
        first = parameter.values[0].since
        dated = parameter.on(self.day)
        if dated is None:
            why = f"its first is from {first}. Ask for a later day, or add the earlier value with its source."
        else:
            why = f"it is set to none from {dated.since}. Add a value with its source where one is known."
        return NotInForce(
            f"{parameter.name} has no value on {self.day} in pack {self.pack}: {why}",
            name=parameter.name,
            day=self.day,
            pack=self.pack,
        )

    def _wrong_unit(self, name: str, wanted: str) -> WrongUnit:
        unit = self.source_pack.parameter(name).unit
        return WrongUnit(
            f"{name} in pack {self.pack} is in {unit}, not {wanted}. Mend its unit.",
            name=name,
            unit=unit.value,
        )


def as_text(value: Value | None) -> str:
    """A value as a Run stores it: true/false, words joined by ;, "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ";".join(value)
    return str(value)

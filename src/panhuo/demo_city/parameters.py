"""The demo city's parameters: made-up places and actors, and proportions with their sources (city.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import yaml

from panhuo.terms.errors import BadValue

STATUSES = frozenset(("official", "quoted", "unconfirmed", "assumption", "example"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with where it comes from."""

    name: str
    value: Any
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class CityPlan:
    """city.yaml, read. parameters by name; the other fields hold its lists as they stand there."""

    parameters: Mapping[str, Parameter]
    place: Mapping[str, Any]
    institutions: tuple[Mapping[str, Any], ...]
    special_firms: tuple[Mapping[str, Any], ...]
    groups: tuple[str, ...]
    departments: Mapping[str, str]
    brands: Mapping[str, Any]
    people: Mapping[str, Any]
    agencies: tuple[str, ...]
    officers: tuple[str, ...]

    def value(self, name: str) -> Any:
        """Value of a parameter. Raises: KeyError."""
        return self.parameters[name].value

    def share(self, name: str) -> float:
        """A share, 0..1."""
        return float(self.parameters[name].value)

    def day_number(self, name: str) -> int:
        """A date as its ordinal."""
        day = self.parameters[name].value
        assert isinstance(day, date)  # noqa: S101 - checked by load_plan
        return day.toordinal()


def load_plan() -> CityPlan:
    """The plan of the package. Raises: BadValue code bad_city_plan for a parameter without source or status."""
    text = files("panhuo.demo_city").joinpath("city.yaml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    parameters = {name: _parameter(name, entry) for name, entry in raw["parameters"].items()}
    for name in ("day", "ledgers_from"):
        if not isinstance(parameters[name].value, date):
            raise _bad(name, "a date")
    return CityPlan(
        parameters=parameters,
        place=raw["place"],
        institutions=tuple(raw["institutions"]),
        special_firms=tuple(raw["special_firms"]),
        groups=tuple(raw["groups"]),
        departments=raw["departments"],
        brands=raw["brands"],
        people=raw["people"],
        agencies=tuple(raw["agencies"]),
        officers=tuple(raw["officers"]),
    )


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    if set(entry) != {"value", "source", "status"} or not entry["source"] or entry["status"] not in STATUSES:
        raise _bad(name, "value, source and a status of " + ", ".join(sorted(STATUSES)))
    return Parameter(name, entry["value"], entry["source"], entry["status"])


def _bad(name: str, expected: str) -> BadValue:
    return BadValue(f"Parameter {name} of city.yaml needs {expected}.", code="bad_city_plan", name=name)

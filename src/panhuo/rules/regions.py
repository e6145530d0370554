"""Regions and sets of regions: "广东省不含深圳" is a scope as good as a province."""

from __future__ import annotations

from dataclasses import dataclass

from panhuo.rules.errors import UnknownRule
from panhuo.rules.pack import InForce
from panhuo.terms.codes import is_within, parse_region_code
from panhuo.terms.errors import BadValue


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of regions: what lies in one of includes and in none of excludes, each with all below it."""

    name: str
    includes: tuple[str, ...]
    excludes: tuple[str, ...] = ()


def scope_named(rules: InForce, name: str) -> Scope:
    """A scope by the name of the table scopes, or of a region by its name, short name or code.

    Raises: UnknownRule.
    """
    for row in rules.table("scopes"):
        if row["name"] == name:
            return Scope(name, words(row["includes"]), words(row["excludes"]))
    for row in rules.table("regions"):
        if name == row["code"] or name == row["name"] or name in words(row["aliases"]):
            return Scope(name, (row["code"],))
    try:
        return Scope(name, (parse_region_code(name),))
    except BadValue as error:
        raise UnknownRule(
            f"Pack {rules.pack} knows no region or scope {name!r}. Add it to tables/scopes.csv or regions.csv.",
            name=name,
            pack=rules.pack,
        ) from error


def scope_codes(rules: InForce, name: str) -> frozenset[str]:
    """Codes of the table regions that lie in a scope, of all levels. Raises: UnknownRule."""
    scope = scope_named(rules, name)
    return frozenset(row["code"] for row in rules.table("regions") if region_in_scope(row["code"], scope))


def region_in_scope(code: str, scope: Scope) -> bool:
    """Whether a region lies in a scope; codes are those that parse_region_code gives, "" lies nowhere.

    A region that holds an excluded one still lies in the scope: 广东省 is in 广东省不含深圳, so count by the
    finest code that is known.
    """
    if not code or any(is_within(code, of) for of in scope.excludes):
        return False
    return any(is_within(code, of) for of in scope.includes)


def words(cell: str) -> tuple[str, ...]:
    """Entries of a cell that parts several by ; without blanks and empty ones."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())

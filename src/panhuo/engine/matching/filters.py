"""Which patents a call asks for: by class, region, owner, grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ibis import Table
from ibis.expr.types import BooleanValue

from panhuo.engine.matching.column_filter import ColumnFilter, Places
from panhuo.rules import InForce
from panhuo.terms.codes import parse_region_code
from panhuo.terms.errors import BadValue, DomainError
from panhuo.terms.ipc import ipc_range
from panhuo.terms.kinds import OwnerType

SUBCLASS = 4
"""Characters of a sort key that name the subclass: H01M."""
GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty means all.

    ipc: patterns such as G06N3/08, H01M*, C08. region: 6-digit codes, names of regions, or scopes of the pack
    (广东省不含深圳). owner: an owner type, a unified social credit code, or part of an owner's name. grades: A, B ...
    """

    ipc: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()


def filtered(assets: Table, filters: Filters, rules: InForce, *, grades: Table | None = None) -> Table:
    """The assets that meet every filter given (any of its values).

    grades: asset_id and grade. Raises: BadValue bad_ipc, bad_region_code or unknown_region; DomainError no_grades,
    unknown_grade.
    """
    found = assets
    if filters.ipc:
        keys = assets.select("asset_id", key=assets.ipc_keys.unnest())
        ranges = [ipc_range(pattern) for pattern in filters.ipc]
        within = _any([(keys.key >= low) & (keys.key < high) for low, high in ranges])
        found = found.semi_join(keys.filter(within).distinct(), "asset_id")
    if filters.region:
        found = found.filter(_any([_in_region(found, asked, rules) for asked in filters.region]))
    if filters.owner:
        found = found.filter(_any([_of_owner(found, asked) for asked in filters.owner]))
    if filters.grades:
        if grades is None:
            raise DomainError(
                "The register as it stands is not graded, so that --grade finds none. "
                "Call: panhuo grade --at DATE --out FILE",
                code="no_grades",
            )
        unknown = [grade for grade in filters.grades if grade.upper() not in GRADES]
        if unknown:
            raise DomainError(f"{unknown[0]} is no grade. Grades are {', '.join(GRADES)}.", code="unknown_grade")
        wanted = grades.filter(grades.grade.isin([grade.upper() for grade in filters.grades]))
        found = found.semi_join(wanted, "asset_id")
    return found


def by_columns(filters: Filters, rules: InForce) -> tuple[ColumnFilter, Filters]:
    """The filters that the search table's columns can say, and the others, for filtered().

    Columns know types of owners and IPC down to the subclass. Raises: as filtered().
    """
    places = tuple(Places(*map(tuple, _codes(asked, rules))) for asked in filters.region)
    owners = filters.owner if all(one in tuple(OwnerType) for one in filters.owner) else ()
    ranges = [ipc_range(pattern) for pattern in filters.ipc]
    whole = all(not edge[SUBCLASS:].strip("0") for span in ranges for edge in span)
    ipc = tuple((low[:SUBCLASS], high[:SUBCLASS]) for low, high in ranges) if whole else ()
    rest = Filters(() if whole else filters.ipc, (), () if owners else filters.owner, filters.grades)
    return ColumnFilter(owner_types=owners, places=places, ipc=ipc), rest


def _in_region(assets: Table, asked: str, rules: InForce) -> BooleanValue:
    include, exclude = _codes(asked, rules)
    inside = _any([_within(assets, code) for code in include])
    return inside & ~_any([_within(assets, code) for code in exclude]) if exclude else inside


def _codes(asked: str, rules: InForce) -> tuple[list[str], list[str]]:
    for row in rules.table("scopes"):
        if row["name"] == asked:
            return row["includes"].split(";"), [code for code in row["excludes"].split(";") if code]
    for row in rules.table("regions"):
        if asked in (row["name"], *row["aliases"].split(";")):
            return [row["code"]], []
    try:
        return [parse_region_code(asked)], []
    except BadValue as error:
        if asked.strip().isdigit():
            raise
        raise BadValue(
            f"{asked} is no region of the pack {rules.pack}. Give a 6-digit code, a region's name or a scope's name.",
            code="unknown_region",
            value=asked,
        ) from error


def _within(assets: Table, code: str) -> BooleanValue:
    if code == "100000":
        return assets.region_code != ""
    stem = code.removesuffix("00").removesuffix("00")
    return assets.region_code.startswith(stem) if len(stem) < len(code) else assets.region_code == code


def _of_owner(assets: Table, asked: str) -> BooleanValue:
    if asked in tuple(OwnerType):
        return assets.owner_type == asked
    sendable = asked.encode("utf-8", "surrogatepass").decode("utf-8", "replace")  # what no text can hold finds none
    return (assets.owner_code == sendable) | assets.owners.join("\n").contains(sendable)


def _any(truths: Sequence[BooleanValue]) -> BooleanValue:
    found = truths[0]
    for truth in truths[1:]:
        found = found | truth
    return found

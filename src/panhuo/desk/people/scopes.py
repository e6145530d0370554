"""Scopes of memberships: as they are kept (JSON) and as rules.rights reads them.

Kept as exactly one of {"regions": {"include": [...], "exclude": [...]}}, {"units": [1, 2], "with_children": true},
{"objects": ["kind:number"]}, {"everything": true}, or {} for what the organisation itself sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from panhuo.rules.regions import Scope
from panhuo.rules.rights import Extent
from panhuo.terms.codes import is_within, parse_region_code
from panhuo.terms.errors import BadValue, DomainError


def regions_scope(include: Sequence[str], exclude: Sequence[str] = ()) -> dict[str, Any]:
    """Regions with parts taken out; codes of 2, 4 or 6 digits.

    Raises: DomainError bad_scope for no region, no region code, or a part that lies in none of the regions.

    >>> regions_scope(["44"], ["4403"])
    {'regions': {'include': ['440000'], 'exclude': ['440300']}}
    """
    included, excluded = _codes(include), _codes(exclude)
    if not included:
        raise bad_scope("it names no region. Name at least one, such as 4407.")
    for code in excluded:
        if not any(is_within(code, of) for of in included):
            raise bad_scope(f"{code} is to be taken out of regions that do not hold it. Leave it out.")
    return {"regions": {"include": included, "exclude": excluded}}


def units_scope(units: Sequence[int], *, with_children: bool) -> dict[str, Any]:
    """Organisations by number, with or without all below them. Raises: DomainError bad_scope."""
    if not units or any(isinstance(one, bool) or not isinstance(one, int) for one in units):
        raise bad_scope("it names no organisation by its number. Name at least one.")
    return {"units": sorted(set(units)), "with_children": with_children}


def objects_scope(objects: Sequence[str]) -> dict[str, Any]:
    """Named things, kind:number. Raises: DomainError bad_scope."""
    if not objects or any(not isinstance(one, str) or not all(one.partition(":")) for one in objects):
        raise bad_scope("a thing is written kind:number, such as case:PG000001. Name at least one.")
    return {"objects": sorted(set(objects))}


EVERYTHING: dict[str, Any] = {"everything": True}
THE_UNIT: dict[str, Any] = {}


def checked_scope(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A scope as it is kept, from what somebody hands in. Raises: DomainError bad_scope for any other shape."""
    match dict(kept):
        case {} if not kept:
            return {}
        case {"everything": True, **rest} if not rest:
            return {"everything": True}
        case {"regions": {"include": list(include), **parts}, **rest} if not rest and set(parts) <= {"exclude"}:
            exclude = parts.get("exclude", [])
            if isinstance(exclude, list):
                return regions_scope(include, exclude)
        case {"units": list(units), "with_children": bool(with_children), **rest} if not rest:
            return units_scope(units, with_children=with_children)
        case {"objects": list(objects), **rest} if not rest:
            return objects_scope(objects)
    raise bad_scope("it is none of regions, units, objects, everything. Write one of them.")


def extent_of(kept: Mapping[str, Any], *, organisation: int | None, region: str, sees: str) -> Extent:
    """What a membership reaches. sees: region or unit, what {} stands for (table organisation_kinds).

    A scope of no known shape reaches nothing, as does {} without an organisation or, where it sees a region, without
    the region's code.
    """
    try:
        scope = checked_scope(kept)
    except DomainError:
        return Extent()
    if scope.get("everything"):
        return Extent(everything=True)
    if "regions" in scope:
        named = scope["regions"]
        return Extent(regions=Scope("", tuple(named["include"]), tuple(named["exclude"])))
    if "units" in scope:
        units = frozenset(scope["units"])
        return Extent(trees=units) if scope["with_children"] else Extent(units=units)
    if "objects" in scope:
        return Extent(objects=frozenset(scope["objects"]))
    if organisation is None or (sees == "region" and not region):
        return Extent()
    return Extent(regions=Scope("", (region,))) if sees == "region" else Extent(trees=frozenset({organisation}))


def _codes(told: Sequence[str]) -> list[str]:
    try:
        return sorted({parse_region_code(one) for one in told})
    except (BadValue, AttributeError, TypeError) as error:
        raise bad_scope(f"{error} Write codes of GB/T 2260, such as 44, 4403 or 440303.") from error


def bad_scope(why: str) -> DomainError:
    return DomainError(f"That is no scope of a membership: {why}", code="bad_scope")

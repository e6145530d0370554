"""What is stated of a portfolio: theme, product and its features, owner centre, gaps, patents with their roles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from panhuo.terms.errors import BadValue

_KEYS = ("name", "theme", "product", "centre", "features", "gaps", "patents")


@dataclass(frozen=True, slots=True)
class StatedFeature:
    """A feature of the product. weight: above 0, 1 where nothing is said."""

    code: str
    name: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class StatedMember:
    """A patent by its number, its role (pack table portfolio_roles) and the features that it covers."""

    number: str
    role: str
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement of a portfolio. gaps: in words, beside the features without a patent."""

    name: str
    theme: str
    product: str
    centre: str
    features: tuple[StatedFeature, ...]
    gaps: tuple[str, ...]
    members: tuple[StatedMember, ...]


def read_stated(told: Mapping[str, Any], roles: Collection[str]) -> Stated:
    """The statement of a mapping of texts, lists and mappings.

    Raises: BadValue code bad_portfolio; fields: place (such as features[2].weight).
    """
    _only(told, _KEYS, "")
    features = tuple(_feature(one, place) for place, one in _parts(told, "features"))
    codes = [one.code for one in features]
    if len(set(codes)) < len(codes):
        raise _fault("features", "a code stands twice; give each feature its own")
    members = []
    for place, one in _parts(told, "patents"):
        _only(one, ("number", "role", "features"), place)
        member = StatedMember(_text(one, "number", place), _text(one, "role", place), _texts(one, "features", place))
        check_member(member, codes, roles, place)
        members.append(member)
    return Stated(
        _text(told, "name", ""),
        _text(told, "theme", "", needed=False),
        _text(told, "product", ""),
        _text(told, "centre", ""),
        features,
        _texts(told, "gaps", ""),
        tuple(members),
    )


def check_member(member: StatedMember, codes: Collection[str], roles: Collection[str], place: str = "") -> None:
    """Raises: BadValue code bad_portfolio for a role or a feature that nobody knows."""
    if member.role not in roles:
        raise _fault(f"{place}.role".lstrip("."), f"{member.role!r} is no role; known are {', '.join(roles)}")
    for feature in member.features:
        if feature not in codes:
            known = ", ".join(codes) or "none: state features first"
            raise _fault(f"{place}.features".lstrip("."), f"{feature!r} is no feature of the product; it has {known}")


def _feature(told: Mapping[str, Any], place: str) -> StatedFeature:
    _only(told, ("code", "name", "weight"), place)
    code = _text(told, "code", place)
    if not code.isidentifier():
        raise _fault(f"{place}.code", f"{code!r} is no code; write letters, digits and _, such as even_air")
    try:
        weight = Decimal(str(told.get("weight") or "1"))
    except InvalidOperation:
        weight = Decimal(0)
    if not weight.is_finite() or not 0 < weight <= 1000:
        raise _fault(f"{place}.weight", f"{told.get('weight')!r} is no weight above 0, at most 1000")
    return StatedFeature(code, _text(told, "name", place), weight)


def _parts(told: Mapping[str, Any], key: str) -> list[tuple[str, Mapping[str, Any]]]:
    found = told.get(key) or []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise _fault(key, "is no list of entries; write each with a dash")
    return [(f"{key}[{number}]", one) for number, one in enumerate(found, start=1)]


def _text(told: Mapping[str, Any], key: str, place: str, *, needed: bool = True) -> str:
    found = told.get(key)
    if found in (None, "") and not needed:
        return ""
    if not isinstance(found, (str, int)) or not str(found).strip():
        raise _fault(f"{place}.{key}".lstrip("."), "is missing or no plain text")
    return str(found).strip()


def _texts(told: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    found = told.get(key) or []
    if not isinstance(found, Sequence) or isinstance(found, str) or not all(isinstance(one, str) for one in found):
        raise _fault(f"{place}.{key}".lstrip("."), "is no list of texts; write [a, b]")
    return tuple(dict.fromkeys(one.strip() for one in found if one.strip()))


def _only(told: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    for key in told:
        if key not in known:
            raise _fault(f"{place}.{key}".lstrip("."), f"is read by nobody; known here: {', '.join(known)}")


def _fault(place: str, what: str) -> BadValue:
    return BadValue(f"{place} {what}.", code="bad_portfolio", place=place)

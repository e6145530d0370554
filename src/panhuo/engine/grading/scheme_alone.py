"""The score of one right from the points of its leaves, digit for digit what scheme_scores writes for a table.

For a dossier, which holds the points and must give the score again where there is neither a register nor a store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from string import ascii_uppercase

from panhuo.engine.grading.scheme import ONE, ROOT, Scheme, whole
from panhuo.terms.errors import BadValue, OutOfRange

OUTSIDE = ("not_patent", "design_outside_scheme", "not_granted")
"""Why a right has no grade, whatever is known of it."""
_NO_SCORE = OUTSIDE[:2]
_MOST = 100


@dataclass(frozen=True, slots=True)
class ScoredAlone:
    """points: of each indicator by code, 0..100, None where nobody can say. score: after the cap of a veto, None
    outside the scheme. confidence: share of the scene's weight that is known, four decimals. letter: "" where there is
    none, for the reason that stands beside it.
    """

    points: Mapping[str, Decimal | None]
    score: Decimal | None
    confidence: Decimal
    letter: str
    reason: str


def score_alone(
    scheme: Scheme, told: Mapping[str, Decimal], *, is_vetoed: bool = False, outside: str = ""
) -> ScoredAlone:
    """The score of one right in a scene.

    Args:
        told: points of the leaves that are known, 0..100 with two decimals at most. outside: one of OUTSIDE or "".
    Raises: BadValue for what is no leaf of the scene; OutOfRange for points outside 0..100 or finer than hundredths.
    """
    leaves = {one.code: one for one in scheme.leaves}
    for code, points in told.items():
        if code not in leaves:
            raise BadValue(f"{code} is no leaf of the scheme in scene {scheme.scene}.", code="unknown_indicator")
        if not 0 <= points <= _MOST:
            raise OutOfRange(f"{code}: {points} points lie outside 0 to {_MOST}.", code="bad_points")
    points_e2 = _points(scheme, {code: whole(points, 100) for code, points in told.items()})
    known = sum(
        prod(one.weight for one in scheme.path(code)) * ONE ** (scheme.depth - leaves[code].level) for code in told
    )
    confidence = _share(known, ONE**scheme.depth, ONE)
    found = points_e2[ROOT]
    score = min(found, scheme.veto_cap) if found is not None and is_vetoed else found
    reason = outside or ("too_little_known" if confidence < scheme.min_confidence else "")
    return ScoredAlone(
        {code: _in_units(points, 100) for code, points in points_e2.items() if code != ROOT},
        None if outside in _NO_SCORE else _in_units(score, 100),
        Decimal(confidence) / ONE,
        "" if reason or score is None else _letter(score, scheme),
        reason,
    )


def _points(scheme: Scheme, leaves: Mapping[str, int]) -> dict[str, int | None]:
    """Hundredths of every indicator and of ROOT, from below."""
    found: dict[str, int | None] = {one.code: leaves.get(one.code) for one in scheme.indicators}
    by_depth = sorted(scheme.indicators, key=lambda one: -one.level)
    for code in [*(one.code for one in by_depth if scheme.children(one.code)), ROOT]:
        known = [(found[one.code], one.weight) for one in scheme.children(code)]
        sisters = [(points, weight) for points, weight in known if points is not None]
        weight = sum(weight for _points, weight in sisters)
        found[code] = _share(sum(points * weight for points, weight in sisters), weight, 1) if weight else None
    return found


def _share(part: int, of: int, scale: int) -> int:
    return (part * 2 * scale + of) // (of * 2)


def _in_units(value: int | None, scale: int) -> Decimal | None:
    return None if value is None else Decimal(value) / scale


def _letter(score: int, scheme: Scheme) -> str:
    reached = (letter for limit, letter in zip(scheme.grade_limits, ascii_uppercase, strict=False) if score >= limit)
    return next(reached, ascii_uppercase[len(scheme.grade_limits)])

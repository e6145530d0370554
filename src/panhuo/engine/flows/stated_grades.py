"""Grades in a valuation: points and findings as stated become scores, and a score may place the share of an income.

Shape of the inputs: docs/algorithms/valuation.md, section 1. Whoever states the points (the register, an expert's
form), the score is worked out here again, so that a dossier proves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from panhuo.engine.grading import Explainer, Scheme, read_scheme
from panhuo.engine.grading.scheme_alone import OUTSIDE, ScoredAlone, score_alone
from panhuo.engine.valuation import BadInputs
from panhuo.engine.valuation.told import Told
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

GRADES = "grades"
FROM_GRADE = "grade"
"""What stands for a number of points where the score of the graded patent is meant."""
FINDINGS = ("vetoes", "disclosures", "flags", "unsettled")
_RANGES = ("royalty_range", "share_range")


@dataclass(frozen=True, slots=True)
class StatedGrade:
    """The grade of one patent: findings by FINDINGS, codes as the register tells them."""

    number: str
    scheme: Scheme
    scored: ScoredAlone
    findings: Mapping[str, tuple[str, ...]]


def read_grades(inputs: Mapping[str, Any], rules: InForce) -> tuple[StatedGrade, ...]:
    """The grades that inputs state, in the scene of the valuation; none where they state none.

    Raises: BadInputs with every fault and its place; a veto is one, because it forbids a sum of money.
    """
    root = Told(inputs)
    if not root.has(GRADES):
        return ()
    try:
        scheme = read_scheme(rules, str(inputs.get("scene")))
    except DomainError as error:
        raise BadInputs(f"Inputs: {GRADES}: {error.message}", problems=((GRADES, error.message),)) from error
    found = tuple(_grade(one, scheme) for one in root.parts(GRADES))
    for place, one in enumerate(found, start=1):
        if one is not None and one.findings["vetoes"]:
            root.fault(f"{GRADES}[{place}].vetoes", _forbidden(one))
    root.check()
    return tuple(one for one in found if one is not None)


def with_scores(inputs: Mapping[str, Any], grades: tuple[StatedGrade, ...]) -> dict[str, Any]:
    """The inputs of the valuation proper: without the grades, scores that a range takes from them filled in.

    Raises: BadInputs where a range asks for the score and there is not exactly one.
    """
    told = deepcopy({name: one for name, one in inputs.items() if name != GRADES})
    methods = told.get("methods")
    problems = []
    for name, method in methods.items() if isinstance(methods, dict) else ():
        for ranged in _RANGES:
            part = method.get(ranged) if isinstance(method, dict) else None
            if not isinstance(part, dict) or part.get("score") != FROM_GRADE:
                continue
            scores = [one.scored.score for one in grades]
            if len(scores) == 1 and scores[0] is not None:
                part["score"] = str(scores[0])
            else:
                why = f"asks for the score of one graded patent, there are {sum(one is not None for one in scores)}"
                problems.append((f"methods.{name}.{ranged}.score", f"{why}; state a number from 0 to 100"))
    if problems:
        place, message = problems[0]
        raise BadInputs(f"Inputs: {place} {message}.", problems=tuple(problems))
    return told


def told_grade(grade: StatedGrade, rules: InForce) -> dict[str, Any]:
    """A grade as texts by the names that docs/outputs.md lists."""
    names = {row["code"]: row["zh"] for row in rules.table("scheme_indicators")}
    scheme, scored = grade.scheme, grade.scored
    leaves = {one.code for one in scheme.leaves}
    known = {code: float(points) for code, points in scored.points.items() if code in leaves and points is not None}
    drivers = {one.indicator: one for one in Explainer(scheme).drivers(known)}
    return {
        "number": grade.number,
        "scheme": scheme.name,
        "notice": scheme.notice,
        "scene": scheme.scene,
        "score": _text(scored.score),
        "letter": scored.letter or None,
        "reason": scored.reason,
        "confidence": _text(scored.confidence),
        "indicators": [
            {
                "code": one.code,
                "name": names[one.code],
                "parent": one.parent,
                "level": one.level,
                "weight": _text(Decimal(one.weight).scaleb(-4)),
                "points": _text(scored.points[one.code]),
                "share": _share(drivers[one.code].share) if one.code in drivers else None,
                "contribution": _text(drivers[one.code].contribution) if one.code in drivers else None,
                "lost": _text(drivers[one.code].lost) if one.code in drivers else None,
                "from": (one.rule or one.scorer) if one.code in leaves else "",
            }
            for one in scheme.indicators
        ],
        **{name: list(codes) for name, codes in grade.findings.items()},
    }


def _grade(told: Told, scheme: Scheme) -> StatedGrade | None:
    number = told.text("number", "patent number")
    points = told.part("points") if told.has("points") else Told({}, told.at("points"), told.problems)
    leaves = {one.code for one in scheme.leaves if points.has(one.code)}
    found = {code: points.number(code, "points from 0 to 100", high="100") for code in sorted(leaves)}
    points.only()
    for code, value in found.items():
        if value != round(value, 2):
            points.fault(code, f"{value} has more than two decimals")
    findings = {name: told.texts(name, "codes of findings") if told.has(name) else () for name in FINDINGS}
    outside = told.text("outside", f"why it has no grade: {', '.join(OUTSIDE)}", default="")
    if outside and outside not in OUTSIDE:
        told.fault("outside", f"{outside!r} is not one of {', '.join(OUTSIDE)}")
    told.only()
    if told.problems:
        return None
    scored = score_alone(scheme, found, is_vetoed=bool(findings["vetoes"]), outside=outside)
    return StatedGrade(number, scheme, scored, findings)


def _forbidden(grade: StatedGrade) -> str:
    return (
        f"{', '.join(grade.findings['vetoes'])} of {grade.number}: in the scene {grade.scheme.scene} no sum of money "
        "is told on such a right. Mend it first, or value on a day or in a scene in which it is no veto; where the "
        "parties have waived it in writing, state the grade without it and name their consent under assumptions"
    )


def _share(value: Fraction) -> str | None:
    return _text(round(Decimal(value.numerator) / Decimal(value.denominator), 4))


def _text(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

"""Scores of the indicators, level by level, the score of a scene, its confidence and its grade.

Points are hundredths and weights ten-thousandths, whole numbers throughout, so that every store gives
the same. Of sisters the known ones are weighed anew; the confidence is the share of the scene's weight that is known.
docs/algorithms/grading.md, section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from math import prod
from operator import add
from string import ascii_uppercase

import ibis
from ibis import Table
from ibis.expr.types import IntegerValue, StringValue

from panhuo.engine.grading.experts import expert_points
from panhuo.engine.grading.scheme import ONE, ROOT, Indicator, Scheme, read_scheme
from panhuo.engine.grading.scheme_findings import FINDINGS, scene_findings
from panhuo.engine.grading.scheme_rules import automatic_points, read_points
from panhuo.engine.grading.verdicts import codes_where, share_of
from panhuo.engine.records.packing import Always, Packed, SameAs, Scaled, first_of
from panhuo.rules import InForce

SCENE_GRADE = {
    "scene": "string",
    "value_score": "float64",  # points 0..100, two decimals; after the cap of a veto; null outside the scheme
    "value_confidence": "float64",  # share of the weight of the scene that is known, 0..1
    **FINDINGS,
    "grade": "string",  # A B C D by the limits of the pack, null where there is none
    "grade_reason": "string",  # why there is none: not_patent, design_outside_scheme, not_granted, too_little_known
}
"""The grade of a scene as it is read, whatever the scheme."""
_POINTS = Scaled(100)


def indicator_columns(scheme: Scheme, *, with_experts: bool = False) -> dict[str, str]:
    """score_<code> of each indicator, 0..100, null where nobody can say; with experts also what each side said."""
    said = {f"score_{one.code}": "float64" for one in scheme.indicators}
    if with_experts:
        said |= {f"{side}_{one.code}": "float64" for one in scheme.leaves for side in _sides(one)}
    return said


def scene_grade(
    facts: Table, rules: InForce, scene: str, *, experts: Table | None = None
) -> tuple[Table, dict[str, Packed]]:
    """Add the grade of a scene, packed, to facts that carry the indices and verdicts; and how it is packed.

    The packing holds SCENE_GRADE and indicator_columns; columns that hold the same in every row or repeat another
    are not added.

    Args:
        experts: experts.EXPERT_SCORES; statements of a later day are not read.
    Raises: UnknownScene, BadScheme.
    """
    scheme = read_scheme(rules, scene)
    scored = _leaves(facts, rules, scheme, experts)
    known = [one for one in scheme.indicators if f"score_{one.code}" in scored.columns]
    for level in range(scheme.depth - 1, -1, -1):
        scored, known = _level(scored, scheme, level, known)
    graded, packing = _grade(scored, rules, scheme)
    names = indicator_columns(scheme, with_experts=experts is not None)
    return graded, packing | {name: _points_kept(name, known) for name in names}


def _points_kept(name: str, known: Sequence[Indicator]) -> Packed:
    """How a column of indicator_columns is kept: some nobody says, and a parent of one known child says the same."""
    if not name.startswith("score_"):  # what one side said of a leaf
        return _POINTS
    code = name.removeprefix("score_")
    if code not in {one.code for one in known}:
        return Always(None, "float64")
    sisters = [one for one in known if one.parent == code]
    return SameAs(f"score_{sisters[0].code}") if len(sisters) == 1 else _POINTS


def missing_indicators(grades: Table, scheme: Scheme) -> StringValue:
    """Leaves of a row of grades that nobody can say, joined by ;."""
    return codes_where(*((grades[f"score_{one.code}"].isnull(), one.code) for one in scheme.leaves))


def _sides(leaf: Indicator) -> tuple[str, ...]:
    return ("automatic", "expert") if leaf.rule else ("expert",)


def _leaves(facts: Table, rules: InForce, scheme: Scheme, experts: Table | None) -> Table:
    """score_<code> of each leaf that may be known; with experts also automatic_<code> and expert_<code>."""
    asked = dict.fromkeys(one.rule for one in scheme.leaves if one.rule)
    found = automatic_points(facts, read_points(rules), asked)
    if experts is None:
        return facts.mutate(**{f"score_{one.code}": found[one.rule] for one in scheme.leaves if one.rule})
    told = expert_points(experts, [one.code for one in scheme.leaves], rules.day)
    sides = facts.mutate(**{f"automatic_{one.code}": found[one.rule] for one in scheme.leaves if one.rule})
    joined = sides.left_join(told, "asset_id", rname="expert_{name}").drop("expert_asset_id")
    return joined.mutate(**{f"score_{one.code}": _mixed(joined, one, scheme.expert_share) for one in scheme.leaves})


def _mixed(joined: Table, leaf: Indicator, expert_share: int) -> IntegerValue:
    """What a person says stands for what a rule says; of a mixed indicator both count where both are known."""
    said = joined[f"expert_{leaf.code}"]
    if not leaf.rule:
        return said
    found = joined[f"automatic_{leaf.code}"]
    if leaf.scorer != "mixed":
        return said.coalesce(found)
    weighed = said.cast("int64") * expert_share + found.cast("int64") * (ONE - expert_share)
    return share_of(weighed, ibis.literal(ONE, "int32"), scale=1).coalesce(said, found)


def _level(scored: Table, scheme: Scheme, level: int, known: list[Indicator]) -> tuple[Table, list[Indicator]]:
    """Scores of the parents on a level (0: the whole), from those of the level below."""
    parents = [one for one in scheme.indicators if one.level == level and scheme.children(one.code)]
    codes = [one.code for one in parents] if level else [ROOT]
    below = {code: [one for one in known if one.parent == code] for code in codes}
    scores = {f"score_{code}": _weighed(scored, sisters) for code, sisters in below.items() if sisters}
    return scored.mutate(**scores), [*known, *(one for one in parents if below[one.code])]


def _weighed(scored: Table, sisters: Sequence[Indicator]) -> IntegerValue:
    """Score of a parent from its children that may be known; that of an only one as it stands."""
    points = [scored[f"score_{one.code}"] for one in sisters]
    if len(points) == 1:
        return points[0]
    weight = _sum(one.notnull().ifelse(child.weight, 0) for one, child in zip(points, sisters, strict=True))
    weighed = _sum(one.fill_null(0).cast("int32") * child.weight for one, child in zip(points, sisters, strict=True))
    return share_of(weighed, weight, scale=1)


def _known_weight(scored: Table, scheme: Scheme) -> IntegerValue:
    """Weight of the leaves that are known, in units of 1/ONE for each level that the tree has."""
    told = [one for one in scheme.leaves if f"score_{one.code}" in scored.columns]
    known = (scored[f"score_{one.code}"].notnull().ifelse(_whole_weight(scheme, one), 0).cast("int64") for one in told)
    return _sum(known) if told else ibis.literal(0, "int64")


def _whole_weight(scheme: Scheme, leaf: Indicator) -> int:
    return int(prod(one.weight for one in scheme.path(leaf.code)) * ONE ** (scheme.depth - leaf.level))


def _grade(scored: Table, rules: InForce, scheme: Scheme) -> tuple[Table, dict[str, Packed]]:
    full = ibis.literal(ONE**scheme.depth, "int64")
    findings = scene_findings(scored, rules, scheme.scene)
    score = scored[f"score_{ROOT}"] if f"score_{ROOT}" in scored.columns else ibis.null("int32")  # people alone score
    vetoed = (findings["vetoes"].value != 0).ifelse(ibis.least(score, scheme.veto_cap), score)
    held = scored.mutate(
        value_confidence=share_of(_known_weight(scored, scheme), full, scale=ONE),
        value_score=(scored.is_invention | scored.is_utility_model).ifelse(vetoed, None),
        **{name: one.value for name, one in findings.items()},
    )
    reason = first_of(
        (held.is_design, "design_outside_scheme"),
        (~(held.is_invention | held.is_utility_model), "not_patent"),
        (held.never_granted, "not_granted"),
        (held.value_confidence < scheme.min_confidence, "too_little_known"),
        otherwise="",
    )
    letters = ascii_uppercase[: len(scheme.grade_limits) + 1]
    reached = (held.value_score >= limit for limit in scheme.grade_limits)
    letter = first_of(*zip(reached, letters, strict=False), otherwise=letters[-1])
    none = reason.value != reason.place("")
    graded = held.mutate(grade=none.ifelse(None, letter.value), grade_reason=reason.value)
    return graded, {
        "scene": Always(scheme.scene, "string"),
        "value_score": _POINTS,
        "value_confidence": Scaled(ONE),
        **{name: one.packed if one.codes else Always("", "string") for name, one in findings.items()},
        "grade": letter.packed,
        "grade_reason": reason.packed,
    }


def _sum(values: Iterable[IntegerValue]) -> IntegerValue:
    return reduce(add, values)


def points_of(row: Mapping[str, object], scheme: Scheme) -> dict[str, float | None]:
    """Points of the leaves of one row of grades, by indicator."""
    found: dict[str, float | None] = {}
    for one in scheme.leaves:
        value = row[f"score_{one.code}"]
        found[one.code] = value if isinstance(value, float) else None
    return found

"""A valuation scheme as a pack states it: the tree of indicators with the weights of one scene.

The engine knows rules and findings by name and nothing of any one scheme: indicators, weights, points, vetoes,
limits, name and notice are tables and parameters scheme_* of the pack. docs/algorithms/grading.md, section 4.
Source of the shape: GB/T 42748-2023 (three levels, six scenes), as far as it is known in public.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from panhuo.rules import InForce, Row
from panhuo.terms.errors import DomainError, OutOfRange

ANY_SCENE = "*"
DEFAULT_SCENE = "management"
FINANCE, REMEDY = "finance", "remedy"
LEVELS = 3
"""Levels that a tree may have at most: weights of four decimals per level stay whole numbers of 64 bits."""
ONE = 10_000
"""Weights are counted in units of 1/ONE."""
ROOT = ""


class UnknownScene(DomainError):
    """A scene that the pack does not have; fields: scene."""

    code = "unknown_scene"


class BadScheme(DomainError):
    """Tables of a scheme that are sound each by itself and make no tree together; fields: indicator."""

    code = "bad_scheme"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One node. level: 1 to LEVELS. scorer and rule: of a leaf only, "" elsewhere. weight: among its sisters, 1/ONE."""

    code: str
    parent: str
    level: int
    scorer: str
    rule: str
    weight: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """The scheme of one scene on one day; indicators in the order of the pack's table, those without weight left out.

    grade_limits: hundredths of points, highest first; below the last the letter after the last. min_confidence and
    expert_share: 1/ONE. veto_cap: hundredths.
    """

    name: str
    notice: str
    scene: str
    indicators: tuple[Indicator, ...]
    grade_limits: tuple[int, ...]
    min_confidence: int
    expert_share: int
    veto_cap: int

    def children(self, code: str) -> tuple[Indicator, ...]:
        """Sisters under an indicator; ROOT has the first level."""
        return tuple(one for one in self.indicators if one.parent == code)

    @property
    def leaves(self) -> tuple[Indicator, ...]:
        parents = {one.parent for one in self.indicators}
        return tuple(one for one in self.indicators if one.code not in parents)

    @property
    def depth(self) -> int:
        return max(one.level for one in self.indicators)

    def path(self, code: str) -> Iterator[Indicator]:
        """The indicator and those above it, from below."""
        known = {one.code: one for one in self.indicators}
        while code != ROOT:
            yield known[code]
            code = known[code].parent


def read_scheme(rules: InForce, scene: str = DEFAULT_SCENE) -> Scheme:
    """The scheme of a scene. Raises: UnknownScene, BadScheme, OutOfRange where a number is finer than it is counted."""
    scenes = tuple(row["scene"] for row in rules.table("scheme_scenes"))
    if scene not in scenes:
        raise UnknownScene(
            f"Pack {rules.pack} has no scene {scene!r}. Its scenes are {', '.join(scenes)}.", scene=scene
        )
    rows = {row["code"]: row for row in rules.table("scheme_indicators")}
    weights = _weights(rules.table("scheme_weights"), rows, scene)
    chosen = tuple(
        Indicator(code, row["parent"], int(row["level"]), row["scorer"], row["rule"], weights[code])
        for code, row in rows.items()
        if weights.get(code) and not _is_under_nothing(row["parent"], rows, weights)
    )
    _check_tree(chosen, scene)
    return Scheme(
        rules.text("scheme.name"),
        rules.text("scheme.notice"),
        scene,
        chosen,
        tuple(whole(Decimal(text), 100) for text in rules.words("scheme.grade_limits")),
        whole(rules.decimal("scheme.min_confidence"), ONE),
        whole(rules.decimal("scheme.expert_share"), ONE),
        whole(rules.decimal("scheme.veto_cap"), 100),
    )


def whole(value: Decimal, scale: int) -> int:
    """A value of the pack in units of 1/scale. Raises: OutOfRange where it is finer than that."""
    scaled = value * scale
    if scaled != scaled.to_integral_value():
        raise OutOfRange(f"{value} is finer than 1/{scale}, in which scores are counted. Round it in the pack.")
    return int(scaled)


def _weights(stated: tuple[Row, ...], indicators: Mapping[str, Row], scene: str) -> dict[str, int]:
    """Weights of a scene: for sisters that it does not weigh itself those of ANY_SCENE hold."""
    own = {indicators[row["indicator"]]["parent"] for row in stated if row["scene"] == scene}
    found = {}
    for row in stated:
        is_own = indicators[row["indicator"]]["parent"] in own
        if row["scene"] == (scene if is_own else ANY_SCENE):
            found[row["indicator"]] = _weight(row)
    return found


def _weight(row: Row) -> int:
    try:
        return whole(Decimal(row["weight"]), ONE)
    except OutOfRange as error:
        where = f"scheme_weights, scene {row['scene']}, indicator {row['indicator']}"
        raise OutOfRange(f"{where}: {error.message}", indicator=row["indicator"]) from None


def _is_under_nothing(code: str, indicators: Mapping[str, Row], weights: Mapping[str, int]) -> bool:
    """Whether one of the indicators from here up is weighed with 0: what lies below it takes no part in the scene."""
    for _level in range(LEVELS):
        if weights.get(code) == 0:
            return True
        code = indicators[code]["parent"] if code in indicators else ROOT
    return False


def _check_tree(indicators: tuple[Indicator, ...], scene: str) -> None:
    levels = {ROOT: 0} | {one.code: one.level for one in indicators}
    parents = {one.parent for one in indicators}
    if not indicators:
        raise BadScheme(f"Scene {scene} weighs no indicator. Add its rows to scheme_weights.", indicator="")
    for one in indicators:
        if one.parent not in levels:
            why = f"its parent {one.parent} has no weight in scene {scene}"
        elif one.level != levels[one.parent] + 1 or one.level > LEVELS:
            why = f"its level is {one.level}, that of its parent {levels[one.parent]}; {LEVELS} levels at most"
        elif one.code in parents:
            continue
        elif not one.scorer:
            why = "it has no children in this scene and nobody who scores it"
        elif (one.scorer == "expert") == bool(one.rule):
            why = f"its scorer is {one.scorer} and its rule is {one.rule or 'none'}"
        else:
            continue
        raise BadScheme(f"Indicator {one.code} fits into no tree: {why}. Mend scheme_indicators.", indicator=one.code)

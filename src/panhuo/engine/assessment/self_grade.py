"""The inventor's self-grade (价值自评): levels of the pack's scheme."""

from __future__ import annotations

from dataclasses import dataclass

from panhuo.rules import InForce
from panhuo.terms.errors import BadValue, DomainError


@dataclass(frozen=True, slots=True)
class Level:
    """One level; higher is better. tier: how it is promoted."""

    level: int
    tier: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class SelfGradeScale:
    """The levels of one scheme, best first."""

    scheme: str
    levels: tuple[Level, ...]

    def level(self, text: str) -> Level:
        """The level by its number (5, 5级) or its words. Raises: BadValue code not_in_list."""
        said = text.strip()
        number = said.removesuffix("级").strip()
        for one in self.levels:
            if number == str(one.level) or said in (one.zh, one.en):
                return one
        known = ", ".join(str(one.level) for one in self.levels)
        raise BadValue(f"{text!r} is no level of {self.scheme}; it has {known}.", code="not_in_list", found=text)


def self_grade_scale(rules: InForce) -> SelfGradeScale:
    """Read the scheme that assessment.self_grade.scheme names (pack table self_grade_levels).

    Raises: DomainError no_scale.
    """
    scheme = rules.text("assessment.self_grade.scheme")
    levels = [
        Level(int(row["level"]), row["tier"], row["zh"], row["en"])
        for row in rules.table("self_grade_levels")
        if row["scheme"] == scheme
    ]
    if not levels:
        raise DomainError(
            f"Pack {rules.pack} has no levels of the self-grade scheme {scheme}. Add them to self_grade_levels.",
            code="no_scale",
            scheme=scheme,
        )
    return SelfGradeScale(scheme, tuple(sorted(levels, key=lambda one: -one.level)))

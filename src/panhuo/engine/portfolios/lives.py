"""How long flows last that rest on several features: until the first of these loses its last patent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from panhuo.engine.portfolios.whole import Member
from panhuo.terms.errors import DomainError


@dataclass(frozen=True, slots=True)
class FlowsEnd:
    """The patent whose end of term ends the flows, and the feature that it is the last to cover."""

    key: str
    feature: str
    end: date


def flows_end(rests_on: Sequence[str], members: Sequence[Member], ends: Mapping[str, date]) -> FlowsEnd:
    """The first day on which a feature that the flows rest on is without cover: min over features of the last end.

    Args: rests_on: codes of features, one or more. ends: key of a living member -> first day after its term.
    Raises: DomainError flows_uncovered for a feature that no living member covers; no_term where no end is told.
    """
    found = []
    for feature in rests_on:
        covering = [one.key for one in members if one.living and feature in one.features]
        if not covering:
            raise DomainError(
                f"The flows rest on {feature}, which no living patent of the portfolio covers. Name with --rests-on "
                "the features that are covered, or add a patent.",
                code="flows_uncovered",
                feature=feature,
            )
        untold = sorted(key for key in covering if key not in ends)
        if untold:
            raise DomainError(
                f"Nobody tells when the term of {untold[0]} ends. Import its filing date first.", code="no_term"
            )
        last = max(covering, key=lambda key: (ends[key], key))
        found.append(FlowsEnd(last, feature, ends[last]))
    if not found:
        raise DomainError("The portfolio has no feature on which flows could rest. State features first.",
                          code="flows_uncovered")  # fmt: skip
    return min(found, key=lambda one: (one.end, one.feature))

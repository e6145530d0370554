"""Why a patent stands on a need's list, as codes and data; sentences are made where people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from panhuo.engine.matching.figures import Units, figures, in_common
from panhuo.engine.matching.query import Query
from panhuo.engine.matching.scoring import Score, Told

COMMON_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """code: shared_words | near_words | common_figures | weak_evidence | collapsed; data: what a sentence needs."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


def text_reasons(query: Query, score: Score, told: Told, said: str, known: Units, *, weak_below: float) -> list[Reason]:
    """Reasons that stand in the two texts. said: the text as written, for figures."""
    found = []
    if told.shared:
        words = _whole(told.shared)
        found.append(
            Reason(
                "shared_words",
                {
                    "words": words,
                    "in_title": [word for word in words if word in told.in_title],
                    "heard_in": sorted({part.value for word in words for part in query.heard_in.get(word, ())}),
                },
            )
        )
    if told.near:
        found.append(Reason("near_words", {"pairs": [[pair.ours, pair.theirs, pair.likeness] for pair in told.near]}))
    common = in_common(query.figures, figures(said, known)) if query.figures else []
    if common:
        shown = [[mine.shown, other.shown] for mine, other in common[:COMMON_FIGURES]]
        found.append(Reason("common_figures", {"pairs": shown}))
    if score.total < weak_below:
        found.append(Reason("weak_evidence", {"score": score.total}))
    return found


def _whole(shared: tuple[str, ...]) -> list[str]:
    """Shared words without those that stand inside a longer shared one; single characters only where all are."""
    longer = [word for word in shared if len(word) > 1] or list(shared)
    return [word for word in longer if not any(word != other and word in other for other in longer)]

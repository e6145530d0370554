"""Why a patent stands on a need's list, as codes and data; sentences are made where people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from panhuo.engine.matching.circumstances import figure_agreement
from panhuo.engine.matching.placed_figures import PlacedFigure
from panhuo.engine.matching.query import Query
from panhuo.engine.matching.scoring import Told

COMMON_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """code: shared_words | near_words | common_figures | figures_against | weak_evidence, or one of case_facts; data:
    what a sentence needs."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


def text_reasons(query: Query, told: Told, theirs: Sequence[PlacedFigure]) -> list[Reason]:
    """Reasons that stand in the two texts. theirs: figures of the text."""
    found = []
    if told.shared:
        words = whole_words(told.shared)
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
    if query.figures and theirs:
        held = figure_agreement(query.figures, theirs)
        for code, pairs in (("common_figures", held.met), ("figures_against", held.against)):
            if pairs:
                shown = [[mine.figure.shown, other.figure.shown] for mine, other in pairs[:COMMON_FIGURES]]
                found.append(Reason(code, {"pairs": shown}))
    return found


def whole_words(shared: Sequence[str]) -> list[str]:
    """Shared words without those that stand inside a longer shared one; single characters only where all are."""
    longer = [word for word in shared if len(word) > 1] or list(shared)
    return [word for word in longer if not any(word != other and word in other for other in longer)]

"""The order in which the texts of a need stand once the facts of the case, or what was learnt, have had their say."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.bulk import Ranked
from panhuo.engine.matching.circumstances import CircumstanceRules, with_circumstances
from panhuo.engine.matching.levels import LineLevels, expected_gain, neutral_values
from panhuo.engine.ports import Floats, Ids

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Lines of n needs in a new order. ranked: ids with their new scores.

    order: (n, keep), the place where each stood before; text_scores: (n, keep), of the texts alone, in the new order;
    values: (n, lines, len(CIRCUMSTANCES)), in the old order.
    """

    ranked: Ranked
    order: Ids
    text_scores: Doubles
    values: Floats

    def shown(self, places: Ids) -> tuple[Doubles, Floats]:
        """Text scores (n, top) and circumstances (n, top, len(CIRCUMSTANCES)) of lines by their places.

        places: (n, top) among the ranked, -1 where there are no more: 0 and neutral there. Lines that were not looked
        at are neutral.
        """
        values = neutral_values(places.shape)
        if not self.order.shape[1]:
            return np.zeros(places.shape), values
        there = np.maximum(places, 0)
        before = np.take_along_axis(self.order, there, axis=1)
        known = (places >= 0) & (before < self.values.shape[1])
        rows, columns = np.nonzero(known)
        values[rows, columns] = self.values[rows, before[rows, columns]]
        return np.where(places >= 0, np.take_along_axis(self.text_scores, there, axis=1), 0.0), values


def weighed(
    ranked: Ranked, values: Floats, levels: LineLevels, rules: CircumstanceRules, *, parts: Floats | None = None
) -> Weighed:
    """Order the lines anew: by the score moved by circumstances, or by the expected gain where something was learnt.

    Args:
        values: (n, lines, len(CIRCUMSTANCES)), lines at most as many as were ranked: of the first lines.
        parts: (n, lines, len(PARTS)) of the same, needed only where something was learnt.

    A line behind the first `lines` is not looked at and never comes before one of them: it stands by the score of its
    text, or by the least score before it where that is smaller. Equal scores stand by id. What a need gets hangs on
    its own rows alone.
    """
    ids, totals = ranked.ids, ranked.totals
    keep, lines = ids.shape[1], values.shape[1]
    there = np.arange(keep) < ranked.counts[:, :1]
    scores = np.array(totals)
    if lines:
        first = line_scores(totals[:, :lines], values, levels, rules, parts=parts)
        scores[:, :lines] = first
        floor = np.where(there[:, :lines], first, 1.0).min(axis=1, keepdims=True)
        behind = totals[:, lines:]
        if levels.learnt is not None:  # gains are another scale than scores of texts
            behind = behind * floor / np.maximum(totals[:, lines - 1 : lines], 1e-9)
        scores[:, lines:] = np.minimum(floor, behind)
    scores[~there] = -1.0
    order = np.lexsort((ids, -scores), axis=1)
    scores[~there] = 0.0
    scores, texts = (np.take_along_axis(one, order, axis=1) for one in (scores, totals))
    return Weighed(Ranked(ranked.counts, np.take_along_axis(ids, order, axis=1), scores), order, texts, values)


def line_scores(
    totals: Doubles, values: Floats, levels: LineLevels, rules: CircumstanceRules, *, parts: Floats | None = None
) -> Doubles:
    """Scores (...), 0..1, to six digits, of lines by the scores of their texts (...) and their circumstances."""
    if levels.learnt is None:
        return with_circumstances(totals, values, rules)
    gains = expected_gain(levels.chances(totals, parts, values))
    return with_circumstances(gains, values, _of_unlearnt(rules, levels))


def _of_unlearnt(rules: CircumstanceRules, levels: LineLevels) -> CircumstanceRules:
    """Circumstances of which nothing was learnt move the score as the pack says; the others are in the chances."""
    stay = zip(rules.weights, levels.unlearnt.tolist(), strict=True)
    return replace(rules, weights=tuple(weight if unlearnt else 0.0 for weight, unlearnt in stay))

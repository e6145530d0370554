"""Small judged sets for the tests of evaluation; all made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from panhuo.engine.evaluation.trial import JudgedSet
from panhuo.engine.pair_scorers import Doubles, NeedText, Pairs, SupplyText


def judged_set(levels: Mapping[tuple[str, str], int], *, titles: Mapping[str, str] | None = None) -> JudgedSet:
    """By (need_id, text_id); titles: of needs and texts, their ids where not told."""
    told = titles or {}
    needs = sorted({need for need, _ in levels})
    texts = sorted({text for _, text in levels})
    ordered = sorted(levels)
    return JudgedSet(
        tuple(NeedText(one, told.get(one, one), "") for one in needs),
        tuple(SupplyText(one, told.get(one, one)) for one in texts),
        np.array([(needs.index(need), texts.index(text)) for need, text in ordered], np.int64),
        np.array([levels[pair] for pair in ordered], np.int64),
    )


class Remembering:
    """A scorer that learns by heart: the level of a pair it was fitted to, chance for any other."""

    name = "by heart"

    def __init__(self, known: Mapping[tuple[str, str], int] | None = None) -> None:
        self.known = dict(known or {})

    def score(self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
        ids = [(needs[need].need_id, texts[text].text_id) for need, text in pairs.tolist()]
        return np.array([float(self.known.get(pair, sum(map(ord, pair[1])) % 4 + 1)) for pair in ids])

    def fit(
        self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs, levels: Sequence[int]
    ) -> Remembering:
        ids = [(needs[need].need_id, texts[text].text_id) for need, text in pairs.tolist()]
        return Remembering(dict(zip(ids, levels, strict=True)))

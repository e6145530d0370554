"""Needs that may be one: how well each finds the other, against how well it finds itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two needs, by their places; left < right. likeness: 0..1."""

    left: int
    right: int
    likeness: float


def alike_pairs(scores: Mapping[tuple[int, int], float], *, least: float) -> list[AlikePair]:
    """Pairs from `least` on, the most alike first, then in the order of their places.

    scores: (need, text of a need) -> its score as an answer, (i, i) among them. Likeness is the smaller of the two
    directions, each by the asking need's own score: a short need that a long one contains is not the same need.

    >>> alike_pairs({(0, 0): 0.8, (1, 1): 0.9, (0, 1): 0.6, (1, 0): 0.45}, least=0.1)
    [AlikePair(left=0, right=1, likeness=0.5)]
    """
    found = []
    for (asking, told), score in scores.items():
        back = scores.get((told, asking))
        own, other = scores.get((asking, asking), 0.0), scores.get((told, told), 0.0)
        if asking < told and back is not None and own > 0 and other > 0:
            likeness = round(min(1.0, score / own, back / other), 4)
            if likeness >= least:
                found.append(AlikePair(asking, told, likeness))
    return sorted(found, key=lambda pair: (-pair.likeness, pair.left, pair.right))

"""What an evaluation asks of a matcher: scores for pairs of needs and texts, and learning from judged pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Places = NDArray[np.int64]
Pairs = NDArray[np.int64]
"""(n, 2): places in a list of needs and in a list of texts."""


@dataclass(frozen=True, slots=True)
class NeedText:
    """A need as it was said; groups: what it is counted by, such as industry or district -> name."""

    need_id: str
    title: str
    content: str
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SupplyText:
    """A patent or achievement that may answer a need; body: its abstract, "" where only the title is known."""

    text_id: str
    title: str
    body: str = ""


class PairScorer(Protocol):
    """Says how well texts answer needs, pair by pair: what an evaluation judges and what can be exchanged."""

    @property
    def name(self) -> str:
        """What it is and which version, one phrase."""

    def score(self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
        """(len(pairs),), finite, the higher the better. needs and texts may hold more than the pairs name."""

    def fit(
        self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs, levels: Sequence[int]
    ) -> PairScorer:
        """A scorer that has learnt from judged pairs; levels: 1..4. This one is left as it is."""


@runtime_checkable
class LevelScorer(PairScorer, Protocol):
    """A scorer that says by itself how probable the levels are; its scores need not compare two needs."""

    def chances(self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
        """(len(pairs), 3): that the level is at least 2, 3, 4; each 0..1, falling from left to right."""

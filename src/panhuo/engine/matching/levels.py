"""What the line of a list means: how probable each level is, from the score of its texts or from what was learnt.

Where nothing was learnt, P(level >= k) = sigmoid(slope x sqrt(total) - cut_k): one slope and three cuts of the pack.
What an installation learns is added to these log-odds, so that few answers change little and none change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.circumstances import CIRCUMSTANCES, NEUTRAL
from panhuo.engine.matching.level_weights import GAINS, LevelWeights, fit_weights, sigmoid
from panhuo.engine.matching.scoring import PARTS
from panhuo.engine.ports import Floats, Ids
from panhuo.rules import InForce
from panhuo.terms.errors import BadValue

LINE_COLUMNS = ("evidence", *PARTS, *CIRCUMSTANCES)
"""evidence: the root of the score of the texts; parts and circumstances by their names; all 0..1."""
GOOD = 1
"""Column of chances that says level 3 and more."""
LEVELS = (1, 2, 3, 4)
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LevelPrior:
    """What a score means where nothing was learnt. slope: above 0; cuts: of level 2, 3, 4, rising."""

    slope: float
    cuts: tuple[float, float, float]

    def log_odds(self, totals: Doubles) -> Doubles:
        """(..., 3) of level 2, 3, 4 at least, for scores of texts 0..1; rising with the score."""
        found: Doubles = self.slope * np.sqrt(np.clip(totals, 0.0, 1.0))[..., None] - np.array(self.cuts)
        return found


def level_prior_of_lines(rules: InForce) -> LevelPrior:
    """Read matching.lines.slope and matching.lines.cuts. Raises: BadValue code bad_cuts where they cannot be."""
    slope = float(rules.decimal("matching.lines.slope"))
    cuts = tuple(float(one) for one in rules.words("matching.lines.cuts"))
    if slope <= 0 or len(cuts) != len(GAINS) or list(cuts) != sorted(cuts):
        raise BadValue(
            f"matching.lines.slope must be above 0 and matching.lines.cuts three rising numbers, not {slope} and "
            f"{cuts}. Mend them in the pack.",
            code="bad_cuts",
        )
    return LevelPrior(slope, (cuts[0], cuts[1], cuts[2]))


@dataclass(frozen=True, slots=True)
class LineLevels:
    """Chances of the levels of lines. learnt: corrections of the log-odds of the prior, by LINE_COLUMNS; or none.

    version: of what was learnt in this installation, 0 for the pack's.
    """

    prior: LevelPrior
    learnt: LevelWeights | None = None
    version: int = 0

    def __post_init__(self) -> None:
        if self.learnt is not None and self.learnt.names != LINE_COLUMNS:
            raise BadValue(
                f"The weights of lines are of {', '.join(self.learnt.names)}, but made are {', '.join(LINE_COLUMNS)}. "
                "Learn anew (panhuo learn match), or go back to the pack: panhuo learn match --use 0.",
                code="bad_weights",
            )

    @property
    def told_by(self) -> str:
        """pack, or version N: who says the levels."""
        return "pack" if self.learnt is None else f"version {self.version}"

    @property
    def unlearnt(self) -> NDArray[np.bool_]:
        """(len(CIRCUMSTANCES),): those of which nothing was learnt because no answer differed in them."""
        if self.learnt is None:
            return np.ones(len(CIRCUMSTANCES), np.bool_)
        found: NDArray[np.bool_] = ~np.any(self.learnt.weights[1 + len(PARTS) : -1], axis=1)
        return found

    def chances(self, totals: Doubles, parts: Floats | None, values: Floats) -> Doubles:
        """(..., 3): that level 2, 3, 4 is reached, 0..1, falling from left to right, to nine digits.

        Args:
            totals: (...) scores of the texts. parts: (..., len(PARTS)), needed only where something was learnt.
            values: (..., len(CIRCUMSTANCES)).
        """
        told = self.prior.log_odds(totals)
        if self.learnt is not None:
            if parts is None:
                raise ValueError("chances by what was learnt need the parts of the score")
            shape = np.broadcast_shapes(totals.shape, values.shape[:-1])
            columns = line_columns(totals, parts, values)
            told = told + self.learnt.log_odds(columns.reshape(-1, len(LINE_COLUMNS))).reshape(*shape, len(GAINS))
        found: Doubles = np.minimum.accumulate(sigmoid(told), axis=-1)
        return np.round(found, 9)


def line_columns(totals: Doubles, parts: Floats, values: Floats) -> Doubles:
    """(..., len(LINE_COLUMNS)) of lines."""
    found: Doubles = np.concatenate(
        [np.sqrt(np.clip(totals, 0.0, 1.0))[..., None], parts.astype(np.float64), values.astype(np.float64)], axis=-1
    )
    return found


def neutral_values(shape: Sequence[int]) -> Floats:
    """Circumstances of lines of which nothing is known."""
    return np.full((*shape, len(CIRCUMSTANCES)), NEUTRAL, np.float32)


def expected_gain(chances: Doubles) -> Doubles:
    """Expected gain 2^(level-1) - 1 as a share of that of level 4: 0..1, to six digits."""
    found: Doubles = np.floor(chances @ GAINS / GAINS.sum() * 1e6 + 0.5) / 1e6
    return found


def told_levels(chances: Doubles) -> Ids:
    """The level to say, 1..4: the median, the greatest that is reached more likely than not.

    >>> told_levels(np.array([[0.9, 0.6, 0.1], [0.4, 0.1, 0.0]])).tolist()
    [3, 1]
    """
    found: Ids = LEVELS[0] + (chances > 0.5).sum(axis=-1)
    return found


def learn_lines(
    prior: LevelPrior, totals: Doubles, columns: Doubles, levels: Sequence[int] | Doubles, *, penalty: float, needs: int
) -> LevelWeights:
    """Corrections of the prior from judged lines. totals: (n,); columns: (n, len(LINE_COLUMNS)); levels: 1..4.

    A circumstance that was the same on all lines gets no weight. Raises: DomainError code nothing_to_learn.
    """
    return fit_weights(LINE_COLUMNS, columns, levels, penalty=penalty, needs=needs, base=prior.log_odds(totals))

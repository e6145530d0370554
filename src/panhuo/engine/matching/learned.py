"""The learned ranking: named columns of a need and its texts, three ridge logistics, like texts heard together.

A matcher of this kind begins unlabelled (UnlabelledScorer: the sum of three columns, diffused) and becomes a
LearnedScorer by judged pairs. Scores compare the texts of one need with one another, not those of two needs; chances
are absolute. A text that is mute (engine.matching.pair_texts) stands below all others and reaches no level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from panhuo.engine.matching.level_weights import GAINS, LevelWeights, fit_weights
from panhuo.engine.matching.likeness import standardised
from panhuo.engine.matching.pair_columns import ColumnRules, PairColumns, pair_columns
from panhuo.engine.matching.pair_texts import PairReader, PairTexts, Statistics
from panhuo.engine.pair_scorers import Doubles, NeedText, Pairs, Places, SupplyText
from panhuo.rules import InForce
from panhuo.terms.errors import BadValue

KEPT_CELLS = 20_000_000
"""Numbers of columns and likeness that are kept for the next question about the same texts: 160 MB."""
BELOW = 1.0
"""How far a mute text stands below the others."""


@dataclass(frozen=True, slots=True)
class LearnedRules:
    """columns: how they are made; penalty: of the ridge, above 0; last_share: lent at the end to like texts, 0..1."""

    columns: ColumnRules
    penalty: float
    last_share: float


def learned_rules(rules: InForce, columns: ColumnRules) -> LearnedRules:
    """Read matching.learned.* of the pack."""
    return LearnedRules(
        columns,
        float(rules.decimal("matching.learned.penalty")),
        float(rules.decimal("matching.learned.last_share")),
    )


@dataclass(frozen=True, slots=True)
class _Pool:
    """Pairs of one need. pairs: places of those whose texts say something, in the order of made; mute: the others."""

    pairs: Places
    mute: Places
    made: PairColumns | None


@dataclass(slots=True)
class _Asked:
    """Needs and texts as last read, and columns made of them. own: their statistics are of these very texts."""

    needs: Sequence[NeedText]
    texts: Sequence[SupplyText]
    own: bool
    read: PairTexts
    columns: dict[tuple[int, bytes], PairColumns] = field(default_factory=dict)
    cells: int = 0


@dataclass(slots=True)
class PairPools:
    """Columns of judged pairs, need by need. What was read last is kept, so that many questions cost it once."""

    reader: PairReader
    rules: LearnedRules
    _asked: _Asked | None = field(default=None, init=False)

    def statistics(
        self, needs: Sequence[NeedText], texts: Sequence[SupplyText], known: Statistics | None
    ) -> Statistics:
        """What all these texts tell without judgements; `known` where it is given."""
        return self._read(needs, texts, known).read.statistics

    def of(
        self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs, known: Statistics | None
    ) -> Iterator[_Pool]:
        """One pool per need that is asked for. The order of the pairs changes nothing."""
        asked = self._read(needs, texts, known)
        order = np.argsort(pairs[:, 0], kind="stable")
        owner = pairs[order, 0]
        for held in np.split(order, np.flatnonzero(np.diff(owner)) + 1) if len(order) else []:
            need = int(pairs[held[0], 0])
            ranked = sorted(held.tolist(), key=lambda pair: _key(texts[pairs[pair, 1]]))
            rows = {pair: asked.read.rows[_key(texts[pairs[pair, 1]])[:2]] for pair in ranked}
            says = [pair for pair in ranked if not asked.read.texts[rows[pair]].said.mute]
            if not asked.read.needs[need].whole.words:
                says = []
            mute = sorted(set(ranked).difference(says))
            made = self._made(asked, need, np.array([rows[pair] for pair in says], np.int64)) if says else None
            yield _Pool(np.array(says, np.int64), np.array(mute, np.int64), made)

    def _made(self, asked: _Asked, need: int, rows: Places) -> PairColumns:
        key = need, rows.tobytes()
        found = asked.columns.get(key)
        if found is None:
            found = pair_columns(asked.read, need, rows, self.rules.columns)
            asked.cells += found.columns.size + found.likeness.size
            if asked.cells <= KEPT_CELLS:
                asked.columns[key] = found
        return found

    def _read(self, needs: Sequence[NeedText], texts: Sequence[SupplyText], known: Statistics | None) -> _Asked:
        last = self._asked
        if last is None or last.needs is not needs or last.texts is not texts:
            last = None
        if last is not None and (last.read.statistics is known or (known is None and last.own)):
            return last
        self._asked = _Asked(needs, texts, known is None, self.reader.read(needs, texts, known))
        return self._asked


@dataclass(frozen=True, slots=True)
class UnlabelledScorer:
    """A PairScorer that has learnt nothing: the sum of the columns BASE, lent to like texts, within the need.

    Its scores are standard deviations from the mean of the texts asked.
    """

    pools: PairPools
    name: str = "sum of columns, diffused"

    def score(self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
        """Standard deviations; a need whose texts are all alike gives 0."""
        found = np.zeros(len(pairs))
        for pool in self.pools.of(needs, texts, pairs, None):
            values = np.zeros(0)
            if pool.made is not None:
                far = pool.made.diffused(pool.made.base, self.pools.rules.columns.far_share)
                values = standardised(far)
            _place(found, pool, values)
        return found

    def fit(
        self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs, levels: Sequence[int]
    ) -> LearnedScorer:
        """Raises: DomainError code nothing_to_learn where no judged text has words."""
        return learned(self.pools, needs, texts, pairs, levels)

    def words(self, title: str, body: str) -> list[str]:
        """All words under which a text is found, those inside longer ones included."""
        return list(self.pools.reader.said(f"{title}\n{body}").heard)


@dataclass(frozen=True, slots=True)
class LearnedScorer:
    """A LevelScorer by weights. known: what the texts it was fitted to told; None counts the texts it is asked."""

    pools: PairPools
    weights: LevelWeights
    known: Statistics | None = None
    version: str = ""

    def __post_init__(self) -> None:
        wanted = self.pools.rules.columns.names
        if self.weights.names != wanted:
            raise BadValue(
                f"The weights are of the columns {', '.join(self.weights.names)}, but made are {', '.join(wanted)}. "
                "Learn anew with this encoder, or choose the encoder that the model was learnt with.",
                code="bad_weights",
            )

    @property
    def name(self) -> str:
        return f"columns weighted as learnt from {self.weights.needs} needs{f', {self.version}' * bool(self.version)}"

    def score(self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
        """Expected gain of the pair less the mean of the need's texts, evened out over like texts."""
        found = np.zeros(len(pairs))
        for pool in self.pools.of(needs, texts, pairs, self.known):
            values = np.zeros(0)
            if pool.made is not None:
                gains = self.weights.at_least(pool.made.columns) @ GAINS
                values = pool.made.diffused(gains, self.pools.rules.last_share)
            _place(found, pool, values)
        return found

    def chances(self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
        """(n, 3): that level 2, 3, 4 is reached; zeros for a mute text or need."""
        found = np.zeros((len(pairs), len(GAINS)))
        for pool in self.pools.of(needs, texts, pairs, self.known):
            if pool.made is not None:
                found[pool.pairs] = self.weights.at_least(pool.made.columns)
        return found

    def rescore(self, need: NeedText, texts: Sequence[SupplyText]) -> tuple[Doubles, Doubles]:
        """Scores (n,) and chances (n, 3) of one need's candidates, for ordering a list anew."""
        pairs = np.array([(0, row) for row in range(len(texts))], np.int64).reshape(len(texts), 2)
        needs = (need,)
        return self.score(needs, texts, pairs), self.chances(needs, texts, pairs)

    def fit(
        self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs, levels: Sequence[int]
    ) -> LearnedScorer:
        """As if nothing had been learnt before; what all texts tell is counted anew."""
        return learned(self.pools, needs, texts, pairs, levels)


def learned(
    pools: PairPools, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs, levels: Sequence[int]
) -> LearnedScorer:
    """Fit weights to judged pairs; mute texts teach nothing. Raises: DomainError code nothing_to_learn."""
    told = np.asarray(levels, float)
    made = [(pool.made.columns, told[pool.pairs]) for pool in pools.of(needs, texts, pairs, None) if pool.made]
    names = pools.rules.columns.names
    weights = fit_weights(
        names,
        np.concatenate([columns for columns, _ in made]) if made else np.zeros((0, len(names))),
        np.concatenate([level for _, level in made]) if made else np.zeros(0),
        penalty=pools.rules.penalty,
        needs=len(made),
    )
    return LearnedScorer(pools, weights, pools.statistics(needs, texts, None))


def _place(found: Doubles, pool: _Pool, values: Doubles) -> None:
    found[pool.pairs] = values
    found[pool.mute] = (float(values.min()) if len(values) else 0.0) - BELOW


def _key(text: SupplyText) -> tuple[str, str, str]:
    return text.title, text.body, text.text_id

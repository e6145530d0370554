"""The matcher's score for given pairs, over a table made in memory of the offered texts and the needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.columns import TextColumns, WordTable, text_columns
from panhuo.engine.matching.mining import NONE, Miner, MiningRules
from panhuo.engine.matching.needs import NeedRules, Part, understand
from panhuo.engine.matching.query import Query, query_of
from panhuo.engine.matching.scoring import Scorer, ScoreRules
from panhuo.engine.matching.space import StaticEncoder, WordCounts, fit_space, vocabulary
from panhuo.engine.matching.words import MAX_CHARACTERS, Lexicon, passage_bag
from panhuo.engine.pair_scorers import Doubles, NeedText, Pairs, SupplyText
from panhuo.engine.ports import TermEncoder, Vectors


@dataclass(frozen=True, slots=True)
class TableRules:
    """What the matcher reads of a pack. dimensions, vocabulary and min_texts: of the vector space.

    mining: how terms are mined from the texts and needs, as for the table of an installation.
    """

    score: ScoreRules
    needs: NeedRules
    parts: Mapping[Part, float]
    dimensions: int
    vocabulary: int
    min_texts: int
    mining: MiningRules = NONE


@dataclass(frozen=True, slots=True)
class _Table:
    """Distinct texts with their statistics. rows: (title, body) -> row of columns and vectors."""

    lexicon: Lexicon
    rows: Mapping[tuple[str, str], int]
    columns: TextColumns
    vectors: Vectors
    encoder: StaticEncoder
    scorer: Scorer


@dataclass(slots=True)
class TableScorer:
    """A PairScorer by the matcher's weights as they stand in the pack; it learns nothing from judged pairs.

    The table last made is kept, so that many questions about the same needs and texts cost it once.
    """

    lexicon: Lexicon
    terms: TermEncoder
    rules: TableRules
    name: str = "weighted parts"
    _made: tuple[Sequence[NeedText], Sequence[SupplyText], _Table] | None = field(default=None, init=False)

    def score(self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
        """Weighted sums of the parts, 0..1. A text without words gets what its parts are worth: nothing."""
        table = self._table(needs, texts)
        found = np.zeros(len(pairs))
        rows = np.array([table.rows[texts[text].title, texts[text].body] for text in pairs[:, 1].tolist()], np.int64)
        asked = np.unique(pairs[:, 0])
        queries = [self._query(needs[need], table.lexicon) for need in asked.tolist()]
        block = table.scorer.ask(queries)
        own = table.encoder.encode([query.bag for query in queries])
        for place, need in enumerate(asked.tolist()):
            held = np.flatnonzero(pairs[:, 0] == need)
            theirs = Vectors(table.vectors.space, table.vectors.matrix[rows[held]])
            sense = Vectors(own.space, own.matrix[place : place + 1]).products(theirs)[0]
            parts = table.scorer.parts(block, place, table.columns, rows[held], sense)
            found[held] = table.scorer.totals(parts)
        return found

    def fit(
        self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs, levels: Sequence[int]
    ) -> TableScorer:
        return self

    def words(self, title: str, body: str) -> list[str]:
        """All words under which a text is found, those inside longer ones included."""
        told = self.lexicon.indexed(title, body)
        return [*told.title, *told.body, *told.parts]

    def _query(self, need: NeedText, lexicon: Lexicon) -> Query:
        said = understand(need.content, self.rules.needs, title=need.title[:MAX_CHARACTERS])
        return query_of(need.need_id, said, lexicon, self.rules.parts)

    def _table(self, needs: Sequence[NeedText], texts: Sequence[SupplyText]) -> _Table:
        if self._made is None or self._made[0] is not needs or self._made[1] is not texts:
            self._made = (needs, texts, self._make(needs, texts))
        return self._made[2]

    def _make(self, needs: Sequence[NeedText], texts: Sequence[SupplyText]) -> _Table:
        """Statistics are those of the offered texts, each as often as it stands; the space knows the needs' words, too.

        Texts and needs are taken sorted, so that the order of the files changes nothing.
        """
        standing = Counter((text.title, text.body) for text in texts)
        distinct = sorted(standing)
        asking = sorted({(need.title, need.content) for need in needs})
        lexicon = self.lexicon.taught(self._mined([*distinct, *asking]))
        cut = [lexicon.indexed(title, body) for title, body in distinct]
        counts, known = WordCounts(), WordCounts()
        for one, text in zip(distinct, cut, strict=True):
            for _ in range(standing[one]):
                counts.add(text)
                known.add(text)
        for title, content in asking:
            known.add(lexicon.indexed(title, content))
        terms = vocabulary(known, size=self.rules.vocabulary, min_texts=self.rules.min_texts)
        space = fit_space(counts, terms, self.terms, dimensions=self.rules.dimensions, share=lexicon.share)
        encoder = StaticEncoder(space, share=lexicon.share, unknown=self.terms)
        passages = StaticEncoder(space, share=lexicon.share)
        factor = self.rules.score.title_factor
        words = WordTable(counts.texts, counts.mean_words, counts.in_texts, lexicon.share)
        near = NearTable(encoder, list(space.index), words, near_from=self.rules.score.near_from)
        return _Table(
            lexicon,
            {text: row for row, text in enumerate(distinct)},
            text_columns(cut, words),
            passages.encode([passage_bag(text, title_factor=factor) for text in cut]),
            encoder,
            Scorer(self.rules.score, words, near),
        )

    def _mined(self, texts: Sequence[tuple[str, str]]) -> list[str]:
        miner = Miner(self.rules.mining, self.lexicon.share)
        if self.rules.mining.terms:
            for title, body in texts:
                miner.add(self.lexicon.tokens(title))
                miner.add(self.lexicon.tokens(body))
        return [one.term for one in miner.terms()]

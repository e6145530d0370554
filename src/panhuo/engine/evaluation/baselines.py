"""Rankings that any matcher must beat: by chance, by shared characters, by shared words. Nothing of them is tuned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import log, sqrt

import numpy as np

from panhuo.engine.pair_scorers import Doubles, NeedText, Pairs, SupplyText

GRAMS = (1, 2, 3)
SATURATION, LENGTH_SHARE = 1.2, 0.75
"""k1 and b of BM25, the usual values."""
MAX_CHARACTERS = 20_000
"""Read of one text at most, as the matcher does."""

Ranking = Callable[[Sequence[NeedText], Sequence[SupplyText], Pairs], Doubles]
Cut = Callable[[str, str], Iterable[str]]
"""Words of a title and a text."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A PairScorer that learns nothing."""

    name: str
    ranking: Ranking

    def score(self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
        return self.ranking(needs, texts, pairs)

    def fit(
        self, needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs, levels: Sequence[int]
    ) -> Baseline:
        return self


def baselines(cut: Cut) -> tuple[Baseline, ...]:
    """random, tfidf, bm25. cut: words of a title and a text, for bm25."""

    def bm25(needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
        return bm25_scores(needs, texts, pairs, cut)

    return Baseline("random", random_scores), Baseline("tfidf", tfidf_scores), Baseline("bm25", bm25)


def random_scores(needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
    """0..1 by a digest of both ids: any order of the files, and any machine, gives the same."""
    ids = [(needs[need].need_id, texts[text].text_id) for need, text in pairs.tolist()]
    drawn = [blake2b(f"{need}\0{text}".encode(), digest_size=6).digest() for need, text in ids]
    return np.array([int.from_bytes(one, "big") / 2**48 for one in drawn])


def tfidf_scores(needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs) -> Doubles:
    """Cosine of TF-IDF vectors of character 1- to 3-grams: title and content of the need against title and body.

    Weight of a gram: count * (ln((1 + N) / (1 + texts that hold it)) + 1), over the N texts and needs as they stand.
    """
    asked = [_whole(need.title, need.content) for need in needs]
    offered = [_whole(text.title, text.body) for text in texts]
    counted = {one: _grams(one) for one in {*asked, *offered}}
    held: Counter[str] = Counter()
    for one, number in Counter([*asked, *offered]).items():
        held.update(dict.fromkeys(counted[one], number))
    total = 1 + len(asked) + len(offered)
    rarity = {gram: log(total / (1 + number)) + 1 for gram, number in held.items()}
    vectors = {one: _unit({gram: n * rarity[gram] for gram, n in grams.items()}) for one, grams in counted.items()}
    return np.array([_product(vectors[asked[need]], vectors[offered[text]]) for need, text in pairs.tolist()])


def bm25_scores(needs: Sequence[NeedText], texts: Sequence[SupplyText], pairs: Pairs, cut: Cut) -> Doubles:
    """Okapi BM25 of the words of the need, each once, over the offered texts, equal ones counted once."""
    words = {(text.title, text.body): Counter(cut(text.title, text.body)) for text in texts}
    held: Counter[str] = Counter()
    for counted in words.values():
        held.update(counted.keys())
    total = len(words)
    mean = sum(counted.total() for counted in words.values()) / max(1, total) or 1.0
    asked: dict[int, set[str]] = {}
    found = np.zeros(len(pairs))
    for row, (need, text) in enumerate(pairs.tolist()):
        if need not in asked:
            asked[need] = set(cut(needs[need].title, needs[need].content))
        counted = words[texts[text].title, texts[text].body]
        damp = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * counted.total() / mean)
        shared = sorted(asked[need].intersection(counted))  # a set's order would change the last bit of the sum
        found[row] = sum(
            log(1 + (total - held[word] + 0.5) / (held[word] + 0.5))
            * counted[word] * (SATURATION + 1) / (counted[word] + damp)
            for word in shared
        )  # fmt: skip
    return found


def _whole(title: str, body: str) -> str:
    return f"{title}{body}"[:MAX_CHARACTERS].lower()


def _grams(text: str) -> Counter[str]:
    return Counter(text[start : start + size] for size in GRAMS for start in range(len(text) - size + 1))


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {gram: weight / length for gram, weight in weights.items()}


def _product(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * long[gram] for gram, weight in short.items() if gram in long)

"""Needs and texts read for pairs: their words and characters with what each is worth, and their vectors.

What all texts together tell without any judgement (how rare a word is, which directions of the vectors are common)
is a Statistics. A text that has no words, or says the same few again and again, is mute: nothing can be found in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from panhuo.engine.matching.lsa import LsaFit
from panhuo.engine.matching.needs import NeedRules, Part, understand
from panhuo.engine.matching.query import query_of
from panhuo.engine.matching.space import (
    Projection,
    StaticEncoder,
    StaticSpace,
    WordCounts,
    fit_projection,
    fit_space,
    unit_rows,
    vocabulary,
)
from panhuo.engine.matching.words import BLANKS, MAX_CHARACTERS, Lexicon
from panhuo.engine.pair_scorers import NeedText, SupplyText
from panhuo.engine.ports import Bag, Floats, IndexedText, TermEncoder

GRAMS = (1, 2, 3)
MAX_BODY = 2_000
"""Characters read of the text under a title: an abstract."""
MAX_LIVE = 200
"""Characters of a title or sentence that a model reads."""
REPEATED = 3
"""A text whose words stand so many times each on average says nothing."""
LEAST_SENTENCE = 6
_ENDS = re.compile(r"[。；;\n！？!?]|(?<=\d)[、．.]")

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """How needs and texts are read. dimensions, vocabulary, min_texts: of the static space; sentences: of a need."""

    needs: NeedRules
    parts: Mapping[Part, float]
    dimensions: int
    vocabulary: int
    min_texts: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """texts: how many were counted, needs among them; grams, words: in how many of them each stands.

    live: mean and scaled directions of the live vectors, None without a live model.
    """

    texts: int
    grams: Mapping[str, int]
    words: Mapping[str, int]
    static: StaticSpace
    live: Projection | None


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a text. words: in its order, repeated as they stand; heard: with those inside and across them.

    marks: the text in normal form without blanks.
    """

    words: tuple[str, ...]
    heard: tuple[str, ...]
    marks: str

    def grams(self) -> Counter[str]:
        """Runs of GRAMS characters with their counts."""
        return Counter(self.marks[at : at + size] for size in GRAMS for at in range(len(self.marks) - size + 1))

    @property
    def once(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.words))

    @property
    def mute(self) -> bool:
        """Whether it has no words, or the same ones over and over: nothing can be found in it."""
        return len(self.words) >= REPEATED * len(set(self.words))


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text with weights. chars, words: rows of length one."""

    said: Said
    chars: Weights
    words: Weights


@dataclass(frozen=True, slots=True)
class ReadNeed:
    """A need with weights. chars: of all of it; words: of its title.

    live, even: rows of its title and its sentences, as the model gives them and less what is common to all.
    """

    title: Said
    whole: Said
    chars: Weights
    words: Weights
    live: Floats
    even: Floats
    static: Floats


@dataclass(frozen=True, slots=True)
class PairTexts:
    """Needs and distinct texts as they were read. rows: (title, body) -> place in texts, live, even and static.

    live: raw vectors of the model, even: less what is common to all; static: sums of word vectors; (n, d) each.
    term_rows: word -> row of terms, unit vectors of words; the last row is zeros, for words that no text and no title
    holds: to embed them costs as much as a title and brings nothing that was measured.
    """

    statistics: Statistics
    lexicon: Lexicon
    needs: tuple[ReadNeed, ...]
    texts: tuple[ReadText, ...]
    rows: Mapping[tuple[str, str], int]
    live: Floats
    even: Floats
    static: Floats
    term_rows: Mapping[str, int]
    terms: Floats

    def rarity(self, word: str) -> float:
        """Worth of a word that is heard: 0 and more."""
        seen = self.statistics.words.get(word, 0)
        return log((1 + self.statistics.texts) / (0.5 + seen)) * self.lexicon.share(word)

    def vectors(self, words: Sequence[str]) -> Floats:
        """(len(words), d): unit rows, zeros where unknown."""
        found: Floats = self.terms[[self.term_rows.get(word, -1) for word in words]]
        return found


@dataclass(frozen=True, slots=True)
class PairReader:
    """Reads needs and texts for pairs. live: a model of whole short texts, None where there is none at hand."""

    lexicon: Lexicon
    terms: TermEncoder | LsaFit
    rules: ReadingRules
    live: TermEncoder | None = None

    def said(self, text: str) -> Said:
        """Words and characters of a text."""
        plain, pairs = self.lexicon.read(text)
        inner = [part for word in plain if len(word) > 2 for part in self.lexicon.parts(word)]
        return Said(tuple(plain), (*plain, *inner, *pairs), "".join(self.lexicon.plain(text).split()))

    def read(
        self, needs: Sequence[NeedText], texts: Sequence[SupplyText], known: Statistics | None = None
    ) -> PairTexts:
        """Read them all; vectors are asked for once for each kind. known: None counts these very texts.

        Texts and needs are counted once each, in the order of their letters, so that files may stand in any order.
        """
        distinct = sorted({(text.title, text.body) for text in texts})
        told = [self.said(_text(*one)) for one in distinct]
        heads = [self.said(_head(need)) for need in needs]
        wholes = [self.said(_whole(need)) for need in needs]
        lines = [self._lines(need) for need in needs]
        live_texts = self._live([_line(*one) for one in distinct])
        live_needs = self._live([line for own in lines for line in own])
        if known is None:
            asking = {_whole(need): whole for need, whole in zip(needs, wholes, strict=True)}
            said = [*told, *(asking[one] for one in sorted(asking))]
            known = self._statistics(said, told, np.concatenate([live_texts, unit_rows(live_needs)]))
        unknown = None if isinstance(self.terms, LsaFit) else self.terms
        encoder = StaticEncoder(known.static, share=self.lexicon.share, unknown=unknown)
        static_needs = encoder.encode([self._bag(need) for need in needs]).matrix
        words = {word for one in (*told, *heads) for word in one.words}
        words |= {word for one in wholes for word in one.words if word in known.static.index}
        listed = sorted(words)
        terms = encoder.terms(listed, asked=True)
        even_texts, even_needs = _evened(live_texts, known.live), _evened(live_needs, known.live)
        starts = np.cumsum([0, *map(len, lines)])
        return PairTexts(
            known,
            self.lexicon,
            tuple(
                ReadNeed(
                    heads[at],
                    wholes[at],
                    self._chars(wholes[at], known),
                    self._words(heads[at], known),
                    live_needs[starts[at] : starts[at + 1]],
                    even_needs[starts[at] : starts[at + 1]],
                    static_needs[at],
                )
                for at in range(len(needs))
            ),
            tuple(ReadText(one, self._chars(one, known), self._words(one, known)) for one in told),
            {text: row for row, text in enumerate(distinct)},
            live_texts,
            even_texts,
            encoder.encode([Bag("", Counter(one.words)) for one in told]).matrix,
            {word: row for row, word in enumerate(listed)},
            np.concatenate([terms, np.zeros((1, terms.shape[1]), np.float32)]),
        )

    def _statistics(self, said: Sequence[Said], offered: Sequence[Said], live: Floats) -> Statistics:
        grams, words = Counter[str](), Counter[str]()
        for one in said:
            grams.update(one.grams().keys())
            words.update(set(one.heard))
        counts = WordCounts()
        indexed = [IndexedText(one.words, (), ()) for one in offered]
        for text in indexed:
            counts.add(text)
        chosen = vocabulary(counts, size=self.rules.vocabulary, min_texts=self.rules.min_texts)
        model = self.terms.fitted(chosen, counts, indexed) if isinstance(self.terms, LsaFit) else self.terms
        space = fit_space(counts, chosen, model, dimensions=self.rules.dimensions, share=self.lexicon.share)
        directions = fit_projection(live, live.shape[1]) if self.live is not None else None
        return Statistics(len(said), grams, words, space, directions)

    def _lines(self, need: NeedText) -> list[str]:
        """Title first, then sentences; none where the need says nothing."""
        pieces = (piece.strip() for piece in _ENDS.split(need.content[:MAX_CHARACTERS]))
        sentences = [piece[:MAX_LIVE] for piece in pieces if len(piece) >= LEAST_SENTENCE][: self.rules.sentences]
        return [_head(need)[:MAX_LIVE], *sentences]

    def _live(self, lines: Sequence[str]) -> Floats:
        """Unit rows; (n, 1) zeros without a live model."""
        if self.live is None or not lines:
            return np.zeros((len(lines), 1 if self.live is None else self.live.dimensions), np.float32)
        clean = [BLANKS.sub(" ", line).strip() for line in lines]
        distinct = sorted(set(clean))
        rows = {line: row for row, line in enumerate(distinct)}
        found: Floats = self.live.encode(distinct)[[rows[line] for line in clean]]
        return found

    def _bag(self, need: NeedText) -> Bag:
        said = understand(need.content, self.rules.needs, title=need.title[:MAX_CHARACTERS])
        return query_of(need.need_id, said, self.lexicon, self.rules.parts).bag

    def _chars(self, said: Said, known: Statistics) -> Weights:
        total = 1 + known.texts
        return _unit({gram: _often(n) * (log(total / (1 + known.grams.get(gram, 0))) + 1)
                      for gram, n in said.grams().items()})  # fmt: skip

    def _words(self, said: Said, known: Statistics) -> Weights:
        total, share = 1 + known.texts, self.lexicon.share
        return _unit({word: _often(n) * (log(total / (1 + known.words.get(word, 0))) + 1) * share(word)
                      for word, n in Counter(said.heard).items()})  # fmt: skip


def _text(title: str, body: str) -> str:
    return f"{title}\n{body[:MAX_BODY]}"[:MAX_CHARACTERS]


def _line(title: str, body: str) -> str:
    """What a model reads of a text: its title, the beginning of its body where it has none."""
    return (title.strip() or body.strip())[:MAX_LIVE]


def _head(need: NeedText) -> str:
    """The title of a need, its first line where it has none."""
    told = need.title.strip() or next((line.strip() for line in need.content.split("\n") if line.strip()), "")
    return told[:MAX_CHARACTERS]


def _whole(need: NeedText) -> str:
    return f"{need.title}\n{need.content}"[:MAX_CHARACTERS]


def _often(count: int) -> float:
    return 1.0 + log(count)


def _unit(weights: Weights) -> dict[str, float]:
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {name: weight / length for name, weight in weights.items()}


def _evened(vectors: Floats, projection: Projection | None) -> Floats:
    """Unit rows less what is common to all; as they stand without a model."""
    return unit_rows(projection.apply(vectors)) if projection is not None else vectors

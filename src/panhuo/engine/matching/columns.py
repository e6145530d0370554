"""Texts as columns: distinct words of each text by number, so that a million are scored without Python objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.kernel import gather, reorder, turn
from panhuo.engine.ports import Floats, Ids, IndexedText

Places = NDArray[np.int32]
Bytes = NDArray[np.uint8]
PLAIN = np.uint8(128)
"""Bit of `rests`: the word stands in title or body, not only inside a longer one."""
MOST = 127
"""A word counts so often in one text at most."""


def rarity(texts: int, held: int) -> float:
    """How telling a word is that `held` of `texts` texts hold: BM25's inverse document frequency, above 0."""
    return log(1 + (texts - held + 0.5) / (held + 0.5))


@dataclass(slots=True)
class WordTable:
    """Words by number. worths: share of its weight that a word keeps × its rarity. share_of: Lexicon.share.

    The statistics are those of the texts for which the table was made and stay as they are while texts come and go,
    so that a text's score does not hang on when it came. A word that comes later is the rarest there is.
    """

    texts: int
    mean_words: float
    in_texts: Mapping[str, int]
    share_of: Callable[[str], float]
    ids: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    _worths: list[float] = field(default_factory=list)
    _kept: list[float] = field(default_factory=list)
    _told: Floats | None = None

    def id(self, word: str) -> int:
        """Its number; a new one for a word not met before."""
        found = self.ids.get(word)
        if found is None:
            found = self.ids[word] = len(self.words)
            self.words.append(word)
            share = self.share_of(word)
            self._kept.append(share)
            self._worths.append(share * rarity(self.texts, self.in_texts.get(word, 0)))
        return found

    def worth(self, word: str) -> float:
        return self._worths[self.id(word)]

    def share(self, word: str) -> float:
        return self._kept[self.id(word)]

    def facts(self, words: Sequence[str]) -> tuple[Places, NDArray[np.float64], NDArray[np.float64], Ids]:
        """Number, share of its weight that it keeps, worth of each word; texts that held it, -1 where none is known."""
        numbers = [self.id(word) for word in words]
        return (
            np.array(numbers, np.int32),
            np.array([self._kept[number] for number in numbers], np.float64),
            np.array([self._worths[number] for number in numbers], np.float64),
            np.array([self.in_texts.get(word, -1) for word in words], np.int64),
        )

    @property
    def worths(self) -> Floats:
        """What each word is worth, by its number; the same array until a word comes."""
        if self._told is None or len(self._told) != len(self._worths):
            self._told = np.array(self._worths, np.float32)
        return self._told

    @property
    def weighed(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The share of its weight that each word keeps, and what it is worth, by its number."""
        return np.array(self._kept, np.float64), np.array(self._worths, np.float64)

    def take(self, words: Sequence[str], weighed: tuple[NDArray[np.float64], NDArray[np.float64]]) -> None:
        """Number words not met before as another table of the same statistics numbered and weighed them."""
        first = len(self.words)
        self.words += words
        self.ids.update(zip(words, range(first, first + len(words)), strict=True))
        self._kept += weighed[0].tolist()
        self._worths += weighed[1].tolist()

    def __len__(self) -> int:
        return len(self.words)


class WordNumbers(Protocol):
    """What scoring takes of a WordTable; `len` is how many words have numbers."""

    @property
    def worths(self) -> Floats:
        """What each word is worth, by its number."""

    @property
    def mean_words(self) -> float:
        """Words of a text on average."""

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class TextColumns:
    """n texts. starts: (n + 1,); words, titles, rests: one entry per distinct word of a text; lengths: (n,).

    titles: how often the word stands in the title; rests: in the body and inside longer words, with the bit PLAIN;
    lengths: words of a text, those inside longer ones counted.
    """

    starts: Ids
    words: Places
    titles: Bytes
    rests: Bytes
    lengths: Places

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def arrays(self) -> tuple[Any, ...]:
        """As the loops of kernel.py take them."""
        return self.starts, self.words, self.titles, self.rests, self.lengths


def text_columns(texts: Iterable[IndexedText], table: WordTable) -> TextColumns:
    """Columns of texts in their order, words in the order in which a text says them first."""
    starts, lengths = [0], []
    words: list[int] = []
    titles: list[int] = []
    rests: list[int] = []
    for text in texts:
        told: dict[str, list[int]] = {}
        for word in text.title:
            told.setdefault(word, [0, 0, 128])[0] += 1
        for word in text.body:
            told.setdefault(word, [0, 0, 128])[1] += 1
        for word in text.parts:
            told.setdefault(word, [0, 0, 0])[1] += 1
        for word, (title, rest, plain) in told.items():
            words.append(table.id(word))
            titles.append(min(title, MOST))
            rests.append(min(rest, MOST) | plain)
        starts.append(len(words))
        lengths.append(len(text.title) + len(text.body) + len(text.parts))
    return TextColumns(
        np.array(starts, np.int64),
        np.array(words, np.int32),
        np.array(titles, np.uint8),
        np.array(rests, np.uint8),
        np.array(lengths, np.int32),
    )


@dataclass(frozen=True, slots=True)
class Postings:
    """Texts by word: rows of the texts that hold word w stand from starts[w] to starts[w + 1], ascending.

    impacts: the share of its worth that the word brings there, 0..65535 for 0..1: grows with its count, shrinks with
    the text's length.
    """

    starts: Ids
    rows: Places
    impacts: NDArray[np.uint16]


def postings(columns: TextColumns, words: int, numbers: Floats) -> Postings:
    """Turn columns over `words` numbers. numbers: title_factor, saturation, length_share, mean words of a text."""
    held = np.bincount(columns.words, minlength=words)
    starts = np.concatenate([[0], np.cumsum(held)]).astype(np.int64)
    rows = np.empty(len(columns.words), np.int32)
    impacts = np.empty(len(columns.words), np.uint16)
    turn(columns.arrays, numbers, starts[:-1].copy(), rows, impacts)
    return Postings(starts, rows, impacts)


def token_columns(starts: Ids, tokens: Places, title_words: Places, body_words: Places, words: int) -> TextColumns:
    """Columns of texts given as word numbers one after the other (-1: no word), title first, then body, then parts."""
    marks = np.zeros(words, np.int64)
    size = len(tokens)
    found = np.empty(len(starts), np.int64)
    numbers, titles, rests = np.empty(size, np.int32), np.empty(size, np.uint8), np.empty(size, np.uint8)
    kept = gather(starts, tokens, title_words, body_words, marks, found, numbers, titles, rests)
    lengths = np.diff(starts).astype(np.int32)
    return TextColumns(found, numbers[:kept].copy(), titles[:kept].copy(), rests[:kept].copy(), lengths)


def in_order(columns: TextColumns, order: Ids) -> TextColumns:
    """The texts named by `order`, in that order."""
    size = int((columns.starts[order + 1] - columns.starts[order]).sum())
    words, titles, rests = np.empty(size, np.int32), np.empty(size, np.uint8), np.empty(size, np.uint8)
    starts = np.empty(len(order) + 1, np.int64)
    old = columns.words, columns.titles, columns.rests
    reorder(order, columns.starts, old, starts, (words, titles, rests))
    return TextColumns(starts, words, titles, rests, columns.lengths[order])


def joined(blocks: Sequence[TextColumns]) -> TextColumns:
    """Columns one after the other."""
    offsets = np.cumsum([0, *(len(block.words) for block in blocks)])
    starts = [block.starts[:-1] + offset for block, offset in zip(blocks, offsets[:-1], strict=True)]
    return TextColumns(
        np.concatenate([*starts, offsets[-1:]]).astype(np.int64),
        np.concatenate([np.zeros(0, np.int32), *(block.words for block in blocks)]),
        np.concatenate([np.zeros(0, np.uint8), *(block.titles for block in blocks)]),
        np.concatenate([np.zeros(0, np.uint8), *(block.rests for block in blocks)]),
        np.concatenate([np.zeros(0, np.int32), *(block.lengths for block in blocks)]),
    )

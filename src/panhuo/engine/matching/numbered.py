"""Cut texts as numbers of words, a block of texts at once: what an index of many texts is made from.

The numbers say of each text exactly what Lexicon.indexed says of it in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.text_loops import (
    LONG,
    PAIRED,
    WORD,
    count_words,
    pair_codes,
    passage_entries,
    place_words,
    renumber,
)
from panhuo.engine.matching.words import PAIRED as LEAST_SHARE
from panhuo.engine.matching.words import Lexicon, is_word
from panhuo.engine.ports import Floats, Ids

Places = NDArray[np.int32]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NumberedTexts:
    """n texts. words: the distinct ones of the block, in the order of first use.

    starts: (n + 1,) of numbers; numbers: places in words; of each text its title, its body, then the words inside
    longer ones. title_words, body_words: (n,) how many words title and body have.
    """

    words: list[str]
    starts: Ids
    numbers: Places
    title_words: Places
    body_words: Places

    def __len__(self) -> int:
        return len(self.title_words)

    def counts(self) -> tuple[Counts, Counts]:
        """For each of `words`: texts that hold it; times it stands in titles and bodies, parts not counted."""
        marks, in_texts, occurrences = np.zeros((3, len(self.words)), np.int64)
        plain = self.title_words + self.body_words
        count_words(self.starts, self.numbers, plain, marks, in_texts, occurrences)
        return in_texts, occurrences


class KnownWords:
    """What cutting has to know of words, looked up once for each. What it knows never changes what comes out."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._ids: dict[str, int] = {}
        self._words: list[str] = []
        self._bits = bytearray()
        self._part_starts = [0]
        self._parts: list[int] = []
        self._pairs: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._words)

    def numbered(self, words: Sequence[str], tokens: Places, starts: Ids) -> NumberedTexts:
        """Texts as the cutter took them apart.

        tokens: places in `words`, marks included; title and body of text i stand from starts[2 i] to starts[2 i + 1]
        and from there to starts[2 i + 2].
        """
        own = np.array([self._id(word) for word in words] or [0], np.int32)
        found = own[tokens] if len(tokens) else np.zeros(0, np.int32)
        bits = np.frombuffer(bytes(self._bits) or b"\0", np.uint8)
        codes = np.empty(len(found), np.int64)
        codes = codes[: pair_codes(found, starts, bits, codes)]
        pairs = self._pair_words(codes)
        part_starts, parts = np.array(self._part_starts, np.int64), np.array(self._parts or [0], np.int32)
        held = int(np.diff(part_starts)[found].sum()) if len(found) else 0
        numbers = np.empty(len(found) + held + len(pairs), np.int32)
        texts = (len(starts) - 1) // 2
        text_starts = np.empty(texts + 1, np.int64)
        title_words, body_words = np.empty(texts, np.int32), np.empty(texts, np.int32)
        bits = np.frombuffer(bytes(self._bits) or b"\0", np.uint8)
        size = place_words(
            found, starts, bits, part_starts, parts, pairs, text_starts, numbers, title_words, body_words
        )
        numbers = numbers[:size].copy()
        distinct = np.empty(min(size, len(self)), np.int32)
        distinct = distinct[: renumber(numbers, np.zeros(len(self), np.int32), distinct)]
        spelt = [self._words[word] for word in distinct.tolist()]
        return NumberedTexts(spelt, text_starts, numbers, title_words, body_words)

    def _pair_words(self, codes: Ids) -> Places:
        distinct, places = np.unique(codes, return_inverse=True)
        words = []
        for code in distinct.tolist():
            word = self._pairs.get(code)
            if word is None:
                word = self._pairs[code] = self._id(self._words[code >> 32] + self._words[code & 0xFFFFFFFF])
            words.append(word)
        return np.array(words or [0], np.int32)[places] if len(codes) else np.zeros(0, np.int32)

    def _id(self, word: str) -> int:
        """Number of a word; one not met before is looked up with the words inside it."""
        found = self._ids.get(word)
        if found is not None:
            return found
        queue = [word]
        for new in queue:
            if new not in self._ids:
                inside = self._learn(new)
                queue += inside
        # parts have their numbers only now: filled in for the words that came, in their order
        for place in range(len(self._part_starts) - 1, len(self._words)):
            if self._bits[place] & LONG:
                self._parts += [self._ids[part] for part in self._lexicon.parts(self._words[place])]
            self._part_starts.append(len(self._parts))
        return self._ids[word]

    def _learn(self, word: str) -> tuple[str, ...]:
        self._ids[word] = len(self._words)
        self._words.append(word)
        bits, inside = 0, tuple[str, ...]()
        if is_word(word):
            bits = WORD
            if len(word) == 1 and self._lexicon.share(word) >= LEAST_SHARE:
                bits |= PAIRED
            if len(word) > 2:
                inside = self._lexicon.parts(word)
                bits |= LONG if inside else 0
        self._bits.append(bits)
        return inside


def passage_factors(
    texts: NumberedTexts, rows: Places, weights: Floats, title_factor: float
) -> tuple[Ids, Places, Floats]:
    """What each text gives to the sum that is its vector: starts (n + 1,), rows of the space, factors.

    rows: of each of texts.words in the space, -1 where it is in none. weights: of the rows of the space.
    """
    size = len(texts.numbers)
    starts = np.empty(len(texts) + 1, np.int64)
    found, factors = np.empty(size, np.int32), np.empty(size, np.float64)
    marks = np.zeros(len(texts.words), np.int64)
    columns = texts.starts, texts.numbers, texts.title_words, texts.body_words
    kept = passage_entries(*columns, rows, weights, title_factor, marks, starts, found, factors)
    return starts, found[:kept], factors[:kept].astype(np.float32)

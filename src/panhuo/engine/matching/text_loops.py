"""Compiled loops for indexing: words of many texts placed, counted and summed as numbers.

Arrays come in and go out; what they mean stands in numbered.py and space.py. A loop that fills `out` arrays gets them
in the length that its caller worked out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

WORD, PAIRED, LONG = 1, 2, 4
"""Bits of what is known of a word: it carries meaning; it may be half of a pair; words inside it are looked for."""


@njit(nogil=True, cache=True)
def pair_codes(
    tokens: Any,  # numbers of words, texts one after the other
    starts: Any,  # (pieces + 1,) of tokens
    known: Any,  # (words,) bits
    out: Any,  # as long as tokens
) -> int:
    """Neighbours that make a pair, as left * 2^32 + right, in the order of the texts; how many."""
    found = 0
    for piece in range(len(starts) - 1):
        for place in range(starts[piece], starts[piece + 1] - 1):
            if known[tokens[place]] & PAIRED and known[tokens[place + 1]] & PAIRED:
                out[found] = (np.int64(tokens[place]) << 32) | np.int64(tokens[place + 1])
                found += 1
    return found


@njit(nogil=True, cache=True)
def place_words(
    tokens: Any,
    starts: Any,  # (2 * texts + 1,) of tokens: title and body of each text
    known: Any,  # (words,) bits
    part_starts: Any,  # (words + 1,) of parts
    parts: Any,  # words inside longer ones
    pairs: Any,  # the words that pair_codes found, in its order
    text_starts: Any,  # (texts + 1,) out
    numbers: Any,  # out: title, body, words inside longer ones, pairs of the title, pairs of the body
    title_words: Any,  # (texts,) out
    body_words: Any,  # (texts,) out
) -> int:
    """Words of each text in the order of an IndexedText; how many in all."""
    size, pair = 0, 0
    for text in range(len(title_words)):
        text_starts[text] = size
        for place in range(starts[2 * text], starts[2 * text + 2]):
            if place == starts[2 * text + 1]:
                title_words[text] = size - text_starts[text]
            if known[tokens[place]] & WORD:
                numbers[size] = tokens[place]
                size += 1
        if starts[2 * text + 1] == starts[2 * text + 2]:
            title_words[text] = size - text_starts[text]
        body_words[text] = size - text_starts[text] - title_words[text]
        for place in range(text_starts[text], size):
            word = numbers[place]
            if known[word] & LONG:
                for part in range(part_starts[word], part_starts[word + 1]):
                    numbers[size] = parts[part]
                    size += 1
        for piece in range(2 * text, 2 * text + 2):
            for place in range(starts[piece], starts[piece + 1] - 1):
                if known[tokens[place]] & PAIRED and known[tokens[place + 1]] & PAIRED:
                    numbers[size] = pairs[pair]
                    size += 1
                    pair += 1
    text_starts[len(title_words)] = size
    return size


@njit(nogil=True, cache=True)
def renumber(
    numbers: Any,  # changed in place: places in `distinct`
    marks: Any,  # (words,) zeros, left as found
    distinct: Any,  # out: the words in the order of first use
) -> int:
    """Numbers of few words among many; how many distinct ones."""
    found = 0
    for place in range(len(numbers)):
        word = numbers[place]
        if marks[word] == 0:
            distinct[found] = word
            found += 1
            marks[word] = found
        numbers[place] = marks[word] - 1
    for place in range(found):
        marks[distinct[place]] = 0
    return found


@njit(nogil=True, cache=True)
def count_words(
    starts: Any,  # (texts + 1,)
    numbers: Any,
    plain: Any,  # (texts,) words of title and body: those that stand first
    marks: Any,  # (words,) zeros, left spoilt
    in_texts: Any,  # (words,) zeros; out: texts that hold the word
    occurrences: Any,  # (words,) zeros; out: times it stands in titles and bodies
) -> None:
    for text in range(len(plain)):
        for place in range(starts[text], starts[text + 1]):
            word = numbers[place]
            if place - starts[text] < plain[text]:
                occurrences[word] += 1
            if marks[word] != text + 1:
                marks[word] = text + 1
                in_texts[word] += 1


@njit(nogil=True, cache=True)
def passage_entries(
    starts: Any,  # (texts + 1,)
    numbers: Any,
    title_words: Any,  # (texts,)
    body_words: Any,  # (texts,)
    rows: Any,  # (words,) row of each word in a space, -1 where it is in none
    weights: Any,  # (rows,) float32
    title_factor: float,
    marks: Any,  # (words,) int64 zeros, left as found
    out_starts: Any,  # (texts + 1,) out
    out_rows: Any,  # out
    out_factors: Any,  # float64 out
) -> int:
    """What each text gives to its sum: distinct words in the order of first use, counts times weights; how many."""
    size = 0
    for text in range(len(title_words)):
        out_starts[text] = size
        first = starts[text]
        for place in range(first, first + title_words[text] + body_words[text]):
            word = numbers[place]
            if rows[word] < 0:
                continue
            if marks[word] == 0:
                out_rows[size], out_factors[size] = word, 0.0
                size += 1
                marks[word] = size
            out_factors[marks[word] - 1] += title_factor if place - first < title_words[text] else 1.0
        for entry in range(out_starts[text], size):
            marks[out_rows[entry]] = 0
            out_rows[entry] = rows[out_rows[entry]]
            out_factors[entry] *= weights[out_rows[entry]]
    out_starts[len(title_words)] = size
    return size


@njit(nogil=True, cache=True)
def weighted_sums(
    starts: Any,  # (texts + 1,) of rows and factors
    rows: Any,  # of vectors
    factors: Any,  # float32
    vectors: Any,  # (any, dimensions) float32
    out: Any,  # (texts, dimensions) float32 zeros
) -> None:
    """Sums of rows times factors, in the order given: the same on every machine and in every company."""
    dimensions = vectors.shape[1]
    for text in range(len(starts) - 1):
        for entry in range(starts[text], starts[text + 1]):
            row, factor = rows[entry], factors[entry]
            for axis in range(dimensions):
                out[text, axis] += factor * vectors[row, axis]

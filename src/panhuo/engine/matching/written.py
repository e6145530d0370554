"""Texts as written beside their normal form: what is found in the one is shown at its exact place in the other."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from panhuo.engine.matching.words import BLANKS, MAX_CHARACTERS, PAIRED, Lexicon, is_word

_FIRST_MARK = "\u0300"
"""Below it no character joins the one before."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text (its first MAX_CHARACTERS), its normal form, and for each character of that the stretch it stands for."""

    text: str
    normal: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the text as written of normal[start:end]; start < end."""
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True, slots=True)
class Placed:
    """A word and where it stands in the text as written; inside: it is a part of a longer word or a pair."""

    word: str
    start: int
    end: int
    inside: bool = False


def written(text: str) -> Written:
    """The same normal form as words.normalise, with its places.

    >>> ready = written("　温度≥２００℃")
    >>> ready.normal, ready.span(3, 8)
    ('温度≥200°c', (4, 8))
    """
    text = text[:MAX_CHARACTERS]
    flat: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        piece = unicodedata.normalize("NFKC", text[start:end])
        flat.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    normal, starts, ends = _lower("".join(flat), starts, ends)
    return _single_blanks(text, normal, starts, ends)


def placed_words(text: Written, lexicon: Lexicon) -> list[Placed]:
    """Words that can carry meaning by their places; words inside longer ones and pairs are `inside` (Lexicon.read)."""
    found: list[Placed] = []
    singles: list[tuple[str, int, int] | None] = []
    cursor = 0
    plain = lexicon.plain(text.normal)  # character for character, cut where few become many
    for token in lexicon.tokens(text.normal):
        place = plain.find(token, cursor)
        if place < 0 or not token or place + len(token) > len(text.normal):
            continue
        cursor = place + len(token)
        if not is_word(token):
            singles.append(None)
            continue
        found.append(Placed(token, *text.span(place, cursor)))
        singles.append((token, place, cursor) if len(token) == 1 else None)
        if len(token) > 2:
            found += _parts(text, token, place, lexicon)
    for left, right in pairwise(singles):
        if left and right and min(lexicon.share(left[0]), lexicon.share(right[0])) >= PAIRED:
            found.append(Placed(left[0] + right[0], *text.span(left[1], right[2]), inside=True))
    found.sort(key=lambda word: (word.start, -word.end))
    return found


def _parts(text: Written, token: str, place: int, lexicon: Lexicon) -> list[Placed]:
    found = []
    for part in lexicon.parts(token):
        start = place + token.find(part)
        found.append(Placed(part, *text.span(start, start + len(part)), inside=True))
    return found


def _clusters(text: str) -> list[tuple[int, int]]:
    """Stretches that can be brought to normal form one by one: a character with the marks that join it."""
    found: list[tuple[int, int]] = []
    start = 0
    for place in range(1, len(text)):
        if _begins(text[start:place], text[place]):
            found.append((start, place))
            start = place
    if text:
        found.append((start, len(text)))
    return found


def _begins(before: str, mark: str) -> bool:
    if mark < _FIRST_MARK or "\u4e00" <= mark <= "\u9fff":
        return True
    alone = unicodedata.normalize("NFKC", mark)
    if unicodedata.combining(mark) or unicodedata.combining(alone[0]):
        return False
    # only the last characters can join: marks may pile up without end
    tail = before[-4:]
    return unicodedata.normalize("NFKC", tail + mark) == unicodedata.normalize("NFKC", tail) + alone


def _lower(flat: str, starts: list[int], ends: list[int]) -> tuple[str, list[int], list[int]]:
    lowered = flat.lower()
    if len(lowered) == len(flat):
        return lowered, starts, ends
    sizes = [len(mark.lower()) for mark in flat]  # İ becomes two characters
    return (
        lowered,
        [start for start, size in zip(starts, sizes, strict=True) for _ in range(size)],
        [end for end, size in zip(ends, sizes, strict=True) for _ in range(size)],
    )


def _single_blanks(text: str, normal: str, starts: list[int], ends: list[int]) -> Written:
    kept: list[str] = []
    first: list[int] = []
    last: list[int] = []
    cursor = 0
    for run in BLANKS.finditer(normal):
        kept.append(normal[cursor : run.start()])
        kept.append(" ")
        first += [*starts[cursor : run.start()], starts[run.start()]]
        last += [*ends[cursor : run.start()], ends[run.end() - 1]]
        cursor = run.end()
    kept.append(normal[cursor:])
    first += starts[cursor:]
    last += ends[cursor:]
    joined = "".join(kept)
    low = len(joined) - len(joined.lstrip())
    high = len(joined.rstrip())
    return Written(text, joined[low:high], tuple(first[low:high]), tuple(last[low:high]))

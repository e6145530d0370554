"""Whether a text says a word or denies it, as far as the words before it tell; where they do not, neither."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from panhuo.rules import InForce

REACH = 8
"""Characters that a word of denial rules, where the table says nothing else."""


class Polarity(IntEnum):
    """DENIES: the thing is not used, not there or not able. UNCLEAR: a trouble told, a thing to be kept off."""

    DENIES = -1
    UNCLEAR = 0
    SAYS = 1


@dataclass(frozen=True, slots=True)
class PolarityWords:
    """Patterns of the table negation_words. denies: words of an absence, of which reach: characters that they rule;
    unable: those that deny in a patent's text only; unclear: words that keep a thing off; context: words of a sentence
    that tells of what others lack; stops: what ends the reach; conditions: what makes it a condition.
    """

    denies: re.Pattern[str]
    unable: re.Pattern[str]
    unclear: re.Pattern[str]
    context: re.Pattern[str]
    stops: re.Pattern[str]
    conditions: re.Pattern[str]
    reach: Mapping[str, int]


def polarity_words(rules: InForce) -> PolarityWords:
    """Read the table negation_words."""
    rows = rules.table("negation_words")
    of = {kind: _any(row["word"] for row in rows if row["kind"] == kind) for kind in {row["kind"] for row in rows}}
    both = rf"(?:{of['modal']})(?:{of['verb']})|{of['denies']}"
    # 不能不使用 denies nothing
    return PolarityWords(
        re.compile(rf"(?:{of['modal']})(?={of['double']})|(?P<told>{both})"),
        re.compile(rf"(?:{of['unable']})(?!{of['double']})"),
        re.compile(of["unclear"]),
        re.compile(of["context"]),
        re.compile(rf"[，,。；;！!？?\n()（）\d]|{of['stop']}"),
        re.compile(of["condition"]),
        {row["word"]: int(row["reach"]) for row in rows if row["reach"]},
    )


@dataclass(frozen=True, slots=True)
class Polarities:
    """Stretches of one text that are not simply said, in its order.

    from_: where the word that rules a stretch ends; longest: of them all. others: sentences about what others lack, as
    their starts and ends.
    """

    starts: tuple[int, ...]
    from_: tuple[int, ...]
    ends: tuple[int, ...]
    kinds: tuple[Polarity, ...]
    longest: int
    others: tuple[tuple[int, ...], tuple[int, ...]]

    def of(self, start: int, end: int) -> Polarity:
        """Of a word that stands at start..end: by the stretches that touch it, the unclear one first."""
        sentence = bisect_right(self.others[0], start) - 1
        if sentence >= 0 and self.others[1][sentence] > start:
            return Polarity.UNCLEAR
        found = Polarity.SAYS
        for place in range(bisect_right(self.starts, end - 1) - 1, -1, -1):
            if self.starts[place] + self.longest <= start:
                break
            if self.ends[place] > start:
                if self.kinds[place] is Polarity.UNCLEAR or end <= self.from_[place]:
                    return Polarity.UNCLEAR
                found = Polarity.DENIES
        return found


_Stretch = tuple[int, int, int, Polarity]


def polarities(text: str, words: PolarityWords, *, of_patent: bool) -> Polarities:
    """Read a text as written.

    Args:
        of_patent: a patent that says 不能 or 不耐 of its thing denies it; a need that does tells of a trouble.
    """
    found: list[_Stretch] = []
    skipped = -1
    for match in words.denies.finditer(text):
        if match["told"] is None:
            skipped = match.end()
        elif match.start() != skipped:
            found += _stretch(text, match, words, Polarity.DENIES)
    unable = Polarity.DENIES if of_patent else Polarity.UNCLEAR
    taken = {start for start, *_ in found}
    for match in words.unable.finditer(text):
        if match.start() not in taken:
            found += _stretch(text, match, words, unable)
    for match in words.unclear.finditer(text):
        found += _stretch(text, match, words, Polarity.UNCLEAR)
    found.sort()
    starts, from_, ends, kinds = (tuple(column) for column in zip(*found, strict=True)) if found else ((), (), (), ())
    longest = max((end - start for start, end in zip(starts, ends, strict=True)), default=0)
    others = [(one.start(), one.end()) for one in _SENTENCE.finditer(text) if words.context.search(one[0])]
    return Polarities(
        starts, from_, ends, kinds, longest, (tuple(low for low, _ in others), tuple(high for _, high in others))
    )


_SENTENCE = re.compile(r"[^。；;！!？?\n]+")


def _stretch(text: str, match: re.Match[str], words: PolarityWords, kind: Polarity) -> Iterable[_Stretch]:
    """From the word of denial to the end of what it rules; nothing where that is a condition (不使用时)."""
    reach = words.reach.get(match[0], REACH)
    behind = text[match.end() : match.end() + reach + 2]
    stop = words.stops.search(behind)
    ruled = behind[: min(stop.start() if stop else reach, reach)]
    if words.conditions.search(behind[: len(ruled) + 2]):
        return
    yield match.start(), match.end(), match.end() + len(ruled), kind


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))

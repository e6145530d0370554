"""Words of texts: one normal form, words that carry meaning, and what share of its weight a word keeps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from panhuo.engine.ports import Bag, Cutter, IndexedText, Script
from panhuo.rules import InForce

MAX_CHARACTERS = 20_000
"""Read of one text at most; a description of twenty pages says what it is about well before its end."""
MAX_WORD = 40
TITLE_CLAUSE = 60
NO_TITLE = ("领域", "技术方案是", "技术方案", "方面", "问题", "缺点", "成本", "包括", "在于", "需要")
"""A clause that ends so names a field or a trouble, not the thing."""
PAIRED = 0.15
"""Least share of a single character that may be half of a pair."""
_BREAK = re.compile(r"[，。；：！？,;:!?\n]")
# blanks, control and format characters, lone surrogates; line ends stay
BLANKS = re.compile(
    r"(?:[^\S\n]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffd])+"
)
WIDE_MARKS = (("，", ","), ("；", ";"), ("：", ":"), ("（", "("), ("）", ")"), ("！", "!"), ("？", "?"), ("℃", "°C"))
"""Signs that Chinese texts are full of. Written in normal form first, they leave nothing for the slow conversion."""
_LATIN = re.compile(r"[a-z]")
_MEASURE = re.compile(r"\d{2,}[a-z]{1,4}|\d[a-z]{2,4}")
"""A figure that is glued to its unit: 10mm, 48v; 3d and 5g are words."""
_NOTE = re.compile(r"^[(\[【][^)\]】]{0,20}[)\]】]")


@dataclass(frozen=True, slots=True)
class WordRules:
    """Shares of pack tables. words: word -> share kept, 0..1; kinds: part of speech -> share; openings: formulae."""

    words: Mapping[str, float]
    kinds: Mapping[str, float]
    openings: tuple[str, ...]
    digest: str


def word_rules(rules: InForce) -> WordRules:
    """Read the tables text_words, text_word_kinds, text_openings; names of places count as kind ns, units as q."""
    kinds = {row["kind"]: float(row["share"]) for row in rules.table("text_word_kinds")}
    words = {
        normalise(name): kinds["ns"]
        for row in rules.table("regions")
        for name in (row["name"], *row["aliases"].split(";"))
        if len(name) > 1
    }
    # a unit beside its figure says nothing of technology; one character may be another word (米 rice)
    names = (normalise(row["unit"]) for row in rules.table("text_units"))
    words |= {name: kinds["q"] for name in names if len(name) > 1}
    words |= {normalise(row["word"]): float(row["share"]) for row in rules.table("text_words")}
    openings = tuple(row["word"] for row in rules.table("text_openings"))
    told = repr((sorted(words.items()), sorted(kinds.items()), openings))
    return WordRules(words, kinds, openings, blake2b(told.encode(), digest_size=8).hexdigest())


def normalise(text: str) -> str:
    """Half width, lower case, no control characters, single blanks; line ends kept. At most MAX_CHARACTERS.

    Squared and joined signs become letters (㎡ m2, ㎏ kg, ℃ °c). Places in the result are not places in the text.

    >>> normalise("ＬＥＤ　温度≥２００℃")
    'led 温度≥200°c'
    """
    flat = text[:MAX_CHARACTERS]
    for wide, plain in WIDE_MARKS:
        flat = flat.replace(wide, plain)
    flat = unicodedata.normalize("NFKC", flat).lower()
    if flat.isprintable() and "  " not in flat and "\ufffc" not in flat and "\ufffd" not in flat:
        return flat.strip()  # printable signs other than these are never blanks
    return BLANKS.sub(" ", flat).strip()


def is_word(token: str) -> bool:
    """Whether a token can carry meaning: Hanzi or other letters, or two and more Latin ones with digits."""
    if not 0 < len(token) <= MAX_WORD or not any(mark.isalpha() for mark in token):
        return False
    if token.isascii():
        return len(token) > 1 and _LATIN.search(token) is not None and not _MEASURE.fullmatch(token)
    return True


def stand_in_title(abstract: str, openings: tuple[str, ...]) -> str:
    """First clause of an abstract without its formulae, for a patent that no source gives a title.

    A clause that only names the field (…技术领域) is passed over for the next one.

    >>> stand_in_title("本发明公开了一种余热回收装置，包括壳体。", ("本发明", "公开了", "一种"))
    '余热回收装置'
    """
    clauses = [clause.strip() for clause in _BREAK.split(unicodedata.normalize("NFKC", abstract[:400]), maxsplit=4)]
    told = [clause for clause in clauses[:4] if clause]
    titles = [_bare(clause, openings) for clause in told]
    good = (title for title in titles if len(title) > 2 and not title.endswith(NO_TITLE))
    return next(good, titles[0] if titles else "")[:TITLE_CLAUSE]


def _bare(clause: str, openings: tuple[str, ...]) -> str:
    bare = clause
    while True:
        cut = _NOTE.sub("", bare).lstrip(" 、\t")
        opening = next((one for one in openings if cut.startswith(one) and len(cut) > len(one) + 1), "")
        shorter = cut[len(opening) :]
        if shorter == bare:
            return bare
        bare = shorter


@dataclass(slots=True)
class Lexicon:
    """Cuts texts into words and weighs words; remembers what it has looked up. script: None takes it as written."""

    cutter: Cutter
    rules: WordRules
    script: Script | None = None
    _shares: dict[str, float] = field(default_factory=dict)
    _parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _words: dict[str, bool] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Changes whenever the same text may give other words."""
        script = self.script.version if self.script else "as-written"
        return f"{self.cutter.version}-{script}-{MAX_CHARACTERS}-2"

    def taught(self, terms: Sequence[str]) -> Lexicon:
        """The same with a cutter that knows these terms besides, in normal form; itself where there are none."""
        return Lexicon(self.cutter.taught(terms), self.rules, self.script) if terms else self

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process: without what was remembered."""
        return Lexicon, (self.cutter, self.rules, self.script)

    def forgetful(self) -> Lexicon:
        """The same with nothing remembered yet."""
        return Lexicon(self.cutter, self.rules, self.script)

    def plain(self, text: str) -> str:
        """Normal form in simplified characters, as it is cut. Places in `normalise(text)` are places in it."""
        normal = normalise(text)
        return self.script.simplified(normal) if self.script else normal

    def tokens(self, text: str) -> list[str]:
        """All that the cutter finds, marks included."""
        return self.cutter.words(self.plain(text))

    def words(self, text: str) -> list[str]:
        """Words that can carry meaning, in the order of the text."""
        return self.read(text)[0]

    def read(self, text: str) -> tuple[list[str], list[str]]:
        """Words of the text, and pairs of neighbouring single characters.

        The cutter takes a term apart that its dictionary lacks (供|风): the pair finds it all the same. Characters of
        function and marks end a pair.
        """
        tokens, known = self.tokens(text), self._words
        for token in set(tokens).difference(known):
            known[token] = is_word(token)
        pairs = [
            left + right
            for left, right in pairwise(tokens)
            if len(left) == len(right) == 1
            and known[left]
            and known[right]
            and min(self.share(left), self.share(right)) >= PAIRED
        ]
        return [token for token in tokens if known[token]], pairs

    def parts(self, word: str) -> tuple[str, ...]:
        found = self._parts.get(word)
        if found is None:
            found = self._parts[word] = tuple(part for part in self.cutter.parts(word) if is_word(part))
        return found

    def share(self, word: str) -> float:
        """Part of its weight that a word keeps, 0..1."""
        found = self._shares.get(word)
        if found is None:
            found = self._shares[word] = self._look_up(word)
        return found

    def _look_up(self, word: str) -> float:
        told = self.rules.words.get(word)
        if told is not None:
            return told
        share = self.rules.kinds.get(self.cutter.kind(word), 1.0)
        return min(share, self.rules.kinds["single"]) if len(word) == 1 else share

    def indexed(self, title: str, body: str) -> IndexedText:
        """The words of one text for the search table."""
        (heads, first), (rest, more) = self.read(title), self.read(body)
        parts = [part for word in (*heads, *rest) if len(word) > 2 for part in self.parts(word)]
        return IndexedText(tuple(heads), tuple(rest), (*parts, *first, *more))


def passage_bag(text: IndexedText, *, title_factor: float, said: str = "") -> Bag:
    """Words of an indexed text with their counts; those of the title count title_factor times. said: as written."""
    counts: dict[str, float] = {}
    for word in text.title:
        counts[word] = counts.get(word, 0.0) + title_factor
    for word in text.body:
        counts[word] = counts.get(word, 0.0) + 1.0
    return Bag(said, counts)

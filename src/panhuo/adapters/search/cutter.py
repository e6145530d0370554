"""Chinese words by rjieba with the pack's dictionary of technical terms."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from importlib.metadata import version
from itertools import chain
from typing import Any

from panhuo.adapters.search.script import OpenCCScript
from panhuo.engine.matching.words import Lexicon, normalise, word_rules
from panhuo.rules import InForce

FREQUENCY = 20_000
"""Given to dictionary terms, so that the cutter prefers them to their parts."""
LONGEST_PART = 4


class JiebaCutter:
    """Cuts by dictionary and frequencies without the guesser of unknown words: it joins letters that are none."""

    def __init__(self, terms: tuple[str, ...] = ()) -> None:
        import rjieba

        self._terms = terms
        self._jieba = rjieba.Jieba()
        for term in terms:
            self._jieba.add_word(term, FREQUENCY, "n")
        told = blake2b("\n".join(sorted(terms)).encode(), digest_size=6).hexdigest()
        self.version = f"rjieba-{version('rjieba')}-{told}"

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process, which loads the dictionary anew."""
        return JiebaCutter, (self._terms,)

    def taught(self, terms: Sequence[str]) -> JiebaCutter:
        """A cutter that knows these terms besides; itself where there are none."""
        return JiebaCutter((*self._terms, *terms)) if terms else self

    def words(self, text: str) -> list[str]:
        """Words in the order of the text, marks and blanks included."""
        found: list[str] = self._jieba.cut(text, False)
        return found

    def parts(self, word: str) -> tuple[str, ...]:
        """Shorter dictionary words of two to four characters inside a longer one, in order, each once."""
        if word.isascii():
            return ()
        longest = min(len(word) - 1, LONGEST_PART)
        pieces = chain.from_iterable(
            (word[start : start + size] for start in range(len(word) - size + 1)) for size in range(2, longest + 1)
        )
        return tuple(dict.fromkeys(piece for piece in pieces if self._jieba.has_word(piece)))

    def kind(self, word: str) -> str:
        """Part of speech from the dictionary, "" for what it would cut further."""
        tagged = self._jieba.tag(word, False)
        return str(tagged[0][1]) if len(tagged) == 1 else ""


def cutter(rules: InForce) -> JiebaCutter:
    """The cutter with the pack's table text_dictionary."""
    return JiebaCutter(tuple(dict.fromkeys(normalise(row["term"]) for row in rules.table("text_dictionary"))))


def lexicon(rules: InForce) -> Lexicon:
    """The words of an installation as the pack has them, before its own terms are mined."""
    return Lexicon(cutter(rules), word_rules(rules), OpenCCScript())

"""Whether a contact may be an inventor's: those stay with the owner, so what is in doubt is withheld.

Names are compared in simplified characters, without blanks, in any order of Latin names, as surname with a title
(张教授), as given name, and as initials (zhangsf@). A contact that reaches one person and names no office is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations

from panhuo.engine.matching.words import normalise
from panhuo.engine.ports import Script
from panhuo.rules import InForce


class Withheld(StrEnum):
    """Why a contact is not shown."""

    INVENTOR = "inventor"  # it names one
    DOUBTFUL = "doubtful"  # it reaches a person and names no office


LEAST_NAME = 2
"""A name of fewer letters is not looked for by itself: it may stand in any word."""
TOKENS = 4
"""Parts of a Latin name that are put into every order."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[^\W\d_\u3400-\u9fff]+")
_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_MOBILE = re.compile(r"(?<!\d)(?:(?:00)?86|0)?[\W_]{0,2}1[3-9](?:[\W_]{0,2}\d){9}(?!\d)")
_MAIL = re.compile(r"\S+\s*(?:@|\(at\)|\[at\])\s*[\w\-]+\s*\.\s*\w+")


@dataclass(frozen=True, slots=True)
class ContactWords:
    """Words by their kind in the table contact_words, the longest first."""

    office: tuple[str, ...]
    inventor: tuple[str, ...]
    title: tuple[str, ...]
    before_name: tuple[str, ...]
    label: tuple[str, ...]
    channel: tuple[str, ...]
    surname: tuple[str, ...]


def contact_words(rules: InForce) -> ContactWords:
    """Read the table contact_words."""
    kinds: dict[str, list[str]] = {}
    for row in rules.table("contact_words"):
        kinds.setdefault(row["kind"], []).append(normalise(row["word"]))
    ordered = {kind: tuple(sorted(words, key=lambda word: (-len(word), word))) for kind, words in kinds.items()}
    return ContactWords(**{name: ordered.get(name, ()) for name in ContactWords.__slots__})


class ContactReader:
    """Reads contacts. script: turns traditional characters to simplified ones."""

    def __init__(self, words: ContactWords, script: Script) -> None:
        self._script = script
        simple = {name: tuple(map(self._flat, getattr(words, name))) for name in ContactWords.__slots__}
        self._simple = ContactWords(**simple)
        self._channels = (*self._simple.label, *self._simple.channel)

    def withheld(self, contact: str, inventors: Iterable[str], *, strict: bool = True) -> Withheld | None:
        """Why it is not shown; None where it may be. strict: what reaches a person must name an office."""
        told = self._flat(contact)
        if not told:
            return None
        if any(self._names(told, self._flat(name)) for name in inventors) or self._holds(told, self._simple.inventor):
            return Withheld.INVENTOR
        if strict and self._reaches_a_person(told) and not self._holds(told, self._simple.office):
            return Withheld.DOUBTFUL
        return None

    def _flat(self, text: str) -> str:
        return self._script.simplified(normalise(text))

    def _holds(self, told: str, words: Iterable[str]) -> bool:
        latin = set(_LATIN.findall(told))
        joined = "".join(told.split())
        return any(word in latin if word.isascii() else word in joined for word in words)

    def _reaches_a_person(self, told: str) -> bool:
        if _MOBILE.search(told.translate(_NUMERALS)) or _MAIL.search(told):
            return True
        return self._holds(told, self._simple.channel)

    def _names(self, told: str, name: str) -> bool:
        letters = _letters(name)
        if len(letters) >= LEAST_NAME and letters in _letters(told):
            return True
        hanzi = "".join(_HAN.findall(name))
        if hanzi and self._names_in_hanzi(told, hanzi):
            return True
        tokens = _LATIN.findall(name)
        return bool(tokens) and self._names_in_latin(told, tokens)

    def _names_in_hanzi(self, told: str, name: str) -> bool:
        """Surname or given name beside a title, or alone."""
        words = self._simple
        joined = "".join(mark for mark in told if not mark.isspace())
        first = 2 if name.startswith(words.surname) and len(name) > 2 else 1
        given = name[first:]
        for part in (name[:first], given) if len(given) >= LEAST_NAME else (name[:first],):
            if any(part + title in joined for title in words.title):
                return True
            alone = {part, *(mark + part for mark in words.before_name)}
            alone |= {title + part for title in words.title}
            if any(self._bare(run) in alone for run in (*_HAN.findall(told), *_HAN.findall(joined))):
                return True
        return False

    def _bare(self, run: str) -> str:
        """A run of characters without the labels before and behind it."""
        while True:
            label = next((one for one in self._channels if run.startswith(one)), "")
            end = next((one for one in self._channels if run.endswith(one) and len(run) > len(one)), "")
            if not label and not end:
                return run
            run = run.removeprefix(label).removesuffix(end)

    def _names_in_latin(self, told: str, name: list[str]) -> bool:
        """All parts in any order, joined or apart; or one part with initials of the others or beside a title."""
        said = _LATIN.findall(told)
        long = [part for part in name if len(part) >= LEAST_NAME]
        if len(name) > 1 and set(name) <= set(said):
            return True
        joined = _letters(told)
        if len(name) > 1 and any("".join(order) in joined for order in permutations(name[:TOKENS])):
            return True
        for part in long:
            others = [one for one in name if one != part]
            initials = "".join(one[0] for one in others)
            if any(one in said for one in (part + initials, initials + part) if initials):
                return True
            if any(
                one == part and self._is_beside(said, place, {initials, *initials}) for place, one in enumerate(said)
            ):
                return True
        return False

    def _is_beside(self, said: list[str], place: int, initials: set[str]) -> bool:
        """Whether a title or an initial stands next to a word."""
        near = [said[at] for at in (place - 1, place + 1) if 0 <= at < len(said)]
        return any(one in initials or one in self._simple.title for one in near)


def _letters(text: str) -> str:
    return "".join(mark for mark in text if mark.isalpha())

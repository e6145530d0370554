"""How mature a technology a need wishes for, where it says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from panhuo.engine.matching.needs import NeedParts, Part
from panhuo.engine.matching.words import normalise
from panhuo.rules import InForce

SEEKS = (Part.TITLE, Part.PROBLEM, Part.GOAL, Part.DIFFICULTY, Part.TEXT)
_LEVEL = r"[^0-9,，。;；\n]{0,8}([1-9])(?![0-9.])"
_STATED = re.compile(rf"(?:成熟度|trl)({_LEVEL})")
_TO = re.compile(rf"^\s*级?[^0-9,，。;；\n]{{0,6}}[到至]{_LEVEL}")
_SCALE = re.compile(r"[(（\[]?\s*(?:从|由)?\s*1\s*级?\s*[-~—–至到]+\s*9\s*级?\s*[)）\]]?")
_FROM = re.compile(r"[由从自]")
BEFORE, AFTER = 8, 10
"""Characters beside a word in which one that denies it is looked for."""


@dataclass(frozen=True, slots=True)
class MaturityWords:
    """levels: words in normal form and the level 1..9 that they stand for; before, after: what makes them no wish;
    at_most: what makes a level that is stated an upper bound."""

    levels: Mapping[str, int]
    before: re.Pattern[str]
    after: re.Pattern[str]
    at_most: re.Pattern[str]


def maturity_words(rules: InForce) -> MaturityWords:
    """Read the table maturity_words."""
    rows = rules.table("maturity_words")

    def of(place: str) -> str:
        return _any(normalise(row["word"]) for row in rows if row["place"] == place)

    return MaturityWords(
        {normalise(row["word"]): int(row["level"]) for row in rows if row["level"]},
        re.compile(rf"(?:{of('before')})(?![仅但光只])[^,，。;；\n]{{0,3}}\Z"),
        re.compile(rf"^(?:度|[^,，。;；\n]{{0,6}}(?:{of('after')}))"),
        re.compile(of("at_most")),
    )


def maturity_wished(need: NeedParts, words: MaturityWords) -> int:
    """1..9, the highest that is stated, else what its words stand for; 0 where the need says nothing of it."""
    said = [normalise(need.part(part)) for part in SEEKS]
    stated = [level for text in said for level in _stated(text, words)]
    told = stated or [level for text in said for level in _in_words(text, words)]
    return max(told, default=0)


def _stated(text: str, words: MaturityWords) -> Iterable[int]:
    """Levels after 成熟度 or TRL; of a change (由3级提高到7级) where it leads to, and no scale (1-9级)."""
    text = _SCALE.sub("", text)
    for found in _STATED.finditer(text):
        if words.at_most.search(found[1]):
            continue
        leads = _TO.search(text[found.end() : found.end() + 24]) if _FROM.search(found[1]) else None
        yield int(leads[1] if leads else found[2])


def _in_words(text: str, words: MaturityWords) -> Iterable[int]:
    for word, level in words.levels.items():
        place = text.find(word)
        while place >= 0:
            end = place + len(word)
            denied = words.before.search(text[max(0, place - BEFORE) : place]) or words.after.search(
                text[end : end + AFTER]
            )
            if not denied:
                yield level
            place = text.find(word, place + 1)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))

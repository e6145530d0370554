"""How mature a technology a need wishes for, where it says so."""

from __future__ import annotations

import re
from collections.abc import Mapping

from panhuo.engine.matching.needs import NeedParts, Part
from panhuo.engine.matching.words import normalise
from panhuo.rules import InForce

SEEKS = (Part.TITLE, Part.PROBLEM, Part.GOAL, Part.DIFFICULTY, Part.TEXT)
_STATED = re.compile(r"(?:成熟度|trl)[^0-9,，。;；\n]{0,8}([1-9])(?![0-9.])")
_DENIED = re.compile(r"(?:无|没有|缺乏|缺少|缺|尚未|未|不够|不)[^,，。;；\n]{0,3}$")


def maturity_words(rules: InForce) -> dict[str, int]:
    """Read the table maturity_words: words in normal form and the level 1..9 that they stand for."""
    return {normalise(row["word"]): int(row["level"]) for row in rules.table("maturity_words")}


def maturity_wished(need: NeedParts, words: Mapping[str, int]) -> int:
    """1..9, the highest that is said; 0 where the need says nothing of it."""
    wished = 0
    for part in SEEKS:
        said = normalise(need.part(part))
        for found in _STATED.finditer(said):
            wished = max(wished, int(found[1]))
        for word, level in words.items():
            place = said.find(word)
            while place >= 0:
                if not _DENIED.search(said[max(0, place - 6) : place]):
                    wished = max(wished, level)
                place = said.find(word, place + 1)
    return wished

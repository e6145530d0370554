"""What an owner's own words say of his will to part with a right.

A cell may hold anything. What refuses bars, what agrees does not, and what says neither or both is nobody's consent:
it bars softly until somebody has asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import ibis
from ibis import Table

from panhuo.engine.matching.words import normalise
from panhuo.rules import InForce


class Willingness(StrEnum):
    """What a cell says."""

    WILLING = "willing"
    UNWILLING = "unwilling"
    UNCLEAR = "unclear"
    SILENT = ""


CLEAR = ("", "willing", "negotiable", "unwilling")
"""Codes of willingness that say what they say; negotiable is one of the check booklet."""
AGREES, ALONE, REFUSES, UNSURE = "agrees", "agrees_alone", "refuses", "unsure"
_CLAUSES = re.compile(r"[,;。.!?、\n]|但是|但|不过|然而|\bbut\b")


@dataclass(frozen=True, slots=True)
class WillingnessWords:
    """meanings: word -> agrees, refuses or unsure; alone: what agrees as a whole cell only; pattern: finds the longest
    of meanings at each place."""

    meanings: Mapping[str, str]
    alone: frozenset[str]
    pattern: re.Pattern[str]


def willingness_words(rules: InForce) -> WillingnessWords:
    """Read the table willingness_words."""
    told = {normalise(row["word"]): row["meaning"] for row in rules.table("willingness_words")}
    meanings = {word: meaning for word, meaning in told.items() if meaning != ALONE}
    ordered = sorted(meanings, key=lambda word: (-len(word), word))
    return WillingnessWords(
        meanings, frozenset(told.keys() - meanings.keys()), re.compile("|".join(map(_whole, ordered)))
    )


def _whole(word: str) -> str:
    """A Latin word stands alone: no is not in note."""
    return rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)


def willingness(told: str, words: WillingnessWords) -> Willingness:
    """What a cell says.

    A clause refuses where its first telling word does (不太愿意), it is unclear where a refusal follows (愿意不转让);
    clauses that say different things are unclear together.
    """
    text = normalise(told)
    if not any(mark.isalnum() for mark in text):
        return Willingness.SILENT
    if not text.isascii():
        text = text.replace(" ", "")
    exact = AGREES if text in words.alone else words.meanings.get(text)
    said = [exact] if exact else [_clause(part, words) for part in _CLAUSES.split(text) if part.strip()]
    if said and set(said) == {AGREES}:
        return Willingness.WILLING
    if REFUSES in said and AGREES not in said:
        return Willingness.UNWILLING
    return Willingness.UNCLEAR


def in_codes(offers: Table, told: Iterable[str], words: WillingnessWords) -> Table:
    """Offers with willingness as codes, for offerable.offer_states. told: the different words that stand in it."""
    read = [{"willingness": word, "said": willingness(word, words).value} for word in set(told) if word not in CLEAR]
    if not read:
        return offers
    codes = ibis.memtable(read, schema={"willingness": "string", "said": "string"})
    found = offers.left_join(codes, "willingness")
    said = ibis.coalesce(found.said, found.willingness)
    return found.mutate(willingness=said).select(*offers.columns)


def _clause(text: str, words: WillingnessWords) -> str:
    said = [words.meanings[found.group()] for found in words.pattern.finditer(text)]
    if not said or UNSURE in said:
        return UNSURE
    if said[0] == REFUSES:
        return REFUSES
    return UNSURE if REFUSES in said else AGREES

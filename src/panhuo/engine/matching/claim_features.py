"""What a patent's texts say, piece by piece: what it is, its means, its effects, each at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from panhuo.engine.matching.stretches import bare, between
from panhuo.engine.matching.words import MAX_CHARACTERS, normalise
from panhuo.rules import InForce

LONG = 90
"""Characters after which a sentence is divided at its next comma."""
MAX_FEATURES = 200


class Field(StrEnum):
    """The text of a patent that a feature stands in."""

    TITLE = "title"
    FIRST_CLAIM = "first_claim"
    ABSTRACT = "abstract"


class FeatureKind(StrEnum):
    NAME = "name"  # what it is
    MEANS = "means"
    EFFECT = "effect"


@dataclass(frozen=True, slots=True)
class Feature:
    """A piece of a patent's text. start, end: offsets into that text as written."""

    field: Field
    kind: FeatureKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """characterising: where the preamble of a claim ends; effect: words that tell what is gained."""

    characterising: re.Pattern[str]
    effect: re.Pattern[str]


_ENDS = re.compile(r"[。；;！!？?\n\r]+|\.(?=\s|$)")
_COMMA = re.compile(r"[，,：:]")
_BLANK = " \t\r\n　，,、：:。；;"


def claim_words(rules: InForce) -> ClaimWords:
    """Read the table claim_words."""
    by_kind: dict[str, list[str]] = {"characterising": [], "effect": []}
    for row in rules.table("claim_words"):
        by_kind[row["kind"]].append(row["word"])
    patterns: Mapping[str, re.Pattern[str]] = {
        kind: re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))), re.I)
        for kind, words in by_kind.items()
    }
    return ClaimWords(patterns["characterising"], patterns["effect"])


def claim_features(texts: Mapping[Field, str], words: ClaimWords) -> tuple[Feature, ...]:
    """Features of a patent in the order title, first claim, abstract; never raises on any text.

    The abstract is read beside the claim: effects stand there only, and a word found there is evidence all the same;
    who shows a feature names its field.
    """
    found = []
    title = texts.get(Field.TITLE, "")[:MAX_CHARACTERS]
    found += [Feature(Field.TITLE, FeatureKind.NAME, *span) for span in bare(title, 0, len(title), _BLANK)]
    claim = texts.get(Field.FIRST_CLAIM, "")[:MAX_CHARACTERS]
    if claim.strip():
        found += _of_claim(claim, words)
    abstract = texts.get(Field.ABSTRACT, "")[:MAX_CHARACTERS]
    found += _of_abstract(abstract, words)
    return tuple(found[:MAX_FEATURES])


def _of_claim(text: str, words: ClaimWords) -> Iterator[Feature]:
    """The preamble, or else the first clause, says what it is; the rest is means or effect."""
    mark = words.characterising.search(text)
    if mark is not None:
        preamble, rest = mark.start(), mark.end()
    else:
        comma = _COMMA.search(text)
        preamble = rest = comma.start() if comma else len(text)
    for span in bare(text, 0, preamble, _BLANK):
        yield Feature(Field.FIRST_CLAIM, FeatureKind.NAME, *span)
    for span in _pieces(text, rest, len(text)):
        yield Feature(Field.FIRST_CLAIM, _means_or_effect(text, span, words), *span)


def _of_abstract(text: str, words: ClaimWords) -> Iterator[Feature]:
    for place, span in enumerate(_pieces(text, 0, len(text))):
        kind = _means_or_effect(text, span, words)
        if place == 0 and kind is FeatureKind.MEANS:
            kind = FeatureKind.NAME
        yield Feature(Field.ABSTRACT, kind, *span)


def _means_or_effect(text: str, span: tuple[int, int], words: ClaimWords) -> FeatureKind:
    return FeatureKind.EFFECT if words.effect.search(normalise(text[slice(*span)])) else FeatureKind.MEANS


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences; a long one divided at commas into pieces of about LONG."""
    for low, high in between(text, start, end, _ENDS):
        open_from = low
        for piece_low, piece_high in between(text, low, high, _COMMA):
            if piece_low > open_from and piece_high - open_from > LONG:
                yield from bare(text, open_from, piece_low, _BLANK)
                open_from = piece_low
        yield from bare(text, open_from, high, _BLANK)

"""Columns kept small: points as whole hundredths, codes as places in a list, what is always alike not at all.

A table of grades has over a hundred columns and a row for each right. Written as they are read they take longer to
write than to work out; packed they are written as whole numbers, and how to read them stands beside them in the file
(docs/adr/0010-packed-columns.md). A store that shows a packed file unpacks it, so that no reader minds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, FloatingValue, IntegerValue, StringValue

LOOKED_UP = 7
"""So many codes have their combinations listed."""


@dataclass(frozen=True, slots=True)
class AsIs:
    """Kept as it is read."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """Kept as whole numbers of 1/units, read as float64."""

    units: int


@dataclass(frozen=True, slots=True)
class Word:
    """Kept as the place of a word in a list, read as the word; null stays null."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Codes:
    """Kept as a sum of 2^n for the n-th code that holds, read as the codes joined by ;."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Always:
    """Not kept: the same in every row. kind: an Ibis type."""

    value: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class SameAs:
    """Not kept: another column says the same."""

    column: str


Packed = AsIs | Scaled | Word | Codes | Always | SameAs
Packing = Mapping[str, Packed]
"""Columns of the unpacked table in their order, and how each is kept."""
AS_IS = AsIs()
_KINDS: dict[str, type[Any]] = {
    "as_is": AsIs,
    "scaled": Scaled,
    "word": Word,
    "codes": Codes,
    "always": Always,
    "same_as": SameAs,
}


@dataclass(frozen=True, slots=True)
class Told:
    """A text column of few words before it is written: a whole number, and how it reads."""

    value: IntegerValue
    packed: Word | Codes

    @property
    def codes(self) -> tuple[str, ...]:
        """What it may say: its words or its codes."""
        return self.packed.words if isinstance(self.packed, Word) else self.packed.codes

    def place(self, word: str) -> int:
        """What stands for a word. Raises: ValueError for one that it never is."""
        if not isinstance(self.packed, Word):
            raise TypeError("codes are no words")
        return self.packed.words.index(word)

    def unless(self, when: BooleanValue, word: str) -> Told:
        """Another word where a condition holds. Only for words."""
        if not isinstance(self.packed, Word):
            raise TypeError("codes are no words")
        words = (*self.packed.words, word)
        return Told(when.ifelse(len(words) - 1, self.value), Word(words))


def first_of(*steps: tuple[BooleanValue, str], otherwise: str | None = None) -> Told:
    """The word of the first condition that holds; null where none does and there is no other word."""
    words = tuple(dict.fromkeys([word for _, word in steps] + ([] if otherwise is None else [otherwise])))
    last = ibis.null("int8") if otherwise is None else words.index(otherwise)
    if not steps:
        return Told(ibis.literal(last), Word(words))
    return Told(ibis.cases(*((when, words.index(word)) for when, word in steps), else_=last), Word(words))


def codes_of(*pieces: tuple[BooleanValue, str]) -> Told:
    """Codes whose condition holds, in the order given; at most 30: a sum is an int32."""
    value: IntegerValue = ibis.literal(0, "int32")
    for n, (when, _) in enumerate(pieces):
        bit = ibis.ifelse(when, 1 << n, 0)
        value = bit if n == 0 else value + bit
    return Told(value.cast("int32"), Codes(tuple(code for _, code in pieces)))


def in_units(value: IntegerValue, units: int) -> FloatingValue:
    """A whole number of 1/units as float64."""
    return value.cast("float64") / float(units)


def spelled(mask: IntegerValue, codes: tuple[str, ...]) -> StringValue:
    """The codes of a sum of powers of two joined by ;, "" for 0.

    Joining texts row by row is dear: of few codes all combinations are listed.
    """
    if len(codes) > LOOKED_UP:
        texts = [((mask // (1 << n)) % 2 == 1).ifelse(code, ibis.null("string")) for n, code in enumerate(codes)]
        return (mask == 0).ifelse("", ibis.literal(";").join(texts))
    combined = [";".join(code for n, code in enumerate(codes) if kept >> n & 1) for kept in range(1 << len(codes))]
    return _listed(combined)[mask]


def kept_columns(packing: Packing) -> list[str]:
    """Columns that a packed table has."""
    return [name for name, one in packing.items() if not isinstance(one, Always | SameAs)]


def unpacked(table: Table, packing: Packing) -> Table:
    """A packed table with its columns as they are read, in the order of the packing."""
    return table.select(**{name: _read(table, name, packing) for name in packing})


def as_data(packing: Packing) -> dict[str, dict[str, Any]]:
    """A packing as plain data for a file; from_data reads it."""
    kinds = {kind: name for name, kind in _KINDS.items()}
    return {
        name: {"kept": kinds[type(one)]} | {field: getattr(one, field) for field in one.__slots__}
        for name, one in packing.items()
    }


def from_data(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Packed]:
    """The packing that as_data wrote."""
    found: dict[str, Packed] = {}
    for name, one in data.items():
        fields = {key: tuple(value) if isinstance(value, list) else value for key, value in one.items()}
        found[name] = _KINDS[str(fields.pop("kept"))](**fields)
    return found


def _read(table: Table, name: str, packing: Packing) -> ibis.Value:
    match packing[name]:
        case Scaled(units):
            return in_units(table[name], units)
        case Word(words):
            place = table[name]
            return place.notnull().ifelse(_listed(words)[place], None)  # Spark counts a null place from the end
        case Codes(codes):
            return spelled(table[name], codes)
        case Always(value, kind):
            return ibis.literal(value, kind)
        case SameAs(column):
            return _read(table, column, packing)
        case _:
            return table[name]


def _listed(words: tuple[str, ...] | list[str]) -> ibis.expr.types.ArrayValue:
    return ibis.literal(list(words), type="array<string>")

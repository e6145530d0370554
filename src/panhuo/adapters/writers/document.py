"""A document in neutral parts, from which HTML, PDF and Word are made, so that they cannot say different things.

Texts are plain; each writer escapes for its own form.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

REPLACEMENT = "\ufffd"
"""Stands where a text held what cannot be printed."""
SHORT_TABLE = 14
"""Rows up to which a table is kept on one page."""
_ENDS_LINE = str.maketrans(dict.fromkeys("\t\n\r\x0b\x0c\x85\u2028\u2029", " "))
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Categories: control, direction and joining marks (they can turn digits round), half surrogates, private, none."""
Any_ = TypeVar("Any_")


class Role(StrEnum):
    """How a paragraph speaks."""

    BODY = "body"
    NOTE = "note"  # small print
    STRONG = "strong"  # framed: who reads one thing reads this
    WARNING = "warning"  # large and red
    CODE = "code"  # digits and commands, every sign counts


@dataclass(frozen=True, slots=True)
class Heading:
    """level: 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    role: Role = Role.BODY


@dataclass(frozen=True, slots=True)
class Items:
    """A list of sentences, each with its mark."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """A few figures in large type: (value, what it is)."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stated, one row each: (what, how it is)."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head that repeats and rows that stay whole.

    widths: of the columns, relative. right: columns of numbers, from 0. rows: one text per column.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of upright columns from zero, also below it; dense: columns touch, labels only where one is given."""

    title: str
    unit: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    dense: bool = False


@dataclass(frozen=True, slots=True)
class Spans:
    """A tornado: one span a label about a base, widest first as given. lows, highs: its ends in any order."""

    title: str
    unit: str
    base_label: str
    base: float
    labels: tuple[str, ...]
    ends: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Radar:
    """Points on axes from 0 to `top`; None where nobody knows: a gap, marked by the word `unknown`, never 0."""

    title: str
    unknown: str
    labels: tuple[str, ...]
    points: tuple[float | None, ...]
    top: float = 100.0


Chart = Columns | Spans | Radar
Block = Heading | Paragraph | Items | Figures | Facts | Table | Chart


@dataclass(frozen=True, slots=True)
class Document:
    """A document from top to bottom.

    running_head: on each page. is_alarm: the running head is a warning. identifier: ASCII, the same for the same
    content. page_of: words around the page's number and the count, such as ("第", "页，共", "页").
    """

    title: str
    subtitle: tuple[str, ...]
    running_head: str
    is_alarm: bool
    identifier: str
    page_of: tuple[str, str, str]
    blocks: tuple[Block, ...]


def cleaned(value: Any_) -> Any_:
    """The same with every text printable: line ends become blanks, signs that cannot be printed U+FFFD.

    >>> cleaned(("a\\nb", "1\\u202e2"))
    ('a b', '1\ufffd2')
    """
    if isinstance(value, StrEnum):
        return value
    if isinstance(value, str):
        return _printable(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(cleaned(one) for one in value)  # type: ignore[return-value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: cleaned(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value


def _printable(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        REPLACEMENT if unicodedata.category(sign) in _UNPRINTABLE else sign for sign in text.translate(_ENDS_LINE)
    )

"""Symbols of the International Patent Classification, and of the CPC that is written the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from panhuo.terms.errors import BadValue
from panhuo.terms.half_width import half_width

_CACHED = 1 << 17
"""Distinct texts remembered: IPC and CPC together have some 330,000 symbols, a file a few ten thousand."""

_SYMBOL = re.compile(
    r"""([A-HY])
        (?: (\d\d)
            (?: ([A-Z])
                (?: [\s-]* (\d{1,4}) (?: \s*/\s* (\d{2,6}) )? )?
            )?
        )?
        (?: \s* \(\d{4}\.\d\d\) [A-Z]* )?      # edition: (2006.01), with or without I for invention
    """,
    re.VERBOSE | re.ASCII,
)
_STORED = re.compile(r"([A-HY])(\d\d)([A-Z])(\d{4})(\d{6})", re.ASCII)
_PATTERN_HAS = re.compile(r"[^A-Z0-9/]")


class IpcLevel(StrEnum):
    """How far a symbol is written out; SYMBOL has its subgroup, be it 00."""

    SECTION = "section"
    IPC_CLASS = "ipc_class"
    SUBCLASS = "subclass"
    GROUP = "group"
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class IpcSymbol:
    """One symbol, whole or truncated.

    section "G"; ipc_class "G06"; subclass "G06N"; group 3; subgroup "08". What a truncated symbol does not
    say is "" or None.
    """

    section: str
    ipc_class: str = ""
    subclass: str = ""
    group: int | None = None
    subgroup: str = ""

    @property
    def level(self) -> IpcLevel:
        """How far the symbol is written out."""
        if self.subgroup:
            return IpcLevel.SYMBOL
        if self.group is not None:
            return IpcLevel.GROUP
        if self.subclass:
            return IpcLevel.SUBCLASS
        return IpcLevel.IPC_CLASS if self.ipc_class else IpcLevel.SECTION

    @property
    def text(self) -> str:
        """The symbol in one word: G06N3/08, G06N3, G06N, G06, G."""
        if self.group is None:
            return self.subclass or self.ipc_class or self.section
        group = f"{self.subclass}{self.group}"
        return f"{group}/{self.subgroup}" if self.subgroup else group

    @property
    def sort_key(self) -> str:
        """14 characters that sort as the scheme does: G06N0003080000; a truncated one before what it holds.

        Source: WIPO ST.8 (group padded left to 4, subgroup padded right to 6).
        """
        return _stem(self).ljust(14, "0")


@lru_cache(maxsize=_CACHED)
def parse_ipc(text: str) -> IpcSymbol:
    """IPC symbol, whole or truncated to group, subclass, class or section.

    Shapes: "G06N 3/08", "G06N3/08", "G06N0003080000", "G06N 3/08 (2006.01)", any case, full width.

    Raises: BadValue code bad_ipc. Whether the scheme has such a symbol is not checked.

    >>> parse_ipc("g06n 3/08 (2006.01)").sort_key
    'G06N0003080000'
    """
    symbol = _parsed(text)
    if symbol.section == "Y":
        raise _bad(text, "IPC has the sections A to H; Y is of the CPC")
    return symbol


@lru_cache(maxsize=_CACHED)
def parse_cpc(text: str) -> IpcSymbol:
    """CPC symbol: as parse_ipc, and section Y too. Raises: BadValue code bad_ipc."""
    return _parsed(text)


@lru_cache(maxsize=_CACHED)
def ipc_range(pattern: str) -> tuple[str, str]:
    """Half-open range [first, last) of sort keys that a pattern of a rule table means.

    "G06N3/08" is that symbol alone; "G06F11*" main group 11 with all its subgroups, not 110; "H03C*" a
    subclass; "C08*" a class; "G*" a section; "G06N3/08*" the subgroups whose digits begin so. A truncated
    pattern without the star means the same as with it. IPC and CPC alike.

    Raises: BadValue code bad_ipc.

    >>> ipc_range("H04L1*")
    ('H04L0001000000', 'H04L0002000000')
    """
    squeezed = "".join(half_width(pattern).upper().split())
    bare = squeezed.removesuffix("*")
    if _PATTERN_HAS.search(bare):
        raise _bad(pattern, "a pattern is a symbol, or a truncated one with * at its end")
    symbol = _parsed(bare)
    stem = _stem(symbol)
    if symbol.level is IpcLevel.SYMBOL and squeezed == bare:
        stem = stem.ljust(14, "0")
    return stem.ljust(14, "0"), _after(stem).ljust(14, "0")


def _parsed(text: str) -> IpcSymbol:
    cleaned = half_width(text).strip().upper()
    stored = _STORED.fullmatch(cleaned)
    if stored is not None:
        section, digits, letter, group, subgroup = stored.groups()
        subgroup = subgroup.rstrip("0").ljust(2, "0")
    else:
        match = _SYMBOL.fullmatch(cleaned)
        if match is None:
            raise _bad(text, "a symbol looks like G06N 3/08, or shorter: G06N3, G06N, G06")
        section, digits, letter, group, subgroup = match.groups()
    if digits == "00" or (group is not None and int(group) == 0):
        raise _bad(text, "classes and groups are numbered from 1")
    return IpcSymbol(
        section=section,
        ipc_class=section + digits if digits else "",
        subclass=section + digits + letter if letter else "",
        group=int(group) if group else None,
        # 08 and 080 would be one sort key; the scheme writes no trailing zero beyond two digits.
        subgroup=subgroup[:2] + subgroup[2:].rstrip("0") if subgroup else "",
    )


def _stem(symbol: IpcSymbol) -> str:
    """Sort key up to where the symbol is written out."""
    if symbol.group is None:
        return symbol.subclass or symbol.ipc_class or symbol.section
    return f"{symbol.subclass}{symbol.group:04d}{symbol.subgroup}"


def _after(stem: str) -> str:
    """First text behind all that begin with the stem. Keys hold 0-9 and A-Z, so ":" after 9 is free."""
    return stem[:-1] + chr(ord(stem[-1]) + 1)


def _bad(text: str, why: str) -> BadValue:
    return BadValue(f"{text!r} is not taken as a class symbol: {why}.", code="bad_ipc", found=text)

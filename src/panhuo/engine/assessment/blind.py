"""What a blind expert sees of a case: the technology, and nothing that names or leads to its owner or inventors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from panhuo.engine.records.owners import cleaned_owner_name
from panhuo.terms.half_width import half_width

WITHHELD = "***"
_NUMBERS = re.compile(
    r"""(?<![0-9A-Za-z])(?:
          (?:ZL|CN|US|EP|WO|JP|KR|DE|GB|FR|TW|HK)\s?(?:\d{4}\s?/\s?)?\d[\d\s,]{4,14}\d(?:\.[\dX])?\s?[A-Z]?\d?
        | (?:19|20)\d{2}[1-9]\d{7}(?:\s?\.?\s?[\dX])?    # application number of thirteen places
        | \d{2}[1-9]\d{5}\.[\dX]                         # of nine places, before 2003
        | [0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}  # unified social credit code
        | 1[3-9]\d{9}                                    # mobile telephone
        | [0-9A-Za-z._+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+  # mail
    )(?![0-9A-Za-z])""",
    re.VERBOSE,
)
_LEAST_NAME = 2
"""Characters of a name that is sought in texts: one alone stands in every text."""


@dataclass(frozen=True, slots=True)
class Identity:
    """All names and numbers by which a case leads to its owner: owners now and before, inventors, departments,
    agents, other spellings; numbers: as written anywhere."""

    names: tuple[str, ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlindCase:
    """The case as a blind expert sees it. case: its serial number, which says nothing of the patent."""

    case: str
    ip_type: str
    title: str
    abstract: str
    first_claim: str
    ipc_main: str


def withhold(text: str, identity: Identity) -> str:
    """The text with every name and number of the identity, and whatever looks like a patent number, a credit code, a
    telephone or a mail address, replaced. Width, letter case and blanks inside a name play no part.

    >>> withhold("云湖大学的ZL202110000007.3", Identity(("云湖大学",)))
    '***的***'
    """
    plain = _NUMBERS.sub(WITHHELD, half_width(text))
    sought = _pattern(identity)
    return plain if sought is None else sought.sub(WITHHELD, plain)


def blind_case(
    *, case: str, ip_type: str, title: str, abstract: str, first_claim: str, ipc_main: str, identity: Identity
) -> BlindCase:
    """The view of a case for a blind expert; each text goes through withhold."""
    return BlindCase(
        case,
        ip_type,
        withhold(title, identity),
        withhold(abstract, identity),
        withhold(first_claim, identity),
        ipc_main,
    )


def _pattern(identity: Identity) -> re.Pattern[str] | None:
    spellings = {one for name in identity.names for one in (_plain(name), _plain(cleaned_owner_name(name)))}
    spellings |= {_plain(number) for number in identity.numbers}
    sought = sorted((one for one in spellings if len(one) >= _LEAST_NAME), key=lambda one: (-len(one), one))
    if not sought:
        return None
    return re.compile("|".join(r"\s*".join(map(re.escape, one)) for one in sought), re.IGNORECASE)


def _plain(name: str) -> str:
    return "".join(half_width(name).split())


def leaks(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Names of two characters or more that a text still holds; the last look before a file leaves for an expert."""
    plain = _plain(text).casefold()
    folded = ((name, _plain(name).casefold()) for name in names)
    return tuple(name for name, sought in folded if len(sought) >= _LEAST_NAME and sought in plain)

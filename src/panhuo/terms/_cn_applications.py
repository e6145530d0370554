"""Chinese application numbers taken apart: body and check digit, in every shape met in files.

Written for a million rows: the usual shapes need slices and table look-ups only, everything else takes the
slow road and comes back with a reason.
"""

from __future__ import annotations

import re

from panhuo.terms.errors import BadValue
from panhuo.terms.half_width import half_width

FIRST_YEAR = 1985
LAST_YEAR = 2099
_NEW_FORM_YEAR = 2003  # twelve digits since 2003-10-01
_NO_CHECK_YEARS = ("85", "86", "87", "88")

_CHECKS = "0123456789X"
_TENS = range(10)
# Weighted sums of three digits at once, by the places they stand in: weights 2 to 9, then 2 to 5.
_W234 = {f"{a}{b}{c}": 2 * a + 3 * b + 4 * c for a in _TENS for b in _TENS for c in _TENS}
_W567 = {f"{a}{b}{c}": 5 * a + 6 * b + 7 * c for a in _TENS for b in _TENS for c in _TENS}
_W892 = {f"{a}{b}{c}": 8 * a + 9 * b + 2 * c for a in _TENS for b in _TENS for c in _TENS}
_W345 = {f"{a}{b}{c}": 3 * a + 4 * b + 5 * c for a in _TENS for b in _TENS for c in _TENS}
_W89 = {f"{a}{b}": 8 * a + 9 * b for a in _TENS for b in _TENS}

KIND_DIGITS = "12389"
_NEW_YEARS = frozenset(str(year) for year in range(_NEW_FORM_YEAR, LAST_YEAR + 1))
_NEW_HEADS = frozenset(year + kind for year in _NEW_YEARS for kind in KIND_DIGITS)
_OLD_YEARS = {f"{year % 100:02d}": year for year in range(FIRST_YEAR, _NEW_FORM_YEAR + 1)}
_OLD_HEADS = frozenset(f"{year}{kind}" for year in _OLD_YEARS for kind in KIND_DIGITS)

_LIKE_PUBLICATION = re.compile(r"(?:\d{7,9})[ABCDSUY]\d?|[123]\d{6}|[123]\d{8}", re.ASCII)
_KIND_LETTERS = {"1": "A", "8": "A", "2": "U", "9": "U", "3": "S"}
"""Letter that databases hang on the number of an application of that kind (CN202110123456A)."""


def cn_application_check_digit(body: str) -> str:
    """Check digit of a Chinese application number: 0-9 or X.

    Every single wrong digit and every swap of two neighbours changes it: the weights 2 to 9 and their
    differences are units modulo the prime 11.

    Args: body: 8 or 12 digits. Raises: BadValue code bad_application_number. Source: ZC 0006-2003.

    >>> cn_application_check_digit("202110123456"), cn_application_check_digit("95115608")
    ('7', 'X')
    """
    if len(body) not in (8, 12):
        raise bad_application(body, "8 or 12 digits", "the check digit stands after 8 or 12 digits")
    try:
        return _check(body)
    except KeyError:
        raise bad_application(body, "digits 0-9", "something in it is no digit") from None


def split_cn_application(text: str) -> tuple[str, str]:
    """Body and check digit; a missing check digit is computed, "" for the years that had none."""
    bare = text[2:] if text[:2] in ("CN", "ZL") else text
    length = len(bare)
    if bare[:5] in _NEW_HEADS and ((length == 14 and bare[12] == ".") or length == 13 or length == 12):
        try:
            check = _CHECKS[(_W234[bare[:3]] + _W567[bare[3:6]] + _W892[bare[6:9]] + _W345[bare[9:12]]) % 11]
        except KeyError:
            return _split_slowly(text)
        if length == 12 or bare[-1] == check:
            return bare[:12], check
    return _split_slowly(text)


def filing_year(body: str) -> int:
    """Year of filing that a body of 12 or 8 digits tells."""
    return int(body[:4]) if len(body) == 12 else _OLD_YEARS[body[:2]]


def kind_digit(body: str) -> str:
    """Digit that tells the kind: 1, 8 invention, 2, 9 utility model, 3 design."""
    return body[4] if len(body) == 12 else body[2]


def squeezed(text: str, *, also: str = ".·") -> str:
    """Text in capitals and half width without spaces and invisible characters, and without those of also."""
    return "".join(c for c in half_width(text).upper() if not c.isspace() and c not in also)


def bad_application(text: str, expected: str, why: str, *, found: str | None = None) -> BadValue:
    """Error that says what was found (the whole text unless told) and what was expected."""
    return BadValue(
        f"{text!r} is not taken as an application number: {why}.",
        code="bad_application_number",
        expected=expected,
        found=text if found is None else found,
    )


def _check(body: str) -> str:
    """Check digit; KeyError where a character is no digit."""
    total = _W234[body[:3]] + _W567[body[3:6]]
    total += _W892[body[6:9]] + _W345[body[9:]] if len(body) == 12 else _W89[body[6:]]
    return _CHECKS[total % 11]


def _split_slowly(text: str) -> tuple[str, str]:
    bare = squeezed(text).removeprefix("CN").removeprefix("ZL")
    if _LIKE_PUBLICATION.fullmatch(bare):
        raise bad_application(
            text,
            "an application number",
            "it is a publication number; application numbers have 8 or 12 digits and a check digit."
            " Put it into the column of publication numbers",
        )
    bare = _without_kind_letter(bare)
    if len(bare) not in (8, 9, 12, 13):
        raise bad_application(
            text,
            "8 or 12 digits and a check digit",
            "Chinese ones have 8 or 12 digits and then a check digit",
        )
    body, given = (bare[:8], bare[8:]) if len(bare) < 12 else (bare[:12], bare[12:])
    try:
        expected = _check(body)
    except KeyError:
        raise bad_application(text, "digits 0-9", f"something in {body!r} is no digit") from None
    _check_head(text, body)
    if given and given != expected:
        why = f"its check digit is {given}, but the others give {expected}, so one of them is wrong"
        raise bad_application(text, expected, why, found=given)
    return body, "" if len(body) == 8 and body[:2] in _NO_CHECK_YEARS else expected


def _check_head(text: str, body: str) -> None:
    """Year and kind digit; the form of 8 digits ended in the year in which that of 12 began."""
    new = len(body) == 12
    if body[:5] in _NEW_HEADS if new else body[:3] in _OLD_HEADS:
        return
    if body[:4] in _NEW_YEARS if new else body[:2] in _OLD_YEARS:
        why = "the digit after the year tells the kind and is 1, 2, 3, 8 or 9"
        raise bad_application(text, "1, 2, 3, 8 or 9", why, found=kind_digit(body))
    first, last = (_NEW_FORM_YEAR, LAST_YEAR) if new else (FIRST_YEAR, _NEW_FORM_YEAR)
    why = f"numbers of {len(body)} digits begin with a year from {first} to {last}"
    raise bad_application(text, f"a year from {first} to {last}", why, found=body[: 4 if new else 2])


def _without_kind_letter(bare: str) -> str:
    """Drops the letter that databases append where it agrees with the kind digit: 202110123456A."""
    if len(bare) in (13, 14) and _KIND_LETTERS.get(bare[4]) == bare[-1]:
        return bare[:-1]
    return bare

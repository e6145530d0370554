"""Publication numbers of all offices taken apart: jurisdiction, body in one spelling, kind code."""

from __future__ import annotations

import re

from panhuo.terms.errors import BadValue
from panhuo.terms.half_width import half_width

_CN_FIRST_DIGIT = {"A": "1", "B": "1", "C": "1", "U": "2", "Y": "2", "D": "3", "S": "3"}
"""Kind letter -> first digit of the body: 1 inventions, 2 utility models, 3 designs (ZC 0007, ZC 0008)."""
_CN_HEADS = frozenset(letter + digit for letter, digit in _CN_FIRST_DIGIT.items())

_CN = re.compile(r"CN(\d{7,9})([ABCDSUY]\d?)?", re.ASCII)
_CN_APPLICATION = re.compile(r"(?:CN|ZL)?(?:ZL)?(?:\d{8}|\d{12})[\dX]?", re.ASCII)
_FOREIGN = re.compile(r"([A-Z]{2})([A-Z]{0,3}\d+(?:[A-Z]{1,5}\d{3,})?)([A-Z]{1,2}\d?)?", re.ASCII)
_CN_AFTER_GRANT = frozenset(
    letter + digit
    for letter, digits in (("B", "89"), ("U", "89"), ("C", "1234567"), ("Y", "1234567"), ("S", "123456789"))
    for digit in digits
)
_SEPARATORS = re.compile(r"[\s\-/,.·]+")
_LONGEST_BODY = 16
_FEWEST_DIGITS = 3


def split_publication(text: str) -> tuple[str, str, str]:
    """Jurisdiction, body and kind code ("" where the source gives none)."""
    # The usual case by slices: CN, nine digits, a kind letter that agrees with the first of them.
    if text[:2] == "CN" and len(text) == 12:
        body, kind = text[2:11], text[11]
        if kind + body[0] in _CN_HEADS and body.isdigit() and body.isascii():
            return "CN", body, kind
    bare = text
    if not (text.isalnum() and text.isascii() and text.isupper()):
        bare = _SEPARATORS.sub("", half_width(text).upper())
    return _split_cn(bare, text) if bare[:2] == "CN" else _split_foreign(bare, text)


def amends_grant(jurisdiction: str, kind: str) -> bool:
    """Whether a document corrects a Chinese grant (B8, B9, U8, U9, S8, S9) or tells its partial invalidation.

    The latter are C1 to C7, Y1 to Y7 and S1 to S7. Plain C and Y are grants of the older scheme. Source: ZC 0008.
    """
    return jurisdiction == "CN" and kind in _CN_AFTER_GRANT


def _split_cn(bare: str, text: str) -> tuple[str, str, str]:
    match = _CN.fullmatch(bare)
    if match is None or (len(match[1]) == 8 and not _is_first_scheme(match[1])):
        if _CN_APPLICATION.fullmatch(bare):
            why = "it is an application number; put it into the column of application numbers"
            raise _bad(text, "a publication number", why)
        why = "Chinese ones are CN, 7 or 9 digits and a kind code such as A, B, U or S"
        raise _bad(text, "CN, 7 or 9 digits and a kind code", why)
    body, kind = match[1], match[2] or ""
    series = body[2] if len(body) == 8 else body[0]
    if series not in "123" or (kind and _CN_FIRST_DIGIT[kind[0]] != series):
        why = "inventions (A, B, C) are numbered from 1, utility models (U, Y) from 2, designs (S, D) from 3"
        raise _bad(text, "kind code and first digit that agree", why)
    return "CN", body, kind


def _is_first_scheme(body: str) -> bool:
    """Documents of 1985-1988 bear the 8 digits of their application: CN87100927A."""
    return "85" <= body[:2] <= "88"


def _split_foreign(bare: str, text: str) -> tuple[str, str, str]:
    match = _FOREIGN.fullmatch(bare)
    if match is None or match[1] == "ZL" or len(match[2]) > _LONGEST_BODY:
        if _CN_APPLICATION.fullmatch(bare):
            why = "it is an application number, or the country before it is missing"
            raise _bad(text, "a publication number", why)
        why = "one is a country, a number and a kind code, like CN113030719A or US7272630B2"
        raise _bad(text, "country, number and kind code", why)
    jurisdiction, body, kind = match.groups("")
    if len(body) < 2 * _FEWEST_DIGITS and sum(map(str.isdigit, body)) < _FEWEST_DIGITS:
        raise _bad(text, f"at least {_FEWEST_DIGITS} digits", f"it has fewer than {_FEWEST_DIGITS} digits")
    normalise = _SPELLINGS.get(jurisdiction)
    return jurisdiction, normalise(body) if normalise else body, kind


def _us(body: str) -> str:
    """Pre-grant: year and 7 digits (US2005004974A1 lacks a zero). Grants: no zeros in front."""
    if body.isdigit():
        if len(body) in (10, 11) and "2001" <= body[:4] <= "2099":
            return body[:4] + body[4:].zfill(7)
        return body.lstrip("0")
    letters = body.rstrip("0123456789")
    return letters + body[len(letters) :].lstrip("0")


def _wo(body: str) -> str:
    """Year and 6 digits; before 2004 also written with two digits of the year and 5 (WO9912345)."""
    if not body.isdigit():
        return body
    if len(body) == 7:
        return ("19" if body[:2] >= "78" else "20") + body[:2] + body[2:].zfill(6)
    return body[:4] + body[4:].zfill(6) if len(body) in (9, 10) else body


def _ep(body: str) -> str:
    return body.zfill(7) if body.isdigit() else body


def _kr(body: str) -> str:
    """Without the 10 or 20 that the office puts before the year: KR1020100012345A is KR20100012345A.

    Registrations (KR101234567B1) keep it, there it is all that tells patents from utility models.
    """
    long = len(body) == 13 and body[:2] in ("10", "20", "30") and body[2:4] in ("19", "20")
    return body[2:] if long else body


_SPELLINGS = {"US": _us, "WO": _wo, "EP": _ep, "KR": _kr}
"""Offices whose one document is spelled in several ways; the others are left as they are."""


def _bad(text: str, expected: str, why: str) -> BadValue:
    return BadValue(
        f"{text!r} is not taken as a publication number: {why}.",
        code="bad_publication_number",
        expected=expected,
        found=text,
    )

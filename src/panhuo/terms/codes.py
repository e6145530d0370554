"""Codes of organisations (GB 32100, GB 11714) and administrative regions (GB/T 2260), with their checks."""

from __future__ import annotations

from string import ascii_uppercase, digits

from panhuo.terms.errors import BadValue
from panhuo.terms.half_width import half_width
from panhuo.terms.kinds import RegionLevel

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_VALUE = {character: value for value, character in enumerate(digits + ascii_uppercase)}
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

NATION = "100000"
"""Code of the whole country, as the register of organisations uses it."""
_PROVINCE_RUNS = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
MADE_UP = "99"
"""Stands in no list of GB/T 2260, so the regions of examples begin with it and cannot be taken for real ones."""
_PROVINCES = frozenset([MADE_UP, *(str(code) for first, last in _PROVINCE_RUNS for code in range(first, last + 1))])


def uscc_check_character(first_17: str) -> str:
    """Last character of a unified social credit code (统一社会信用代码) from the 17 before it.

    Raises: BadValue code bad_uscc for another length or a letter outside the alphabet (I, O, S, V, Z).
    Source: GB 32100-2015.

    >>> uscc_check_character("91440300708461136")
    'T'
    """
    if len(first_17) != 17 or any(character not in _VALUE for character in first_17):
        raise _bad_uscc(first_17, "17 of 0-9 and A-Z without I, O, S, V, Z before the check character")
    total = sum(_VALUE[character] * weight for character, weight in zip(first_17, _USCC_WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def parse_uscc(text: str) -> str:
    """Unified social credit code in 18 capital characters, its check character verified.

    Every single wrong character and nearly every swap of two is caught (the check is modulo the prime 31).

    Raises: BadValue code bad_uscc; fields expected and found name the check character where it is that.
    Source: GB 32100-2015.

    >>> parse_uscc(" 9144 0300 7084 6113 6t ")
    '91440300708461136T'
    """
    code = _squeezed(text)
    if len(code) != 18:
        raise _bad_uscc(text, "18 characters")
    expected = uscc_check_character(code[:17])
    if code[17] != expected:
        raise BadValue(
            f"{text!r} is no unified social credit code: it ends with {code[17]}, but the others give"
            f" {expected}, so one of them is wrong.",
            code="bad_uscc",
            expected=expected,
            found=code[17],
        )
    if not code[2:8].isdigit():
        raise _bad_uscc(text, "the digits of a region in places 3 to 8")
    return code


def organisation_code_check(first_8: str) -> str:
    """Check character of an organisation code (组织机构代码): 0-9 or X.

    Raises: BadValue code bad_organisation_code. Source: GB 11714-1997.

    >>> organisation_code_check("71526726")
    'X'
    """
    if len(first_8) != 8 or any(character not in _ORGANISATION_VALUE for character in first_8):
        raise _bad_organisation_code(first_8, "8 characters 0-9 and A-Z before the check character", first_8)
    pairs = zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    remainder = 11 - sum(_ORGANISATION_VALUE[character] * weight for character, weight in pairs) % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def parse_organisation_code(text: str) -> str:
    """Organisation code in 9 capital characters without the dash, its check verified.

    The same 9 characters stand in places 9 to 17 of the unified code of the same organisation.

    Raises: BadValue code bad_organisation_code. Source: GB 11714-1997.

    >>> parse_organisation_code("70846113-6")
    '708461136'
    """
    code = _squeezed(text).replace("-", "")
    if len(code) != 9:
        raise _bad_organisation_code(text, "9 characters, such as 70846113-6", text)
    expected = organisation_code_check(code[:8])
    if code[8] != expected:
        raise _bad_organisation_code(text, f"the check character {expected}", code[8])
    return code


def parse_region_code(text: str) -> str:
    """Administrative region as 6 digits: 2 of the province, 2 of the city, 2 of the county.

    Also taken: 2 or 4 digits (the missing ones are 0) and the 12 digits of statistics that end in six zeros.

    Raises: BadValue code bad_region_code, also for an unknown province. Which cities and counties exist is
    pack data and not checked here. Source: GB/T 2260.

    >>> parse_region_code("4407")
    '440700'
    """
    code = _squeezed(text)
    if not (code.isascii() and code.isdigit()) or len(code) not in (2, 4, 6, 12):
        raise _bad_region_code(text, "6 digits")
    if len(code) == 12 and not code.endswith("000000"):
        raise _bad_region_code(text, "a county or above; this one names a town or village")
    code = code[:6].ljust(6, "0")
    if code != NATION and code[:2] not in _PROVINCES:
        raise _bad_region_code(text, "a province of GB/T 2260 in the first two digits")
    if code[2:4] == "00" and code[4:] != "00":
        raise _bad_region_code(text, "a city before the county")
    return code


def region_level(code: str) -> RegionLevel:
    """Level of a region by its 6 digits; codes are those that parse_region_code gives.

    >>> region_level("440703")
    <RegionLevel.COUNTY: 'county'>
    """
    if code == NATION:
        return RegionLevel.NATION
    if code.endswith("0000"):
        return RegionLevel.PROVINCE
    return RegionLevel.CITY if code.endswith("00") else RegionLevel.COUNTY


def is_within(code: str, of: str) -> bool:
    """Whether a region lies in another or is it; both as parse_region_code gives them.

    >>> is_within("440703", "440700"), is_within("440300", "440700")
    (True, False)
    """
    return code.startswith(region_prefix(of))


def region_prefix(code: str) -> str:
    """With what the codes of all regions in a region begin, itself among them; "" for the nation.

    >>> region_prefix("440700"), region_prefix("100000")
    ('4407', '')
    """
    places = {RegionLevel.NATION: 0, RegionLevel.PROVINCE: 2, RegionLevel.CITY: 4}.get(region_level(code), 6)
    return code[:places]


def _squeezed(text: str) -> str:
    return "".join(half_width(text).upper().split())


def _bad_uscc(text: str, expected: str) -> BadValue:
    return BadValue(
        f"{text!r} is no unified social credit code: it needs {expected}.",
        code="bad_uscc",
        expected=expected,
        found=text,
    )


def _bad_organisation_code(text: str, expected: str, found: str) -> BadValue:
    return BadValue(
        f"{text!r} is no organisation code: it needs {expected}.",
        code="bad_organisation_code",
        expected=expected,
        found=found,
    )


def _bad_region_code(text: str, expected: str) -> BadValue:
    return BadValue(
        f"{text!r} is no region code: it needs {expected}.",
        code="bad_region_code",
        expected=expected,
        found=text,
    )

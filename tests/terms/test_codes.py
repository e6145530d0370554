"""Codes of organisations and regions: fixtures of GB 32100 and GB 11714, and that slips are caught."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.terms.codes import (
    is_within,
    organisation_code_check,
    parse_organisation_code,
    parse_region_code,
    parse_uscc,
    region_level,
    uscc_check_character,
)
from panhuo.terms.errors import BadValue
from panhuo.terms.kinds import RegionLevel

# Public codes of large institutions.
USCC = [
    "91440300708461136T",
    "91110000802100433B",
    "9144030071526726XG",
    "12100000400000624D",
    "914403001922038216",
]
ORGANISATION = ["70846113-6", "71526726-X", "19220382-1", "80210043-3", "40000062-4"]
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

FIRST_17 = st.builds(
    lambda head, region, rest: head + f"{region:06d}" + rest,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.integers(0, 999_999),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize("code", USCC)
def test_real_codes_pass(code: str) -> None:
    assert parse_uscc(code) == code
    assert uscc_check_character(code[:17]) == code[17]


@pytest.mark.parametrize(
    "text",
    ["91440300708461136t", " 91440300 70846113 6T ", "９１４４０３００７０８４６１１３６Ｔ"],
)
def test_a_code_is_read_in_half_width_capitals(text: str) -> None:
    assert parse_uscc(text) == "91440300708461136T"


@pytest.mark.parametrize(("code", "organisation"), list(zip(USCC[:1] + USCC[2:3], ORGANISATION[:2], strict=True)))
def test_the_organisation_code_stands_in_the_unified_one(code: str, organisation: str) -> None:
    assert code[8:17] == parse_organisation_code(organisation)


@pytest.mark.parametrize("code", ORGANISATION)
def test_real_organisation_codes_pass(code: str) -> None:
    assert parse_organisation_code(code) == code.replace("-", "")
    assert organisation_code_check(code[:8]) == code[-1]


@given(FIRST_17, st.data())
def test_every_single_wrong_character_of_a_unified_code_is_caught(first: str, data: st.DataObject) -> None:
    code = first + uscc_check_character(first)
    assert parse_uscc(code) == code
    place = data.draw(st.integers(0, 17))
    slip = data.draw(st.sampled_from([c for c in ALPHABET if c != code[place]]))
    with pytest.raises(BadValue) as caught:
        parse_uscc(code[:place] + slip + code[place + 1 :])
    assert caught.value.code == "bad_uscc"


def test_a_wrong_check_character_is_refused_with_the_expected_one() -> None:
    with pytest.raises(BadValue) as caught:
        parse_uscc("91440300708461136A")
    assert (caught.value.fields["expected"], caught.value.fields["found"]) == ("T", "A")


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8), st.data())
def test_a_wrong_digit_of_an_organisation_code_is_caught(first: str, data: st.DataObject) -> None:
    """Digits differ by at most 9 and the check is modulo 11; letters may differ by 11 or 22 and slip through."""
    code = first + organisation_code_check(first)
    places = [place for place in range(8) if code[place].isdigit()]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    slip = data.draw(st.sampled_from([c for c in "0123456789" if c != code[place]]))
    with pytest.raises(BadValue):
        parse_organisation_code(code[:place] + slip + code[place + 1 :])


def test_letters_eleven_apart_are_what_the_organisation_check_cannot_see() -> None:
    """Negative control: A is 10 and L is 21, so the older check is blind there and the unified one is not."""
    assert organisation_code_check("A0000000") == organisation_code_check("L0000000")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "9144030070846113",
        "91440300708461136TT",
        "9I440300708461136T",
        "91440O00708461136T",
        "统一社会信用代码",
    ],
)
def test_what_is_no_unified_code_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_uscc(text)
    assert caught.value.code == "bad_uscc"


def test_letters_in_the_region_of_a_unified_code_are_refused() -> None:
    first = "91A40300708461136"
    with pytest.raises(BadValue, match="region"):
        parse_uscc(first + uscc_check_character(first))


@pytest.mark.parametrize("text", ["", "70846113", "70846113-7", "7084611!-6", "708461136-6"])
def test_what_is_no_organisation_code_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_organisation_code(text)
    assert caught.value.code == "bad_organisation_code"


@pytest.mark.parametrize(
    ("text", "code", "level"),
    [
        ("100000", "100000", RegionLevel.NATION),
        ("440000", "440000", RegionLevel.PROVINCE),
        ("44", "440000", RegionLevel.PROVINCE),
        ("440700", "440700", RegionLevel.CITY),
        ("4407", "440700", RegionLevel.CITY),
        ("440703", "440703", RegionLevel.COUNTY),
        ("440703000000", "440703", RegionLevel.COUNTY),
        ("４４０７０３", "440703", RegionLevel.COUNTY),
        ("820000", "820000", RegionLevel.PROVINCE),
    ],
)
def test_region_codes_have_a_level(text: str, code: str, level: RegionLevel) -> None:
    assert parse_region_code(text) == code
    assert region_level(code) is level


@pytest.mark.parametrize(
    "text", ["", "4", "440", "44070", "890000", "160000", "440703001000", "440003", "44o703", "江门", "-440700"]
)
def test_what_is_no_region_code_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_region_code(text)
    assert caught.value.code == "bad_region_code"


@pytest.mark.parametrize(
    ("code", "of", "expected"),
    [
        ("440703", "440700", True),
        ("440703", "440000", True),
        ("440703", "100000", True),
        ("440703", "440703", True),
        ("440704", "440703", False),
        ("440300", "440700", False),
        ("510100", "440000", False),
        ("440000", "440700", False),
        ("100000", "440000", False),
    ],
)
def test_a_region_lies_in_its_own_city_province_and_nation_only(code: str, of: str, expected: bool) -> None:
    assert is_within(code, of) is expected

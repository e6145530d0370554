"""Application numbers: fixtures of ZC 0006, every shape of files, and that no single slip passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.terms.errors import BadValue
from panhuo.terms.kinds import IpType
from panhuo.terms.numbers import (
    ApplicationNumber,
    asset_keys,
    cn_application_check_digit,
    parse_application_number,
    parse_publication_number,
)

NEW_BODIES = st.builds(
    lambda year, kind, serial: f"{year}{kind}{serial:07d}",
    st.integers(2003, 2060),
    st.sampled_from("12389"),
    st.integers(0, 9_999_999),
)
OLD_BODIES = st.builds(
    lambda year, kind, serial: f"{year % 100:02d}{kind}{serial:05d}",
    st.integers(1989, 2003),
    st.sampled_from("12389"),
    st.integers(0, 99_999),
)
BODIES = st.one_of(NEW_BODIES, OLD_BODIES)
CHECKS = "0123456789X"


def read(text: str) -> ApplicationNumber | BadValue:
    try:
        return parse_application_number(text)
    except BadValue as refused:
        return refused


def second_check_digit(body: str) -> str:
    """By the definition, place by place, and not as the product computes it."""
    total = 0
    for place, character in enumerate(body):
        total += int(character) * (place % 8 + 2)
    return CHECKS[total % 11]


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("201710601862", "3"),  # published worked example
        ("201710911092", "2"),
        ("95115608", "X"),  # published worked example
        ("97101765", "4"),  # published worked example
        ("202110123456", "7"),
        ("202220234567", "5"),
        ("202330345678", "3"),
        ("202180012345", "7"),
        ("200710012345", "9"),
    ],
)
def test_published_and_synthetic_check_digits_come_out(body: str, check: str) -> None:
    assert cn_application_check_digit(body) == check
    assert parse_application_number(f"CN{body}.{check}").check == check


@given(BODIES)
def test_the_check_digit_agrees_with_the_definition(body: str) -> None:
    assert cn_application_check_digit(body) == second_check_digit(body)


@pytest.mark.parametrize(
    "body", ["2021101234", "", "2021101234567", "20211012345A", "２０２１１０１２３４５６", "²02110123456"]
)
def test_a_body_of_another_shape_has_no_check_digit(body: str) -> None:
    with pytest.raises(BadValue) as caught:
        cn_application_check_digit(body)
    assert caught.value.code == "bad_application_number"


@pytest.mark.parametrize(
    "text",
    [
        "202110123456.7",
        "2021101234567",
        "202110123456",
        "CN202110123456.7",
        "CN2021101234567",
        "CN202110123456",
        "cn202110123456.7",
        "ZL202110123456.7",
        "ZL 2021 1 0123456.7",
        "ZL2021 1 0123456．7",
        "CN ZL 202110123456.7",
        " 202110123456.7\n",
        "２０２１１０１２３４５６．７",
        "ＺＬ２０２１１０１２３４５６．７",
        "202110123456.7\u200b",
        "CN202110123456A",
        "CN202110123456.7A",
        "2021.1.0123456.7",
        "CN202110123456.",  # the dot is there, the digit behind it is not
    ],
)
def test_all_shapes_of_one_number_give_one_key(text: str) -> None:
    number = parse_application_number(text)
    assert number.text == "202110123456.7"
    assert number.key == "a:CN202110123456"
    assert number.patent_number == "ZL 2021 1 0123456.7"
    assert (number.kind_digit, number.filing_year, number.ip_type) == ("1", 2021, IpType.INVENTION)


@pytest.mark.parametrize(
    "text", ["95115608.X", "95115608.x", "95115608X", "CN95115608Ⅹ", "ZL 95 1 15608.ⅹ", "95115608"]
)
def test_old_numbers_of_eight_digits_read_in_all_shapes(text: str) -> None:
    number = parse_application_number(text)
    assert (number.text, number.key, number.filing_year) == ("95115608.X", "a:CN95115608", 1995)
    assert number.patent_number == "ZL 95 1 15608.X"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("1", IpType.INVENTION),
        ("2", IpType.UTILITY_MODEL),
        ("3", IpType.DESIGN),
        ("8", IpType.INVENTION),
        ("9", IpType.UTILITY_MODEL),
    ],
)
def test_the_kind_digit_tells_the_kind(kind: str, expected: IpType) -> None:
    assert parse_application_number(f"2021{kind}0012345").ip_type is expected
    assert parse_application_number(f"99{kind}12345").ip_type is expected


@pytest.mark.parametrize("kind", "04567")
def test_other_kind_digits_are_refused(kind: str) -> None:
    body = f"2021{kind}0012345"
    with pytest.raises(BadValue, match="tells the kind") as caught:
        parse_application_number(body + cn_application_check_digit(body))
    assert caught.value.fields["found"] == kind


@pytest.mark.parametrize("body", ["200210123456", "199910123456", "210010123456", "300010123456"])
def test_twelve_digits_begin_in_2003(body: str) -> None:
    with pytest.raises(BadValue, match="from 2003 to 2099"):
        parse_application_number(body + cn_application_check_digit(body))


@pytest.mark.parametrize("body", ["84112345", "04112345", "50112345", "20210528"])
def test_eight_digits_end_in_2003(body: str) -> None:
    with pytest.raises(BadValue, match="from 1985 to 2003"):
        parse_application_number(body)


def test_both_forms_exist_in_2003() -> None:
    assert parse_application_number("03112345").filing_year == 2003
    assert parse_application_number("200310112345").filing_year == 2003
    assert parse_application_number("00112345").filing_year == 2000


@pytest.mark.parametrize("body", ["85100001", "88212345"])
def test_numbers_of_1985_to_1988_have_no_check_digit(body: str) -> None:
    number = parse_application_number(body)
    assert (number.text, number.check) == (body, "")
    # A data base that computed one agrees; it is dropped, and a wrong one is refused all the same.
    right = cn_application_check_digit(body)
    assert parse_application_number(f"CN{body}.{right}") == number
    wrong = CHECKS[(CHECKS.index(right) + 1) % 11]
    with pytest.raises(BadValue):
        parse_application_number(f"CN{body}.{wrong}")


def test_a_wrong_check_digit_is_refused_with_the_expected_one() -> None:
    with pytest.raises(BadValue) as caught:
        parse_application_number("CN202110123456.8")
    assert caught.value.code == "bad_application_number"
    assert caught.value.fields["expected"] == "7"
    assert caught.value.fields["found"] == "8"
    assert "7" in caught.value.message
    assert "8" in caught.value.message


@given(BODIES, st.data())
def test_every_single_wrong_character_is_caught(body: str, data: st.DataObject) -> None:
    written = body + cn_application_check_digit(body)
    place = data.draw(st.integers(0, len(written) - 1))
    alphabet = CHECKS if place == len(body) else "0123456789"
    slip = data.draw(st.sampled_from([c for c in alphabet if c != written[place]]))
    corrupted = written[:place] + slip + written[place + 1 :]
    with pytest.raises(BadValue):
        parse_application_number(corrupted)


@given(BODIES, st.data())
def test_every_swap_of_two_neighbours_is_caught(body: str, data: st.DataObject) -> None:
    written = body + cn_application_check_digit(body)
    places = [i for i in range(len(body) - 1) if written[i] != written[i + 1]]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    swapped = written[:place] + written[place + 1] + written[place] + written[place + 2 :]
    with pytest.raises(BadValue):
        parse_application_number(swapped)


def test_without_its_check_digit_a_slip_passes_and_that_is_known() -> None:
    """Negative control of the two tests above: what guards them is the check digit and nothing else."""
    assert parse_application_number("202110123457").key != parse_application_number("202110123456").key


@given(BODIES)
def test_text_and_patent_number_read_back(body: str) -> None:
    number = parse_application_number(body)
    assert parse_application_number(number.text) == number
    assert parse_application_number(number.patent_number) == number
    assert parse_application_number("CN" + number.text, jurisdiction="") == number


@pytest.mark.parametrize(
    "text", ["CN113030719A", "CN113030719", "113030719A", "CN1387401", "CN1131845C", "CN213280427U", "CN306631572S"]
)
def test_a_publication_number_in_the_wrong_column_is_named(text: str) -> None:
    with pytest.raises(BadValue, match="publication number") as caught:
        parse_application_number(text)
    assert caught.value.code == "bad_application_number"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "CN",
        "ZL",
        "abc",
        "20211012345",
        "20211012345678",
        "2021101234X67",
        "CN202110123456.Y",
        "US201715876543",
        "202110123456.7,202110123457.5",
        "202110123456U",  # the letter contradicts the kind digit
        "٢٠٢١١٠١٢٣٤٥٦",
        "2021-1-0123456-7",
        "\x00202110123456",
        "=202110123456",
    ],
)
def test_what_is_no_application_number_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_application_number(text)
    assert caught.value.code == "bad_application_number"
    assert {"expected", "found"} <= set(caught.value.fields)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    found = read(text)
    if isinstance(found, BadValue):
        assert found.code == "bad_application_number"
    else:
        assert parse_application_number(found.text) == found


def test_a_later_year_than_allowed_is_refused() -> None:
    assert parse_application_number("202610123456", latest_year=2026).filing_year == 2026
    with pytest.raises(BadValue, match="after 2026"):
        parse_application_number("202710123456", latest_year=2026)


@pytest.mark.parametrize(
    ("text", "jurisdiction", "key"),
    [
        ("15/876,543", "US", "a:US15876543"),
        ("US15/876,543", "US", "a:US15876543"),
        ("US201715876543A", "", "a:US201715876543"),
        ("EP17123456.7", "EP", "a:EP171234567"),
        ("10-2010-0123456", "KR", "a:KR1020100123456"),
        ("特願2010-123456", "JP", "a:JP2010123456"),
        ("JP2010123456A", "JP", "a:JP2010123456"),
        ("PCT/CN2021/012345", "WO", "a:PCTCN2021012345"),
        ("PCT/US99/01234", "", "a:PCTUS1999001234"),
        ("12345", "DE", ""),  # too few digits to tell rights apart
        ("実願2010-123456", "JP", ""),  # Japan counts utility models alike
        ("JP2010123456U", "JP", ""),
        ("WO2019123456", "WO", ""),  # a publication number, no application
    ],
)
def test_foreign_numbers_give_a_key_only_where_it_is_one_right(text: str, jurisdiction: str, key: str) -> None:
    assert parse_application_number(text, jurisdiction=jurisdiction).key == key


def test_receiving_offices_do_not_share_a_key() -> None:
    keys = {
        parse_application_number(f"PCT/{office}2021/012345", jurisdiction="WO").key for office in ("CN", "US", "JP")
    }
    assert len(keys) == 3


@pytest.mark.parametrize(
    ("text", "jurisdiction"), [("12345678", ""), ("特願", "JP"), ("123456", "us1"), ("123456", "中国")]
)
def test_foreign_numbers_need_a_country_and_digits(text: str, jurisdiction: str) -> None:
    with pytest.raises(BadValue):
        parse_application_number(text, jurisdiction=jurisdiction)


def test_foreign_numbers_say_nothing_of_kind_and_year() -> None:
    number = parse_application_number("15/876,543", jurisdiction="US")
    assert (number.kind_digit, number.filing_year, number.ip_type, number.patent_number) == ("", None, None, "")
    assert number.text == "15/876,543"


def test_asset_keys_prefer_the_application_and_leave_out_what_is_empty() -> None:
    application = parse_application_number("2021101234567")
    publication = parse_publication_number("CN113030719A")
    assert asset_keys(application, publication) == ("a:CN202110123456", "p:CN113030719")
    assert asset_keys(None, publication) == ("p:CN113030719",)
    assert asset_keys(parse_application_number("12345", jurisdiction="DE"), publication) == ("p:CN113030719",)
    assert asset_keys(None, None) == ()

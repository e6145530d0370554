"""Publication numbers of all offices: one spelling each, and keys that join only what is one right."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.terms.errors import BadValue
from panhuo.terms.kinds import IpType
from panhuo.terms.numbers import PublicationNumber, parse_publication_number

CN_KINDS = {
    "A": (IpType.INVENTION, False),
    "A8": (IpType.INVENTION, False),
    "A9": (IpType.INVENTION, False),
    "B": (IpType.INVENTION, True),
    "B8": (IpType.INVENTION, True),
    "B9": (IpType.INVENTION, True),
    "C": (IpType.INVENTION, True),
    "C1": (IpType.INVENTION, True),
    "C7": (IpType.INVENTION, True),
    "U": (IpType.UTILITY_MODEL, True),
    "U8": (IpType.UTILITY_MODEL, True),
    "U9": (IpType.UTILITY_MODEL, True),
    "Y": (IpType.UTILITY_MODEL, True),
    "Y1": (IpType.UTILITY_MODEL, True),
    "Y7": (IpType.UTILITY_MODEL, True),
    "S": (IpType.DESIGN, True),
    "S9": (IpType.DESIGN, True),
    "S1": (IpType.DESIGN, True),
    "D": (IpType.DESIGN, True),
}
FIRST = {IpType.INVENTION: "1", IpType.UTILITY_MODEL: "2", IpType.DESIGN: "3"}

CN_NUMBERS = st.builds(
    lambda kind, serial: f"CN{FIRST[CN_KINDS[kind][0]]}{serial:08d}{kind}",
    st.sampled_from(sorted(CN_KINDS)),
    st.integers(0, 99_999_999),
)


def read(text: str) -> PublicationNumber | BadValue:
    try:
        return parse_publication_number(text)
    except BadValue as refused:
        return refused


@pytest.mark.parametrize("kind", sorted(CN_KINDS))
@pytest.mark.parametrize("rest", ["03030719", "030307"])
def test_every_chinese_kind_code_tells_kind_and_grant(kind: str, rest: str) -> None:
    ip_type, is_grant = CN_KINDS[kind]
    number = parse_publication_number(f"CN{FIRST[ip_type]}{rest}{kind}")
    assert (number.ip_type, number.is_grant, number.kind) == (ip_type, is_grant, kind)


@pytest.mark.parametrize("kind", sorted(CN_KINDS))
def test_a_kind_code_that_contradicts_the_first_digit_is_refused(kind: str) -> None:
    for digit in set("123") - {FIRST[CN_KINDS[kind][0]]} | set("04567"):
        with pytest.raises(BadValue, match="numbered from 1"):
            parse_publication_number(f"CN{digit}13030719{kind}")


@pytest.mark.parametrize(
    "text",
    [
        "CN113030719A",
        "CN 113030719 A",
        "cn113030719a",
        "CN-113030719-A",
        "ＣＮ１１３０３０７１９Ａ",
        " CN113030719A\u200b",
    ],
)
def test_all_shapes_of_one_number_are_one(text: str) -> None:
    assert parse_publication_number(text) == PublicationNumber("CN", "113030719", "A")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("US2005004974A1", "US20050004974A1"),
        ("US20050004974A1", "US20050004974A1"),
        ("US 2005/0004974 A1", "US20050004974A1"),
        ("US7272630B2", "US7272630B2"),
        ("US07272630B2", "US7272630B2"),
        ("US06859910", "US6859910"),
        ("US10272902B2", "US10272902B2"),
        ("USD0654321S1", "USD654321S1"),
        ("USRE043210E1", "USRE43210E1"),
        ("EP2080662A1", "EP2080662A1"),
        ("EP123456B1", "EP0123456B1"),
        ("WO2019123456A1", "WO2019123456A1"),
        ("WO 2019/123456 A1", "WO2019123456A1"),
        ("WO9912345A1", "WO1999012345A1"),
        ("WO0312345A2", "WO2003012345A2"),
        ("JP2010123456A", "JP2010123456A"),
        ("JPH10123456A", "JPH10123456A"),
        ("KR1020130096188A", "KR20130096188A"),
        ("KR101131088B1", "KR101131088B1"),
        ("DE102008000777A1", "DE102008000777A1"),
        ("SE-0400568-A1", "SE0400568A1"),
        ("SE-96870-C1", "SE96870C1"),
        ("BRPI1003397A2", "BRPI1003397A2"),
        ("IN2014CH01286A", "IN2014CH01286A"),
        ("IN1604DELNP2013A", "IN1604DELNP2013A"),
        ("HRP20221010AA1", "HRP20221010AA1"),
        ("CN1387401", "CN1387401"),
        ("CN101680038", "CN101680038"),
        ("CN87100927", "CN87100927"),
        ("CN85100001A", "CN85100001A"),
    ],
)
def test_other_spellings_come_to_one(text: str, expected: str) -> None:
    number = parse_publication_number(text)
    assert number.text == expected
    assert parse_publication_number(number.text) == number


def test_application_and_grant_of_one_invention_share_the_key_since_2010() -> None:
    keys = {parse_publication_number(f"CN102431460{kind}").key for kind in ("", "A", "A8", "B", "B9", "C1")}
    assert keys == {"p:CN102431460"}


def test_old_grants_of_seven_digits_do_not_share_the_key_of_an_application() -> None:
    """CN1131845C (a grant) and CN1131845A (another's application) are two rights: two series of numbers."""
    application, grant = parse_publication_number("CN1131845A"), parse_publication_number("CN1131845C")
    assert application.key == "p:CN1131845"
    assert grant.key == "p:CN1131845C"
    assert parse_publication_number("CN1131845").key == application.key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KR20100001234A", "KR20100001234U"),
        ("JP2010123456A", "JP2010123456U"),
        ("US20050004974A1", "US7272630B2"),
        ("CN113030719A", "US113030719A"),
        ("FI12345B", "FI12345U1"),
    ],
)
def test_numbers_that_differ_in_kind_or_country_keep_apart(one: str, other: str) -> None:
    assert parse_publication_number(one).key != parse_publication_number(other).key


@pytest.mark.parametrize(
    ("text", "is_grant", "ip_type"),
    [
        ("US20170190327A1", False, IpType.INVENTION),
        ("US8630781B2", True, IpType.INVENTION),
        ("US5123456A", True, IpType.INVENTION),
        ("US6859910", True, None),
        ("USD654321S1", True, IpType.DESIGN),
        ("EP2080662A1", False, IpType.INVENTION),
        ("EP2356006B1", True, IpType.INVENTION),
        ("WO2009144112A1", False, IpType.INVENTION),
        ("DE202009011119U1", True, IpType.UTILITY_MODEL),
        ("KR20100001761U", False, IpType.UTILITY_MODEL),
        ("KR200447392Y1", True, IpType.UTILITY_MODEL),
        ("RU2534212C2", True, IpType.INVENTION),
        ("ES2577981T3", False, None),
        ("CN1387401", False, IpType.INVENTION),
        ("CN87200927", False, IpType.UTILITY_MODEL),
    ],
)
def test_a_number_tells_grant_and_kind_where_it_can(text: str, is_grant: bool, ip_type: IpType | None) -> None:
    number = parse_publication_number(text)
    assert (number.is_grant, number.ip_type) == (is_grant, ip_type)


@pytest.mark.parametrize("text", ["CN202110123456.7", "202110123456.7", "ZL202110123456.7", "CN95115608.X", "95115608"])
def test_an_application_number_in_the_wrong_column_is_named(text: str) -> None:
    with pytest.raises(BadValue, match="application number") as caught:
        parse_publication_number(text)
    assert caught.value.code == "bad_publication_number"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "CN",
        "CN11303071A",
        "CN1130307191A",
        "CN113030719X",
        "CN113030719A10",
        "CN13030719A",
        "113030719A",
        "US",
        "US12",
        "中国113030719A",
        "CN１１３０３０７①９A",
        "CN113030719A CN113030720A",
        "=CN113030719A",
        "CN" + "1" * 400,
        "US" + "9" * 400,
    ],
)
def test_what_is_no_publication_number_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_publication_number(text)
    assert caught.value.code == "bad_publication_number"
    assert {"expected", "found"} <= set(caught.value.fields)


@given(st.one_of(st.text(max_size=16), st.from_regex(r"[A-Z]{2}[0-9A-Z]{3,12}", fullmatch=True), CN_NUMBERS))
def test_any_text_is_read_into_one_lasting_spelling_or_refused(text: str) -> None:
    found = read(text)
    if isinstance(found, BadValue):
        assert found.code == "bad_publication_number"
    else:
        assert parse_publication_number(found.text) == found


@pytest.mark.reference
def test_all_numbers_of_a_real_corpus_are_read(reference_data: Path) -> None:
    texts = []
    for name in ("cn_abstracts.jsonl.gz", "other_offices_abstracts.jsonl.gz"):
        with gzip.open(reference_data / "gpatents_energy_recovery" / name, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["publication_number"] for line in lines]
    for path in (reference_data / "cnki_patent_refs").glob("*.txt"):
        texts += re.findall(r"：([A-Z]{2}[^,，]*)[,，]\d{4}", path.read_text(encoding="utf-8-sig"))
    assert len(texts) > 30_000
    assert [text for text in texts if text and isinstance(read(text), BadValue)] == []


@pytest.mark.parametrize("kind", sorted(CN_KINDS))
def test_corrections_and_partial_invalidations_amend_a_grant_and_plain_letters_do_not(kind: str) -> None:
    number = parse_publication_number(f"CN{FIRST[CN_KINDS[kind][0]]}03030719{kind}")
    assert number.amends_grant is (len(kind) == 2 and kind[0] != "A")
    assert not parse_publication_number(f"EP1234567{kind}").amends_grant

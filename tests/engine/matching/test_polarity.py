"""What a text denies: stretches that a word of denial rules, in any text."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.polarity import Polarity, polarities, polarity_words
from panhuo.rules import load_pack

WORDS = polarity_words(load_pack("national").at(date(2026, 11, 22)))


def of(text: str, word: str, *, of_patent: bool = True) -> Polarity:
    start = text.index(word)
    return polarities(text, WORDS, of_patent=of_patent).of(start, start + len(word))


@pytest.mark.parametrize(
    ("text", "word", "told"),
    [
        ("不使用催化剂", "催化剂", Polarity.DENIES),
        ("不使用催化剂，设有阀门", "阀门", Polarity.SAYS),
        ("不使用催化剂而设有阀门", "阀门", Polarity.SAYS),
        ("无需停机即可更换", "更换", Polarity.SAYS),
        ("严禁采用催化剂", "催化剂", Polarity.DENIES),
        ("涂层不耐腐蚀", "耐腐蚀", Polarity.DENIES),
        ("不使用催化剂", "使用", Polarity.UNCLEAR),
        ("防止粉尘", "粉尘", Polarity.UNCLEAR),
        ("克服了不能清洗的缺陷", "清洗", Polarity.UNCLEAR),
        ("不使用时折叠", "折叠", Polarity.SAYS),
    ],
)
def test_a_word_is_said_denied_or_neither(text: str, word: str, told: Polarity) -> None:
    assert of(text, word) is told


def test_what_cannot_be_done_is_denied_by_a_patent_and_a_trouble_of_a_need() -> None:
    assert of("不能清洗", "清洗") is Polarity.DENIES
    assert of("不能清洗", "清洗", of_patent=False) is Polarity.UNCLEAR


@given(st.text(alphabet="不使用得能解决防止时，。而且涂层5", max_size=60), st.integers(0, 59))
def test_any_text_has_a_polarity_at_any_place(text: str, place: int) -> None:
    assert polarities(text, WORDS, of_patent=True).of(place, place + 2) in Polarity


def test_a_text_of_nothing_but_denials_takes_no_longer_than_another() -> None:
    text = "不使用" * 6_000
    began = process_time()
    held = polarities(text, WORDS, of_patent=True)
    assert all(held.of(at, at + 2) is not Polarity.SAYS for at in range(0, len(text), 2))
    assert process_time() - began < 2.0

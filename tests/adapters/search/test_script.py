"""Traditional texts are read as simplified ones; simplified texts are not touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching_fakes import DictionaryCutter
from panhuo.adapters.search.script import OpenCCScript
from panhuo.engine.matching.words import Lexicon, WordRules, normalise

SCRIPT = OpenCCScript()


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [("餘熱回收裝置與鍋爐", "余热回收装置与锅炉"), ("電動車動力電池，乾燥機", "电动车动力电池，干燥机"), ("", "")],
)
def test_traditional_characters_become_simplified_ones(traditional: str, simplified: str) -> None:
    assert SCRIPT.simplified(traditional) == simplified


@pytest.mark.parametrize(
    "text", ["二噁英与噁唑", "乾坤于此，著作，瞭望，於氏", "本发明公开了一种余热回收装置。", "LED 200℃ ★"]
)
def test_a_simplified_text_stands_as_it_is(text: str) -> None:
    assert SCRIPT.simplified(text) == text


def test_a_conversion_that_leads_out_of_the_basic_plane_is_not_made() -> None:
    assert SCRIPT.simplified("二噁英處理裝置") == "二噁英处理装置"


@given(st.text(alphabet=st.characters(min_codepoint=0x3400, max_codepoint=0xFFFD), max_size=60))
def test_places_stay_places(text: str) -> None:
    plain = SCRIPT.simplified(normalise(text))
    assert len(plain) == len(normalise(text))


def test_a_need_in_traditional_characters_has_the_words_of_a_simplified_text() -> None:
    rules, cutter = WordRules({}, {"single": 0.4}, (), "fake"), DictionaryCutter(["余热回收", "装置"])
    read, as_written = Lexicon(cutter, rules, SCRIPT), Lexicon(cutter, rules)
    assert read.words("餘熱回收裝置") == ["余热回收", "装置"] == read.words("余热回收装置")
    assert as_written.words("餘熱回收裝置") != ["余热回收", "装置"], "the negative control"
    assert read.version != as_written.version

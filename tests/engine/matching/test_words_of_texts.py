"""Normal form, words that carry meaning, stand-in titles, shares."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching_fakes import DictionaryCutter, lexicon
from panhuo.engine.matching.words import Lexicon, is_word, normalise, stand_in_title, word_rules
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2026, 11, 22))
OPENINGS = word_rules(RULES).openings


@pytest.mark.parametrize(
    ("token", "carries"),
    [
        ("余热", True), ("炉", True), ("led", True), ("co2", True), ("3d", True), ("5g", True), ("𠮷", True),
        ("тепло", True), ("，", False), ("200", False), ("10mm", False), ("48v", False), ("a", False), ("", False),
        ("x" * 41, False), ("→", False),
    ],
)  # fmt: skip
def test_only_tokens_that_carry_meaning_are_words(token: str, carries: bool) -> None:
    assert is_word(token) is carries


@given(st.text(max_size=200))
def test_the_normal_form_is_stable_and_has_no_odd_blanks(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "\t" not in once
    assert "  " not in once
    assert not any("\ud800" <= mark <= "\udfff" for mark in once)


@pytest.mark.parametrize(
    ("abstract", "title"),
    [
        ("本发明公开了一种余热回收装置，包括壳体。", "余热回收装置"),
        ("本实用新型涉及烘干设备技术领域，公开了一种污泥烘干机。", "污泥烘干机"),
        ("一种换热器及其清洗方法。", "换热器及其清洗方法"),
        ("回转窑余热烘干装置，包括平台。", "回转窑余热烘干装置"),
        ("", ""),
        ("本发明", "本发明"),
    ],
)
def test_the_first_clause_that_names_the_thing_stands_as_title(abstract: str, title: str) -> None:
    assert stand_in_title(abstract, OPENINGS) == title


@given(st.text(max_size=300))
def test_any_abstract_gives_a_short_title(abstract: str) -> None:
    assert len(stand_in_title(abstract, OPENINGS)) <= 60


def test_boilerplate_and_names_of_places_keep_little_of_their_weight() -> None:
    found = Lexicon(DictionaryCutter(), word_rules(RULES))
    assert found.share("换热器") == 1.0
    for dull in ("公司", "本发明", "所述", "的", "四川省", "成都"):
        assert found.share(dull) <= 0.1, dull


def test_units_beside_figures_keep_little_of_their_weight() -> None:
    found = Lexicon(DictionaryCutter(), word_rules(RULES))
    for unit in ("mpa", "μm", "um", "摄氏度", "kg"):
        assert found.share(unit) <= 0.1, unit
    assert found.share("米") == 0.4, "one character may be another word"
    assert normalise("５㎏ ２０㎡ ３０㎜ ℃") == "5kg 20m2 30mm °c"


def test_claim_boilerplate_keeps_little_of_its_weight() -> None:
    found = Lexicon(DictionaryCutter(), word_rules(RULES))
    for dull in ("一种", "公开了", "其特征在于", "其特征", "权利要求书", "任一项", "优选地", "抵接"):
        assert found.share(dull) <= 0.1, dull
    assert stand_in_title("本实施例披露了一种污泥烘干机。", OPENINGS) == "污泥烘干机"


def test_words_inside_a_longer_word_are_indexed_after_it() -> None:
    cut = lexicon(["余热回收", "余热", "回收", "装置"])
    text = cut.indexed("余热回收装置", "回收余热。")
    assert text.title == ("余热回收", "装置")
    assert text.body == ("回收", "余热")
    assert set(text.parts) == {"余热", "回收"}


def test_single_characters_side_by_side_are_found_as_a_pair() -> None:
    cut = lexicon(["石灰窑", "装置"], {"的": 0.02})
    assert cut.read("石灰窑供风装置") == (["石灰窑", "供", "风", "装置"], ["供风"])
    assert cut.read("供，风") == (["供", "风"], []), "a mark ends a pair"
    assert cut.read("供的风")[1] == [], "a word of function ends a pair"
    assert "供风" in cut.indexed("石灰窑供风装置", "").parts

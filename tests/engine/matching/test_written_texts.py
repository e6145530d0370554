"""What is found in the normal form stands at its exact place in the text as written."""

from __future__ import annotations

import time
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from matching_fakes import lexicon
from panhuo.engine.matching.words import normalise
from panhuo.engine.matching.written import placed_words, written

MARKS = st.one_of(st.characters(), st.sampled_from("İΣςａＡ①㎡℃ﾊﾞが゛e\u0301\u0327각ㄱᄀ\u1161\u11a8 　\n\t，。"))


@settings(max_examples=300, deadline=None)
@given(st.text(MARKS, max_size=30))
def test_any_text_has_its_usual_normal_form_and_each_character_of_it_a_place(text: str) -> None:
    ready = written(text)
    assert ready.normal == normalise(text)
    assert len(ready.normal) == len(ready.starts) == len(ready.ends)
    assert all(left <= right for left, right in pairwise(ready.starts))
    assert all(0 <= start < end <= len(text) for start, end in zip(ready.starts, ready.ends, strict=True))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["供风", "ＬＥＤ", "石灰窑", "　", "，", "２００℃", "\u200b", "x", "\n"]), max_size=12))
def test_a_word_is_shown_as_it_was_written(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = placed_words(written(text), lexicon(["供风", "石灰窑", "led"]))
    assert sum(word.word == "石灰窑" for word in found) == text.count("石灰窑")
    for word in found:
        said = normalise(text[word.start : word.end])
        assert word.word == said or (word.word in said and "℃" in text), "of °c the c is no place of its own"


def test_full_width_letters_and_runs_of_blanks_keep_their_places() -> None:
    ready = written("　ＬＥＤ 　 灯，温度≥２００℃")
    start = ready.normal.index("led")
    assert ready.span(start, start + 3) == (1, 4)
    start = ready.normal.index("200°c")
    assert ready.text[slice(*ready.span(start, start + 5))] == "２００℃"


def test_parts_and_pairs_stand_inside_their_words() -> None:
    found = placed_words(written("余热回收与供风"), lexicon(["余热回收", "余热", "回收"]))
    assert [(word.word, word.start, word.end) for word in found if word.inside] == [
        ("余热", 0, 2),
        ("回收", 2, 4),
        ("与供", 4, 6),
        ("供风", 5, 7),
    ]


def test_hostile_texts_are_read_in_time() -> None:
    began = time.monotonic()
    for text in ("", "\u0301" * 500_000, "각" * 500_000, "<b>" * 300_000, "\ud800" * 10):
        ready = written(text)
        assert len(ready.normal) == len(ready.starts)
    assert time.monotonic() - began < 3

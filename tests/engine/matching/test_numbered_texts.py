"""Texts as numbers say what texts as words say, to the last bit, however they are cut into blocks."""

from __future__ import annotations

import unicodedata
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching_fakes import CharacterTerms, lexicon
from panhuo.engine.matching.mining import Miner, MiningRules
from panhuo.engine.matching.numbered import KnownWords, NumberedTexts
from panhuo.engine.matching.space import CountedWords, StaticEncoder, WordCounts, centred, fit_space
from panhuo.engine.matching.words import BLANKS, MAX_CHARACTERS, normalise, passage_bag
from panhuo.engine.ports import IndexedText

CUT = lexicon(["余热回收", "余热", "回收", "锅炉", "余热回收锅炉", "烟气", "装置", "led"], {"的": 0.02, "与": 0.5})
PIECES = [
    "余热",
    "余热回收",
    "余热回收锅炉",
    "烟气",
    "装置",
    "供",
    "风",
    "的",
    "与",
    "，",
    "led",
    "10mm",
    " ",
    "★",
    "é",
]
said = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
texts_of = st.lists(st.tuples(said, said), max_size=8)


def numbered(known: KnownWords, texts: list[tuple[str, str]]) -> NumberedTexts:
    cut = [CUT.tokens(one) for text in texts for one in text]
    words = list(dict.fromkeys(chain.from_iterable(cut)))
    places = {word: place for place, word in enumerate(words)}
    tokens = np.array([places[token] for token in chain.from_iterable(cut)], np.int32)
    return known.numbered(words, tokens, np.cumsum([0, *map(len, cut)]))


def in_words(texts: NumberedTexts) -> list[IndexedText]:
    rows = []
    for row in range(len(texts)):
        held = [texts.words[one] for one in texts.numbers[texts.starts[row] : texts.starts[row + 1]]]
        title, plain = texts.title_words[row], texts.title_words[row] + texts.body_words[row]
        rows.append(IndexedText(tuple(held[:title]), tuple(held[title:plain]), tuple(held[plain:])))
    return rows


@given(texts_of, texts_of)
@settings(max_examples=100)
def test_numbers_say_what_the_lexicon_says(first: list[tuple[str, str]], more: list[tuple[str, str]]) -> None:
    known = KnownWords(CUT)
    for block in (first, more, first):  # what was learnt before changes nothing
        found = numbered(known, block)
        assert in_words(found) == [CUT.indexed(*text) for text in block]
        assert found.words == list(dict.fromkeys(found.words[one] for one in found.numbers))


def test_pairs_and_words_inside_longer_ones_as_by_hand() -> None:
    found = numbered(KnownWords(CUT), [("供风", "余热回收锅炉，风供")])
    (told,) = in_words(found)
    assert (told.title, told.body) == (("供", "风"), ("余热回收锅炉", "风", "供"))
    assert sorted(told.parts) == sorted(["余热回收", "余热", "回收", "锅炉", "供风", "风供"])
    assert told.parts[-2:] == ("供风", "风供")
    in_texts, occurrences = found.counts()
    assert dict(zip(found.words, zip(in_texts.tolist(), occurrences.tolist(), strict=True), strict=True))["供"] == (
        1,
        2,
    )
    assert dict(zip(found.words, occurrences.tolist(), strict=True))["余热"] == 0


@given(st.lists(texts_of, max_size=4))
@settings(max_examples=50)
def test_counts_of_blocks_are_the_counts_of_texts(blocks: list[list[tuple[str, str]]]) -> None:
    one, other, known = WordCounts(), CountedWords(), KnownWords(CUT)
    for block in blocks:
        for text in block:
            one.add(CUT.indexed(*text))
        found = numbered(known, block)
        other.add(len(found), len(found.numbers), found.words, *found.counts())
    assert other.all() == one


@given(texts_of)
@settings(max_examples=50)
def test_vectors_of_numbers_are_those_of_words_to_the_last_bit(texts: list[tuple[str, str]]) -> None:
    counts = WordCounts()
    for title in ("余热回收锅炉", "烟气装置", "供风"):
        counts.add(CUT.indexed(title, title + "led"))
    space = fit_space(counts, sorted(counts.occurrences), CharacterTerms(), dimensions=8, share=CUT.share)
    bags = [passage_bag(CUT.indexed(*text), title_factor=2.0) for text in texts]
    for fitted in (space, centred(space, bags, share=CUT.share)):
        encoder = StaticEncoder(fitted, share=CUT.share)
        one, other = encoder.encode(bags), encoder.passages(numbered(KnownWords(CUT), texts), title_factor=2.0)
        assert one.space == other.space
        assert one.matrix.tobytes() == other.matrix.tobytes()


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*"，；：（）！？℃ＡＢ１ ㎡\n\u00a0\u3000\ufffd\ufffc\u200bé\u0301e"])).map("".join)
)
@settings(max_examples=300)
def test_the_quick_normal_form_is_the_normal_form(text: str) -> None:
    flat = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).lower()
    assert normalise(text) == BLANKS.sub(" ", flat).strip()


RULES = MiningRules(terms=100, min_count=2, min_likeness=0.0, min_branching=0.0, min_share=0.0)
TOKENS = st.lists(st.lists(st.sampled_from(["烧", "嘴", "锅炉", "，", "led", "风"]), max_size=6), max_size=30)


@given(TOKENS, st.integers(1, 7), st.sampled_from([12, 40, 1_000]))
@settings(max_examples=100)
def test_mined_terms_do_not_hang_on_the_blocks(texts: list[list[str]], size: int, most: int) -> None:
    one, other = (Miner(RULES, lambda _: 1.0, most_tokens=most) for _ in range(2))
    for text in texts:
        one.add(text)
    for start in range(0, len(texts), size):
        block = texts[start : start + size]
        block = [text if (start + place) % other.stride == 0 else [] for place, text in enumerate(block)]
        words = sorted({token for text in block for token in text})
        tokens = np.array([words.index(token) for text in block for token in text], np.int32)
        other.add_block(words, tokens, np.cumsum([0, *map(len, block)]))
    assert other.stride == one.stride
    assert other.terms() == one.terms()


@pytest.mark.parametrize("most", [20, 10_000])
def test_title_and_body_of_a_text_are_read_or_passed_over_together(most: int) -> None:
    miner = Miner(RULES, lambda _: 1.0, most_tokens=most)
    # one text: title, break, body; the body's run is found in whatever part of the texts is read
    for _ in range(40):
        miner.add_block(["锅炉", "烧", "嘴"], np.array([0, -1, 1, 2], np.int32), np.array([0, 4], np.int64))
    assert (miner.stride > 1) == (most == 20)
    assert [one.term for one in miner.terms()] == ["烧嘴"]

"""Terms mined from the texts: what belongs together is found, boilerplate and chance are not."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.matching.mining import NONE, MinedTerm, Miner, MiningRules, digest

LOOSE = MiningRules(terms=100, min_count=3, min_likeness=0.2, min_branching=0.5, min_share=0.4)
BESIDE = ["锅炉", "烟气", "箱盖", "风机", "阀门", "水泵"]


def keep_all(_word: str) -> float:
    return 1.0


def mined(texts: list[list[str]], rules: MiningRules = LOOSE, **more: int) -> list[MinedTerm]:
    miner = Miner(rules, lambda word: 0.02 if word in {"的", "所述"} else 1.0, **more)
    for text in texts:
        miner.add(text)
    return miner.terms()


def words(found: list[MinedTerm]) -> list[str]:
    return [one.term for one in found]


def test_words_that_always_meet_in_changing_company_are_a_term() -> None:
    texts = [[left, "烧", "嘴", right] for left, right in zip(BESIDE, reversed(BESIDE), strict=True)]
    assert words(mined(texts)) == ["烧嘴"]


def test_likeness_is_one_for_words_that_never_stand_alone_as_worked_by_hand() -> None:
    # 4 runs 烧|嘴 among 16 words: log(1/4 / (1/4 * 1/4)) / -log(1/4) = 1
    texts = [[left, "烧", "嘴", right] for left, right in zip(BESIDE[:4], BESIDE[2:6], strict=True)]
    assert mined(texts) == [MinedTerm("烧嘴", 4, 1.0)]
    # two more 嘴 elsewhere, 18 words: log(4/18 / (4/18 * 6/18)) / -log(4/18) = log 3 / log 4.5
    more = mined([*texts, ["嘴"], ["嘴"]])
    assert more == [MinedTerm("烧嘴", 4, round(log(3) / log(4.5), 4))]


def test_a_piece_of_a_longer_term_is_no_term() -> None:
    texts = [[left, "有机", "朗肯", "循环", right] for left, right in zip(BESIDE, reversed(BESIDE), strict=True)]
    assert words(mined(texts)) == ["有机朗肯循环"], "after 有机朗肯 stands 循环 always"


def test_boilerplate_marks_latin_letters_and_chance_end_a_run() -> None:
    texts = [[left, "所述", "壳", "，", "体", "led", "灯", left] for left in BESIDE]
    assert mined(texts) == []
    chance = [[a, b] for a in BESIDE for b in BESIDE]
    assert mined(chance, MiningRules(100, 1, 0.2, 0.0, 0.4)) == []
    assert "壳体" in words(mined([[a, "壳", "体", b] for a in BESIDE for b in BESIDE])), "the negative control"


def test_only_the_firmest_of_the_allowed_number_are_kept() -> None:
    texts = [[left, "烧", "嘴", right, "顶", "管", left] for left in BESIDE for right in BESIDE]
    both = mined(texts)
    assert {*words(both)} >= {"烧嘴", "顶管"}
    assert mined(texts, MiningRules(1, 3, 0.2, 0.5, 0.4)) == both[:1]
    assert mined(texts, NONE) == []


def test_memory_is_bounded_by_reading_every_second_text() -> None:
    texts = [[left, "烧", "嘴", right] for left in BESIDE for right in BESIDE] * 20
    miner = Miner(LOOSE, keep_all, most_tokens=1_000)
    held = 0
    for text in texts:
        miner.add(text)
        held = max(held, miner._held)
    assert held <= 1_000
    assert "烧嘴" in words(miner.terms())


@pytest.mark.parametrize("texts", [[], [[]], [["热"]], [["热"] * 5_000], [["★", "→"]], [["热", "管"]] * 50])
def test_odd_texts_give_no_error(texts: list[list[str]]) -> None:
    assert all(0 <= one.score <= 1 for one in mined(texts, MiningRules(10, 1, 0.0, 0.0, 0.0)))


@settings(max_examples=40)
@given(st.lists(st.lists(st.sampled_from(["热", "管", "余热", "回收", "的", "，", "led"]), max_size=12), max_size=30))
def test_counts_are_those_of_the_texts(texts: list[list[str]]) -> None:
    for one in mined(texts, MiningRules(1_000, 2, 0.0, 0.0, 0.4)):
        assert one.count >= 2
        assert "的" not in one.term
        joined = ["".join(text) for text in texts]
        assert one.count <= sum(text.count(one.term[:1]) for text in joined)


def test_the_digest_is_of_the_words_in_any_order() -> None:
    one, two = MinedTerm("烧嘴", 4, 1.0), MinedTerm("顶管", 9, 0.5)
    assert digest([one, two]) == digest([two, one]) != digest([one])

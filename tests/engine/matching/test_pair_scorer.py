"""The matcher's score for given pairs, with a small dictionary and stand-in vectors."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from matching_fakes import CharacterTerms, lexicon
from panhuo.engine.matching.needs import need_rules
from panhuo.engine.matching.pair_scorer import TableRules, TableScorer
from panhuo.engine.matching.query import part_weights
from panhuo.engine.matching.scoring import score_rules
from panhuo.engine.pair_scorers import NeedText, SupplyText
from panhuo.rules import load_pack

WORDS = ("石灰窑", "供风", "装置", "污泥", "干化", "热泵", "余热", "回收")
NEEDS = (
    NeedText("N1", "石灰窑供风", "需求内容：石灰窑内供风不均匀"),
    NeedText("N2", "污泥干化", "用热泵干化污泥"),
    NeedText("N3", "", ""),
    NeedText("N4", "※※※", "<script>" + "供风" * 400_000),
)
TEXTS = (
    SupplyText("A", "石灰窑供风装置"),
    SupplyText("B", "热泵污泥干化装置"),
    SupplyText("C", ""),
    SupplyText("D", "石灰窑供风装置"),
    SupplyText("E", "※→※"),
)
EVERY = np.array([(need, text) for need in range(4) for text in range(5)], np.int64)


@pytest.fixture(scope="module")
def scorer() -> TableScorer:
    rules = load_pack("national").at(date(2026, 11, 22))
    numbers = TableRules(score_rules(rules), need_rules(rules), part_weights(rules), 8, 100, 1)
    return TableScorer(lexicon(WORDS), CharacterTerms(), numbers)


def test_the_text_that_answers_stands_first_and_equal_titles_score_alike(scorer: TableScorer) -> None:
    found = scorer.score(NEEDS, TEXTS, EVERY).reshape(4, 5)
    assert found[0].argmax() == 0
    assert found[1].argmax() == 1
    assert (found[:, 0] == found[:, 3]).all()
    assert ((found >= 0) & (found <= 1)).all()


def test_empty_needs_and_titles_score_nothing(scorer: TableScorer) -> None:
    found = scorer.score(NEEDS, TEXTS, EVERY).reshape(4, 5)
    assert (found[2] == 0).all()
    assert (found[:, 2] == 0).all()
    assert (found[:, 4] == 0).all()


def test_what_a_pair_gets_does_not_hang_on_the_other_pairs(scorer: TableScorer) -> None:
    whole = scorer.score(NEEDS, TEXTS, EVERY)
    some = EVERY[[7, 0, 11, 1]]
    assert scorer.score(NEEDS, TEXTS, some).tolist() == whole[[7, 0, 11, 1]].tolist()


def test_it_learns_nothing_and_says_so(scorer: TableScorer) -> None:
    assert scorer.fit(NEEDS, TEXTS, EVERY, [1] * len(EVERY)) is scorer


def test_words_inside_longer_ones_are_among_the_words(scorer: TableScorer) -> None:
    assert {"石灰窑", "供风"} <= set(scorer.words("石灰窑供风", ""))

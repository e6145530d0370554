"""The learned ranking on made-up needs, with a small dictionary and stand-in vectors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching_fakes import CharacterTerms, lexicon
from panhuo.engine.matching.learned import LearnedRules, LearnedScorer, PairPools, UnlabelledScorer, learned_rules
from panhuo.engine.matching.lsa import LsaFit
from panhuo.engine.matching.needs import need_rules
from panhuo.engine.matching.pair_columns import COLUMNS, SOURCES, ColumnRules, column_rules, pair_columns
from panhuo.engine.matching.pair_texts import PairReader, ReadingRules
from panhuo.engine.matching.query import part_weights
from panhuo.engine.pair_scorers import LevelScorer, NeedText, SupplyText
from panhuo.rules import load_pack
from panhuo.terms.errors import BadValue, DomainError

WORDS = ("石灰窑", "供风", "装置", "污泥", "干化", "热泵", "余热", "回收", "锅炉", "系统", "电池", "负极", "方法")
THINGS = ("石灰窑供风", "污泥热泵干化", "锅炉余热回收", "电池负极")
ENDINGS = ("装置", "系统", "方法")
RULES = load_pack("national").at(date(2026, 11, 22))
COLUMN_RULES = column_rules(RULES)
NEEDS = tuple(
    NeedText(f"N{place}", thing, f"需求内容：{thing}不足。希望解决{thing}") for place, thing in enumerate(THINGS)
)
TEXTS = tuple(
    SupplyText(f"T{place}{end}", f"{thing}{ending}")
    for place, thing in enumerate(THINGS)
    for end, ending in enumerate(ENDINGS)
)
EVERY = np.array([(need, text) for need in range(len(NEEDS)) for text in range(len(TEXTS))], np.int64)
LEVELS = [4 if text // len(ENDINGS) == need else 1 for need, text in EVERY.tolist()]
HOSTILE = (
    SupplyText("H0", ""),
    SupplyText("H1", "※※※→→"),
    SupplyText("H2", "供风" * 400_000),
    SupplyText("H3", "泵泵泵"),
    SupplyText("H4", "<script>alert(1)</script>"),
    SupplyText("H5", "石灰kilnпечь窯가마"),
    SupplyText("H6", "\0\ud800 \u202e"),
)


def unlabelled(rules: ColumnRules = COLUMN_RULES, *, live: bool = True) -> UnlabelledScorer:
    reading = ReadingRules(need_rules(RULES), part_weights(RULES), 8, 100, 1, 14)
    terms = CharacterTerms()
    reader = PairReader(lexicon(WORDS), terms, reading, terms if live else None)
    return UnlabelledScorer(PairPools(reader, learned_rules(RULES, rules)))


@pytest.fixture(scope="module")
def learnt() -> LearnedScorer:
    return unlabelled().fit(NEEDS, TEXTS, EVERY, LEVELS)


def test_texts_that_answer_stand_first_with_and_without_learning(learnt: LearnedScorer) -> None:
    for scorer in (unlabelled(), learnt):
        found = scorer.score(NEEDS, TEXTS, EVERY).reshape(len(NEEDS), len(TEXTS))
        for need, row in enumerate(found):
            assert set(np.argsort(-row)[:3] // len(ENDINGS)) == {need}


def test_what_was_learnt_says_chances_and_where_they_come_from(learnt: LearnedScorer) -> None:
    assert isinstance(learnt, LevelScorer)
    assert not isinstance(unlabelled(), LevelScorer), "the negative control"
    told = learnt.chances(NEEDS, TEXTS, EVERY)
    good = np.array(LEVELS) == 4
    assert told[good, 1].min() > told[~good, 1].max()
    assert set(learnt.weights.by_name()) == {*(column.name for column in COLUMNS), "constant"}
    assert (learnt.weights.needs, learnt.weights.pairs) == (4, 48)


def test_the_same_questions_have_the_same_answers_in_any_order(learnt: LearnedScorer) -> None:
    turned = EVERY[::-1]
    first = learnt.score(NEEDS, TEXTS, EVERY)
    assert learnt.score(NEEDS, TEXTS, turned).tolist() == first[::-1].tolist()
    again = unlabelled().fit(NEEDS, TEXTS, turned, LEVELS[::-1])
    assert again.weights.weights.tolist() == learnt.weights.weights.tolist()
    assert again.score(NEEDS, TEXTS, EVERY).tolist() == first.tolist()


def test_rescoring_a_list_is_scoring_its_pairs(learnt: LearnedScorer) -> None:
    scores, chances = learnt.rescore(NEEDS[0], TEXTS)
    assert np.round(scores, 6).tolist() == np.round(learnt.score(NEEDS, TEXTS, EVERY[: len(TEXTS)]), 6).tolist()
    assert chances.shape == (len(TEXTS), 3)
    assert [len(part) for part in learnt.rescore(NEEDS[0], ())] == [0, 0]


@pytest.mark.parametrize(
    "need", [*NEEDS[:1], NeedText("E", "", ""), NeedText("S", "※", "→" * 9), NeedText("R", "供", "供风" * 400_000)]
)
def test_hostile_texts_neither_crash_nor_stand_first(learnt: LearnedScorer, need: NeedText) -> None:
    offered = (*HOSTILE, *TEXTS)
    for scorer in (unlabelled(), learnt):
        pairs = np.array([(0, text) for text in range(len(offered))], np.int64)
        scores = scorer.score((need,), offered, pairs)
        assert np.isfinite(scores).all()
        if need.title == NEEDS[0].title:
            assert scores.argmax() >= len(HOSTILE)
            assert max(scores[[0, 1, 2, 3, 6]]) < min(scores[len(HOSTILE) :])
    chances = learnt.chances((need,), offered, pairs)
    assert (chances[[0, 1, 2, 3, 6]] == 0).all()


def test_a_mute_text_moves_no_other_text(learnt: LearnedScorer) -> None:
    alone, _ = learnt.rescore(NEEDS[0], TEXTS)
    beside, _ = learnt.rescore(NEEDS[0], (*TEXTS, *HOSTILE[:4]))
    assert beside[: len(TEXTS)].tolist() == alone.tolist()


def test_only_mute_texts_teach_nothing() -> None:
    with pytest.raises(DomainError, match="nothing can be learnt"):
        unlabelled().fit(NEEDS, HOSTILE[:2], np.array([[0, 0], [0, 1]]), [1, 2])


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_can_be_left_out(source: str) -> None:
    rules = replace(COLUMN_RULES, without=frozenset({source}))
    gone = {column.name for column in COLUMNS if column.source == source}
    assert not gone & set(rules.names)
    scorer = unlabelled(rules).fit(NEEDS, TEXTS, EVERY, LEVELS)
    assert scorer.weights.names == rules.names
    assert scorer.score(NEEDS, TEXTS, EVERY).reshape(4, 12)[1].argmax() in (3, 4, 5)


def test_without_a_model_the_columns_of_it_are_not_made() -> None:
    rules = replace(COLUMN_RULES, without=frozenset({"live"}))
    scorer = unlabelled(rules, live=False).fit(NEEDS, TEXTS, EVERY, LEVELS)
    assert not [name for name in scorer.weights.names if "live" in name]
    assert scorer.score(NEEDS, TEXTS, EVERY).reshape(4, 12)[2].argmax() in (6, 7, 8)


def test_an_installation_on_lsa_has_vectors_of_its_own_words() -> None:
    reading = ReadingRules(need_rules(RULES), part_weights(RULES), 8, 100, 1, 14)
    reader = PairReader(lexicon(WORDS), LsaFit(8), reading)
    pools = PairPools(reader, learned_rules(RULES, replace(COLUMN_RULES, without=frozenset({"live"}))))
    found = UnlabelledScorer(pools).score(NEEDS, TEXTS, EVERY).reshape(4, 12)
    assert found[0].argmax() in (0, 1, 2)


def test_sources_that_are_unknown_or_all_needed_are_refused() -> None:
    for without in ({"smell"}, {"chars", "words", "live"}):
        with pytest.raises(BadValue):
            replace(COLUMN_RULES, without=frozenset(without))


def test_weights_of_other_columns_are_refused(learnt: LearnedScorer) -> None:
    fewer = PairPools(learnt.pools.reader, learned_rules(RULES, replace(COLUMN_RULES, without=frozenset({"live"}))))
    with pytest.raises(BadValue, match="Learn anew"):
        LearnedScorer(fewer, learnt.weights)


def test_columns_are_what_their_names_say() -> None:
    read = unlabelled().pools.reader.read(NEEDS, TEXTS)
    made = pair_columns(read, 0, np.arange(len(TEXTS)), COLUMN_RULES)
    column = dict(zip(COLUMN_RULES.names, made.columns.T, strict=True))
    places = [read.rows[text.title, ""] for text in TEXTS]
    own = [places.index(row) for row in range(len(TEXTS))]
    answering = [place for place, text in enumerate(own) if text < 3]
    assert (column["said_by_text"][answering] == 1).all(), "both words of the need's title stand in the text"
    assert (column["chars"] >= 0).all()
    assert column["chars"][answering].min() > np.delete(column["chars"], answering).max()
    assert column["z_chars"].mean() == pytest.approx(0.0, abs=1e-9)
    assert column["z_chars"].std() == pytest.approx(1.0)
    assert ((column["crowd"] >= 0) & (column["crowd"] <= 1)).all()


def test_equal_texts_lend_one_another_only_where_that_is_asked() -> None:
    twice = (*TEXTS, SupplyText("T99", TEXTS[0].title))
    read = unlabelled().pools.reader.read(NEEDS, twice)
    rows = np.array([read.rows[text.title, ""] for text in twice])
    apart = replace(COLUMN_RULES, without=frozenset({"equal_texts"}))
    for rules, link in ((COLUMN_RULES, 1.0), (apart, 0.0)):
        assert pair_columns(read, 0, rows, rules).likeness[0, -1] == pytest.approx(link, abs=1e-5)


def test_only_the_best_are_compared_with_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    read = unlabelled().pools.reader.read(NEEDS, TEXTS)
    monkeypatch.setattr("panhuo.engine.matching.pair_columns.MOST_IN_GRAPH", 5)
    made = pair_columns(read, 0, np.arange(len(TEXTS)), COLUMN_RULES)
    assert made.likeness.shape == (5, 5)
    assert set(made.compared) == set(np.argsort(-made.base, kind="stable")[:5])
    assert np.isfinite(made.columns).all()
    alone = np.setdiff1d(np.arange(len(TEXTS)), made.compared)
    assert made.diffused(made.base, 0.5)[alone] == pytest.approx(made.base[alone] - made.base.mean())


def test_the_numbers_stand_in_the_pack() -> None:
    rules = learned_rules(RULES, COLUMN_RULES)
    assert rules == LearnedRules(ColumnRules(0.35, 0.7, 0.95), 30.0, 0.3)

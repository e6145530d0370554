"""Ranking: what fits stands first, families once, nothing that may not be offered, the same lists each time."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching_fakes import CharacterTerms, MemoryIndex, lexicon
from panhuo.adapters.search.shard import Shard
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import (
    NeedColumns,
    candidates_of,
    match_found,
    merged,
    need_columns,
    ranked,
    tell,
    untold,
)
from panhuo.engine.matching.figure_units import units
from panhuo.engine.matching.groups import groups
from panhuo.engine.matching.levels import LineLevels, level_prior_of_lines
from panhuo.engine.matching.listing import Group, group_columns, lists_of, shown
from panhuo.engine.matching.needs import NeedParts, Part, Remark, need_rules, understand
from panhuo.engine.matching.query import part_weights, query_of
from panhuo.engine.matching.ranking import Outcome, ToldLists, look_up, outcomes
from panhuo.engine.matching.scoring import Scorer, score_rules
from panhuo.engine.matching.space import StaticEncoder
from panhuo.engine.matching.text_figures import TextFigures
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2026, 11, 22))
LEVELS = LineLevels(level_prior_of_lines(RULES))
KNOWN = "余热回收 余热 回收 锅炉 烟气 污泥 干化 烘干 电池 负极 材料 换热器 清洗 公司 装置 蒸汽 石灰窑 供风"
STRANGE = "烘干机 量子纠缠 拓扑超导 蛋白折叠"
WORDS = [*KNOWN.split(), *STRANGE.split()]
CUT = lexicon(WORDS, {"公司": 0.05, "装置": 0.4})
ROWS = [
    (1, "锅炉余热回收装置", "烟气经换热器回收余热，产出0.8MPa蒸汽。"),
    (2, "污泥干化装置", "污泥经烘干后干化。"),
    (3, "电池负极材料", "负极材料用于电池。"),
    (4, "换热器清洗装置", "清洗换热器。"),
    (5, "石灰窑供风装置", "石灰窑供风。"),
    (6, "锅炉余热回收装置", "烟气经换热器回收余热，产出0.8MPa蒸汽。"),
]
INDEX = MemoryIndex(ROWS, CUT)
SCORE = replace(score_rules(RULES), least=0.0)


def understood(text: str, title: str = "") -> NeedParts:
    return understand(text, need_rules(RULES), title=title)


def ask(
    *texts: str,
    allowed: list[int] | None = None,
    family: dict[int, Group] | None = None,
    top: int = 20,
    least: float = 0.0,
    looked_up: bool = False,
    team_rows: int | None = None,
) -> list[Outcome]:
    encoder = StaticEncoder(INDEX.fitted, share=CUT.share, unknown=CharacterTerms())
    rules, words = replace(SCORE, least=least), INDEX.words
    near = NearTable(encoder, sorted(INDEX.fitted.index), words, near_from=rules.near_from)
    weights = part_weights(RULES)
    queries = [query_of(f"n{place}", understood(text), CUT, weights) for place, text in enumerate(texts)]
    needs = need_columns(queries, Scorer(rules, words, near), encoder)
    shard = INDEX.within(np.array(allowed if allowed is not None else [row[0] for row in ROWS], np.int64), rules)
    found = look_up(needs, shard, words, rules, keep=60) if looked_up else shard.ranked(needs, keep=60, threads=2)
    lists = lists_of(found, group_columns(family or {}), top=top, team_rows=team_rows)
    kept = shard.told(needs, shown(found, lists), threads=2)
    texts = TextFigures(shard.said, units(RULES))
    return list(outcomes(ToldLists(queries, needs, kept, lists, texts, LEVELS), words))


def ids(outcome: Outcome) -> list[int]:
    return [match.asset_id for match in outcome.matches]


def test_the_patent_that_says_what_the_need_says_stands_first() -> None:
    (outcome,) = ask("希望解决石灰窑供风的问题")
    assert ids(outcome)[0] == 5
    reason = outcome.matches[0].reasons[0]
    assert reason.code == "shared_words"
    assert reason.data["words"] == ["供风", "石灰窑"] or reason.data["words"] == ["石灰窑", "供风"]
    assert set(reason.data["in_title"]) == {"石灰窑", "供风"}
    assert reason.data["heard_in"] == ["text"]


def test_what_is_not_allowed_is_never_found() -> None:
    (outcome,) = ask("石灰窑供风", allowed=[1, 2, 3])
    assert 5 not in ids(outcome)
    assert set(ids(outcome)) <= {1, 2, 3}


def test_a_family_is_shown_once_by_its_preferred_member() -> None:
    (plain,) = ask("锅炉余热回收")
    assert {1, 6} <= set(ids(plain)), "the negative control: without families both stand there"
    (outcome,) = ask("锅炉余热回收", family={1: Group("f", 1), 6: Group("f", 2)})
    assert ids(outcome)[0] == 6
    assert 1 not in ids(outcome)
    assert outcome.matches[0].with_it == (1,)


TEAM = {1: Group("", 0, "", "t"), 4: Group("", 0, "", "t"), 6: Group("", 0, "", "t")}


def test_of_one_team_few_are_listed_and_the_rest_is_counted() -> None:
    text = "锅炉余热回收，烟气换热器清洗，污泥干化"
    (every,) = ask(text, family=TEAM)
    assert {1, 4, 6} <= set(ids(every)), "the negative control: without a limit all stand there"
    (outcome,) = ask(text, family=TEAM, team_rows=1)
    assert [one for one in ids(outcome) if one in TEAM] == [1]
    assert {one.asset_id: one.more_of_team for one in outcome.matches}[1] == 2
    assert [one for one in ids(every) if one not in TEAM] == [one for one in ids(outcome) if one not in TEAM]
    assert [one.rank for one in outcome.matches] == list(range(1, 1 + len(outcome.matches)))


def test_a_series_stands_by_its_best_and_names_the_others_with_their_families() -> None:
    family = {
        1: Group("", 0, "t:1", "t"),
        4: Group("f", 2, "t:1", "t"),
        6: Group("f", 1, "", ""),
        2: Group("", 0, "", "t"),
    }
    (outcome,) = ask("锅炉余热回收 换热器清洗 污泥干化", family=family, team_rows=3)
    best = next(match for match in outcome.matches if match.asset_id in (1, 4))
    assert best.series == ((4, 6) if best.asset_id == 1 else (1,))
    assert not {1, 4, 6} - {best.asset_id} & set(ids(outcome)) - {best.asset_id}
    assert best.more_of_team == 0, "the series is shown by one, and the other patent of the team stands on the list"


def test_texts_looked_up_get_what_texts_in_memory_get() -> None:
    texts = ["锅炉余热回收，产出0.5MPa以上蒸汽", "污泥烘干机", "", "量子纠缠"]
    assert ask(*texts) == ask(*texts, looked_up=True)


def test_a_few_texts_of_a_shard_looked_up_get_the_words_of_these_texts() -> None:
    needs, whole = bulk_needs("锅炉余热回收", "污泥烘干"), shard(1, 2, 3, 4, 5, 6)
    found = whole.read(np.array([2, 5, 6], np.int64))
    for need in range(2):
        some = shard(2, 5, 6)
        told = match_found(needs, need, found, INDEX.words, SCORE, keep=3)
        wanted = some.told(needs, some.ranked(needs, keep=3))
        assert told.ids[0].tolist() == wanted.ids[need].tolist()
        assert told.shared[0].tolist() == wanted.shared[need].tolist()
        assert told.parts[0].tolist() == wanted.parts[need].tolist()


def bulk_needs(*texts: str) -> NeedColumns:
    encoder = StaticEncoder(INDEX.fitted, share=CUT.share, unknown=CharacterTerms())
    near = NearTable(encoder, sorted(INDEX.fitted.index), INDEX.words, near_from=SCORE.near_from)
    queries = [query_of(text, understood(text), CUT, part_weights(RULES)) for text in texts]
    return need_columns(queries, Scorer(SCORE, INDEX.words, near), encoder)


def shard(*ids: int) -> Shard:
    return INDEX.within(np.array(ids, np.int64), SCORE)


def same(one: object, other: object) -> None:
    for field in fields(one):
        assert getattr(one, field.name).tolist() == getattr(other, field.name).tolist(), field.name


@pytest.mark.parametrize("cuts", [(3,), (1, 2, 5), (0, 6)])
@pytest.mark.parametrize("most", [1, 2, 6])
def test_candidates_of_shards_put_together_are_those_of_the_whole(cuts: tuple[int, ...], most: int) -> None:
    needs, ids = bulk_needs("锅炉余热回收", "污泥烘干", "", "★"), [row[0] for row in ROWS]
    found = [
        candidates_of(needs, shard(*ids[start:stop]).columns, INDEX.words, SCORE, most=most)
        for start, stop in zip((0, *cuts), (*cuts, len(ids)), strict=True)
    ]
    whole = candidates_of(needs, shard(*ids).columns, INDEX.words, SCORE, most=most, threads=2)
    same(merged(found), whole)
    assert whole.counts[0].tolist()[0] == most, "the negative control: something was found"
    assert whole.counts[2].tolist() == [0, 0]


def test_lines_are_told_by_the_shard_that_holds_them() -> None:
    needs, ids = bulk_needs("锅炉余热回收", "污泥烘干"), [row[0] for row in ROWS]
    one_shard = shard(*ids)
    whole = one_shard.told(needs, one_shard.ranked(needs, keep=5))
    parts = [shard(*ids[:2]), shard(*ids[2:])]
    found = merged([candidates_of(needs, one.columns, INDEX.words, SCORE, most=SCORE.candidates) for one in parts])
    again = untold(ranked(found, SCORE, keep=5, threads=2))
    for one in parts:
        tell(needs, again, one.ids, one.texts, one.vectors, INDEX.words, SCORE, threads=2)
    same(again, whole)
    assert whole.shared[0, 0].max() >= 0, "the negative control: words are told"


def test_common_words_are_not_asked_for_beyond_what_the_rules_allow() -> None:
    encoder = StaticEncoder(INDEX.fitted, share=CUT.share)
    near = NearTable(encoder, sorted(INDEX.fitted.index), INDEX.words, near_from=SCORE.near_from)
    query = query_of("n", understood("锅炉余热回收石灰窑烟气"), CUT, part_weights(RULES))
    every, few = (Scorer(replace(SCORE, postings=most), INDEX.words, near) for most in (1_000, 1))
    (_, many), words, _ = every.rare(every.ask([query]))
    assert many > 2
    starts, few_words, _ = few.rare(few.ask([query, query]))
    assert starts.tolist() == [0, 1, 2]
    assert few_words.tolist() == [words[0], words[0]], "the most telling word is always asked for"


def test_equal_scores_stand_in_the_order_of_their_number() -> None:
    (outcome,) = ask("锅炉余热回收")
    assert ids(outcome)[:2] == [1, 6]


def test_a_near_word_counts_and_is_told() -> None:
    (outcome,) = ask("烘干机")
    best = outcome.matches[0]
    assert best.asset_id == 2
    (told,) = [reason for reason in best.reasons if reason.code == "near_words"]
    assert told.data["pairs"][0][:2] == ["烘干机", "烘干"]


def test_figures_in_common_are_told() -> None:
    (outcome,) = ask("锅炉余热回收，产出0.5MPa以上蒸汽")
    told = {reason.code: reason.data for reason in outcome.matches[0].reasons}
    assert told["common_figures"]["pairs"] == [["0.5MPa以上", "0.8MPa"]]


def test_a_score_is_the_weighted_sum_of_its_parts() -> None:
    for outcome in ask("锅炉余热回收", "污泥烘干"):
        for match in outcome.matches:
            score = match.score
            weighted = sum(weight * part for weight, part in zip(SCORE.weights, score.parts, strict=True))
            assert score.total == pytest.approx(weighted, abs=2e-6)
            assert all(0 <= part <= 1 for part in score.parts)


def test_words_that_nobody_holds_lower_the_score() -> None:
    known, odd = ask("锅炉余热回收", "锅炉余热回收 量子纠缠 拓扑超导 蛋白折叠")
    assert odd.matches[0].score.part("words") < known.matches[0].score.part("words")


def test_below_the_least_score_nothing_is_shown() -> None:
    (outcome,) = ask("量子纠缠", least=0.5)
    assert outcome.matches == ()
    assert outcome.candidates > 0


def test_boilerplate_alone_finds_next_to_nothing() -> None:
    dull, real = ask("公司 公司 公司", "锅炉 余热")
    best = dull.matches[0].score.part("words") if dull.matches else 0.0
    assert best < real.matches[0].score.part("words")


@pytest.mark.parametrize(
    ("text", "remark"),
    [("", Remark.EMPTY), ("★★★ 123 ，。", Remark.NO_WORDS), ("余热" * 30_000, Remark.SHORTENED)],
)
def test_hostile_needs_get_a_remark_and_do_not_fail(text: str, remark: Remark) -> None:
    (outcome,) = ask(text)
    assert remark in outcome.query.remarks
    if remark is not Remark.SHORTENED:
        assert outcome.matches == ()


def test_one_repeated_word_is_remarked() -> None:
    (outcome,) = ask("余热余热余热余热")
    assert Remark.ONE_WORD in outcome.query.remarks


def test_a_repeated_word_does_not_drown_the_others() -> None:
    shouting, plain = ask("余热 " * 500 + "石灰窑供风", "余热 石灰窑供风")
    assert 5 in ids(shouting)[:3]
    assert 5 in ids(plain)[:3]


def test_the_words_of_the_asking_firm_are_left_out() -> None:
    cut = lexicon([*WORDS, "云湖"])
    need = understand("云湖锅炉公司要余热回收", need_rules(RULES))
    query = query_of("n", need, cut, part_weights(RULES), firm="云湖锅炉公司")
    assert set(query.words) == {"要", "余热回收"}


def test_an_index_without_rows_gives_empty_lists() -> None:
    (outcome,) = ask("锅炉", allowed=[])
    assert outcome.matches == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["锅炉余热", "污泥干化", "电池负极材料", "换热器清洗", "石灰窑", "量子", ""]),
        min_size=1,
        max_size=6,
    )
)
def test_needs_asked_together_get_what_each_gets_alone(texts: list[str]) -> None:
    together = ask(*texts)
    for text, outcome in zip(texts, together, strict=True):
        (alone,) = ask(text)
        assert [(m.asset_id, m.score) for m in alone.matches] == [(m.asset_id, m.score) for m in outcome.matches]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6))
def test_a_shorter_list_is_the_beginning_of_a_longer(top: int) -> None:
    (few,), (all_of,) = ask("锅炉余热回收换热器", top=top), ask("锅炉余热回收换热器")
    assert ids(few) == ids(all_of)[:top]


def test_groups_join_over_families_and_pairs() -> None:
    granted = date(2020, 1, 1)
    found = groups(
        [
            (1, "fam", None, "invention", granted),
            (2, "fam", 2, "invention", None),
            (3, "", 2, "utility_model", granted),
            (4, "", None, "invention", granted),
            (5, "other", None, "utility_model", granted),
        ]
    )
    assert found[1].key == found[2].key == found[3].key != found[5].key
    assert 4 not in found
    assert (found[1].preferred, found[2].preferred, found[3].preferred) == (2, 0, 1)


def test_title_weighs_more_than_foundation() -> None:
    need = understand("现有工作基础：石灰窑", need_rules(RULES), title="污泥干化")
    query = query_of("n", need, CUT, part_weights(RULES))
    assert query.words["污泥"] > query.words["石灰窑"]
    assert query.heard_in["石灰窑"] == (Part.FOUNDATION,)

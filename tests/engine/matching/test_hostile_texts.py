"""Texts that say nothing, too much or something else: they break nothing and stand before no honest text."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from matching_fakes import CharacterTerms, MemoryIndex, lexicon
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import need_columns
from panhuo.engine.matching.figure_units import units
from panhuo.engine.matching.levels import LineLevels, level_prior_of_lines
from panhuo.engine.matching.listing import group_columns, lists_of, shown
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import part_weights, query_of
from panhuo.engine.matching.ranking import Outcome, ToldLists, outcomes
from panhuo.engine.matching.scoring import Scorer, score_rules
from panhuo.engine.matching.space import StaticEncoder
from panhuo.engine.matching.text_figures import TextFigures
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2026, 11, 22))
LEVELS = LineLevels(level_prior_of_lines(RULES))
KNOWN = "余热 回收 锅炉 烟气 污泥 干化 电池 负极 换热器 装置 石灰窑 供风 不均 script alert kiln"
WORDS = KNOWN.split()
CUT = lexicon(WORDS, {"装置": 0.4})
HONEST = [
    (1, "石灰窑供风装置", "石灰窑供风不均时，由换热器预热烟气。"),
    (2, "锅炉余热回收装置", "烟气经换热器回收余热。"),
    (3, "污泥干化装置", "污泥干化。"),
]
NEED = "石灰窑供风不均，希望回收烟气余热"
HOSTILE = {
    "empty": "",
    "a megabyte": "石灰窑供风不均烟气余热" * 100_000,
    "symbols only": "★※→…！？" * 2_000,
    "one word repeated": "石灰窑" * 5_000,
    "markup": "<script>alert('石灰窑')</script><img src=x onerror=alert(1)>",
    "mixed scripts": "石灰窑 kiln печь 窯 가마 ﷽ \u202e\u0000\ud800 🧱",
    "every word once": "".join(WORDS),
}


def lists(rows: list[tuple[int, str, str]], *needs: str) -> list[Outcome]:
    index = MemoryIndex(rows, CUT)
    encoder = StaticEncoder(index.fitted, share=CUT.share, unknown=CharacterTerms())
    score = score_rules(RULES)
    near = NearTable(encoder, sorted(index.fitted.index), index.words, near_from=score.near_from)
    asked = [
        query_of(str(at), understand(text, need_rules(RULES)), CUT, part_weights(RULES))
        for at, text in enumerate(needs)
    ]
    columns = need_columns(asked, Scorer(score, index.words, near), encoder)
    shard = index.within(np.array([row[0] for row in rows], np.int64), score)
    ranked = shard.ranked(columns, keep=50)
    lists = lists_of(ranked, group_columns({}), top=20)
    kept = shard.told(columns, shown(ranked, lists))
    texts = TextFigures(shard.said, units(RULES))
    return list(outcomes(ToldLists(asked, columns, kept, lists, texts, LEVELS), index.words))


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("place", ["title", "body"])
def test_a_hostile_patent_stands_before_no_honest_one(kind: str, place: str) -> None:
    text = HOSTILE[kind]
    hostile = (9, text, "") if place == "title" else (9, "装置", text)
    (outcome,) = lists([*HONEST, hostile], NEED)
    order = [match.asset_id for match in outcome.matches]
    assert order[0] == 1, "the honest answer is found first"
    scores = [match.score.total for match in outcome.matches]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_need_breaks_nothing_and_changes_no_other_list(kind: str) -> None:
    (alone,) = lists(HONEST, NEED)
    hostile, beside = lists(HONEST, HOSTILE[kind], NEED)
    assert [(one.asset_id, one.score) for one in beside.matches] == [(one.asset_id, one.score) for one in alone.matches]
    assert hostile.remarks, "it is said what is odd about it"
    if kind in ("empty", "symbols only"):
        assert hostile.matches == ()

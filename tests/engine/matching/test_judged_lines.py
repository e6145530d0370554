"""Judged pairs get the scores that lists give, and figures of a text are read once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from matching_fakes import CharacterTerms, MemoryIndex, lexicon
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import need_columns
from panhuo.engine.matching.figure_units import units
from panhuo.engine.matching.judged_lines import scored_pairs
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import part_weights, query_of
from panhuo.engine.matching.scoring import Scorer, score_rules
from panhuo.engine.matching.space import StaticEncoder
from panhuo.engine.matching.text_figures import TextFigures
from panhuo.engine.ports import Ids
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2026, 11, 22))
WORDS = ["余热", "回收", "锅炉", "烟气", "污泥", "干化", "换热器", "装置", "石灰窑", "供风", "蒸汽"]
CUT = lexicon(WORDS)
ROWS = [
    (3, "锅炉余热回收装置", "烟气经换热器回收余热，产出0.8MPa蒸汽。"),
    (5, "污泥干化装置", "污泥干化。" * 60),  # says the same over and over: it keeps a part of its score only
    (9, "石灰窑供风装置", "石灰窑供风。"),
]
NEEDS = ("石灰窑供风，回收烟气余热", "污泥干化", "★★★")


def test_pairs_score_as_they_do_on_a_list_in_whatever_order_they_come() -> None:
    index, score = MemoryIndex(ROWS, CUT), score_rules(RULES)
    encoder = StaticEncoder(index.fitted, share=CUT.share, unknown=CharacterTerms())
    near = NearTable(encoder, sorted(index.fitted.index), index.words, near_from=score.near_from)
    queries = [query_of(str(at), understand(text, need_rules(RULES)), CUT, part_weights(RULES)) for at, text in
               enumerate(NEEDS)]  # fmt: skip
    needs = need_columns(queries, Scorer(score, index.words, near), encoder)
    shard = index.within(np.array([3, 5, 9]), score)
    ranked = shard.ranked(needs, keep=10)
    listed = {
        (need, int(asset_id)): total
        for need in range(len(NEEDS))
        for asset_id, total in zip(ranked.ids[need], ranked.totals[need], strict=True)
        if asset_id >= 0
    }
    assert len(listed) > 2
    pairs = np.array([[1, 5], [0, 9], [0, 404], [0, 3], [2, 3], [1, 9]])
    totals, parts = scored_pairs(needs, pairs, shard.ids, shard.texts, shard.vectors, index.words, score)
    for place, (need, asset_id) in enumerate(pairs.tolist()):
        if (need, asset_id) in listed:
            assert totals[place] == listed[need, asset_id]
    assert totals[2] == 0.0, "a text that the table lacks has no words"
    assert not parts[2].any()
    assert (1, 5) in listed
    assert totals[0] < float(parts[0] @ np.array(score.weights)), "the negative control: the repeated text is damped"


def test_figures_of_a_text_are_read_once_and_a_text_that_nobody_knows_has_none() -> None:
    asked: list[list[int]] = []

    def said(ids: Ids) -> Mapping[int, str]:
        asked.append(ids.tolist())
        return {3: "产出0.8MPa蒸汽"}

    texts = TextFigures(said, units(RULES))
    texts.look_up(np.array([[3, -1], [3, 7]]))
    assert [placed.figure.shown for placed in texts.of(3)] == ["0.8MPa"]
    assert texts.of(7) == texts.of(8) == ()
    texts.of(3)
    assert asked == [[3, 7], [8]]

"""The quality card is made from its JSON alone, leaves nothing out and asks nothing of a network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from panhuo.adapters.writers.charts import ReliabilityChart, chart_svg
from panhuo.adapters.writers.quality_card import card_page, write_quality_card
from panhuo.engine.evaluation.baselines import Baseline, random_scores
from panhuo.engine.evaluation.card import quality_card
from panhuo.engine.evaluation.trial import JudgedSet, predict
from panhuo.engine.pair_scorers import NeedText, SupplyText


def card(*, highest: int = 4, groups: bool = True, **more: Any) -> dict[str, Any]:
    chance = np.random.default_rng(2)
    named = {"industry": "建材<script>"} if groups else {}
    needs = tuple(NeedText(f"N{one}", f"需求{one}", "", named if one % 2 else {}) for one in range(6))
    texts = tuple(SupplyText(f"T{one}", f"成果{one}") for one in range(30))
    pairs = np.array([(one // 5, one) for one in range(30)])
    judged = JudgedSet(needs, texts, pairs, chance.integers(1, highest + 1, 30))
    told = predict(Baseline("random", random_scores), judged, np.array([0.4, 0.3, 0.2, 0.1]))
    figures = {
        **quality_card(judged, told, {"random": told, "tfidf": told, "bm25": told}),
        "model": "weighted parts",
        "columns": [{"name": "chars", "meaning": "shared characters", "meaning_zh": "共同<字>"}],
        "left_out": ["live"],
        "weights": None,
        "learnt_from": None,
        "levels_from": {"match": "pack", "baselines": "prior"},
        "fit": None,
        "rejected": 0,
        "rejected_by_reason": {},
        "pack": "national",
        "pack_version": "2026.11",
        "at": "2026-11-22",
        "run": None,
        **more,
    }
    told_again: dict[str, Any] = json.loads(json.dumps(figures))
    return told_again


def page(tmp_path: Path, told: dict[str, Any]) -> str:
    out = tmp_path / "card.html"
    write_quality_card(out, told)
    return out.read_text("utf-8")


def test_the_page_shows_the_figures_of_its_json(tmp_path: Path) -> None:
    told = card()
    text = page(tmp_path, told)
    for figure in (told["ndcg_at_10"], told["mae"], told["brier"], *told["intervals"]["ndcg_at_10"]):
        assert f"{figure:.3f}" in text
    for word in ("TF-IDF", "BM25", "随机", "按行业", "未注明", "概率的可靠性", "取自规则包", "national 2026.11"):
        assert word in text
    assert text.count("<svg") == 2


def test_the_page_stands_alone_and_texts_are_escaped(tmp_path: Path) -> None:
    text = page(tmp_path, card())
    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|href)=[\"']?(?!#)", text.replace('href="#', ""))
    assert "建材<script>" not in text
    assert "建材&lt;script&gt;" in text


def test_columns_stand_with_what_they_mean_and_weigh(tmp_path: Path) -> None:
    plain = page(tmp_path, card())
    assert "共同&lt;字&gt;" in plain
    assert "未使用的来源：live" in plain
    learnt = {"weights": {"chars": [0.5, 0.25, -0.125]}, "learnt_from": {"needs": 7, "pairs": 1234}}
    text = page(tmp_path, card(**learnt, levels_from={"match": "home", "baselines": "prior"}))
    assert "由 7 条需求的 1,234 对评判学得（本机已发布的版本）" in text
    assert "-0.125" in text


def test_the_same_json_gives_the_same_bytes(tmp_path: Path) -> None:
    told = card()
    assert page(tmp_path, told) == page(tmp_path, told)


def test_what_nobody_can_say_is_a_dash_and_not_zero(tmp_path: Path) -> None:
    told = card(highest=1)
    assert told["ndcg_at_10"] is None
    text = page(tmp_path, told)
    assert "没有高于 1 级的评判" in text
    assert "—" in text


def test_notes_say_what_lowers_the_worth_of_the_figures() -> None:
    fit = {"judged_needs": 6, "judged_pairs": 30, "rejected": 0, "needs_seen": 2}
    told = card(groups=False, fit=fit, rejected=3, rejected_by_reason={"bad_level": 3})
    notes = "".join(card_page(told).notes)
    assert "2 条需求也在学习数据中" in notes
    assert "bad_level 3" in notes
    assert "未注明行业" in notes
    assert "未注明行业" not in "".join(card_page(card()).notes)


@pytest.mark.parametrize("spans", [[None], [(0.0, 1.0)]])
def test_a_single_point_is_drawn(spans: list[tuple[float, float] | None]) -> None:
    svg = chart_svg(ReliabilityChart("标题", [0.0], [0.0], spans, "概率", "占比"), number=1)
    assert svg.startswith("<svg")
    assert "标题" in svg

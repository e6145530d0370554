"""Rankings by chance, shared characters and shared words."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from panhuo.engine.evaluation.baselines import baselines, bm25_scores, random_scores, tfidf_scores
from panhuo.engine.pair_scorers import NeedText, SupplyText

NEEDS = (NeedText("N1", "石灰窑供风", "石灰窑内供风不均匀"), NeedText("N2", "污泥干化", ""), NeedText("N3", "", ""))
TEXTS = (SupplyText("A", "石灰窑供风装置"), SupplyText("B", "污泥干化装置"), SupplyText("C", ""), SupplyText("D", "※※"))
EVERY = np.array([(need, text) for need in range(3) for text in range(4)], np.int64)


def letters(title: str, body: str) -> list[str]:
    return list(title + body)


@pytest.mark.parametrize("baseline", baselines(letters), ids=lambda one: one.name)
def test_scores_are_numbers_whatever_the_texts(baseline: object) -> None:
    found = baseline.score(NEEDS, TEXTS, EVERY)  # type: ignore[attr-defined]
    assert found.shape == (12,)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("baseline", baselines(letters)[1:], ids=lambda one: one.name)
def test_what_shares_more_stands_first_and_an_empty_title_has_nothing(baseline: object) -> None:
    found = baseline.score(NEEDS, TEXTS, EVERY).reshape(3, 4)  # type: ignore[attr-defined]
    assert found[0].argmax() == 0
    assert found[1].argmax() == 1
    assert (found[:, 2] == 0).all()
    assert (found[2] == 0).all()


def test_a_text_is_wholly_like_itself() -> None:
    found = tfidf_scores((NeedText("N", "供风", "装置"),), (SupplyText("A", "供风装置"),), np.array([[0, 0]]))
    assert found[0] == pytest.approx(1.0)


def test_bm25_by_hand() -> None:
    # two texts of 1 and 3 words, mean 2; the word stands in one: ln(1 + 1.5 / 1.5); damp 1.2 * (0.25 + 0.75 * 1 / 2)
    needs, texts = (NeedText("N", "甲", ""),), (SupplyText("A", "甲"), SupplyText("B", "乙丙丁"))
    found = bm25_scores(needs, texts, np.array([[0, 0], [0, 1]]), letters)
    assert found.tolist() == pytest.approx([log(2) * 2.2 / (1 + 1.2 * 0.625), 0.0])


def test_chance_hangs_on_the_ids_only() -> None:
    one = random_scores(NEEDS, TEXTS, EVERY)
    other = random_scores(NEEDS[::-1], TEXTS, np.stack([2 - EVERY[:, 0], EVERY[:, 1]], axis=1))
    assert (one == other).all()
    assert len(set(one.tolist())) == 12
    many = random_scores(
        (NEEDS[0],), tuple(SupplyText(str(one), "") for one in range(2000)), np.array([(0, one) for one in range(2000)])
    )
    assert abs(many.mean() - 0.5) < 0.03

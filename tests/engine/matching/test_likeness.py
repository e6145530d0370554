"""Diffusion over the graph of like texts, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.likeness import crowds, diffuse, sparse_products, standardised, weighted_likeness

CHAIN = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
"""Three texts, the middle one like both others."""


def test_three_texts_lend_one_another_what_the_equations_say() -> None:
    # D = 1, 2, 1, so the links are c = 1/sqrt(2); x1 - c/2 x2 = 2/3, x3 - c/2 x2 = -1/3, x2 - c/2 (x1 + x3) = -1/3
    found = diffuse(np.array([1.0, 0.0, 0.0]), CHAIN, 0.5)
    assert found == pytest.approx([0.56509, -0.28731, -0.43491], abs=1e-5)


def test_nothing_is_lent_without_a_share_or_a_neighbour() -> None:
    scores = np.array([3.0, 1.0, 2.0])
    assert diffuse(scores, CHAIN, 0.0) == pytest.approx([1.0, -1.0, 0.0])
    assert diffuse(scores, np.zeros((3, 3)), 0.95) == pytest.approx([1.0, -1.0, 0.0])


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=8), st.floats(0, 0.95))
def test_diffusion_stays_finite_and_hears_equal_texts_alike(scores: list[float], share: float) -> None:
    size = len(scores)
    alike = np.ones((size, size)) - np.eye(size)
    found = diffuse(np.array(scores), alike, share)
    assert np.isfinite(found).all()
    assert found.sum() == pytest.approx(0.0, abs=1e-6)


def test_likeness_is_a_mean_without_negative_cosines_and_without_oneself() -> None:
    found = weighted_likeness([(1.0, np.array([[1.0, -1.0], [-1.0, 1.0]])), (3.0, np.array([[1.0, 0.2], [0.2, 1.0]]))])
    assert found.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    found = weighted_likeness([(1.0, np.eye(2)), (1.0, np.array([[1.0, 0.2], [0.2, 1.0]]))])
    assert found.tolist() == [[0.0, 0.1], [0.1, 0.0]]


def test_sparse_products_are_those_of_the_written_out_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"a": 1.0, "b": 2.0}, {"b": 3.0, "c": 1.0}, {}]
    whole = [[5.0, 6.0, 0.0], [6.0, 10.0, 0.0], [0.0, 0.0, 0.0]]
    assert sparse_products(rows).tolist() == whole
    monkeypatch.setattr("panhuo.engine.matching.likeness.GRAMS_AT_ONCE", 2)
    assert sparse_products(rows).tolist() == whole


def test_a_crowd_is_the_mean_likeness_to_all_and_to_the_nearest() -> None:
    mean, nearest = crowds(CHAIN)
    assert mean == pytest.approx([1 / 3, 2 / 3, 1 / 3])
    assert nearest.tolist() == mean.tolist(), "there are fewer than five others"


def test_equal_values_have_no_distance_from_their_mean() -> None:
    assert standardised(np.array([0.1, 0.1, 0.1])).tolist() == [0.0, 0.0, 0.0]
    assert standardised(np.array([1.0, 3.0])).tolist() == [-1.0, 1.0]

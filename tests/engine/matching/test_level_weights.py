"""Ridge logistics for the levels: a case solved by hand, and what must always hold."""

from __future__ import annotations

import json
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.level_weights import LevelWeights, fit_weights, weights_from_numbers
from panhuo.terms.errors import BadValue, DomainError

COLUMN = np.array([[1.0]] * 4 + [[-1.0]] * 4)
REACHED = [2, 2, 2, 1, 2, 1, 1, 1]
"""Level 2 in three of four where the column is 1, in one of four where it is -1."""


def fitted(penalty: float) -> LevelWeights:
    return fit_weights(("x",), COLUMN, REACHED, penalty=penalty, needs=1)


def test_the_ridge_gives_the_weight_that_the_equation_gives() -> None:
    # by symmetry the constant is 0, and 8 (3/4 - sigmoid(w)) = penalty * w; w = ln 2 has sigmoid 2/3
    weights = fitted(2 / 3 / log(2)).weights
    assert weights[0, 0] == pytest.approx(log(2), abs=1e-6)
    assert weights[1, 0] == pytest.approx(0.0, abs=1e-6)


def test_a_weak_ridge_comes_near_to_the_shares_and_a_strong_one_to_nothing() -> None:
    assert fitted(1e-6).at_least(np.array([[1.0]]))[0, 0] == pytest.approx(0.75, abs=1e-4)
    assert fitted(1e6).at_least(np.array([[1.0]]))[0, 0] == pytest.approx(0.5, abs=1e-4)


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3), st.integers(1, 4)), min_size=1, max_size=20),
    st.floats(-50, 50),
)
def test_the_more_demanding_level_is_never_the_more_probable(
    told: list[tuple[float, float, int]], asked: float
) -> None:
    columns = np.array([row[:2] for row in told])
    weights = fit_weights(("a", "b"), columns, [row[2] for row in told], penalty=0.5, needs=1)
    found = weights.at_least(np.array([[asked, -asked], [asked, asked]]))
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found, axis=1) <= 0).all()


def test_weights_survive_json_and_predict_the_same() -> None:
    first = fitted(1.0)
    again = weights_from_numbers(json.loads(json.dumps(first.as_numbers())))
    assert (again.at_least(COLUMN) == first.at_least(COLUMN)).all()
    assert list(first.by_name()) == ["x", "constant"]


@pytest.mark.parametrize(
    "change",
    [{"names": ["x", "y"]}, {"scale": [0.0]}, {"weights": [[1, 2]]}, {"mean": ["?"]}, {"mean": [float("nan")]}],
)
def test_numbers_that_are_no_weights_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadValue):
        weights_from_numbers({**fitted(1.0).as_numbers(), **change})


def test_nothing_is_learnt_from_nothing() -> None:
    with pytest.raises(DomainError, match="nothing can be learnt"):
        fit_weights(("x",), np.zeros((0, 1)), [], penalty=1.0, needs=0)

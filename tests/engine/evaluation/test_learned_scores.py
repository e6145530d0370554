"""Scores learnt from columns: they find what is there, and nothing in chance."""

from __future__ import annotations

import numpy as np
import pytest

from panhuo.engine.evaluation.learned_scores import cross_validated_ranks, fit_logistic
from panhuo.engine.evaluation.measures import spearman


def test_ranks_learnt_on_other_rows_find_a_column_that_tells_and_none_in_noise() -> None:
    drawn = np.random.default_rng(7)
    telling, noise = drawn.random(600), drawn.random(600)
    outcome = telling + 0.5 * drawn.random(600)
    found = cross_validated_ranks(np.column_stack([telling, noise]), outcome)
    assert spearman(outcome.tolist(), found.tolist()) > 0.85
    chance = cross_validated_ranks(noise[:, None], drawn.random(600))
    assert abs(spearman(outcome.tolist(), chance.tolist())) < 0.15


def test_a_column_of_row_numbers_learnt_by_heart_is_worth_nothing() -> None:
    """Each row has a column of its own: a fit on all rows would be perfect, the other folds know nothing of it."""
    outcome = np.random.default_rng(3).random(60)
    found = cross_validated_ranks(np.where(np.eye(60) > 0, 1.0, 0.0), outcome)
    assert abs(spearman(outcome.tolist(), found.tolist())) < 0.35


def test_two_groups_get_nearly_their_shares_of_events() -> None:
    """Of 200 with column 0 20 % had the event, of 200 with column 1 60 %; a ridge of one row moves that little."""
    column = np.repeat([0.0, 1.0], 200)[:, None]
    happened = np.concatenate([np.arange(200) < 40, np.arange(200) < 120])
    model = fit_logistic(column, happened)
    assert model is not None
    told = model.probabilities(np.array([[0.0], [1.0], [np.nan]]))
    assert told[0] == pytest.approx(0.2, abs=0.01)
    assert told[1] == pytest.approx(0.6, abs=0.01)
    assert told[0] < told[2] < told[1]
    assert model.probabilities(column).mean() == pytest.approx(0.4, abs=1e-6)


def test_without_columns_that_differ_it_says_the_share() -> None:
    model = fit_logistic(np.ones((50, 1)), np.arange(50) < 10)
    assert model is not None
    assert model.probabilities(np.ones((1, 1)))[0] == pytest.approx(0.2)


@pytest.mark.parametrize("share", [0, 50])
def test_an_event_of_nobody_or_of_all_cannot_be_learnt(share: int) -> None:
    assert fit_logistic(np.arange(50.0)[:, None], np.arange(50) < share) is None

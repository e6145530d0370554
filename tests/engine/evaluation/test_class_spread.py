"""Generality, originality and radicalness of the OECD, worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.evaluation.class_spread import class_spread, radicalness

CLASSES = st.sets(st.sampled_from(["C22C", "H01F", "B22F", "C09K"]))


def test_generality_of_two_citing_patents_as_worked_by_hand() -> None:
    """C22C has one whole and one half vote of two, H01F half a vote: 1 - (0.75² + 0.25²) = 0.375."""
    assert class_spread([{"C22C"}, {"C22C", "H01F"}]) == pytest.approx(0.375)


def test_citing_patents_of_one_class_spread_over_none() -> None:
    assert class_spread([{"C22C"}] * 5) == 0.0


def test_four_classes_alike_spread_as_far_as_four_can() -> None:
    assert class_spread([{"C22C"}, {"H01F"}, {"B22F"}, {"C09K"}]) == pytest.approx(0.75)


def test_without_classes_nobody_can_say() -> None:
    assert class_spread([]) is None
    assert class_spread([set(), set()]) is None
    assert radicalness({"C22C"}, []) is None
    assert radicalness(set(), [{"C22C"}]) is None


def test_one_without_classes_changes_nothing() -> None:
    assert class_spread([{"C22C"}, {"H01F"}, set()]) == class_spread([{"C22C"}, {"H01F"}])


def test_radicalness_is_the_share_of_foreign_classes_as_worked_by_hand() -> None:
    """Cited: C22C; C22C and H01F; B22F. Two of the four lie outside the patent's own C22C."""
    assert radicalness({"C22C"}, [{"C22C"}, {"C22C", "H01F"}, {"B22F"}]) == 0.5


@given(st.lists(CLASSES, max_size=8))
def test_it_lies_from_nought_to_below_one(others: list[set[str]]) -> None:
    found = class_spread(others)
    assert found is None or -1e-9 <= found < 1

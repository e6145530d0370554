"""Vetoes, disclosures and flags belong to a scene and are tested on the base date."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from grading_register import event, graded, right

BEFORE = date(2024, 5, 6)
RIGHTS = [
    right(1),
    right(2),
    right(3),
    right(4),
    right(5),
    right(6, co_owner_types=["enterprise"]),
    right(7),
    right(8, ip_type="utility_model", same_day_pair=8),
    right(9),
    right(10),
    right(11),
    right(12),
    right(13),
    right(14),
]
EVENTS = [
    event(2, "pledge_registered", BEFORE),
    event(3, "preserved", BEFORE),
    event(4, "termination_notice", BEFORE),
    event(5, "invalidation_started", BEFORE),
    event(7, "licence_recorded", BEFORE, terms="exclusive"),
    event(10, "termination_notice", BEFORE),
    event(10, "fee_paid", date(2024, 7, 1)),
    event(11, "pledge_registered", date(2025, 12, 1)),
    event(12, "invalidated_part", BEFORE),
    event(13, "invalidation_started", BEFORE),
    event(13, "invalidated_part", date(2024, 7, 1)),
    event(14, "invalidated_part", BEFORE),
    event(14, "invalidation_started", date(2024, 7, 1)),
]
"""13: concluded, so that a pledge may be registered again; 14: attacked once more."""
STATUS = {9: "lapsed_unpaid_fee", 1: "cannot_say"}
COLUMNS = ("vetoes", "disclosures", "flags", "unsettled")


def told(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in COLUMNS)


@pytest.fixture(scope="module")
def scenes() -> dict[str, dict[int, dict[str, Any]]]:
    return {scene: graded(RIGHTS, EVENTS, status=STATUS, scene=scene) for scene in ("management", "finance", "remedy")}


EXPECTED = {
    "management": {
        1: ("", "", "", "status_unknown"),
        2: ("", "pledged", "", ""),
        3: ("", "", "preserved", ""),
        4: ("", "", "fee_unpaid", ""),
        5: ("", "", "invalidation_started", ""),
        6: ("", "", "", ""),
        7: ("", "licensed_exclusively", "", ""),
        8: ("", "", "", ""),
        9: ("", "", "not_in_force", ""),
        10: ("", "", "", ""),
        11: ("", "", "", ""),
        12: ("", "", "partly_invalidated", ""),
        13: ("", "", "partly_invalidated", ""),
        14: ("", "", "invalidation_started;partly_invalidated", ""),
    },
    "finance": {
        1: ("", "", "", "status_unknown"),
        2: ("pledged", "", "", ""),
        3: ("preserved", "", "", ""),
        4: ("fee_unpaid", "", "", ""),
        5: ("invalidation_started", "", "", ""),
        6: ("", "", "", "co_owner_consent"),
        7: ("", "licensed_exclusively", "", ""),
        8: ("same_day_pair", "", "", ""),
        9: ("not_in_force", "", "", ""),
        10: ("", "", "", ""),
        11: ("", "", "", ""),
        12: ("", "", "partly_invalidated", ""),
        13: ("", "", "partly_invalidated", ""),
        14: ("invalidation_started", "", "partly_invalidated", ""),
    },
    "remedy": {
        1: ("", "", "", "status_unknown"),
        2: ("", "", "", ""),
        3: ("", "preserved", "", ""),
        4: ("", "", "", ""),
        5: ("", "invalidation_started", "", ""),
        6: ("", "", "", ""),
        7: ("", "licensed_exclusively", "", ""),
        8: ("", "", "", ""),
        9: ("", "", "", "not_in_force_then"),
        10: ("", "", "", ""),
        11: ("", "", "", ""),
        12: ("", "", "partly_invalidated", ""),
        13: ("", "", "partly_invalidated", ""),
        14: ("", "invalidation_started", "partly_invalidated", ""),
    },
}


@pytest.mark.parametrize("scene", EXPECTED)
def test_the_same_finding_blocks_in_one_scene_and_is_told_in_another(
    scenes: dict[str, dict[int, dict[str, Any]]], scene: str
) -> None:
    """Right 10 paid after its notice, right 11 was pledged after the day: neither is found."""
    assert {n: told(row) for n, row in scenes[scene].items()} == EXPECTED[scene]


def test_a_veto_caps_the_score_and_a_disclosure_does_not(scenes: dict[str, dict[int, dict[str, Any]]]) -> None:
    """scheme.veto_cap 20: the highest score of a right that a veto stops, and with it the lowest grade."""
    finance, management = scenes["finance"], scenes["management"]
    assert (finance[2]["value_score"], finance[2]["grade"]) == (20, "D")
    assert finance[2]["score_economic"] == management[2]["score_economic"] == 73.75
    assert management[2]["value_score"] == 58.38
    assert finance[11]["value_score"] > 20


def test_in_the_remedy_scene_a_lapsed_right_is_valued_for_what_happened_while_it_was_in_force() -> None:
    """Right 1 lapsed and was in force then, 2 had lapsed then, 3 was later declared wholly invalid, 4: nobody can say.

    Invalidated rights are held never to have existed: Patent Law art. 47.
    """
    status = {1: "lapsed_unpaid_fee", 2: "lapsed_unpaid_fee", 3: "invalidated_all"}
    found = graded(
        [right(n) for n in (1, 2, 3, 4)],
        status=status,
        scene="remedy",
        then={2: "lapsed_unpaid_fee", 4: "cannot_say"},
    )
    assert [(found[n]["vetoes"], found[n]["unsettled"]) for n in (1, 2, 3, 4)] == [
        ("", ""),
        ("not_in_force_then", ""),
        ("invalidated", ""),
        ("", "not_in_force_then"),
    ]
    assert [found[n]["value_score"] > 20 for n in (1, 2, 3, 4)] == [True, False, False, True]

"""The aviation export of the reference data on 2024-04-01: figures, and every difference by publication number."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from calls import Called

pytestmark = pytest.mark.reference
ONLY_APPLICATION_DOCUMENTS = {
    "dormancy_candidate": [
        "CN104417760A",
        "CN104678817A",
        "CN104870312A",
        "CN105314098A",
        "CN105966587A",
        "CN106058717A",
        "CN106218859A",
        "CN106461031A",
        "CN106507575A",
        "CN106661956A",
        "CN106774392A",
        "CN107161323A",
        "CN107199201A",
        "CN110103856A",
        "CN110207852A",
        "CN110282125A",
    ],
    "out": [
        "CN103979120A",
        "CN104118512A",
        "CN104309804A",
        "CN105620733A",
        "CN106114900A",
        "CN107012817A",
        "CN108482669A",
    ],
}
"""Inventions that stand in the export as A documents and were granted by a dated event on or before 2021-04-01."""
PLEDGE_DISCHARGED = {"CN204597451U", "CN209008846U"}
UTILITY_MODEL_OF_A_PAIR = "CN205802913U"
ONLY_PLEDGED = {"CN205790082U", "CN208475121U", "CN209740700U"}


@pytest.fixture
def listing(
    panhuo: Callable[..., Called], reference_data: Path, tmp_path: Path
) -> Callable[[str], tuple[Called, dict]]:
    export = reference_data / "patsnap_aviation" / "patsnap_export.xlsx"
    imported = panhuo("import", export, "--as-of", "2024-04-01")
    assert (imported.code, imported.answer["rows"], imported.answer["rejected"]) == (0, 1603, 0)

    def find(profile: str) -> tuple[Called, dict[str, dict[str, str]]]:
        out = tmp_path / f"{profile}.csv"
        called = panhuo("dormant", "--at", "2024-04-01", "--owner", "any", "--profile", profile, "--out", out)
        with out.open(encoding="utf-8-sig", newline="") as stream:
            return called, {row["publication_number"]: row for row in csv.DictReader(stream)}

    return find


def by_the_readmes_rule(rows: dict[str, dict[str, str]]) -> set[str]:
    """Granted documents among what is considered; the README's 179 are those without the words it looks for."""
    return {number for number in rows if number[-1] in "BU"}


def test_simple_gives_196_of_248_and_each_difference_is_named(listing: Callable[[str], tuple[Called, dict]]) -> None:
    called, rows = listing("simple")
    assert called.code == 0
    assert {name: called.answer[name] for name in ("considered", "candidates", "cannot_say", "to_verify")} == {
        "considered": 248,
        "candidates": 196,
        "cannot_say": 0,
        "to_verify": 0,
    }
    candidates = {number for number, row in rows.items() if row["state"] == "dormancy_candidate"}
    documents = by_the_readmes_rule(rows)
    assert len(documents) == 225
    for state, numbers in ONLY_APPLICATION_DOCUMENTS.items():
        assert {rows[number]["state"] for number in numbers} == {state}
    assert set(rows) - documents == {number for numbers in ONLY_APPLICATION_DOCUMENTS.values() for number in numbers}
    assert candidates >= PLEDGE_DISCHARGED
    assert rows[UTILITY_MODEL_OF_A_PAIR]["reason"] == "listed_with_same_day_invention"
    assert len(candidates & documents) - len(PLEDGE_DISCHARGED) + 1 == 179


def test_default_asks_about_unnamed_transfers_and_keeps_the_pledged_in(
    listing: Callable[[str], tuple[Called, dict]],
) -> None:
    _, simple = listing("simple")
    called, rows = listing("default")
    assert {name: called.answer[name] for name in ("considered", "candidates", "to_verify", "taken_out")} == {
        "considered": 248,
        "candidates": 198,
        "to_verify": 47,
        "taken_out": 3,
    }
    candidates = {number for number, row in rows.items() if row["state"] == "dormancy_candidate"}
    before = {number for number, row in simple.items() if row["state"] == "dormancy_candidate"}
    assert candidates - before == ONLY_PLEDGED
    assert before - candidates == {"CN204597451U"}
    assert {rows[number]["flags"].split("; ")[0] for number in ONLY_PLEDGED} == {"pledged"}


def test_no_lapsed_right_is_in_either_list(listing: Callable[[str], tuple[Called, dict]], reference_data: Path) -> None:
    from python_calamine import CalamineWorkbook

    export = reference_data / "patsnap_aviation" / "patsnap_export.xlsx"
    head, *body = CalamineWorkbook.from_path(str(export)).get_sheet_by_index(0).to_python()
    number, words, events = head.index("公开(公告)号"), head.index("法律状态/事件"), head.index("INPADOC法律状态")
    ended = {
        str(row[number])
        for row in body
        if any(word in str(row[words]) for word in ("未缴年费", "避免重复授权", "期限届满", "放弃", "驳回", "撤回"))
        or "TERMINATION OF PATENT RIGHT" in str(row[events])
    }
    assert len(ended) > 100
    for profile in ("simple", "default"):
        _, rows = listing(profile)
        assert not ended & set(rows)

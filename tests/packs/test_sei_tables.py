"""The SEI-IPC table as parsed ranges: counts, keys, and no string prefixes."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from panhuo.rules import Row, load_pack
from panhuo.terms.ipc import ipc_range, parse_ipc

RULES = load_pack("national").at(date(2025, 11, 30))
LISTED = {row["rule_id"]: row for row in RULES.table("sei_rules")}
RANGES = RULES.table("sei_ipc")


def in_range(symbol: str, row: Row) -> bool:
    return row["low_key"] <= parse_ipc(symbol).sort_key < row["high_key"]


def hits(symbol: str) -> set[str]:
    """Rules that a symbol meets: in an include range and in no exclude range of the same rule."""
    inside = {row["rule_id"] for row in RANGES if row["kind"] == "include" and in_range(symbol, row)}
    return inside - {row["rule_id"] for row in RANGES if row["kind"] == "exclude" and in_range(symbol, row)}


def test_there_are_303_rules_in_40_branches_of_nine_industries() -> None:
    assert len(LISTED) == 303
    assert len({row["branch"] for row in LISTED.values()}) == 40
    assert len({row["industry"] for row in LISTED.values()}) == 9
    assert Counter(row["mode"] for row in LISTED.values()) == {"ipc_only": 15, "ipc_and_keyword": 280, "note": 8}


def test_rules_per_branch_are_those_of_the_table() -> None:
    counted = Counter(row["branch"] for row in LISTED.values())
    assert [counted[f"1.{n}"] for n in range(1, 6)] == [5, 7, 5, 4, 7]
    assert [counted[f"3.{n}"] for n in range(1, 8)] == [17, 30, 22, 23, 7, 11, 2]
    assert [counted[f"7.{n}"] for n in range(1, 4)] == [19, 14, 13]


def test_keys_are_those_of_the_pattern() -> None:
    for row in RANGES:
        assert (row["low_key"], row["high_key"]) == ipc_range(row["pattern"]), row


def test_every_rule_includes_something_and_every_keyword_rule_says_its_words() -> None:
    included = {row["rule_id"] for row in RANGES if row["kind"] == "include"}
    assert included == set(LISTED)
    for row in LISTED.values():
        if row["mode"] == "ipc_only":
            assert row["keywords"] == ""


def test_main_group_1_does_not_match_main_group_12() -> None:
    row = next(row for row in RANGES if row["pattern"] == "H04L1*")
    assert in_range("H04L1/00", row)
    assert in_range("H04L1/1867", row)
    assert not in_range("H04L12/28", row)
    assert not in_range("H04L15/00", row)
    assert "H04L12/28".startswith("H04L1"), "the negative control: a string prefix would have matched"


def test_an_exact_symbol_does_not_take_its_subgroups() -> None:
    row = next(row for row in RANGES if row["pattern"] == "G06N10/00")
    assert in_range("G06N10/00", row)
    assert not in_range("G06N10/20", row)


def test_an_exclusion_counts_for_its_own_rule_only() -> None:
    assert "1.1-01" in hits("G06F11/30")
    assert "1.1-01" not in hits("G06F11/14")
    assert hits("G06F11/14"), "the excluded symbol stands in another rule"


@pytest.mark.parametrize(
    ("symbol", "branch"),
    [("G06F40/30", "1.5"), ("B64G1/10", "2.3"), ("G01N3/08", "3.7"), ("C10G1/00", "7.3"), ("G06N10/00", "1.2")],
)
def test_symbols_of_the_rules_where_ipc_alone_decides(symbol: str, branch: str) -> None:
    deciding = {LISTED[rule]["branch"] for rule in hits(symbol) if LISTED[rule]["mode"] == "ipc_only"}
    assert branch in deciding


def test_reclassified_symbols_lead_back_to_where_the_table_looks() -> None:
    places = RULES.table("ipc_concordance")
    for row in places:
        assert (row["old_low_key"], row["old_high_key"]) == ipc_range(row["old"])
        assert (row["new_low_key"], row["new_high_key"]) == ipc_range(row["new"])
    back = {row["old"] for row in places if row["new_low_key"] <= parse_ipc("G06V10/82").sort_key < row["new_high_key"]}
    assert back == {"G06K9*"}
    assert not hits("H10K50/10"), "the table is older than the symbol"
    assert any(row["new"] == "H10K*" for row in places)


@pytest.mark.reference
def test_the_patterns_agree_with_the_second_transcription(reference_data: Path) -> None:
    path = reference_data / "ref_sei_ipc_2021" / "sei_ipc_rules.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        theirs = list(csv.DictReader(file, delimiter="\t"))
    assert len(theirs) == len(LISTED)
    included = {pattern for row in theirs for pattern in row["ipc_include"].split()}
    ours = {row["pattern"] for row in RANGES if row["kind"] == "include"}
    assert len(ours ^ included) <= 20, sorted(ours ^ included)[:40]

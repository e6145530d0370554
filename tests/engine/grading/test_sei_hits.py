"""Which strategic industries a patent belongs to: ranges of symbols, exclusions, older symbols, words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grading_register import Register, right, rules_of

from panhuo.engine.grading import sei_by_asset, sei_evidence


def evidence(*assets: dict[str, Any], **supposed: Any) -> dict[int, dict[str, dict[str, Any]]]:
    """asset -> rule -> its row."""
    rules = rules_of(**supposed)
    with Register(assets=assets) as register:
        found: dict[int, dict[str, dict[str, Any]]] = {asset["asset_id"]: {} for asset in assets}
        for row in register.rows(sei_evidence(register.tables["assets"], rules)):
            found[row["asset_id"]][row["rule_id"]] = row
    return found


def classes(found: dict[str, dict[str, Any]], rule: str) -> Sequence[str]:
    row = found[rule]
    return (row["symbol"], row["via"], row["keyword"], row["sei_class"])


def test_main_group_1_is_not_main_group_12() -> None:
    found = evidence(right(1, "H04L1/00"), right(2, "H04L12/02"), right(3, "H04L1/18"))
    assert "1.1-01" in found[1]
    assert "1.1-01" in found[3]
    assert "1.1-01" not in found[2]


def test_an_exclusion_takes_a_symbol_out_of_its_own_rule_only() -> None:
    """1.1-03 includes H04L12* and excludes H04L12/02; another symbol of the same patent still hits."""
    found = evidence(right(1, "H04L12/02"), right(2, "H04L12/40"), right(3, "H04L12/02", "H04L12/40"))
    assert "1.1-03" not in found[1]
    assert found[2]["1.1-03"]["symbol"] == "H04L12/40"
    assert found[3]["1.1-03"]["symbol"] == "H04L12/40"


def test_where_the_symbol_decides_no_word_is_asked() -> None:
    found = evidence(right(1, "G06F40/30"))
    assert classes(found[1], "1.5-01") == ("G06F40/30", "", "", "sei_confirmed")


def test_a_word_in_title_abstract_or_claim_confirms_a_symbol() -> None:
    words = "一种智能家居系统"
    found = evidence(
        right(1, "G08B19/00"),
        right(2, "G08B19/00", title=words),
        right(3, "G08B19/00", abstract=words),
        right(4, "G08B19/00", first_claim=words),
    )
    assert classes(found[1], "1.5-02") == ("G08B19/00", "", "", "sei_candidate")
    for n in (2, 3, 4):
        assert classes(found[n], "1.5-02") == ("G08B19/00", "", "智能家居系统", "sei_confirmed")


def test_a_word_without_the_symbol_is_nothing() -> None:
    assert evidence(right(1, title="智能家居系统"))[1] == {}


def test_a_reclassified_symbol_leads_back_and_is_a_candidate_only() -> None:
    """G06V took over G06K9 in 2022; the table of 2021 knows only the older place (concordance: unconfirmed)."""
    found = evidence(
        right(1, "G06V10/40", title="生产领域人工智能系统"), right(2, "G06K9/66", title="生产领域人工智能系统")
    )
    assert classes(found[1], "1.5-02") == ("G06V10/40", "G06K9*", "生产领域人工智能系统", "sei_candidate")
    assert classes(found[2], "1.5-02") == ("G06K9/66", "", "生产领域人工智能系统", "sei_confirmed")


def test_a_direct_symbol_beats_one_that_was_moved() -> None:
    found = evidence(right(1, "G06V10/40", "G06K9/66", title="生产领域人工智能系统"))
    assert classes(found[1], "1.5-02") == ("G06K9/66", "", "生产领域人工智能系统", "sei_confirmed")


def test_all_symbols_are_tested_or_the_main_one_as_the_pack_says() -> None:
    asset = right(1, "A47G19/22", "G06F40/30")
    assert "1.5-01" in evidence(asset)[1]
    assert evidence(asset, high_value__sei_symbols="main")[1] == {}


def test_a_trademark_with_symbols_is_not_tested() -> None:
    assert evidence(right(1, "G06F40/30", ip_type="trademark"))[1] == {}


def test_one_patent_counts_in_each_branch_with_its_best_class() -> None:
    """G06F40/30 is confirmed by symbol alone; H04L1/00 without its word stays a candidate and is not told."""
    with Register(assets=[right(1, "H04L1/00", "G06F40/30"), right(2, "H04L1/00"), right(3)]) as register:
        hits = register.put("hits", register.rows(sei_evidence(register.tables["assets"], rules_of())), EVIDENCE)
        found = {row["asset_id"]: row for row in register.rows(sei_by_asset(hits))}
    assert (found[1]["sei_class"], found[1]["sei_branches"]) == ("sei_confirmed", "1.5")
    assert found[1]["sei_evidence"] == "1.5-01 G06F40/30"
    assert found[2]["sei_class"] == "sei_candidate"
    assert 3 not in found


EVIDENCE = {
    "asset_id": "int64",
    **dict.fromkeys(("rule_id", "branch", "symbol", "via", "keyword", "sei_class"), "string"),
}

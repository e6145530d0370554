"""panhuo evaluate grade on the reference data. Bounds are loose: they look for leakage and for figures gone missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from calls import Called

pytestmark = pytest.mark.reference
Panhuo = Callable[..., Called]


def test_later_citations_of_rare_earth_patents(panhuo: Panhuo, reference_data: Path) -> None:
    called = panhuo("evaluate", "grade", "--data", reference_data / "cn_patent_value_rare_earth", "--at", "2026-11-23")
    assert called.code == 0
    answer = called.answer
    assert (answer["rows"], answer["left_out"]) == (3998, {})
    low, high = answer["intervals"]["spearman"]
    assert low < answer["spearman"] < high
    assert -0.2 < answer["spearman"] < 0.5, "more would be leakage: the file's own indicators do not tell that much"
    assert answer["spearman"] > answer["baselines"]["family"]["spearman"]
    assert answer["indicators"]["differ"] == ["claim_breadth", "claim_tree", "family_layout"]
    assert answer["not_beaten_turned"] == ["claim_length", "ipc_symbols"], "a baseline that is as good is named"
    assert [one["column"] for one in answer["dropped"]] == ["grade"]


def test_later_events_of_aviation_patents(panhuo: Panhuo, reference_data: Path) -> None:
    folder = reference_data / "patsnap_aviation"
    called = panhuo("evaluate", "grade", "--data", folder, "--split", "2021-03-01", "--at", "2026-11-23")
    assert called.code == 0
    answer = called.answer
    split = answer["splits"][0]
    assert (split["until"], split["rights"]) == ("2024-03-01", 306)
    for name in ("survival", "transfer", "any_deal"):
        card = split["events"][name]
        low, high = card["intervals"]["auc"]
        assert 0.3 < low < card["auc"] < high < 0.95, "an AUC near one is leakage"
    for card in split["prediction"].values():
        assert card["auc"] < 0.95
        assert 0 <= card["expected_calibration_error"] < 0.5
    assert split["events"]["licence"]["cannot_say"] == "too_few_events"

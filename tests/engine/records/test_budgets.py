"""Budgets of needs in cells of their own: read where a unit is told, else kept in the words of the cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from panhuo.engine.records.facts import FactNormaliser
from panhuo.engine.records.raw import RawBatch
from panhuo.engine.records.vocabulary import Vocabulary
from panhuo.rules import load_pack
from panhuo.terms.kinds import RecordKind

WORDS = Vocabulary(load_pack("national").at(date(2025, 11, 30)))


def budget(field: str, cell: str) -> tuple[Decimal | None, Decimal | None, str]:
    batch = RawBatch(RecordKind.NEED, {"title": ["轴承降噪"], field: [cell]}, [2])
    [fact], rejects = FactNormaliser(WORDS).normalise(batch)
    assert rejects == []
    low, high = (fact.values[f"budget_{end}_cny"] for end in ("low", "high"))
    told = fact.values.get("budget_text", "")
    return low and Decimal(low), high and Decimal(high), told


@pytest.mark.parametrize(
    ("field", "cell", "low", "high"),
    [
        ("budget_wan", "50", 500_000, 500_000),
        ("budget_wan", "50-80", 500_000, 800_000),
        ("budget_wan", "50–80", 500_000, 800_000),
        ("budget_wan", "约50", 500_000, 500_000),
        ("budget_wan", "１００左右", 1_000_000, 1_000_000),
        ("budget_wan", "80万元以内", 800_000, 800_000),
        ("budget_wan", "5000元", 5_000, 5_000),
        ("budget_text", "80万元", 800_000, 800_000),
        ("budget_text", "50万-80万元", 500_000, 800_000),
        ("budget_text", "首期50万元，二期30万元", 500_000, 800_000),
        ("budget_text", "总投资1.4亿元，其中研发2000万元", 140_000_000, 140_000_000),
    ],
)
def test_a_sum_with_a_unit_in_heading_or_cell_is_a_budget(field: str, cell: str, low: int, high: int) -> None:
    assert budget(field, cell) == (low, high, "")


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("budget_text", "80"),
        ("budget_text", "50-80"),
        ("budget_text", "面议"),
        ("budget_text", "已投入300万元"),
        ("budget_wan", "面议"),
        ("budget_wan", "80-50"),
        ("budget_wan", "50万美元"),
        ("budget_wan", "2024年"),
        ("budget_wan", "0"),
    ],
)
def test_what_says_no_sum_is_kept_in_its_words(field: str, cell: str) -> None:
    assert budget(field, cell) == (None, None, cell)


def test_a_need_without_a_budget_has_no_words_of_one() -> None:
    assert budget("budget_text", "") == (None, None, "")

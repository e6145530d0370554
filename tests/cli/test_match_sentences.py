"""What the sentences of a match say of money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from panhuo.cli.match_rows import in_wan, sentences
from panhuo.engine.matching.reasons import Reason


@pytest.mark.parametrize(
    ("price", "budget", "told"),
    [
        (123_456_789_000.0, 123_456_700_000.0, "意向价格 12345678.9 万元，高于预算 12345670 万元"),
        (600_004.0, 600_000.0, "意向价格 60.0004 万元，高于预算 60 万元"),
        (1_000_000.0, 1_234_567.89, "意向价格 100 万元，在预算 123.456789 万元以内"),
    ],
)
def test_sums_that_differ_are_told_as_different_and_without_an_exponent(price: float, budget: float, told: str) -> None:
    code = "price_over" if price > budget else "price_fits"
    assert list(sentences([Reason(code, {"price_cny": price, "budget_cny": budget})], ipc="", years=None)) == [told]


def test_a_sum_in_wan_is_exact() -> None:
    assert [in_wan(Decimal(yuan)) for yuan in ("600000", "1E+9", "0.01", "0")] == ["60", "100000", "0.000001", "0"]

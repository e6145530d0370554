"""Amounts: exact in yuan, one rounding, splits that lose no fen."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.terms.errors import BadValue, OutOfRange
from panhuo.terms.money import AmountUnit, parse_amount_cny, round_cny, split_largest_remainder, wan_to_cny

FEN_AMOUNTS = st.integers(0, 10**12).map(lambda fen: Decimal(fen) / 100)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("1200", "yuan", "1200"),
        ("1,200.50", "yuan", "1200.5"),
        ("12.5", "wan", "125000"),
        ("12.5万元", "yuan", "125000"),
        ("12.5 万", "yuan", "125000"),
        ("300元", "wan", "300"),  # the unit in the text goes before that of the column
        ("1.2亿元", "yuan", "120000000"),
        ("￥1,200", "yuan", "1200"),
        ("人民币 30 万元整", "yuan", "300000"),
        ("１２．５万元", "yuan", "125000"),
        ("0", "wan", "0"),
        ("0.00001", "wan", "0.1"),
        ("1,234,567.89", "yuan", "1234567.89"),
    ],
)
def test_amounts_are_read_in_yuan(text: str, unit: AmountUnit, expected: str) -> None:
    found = parse_amount_cny(text, unit=unit)
    assert found == Decimal(expected)
    assert "E" not in str(found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "面议",
        "50-100万",
        "约30万元",
        "-5",
        "1,20",
        "1.2.3",
        "12,34.5",
        "nan",
        "inf",
        "1e5",
        "$300",
        "30%",
        "5²",
    ],
)
def test_what_is_not_one_amount_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_amount_cny(text, unit="yuan")
    assert caught.value.code == "bad_amount"


def test_wan_is_exact_where_floats_are_not() -> None:
    assert wan_to_cny(Decimal("0.07")) == Decimal(700)
    assert 0.07 * 10_000 != 700  # the control: binary fractions would print 700.0000000000001


@given(FEN_AMOUNTS)
def test_an_amount_written_in_wan_comes_back_exact(amount: Decimal) -> None:
    assert parse_amount_cny(f"{amount / 10_000:f}", unit="wan") == amount


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0.125", "0.13"), ("0.135", "0.14"), ("2.675", "2.68"), ("-0.125", "-0.13"), ("1", "1.00"), ("0.0049", "0.00")],
)
def test_rounding_is_half_up_to_the_fen(amount: str, expected: str) -> None:
    assert round_cny(Decimal(amount)) == Decimal(expected)


def test_bankers_rounding_would_differ() -> None:
    """Negative control: Python's own rounding takes halves to the even neighbour."""
    assert round(Decimal("0.125"), 2) == Decimal("0.12") != round_cny(Decimal("0.125"))


@given(FEN_AMOUNTS, st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_parts_sum_to_the_total_and_stay_within_a_fen_of_their_share(total: Decimal, weights: list[int]) -> None:
    parts = split_largest_remainder(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(total) * weight / sum(weights)
        assert abs(Fraction(part) - exact) < Fraction(1, 100)
        assert weight or part == 0


def test_rounding_each_part_alone_loses_money() -> None:
    """Negative control: this is what the largest remainder is for."""
    total, weights = Decimal(100), [1, 1, 1]
    assert sum(round_cny(total * weight / 3) for weight in weights) == Decimal("99.99")
    assert sum(split_largest_remainder(total, weights)) == total


@given(FEN_AMOUNTS, st.lists(st.integers(1, 100), min_size=2, max_size=8))
def test_equal_weights_differ_by_a_fen_at_most_and_the_first_ones_gain(total: Decimal, weights: list[int]) -> None:
    parts = split_largest_remainder(total, [7] * len(weights))
    assert max(parts) - min(parts) <= Decimal("0.01")
    assert list(parts) == sorted(parts, reverse=True)


def test_fractional_weights_negative_totals_and_other_steps_split() -> None:
    assert split_largest_remainder(Decimal(10), [Decimal("0.25"), Decimal("0.75")]) == (Decimal("2.5"), Decimal("7.5"))
    assert sum(split_largest_remainder(Decimal("-100"), [1, 1, 1])) == Decimal("-100")
    assert split_largest_remainder(Decimal(7), [1, 1], step=Decimal(1)) == (Decimal(4), Decimal(3))


@pytest.mark.parametrize(("total", "weights"), [("1", []), ("1", [0, 0]), ("1", [-1, 2]), ("0.001", [1])])
def test_what_cannot_be_split_is_refused(total: str, weights: list[int]) -> None:
    with pytest.raises(OutOfRange) as caught:
        split_largest_remainder(Decimal(total), weights)
    assert caught.value.code == "bad_split"

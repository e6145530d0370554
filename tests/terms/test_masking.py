"""Masked personal data: never longer than it is, never all of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.terms.masking import masked_email, masked_id_number, masked_name, masked_phone

MASKS = (masked_phone, masked_email, masked_id_number, masked_name)


@pytest.mark.parametrize(
    ("mask", "told", "shown"),
    [
        (masked_phone, "13800000000", "138****0000"),
        (masked_phone, "+86 138 0000 0000", "+86*******0000"),
        (masked_phone, "12345", "*****"),
        (masked_phone, "", ""),
        (masked_email, "zhang@example.cn", "z****@example.cn"),
        (masked_email, "a@b", "*@b"),
        (masked_email, "@example.cn", "@example.cn"),
        (masked_id_number, "990001200001010010", "990*************10"),
        (masked_id_number, "12345678", "********"),
        (masked_name, "张某某", "张*"),
        (masked_name, "张", "*"),
        (masked_name, "㍿", "*"),
        (masked_name, "0㋿", "*"),
    ],
)
def test_what_is_shown_of_a_value(mask: Callable[[str], str], told: str, shown: str) -> None:
    assert mask(told) == shown


@pytest.mark.parametrize("mask", MASKS)
@given(st.text(max_size=40) | st.from_regex(r"[0-9+ -]{0,20}", fullmatch=True) | st.emails())
def test_a_mask_is_never_longer_and_never_all(mask: Callable[[str], str], told: str) -> None:
    shown = mask(told)
    assert len(shown) <= len(told)
    if mask is masked_email and "@" in told:
        private, kept = told.strip().rpartition("@")[0], shown.rpartition("@")[0]
        assert sum(mark != "*" for mark in kept) < len(private) or not private
    elif any(mark.isalnum() for mark in told):
        assert sum(mark.isalnum() for mark in shown) < sum(mark.isalnum() for mark in told)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_four_digits_of_a_mobile_number_stay_hidden(number: str) -> None:
    assert masked_phone(number) == f"{number[:3]}****{number[-4:]}"

"""Masked names: the first letter and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.terms.person_names import masked_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张某某", "张*"),
        ("张某", "张*"),
        ("欧阳某", "欧*"),
        ("zhang mou", "Z*"),
        ("（王）某", "王*"),
        ("", ""),
        ("※1", ""),
    ],
)
def test_a_name_is_shown_by_its_first_letter(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@given(st.text())
def test_nothing_behind_the_first_letter_is_told(name: str) -> None:
    shown = masked_name(name)
    assert shown == "" or (shown.endswith("*") and sum(mark != "*" for mark in shown) <= 3)  # ß is SS in capitals

"""A seal stands for every digit, and a changed one is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.sealing import canonical, differences, entries, seal
from panhuo.terms.errors import BadValue

LEAVES = st.one_of(st.text(max_size=5), st.integers(), st.booleans(), st.none())
CONTENTS = st.dictionaries(
    st.text(max_size=4),
    st.recursive(
        LEAVES,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
        max_leaves=12,
    ),
    max_size=4,
)


def test_paths_name_groups_lists_and_odd_keys() -> None:
    told = {"b": {"a.b": ["x", {"c": None}]}, "a": [], "e": {}}
    assert list(entries(told)) == [
        ("a", "[]"),
        ('b."a.b"[1]', '"x"'),
        ('b."a.b"[2].c', "null"),
        ("e", "{}"),
    ]


def test_one_changed_added_or_missing_entry_is_named() -> None:
    told = {"a": {"b": "1", "c": ["2", "3"]}}
    kept = seal(told)
    assert differences(told, kept) == ()
    assert differences({"a": {"b": "1", "c": ["2", "4"]}}, kept) == ("a.c[2]",)
    assert differences({"a": {"b": "1", "c": ["2", "3", "3"]}}, kept) == ("a.c[3]",)
    assert differences({"a": {"c": ["2", "3"]}}, kept) == ("a.b",)
    assert differences({"a": {"b": 1, "c": ["2", "3"]}}, kept) == ("a.b",), "a number is not its text"


def test_a_float_is_not_sealed() -> None:
    with pytest.raises(BadValue, match="a.b"):
        seal({"a": {"b": 0.1}})


@given(CONTENTS)
def test_what_is_written_and_read_again_has_the_same_seal(content: dict[str, Any]) -> None:
    assert seal(json.loads(canonical(content))) == seal(content)


@given(CONTENTS, CONTENTS)
def test_other_contents_have_other_seals(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (seal(one).whole == seal(other).whole) is same
    assert (differences(other, seal(one)) == ()) is same

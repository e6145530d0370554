"""Packed columns read back as they were said, from a table and from a file, on their own and beside others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.tables.packed_files import packing_of
from panhuo.engine.records.packing import (
    AS_IS,
    Always,
    Codes,
    Packing,
    SameAs,
    Scaled,
    Word,
    as_data,
    codes_of,
    first_of,
    from_data,
    kept_columns,
    unpacked,
)

MANY = tuple(f"code_{n}" for n in range(30))
PACKING: Packing = {
    "asset_id": AS_IS,
    "points": Scaled(100),
    "again": SameAs("points"),
    "grade": Word(("A", "it's", "")),
    "flags": Codes(("held", "pledged")),
    "many": Codes(MANY),
    "scene": Always("management", "string"),
    "untold": Always(None, "float64"),
}
ROW = st.fixed_dictionaries(
    {
        "points": st.none() | st.integers(0, 10_000),
        "grade": st.none() | st.integers(0, 2),
        "flags": st.integers(0, 3),
        "many": st.integers(0, 2**30 - 1),
    }
)


def _said(row: dict[str, Any], number: int) -> dict[str, Any]:
    points = None if row["points"] is None else row["points"] / 100
    return {
        "asset_id": number,
        "points": points,
        "again": points,
        "grade": None if row["grade"] is None else ("A", "it's", "")[row["grade"]],
        "flags": ("", "held", "pledged", "held;pledged")[row["flags"]],
        "many": ";".join(code for n, code in enumerate(MANY) if row["many"] >> n & 1),
        "scene": "management",
        "untold": None,
    }


def _stored(rows: list[dict[str, Any]], folder: Path) -> Path:
    fields = {"asset_id": pa.int64(), **dict.fromkeys(("points", "grade", "flags", "many"), pa.int32())}
    numbered = [{"asset_id": n, **row} for n, row in enumerate(rows)]
    pq.write_table(pa.Table.from_pylist(numbered, pa.schema(list(fields.items()))), folder / "kept.parquet")
    with open_tables({"kept": folder / "kept.parquet"}) as tables:
        tables.write_parquet(tables["kept"], folder / "packed.parquet", packing=PACKING)
    return folder / "packed.parquet"


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=40))
def test_a_packed_file_is_read_as_it_was_said(rows: list[dict[str, Any]], tmp_path_factory: Any) -> None:
    path = _stored(rows, tmp_path_factory.mktemp("packed"))
    with open_tables({"shown": path}) as tables:
        names = list(tables["shown"].columns)
        assert names == list(PACKING)
        read = sorted((dict(zip(names, row, strict=True)) for row in tables.rows(tables["shown"])), key=_number)
    assert read == [_said(row, n) for n, row in enumerate(rows)]


def _number(row: dict[str, Any]) -> int:
    return int(row["asset_id"])


def test_what_is_always_alike_and_what_another_column_says_is_not_kept(tmp_path: Path) -> None:
    assert kept_columns(PACKING) == ["asset_id", "points", "grade", "flags", "many"]
    path = _stored([{"points": 5, "grade": 0, "flags": 1, "many": 0}], tmp_path)
    assert pq.read_schema(path).names == ["asset_id", "points", "grade", "flags", "many"]
    assert packing_of(path) == dict(PACKING)


def test_a_packing_survives_as_plain_data() -> None:
    assert from_data(json.loads(json.dumps(as_data(PACKING)))) == dict(PACKING)


def test_a_file_without_a_packing_and_a_folder_of_parts_are_shown_as_they_stand(tmp_path: Path) -> None:
    pq.write_table(pa.table({"grade": [1]}), tmp_path / "plain.parquet")
    assert packing_of(tmp_path / "plain.parquet") is None
    assert packing_of(tmp_path) is None
    with open_tables({"plain": tmp_path / "plain.parquet"}) as tables:
        assert list(tables.rows(tables["plain"])) == [(1,)]


def test_the_first_condition_that_holds_is_the_word() -> None:
    rows = ibis.memtable({"a": [True, False, None, False], "b": [True, True, None, False]})
    told = first_of((rows.a, "a"), (rows.b, "b"), otherwise="none")
    held = told.unless(rows.b.isnull(), "cannot_say")
    table = rows.select(first=told.value, second=held.value)
    read = unpacked(table, {"first": told.packed, "second": held.packed}).to_pyarrow().to_pylist()
    assert [row["first"] for row in read] == ["a", "b", "none", "none"]
    assert [row["second"] for row in read] == ["a", "b", "cannot_say", "none"]


def test_a_word_that_two_conditions_say_is_listed_once() -> None:
    rows = ibis.memtable({"a": [True]})
    assert first_of((rows.a, "x"), (~rows.a, "x"), otherwise="x").packed == Word(("x",))


def test_no_other_word_is_null_and_no_code_is_empty() -> None:
    rows = ibis.memtable({"a": [False, None]})
    none, empty = first_of((rows.a, "a")), codes_of((rows.a, "a"))
    table = rows.select(word=none.value, codes=empty.value)
    read = unpacked(table, {"word": none.packed, "codes": empty.packed}).to_pyarrow().to_pylist()
    assert read == [{"word": None, "codes": ""}] * 2


def test_codes_are_no_words() -> None:
    rows = ibis.memtable({"a": [True]})
    with pytest.raises(TypeError):
        codes_of((rows.a, "a")).unless(rows.a, "b")
    with pytest.raises(TypeError):
        codes_of((rows.a, "a")).place("a")

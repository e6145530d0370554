"""An expression is put into SQL once in a process, and never answers from another file or for another question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ibis import Table, _
from ibis.backends.sql import SQLBackend

from panhuo.adapters.tables import duck
from panhuo.adapters.tables.duck import DuckTables, open_tables


@pytest.fixture(autouse=True)
def put_into_sql(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What Ibis was asked to put into SQL while a test ran; nothing is known from before."""
    asked: list[Any] = []
    compile_ = SQLBackend.compile

    def counted(self: SQLBackend, expression: Any, /, **options: Any) -> str:
        asked.append(expression)
        return compile_(self, expression, **options)

    monkeypatch.setattr(SQLBackend, "compile", counted)
    duck._RememberingBackend._learnt.clear()
    yield asked
    duck._RememberingBackend._learnt.clear()


def opened(folder: Path, name: str, **columns: list[Any]) -> DuckTables:
    path = folder / f"{name}.parquet"
    pq.write_table(pa.table(columns), path)
    return open_tables({"told": path})


def doubled(told: Table) -> Table:
    return told.filter(_.n > 1).select("n", twice=_.n * 2).order_by("n")


def test_a_second_store_with_the_same_columns_gives_its_own_rows_for_the_remembered_sql(
    tmp_path: Path, put_into_sql: list[Any]
) -> None:
    with opened(tmp_path, "a", n=[1, 2, 3]) as one, opened(tmp_path, "b", n=[5, 1]) as other:
        assert list(one.rows(doubled(one["told"]))) == [(2, 4), (3, 6)]
        assert list(other.rows(doubled(other["told"]))) == [(5, 10)]
        assert list(one.rows(doubled(one["told"]))) == [(2, 4), (3, 6)]
    assert len(put_into_sql) == 1


def test_other_columns_another_number_or_another_setting_are_put_into_sql_anew(
    tmp_path: Path, put_into_sql: list[Any]
) -> None:
    with opened(tmp_path, "a", n=[1, 2, 3]) as one, opened(tmp_path, "b", n=[1.5, 2.5]) as other:
        assert list(one.rows(one["told"].filter(_.n > 1))) == [(2,), (3,)]
        assert list(one.rows(one["told"].filter(_.n > 2))) == [(3,)]
        assert list(other.rows(other["told"].filter(_.n > 2))) == [(2.5,)]
        one.compiled(doubled(one["told"]))
        before = ibis.options.sql.fuse_selects
        assert before, "the negative control: inside a store selects are not fused"
        assert one._con.compile(doubled(one["told"])) != one.compiled(doubled(one["told"]))
    assert len(put_into_sql) == 5


def test_small_tables_of_one_call_do_not_stand_for_those_of_another(tmp_path: Path) -> None:
    with opened(tmp_path, "a", n=[1, 2, 3]) as one:
        for wanted in ([1], [2, 3], [1]):
            held = ibis.memtable({"n": wanted}, schema={"n": "int64"})
            assert sorted(one.rows(one["told"].semi_join(held, "n"))) == [(n,) for n in wanted]


def test_no_more_is_remembered_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duck, "REMEMBERED", 3)
    with opened(tmp_path, "a", n=[1, 2, 3]) as one:
        for least in range(6):
            assert len(list(one.rows(one["told"].filter(_.n > least)))) == max(0, 3 - least)
    assert len(duck._RememberingBackend._learnt) == 3

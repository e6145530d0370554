"""One definition, the same rows: DuckDB, hand-written SQL for DuckDB, Spark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from panhuo.adapters.tables import Tables
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.tables.spark import SparkTables
from panhuo.engine.grading import grade, sei_evidence
from panhuo.rules import load_pack

Stored = Callable[[int], dict[str, Path]]


def _rules() -> Any:
    from benchmarks.grading_data import AT

    return load_pack("demo_city").at(AT)


def _grade_into(path: Path, tables: Tables) -> str:
    from benchmarks.grading import digest

    expression = grade(tables["assets"], tables["status"], tables["events"], tables["sei"], _rules())
    tables.write_parquet(expression.packed, path)
    return digest(path / "*.parquet" if path.is_dir() else path)


def _by_hand_into(path: Path, paths: dict[str, Path]) -> str:
    from benchmarks.grading import by_hand, digest

    with open_tables(paths) as tables:
        tables.execute(f"COPY ({by_hand()}) TO '{path}' (FORMAT parquet)")
    return digest(path)


@pytest.mark.parametrize("patents", [3_000, 100_000])
def test_hand_written_sql_grades_every_patent_alike(patents: int, stored: Stored, tmp_path: Path) -> None:
    with open_tables(stored(patents)) as tables:
        ours = _grade_into(tmp_path / "ours.parquet", tables)
    assert ours == _by_hand_into(tmp_path / "hand.parquet", stored(patents))


def test_the_synthetic_patents_exercise_every_verdict(stored: Stored, tmp_path: Path) -> None:
    """Two stores that agree on empty columns prove nothing."""
    graded = tmp_path / "ours.parquet"
    with open_tables(stored(100_000)) as tables:
        _grade_into(graded, tables)
    told = duckdb.sql(f"SELECT * FROM '{graded}'")
    kinds = dict(zip(told.columns, map(str, told.types), strict=True))
    assert {"scene", "vetoes", "score_effect"}.isdisjoint(told.columns), "what is always alike is not kept"
    for name in told.columns:
        values = {value for (value,) in duckdb.sql(f"SELECT DISTINCT {name} FROM '{graded}' LIMIT 100").fetchall()}
        expected = {True, False} if kinds[name] == "BOOLEAN" and not name.startswith("criterion_adv") else set()
        if name in ("criterion_good_market",):
            expected = {True}
        assert expected <= values, f"{name} is only {values}"
        assert len(values) > 1, f"{name} is always {values}"


def test_one_changed_fact_changes_the_digest(stored: Stored, tmp_path: Path) -> None:
    paths = dict(stored(3_000))
    with open_tables(paths) as tables:
        before = _grade_into(tmp_path / "before.parquet", tables)
    changed = tmp_path / "assets.parquet"
    duckdb.execute(
        "COPY (SELECT * REPLACE (CASE WHEN asset_id = 1500 THEN filing_date + 40 ELSE filing_date END"
        f" AS filing_date) FROM '{paths['assets']}') TO '{changed}' (FORMAT parquet)"
    )
    with open_tables({**paths, "assets": changed}) as tables:
        assert _grade_into(tmp_path / "after.parquet", tables) != before


@pytest.mark.spark
@pytest.mark.parametrize("patents", [3_000, 100_000, pytest.param(1_000_000, marks=pytest.mark.full)])
def test_spark_grades_every_patent_as_duckdb_does(patents: int, stored: Stored, spark: Any, tmp_path: Path) -> None:
    paths = stored(patents)
    with open_tables(paths) as tables:
        expected = _grade_into(tmp_path / "duck.parquet", tables)
    with SparkTables(paths, session=spark) as tables:
        assert _grade_into(tmp_path / "spark.parquet", tables) == expected


@pytest.mark.spark
def test_spark_finds_the_same_strategic_industries(stored: Stored, spark: Any, tmp_path: Path) -> None:
    paths = stored(3_000)
    found = {}
    for name, tables in (("duck", open_tables(paths)), ("spark", SparkTables(paths, session=spark))):
        path = tmp_path / f"{name}.parquet"
        tables.write_parquet(sei_evidence(tables["assets"], _rules()), path)
        tables.close()
        place = path / "*.parquet" if path.is_dir() else path
        found[name] = duckdb.sql(f"SELECT * FROM '{place}' ORDER BY ALL").fetchall()
    assert found["duck"] == found["spark"]
    assert len(found["duck"]) > 100


@pytest.mark.spark
def test_spark_mixes_peoples_scores_and_tests_the_vetoes_of_a_scene_alike(
    stored: Stored, spark: Any, tmp_path: Path
) -> None:
    """The remedy scene with scores by people and the status of another day: joins that the plain grade has not."""
    paths = dict(stored(3_000))
    paths["experts"] = tmp_path / "experts.parquet"
    duckdb.execute(
        "COPY (SELECT i AS asset_id, one AS indicator, (i * 37 % 10001) / 100.0 AS points,"
        " 'S' || (i + j) % 3 AS scorer, DATE '2025-11-01' + (j * 20)::INT AS day"
        " FROM range(1, 1000) a(i), range(3) b(j),"
        f" (VALUES ('effect'), ('readiness'), ('encumbrances')) c(one)) TO '{paths['experts']}' (FORMAT parquet)"
    )
    found = {}
    for name, tables in (("duck", open_tables(paths)), ("spark", SparkTables(paths, session=spark))):
        path = tmp_path / f"{name}.parquet"
        assets, status, events, sei = (tables[one] for one in ("assets", "status", "events", "sei"))
        expression = grade(
            assets, status, events, sei, _rules(), scene="remedy", experts=tables["experts"], then=status
        )
        tables.write_parquet(expression.unpacked(), path)
        tables.close()
        place = path / "*.parquet" if path.is_dir() else path
        found[name] = duckdb.sql(f"SELECT * FROM '{place}' ORDER BY asset_id").fetchall()
    assert found["duck"] == found["spark"]
    assert len({row[1:] for row in found["duck"]}) > 1_000

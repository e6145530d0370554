"""panhuo grade --experts: scores that people gave, row by row; what is no score is left out with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from calls import Called
from made_patents import AT, files
from table_files import application

Panhuo = Callable[..., Called]
FIRST, SECOND = application(1, year=2018), application(2, year=2018)
HEAD = "专利号,指标,得分,评分人,评分日期"


@pytest.fixture
def imported(panhuo: Panhuo, tmp_path: Path) -> Panhuo:
    done = panhuo("import", *files(tmp_path), "--as-of", "2025-11-15")
    assert done.code == 0, done
    return panhuo


def scores(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return path


def graded(panhuo: Panhuo, out: Path, *options: object) -> dict[str, dict[str, Any]]:
    done = panhuo("grade", "--at", AT, "--out", out, *options)
    assert done.code == 0, done
    return {row["application_number"]: row for row in map(json.loads, out.read_text("utf-8").splitlines())}


def test_scores_of_people_enter_the_grade_and_lift_the_confidence(imported: Panhuo, tmp_path: Path) -> None:
    """effect is the leaf of an expert alone; of two scorers the mean (80 + 61) / 2 = 70.50 counts."""
    before = graded(imported, tmp_path / "before.jsonl")
    file = scores(tmp_path / "scores.csv", f"{FIRST},effect,80,甲,2025-11-01", f"{FIRST},effect,61,乙,2025年11月2日")
    after = graded(imported, tmp_path / "after.jsonl", "--experts", file)
    assert (before[FIRST]["score_effect"], after[FIRST]["score_effect"]) == (None, 70.5)
    assert after[FIRST]["value_confidence"] > before[FIRST]["value_confidence"]
    assert after[SECOND] == before[SECOND]


def test_what_is_no_score_is_left_out_with_its_reason(imported: Panhuo, tmp_path: Path) -> None:
    file = scores(
        tmp_path / "scores.csv",
        f"{FIRST},effect,80,甲,2025-11-01",
        f"{application(77, year=2018)},effect,80,甲,2025-11-01",
        f"{FIRST},no_such_leaf,80,甲,2025-11-01",
        f"{FIRST},legal,80,甲,2025-11-01",
        f"{FIRST},effect,101,甲,2025-11-01",
        f"{FIRST},effect,NaN,甲,2025-11-01",
        f"{FIRST},effect,80,,2025-11-01",
        f"{FIRST},effect,80,甲,昨天",
        f"{FIRST},effect,80,甲,2026-01-01",
    )
    done = imported("grade", "--at", AT, "--out", tmp_path / "a.jsonl", "--experts", file)
    assert (done.code, done.answer["scores"], done.answer["rejected"]) == (0, 1, 8)
    assert [one["code"] for one in done.answer["rejects"]] == [
        "unknown_patent",
        "unknown_indicator",
        "unknown_indicator",
        "bad_points",
        "bad_points",
        "no_scorer",
        "bad_date",
        "later_than_day",
    ]
    assert [one["row"] for one in done.answer["rejects"]] == list(range(3, 11))


def test_the_run_keeps_who_scored_what_and_when(imported: Panhuo, tmp_path: Path) -> None:
    file = scores(tmp_path / "scores.csv", f"{FIRST},effect,80,甲,2025-11-01")
    done = imported("grade", "--at", AT, "--out", tmp_path / "a.jsonl", "--experts", file)
    kept = pq.read_table(tmp_path / "home" / "runs" / done.answer["run"] / "experts.parquet").to_pylist()
    assert [(row["indicator"], row["points"], row["scorer"], str(row["day"])) for row in kept] == [
        ("effect", 80.0, "甲", "2025-11-01")
    ]
    again = imported("grade", "--at", AT, "--out", tmp_path / "b.jsonl")
    rows = (json.loads(line) for line in (tmp_path / "b.jsonl").read_text("utf-8").splitlines())
    assert again.code == 0
    assert all(row["score_effect"] is None for row in rows), "without the file the scores do not count"


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        ((f"{application(77, year=2018)},effect,80,甲,2025-11-01",), (), "no_score"),
        ((), (), "no_score"),
        ((f"{FIRST},effect,80,甲,2025-11-01",), ("--statistics", "figures.csv"), "wrong_call"),
    ],
)
def test_a_file_without_a_score_is_refused(
    imported: Panhuo, tmp_path: Path, rows: tuple[str, ...], options: tuple[str, ...], code: str
) -> None:
    file = scores(tmp_path / "scores.csv", *rows)
    done = imported("grade", "--at", AT, "--out", tmp_path / "a.jsonl", "--experts", file, *options)
    assert (done.code, done.answer["error"]["code"]) == (2, code)

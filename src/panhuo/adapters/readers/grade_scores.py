"""Scores that another program gave to rows of a data set: JSON lines with row, score and, where there is one, grade."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panhuo.adapters.readers.encodings import open_text, text_shape
from panhuo.adapters.readers.protocol import RefusedFile, Source

FORM = '{"row": 0, "score": 61.5, "grade": "B"}'


@dataclass(frozen=True, slots=True)
class GivenScore:
    """score: finite, the higher the better, any scale. grade: "" where none is told."""

    score: float
    grade: str


def read_grade_scores(path: Path, rows: int) -> dict[int, GivenScore]:
    """Row, counted from 0 -> its score. rows: how many the data set has.

    Raises: RefusedFile with line and reason: missing_file, no_scores, not_json, bad_row (no whole number, or beyond
        the rows), repeated_row, bad_score (no finite number), bad_grade.
    """
    if not path.is_file():
        raise RefusedFile(f"{path} is no file. Name a file of JSON lines.", code="missing_file", file=str(path))
    source = Source(str(path), path.stat().st_size, lambda: path.open("rb"), str(path))
    found: dict[int, GivenScore] = {}
    with open_text(source, text_shape(source)) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip("\ufeff \t\r\n"):
                row, given = _read(path, number, line.strip("\ufeff \t\r\n"), rows)
                if row in found:
                    raise _refused(path, number, "repeated_row", f"row {row} stands there a second time")
                found[row] = given
    if not found:
        raise RefusedFile(f"{path} holds no scores. A line looks like {FORM}.", code="no_scores", file=str(path))
    return found


def _read(path: Path, number: int, line: str, rows: int) -> tuple[int, GivenScore]:
    try:
        told: Any = json.loads(line)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, Mapping):
        raise _refused(path, number, "not_json", "it is no JSON object")
    row, score, grade = told.get("row"), told.get("score"), told.get("grade")
    if not isinstance(row, int) or isinstance(row, bool) or not 0 <= row < rows:
        raise _refused(path, number, "bad_row", f"row is {_short(row)}; the data has rows 0 to {rows - 1}")
    value = _finite(score)
    if value is None:
        raise _refused(path, number, "bad_score", f"score is {_short(score)}, which is no finite number")
    if grade is not None and not isinstance(grade, str):
        raise _refused(path, number, "bad_grade", f"grade is {_short(grade)}, which is no text")
    return row, GivenScore(value, (grade or "").strip())


def _finite(score: object) -> float | None:
    if isinstance(score, bool) or not isinstance(score, (int, float)):
        return None
    try:
        value = float(score)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def _short(value: object) -> str:
    return f"{str(value)[:40]!r}" if isinstance(value, str) else str(value)[:40]


def _refused(path: Path, line: int, code: str, why: str) -> RefusedFile:
    return RefusedFile(
        f"{path} line {line} cannot be used: {why}. A line looks like {FORM}. Mend it, or leave the row out: rows "
        "without a score are counted.",
        code=code,
        file=str(path),
        line=line,
    )

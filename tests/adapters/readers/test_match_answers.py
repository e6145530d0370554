"""Answers of firms as tables: quoted cells, capitals, and marks that nobody closed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from panhuo.adapters.readers.match_answers import answer_levels, read_match_answers
from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.rules import load_pack

LEVELS = answer_levels(load_pack("national").at(date(2026, 11, 22)))
HEAD = "firm,need_id,patent,answer,reason\n"


def read(tmp_path: Path, text: str) -> tuple[list[tuple[int, str, str, int]], list[tuple[int, str]]]:
    path = tmp_path / "answers.csv"
    path.write_text(text, encoding="utf-8", newline="")
    found, rejects = read_match_answers(path, LEVELS)
    return [(one.line, one.need_id, one.patent, one.level) for one in found], [
        (one.row, one.code) for one in rejects.kept
    ]


@pytest.mark.parametrize(
    "row",
    [
        '"云湖, Ltd",N1,CN1A,accepted,', '"云湖\nLtd",N1,CN1A,accepted,', "云湖,N1,CN1A,Accepted,", "云湖,N1,CN1A,采纳",
        '云湖,"N1","CN1A"," ACCEPTED ",""', "云湖,N1,CN1A,ａｃｃｅｐｔｅｄ,,,",
    ],
)  # fmt: skip
def test_an_answer_is_read_however_its_cells_are_quoted_and_spelt(tmp_path: Path, row: str) -> None:
    found, rejects = read(tmp_path, f"{HEAD}{row}\r\n\n甲,N2,CN2A,declined,Price\n")
    lines = row.count("\n")
    assert found == [(2, "N1", "CN1A", 4), (4 + lines, "N2", "CN2A", 3)]
    assert rejects == []


def test_what_cannot_be_read_is_told_by_its_line(tmp_path: Path) -> None:
    found, rejects = read(
        tmp_path,
        f"{HEAD}甲,N1,CN1A,perhaps,\n甲,N1,CN2A,accepted,\n甲, Ltd,N1,CN3A,declined,price\n"
        '"甲,N1,CN4A,accepted,\n乙,N1,CN5A,accepted,\n',
    )
    assert found == [(3, "N1", "CN2A", 4)]
    assert rejects == [(2, "unknown_answer"), (4, "long_row"), (5, "open_quote")]


def test_a_mark_that_swallows_the_file_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile) as caught:
        read(tmp_path, f'{HEAD}甲,N1,CN1A,accepted,\n"甲' + "乙" * (1 << 22))
    assert caught.value.code == "damaged_table"
    assert "line 3" in caught.value.message


def test_tabs_set_cells_apart_too(tmp_path: Path) -> None:
    found, _ = read(tmp_path, "need_id\tpatent\tanswer\treason\nN1\tCN1A\tdeclined\tunrelated\n")
    assert found == [(2, "N1", "CN1A", 1)]

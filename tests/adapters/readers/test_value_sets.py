"""Folders that a grade is evaluated on, told by content; scores from outside, refused with line and reason."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from panhuo.adapters.readers.grade_scores import GivenScore, read_grade_scores
from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.adapters.readers.value_sets import CountSet, read_value_sets
from panhuo.rules import InForce, load_pack

HEAD = ["title", "abstract", "ind_claims", "dep_claims", "forward_incitions", "num_family", "grade"]
ROWS = [
    ["稀土磁体", "本发明公开一种磁体，\n含钕", "1", "4", "3", "2", "1"],
    ["发光粉", "本实用新型涉及发光装置", "2", "0", "0", "1", "2"],
    ["催化剂", "本发明涉及催化剂", "1", "", "12", "1", "1"],
]


@pytest.fixture
def rules() -> InForce:
    return load_pack("national").at(date(2025, 11, 30))


def csv_text(rows: list[list[str]] = ROWS, head: list[str] = HEAD) -> str:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [head, *rows]) + "\n"


def taken(folder: Path, rules: InForce) -> CountSet:
    counts, export = read_value_sets(folder, rules)
    assert export is None
    assert counts is not None
    return counts


def put(folder: Path, form: str) -> None:
    if form == "xlsx":
        book = openpyxl.Workbook()
        for row in [HEAD, *ROWS]:
            book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
        book.save(folder / "x.xlsx")
    elif form == "parquet":
        columns = {name: [row[place] for row in ROWS] for place, name in enumerate(HEAD)}
        pq.write_table(pa.table(columns), folder / "x.parquet")
    elif form == "gz":
        (folder / "x.csv.gz").write_bytes(gzip.compress(csv_text().encode()))
    else:
        (folder / "any name.txt.csv").write_text(csv_text(), encoding=form)


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "gbk", "utf-16", "gz", "xlsx", "parquet"])
def test_every_container_and_encoding_gives_the_same(rules: InForce, tmp_path: Path, form: str) -> None:
    (tmp_path / "README.md").write_text("# about\n\nplain words, no table\n", encoding="utf-8")
    put(tmp_path, form)
    found = taken(tmp_path, rules)
    assert found.columns["forward_citations"].tolist() == [3.0, 0.0, 12.0]
    assert found.columns["independent_claims"].tolist() == [1.0, 2.0, 1.0]
    assert str(found.columns["dependent_claims"].tolist()) == "[4.0, 0.0, nan]"
    assert found.is_utility_model.tolist() == [False, True, False]
    assert found.numbers.tolist() == [0, 1, 2]
    assert found.not_read == ("grade",)


def test_rows_that_cannot_be_used_are_counted_and_keep_their_number(rules: InForce, tmp_path: Path) -> None:
    text = csv_text(
        [ROWS[0], ["x"] * 4, ROWS[1], ["t", "a", "1", "1", "", "1", "1"], ["t", "a", "-2", "1", "7", "1", "1"]]
    )
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    found = taken(tmp_path, rules)
    assert found.numbers.tolist() == [0, 2, 4]
    assert found.rows == 5
    assert found.left_out == {"short_row": 1, "no_outcome": 1}
    assert found.bad_cells == {"independent_claims": 1}


def test_files_of_one_kind_are_one_set_in_the_order_of_their_names(rules: InForce, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(csv_text(ROWS[:2]), encoding="utf-8")
    (tmp_path / "b.csv").write_text(csv_text(ROWS[2:]), encoding="utf-8")
    found = taken(tmp_path, rules)
    assert found.columns["forward_citations"].tolist() == [3.0, 0.0, 12.0]
    assert len(found.files) == 2


def refused(folder: Path, rules: InForce) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        read_value_sets(folder, rules)
    return caught.value


def test_a_missing_column_of_later_citations_is_told_by_name(rules: InForce, tmp_path: Path) -> None:
    head = [name if name != "forward_incitions" else "note" for name in HEAD]
    (tmp_path / "x.csv").write_text(csv_text(head=head), encoding="utf-8")
    error = refused(tmp_path, rules)
    assert error.code == "missing_column"
    assert "forward_incitions" in error.message
    assert "ind_claims" in error.message


def test_later_citations_without_any_indicator_are_refused(rules: InForce, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("title,forward_incitions\n甲,1\n乙,2\n", encoding="utf-8")
    error = refused(tmp_path, rules)
    assert error.code == "missing_column"
    assert "num_family" in error.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_value_set"),
        ("hello\n", "no_value_set"),
        (csv_text([]), "too_few_rows"),
        (csv_text(ROWS[:1]), "too_few_rows"),
    ],
)
def test_empty_and_one_row_data_are_refused_in_words(rules: InForce, tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    assert refused(tmp_path, rules).code == code


def test_a_folder_that_is_not_there_is_refused(rules: InForce, tmp_path: Path) -> None:
    assert refused(tmp_path / "none", rules).code == "missing_file"


def test_scores_are_read_by_row(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    path.write_text('\ufeff{"row": 2, "score": 1.5, "grade": "A"}\n\n{"row": 0, "score": -3}\n', encoding="utf-8")
    assert read_grade_scores(path, 3) == {2: GivenScore(1.5, "A"), 0: GivenScore(-3.0, "")}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"row": 3, "score": 1}', "bad_row"),
        ('{"row": -1, "score": 1}', "bad_row"),
        ('{"row": true, "score": 1}', "bad_row"),
        ('{"row": 0.5, "score": 1}', "bad_row"),
        ('{"row": 0, "score": 1}', "repeated_row"),
        ('{"row": 1, "score": NaN}', "bad_score"),
        ('{"row": 1, "score": Infinity}', "bad_score"),
        ('{"row": 1, "score": 1' + "0" * 400 + "}", "bad_score"),
        ('{"row": 1, "score": "7"}', "bad_score"),
        ('{"row": 1}', "bad_score"),
        ('{"row": 1, "score": 1, "grade": 4}', "bad_grade"),
        ("[1]", "not_json"),
        ("{", "not_json"),
    ],
)
def test_a_bad_line_of_scores_is_refused_with_its_number(tmp_path: Path, line: str, code: str) -> None:
    path = tmp_path / "scores.jsonl"
    path.write_text('{"row": 0, "score": 1}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(RefusedFile) as caught:
        read_grade_scores(path, 3)
    assert caught.value.code == code
    assert "line 2" in caught.value.message
    assert caught.value.fields["line"] == 2


def test_a_file_without_scores_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(RefusedFile) as caught:
        read_grade_scores(path, 3)
    assert caught.value.code == "no_scores"

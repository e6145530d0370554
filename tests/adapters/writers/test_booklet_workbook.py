"""The check booklet as a workbook, and its way back: 200 asked, 150 answered, 3 of them bad (features CHECK-01)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from panhuo.adapters.readers.detect import detect
from panhuo.adapters.readers.protocol import ReadOptions, Source
from panhuo.adapters.writers.booklet import BookletTexts, booklet_fields, write_booklet
from panhuo.engine.records.answers import Answer, answer_rules, booklet_number, return_rates, validate_answer
from panhuo.engine.records.fields import ANSWER_FIELDS
from panhuo.engine.records.raw import RawBatch
from panhuo.rules import load_pack
from panhuo.terms.kinds import RecordKind
from panhuo.terms.numbers import cn_application_check_digit

DAY, AT, OWNER = date(2025, 11, 30), date(2025, 12, 20), "云湖大学"
RULES = load_pack("national").at(DAY)
FIELDS = booklet_fields(RULES)
NUMBER = booklet_number(OWNER, DAY)
TEXTS = BookletTexts(
    sheet="疑似沉睡专利核实表",
    options_sheet="选项",
    head=("疑似沉睡专利核实表", f"权利人：{OWNER}　核实表编号：{NUMBER}"),
    notes=("填表说明",),
    choice_error="请选择",
    date_error="请填日期",
    amount_error="请填数字",
)
HEAD_ROW = 3


def right(place: int) -> dict[str, object]:
    body = f"202010{place:06d}"
    return {
        "position": place,
        "application_number": f"{body}.{cn_application_check_digit(body)}",
        "publication_number": f"CN1{place:08d}B",
        "title": "=一种电池" if place == 1 else f"一种电池{place}",
        "ip_type": "发明专利",
        "grant_date": date(2021, 5, 28),
        "legal_status": "授权有效(2025-11-30)",
        "why": "疑似沉睡：登记事实中未见实施",
        "flags": "",
        "booklet": NUMBER,
        "owner": OWNER,
    }


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("booklet") / "核实表.xlsx"
    write_booklet(path, FIELDS, [right(place) for place in range(1, 201)], TEXTS)
    return path


def test_every_choice_has_a_drop_down_and_no_code_is_typed_freely(sent: Path) -> None:
    sheet = openpyxl.load_workbook(sent)[TEXTS.sheet]
    checked = {
        str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in sheet.data_validations.dataValidation
    }
    letters = {cell.value: cell.column_letter for cell in sheet[HEAD_ROW]}
    for field in FIELDS:
        rule = checked.get(letters[field.heading])
        if field.part == "choice":
            assert rule is not None
            assert rule.type == "list"
            assert rule.showErrorMessage
        elif field.part in ("date", "amount"):
            assert rule is not None
            assert rule.type in ("date", "decimal")
    rows = str(checked[letters["是否实施"]].sqref).split(":")
    assert [cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for cell in rows] == ["4", "203"]


def test_our_cells_are_locked_and_the_owners_are_open(sent: Path) -> None:
    sheet = openpyxl.load_workbook(sent)[TEXTS.sheet]
    assert sheet.protection.sheet
    for field, cell in zip(FIELDS, sheet[4], strict=True):
        assert cell.protection.locked is (field.part == "locked")
    assert sheet["D4"].value == "'=一种电池"


def test_lists_hold_all_options_of_the_pack(sent: Path) -> None:
    options = openpyxl.load_workbook(sent)["选项"]
    columns = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in options.columns}
    assert len(columns["正当理由"]) == 8
    assert columns["成熟度"] == [str(level) for level in range(1, 10)]


def _returned(sent: Path, path: Path) -> Path:
    """150 rows filled by the owner: three of them against the rules, fifty left open."""
    book = openpyxl.load_workbook(sent)
    sheet = book[TEXTS.sheet]
    letters = {cell.value: cell.column for cell in sheet[HEAD_ROW]}

    def fill(row: int, **cells: object) -> None:
        for heading, value in cells.items():
            sheet.cell(row, letters[heading]).value = value

    for place in range(150):
        fill(4 + place, 是否实施="否", 转化意愿="愿意转化", 意向方式="普通许可", 成熟度=5, 填表日期=date(2025, 12, 10))
    fill(4, 是否实施="大概没有")
    fill(5, 填表日期="明年")
    fill(6, 权利人="另一大学")
    book.save(path)
    return path


def test_of_150_answers_three_bad_rows_are_named_and_147_stand(sent: Path, tmp_path: Path) -> None:
    path = _returned(sent, tmp_path / "back.xlsx")
    source = Source(str(path), path.stat().st_size, lambda: path.open("rb"), str(path))
    found = detect(source)
    assert found.reader.name == "check_booklet"
    [batch] = [item for item in found.reader.read(source, ReadOptions()) if isinstance(item, RawBatch)]
    assert (batch.kind, len(batch)) == (RecordKind.OWNER_ANSWER, 200)
    rules = answer_rules(RULES)
    answered: list[str] = []
    bad: list[tuple[int, str]] = []
    for index, row in enumerate(batch.rows):
        raw = {name: str(cells[index] or "") for name, cells in batch.columns.items() if name in ANSWER_FIELDS}
        verdict = validate_answer(raw, rules, owner=OWNER, at=AT)
        if isinstance(verdict, Answer):
            answered.append(OWNER)
        elif verdict is not None:
            bad += [(row, problem.code) for problem in verdict]
    assert bad == [(4, "not_in_list"), (5, "bad_date"), (6, "not_the_owner")]
    [rate] = return_rates({OWNER: 200}, answered, [OWNER] * len(bad))
    assert (rate.answered, rate.refused, rate.still_open, rate.share) == (147, 3, 53, 0.75)


def test_the_same_rows_are_the_same_bytes(sent: Path, tmp_path: Path) -> None:
    write_booklet(tmp_path / "again.xlsx", FIELDS, [right(place) for place in range(1, 201)], TEXTS)
    assert (tmp_path / "again.xlsx").read_bytes() == sent.read_bytes()

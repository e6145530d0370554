"""panhuo assess, whole: forms out and back, gates, blind sheets, results, reports. Data is made up."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from calls import Called
from made_patents import AT, HEAD, KILN, UNIVERSITY, patent
from panhuo.adapters.formula_guard import is_dangerous
from table_files import application

Panhuo = Callable[..., Called]
BY = ("--actor", "评议中心", "--at", AT)
NUMBER = application(1, year=2018)
FIRST_GOOD = {
    "权利状态": "有效且无负担",
    "权利要求质量": "可用",
    "技术先进性": "优于现有技术",
    "市场前景": "需求较明确",
    "实施条件": "实验室验证",
    "意向对象": "有潜在对象",
    "初评人": "直丙",
}


@pytest.fixture
def office(tmp_path: Path, panhuo: Panhuo) -> Panhuo:
    """The command line on a home with two patents of one university."""
    rows = [
        patent(1, "云湖大学石灰窑供风装置", f"云湖大学方甲提出，{KILN}", "方甲;圆乙"),
        patent(2, "石灰窑测温装置", KILN, "方甲;圆乙"),
    ]
    (tmp_path / "patents.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    assert panhuo("import", tmp_path / "patents.csv", "--as-of", AT).code == 0
    return panhuo


def done(called: Called) -> dict[str, Any]:
    assert called.code == 0, called.said
    return called.answer


def refused(called: Called, code: str) -> str:
    assert called.code == 2
    assert called.answer["error"]["code"] == code, called.said
    return str(called.answer["error"]["message"])


def fill(path: Path, rows: Mapping[int, Mapping[str, object]]) -> Path:
    """Fill cells of a form: place of the row, from 0 -> heading -> value; the file is saved again as people do."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if sum(cell.value is not None for cell in row) > 3)
    places = {cell.value: cell.column for cell in head}
    for place, cells in rows.items():
        for heading, value in cells.items():
            sheet.cell(head[0].row + 1 + place, places[heading]).value = value
    book.save(path)
    return path


def open_both(office: Panhuo) -> None:
    answer = done(office("assess", "open", "--patents", f"{NUMBER}, CN100000002B", "--department", "材料学院", *BY))
    assert [one["case"] for one in answer["cases"]] == ["PG000001", "PG000002"]


def self_graded(office: Panhuo, tmp_path: Path) -> Path:
    form = tmp_path / "self.xlsx"
    assert done(office("assess", "self-grade", "--template", form, "--at", AT))["rows"] == 2
    cells = {"自评等级": "4级 已通过中试，一至三年内可产业化", "转化意愿": "愿意转化", "填表发明人": "方甲"}
    fill(form, {0: cells})
    assert done(office("assess", "self-grade", form, *BY))["new"] == 1
    return form


def first_assessed(office: Panhuo, tmp_path: Path, **changed: str) -> dict[str, Any]:
    form = tmp_path / "first.xlsx"
    assert done(office("assess", "first", "--template", form, "--at", AT))["rows"] == 1
    return done(office("assess", "first", fill(form, {0: {**FIRST_GOOD, **changed}}), *BY))


def test_the_whole_way_from_opening_to_closing(office: Panhuo, tmp_path: Path) -> None:
    open_both(office)
    order = ("assess", "order-second", "--case", NUMBER, "--agency", "望岭资产评估示例有限公司", *BY)
    assert "gate_1_willingness: self_grade_missing" in refused(office(*order), "gate_shut")
    self_graded(office, tmp_path)
    low = first_assessed(office, tmp_path, 意向对象="暂无")
    assert (low["told"][0]["value_is_high"], low["told"][0]["prospect_is_good"]) == (True, False)
    assert "gate_2_first_assessment: prospect_not_good" in refused(office(*order), "gate_shut")
    status = done(office("assess", "status", "--case", "PG000001", "--at", AT))["cases"][0]
    assert status["lacks"] == [{"gate": "gate_2_first_assessment", "code": "prospect_not_good"}]
    good = first_assessed(office, tmp_path)["told"][0]
    assert (good["value_points"], good["prospect_points"]) == ("76.00", "67.00")
    assert done(office(*order))["stage"] == "second_ordered"
    for which in ("first", "second"):
        report = tmp_path / f"{which}.pdf"
        report.write_bytes(b"%PDF-1.4 " + which.encode())
        attach = ("assess", "attach", report, "--case", "PG000001", "--report", which, *BY)
        answer = done(office(*attach))
        assert (answer["is_new"], done(office(*attach))["is_new"]) == (True, False)
        kept = tmp_path / "home" / "attachments" / answer["digest"][:2] / f"{answer['digest']}.pdf"
        assert kept.read_bytes() == report.read_bytes()
    assert done(office("assess", "close", "--case", "PG000001", *BY))["stage"] == "closed"
    told = done(office("assess", "status", "--case", "PG000001"))["cases"][0]
    assert (told["stage"], [one["act"] for one in told["history"]][-1]) == ("closed", "close")
    assert len(done(office("assess", "status"))["cases"]) == 2


def test_a_form_read_twice_changes_nothing_and_bad_rows_are_named_and_kept(office: Panhuo, tmp_path: Path) -> None:
    open_both(office)
    form = self_graded(office, tmp_path)
    again = done(office("assess", "self-grade", form, *BY))
    assert (again["new"], again["unchanged"], again["blank"], again["rejected"]) == (0, 1, 1, 0)
    later = ("--actor", "评议中心", "--at", "2025-12-20")
    assert done(office("assess", "self-grade", form, *later))["unchanged"] == 1, "on another day, too"
    rows = [
        {"case": "PG000001", "level": "9", "willingness": "愿意转化", "inventor": "方甲"},
        {"application_number": application(7), "level": 3, "willingness": "willing", "inventor": "方甲"},
        {"case": "PG000002", "level": 3, "willingness": "也许", "inventor": ""},
        {"case": "PG000002", "level": 3, "willingness": "willing", "inventor": "曲丁"},
        {"case": "PG000002", "level": 3, "willingness": "willing", "inventor": "圆乙", "graded_on": "2026-01-01"},
        {"case": "PG000002", "level": 3, "willingness": "willing", "inventor": "圆乙", "graded_on": "2025-11-01"},
    ]
    lines = tmp_path / "many.jsonl"
    lines.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    called = office("assess", "self-grade", lines, *BY)
    answer = done(called)
    assert [(one["row"], one["code"]) for one in answer["rejects"]] == [
        (1, "not_in_list"),
        (2, "unknown_patent"),
        (3, "not_in_list"),
        (4, "not_an_inventor"),
        (5, "later_than_today"),
    ]
    assert (answer["rows"], answer["new"]) == (6, 1)
    assert "5 rows of" in called.said
    from panhuo.desk.assessments.models import FormFile

    kept = FormFile.objects.get(name="many.jsonl")
    assert [one["row"] for one in kept.rejects] == [1, 2, 3, 4, 5]
    done(office("assess", "self-grade", lines, *BY))
    assert FormFile.objects.filter(name="many.jsonl").count() == 1


def test_a_csv_with_headings_of_the_form_is_taken_too(office: Panhuo, tmp_path: Path) -> None:
    open_both(office)
    table = tmp_path / "self.csv"
    table.write_text(
        f"专利号,自评等级,转化意愿,填表发明人,备注\n{NUMBER},5级,视条件而定,方甲,x\n,,,,\n", encoding="gb18030"
    )
    answer = done(office("assess", "self-grade", table, *BY))
    assert (answer["new"], answer["left_out"]) == (1, ["备注"])
    (tmp_path / "other.csv").write_text("专利号,名称\n1,2\n", encoding="utf-8")
    refused(office("assess", "self-grade", tmp_path / "other.csv", *BY), "not_this_form")
    refused(office("assess", "self-grade", tmp_path / "none.csv", *BY), "missing_file")
    refused(office("assess", "self-grade", table, "--at", AT), "no_actor")
    refused(office("assess", "self-grade", "--at", AT), "wrong_call")


def experts_file(tmp_path: Path, office: Panhuo) -> Path:
    form = tmp_path / "experts.xlsx"
    done(office("assess", "panel", "assign", "--template", form, "--at", AT))
    rows: dict[int, dict[str, object]] = {
        place: {"专家编号": f"E{place + 1}", "姓名": f"专家{place + 1}", "工作单位": "江城学院", "已声明回避事项": "是"}
        for place in range(5)
    }
    rows[5] = {**rows[0], "专家编号": "E6", "姓名": "折戊", "工作单位": "云湖 大学"}
    rows[6] = {**rows[0], "专家编号": "E7", "姓名": "线庚", "交易对方": "云湖大学 2024-05-06"}
    rows[7] = {**rows[0], "专家编号": "E8", "姓名": "点己", "交易对方": "云湖大学 2022-11-29"}
    return fill(form, rows)


def assigned(office: Panhuo, tmp_path: Path) -> dict[str, Any]:
    open_both(office)
    form = experts_file(tmp_path, office)
    return done(office("assess", "panel", "assign", form, "--case", "PG000001", "--due", "2025-12-14", *BY))


def sheets(office: Panhuo, tmp_path: Path) -> dict[str, Path]:
    answer = done(office("assess", "panel", "sheet", "--case", "PG000001", "--out", tmp_path / "sheets", "--at", AT))
    return {one["expert"]: Path(one["file"]) for one in answer["sheets"]}


def test_experts_in_conflict_are_refused_by_row(office: Panhuo, tmp_path: Path) -> None:
    answer = assigned(office, tmp_path)
    assert (answer["new"], answer["experts"], answer["due"]) == (6, 6, "2025-12-14")
    assert [one["code"] for one in answer["rejects"]] == ["conflict_of_interest"] * 2
    said = [one["message"] for one in answer["rejects"]]
    assert "owner_organisation: 云湖大学" in said[0]
    assert "recent_dealing: 云湖大学" in said[1]


def test_a_blind_sheet_holds_no_owner_in_any_part_of_the_file(office: Panhuo, tmp_path: Path) -> None:
    assigned(office, tmp_path)
    files = sheets(office, tmp_path)
    assert len(files) == 6
    hidden = [UNIVERSITY, "方甲", "圆乙", "材料学院", "评议中心", NUMBER, NUMBER.split(".")[0], "CN100000001"]
    for code, path in files.items():
        assert path.name == f"专家评分表_ZP000001_{code}.xlsx"
        with zipfile.ZipFile(path) as archive:
            text = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        assert [name for name in hidden if name in text] == []
        assert "石灰窑供风装置" in text, "the negative control: the technology is there"
        others = {f"专家{place}" for place in range(1, 6)}
        assert not any(f">{name}<" in text for name in others), "nor who else is on the panel"


def test_scores_come_back_checked_and_give_a_result(office: Panhuo, tmp_path: Path) -> None:
    assigned(office, tmp_path)
    files = sheets(office, tmp_path)
    for (code, path), points in zip(sorted(files.items()), (90, 80, 70, 75, 20, 85.5), strict=True):
        fill(path, {place: {"评分(0-100)": points} for place in range(10)})
        if code == "E1":
            fill(path, {0: {"评分(0-100)": 101}, 1: {"指标代码": "colour"}, 2: {"评分(0-100)": "很好"}})
            answer = done(office("assess", "panel", "scores", path, *BY))["files"][0]
            told = [(one["column"], one["code"]) for one in answer["rejects"]]
            assert told == [("points", "bad_points"), ("", "unknown_indicator"), ("points", "bad_points")]
            fill(path, {0: {"评分(0-100)": 90}, 1: {"指标代码": "infringement_detectability"}, 2: {"评分(0-100)": 90}})
        answer = done(office("assess", "panel", "scores", path, *BY))["files"][0]
        assert answer["rejected"] == 0
    again = done(office("assess", "panel", "scores", *files.values(), *BY))["files"]
    assert {one["unchanged"] for one in again} == {10}
    found = done(office("assess", "result", "--case", "PG000001", "--decide", *BY))
    # of 20 70 75 80 85.5 90 a fifth of six, one, is cut at each end: (70 + 75 + 80 + 85.5) / 4 = 77.625
    assert (found["points"], found["decided_on"], found["average"]) == ("77.63", AT, "trimmed_mean")
    assert found["indicators"][0]["apart"] == ["E5"], "the median is 77.5"
    assert found["indicators"][0]["to_discuss"] is True
    late = fill(files["E5"], {0: {"评分(0-100)": 60}})
    rejects = done(office("assess", "panel", "scores", late, *BY))["files"][0]["rejects"]
    assert [one["code"] for one in rejects] == ["panel_decided"]


def test_scores_after_the_due_day_are_late_and_missing_ones_are_named(office: Panhuo, tmp_path: Path) -> None:
    assigned(office, tmp_path)
    files = sheets(office, tmp_path)
    for path in files.values():
        fill(path, {place: {"评分(0-100)": 80} for place in range(10)})
    after = ("--actor", "评议中心", "--at", "2025-12-15")
    done(office("assess", "panel", "scores", files["E1"], *after))
    done(office("assess", "panel", "scores", files["E2"], files["E3"], *BY))
    found = done(office("assess", "result", "--case", "PG000001", "--at", AT))
    assert (found["points"], found["lacks"], found["late"]) == (None, ["no_quorum"], ["E1"])
    assert sorted(found["missing"]) == ["E4", "E5", "E8"]
    refused(office("assess", "result", "--case", "PG000001", "--decide", *after), "no_result")


def test_before_filing_nothing_is_approved_without_a_grade(office: Panhuo, tmp_path: Path) -> None:
    approve = ("assess", "pre-filing", "--approve", "JD-1", *BY)
    refused(office(*approve), "unknown_disclosure")
    form = tmp_path / "pre.xlsx"
    done(office("assess", "pre-filing", "--template", form, "--at", AT))
    cells = {
        "交底编号": "JD-1",
        "发明名称": "石灰窑供风装置",
        "发明人": "方甲、圆乙",
        "评估人": "直丙",
        "权属是否清楚": "清楚：本单位职务发明",
        "申请前是否已经公开": "未公开",
        "检索所见新颖性": "未见相近文献",
        "创造性": "有实质性改进",
        "实验数据与交底是否充分": "充分",
        "适合的保护方式": "侵权易发现宜用专利",
        "申请目的": "实施、许可或转让",
        "市场应用": "市场可预期",
    }
    half = done(office("assess", "pre-filing", fill(form, {0: cells}), *BY))
    assert (half["told"][0]["grade"], half["told"][0]["missing"]) == (None, ["conversion"])
    assert "open are conversion" in refused(office(*approve), "no_filing_approval")
    whole = done(office("assess", "pre-filing", fill(form, {0: {"转化对象": "有可接触的单位"}}), *BY))
    assert (whole["told"][0]["grade"], whole["told"][0]["points"]) == ("file", "80.00")
    assert done(office("assess", "pre-filing", form, *BY))["unchanged"] == 1
    (told,) = done(office("assess", "status"))["disclosures"]
    assert (told["grade"], told["approved_on"]) == ("file", None)
    assert (done(office(*approve))["is_new"], done(office(*approve))["is_new"]) == (True, False)


def test_what_cannot_be_opened_is_told_and_the_rest_is_opened(office: Panhuo) -> None:
    called = office("assess", "open", "--patents", f"{NUMBER}, {application(7)}, 无号", *BY)
    assert [one["code"] for one in done(called)["refused"]] == ["unknown_patent", "bad_number"]
    assert office("assess", "open", "--patents", application(7), *BY).code == 2
    refused(office("assess", "status", "--case", application(2, year=2018)), "no_case")
    refused(office("assess", "panel", "sheet", "--case", NUMBER, "--out", "x"), "no_panel")


def test_more_numbers_than_a_file_name_has_letters_are_opened(office: Panhuo) -> None:
    many = ",".join(application(place, year=2018) for place in range(1, 40))
    assert len(done(office("assess", "open", "--patents", many, *BY))["cases"]) == 2


def test_a_list_of_patents_in_another_encoding_is_refused_in_words(office: Panhuo, tmp_path: Path) -> None:
    path = tmp_path / "numbers.txt"
    path.write_bytes("专利号\n202110000001.5".encode("gbk"))
    assert "Save it as UTF-8" in refused(office("assess", "open", "--patents", path, *BY), "bad_file")


def test_a_report_that_is_no_paper_or_not_there_is_not_kept(office: Panhuo, tmp_path: Path) -> None:
    open_both(office)
    self_graded(office, tmp_path)
    first_assessed(office, tmp_path)
    program, empty = tmp_path / "a.exe", tmp_path / "b.pdf"
    program.write_bytes(b"MZ")
    empty.write_bytes(b"")
    attach = ("assess", "attach", "--case", "PG000001", "--report", "first", *BY)
    refused(office(*attach, program), "not_a_paper")
    refused(office(*attach, empty), "empty_file")
    refused(office(*attach, tmp_path / "c.pdf"), "missing_file")
    empty.write_bytes(b"%PDF")
    wrong = ("assess", "attach", "--case", "PG000001", "--report", "second", *BY)
    refused(office(*wrong, empty), "wrong_stage")
    assert not (tmp_path / "home" / "attachments").exists(), "what is refused leaves no file"


def test_no_form_holds_a_cell_that_a_spreadsheet_would_run(tmp_path: Path, panhuo: Panhuo) -> None:
    attack = '=HYPERLINK("http://host.example","点")'
    rows = [patent(1, attack.replace('"', '""').join('""'), f'"=1+1，{KILN}"', "方甲;圆乙")]
    (tmp_path / "patents.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    assert panhuo("import", tmp_path / "patents.csv", "--as-of", AT).code == 0
    done(panhuo("assess", "open", "--patents", NUMBER, *BY))
    done(panhuo("assess", "self-grade", "--template", tmp_path / "self.xlsx", "--at", AT))
    done(panhuo("assess", "panel", "assign", experts_file(tmp_path, panhuo), "--case", "PG000001", *BY))
    files = [tmp_path / "self.xlsx", *sheets(panhuo, tmp_path).values()]
    seen = []
    for path in files:
        for sheet in openpyxl.load_workbook(path).worksheets:
            for row in sheet.iter_rows():
                seen += [str(cell.value) for cell in row if cell.value is not None]
                assert not any(cell.data_type == "f" for cell in row)
    assert not any(is_dangerous(text) for text in seen)
    assert any(attack in text for text in seen), "the negative control: the title is there"

"""panhuo grade of some patents, advise and heat on a register of an import."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from calls import Called
from made_patents import AT, files
from table_files import application

Panhuo = Callable[..., Called]
FIRST, LICENSED = application(1, year=2018), application(4, year=2018)


@pytest.fixture
def imported(panhuo: Panhuo, tmp_path: Path) -> Panhuo:
    done = panhuo("import", *files(tmp_path), "--as-of", "2025-11-15")
    assert done.code == 0, done
    return panhuo


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_patent_is_graded_alone_as_in_the_whole_register(imported: Panhuo, tmp_path: Path) -> None:
    whole, some = tmp_path / "whole.jsonl", tmp_path / "some.jsonl"
    assert imported("grade", "--at", AT, "--out", whole).answer["patents"] == 11
    (tmp_path / "named.csv").write_text(f"申请号\n{LICENSED}\n{FIRST}\n", "utf-8")
    done = imported("grade", "--at", AT, "--list", tmp_path / "named.csv", "--out", some)
    assert (done.code, done.answer["patents"]) == (0, 2), done
    kept = {row["application_number"]: row for row in lines(whole)}
    assert lines(some) == [kept[row["application_number"]] for row in lines(some)]
    assert {row["application_number"] for row in lines(some)} == {FIRST, LICENSED}


def test_many_numbers_are_no_name_of_a_file(imported: Panhuo, tmp_path: Path) -> None:
    out = tmp_path / "whole.jsonl"
    assert imported("grade", "--at", AT, "--out", out).code == 0
    numbers = [row["application_number"] or row["publication_number"] for row in lines(out)]
    named = ",".join(numbers * (1 + 300 // len(",".join(numbers))))
    done = imported("advise", "--at", AT, "--patent", named, "--out", tmp_path / "advice.jsonl")
    assert done.code == 0, done
    assert done.answer["patents"] == len(numbers)


def test_lists_that_read_grades_still_read_those_of_the_whole(imported: Panhuo, tmp_path: Path) -> None:
    imported("grade", "--at", AT, "--patent", FIRST, "--out", tmp_path / "some.jsonl")
    refused = imported("supply-list", "--at", AT, "--out", tmp_path / "lists")
    assert refused.answer["error"]["code"] == "no_run", refused


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--patent", FIRST, "--statistics", "figures.csv"), "wrong_call"),
        (("--patent", FIRST, "--pledge-check", FIRST), "wrong_call"),
        (("--patent", FIRST, "--list", "patents.csv"), "wrong_call"),
        (("--patent", application(77, year=2018)), "unknown_patent"),
    ],
)
def test_grades_of_some_patents_refuse_what_is_about_others(
    imported: Panhuo, tmp_path: Path, options: tuple[str, ...], code: str
) -> None:
    named = [str(tmp_path / one) if one.endswith(".csv") else one for one in options]
    done = imported("grade", "--at", AT, "--out", tmp_path / "x.jsonl", *named)
    assert done.answer["error"]["code"] == code, done
    assert not (tmp_path / "x.jsonl").exists()


def test_advice_names_its_rule_in_codes_for_programs_and_in_words_for_people(imported: Panhuo, tmp_path: Path) -> None:
    done = imported("advise", "--at", AT, "--out", tmp_path / "advice.jsonl")
    assert (done.code, done.answer["patents"]) == (0, 10), done
    rows = {row["patent_number"]: row for row in lines(tmp_path / "advice.jsonl")}
    licensed = rows[LICENSED]
    assert (licensed["advice"], licensed["rule"], licensed["rule_status"]) == ("maintain", "licensed", "assumption")
    assert float(licensed["fees_to_end_cny"]) > float(licensed["next_fee_cny"]) > 0
    assert sum(done.answer["advice"].values()) == 10
    book = tmp_path / "advice.xlsx"
    assert imported("advise", "--at", AT, "--patent", LICENSED, "--out", book).answer["patents"] == 1
    opened = openpyxl.load_workbook(book)
    told = {str(cell.value) for sheet in opened for row in sheet.iter_rows() for cell in row}
    assert {"专利处置建议", "处置建议汇总", "维持", "许可存续，维持以履行合同"} <= told
    assert len(opened["处置建议汇总"]._charts) == 1


def test_the_page_of_advice_holds_charts_and_what_each_duty_is(imported: Panhuo, tmp_path: Path) -> None:
    assert imported("advise", "--at", AT, "--out", tmp_path / "advice.html").code == 0
    page = (tmp_path / "advice.html").read_text("utf-8")
    assert page.count("<svg") == 2
    assert "不代替权利人决策" in page
    assert "发明人优先：" in page
    assert "民法典第847条" in page


def test_a_heat_table_counts_the_rights_in_force_and_hides_small_cells_when_published(
    imported: Panhuo, tmp_path: Path
) -> None:
    call = ("heat", "--at", AT, "--rows", "owner_type", "--columns", "ipc_section")
    done = imported(*call, "--out", tmp_path / "heat.jsonl")
    assert (done.code, done.answer["patents"], done.answer["hidden"]) == (0, 10, 0), done
    found = {(row["row"], row["column"]): row["patents"] for row in lines(tmp_path / "heat.jsonl")}
    assert found["total", "total"] == 10
    assert found["university", "F"] == 6  # kilns 1 to 6 of two universities; number 11 has lapsed
    imported(*call, "--publish", "--out", tmp_path / "public.jsonl")
    public = {(row["row"], row["column"]): row for row in lines(tmp_path / "public.jsonl")}
    assert public["enterprise", "C"]["patents"] is None
    assert public["enterprise", "C"]["hidden"] == "yes"
    for suffix in (".xlsx", ".html"):
        assert imported(*call, "--publish", "--out", tmp_path / f"heat{suffix}").code == 0
    page = (tmp_path / "heat.html").read_text("utf-8")
    assert page.count("<table>") == 4
    assert "少于5件的单元格" in page
    sheet = openpyxl.load_workbook(tmp_path / "heat.xlsx")["件数"]
    [rule] = [rule for ranged in sheet.conditional_formatting for rule in ranged.rules]
    assert rule.type == "colorScale"


@pytest.mark.parametrize(
    ("options", "code"),
    [(("--rows", "owner", "--columns", "owner"), "wrong_call"), (("--rows", "colour"), "wrong_call")],
)
def test_a_heat_table_needs_two_groupings_that_exist(
    imported: Panhuo, tmp_path: Path, options: tuple[str, ...], code: str
) -> None:
    done = imported("heat", "--at", AT, "--out", tmp_path / "heat.xlsx", *options)
    assert done.answer["error"]["code"] == code


def test_a_heat_table_of_no_known_format_is_refused_before_any_work(imported: Panhuo, tmp_path: Path) -> None:
    done = imported("heat", "--at", AT, "--out", tmp_path / "heat.pdf")
    assert done.answer["error"]["code"] == "unknown_suffix"

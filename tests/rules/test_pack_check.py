"""panhuo packs check: each guard has a pack that it refuses, beside the sound one that it passes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from panhuo.rules import InForce, packs_folder, required
from panhuo.rules.cases import CaseFunction
from panhuo.rules.checking import check_pack, report_on
from panhuo.rules.values import Unit
from rules.pack_files import SHARE, SOURCE, MakePack, parameter

SIDECAR = f"title: {{zh: 表, en: T}}\nkey: [code]\ncolumns: {{}}\nsource: {SOURCE}\n"


def child(make_pack: MakePack, files: dict[str, str | bytes]) -> Path:
    """A child of our national pack, so that everything that areas need is there."""
    return make_pack("child", parent="national", files=files)


def said(folder: Path, functions: Mapping[str, CaseFunction] | None = None) -> list[str]:
    return [f"{problem.file}: {problem.message}" for problem in check_pack(folder, functions=functions)]


def test_a_sound_child_has_no_problems(make_pack: MakePack) -> None:
    own = parameter("dormancy.look_back_years", "years", '"4"')
    report = report_on(child(make_pack, {"parameters/own.yaml": own}))
    assert report.problems == ()
    assert (report.name, report.parameters, report.tables, report.cases) == ("child", 1, 0, 0)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (
            parameter("dormancy.lookback_years", "years", '"4"'),
            "differs only in spelling from dormancy.look_back_years",
        ),
        (parameter("dormancy.look_back_year", "years", '"4"'), "did you mean dormancy.look_back_years?"),
        (parameter("dormancy.look_back_years", "months", '"4"'), "but in its parent in years"),
        (parameter("dormancy.owner_types", "words", "[university, school]"), "'school' is not one of"),
        (parameter("high_value.pledge_allocation", "text", '"half"'), "'half' is not one of"),
        (parameter("dormancy.look_back_years", "years", "null"), "has no value on any day"),
        (parameter("dormancy.look_back_years", "years", "4"), "stands without quotes"),
        (SHARE.replace("zh: 奖补比例, ", ""), "has no label in zh"),
        (parameter("a.b_c", "years", '"4"') + parameter("a.bc", "years", '"4"'), "differs only in spelling from a.b_c"),
    ],
)
def test_a_slip_in_a_childs_rule_is_told(make_pack: MakePack, own: str, message: str) -> None:
    problems = check_pack(child(make_pack, {"parameters/own.yaml": own}))
    assert any(message in problem.message for problem in problems), problems
    assert all(problem.file == "parameters/own.yaml" and problem.line > 0 for problem in problems)


def test_the_threshold_that_may_be_none_is_no_problem(make_pack: MakePack) -> None:
    own = parameter("high_value.pledge_threshold_cny", "cny", "null")
    assert said(child(make_pack, {"parameters/own.yaml": own})) == []


def test_a_pack_without_what_areas_need_is_told_of_each(make_pack: MakePack) -> None:
    messages = said(make_pack())
    assert "pack.yaml: the area 'dormancy' needs dormancy.years_granted in years" in messages
    assert "pack.yaml: the area 'high value' needs the table sei_ipc" in messages


@pytest.mark.parametrize(
    ("columns", "row", "message"),
    [
        ("{code: {type: event}, b: }", "lapsed,", "'lapsed' is no event"),
        ("{code: {type: legal_status}, b: }", "dead,", "'dead' is no legal status"),
        ("{code: {type: ip_type}, b: }", "patent,", "'patent' is no type of IP"),
        ("{code: {type: owner_type}, b: }", "school,", "'school' is no type of owner"),
        ("{code: {type: ipc}, b: }", "H04L1~,", "is not taken as a class symbol"),
        ("{code: {type: ipc}, b: {type: ipc_low, of: code}}", "H04L1*,H04L0010000000", "which is H04L0001000000"),
        ("{code: {type: region}, b: }", "880000,", "region code"),
        ("{code: {type: region}, b: }", "44,", "'44' is written 440000"),
        ("{code: {type: date}, b: }", "2025-2-1,", "is no date"),
        ("{code: {type: integer}, b: }", "1.5,", "no whole number"),
        ("{code: {type: number}, b: }", "inf,", "is no number"),
        ("{code: {type: share}, b: }", "1.5,", "no share"),
        ("{code: {type: flag}, b: }", "maybe,", "no flag"),
        ("{code: {type: code}, b: }", "a b,", "may hold no blank"),
        ("{code: {type: status}, b: }", "sure,", "no status of a source"),
        ("{code: , b: {required: true}}", "x,", "b: is empty"),
        ("{code: , b: {one_of: [y, n]}}", "x,z", "'z' is not one of y, n"),
        ("{code: , b: {refers_to: regions.code}}", "x,999999", "does not stand in regions.code"),
        ("{code: , b: {refers_to: nothing.code}}", "x,1", "which no pack has"),
        ("{code: , b: {type: meaning, of: code}}", "status,licence_recorded", "is no legal status"),
    ],
)
def test_a_cell_that_is_not_what_its_column_says_is_told(
    make_pack: MakePack, columns: str, row: str, message: str
) -> None:
    files: dict[str, str | bytes] = {
        "tables/t.csv": f"code,b\n{row}\n",
        "tables/t.yaml": SIDECAR.replace("columns: {}", f"columns: {columns}"),
    }
    problems = check_pack(child(make_pack, files))
    assert len(problems) == 1, problems
    assert message in problems[0].message
    assert (problems[0].file, problems[0].line) == ("tables/t.csv", 2)


def test_sound_cells_are_no_problem(make_pack: MakePack) -> None:
    columns = "{code: {type: ipc, required: true}, b: {type: ipc_low, of: code}}"
    files: dict[str, str | bytes] = {
        "tables/t.csv": "code,b\nH04L1*,H04L0001000000\n",
        "tables/t.yaml": SIDECAR.replace("columns: {}", f"columns: {columns}"),
    }
    assert said(child(make_pack, files)) == []


def test_a_key_that_stands_twice_is_told(make_pack: MakePack) -> None:
    files: dict[str, str | bytes] = {
        "tables/t.csv": "code,b\nA,1\nA,2\n",
        "tables/t.yaml": SIDECAR.replace("columns: {}", "columns: {code: , b: }"),
    }
    assert said(child(make_pack, files)) == ["tables/t.csv: code = A stands in line 2 already"]


def test_a_table_without_sidecar_and_a_file_that_nobody_reads_are_told(make_pack: MakePack) -> None:
    messages = said(child(make_pack, {"tables/t.csv": "code\nA\n", "parameters/fees.yml": SHARE}))
    assert any("has no t.yaml beside it" in message for message in messages)
    assert "parameters/fees.yml: nobody reads this file; is its name or place a slip?" in messages


def test_all_damaged_files_are_told_at_once(make_pack: MakePack) -> None:
    files: dict[str, str | bytes] = {"parameters/a.yaml": "a: [", "parameters/b.yaml": "b: *x", "tables/t.csv": b"\xff"}
    found = {problem.file for problem in check_pack(child(make_pack, files))}
    assert found >= {"parameters/a.yaml", "parameters/b.yaml", "tables/t.csv"}


CASE = """- name: 5 % of 30 million
  at: 2024-06-30
  given: {received_cny: "30000000"}
  expect: {grant_cny: "1500000"}
  source: worked by hand
"""


def grant(rules: InForce, given: Mapping[str, object]) -> object:
    return rules.decimal("grant.share") * Decimal(str(given["received_cny"]))


def cases(make_pack: MakePack, text: str) -> list[str]:
    folder = make_pack(files={"parameters/grant.yaml": SHARE, "cases/grant.yaml": text})
    return [
        problem.message
        for problem in check_pack(folder, functions={"grant_cny": grant})
        if problem.file.startswith("cases/")
    ]


def test_a_case_that_comes_out_is_no_problem(make_pack: MakePack) -> None:
    assert cases(make_pack, CASE) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1500000", "1500001", "grant_cny should be 1500001 but comes out as 1500000.00"),
        ("2024-06-30", "2022-06-30", "grant_cny was refused: grant.share has no value on 2022-06-30"),
        ("received_cny", "received", "could not be worked out from what is given: KeyError"),
        ("grant_cny:", "grants_cny:", "no engine area answers grants_cny"),
        ("  source: worked by hand\n", "", "a case has no source"),
        ("  at: 2024-06-30\n", "", "a case has no at"),
        ("  given:", "  givn:", "unknown key 'givn'"),
    ],
)
def test_a_case_that_does_not_come_out_is_told(make_pack: MakePack, old: str, new: str, message: str) -> None:
    found = cases(make_pack, CASE.replace(old, new))
    assert any(message in one for one in found), found


def test_a_case_may_suppose_another_value_and_expect_a_refusal(make_pack: MakePack) -> None:
    changed = '  suppose: {grant.share: "1"}\n  expect: {grant_cny: "30000000"}'
    supposing = CASE.replace('  expect: {grant_cny: "1500000"}', changed)
    assert supposing != CASE
    assert cases(make_pack, supposing) == []
    refused = CASE.replace("2024-06-30", "2022-06-30").replace('"1500000"', '"refused: not_in_force"')
    assert cases(make_pack, refused) == []


def test_a_case_that_supposes_what_no_rule_can_be_is_told(make_pack: MakePack) -> None:
    text = CASE.replace("  expect:", '  suppose: {grant.share: "2"}\n  expect:')
    assert any("between 0 and 1" in one for one in cases(make_pack, text))
    unknown = CASE.replace("  expect:", '  suppose: {grant.shares: "1"}\n  expect:')
    assert any("grant.shares" in one for one in cases(make_pack, unknown))


def test_every_unit_that_areas_ask_for_is_one() -> None:
    asked = {need.unit for needs in required.PARAMETERS.values() for need in needs.values()}
    assert asked <= set(Unit)


def test_our_own_packs_lie_where_the_product_looks() -> None:
    assert {folder.parent.name for folder in packs_folder().glob("*/pack.yaml")} >= {
        "national",
        "shenzhen",
        "demo_city",
    }


def test_a_rule_that_nobody_reads_is_told(make_pack: MakePack) -> None:
    messages = said(make_pack(files={"parameters/a.yaml": parameter("dormancy.years_grantd", "years", '"3"')}))
    assert (
        "parameters/a.yaml: is read by no engine area and known to no parent; did you mean dormancy.years_granted?"
        in messages
    )

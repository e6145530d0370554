"""panhuo packs import-standard: a licensed copy becomes a pack of its own, and its name can be borrowed by no other."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from panhuo.cli.packs_command import packs
from panhuo.rules import BadPack, load_pack, packs_folder
from panhuo.terms.errors import DomainError
from rules.pack_files import HEAD, parameter

INDICATORS = """指标编码,指标名称,上级指标,评分方式,金融类权重,管理类权重
L,法律价值,,,0.4,50%
T,技术价值,,,0.6,50%
L1,权利稳定性,L,,0.25,1
L2,保护范围,L,专家,0.75,0
T1,先进性,T,,1,1
"""
STATED = (
    "--as", "licensed_guide", "--called", "GB/T 42748-2023", "--licence", "购自标准出版单位，供内部使用",
    "--licensed-on", "2026-03-01", "--office", "资产评估部主任",
)  # fmt: skip


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder of packs with a base that has a scheme with an automatic rule."""
    base = tmp_path / "rules" / "base"
    files = {
        "pack.yaml": HEAD.format(name="base", parent="national"),
        "parameters/scheme.yaml": parameter("scheme.name", "text", '"own"')
        + parameter("scheme.notice", "text", '"own"'),
        "tables/scheme_indicators.csv": "code,parent,level,zh,en,scorer,rule,status,note\n"
        "stability,,1,权利稳定性,Stability,automatic,examination,example,\n",
        "tables/scheme_weights.csv": "scene,indicator,weight,note\n*,stability,1,\n",
    }
    for name in ("scheme_indicators", "scheme_weights"):
        sidecar = packs_folder() / "national" / "tables" / f"{name}.yaml"
        files[f"tables/{name}.yaml"] = sidecar.read_text("utf-8")
    for name, text in files.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(text, encoding="utf-8")
    return base.parent


def run(rules: Path, file: Path, *options: str) -> Result:
    arguments = ["import-standard", str(file), *STATED, "--parent", "base", "--to", str(rules), *options]
    return CliRunner().invoke(packs, arguments)


def copy_of(tmp_path: Path, text: str = INDICATORS) -> Path:
    path = tmp_path / "copy.csv"
    path.write_text(text, encoding="utf-8")
    return path


def workbook(tmp_path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    path = tmp_path / "copy.xlsx"
    book.save(path)
    return path


def test_a_sound_copy_becomes_a_pack_under_the_standards_name(tmp_path: Path, rules: Path) -> None:
    result = run(rules, copy_of(tmp_path), "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert (answer["indicators"], answer["levels"], answer["scenes"]) == (
        5,
        {"1": 2, "2": 3},
        ["finance", "management"],
    )
    assert answer["scored_by"] == {"automatic": 1, "expert": 2}
    held = load_pack(rules / "licensed_guide").at(date(2026, 3, 1))
    assert (held.text("scheme.name"), held.text("scheme.notice")) == ("GB/T 42748-2023", "")
    source = held.source_of("scheme.name")
    assert source.title == "购自标准出版单位，供内部使用 (资产评估部主任, 2026-03-01)"
    assert source.checked == date(2026, 3, 1)
    weights = {(row["scene"], row["indicator"]): row["weight"] for row in held.table("scheme_weights")}
    assert (weights["finance", "L2"], weights["management", "L"], weights["management", "L2"]) == ("0.75", "0.5", "0")
    row = next(row for row in held.table("scheme_indicators") if row["code"] == "L1")
    assert (row["scorer"], row["rule"], row["en"], row["note"]) == ("automatic", "examination", "Stability", "")


def test_the_pack_made_is_sound_by_the_check(tmp_path: Path, rules: Path) -> None:
    run(rules, copy_of(tmp_path))
    result = CliRunner().invoke(packs, ["check", str(rules / "licensed_guide"), "--json"])
    assert json.loads(result.stdout)["packs"][0]["problems"] == [], result.output


def test_a_workbook_of_two_sheets_with_a_cover_says_the_same(tmp_path: Path, rules: Path) -> None:
    rows = [line.split(",") for line in INDICATORS.splitlines()]
    weights: list[list[object]] = [["评估场景", "指标名称", "权重"]]
    for place, scene in ((4, "金融类"), (5, "管理类")):
        for row in rows[1:]:
            share = float(row[place].removesuffix("%")) / (100 if "%" in row[place] else 1)
            weights.append([scene, row[1], share])
    tree: list[list[object]] = [["某机构 指标体系"], [], *([*row[:4]] for row in rows)]
    path = workbook(tmp_path, {"封面": [["内部资料"]], "指标": tree, "权重": weights})
    assert run(rules, path).exit_code == 0
    made = load_pack(rules / "licensed_guide")
    run(rules, copy_of(tmp_path), "--as", "from_csv")
    other = load_pack(rules / "from_csv")
    assert made.table("scheme_indicators").rows == other.table("scheme_indicators").rows
    assert made.table("scheme_weights").rows == other.table("scheme_weights").rows


def test_the_first_day_may_be_another_than_that_of_the_statement(tmp_path: Path, rules: Path) -> None:
    run(rules, copy_of(tmp_path), "--since", "2023-09-01")
    pack = load_pack(rules / "licensed_guide")
    assert pack.at(date(2023, 9, 1)).text("scheme.name") == "GB/T 42748-2023"
    assert pack.at(date(2023, 8, 31)).source_pack.parameter("scheme.name").on(date(2023, 8, 31)) is None


def test_bad_cells_are_all_named_and_nothing_is_written(tmp_path: Path, rules: Path) -> None:
    spoilt = INDICATORS.replace("0.25", "0.24").replace("先进性,T", "先进性,X")
    result = run(rules, copy_of(tmp_path, spoilt), "--json")
    assert result.exit_code == 2
    answer = json.loads(result.stdout)
    assert answer["written"] is None
    assert {(one["cell"], one["heading"]) for one in answer["problems"]} >= {("C6", "上级指标"), ("E4", "金融类权重")}
    assert "E4 (金融类权重): the weights under 法律价值 for finance sum to 0.99, not to 1" in result.stderr
    assert [path.name for path in rules.iterdir()] == ["base"]


def test_a_formula_without_result_is_named(tmp_path: Path, rules: Path) -> None:
    rows: list[list[object]] = [list(line.split(",")) for line in INDICATORS.splitlines()]
    rows[1][4] = "=1-0.6"
    result = run(rules, workbook(tmp_path, {"指标": rows}), "--json")
    assert result.exit_code == 2
    assert any("no stored result" in one["message"] for one in json.loads(result.stdout)["problems"])


def test_a_pack_is_never_written_over(tmp_path: Path, rules: Path) -> None:
    assert run(rules, copy_of(tmp_path)).exit_code == 0
    before = load_pack(rules / "licensed_guide").digest
    again = run(rules, copy_of(tmp_path, INDICATORS.replace("0.4,", "0.5,").replace("0.6,", "0.5,")))
    assert isinstance(again.exception, DomainError)
    assert again.exception.code == "folder_exists"
    assert load_pack(rules / "licensed_guide").digest == before


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("scheme_weights", "finance,L1,0.25,\nfinance,L2,0.75", "finance,L1,0.30,\nfinance,L2,0.70"),
        ("scheme_indicators", "保护范围", "范围"),
    ],
)
def test_a_table_changed_afterwards_loses_the_standards_name(
    tmp_path: Path, rules: Path, table: str, old: str, new: str
) -> None:
    run(rules, copy_of(tmp_path))
    path = rules / "licensed_guide" / "tables" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadPack, match="not those of an imported licensed copy") as caught:
        load_pack(rules / "licensed_guide")
    assert caught.value.fields["file"] == "parameters/scheme.yaml"


@pytest.mark.parametrize("name", ["GB/T 42748-2023", "ＧＢ／Ｔ４２７４８", "gb-t 4 2 7 4 8", "专利评估指引"])
def test_no_other_pack_may_carry_the_standards_name(rules: Path, name: str) -> None:
    path = rules / "base" / "parameters" / "scheme.yaml"
    assert load_pack(rules / "base").name == "base", "the negative control: under its own name it loads"
    path.write_text(path.read_text(encoding="utf-8").replace('value: "own"', f'value: "{name}"', 1), encoding="utf-8")
    with pytest.raises(BadPack, match="Give the scheme a name of its own"):
        load_pack(rules / "base")


def test_a_child_that_replaces_the_weights_does_not_inherit_the_name(tmp_path: Path, rules: Path) -> None:
    run(rules, copy_of(tmp_path))
    child = rules / "bank"
    (child / "tables").mkdir(parents=True)
    (child / "pack.yaml").write_text(HEAD.format(name="bank", parent="licensed_guide"), encoding="utf-8")
    assert load_pack(child).at(date(2026, 3, 1)).text("scheme.name") == "GB/T 42748-2023"
    made = rules / "licensed_guide" / "tables"
    for suffix in ("csv", "yaml"):
        text = (made / f"scheme_weights.{suffix}").read_text(encoding="utf-8")
        (child / "tables" / f"scheme_weights.{suffix}").write_text(text.replace("0.75", "0.750"), encoding="utf-8")
    with pytest.raises(BadPack, match="not those of an imported licensed copy"):
        load_pack(child)


@pytest.mark.parametrize("missing", ["--as", "--licence", "--licensed-on", "--office"])
def test_a_copy_without_a_statement_is_refused(tmp_path: Path, rules: Path, missing: str) -> None:
    at = STATED.index(missing)
    options = [*STATED[:at], *STATED[at + 2 :]]
    result = CliRunner().invoke(packs, ["import-standard", str(copy_of(tmp_path)), *options, "--to", str(rules)])
    assert isinstance(result.exception, DomainError)
    assert missing in result.exception.message
    assert [path.name for path in rules.iterdir()] == ["base"]


@pytest.mark.parametrize("options", [("--as", "../out"), ("--as", "My Pack"), ("--licence", "一\n二")])
def test_names_that_are_none_are_refused(tmp_path: Path, rules: Path, options: tuple[str, str]) -> None:
    result = run(rules, copy_of(tmp_path), *options)
    assert isinstance(result.exception, DomainError)
    assert result.exception.code == "wrong_call"
    assert [path.name for path in rules.iterdir()] == ["base"]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_the_template_is_empty_and_once_filled_is_read(tmp_path: Path, rules: Path, suffix: str) -> None:
    template = tmp_path / f"t.{suffix}"
    result = CliRunner().invoke(packs, ["import-standard", "--template", str(template)])
    assert result.exit_code == 0, result.output
    empty = run(rules, template, "--json")
    assert (empty.exit_code, json.loads(empty.stdout)["written"]) == (2, None)
    row = ["", "甲", "", "", "专家", "", "1", "1", "1", "1", "1", "1"]
    if suffix == "csv":
        with template.open("a", encoding="utf-8") as handle:
            handle.write(",".join(["", "甲", *row[2:]]) + "\r\n")
    else:
        book = openpyxl.load_workbook(template)
        headings = {cell.value: cell.column for cell in book.worksheets[0][1] if cell.value}
        for heading, value in (("指标名称", "甲"), ("评分方式", "专家"), ("金融类权重", 1), ("其他类权重", 1)):
            book.worksheets[0].cell(2, headings[heading], value)
        book.save(template)
    filled = run(rules, template, "--json")
    assert filled.exit_code == 0, filled.output
    assert "finance" in json.loads(filled.stdout)["scenes"]


def test_one_of_file_and_template(tmp_path: Path) -> None:
    result = CliRunner().invoke(packs, ["import-standard"])
    assert isinstance(result.exception, DomainError)
    assert "one of these" in result.exception.message

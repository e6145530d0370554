"""panhuo packs diff as a person or a program calls it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from panhuo.cli.packs_command import packs
from panhuo.rules import BadPack, packs_folder
from panhuo.terms.errors import DomainError


def versions(tmp_path: Path) -> tuple[str, str]:
    """Two versions of the demo city's pack; the later one asks for a pledge of 20 million."""
    folders = [tmp_path / year / "demo_city" for year in ("2025", "2026")]
    for folder in folders:
        shutil.copytree(packs_folder() / "demo_city", folder)
    path = folders[1] / "parameters" / "high_value.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"10000000"', '"20000000"'), encoding="utf-8")
    return str(folders[0]), str(folders[1])


def test_two_versions_in_two_folders_are_compared(tmp_path: Path) -> None:
    result = CliRunner().invoke(packs, ["diff", *versions(tmp_path), "--json"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert not answer["same"]
    assert answer["counts"] == {"value": 1}
    (found,) = answer["differences"]
    assert (found["name"], found["old"], found["new"], found["unit"]) == (
        "high_value.pledge_threshold_cny", "10000000", "20000000", "cny",
    )  # fmt: skip
    assert (answer["a"]["name"], answer["b"]["version"]) == ("demo_city", "2026.11")
    assert answer["a"]["digest"] != answer["b"]["digest"]


def test_people_read_a_table_in_their_words(tmp_path: Path) -> None:
    result = CliRunner().invoke(packs, ["diff", *versions(tmp_path)])
    for word in ("类别", "原值", "数值", "修改", "high_value.pledge_threshold_cny", "10000000", "20000000", "example"):
        assert word in result.stdout
    assert "differ: 1 value" in result.stderr


def test_alike_packs_are_the_same(tmp_path: Path) -> None:
    old, _ = versions(tmp_path)
    result = CliRunner().invoke(packs, ["diff", old, "demo_city"])
    assert (result.exit_code, result.stdout.strip()) == (0, "same 相同")
    answer = json.loads(CliRunner().invoke(packs, ["diff", old, "demo_city", "--json"]).stdout)
    assert (answer["same"], answer["differences"]) == (True, [])


@pytest.mark.parametrize(("day", "same"), [("2021-03-12", True), ("2021-03-13", False)])
def test_a_day_before_the_change_is_the_same(tmp_path: Path, day: str, same: bool) -> None:
    result = CliRunner().invoke(packs, ["diff", *versions(tmp_path), "--at", day, "--json"])
    assert json.loads(result.stdout)["same"] is same


def test_files_by_suffix(tmp_path: Path) -> None:
    pair = versions(tmp_path)
    for suffix in ("xlsx", "csv", "jsonl"):
        result = CliRunner().invoke(packs, ["diff", *pair, "--out", str(tmp_path / f"d.{suffix}")])
        assert result.exit_code == 0, result.output
    sheet = openpyxl.load_workbook(tmp_path / "d.xlsx").worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["数值", "修改", "high_value.pledge_threshold_cny"] in [row[:3] for row in cells]
    line = json.loads((tmp_path / "d.jsonl").read_text(encoding="utf-8"))
    assert (line["kind"], line["change"], line["new"], line["new_status"]) == (
        "value",
        "changed",
        "20000000",
        "example",
    )
    assert "20000000" in (tmp_path / "d.csv").read_text(encoding="utf-8-sig")


def test_a_wrong_name_or_suffix_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(packs, ["diff", "national", "atlantis"])
    assert isinstance(result.exception, BadPack)
    wrong = CliRunner().invoke(packs, ["diff", "national", "shenzhen", "--out", str(tmp_path / "d.doc")])
    assert isinstance(wrong.exception, DomainError)
    assert wrong.exception.code == "unknown_suffix"

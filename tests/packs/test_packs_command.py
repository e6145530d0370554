"""panhuo packs check as a person or a program calls it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from panhuo.cli.packs_command import packs
from panhuo.rules import BadPack, packs_folder
from rules.programme_rows import line, table_files


def copied(tmp_path: Path, name: str = "demo_city") -> Path:
    folder = tmp_path / name
    shutil.copytree(packs_folder() / name, folder)
    return folder


def test_a_sound_folder_is_done_and_one_json_object(tmp_path: Path) -> None:
    result = CliRunner().invoke(packs, ["check", str(copied(tmp_path)), "--json"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["problems"] == 0
    assert [(pack["name"], pack["problems"]) for pack in answer["packs"]] == [("demo_city", [])]
    assert "no problems" in result.stderr


def test_a_problem_is_exit_2_with_its_place(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "parameters" / "high_value.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("unit: cny", "unit: yuan"), encoding="utf-8")
    result = CliRunner().invoke(packs, ["check", str(folder), "--json"])
    assert result.exit_code == 2
    answer = json.loads(result.stdout)
    assert answer["problems"] == 1
    (problem,) = answer["packs"][0]["problems"]
    assert (problem["file"], problem["line"]) == ("parameters/high_value.yaml", 2)
    assert "unknown unit 'yuan'" in problem["message"]
    assert "parameters/high_value.yaml, line 2" in result.stderr


def test_a_near_miss_that_is_expected_wrongly_is_told(tmp_path: Path) -> None:
    folder = copied(tmp_path, "shenzhen")
    path = folder / "cases" / "high_value.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("- name: near miss 5")
    spoilt = text[:start] + text[start:].replace("high_value: true", "high_value: false", 1)
    path.write_text(spoilt, encoding="utf-8")
    result = CliRunner().invoke(packs, ["check", str(folder), "--json"])
    assert result.exit_code == 2
    (problem,) = json.loads(result.stdout)["packs"][0]["problems"]
    assert "near miss 5" in problem["where"]
    assert problem["message"] == "high_value should be false but comes out as true"


def test_a_folder_of_packs_is_checked_whole(tmp_path: Path) -> None:
    copied(tmp_path)
    shutil.rmtree(copied(tmp_path, "shenzhen") / "cases")
    result = CliRunner().invoke(packs, ["check", str(tmp_path), "--json"])
    assert [pack["name"] for pack in json.loads(result.stdout)["packs"]] == ["demo_city", "shenzhen"]


def test_a_folder_without_packs_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(packs, ["check", str(tmp_path)])
    assert isinstance(result.exception, BadPack)
    assert "holds no pack" in result.exception.message


def test_the_help_has_an_example() -> None:
    assert "Example: panhuo packs check" in CliRunner().invoke(packs, ["check", "--help"]).output


def with_rules(tmp_path: Path, *lines: str) -> Path:
    folder = copied(tmp_path)
    for name, text in table_files(*lines).items():
        (folder / name).write_text(str(text), encoding="utf-8")
    return folder


def test_a_rule_that_pays_per_filing_is_refused_with_its_place_and_basis(tmp_path: Path) -> None:
    folder = with_rules(tmp_path, line(counted="filing", amount_cny="500"))
    result = CliRunner().invoke(packs, ["check", str(folder), "--json"])
    assert result.exit_code == 2
    (problem,) = json.loads(result.stdout)["packs"][0]["problems"]
    assert (problem["file"], problem["line"]) == ("tables/programme_rules.csv", 2)
    assert "国知发保字〔2021〕1号" in problem["message"]


def test_a_note_is_told_and_leaves_the_exit_code(tmp_path: Path) -> None:
    folder = with_rules(tmp_path, line(kind="talent", counted="expert_score", weight="1"))
    result = CliRunner().invoke(packs, ["check", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    (pack,) = json.loads(result.stdout)["packs"]
    assert (pack["problems"], pack["notes"][0]["line"]) == ([], 2)
    assert "note: tables/programme_rules.csv, line 2" in result.stderr

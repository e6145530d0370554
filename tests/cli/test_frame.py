"""One JSON object whatever happens, plain sentences, homes that are missing, foreign, newer, busy or moved."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from calls import Called
from panhuo.cli import COMMANDS

Panhuo = Callable[..., Called]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nonsense"], "wrong_call"),
        (["dormant", "--out", "x.csv"], "wrong_call"),
        (["dormant", "--at", "2025-02-30", "--out", "x.csv"], "wrong_call"),
        (["import"], "wrong_call"),
        (["status", "--home", ""], "wrong_call"),
        (["import", "x.csv", "--rejects", "r.docx"], "unknown_suffix"),
        (["import", "x.csv", "--rejects", "/proc/r.xlsx"], "cannot_write"),
        (["dormant", "--at", "2025-02-28", "--out", "/proc/x.csv"], "cannot_write"),
        (["grade", "--at", "2025-02-28", "--out", "/proc/x.csv"], "cannot_write"),
        (["supply-list", "--out", "/proc/x"], "cannot_write"),
        (["study", "--out", "/proc/x.docx"], "cannot_write"),
        (["dormant", "--at", "2025-02-28", "--out", "x.docx"], "unknown_suffix"),
        (["grade", "--at", "2025-02-28", "--out", "x.csv", "--statistics", "./x.csv"], "wrong_call"),
    ],
)
def test_a_wrong_call_is_one_json_error_and_one_sentence(panhuo: Panhuo, arguments: list[str], code: str) -> None:
    called = panhuo(*arguments)
    assert called.code == 2
    assert set(called.answer) == {"error"}
    assert called.answer["error"]["code"] == code
    assert called.said.startswith("panhuo: ")
    assert "Traceback" not in called.said
    assert called.said.count("\n") == 1


def test_a_missing_file_is_refused_by_name(panhuo: Panhuo, tmp_path: Path) -> None:
    called = panhuo("import", tmp_path / "gone.csv")
    assert called.code == 2
    assert called.answer["error"]["file"].endswith("gone.csv")


def test_foreign_files_in_a_home_are_left_alone(panhuo: Panhuo, tmp_path: Path) -> None:
    home = tmp_path / "full"
    home.mkdir()
    (home / "letter.txt").write_text("mine", encoding="utf-8")
    needs = tmp_path / "needs.jsonl"
    needs.write_text(json.dumps({"requirement_id": "r1", "title": "甲", "content": "乙"}) + "\n", encoding="utf-8")
    assert panhuo("import", needs, "--home", home).code == 0
    assert (home / "letter.txt").read_text(encoding="utf-8") == "mine"
    assert panhuo("status", "--home", home).answer["needs"] == 1


def test_a_file_as_home_is_refused(panhuo: Panhuo, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    assert panhuo("import", file, "--home", file).answer["error"]["code"] == "home_problem"


@pytest.mark.parametrize("content", ["", "{", '{"format": "x"}', "[]", '{"format": 99, "kind": "real", "pack": "x"}'])
def test_a_damaged_or_newer_marker_is_refused(panhuo: Panhuo, tmp_path: Path, content: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "panhuo-home.json").write_text(content, encoding="utf-8")
    called = panhuo("status")
    assert called.answer["error"]["code"] == "home_problem"


def test_a_moved_and_a_copied_home_still_work(panhuo: Panhuo, tmp_path: Path) -> None:
    needs = tmp_path / "needs.jsonl"
    needs.write_text(json.dumps({"requirement_id": "r1", "title": "甲", "content": "乙"}) + "\n", encoding="utf-8")
    one, other, third = tmp_path / "one", tmp_path / "other", tmp_path / "third"
    panhuo("import", needs, "--home", one)
    digest = panhuo("status", "--home", one).answer["digest"]
    shutil.copytree(one, third)
    one.rename(other)
    assert {panhuo("status", "--home", home).answer["digest"] for home in (other, third)} == {digest}


def test_a_second_writer_is_refused_and_readers_go_on(panhuo: Panhuo, tmp_path: Path) -> None:
    needs = tmp_path / "needs.jsonl"
    needs.write_text(json.dumps({"requirement_id": "r1", "title": "甲", "content": "乙"}) + "\n", encoding="utf-8")
    panhuo("import", needs)
    with (tmp_path / "home" / "writer.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = panhuo("import", needs)
        assert (refused.code, refused.answer["error"]["code"]) == (2, "home_busy")
        assert panhuo("status").code == 0
    assert panhuo("import", needs).code == 0, "the lock goes with its holder"


def test_options_may_stand_before_or_after_the_subcommand(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "panhuo.cli"]
    for order in (["--json", "status", "--home", str(tmp_path)], ["--home", str(tmp_path), "status", "--json"]):
        done = subprocess.run([*command, *order], capture_output=True, text=True, check=False)
        assert (done.returncode, json.loads(done.stdout)["home"]) == (0, str(tmp_path))


def test_status_of_a_home_that_is_missing_is_zeros(panhuo: Panhuo, tmp_path: Path) -> None:
    called = panhuo("status", "--home", tmp_path / "new")
    assert (called.code, called.answer["patents"], called.answer["needs"], called.answer["runs"]) == (0, 0, 0, 0)
    assert called.answer["digest"] == panhuo("status", "--home", tmp_path / "other").answer["digest"]


def test_a_folder_without_files_is_told(panhuo: Panhuo, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    called = panhuo("import", tmp_path / "empty")
    assert (called.code, called.answer["files"]) == (0, [])
    assert "holds no file to read" in called.said


def test_a_wrong_name_for_rejects_is_told_before_anything_is_imported(panhuo: Panhuo, tmp_path: Path) -> None:
    needs = tmp_path / "needs.jsonl"
    needs.write_text(json.dumps({"text": "噪声大"}) + "\n", encoding="utf-8")
    assert panhuo("import", needs, "--rejects", tmp_path / "r.docx").code == 2
    assert panhuo("status").answer["needs"] == 0
    assert panhuo("import", needs, "--rejects", tmp_path / "r.csv").code == 0
    assert panhuo("status").answer["needs"] == 1


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"packs"}))
def test_every_command_helps_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from panhuo.cli import run

    assert run([name, "--help"]) == 0
    assert "Example:" in capsys.readouterr().out

"""panhuo doctor: what lacks is told with what to do; only what is needed ends with code 1; nothing stays behind."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from calls import Called
from panhuo.adapters.writers import pdf
from panhuo.cli import doctor_checks

Panhuo = Callable[..., Called]
NAMES = [
    *("python", "encoding", "terminal", "home", "marker", "disk", "memory", "sqlite", "duckdb", "pack"),
    *("pdf_libraries", "chinese_font", "pdf_writer", "browser"),
]


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def check(done: Called, name: str) -> dict[str, Any]:
    [found] = [one for one in done.answer["checks"] if one["name"] == name]
    return found


def test_a_sound_machine_needs_nothing_and_no_home_is_made(panhuo: Panhuo, tmp_path: Path) -> None:
    done = panhuo("doctor")
    assert (done.code, done.answer["needed_lacking"]) == (0, []), done.said
    assert [one["name"] for one in done.answer["checks"]] == NAMES
    assert not (tmp_path / "home").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_is_there_is_read_and_left_as_it_was(panhuo: Panhuo, tmp_path: Path) -> None:
    panhuo("status")
    before = sorted(path.name for path in (tmp_path / "home").iterdir())
    done = panhuo("doctor")
    assert done.code == 0, done.said
    assert check(done, "marker")["found"] == "real, national"
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == before


def test_without_pango_and_fonts_it_can_be_used_and_the_packages_are_named(
    panhuo: Panhuo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_opens", lambda _library: False)
    monkeypatch.setattr(pdf, "chinese_fonts", lambda: ())
    done = panhuo("doctor")
    assert done.code == 0
    assert done.answer["optional_lacking"] == ["pdf_libraries", "chinese_font", "pdf_writer"]
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in done.said
    assert "apt-get install fonts-noto-cjk" in done.said
    assert "可以使用，部分功能受限" in done.said


def test_a_home_in_a_file_and_a_damaged_marker_are_needed(panhuo: Panhuo, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = panhuo("doctor", "--home", tmp_path / "file" / "home")
    assert (done.code, "home" in done.answer["needed_lacking"]) == (1, True)
    assert "--home DIR" in check(done, "home")["todo"]
    panhuo("status")
    (tmp_path / "home" / "panhuo-home.json").write_text("{", encoding="utf-8")
    spoilt = panhuo("doctor")
    assert (spoilt.code, {"marker", "pack"} <= set(spoilt.answer["needed_lacking"])) == (1, True)
    assert "is damaged" in spoilt.said


def test_a_full_disk_is_needed_and_little_memory_is_not(panhuo: Panhuo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 40, 1 << 40, (1 << 30) - 1))
    monkeypatch.setattr(doctor_checks, "WANTED_MEMORY_BYTES", 1 << 60)
    done = panhuo("doctor")
    assert (done.code, done.answer["needed_lacking"], "memory" in done.answer["optional_lacking"]) == (
        1,
        ["disk"],
        True,
    )


@pytest.mark.parametrize(("name", "tried"), [("sqlite", "_sqlite"), ("duckdb", "_duckdb")])
def test_a_store_that_does_not_work_is_told_in_its_own_words(
    panhuo: Panhuo, monkeypatch: pytest.MonkeyPatch, name: str, tried: str
) -> None:
    def broken() -> str:
        raise ImportError("libfoo.so: cannot open shared object file")

    monkeypatch.setattr(doctor_checks, tried, broken)
    done = panhuo("doctor")
    assert (done.code, done.answer["needed_lacking"]) == (1, [name])
    assert "libfoo.so" in done.said


def test_an_old_python_and_another_encoding_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "latin-1")
    found = doctor_checks.encoding()
    assert (found.is_ok, found.is_needed, "C.UTF-8" in found.todo) == (False, True, True)
    monkeypatch.setattr(doctor_checks, "LEAST_PYTHON", (99, 0))
    assert not doctor_checks.python().is_ok


def test_an_unsound_pack_is_needed(panhuo: Panhuo, tmp_path: Path) -> None:
    from panhuo.rules import packs_folder

    panhuo("status")
    folder = tmp_path / "spoilt" / "national"
    shutil.copytree(packs_folder() / "national", folder)
    words = folder / "tables" / "dossier_words.csv"
    words.write_text(words.read_text("utf-8") + "title,再来一次\n", encoding="utf-8")
    marker = tmp_path / "home" / "panhuo-home.json"
    marker.write_text(marker.read_text("utf-8").replace('"national"', f'"{folder}"'), encoding="utf-8")
    done = panhuo("doctor")
    assert (done.code, done.answer["needed_lacking"]) == (1, ["pack"])
    assert "dossier_words.csv" in check(done, "pack")["found"]

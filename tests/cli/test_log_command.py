"""panhuo log, from the first act to a bundle that another machine verifies."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from calls import Called
from panhuo.adapters.files.home import open_home

Panhuo = Callable[..., Called]
AT, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def acts(panhuo: Panhuo, tmp_path: Path, count: int) -> None:
    """Entries in the home's log."""
    from django.db import transaction

    from panhuo.desk.history import log_action
    from panhuo.desk.registry.opening import open_register

    place = open_home(tmp_path / "home")
    open_register(place, write=True)
    with transaction.atomic():
        for number in range(count):
            log_action(f"case:PG{number % 3}", "noted", actor="李", role="office", at=AT, made_at=NOW, reason="说明")


def test_a_bundle_of_a_home_is_whole_on_another_machine(panhuo: Panhuo, tmp_path: Path) -> None:
    acts(panhuo, tmp_path, 5)
    first = panhuo("log", "head", "--out", tmp_path / "first.txt", "--key-out", tmp_path / "key.txt")
    assert (first.code, first.answer["size"]) == (0, 5)
    acts(panhuo, tmp_path, 300)
    out = tmp_path / "log.zip"
    exported = panhuo("log", "export", "--out", out)
    assert (exported.code, exported.answer["entries"], exported.answer["earlier"]) == (0, 305, [5])
    elsewhere = {**os.environ, "PANHUO_HOME": str(tmp_path / "nowhere"), "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-m", "panhuo.cli", "log", "verify", str(out), "--head", str(tmp_path / "first.txt"),
         "--key", str(tmp_path / "key.txt"), "--json"],
        capture_output=True, text=True, check=False, env=elsewhere,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (done.returncode, told["is_whole"], told["earlier"], told["is_key_given"]) == (0, True, [5], True)
    assert not (tmp_path / "nowhere").exists()
    folder = panhuo("log", "export", "--out", tmp_path / "folder")
    assert (folder.code, panhuo("log", "verify", tmp_path / "folder").code) == (0, 0)


def test_the_key_is_for_its_owner_only_and_is_not_made_anew(panhuo: Panhuo, tmp_path: Path) -> None:
    first = panhuo("log", "head")
    key = tmp_path / "home" / "log-key.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert panhuo("log", "head").answer["head"] == first.answer["head"]
    key.chmod(0o640)
    assert panhuo("log", "head").answer["error"]["code"] == "log_key_open"
    key.unlink()
    assert panhuo("log", "head").answer["error"]["code"] == "no_log_key"


def test_an_entry_is_proved_with_a_code(panhuo: Panhuo, tmp_path: Path) -> None:
    acts(panhuo, tmp_path, 20)
    panhuo("log", "head", "--out", tmp_path / "head.txt")
    acts(panhuo, tmp_path, 20)
    proved = panhuo("log", "prove", 7, "--out", tmp_path / "proof.json")
    told = panhuo("log", "verify", tmp_path / "proof.json", "--head", tmp_path / "head.txt")
    assert (told.code, told.answer["kind"], told.answer["number"]) == (0, "proof", 7)
    assert told.answer["code"] == proved.answer["code"]
    shown = panhuo("log", "show", "--subject", "case:PG0").answer["entries"]
    assert {one["number"]: one["code"] for one in shown}[7] == proved.answer["code"]
    assert panhuo("log", "prove", 41, "--out", tmp_path / "no.json").answer["error"]["code"] == "no_entry"
    assert not (tmp_path / "no.json").exists()


@pytest.mark.parametrize(
    ("statement", "fault", "first"),
    [
        ("UPDATE history_loggedaction SET reason = '' WHERE number = 12", "edited", 12),
        ("DELETE FROM history_loggedaction WHERE number = 12", "deleted", 12),
        ("DELETE FROM history_loggedaction WHERE number > 12", "truncated", 13),
    ],
)
def test_a_register_changed_behind_our_back_is_told_by_its_export(
    panhuo: Panhuo, tmp_path: Path, statement: str, fault: str, first: int
) -> None:
    acts(panhuo, tmp_path, 30)
    panhuo("log", "head", "--out", tmp_path / "head.txt")
    with closing(sqlite3.connect(tmp_path / "home" / "register.sqlite3")) as register:
        from panhuo.desk.history.triggers import dropped

        for one in (*dropped("sqlite"), statement):
            register.execute(one)
        register.commit()
    told = panhuo("log", "export", "--out", tmp_path / "log.zip")
    assert told.code == 1
    found = told.answer["findings"][0]
    assert (found["fault"], found["first"]) == (fault, first)


def test_what_is_no_bundle_is_one_sentence(panhuo: Panhuo, tmp_path: Path) -> None:
    for name, content in (("a.txt", b"x"), ("b.zip", b"PK\x03\x04"), ("c.json", b"{}")):
        (tmp_path / name).write_bytes(content)
        told = panhuo("log", "verify", tmp_path / name)
        assert (told.code, told.answer["error"]["code"]) == (2, "bad_proof" if name == "c.json" else "bad_bundle")
    acts(panhuo, tmp_path, 3)
    panhuo("log", "export", "--out", tmp_path / "log.zip")
    assert panhuo("log", "export", "--out", tmp_path / "log.zip").answer["error"]["code"] == "out_exists"
    content = bytearray((tmp_path / "log.zip").read_bytes())
    with zipfile.ZipFile(tmp_path / "log.zip") as archive:
        place = archive.getinfo("entries/000001.jsonl").header_offset + 60
    content[place] ^= 1
    (tmp_path / "log.zip").write_bytes(content)
    assert panhuo("log", "verify", tmp_path / "log.zip").answer["error"]["code"] == "bad_bundle"


def test_an_append_only_file_of_a_witness_is_an_earlier_head(panhuo: Panhuo, tmp_path: Path) -> None:
    witness = tmp_path / "witness.txt"
    for count in (3, 4):
        acts(panhuo, tmp_path, count)
        given: Any = panhuo("log", "anchor", "--to", witness)
        assert (given.code, given.answer["receipt"]["kind"]) == (0, "file")
    panhuo("log", "anchor", "--to", witness)
    assert witness.read_text(encoding="utf-8").count("\ntime ") == 2
    panhuo("log", "export", "--out", tmp_path / "log.zip")
    told = panhuo("log", "verify", tmp_path / "log.zip", "--head", witness)
    assert (told.code, told.answer["earlier"]) == (0, [3, 7])
    assert [one["standing"] for one in told.answer["receipts"]] == ["held"] * 3
    witness.write_text("something else", encoding="utf-8")
    assert panhuo("log", "anchor", "--to", witness).answer["error"]["code"] == "not_a_witness_file"

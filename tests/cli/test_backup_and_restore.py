"""A backup brings an installation back with the same figures; a damaged or foreign one is refused and nothing stays."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from test_match_command import AT, PATENTS
from test_search_command import put

from calls import Called
from panhuo.adapters.files.backups import MANIFEST, read_backup
from panhuo.adapters.files.home import KEPT, MARKER, open_home
from panhuo.adapters.files.register_copy import check_register, copy_register, rows_of
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("PANHUO_DATABASE_URL")),
    reason="of a register in a file; that of a server: tests/reliability/test_server_backup.py",
)
Panhuo = Callable[..., Called]
SEED = 20251130
FLIPS = 100


@pytest.fixture
def filled(tmp_path: Path, panhuo: Panhuo) -> Path:
    """A home with patents, a Run with its file and an attachment."""
    home = tmp_path / "home"
    put(panhuo, tmp_path, PATENTS)
    assert panhuo("grade", "--at", AT, "--out", tmp_path / "grade.csv").code == 0
    paper = home / "attachments" / "ab" / "report.pdf"
    paper.parent.mkdir(parents=True)
    paper.write_bytes(b"%PDF-1.7 a report")
    return home


@pytest.fixture
def made(tmp_path: Path, panhuo: Panhuo, filled: Path) -> Path:
    file = tmp_path / "city.panhuo"
    assert panhuo("backup", "--out", file).code == 0
    return file


def _figures(panhuo: Panhuo, home: Path) -> dict[str, Any]:
    told = panhuo("status", "--home", home).answer
    return {name: told[name] for name in ("patents", "events", "runs", "sources", "digest", "kind", "pack")}


def _files(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes()
        for folder in KEPT
        for path in (home / folder).rglob("*")
        if path.is_file()
    }


def test_a_restored_home_gives_the_same_figures_and_files(
    tmp_path: Path, panhuo: Panhuo, filled: Path, made: Path
) -> None:
    before = panhuo("grade", "--at", AT, "--out", tmp_path / "before.csv").answer
    again = tmp_path / "again"
    done = panhuo("restore", made, "--home", again)
    assert done.code == 0, done.said
    assert _figures(panhuo, again) == _figures(panhuo, filled)
    assert _files(again) == _files(filled)
    assert len(_files(again)) >= 2
    after = panhuo("grade", "--at", AT, "--out", tmp_path / "after.csv", "--home", again).answer
    assert {**before, "out": ""} == {**after, "out": ""}
    assert (tmp_path / "before.csv").read_bytes() == (tmp_path / "after.csv").read_bytes()
    assert not list(tmp_path.glob(".again*"))


def test_the_log_goes_on_where_it_stood(tmp_path: Path, panhuo: Panhuo, filled: Path) -> None:
    """The same head under the same key; the restored log verifies against the head that was handed out before."""
    found = panhuo(
        "people",
        "add-organisation",
        "云湖市局",
        "--kind",
        "city_office",
        "--region",
        "990100",
        "--uscc",
        "119901000000000166",
    )
    assert found.code == 0, found.said
    before = panhuo("log", "head").answer
    assert panhuo("backup", "--out", tmp_path / "city.panhuo").code == 0
    assert panhuo("restore", tmp_path / "city.panhuo", "--home", tmp_path / "again").code == 0
    after = panhuo("log", "head", "--home", tmp_path / "again").answer
    assert before["size"] >= 1
    assert after == before
    assert (tmp_path / "again" / "log-key.pem").read_bytes() == (filled / "log-key.pem").read_bytes()


def test_only_the_owner_may_read_a_backup_and_what_was_restored(tmp_path: Path, panhuo: Panhuo, made: Path) -> None:
    assert made.stat().st_mode & 0o077 == 0
    panhuo("restore", made, "--home", tmp_path / "again")
    assert (tmp_path / "again").stat().st_mode & 0o077 == 0
    assert (tmp_path / "again" / "register.sqlite3").stat().st_mode & 0o077 == 0


def test_every_flipped_bit_is_found(tmp_path: Path, panhuo: Panhuo, made: Path) -> None:
    """100 bits drawn over the whole file, the first and the last byte, a cut and an added byte."""
    rng = random.Random(SEED)
    whole = made.read_bytes()
    places = [(0, 0), (len(whole) - 1, 0), *((rng.randrange(len(whole)), rng.randrange(8)) for _ in range(FLIPS - 2))]
    damaged = tmp_path / "damaged.panhuo"
    refused = 0
    for place, bit in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << bit
        damaged.write_bytes(changed)
        with pytest.raises(DomainError) as caught:
            read_backup(damaged, tell=lambda *_: None)
        refused += caught.value.code == "bad_backup"
    assert refused == FLIPS
    for other in (whole[:-1], whole + b"0", whole[: len(whole) // 2], b"", whole[:10]):
        damaged.write_bytes(other)
        done = panhuo("restore", damaged, "--home", tmp_path / "again")
        assert (done.code, done.answer["error"]["code"]) == (2, "bad_backup")
    assert not (tmp_path / "again").exists()
    assert read_backup(made, tell=lambda *_: None).members, "the whole one is taken"


def _sealed_anew(path: Path) -> None:
    """Somebody who can write the file can seal it anew: what it holds is looked at all the same."""
    content = path.read_bytes()[:-64]
    path.write_bytes(content + hashlib.sha256(content).hexdigest().encode())


def _rewritten(made: Path, to: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    with zipfile.ZipFile(made) as archive:
        held = {name: archive.read(name) for name in archive.namelist() if name != MANIFEST}
        about = json.loads(archive.read(MANIFEST))
    change(held, about)
    with zipfile.ZipFile(to, "w") as archive:
        archive.comment = b"0" * 64
        for name, content in held.items():
            archive.writestr(name, content)
        archive.writestr(MANIFEST, json.dumps(about))
    _sealed_anew(to)
    return to


def _add(name: str) -> Callable[[dict[str, bytes], dict[str, Any]], None]:
    def change(held: dict[str, bytes], about: dict[str, Any]) -> None:
        held[name] = b"x"
        about["members"].append({"name": name, "size": 1, "digest": hashlib.sha256(b"x").hexdigest()})

    return change


def _without_a_row(held: dict[str, bytes], about: dict[str, Any]) -> None:
    about["rows"]["registry_asset"] += 1


def _other_content(held: dict[str, bytes], about: dict[str, Any]) -> None:
    name = next(name for name in held if name.startswith("attachments/"))
    held[name] = held[name][::-1]


def _no_register(held: dict[str, bytes], about: dict[str, Any]) -> None:
    del held["register.sqlite3"]
    about["members"] = [one for one in about["members"] if one["name"] != "register.sqlite3"]


def _unlisted(held: dict[str, bytes], about: dict[str, Any]) -> None:
    held["runs/unlisted"] = b"x"


def _newer_format(held: dict[str, bytes], about: dict[str, Any]) -> None:
    about["format"] = 2


def _spoilt_register(held: dict[str, bytes], about: dict[str, Any]) -> None:
    spoilt = bytearray(held["register.sqlite3"])
    spoilt[5000:9000] = bytes(4000)
    held["register.sqlite3"] = bytes(spoilt)
    one = next(one for one in about["members"] if one["name"] == "register.sqlite3")
    one["digest"] = hashlib.sha256(spoilt).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        _add("../outside"),
        _add("/etc/outside"),
        _add("runs/../../outside"),
        _add("runs//outside"),
        _add("runs\\outside"),
        _add("elsewhere/file"),
        _add("writer.lock"),
        _without_a_row,
        _other_content,
        _no_register,
        _unlisted,
        _newer_format,
    ],
)
def test_a_foreign_backup_with_a_good_seal_writes_nothing(
    tmp_path: Path, panhuo: Panhuo, made: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]
) -> None:
    place = tmp_path / "inner" / "again"
    done = panhuo("restore", _rewritten(made, tmp_path / "foreign.panhuo", change), "--home", place)
    assert (done.code, done.answer["error"]["code"]) == (2, "bad_backup"), done.said
    assert not place.exists()
    assert not list(tmp_path.rglob("outside"))
    assert not list(place.parent.glob(".again*"))


def test_the_same_backup_rewritten_without_a_change_is_taken(tmp_path: Path, panhuo: Panhuo, made: Path) -> None:
    """The control of the cases above: it is not the rewriting that is refused."""
    same = _rewritten(made, tmp_path / "same.panhuo", lambda _held, _about: None)
    assert panhuo("restore", same, "--home", tmp_path / "again").code == 0


def test_a_register_that_sqlite_calls_damaged_is_refused(tmp_path: Path, panhuo: Panhuo, made: Path) -> None:
    done = panhuo(
        "restore", _rewritten(made, tmp_path / "foreign.panhuo", _spoilt_register), "--home", tmp_path / "again"
    )
    assert done.answer["error"]["code"] in ("register_spoilt", "cannot_read")
    assert not (tmp_path / "again").exists()


def test_a_backup_of_a_newer_register_is_refused_with_what_to_do(tmp_path: Path, panhuo: Panhuo, made: Path) -> None:
    def newer(_held: dict[str, bytes], about: dict[str, Any]) -> None:
        about["migrations"].append("registry.9999_of_the_future")

    done = panhuo("restore", _rewritten(made, tmp_path / "newer.panhuo", newer), "--home", tmp_path / "again")
    assert done.answer["error"]["code"] == "newer_backup"
    assert "registry.9999_of_the_future" in done.answer["error"]["message"]


def test_a_home_that_stands_is_never_overwritten(tmp_path: Path, panhuo: Panhuo, filled: Path, made: Path) -> None:
    (filled / "attachments" / "ab" / "report.pdf").write_bytes(b"later")
    done = panhuo("restore", made)
    assert (done.code, done.answer["error"]["code"]) == (2, "home_not_empty")
    assert (filled / "attachments" / "ab" / "report.pdf").read_bytes() == b"later"
    done = panhuo("restore", made, "--replace")
    assert done.code == 0
    assert (filled / "attachments" / "ab" / "report.pdf").read_bytes() == b"%PDF-1.7 a report"
    aside = Path(done.answer["aside"])
    assert (aside / "attachments" / "ab" / "report.pdf").read_bytes() == b"later"
    assert (aside / MARKER).exists()


def test_an_empty_folder_is_taken_and_check_writes_nothing(tmp_path: Path, panhuo: Panhuo, made: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = panhuo("restore", made, "--home", empty, "--check")
    assert done.code == 0
    assert list(empty.iterdir()) == []
    assert panhuo("restore", made, "--home", empty).code == 0
    assert (empty / MARKER).exists()


def test_a_file_that_is_there_is_not_written_over_and_no_home_is_made(
    tmp_path: Path, panhuo: Panhuo, made: Path
) -> None:
    assert panhuo("backup", "--out", made).answer["error"]["code"] == "file_exists"
    done = panhuo("backup", "--out", tmp_path / "x.panhuo", "--home", tmp_path / "nowhere")
    assert done.answer["error"]["code"] == "no_home"
    assert not (tmp_path / "nowhere").exists()
    assert panhuo("restore", tmp_path / "none", "--home", tmp_path / "again").answer["error"]["code"] == "missing_file"


def test_another_process_that_writes_is_waited_for(tmp_path: Path, panhuo: Panhuo, filled: Path) -> None:
    with open_home(filled).writing():
        done = panhuo("backup", "--out", tmp_path / "x.panhuo", "--wait", "0")
    assert done.answer["error"]["code"] == "home_busy"
    assert not (tmp_path / "x.panhuo").exists()


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Path]:
    """A register to which a thread writes pairs of rows without a pause."""
    path = tmp_path / "busy.sqlite3"
    with closing(sqlite3.connect(path)) as start:
        start.executescript("PRAGMA journal_mode=WAL; CREATE TABLE a (n); CREATE TABLE b (n);")
        start.executemany("INSERT INTO a VALUES (?)", [(os.urandom(900),) for _ in range(20_000)])
        start.execute("INSERT INTO b SELECT n FROM a")
        start.commit()
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            while not stop.is_set():
                connection.execute("INSERT INTO a VALUES (1)")
                connection.execute("INSERT INTO b VALUES (1)")
                connection.commit()

    thread = threading.Thread(target=write)
    thread.start()
    yield path
    stop.set()
    thread.join()


def test_a_copy_under_load_is_of_one_moment(tmp_path: Path, busy: Path) -> None:
    for n in range(3):
        before = rows_of_live(busy)
        copy_register(busy, tmp_path / f"{n}.sqlite3")
        found = rows_of(tmp_path / f"{n}.sqlite3")
        assert found["a"] == found["b"], "a pair is torn"
        assert before <= found["a"] <= rows_of_live(busy)
    assert rows_of_live(busy) > 20_000, "nobody wrote"


def test_copying_the_bare_file_under_load_tears_it(tmp_path: Path, busy: Path) -> None:
    """The negative control: without SQLite's own copy pairs are torn, rows are lost or pages damaged."""
    wrong = 0
    for n in range(5):
        shutil.copyfile(busy, tmp_path / f"{n}.sqlite3")
        try:
            check_register(tmp_path / f"{n}.sqlite3")
            found = rows_of(tmp_path / f"{n}.sqlite3")
            wrong += found["a"] != found["b"] or found["a"] < rows_of_live(busy)
        except (DomainError, sqlite3.Error):
            wrong += 1
    assert wrong


def rows_of_live(path: Path) -> int:
    with closing(sqlite3.connect(path)) as found:
        return int(found.execute("SELECT count(*) FROM a").fetchone()[0])


def test_a_restore_that_is_killed_leaves_what_stood_there(
    tmp_path: Path, panhuo: Panhuo, filled: Path, made: Path
) -> None:
    """kill -9 at drawn moments: the home is the old one or the new one, whole; a later restore comes to its end."""
    rng = random.Random(SEED)
    mark = filled / "attachments" / "ab" / "report.pdf"
    call = [sys.executable, "-m", "panhuo.cli", "restore", str(made), "--home", str(filled), "--replace", "--json"]
    started = time.monotonic()
    mark.write_bytes(b"later")
    assert subprocess.run(call, check=False, capture_output=True).returncode == 0
    whole = time.monotonic() - started
    landed = 0
    for _ in range(6):
        mark.write_bytes(b"later")
        process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(whole * 0.3, whole))
        process.send_signal(signal.SIGKILL)
        landed += process.wait() == -signal.SIGKILL
        homes = [place for place in (filled, *filled.parent.glob("home.before-*")) if (place / MARKER).exists()]
        assert homes, "neither the old home nor the new one"
        standing = filled if (filled / MARKER).exists() else max(homes)
        if standing != filled:
            standing.rename(filled)
        assert mark.read_bytes() in (b"later", b"%PDF-1.7 a report")
        check_register(filled / "register.sqlite3")
    assert landed, "no signal came in time"
    assert subprocess.run(call, check=False, capture_output=True).returncode == 0
    assert mark.read_bytes() == b"%PDF-1.7 a report"
    assert not list(filled.parent.glob(".home.restoring"))

"""Backup and restore of a register on PostgreSQL: the same figures and log head, all of one moment, or nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from stopped_import import write_files

from on_postgresql import Cluster
from panhuo.adapters.files.backups import MANIFEST, read_backup
from panhuo.adapters.postgres import register_copy
from panhuo.adapters.postgres.register_copy import copy_server
from panhuo.terms.errors import DomainError

SEED = 20251130
PANHUO = [sys.executable, "-m", "panhuo.cli"]
OFFICE = ("--kind", "city_office", "--region", "990100", "--uscc", "119901000000000166")


def call(address: str, *arguments: object) -> tuple[int, dict[str, Any], str]:
    """The command line in a process of its own, on the register at an address; "" for SQLite in the home."""
    done = subprocess.run(
        [*PANHUO, *map(str, arguments), "--json"], capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PANHUO_DATABASE_URL": address},
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture(scope="module")
def filled(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, Path]:
    """Address, home and backup of a register that was served and imported into, and whose log has heads."""
    folder = tmp_path_factory.mktemp("filled")
    address, home, file = server.made("filled"), folder / "home", folder / "city.panhuo"
    patents, _ = write_files(folder, 400)
    prepared = subprocess.run(
        [*PANHUO, "serve", "--prepare", "--home", str(home)], capture_output=True, text=True, check=False,
        env={**os.environ, "PANHUO_DATABASE_URL": address},
    )  # fmt: skip
    assert prepared.returncode == 0, prepared.stderr
    for asked in (
        ("people", "add-organisation", "云湖市局", *OFFICE, "--home", home),
        ("import", patents, "--home", home),
        ("log", "head", "--home", home),
        ("backup", "--out", file, "--home", home),
    ):
        code, _, said = call(address, *asked)
        assert code == 0, said
    return address, home, file


def figures(address: str, home: Path) -> dict[str, Any]:
    told = call(address, "status", "--home", home)[1]
    return {name: told[name] for name in ("patents", "events", "runs", "sources", "digest", "kind", "pack")}


def tables(address: str) -> list[str]:
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200")
        return [name for (name,) in found.fetchall()]


def test_a_restored_register_has_the_same_figures_and_head_and_goes_on(
    filled: tuple[str, Path, Path], new_database: Callable[[], str], tmp_path: Path
) -> None:
    address, home, file = filled
    again, place = new_database(), tmp_path / "again"
    code, answer, said = call(again, "restore", file, "--home", place)
    assert code == 0, said
    assert answer["rows"] > 1_000
    assert figures(again, place) == figures(address, home)
    assert call(again, "log", "head", "--home", place)[1] == call(address, "log", "head", "--home", home)[1]
    assert not (place / "register").exists()
    assert sorted(path.name for path in place.parent.iterdir()) == ["again"]
    told = ("people", "add-organisation", "云湖区局", "--kind", "district_office", "--region", "990101")
    code, _, said = call(again, *told, "--uscc", "11990101000000013B", "--home", place)
    assert code == 0, f"numbers do not go on: {said}"
    with psycopg.connect(again) as connection, pytest.raises(psycopg.Error, match="append_only"):
        connection.execute("UPDATE history_loggedaction SET actor = 'x'")
    assert subprocess.run(
        [*PANHUO, "serve", "--prepare", "--home", str(place)], capture_output=True, check=False,
        env={**os.environ, "PANHUO_DATABASE_URL": again},
    ).returncode == 0  # fmt: skip


def test_every_flipped_bit_is_found(filled: tuple[str, Path, Path], tmp_path: Path) -> None:
    _, _, file = filled
    rng, whole, damaged = random.Random(SEED), file.read_bytes(), tmp_path / "damaged.panhuo"
    refused = 0
    for _ in range(100):
        changed = bytearray(whole)
        changed[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        damaged.write_bytes(changed)
        with pytest.raises(DomainError) as caught:
            read_backup(damaged, tell=lambda *_: None)
        refused += caught.value.code == "bad_backup"
    assert refused == 100
    assert read_backup(file, tell=lambda *_: None).store == "postgresql"


def _sealed_anew(file: Path, to: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    import hashlib

    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist() if name != MANIFEST}
        about = json.loads(archive.read(MANIFEST))
    change(held, about)
    for one in about["members"]:
        one["size"], one["digest"] = len(held[one["name"]]), hashlib.sha256(held[one["name"]]).hexdigest()
    with zipfile.ZipFile(to, "w") as archive:
        archive.comment = b"0" * 64
        for name, content in held.items():
            archive.writestr(name, content)
        archive.writestr(MANIFEST, json.dumps(about))
    content = to.read_bytes()[:-64]
    to.write_bytes(content + hashlib.sha256(content).hexdigest().encode())
    return to


def _without_a_row(held: dict[str, bytes], about: dict[str, Any]) -> None:
    held["register/registry_asset.copy"] = held["register/registry_asset.copy"].partition(b"\n")[2]


def _loose(held: dict[str, bytes], about: dict[str, Any]) -> None:
    """Rows that others point to are gone, and the counts say so."""
    about["rows"]["registry_asset"] = 0
    held["register/registry_asset.copy"] = b""


def _other_column(held: dict[str, bytes], about: dict[str, Any]) -> None:
    about["columns"]["registry_asset"][0] = "id\") FROM PROGRAM 'touch outside' --"


def _other_values(held: dict[str, bytes], about: dict[str, Any]) -> None:
    lines = held["register/registry_asset.copy"].split(b"\n")
    lines[0] = b"x" + lines[0]
    held["register/registry_asset.copy"] = b"\n".join(lines)


@pytest.mark.parametrize("change", [_without_a_row, _loose, _other_column, _other_values])
def test_a_foreign_backup_with_a_good_seal_leaves_database_and_folder_empty(
    filled: tuple[str, Path, Path],
    new_database: Callable[[], str],
    tmp_path: Path,
    change: Callable[[dict[str, bytes], dict[str, Any]], None],
) -> None:
    again, place = new_database(), tmp_path / "again"
    foreign = _sealed_anew(filled[2], tmp_path / "foreign.panhuo", change)
    code, answer, said = call(again, "restore", foreign, "--home", place)
    assert (code, answer["error"]["code"]) == (2, "bad_backup"), said
    assert tables(again) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["foreign.panhuo"]


def test_a_database_that_holds_tables_and_another_store_are_refused_with_what_to_do(
    filled: tuple[str, Path, Path], tmp_path: Path
) -> None:
    address, home, file = filled
    before = figures(address, home)
    code, answer, said = call(address, "restore", file, "--home", tmp_path / "again")
    assert (code, answer["error"]["code"]) == (2, "register_not_empty")
    assert "CREATE DATABASE" in said
    assert figures(address, home) == before
    code, answer, said = call("", "restore", file, "--home", tmp_path / "again")
    assert (code, answer["error"]["code"]) == (2, "other_store")
    assert "PANHUO_DATABASE_URL" in said
    assert not (tmp_path / "again").exists()


@pytest.mark.full
def test_a_restore_that_is_killed_leaves_nothing_or_all_of_it(
    filled: tuple[str, Path, Path], new_database: Callable[[], str], tmp_path: Path
) -> None:
    """kill -9 at drawn moments; what lies in the way afterwards is named, and a further restore comes to its end."""
    rng, (address, home, file) = random.Random(SEED), filled
    again, place = new_database(), tmp_path / "again"
    began = time.monotonic()
    assert call(again, "restore", file, "--home", place)[0] == 0
    whole, landed = time.monotonic() - began, 0
    for turn in range(4):
        again, place = new_database(), tmp_path / f"again{turn}"
        env = {**os.environ, "PANHUO_DATABASE_URL": again}
        restore = [*PANHUO, "restore", str(file), "--home", str(place)]
        process = subprocess.Popen(restore, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
        time.sleep(rng.uniform(whole * 0.3, whole))
        process.send_signal(signal.SIGKILL)
        landed += process.wait() == -signal.SIGKILL
        until = time.monotonic() + 10
        while tables(again) and not place.exists() and time.monotonic() < until:
            time.sleep(0.2)  # the server has not seen yet that its client is gone
        if tables(again):
            assert figures(again, place) == figures(address, home), "half of it"
        else:
            code, _, said = call(again, "restore", file, "--home", place, "--replace")
            assert code == 0, said
            assert figures(again, place)["digest"] == figures(address, home)["digest"]
    assert landed, "no signal came in time"


@contextmanager
def pairs_written(address: str) -> Iterator[None]:
    """Pairs of rows in two tables, written without a pause, each pair in one transaction."""
    stop = threading.Event()
    with psycopg.connect(address) as made:
        made.execute(
            "CREATE TABLE a (n int); CREATE TABLE b (n int); CREATE TABLE django_migrations (app text, name text)"
        )

    def write() -> None:
        with psycopg.connect(address) as connection:
            while not stop.is_set():
                connection.execute("INSERT INTO a VALUES (1)")
                connection.execute("INSERT INTO b VALUES (1)")
                connection.commit()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("guard", ["one moment", "a moment each"])
def test_a_copy_under_a_writer_is_of_one_moment(
    new_database: Callable[[], str], tmp_path: Path, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """guard "a moment each" is the control: every statement with a snapshot of its own tears pairs."""
    if guard != "one moment":
        from panhuo.adapters.postgres import locks

        monkeypatch.setattr(register_copy, "connected", lambda told: _each_its_own(locks.connected(told)))
    address = new_database()
    folder = {name: value for name, value in psycopg.conninfo.conninfo_to_dict(address).items() if value}
    with pairs_written(address):
        time.sleep(0.2)
        rows = []
        for turn in range(12):
            found = copy_server(folder, tmp_path / str(turn), tell=lambda *_: time.sleep(0.02)).rows
            rows.append((found["a"], found["b"]))
    assert rows[-1][0] > rows[0][0], "nobody wrote"
    assert (sum(a != b for a, b in rows) == 0) == (guard == "one moment"), rows


def _each_its_own(connection: Any) -> Any:
    honest = connection.execute

    def execute(sql: Any, *more: Any) -> Any:
        return honest("SELECT 1" if "ISOLATION" in str(sql) else sql, *more)

    connection.execute = execute
    return connection

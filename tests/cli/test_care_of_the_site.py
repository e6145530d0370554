"""panhuo doctor and panhuo repair on a home in use: each fault is told with what next, and a sound home has none."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from test_log_command import acts
from test_match_command import AT, PATENTS
from test_search_command import put

from calls import Called

Panhuo = Callable[..., Called]
DAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LONG_AGO = time.time() - 2 * 3600
CARE = ("register", "migrations", "log", "attachments", "editions", "inventory", "imports")


@pytest.fixture
def home(panhuo: Panhuo, tmp_path: Path) -> Path:
    """A home with patents, entries of the log and a dormant register."""
    put(panhuo, tmp_path, PATENTS)
    acts(panhuo, tmp_path, 300)
    assert panhuo("log", "head").code == 0
    assert panhuo("dormant", "--at", AT, "--out", tmp_path / "dormant.xlsx").code == 0
    return tmp_path / "home"


def told(panhuo: Panhuo, name: str) -> tuple[int, dict[str, Any], Called]:
    """Exit code, one finding, and the whole answer."""
    done = panhuo("doctor")
    found = [one for one in done.answer["checks"] if one["name"] == name]
    assert len(found) == 1, done.answer["checks"]
    return done.code, found[0], done


def kept(home: Path, folder: str, content: bytes, suffix: str = "", *, old: bool = True) -> Path:
    digest = hashlib.sha256(content).hexdigest()
    path = home / folder / digest[:2] / f"{digest}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if old:
        os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def recorded_paper(content: bytes = b"%PDF-1.7 a record") -> str:
    """A valuation record whose file is a paper of these bytes."""
    from panhuo.desk.valuations.models import ValuationRecord

    digest = hashlib.sha256(content).hexdigest()
    blank = {
        field.attname: field.get_default() if field.has_default() else _blank(field)
        for field in ValuationRecord._meta.concrete_fields
        if not field.primary_key and not field.null
    }
    ValuationRecord.objects.create(**{**blank, "file": digest, "file_name": "报告.PDF", "file_size": len(content)})
    return digest


def _blank(field: Any) -> Any:
    kinds = {"DateField": DAY, "DateTimeField": NOW, "JSONField": {}}
    numbers = ("IntegerField", "PositiveIntegerField", "BigIntegerField", "DecimalField")
    return 0 if field.get_internal_type() in numbers else kinds.get(field.get_internal_type(), "")


def test_a_sound_home_wants_nothing(panhuo: Panhuo, home: Path) -> None:
    """The control of all the others."""
    recorded_paper()
    kept(home, "attachments", b"%PDF-1.7 a record", ".pdf")
    done = panhuo("doctor")
    assert (done.code, done.answer["damaged"], done.answer["wants_care"]) == (0, [], []), done.said
    assert {one["name"] for one in done.answer["checks"] if one["is_care"]} == set(CARE)
    assert "whole" in told(panhuo, "log")[1]["found"]


def test_nothing_is_changed_by_looking(panhuo: Panhuo, home: Path) -> None:
    kept(home, "attachments", b"nobody names me", ".pdf")

    def content() -> dict[str, tuple[int, int]]:
        files = (path for path in home.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files if "lock" not in path.name}

    panhuo("doctor")
    before = content()
    panhuo("doctor")
    assert content() == before


def test_pending_migrations_are_named_with_the_way_to_bring_them(panhuo: Panhuo, home: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'portfolios'")
    code, found, done = told(panhuo, "migrations")
    assert (code, found["is_ok"], done.answer["wants_care"]) == (0, False, ["migrations"])
    assert "portfolios.0001_first" in found["found"]
    assert "serve --prepare" in found["todo"]


def _without_triggers(sql: str) -> None:
    from django.db import connection

    from panhuo.desk.history.triggers import dropped, made

    with connection.cursor() as cursor:
        for statement in (*dropped(connection.vendor), sql, *made(connection.vendor)):
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE history_loggedaction SET actor = '王' WHERE number = 17", "entry 17 was changed"),
        ("DELETE FROM history_loggedaction WHERE number = 290", "entry 290 is gone"),
        ("DELETE FROM history_loggedaction WHERE number = 300", "entry 300 is gone"),
        ("DELETE FROM history_lognode", "the subtree 8/0 is not that of its entries"),
        ("UPDATE history_logtree SET tops = history_loghead.size FROM history_loghead", "tops"),
        ("UPDATE history_loghead SET note = replace(note, 'A', 'B')", ""),
    ],
)
def test_a_log_that_was_tampered_with_is_damage(panhuo: Panhuo, home: Path, change: str, said: str) -> None:
    if "SET tops" in change:
        change = "UPDATE history_logtree SET tops = (SELECT leaf FROM history_loggedaction WHERE number = 1)"
    _without_triggers(change)
    code, found, done = told(panhuo, "log")
    assert (code, found["is_ok"], done.answer["damaged"]) == (1, False, ["log"])
    assert said in found["found"]
    assert "restore a backup" in found["todo"]


def test_a_paper_that_is_gone_or_changed_is_damage(panhuo: Panhuo, home: Path) -> None:
    digest = recorded_paper()
    code, found, done = told(panhuo, "attachments")
    assert (code, "1 缺失" in found["found"], digest in found["found"]) == (1, True, True), done.said
    path = kept(home, "attachments", b"%PDF-1.7 a record", ".pdf")
    assert told(panhuo, "attachments")[1]["is_ok"]
    path.write_bytes(b"%PDF-1.7 another one")
    code, found, done = told(panhuo, "attachments")
    assert (code, "1 与登记不符" in found["found"], done.answer["damaged"]) == (1, True, ["attachments"])
    repaired = panhuo("repair")
    assert repaired.answer["files_put_aside"] == 0
    assert path.read_bytes() == b"%PDF-1.7 another one", "damage is not hidden"


def test_files_that_nothing_names_are_put_aside_unless_they_just_came(panhuo: Panhuo, home: Path) -> None:
    recorded_paper()
    named = kept(home, "attachments", b"%PDF-1.7 a record", ".pdf")
    fresh = kept(home, "attachments", b"on its way into the register", ".pdf", old=False)
    foreign = home / "attachments" / "readme.txt"
    foreign.write_text("not ours", encoding="utf-8")
    assert told(panhuo, "attachments")[1]["is_ok"]
    loose = kept(home, "attachments", b"nobody names me", ".pdf")
    code, found, done = told(panhuo, "attachments")
    assert (code, found["is_ok"], done.answer["wants_care"]) == (0, False, ["attachments"])
    repaired = panhuo("repair")
    assert (repaired.code, repaired.answer["files_put_aside"]) == (0, 1), repaired.said
    assert not loose.exists()
    aside = Path(repaired.answer["put_aside_in"]) / loose.relative_to(home)
    assert aside.read_bytes() == b"nobody names me"
    assert (named.exists(), fresh.exists(), foreign.exists()) == (True, True, True)
    assert told(panhuo, "attachments")[1]["is_ok"]
    assert panhuo("repair").answer["files_put_aside"] == 0


def test_an_edition_whose_file_is_gone_is_damage(panhuo: Panhuo, home: Path) -> None:
    [file] = (home / "runs").glob("*/dormant.parquet")
    file.rename(file.with_suffix(".gone"))
    code, found, done = told(panhuo, "editions")
    assert (code, done.answer["damaged"]) == (1, ["editions"])
    assert "panhuo restore" in found["todo"]


def inventory(done_at: datetime | None) -> Any:
    from panhuo.desk.inventory.models import Inventory

    return Inventory.objects.create(
        day=DAY, pack="national", pack_version="1", register_version="1", taken_by="keji", made_at=NOW, done_at=done_at
    )


def test_an_unfinished_inventory_is_dropped_and_the_last_whole_one_stands(panhuo: Panhuo, home: Path) -> None:
    from panhuo.desk.inventory.models import Inventory

    standing = inventory(NOW)
    grades = home / "runs" / f"inventory-{standing.pk}" / "grades"
    grades.mkdir(parents=True)
    assert told(panhuo, "inventory")[1]["is_ok"]
    left = inventory(None)
    code, found, done = told(panhuo, "inventory")
    assert (code, found["is_ok"], done.answer["wants_care"]) == (0, False, ["inventory"])
    assert panhuo("repair").answer["inventories_dropped"] == 1
    assert list(Inventory.objects.values_list("pk", flat=True)) == [standing.pk]
    assert left.pk != standing.pk
    assert told(panhuo, "inventory")[1]["is_ok"]
    grades.rmdir()
    assert (told(panhuo, "inventory")[0], told(panhuo, "inventory")[1]["is_needed"]) == (1, True)


def test_an_import_that_was_cut_off_is_told(panhuo: Panhuo, home: Path) -> None:
    from panhuo.desk.registry.models import SourceFile

    assert told(panhuo, "imports")[1]["is_ok"]
    SourceFile.objects.update(complete=False)
    code, found, _ = told(panhuo, "imports")
    assert (code, found["is_ok"], "panhuo import FILE" in found["todo"]) == (0, False, True)


def test_what_another_process_writes_at_this_moment_is_not_unfinished(panhuo: Panhuo, home: Path) -> None:
    from panhuo.adapters.files.home import open_home

    inventory(None)
    with open_home(home).writing():
        assert told(panhuo, "inventory")[1]["is_ok"]
    assert not told(panhuo, "inventory")[1]["is_ok"]

"""Compaction: late rows are taken into the index of words, small files are joined, what nobody reads is dropped.

It needs no writer's lock. LanceDB commits optimistically: a compaction that meets a writer's commit is refused and
writes nothing, the writer goes on; readers keep the state that they opened for a day. One compaction runs at a time,
by a lock of its own that the system frees when the process dies. A kill leaves files that no version names.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from panhuo.adapters.search.lance import TABLE, connect

READ_FOR = timedelta(days=1)
"""States of the table that are older are dropped; nobody reads for so long."""
TRIES = 3
"""A compaction that a writer's commit refused is tried again so often."""
GIVEN_WAY = 10.0
"""Seconds that a compaction in the background has to end."""
LOOK_EVERY = 0.1
"""Seconds between two looks whether a writer has begun."""
MARK, LOCK, CURRENT = "compacted.json", "compaction.lock", "current.json"


@dataclass(frozen=True, slots=True)
class Compacted:
    """One compaction. at: moment, ISO 8601; taken_in: rows that were taken into the index of words."""

    at: str
    generation: str
    taken_in: int


def waiting_rows(table: Any) -> int:
    """Rows that are not yet in the index of words: questions for words look through them one by one."""
    names = [one.name for one in table.list_indices() if "words" in one.columns]
    return sum(int(table.index_stats(name).num_unindexed_rows) for name in names)


def last_compaction(folder: Path) -> Compacted | None:
    """The last one of this search folder, None where there was none or its mark cannot be read."""
    try:
        return Compacted(**json.loads((folder / MARK).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def compact(folder: Path, at: str) -> Compacted | None:
    """Compact the generation that is read; None where there is no table, another compaction runs, or writers kept
    it from committing. at: the moment, for the mark.
    """
    with _alone(folder) as alone:
        generation = _generation(folder)
        if not alone or not generation:
            return None
        for _ in range(TRIES):
            try:
                table = connect(folder / generation).open_table(TABLE)
                waiting = waiting_rows(table)
                table.optimize(cleanup_older_than=READ_FOR)
            except (OSError, ValueError, RuntimeError):
                if _generation(folder) != generation:
                    return None  # made anew meanwhile
                continue
            done = Compacted(at, generation, waiting)
            _write_mark(folder, done)
            return done
        return None


@contextmanager
def giving_way(folder: Path, end: Callable[[], None]) -> Iterator[None]:
    """Inside, call `end` from a thread of its own when a writer begins or another generation is switched to.

    Every writer writes current.json before its first row. Ending a compaction at any moment harms nothing.
    """
    before, over = _stamp(folder), threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            if _stamp(folder) != before:
                end()
                return

    watcher = threading.Thread(target=look, name="panhuo-give-way", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def wait_for_compaction(folder: Path, seconds: float) -> bool:
    """Whether no compaction runs within so many seconds."""
    until = time.monotonic() + seconds
    while True:
        with _alone(folder) as alone:
            if alone:
                return True
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_EVERY)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    if not folder.is_dir():
        yield False
        return
    with (folder / LOCK).open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _generation(folder: Path) -> str:
    try:
        return str(json.loads((folder / CURRENT).read_text(encoding="utf-8"))["generation"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _stamp(folder: Path) -> tuple[int, int]:
    try:
        found = (folder / CURRENT).stat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


def _write_mark(folder: Path, done: Compacted) -> None:
    draft = folder / f".compacted.{os.getpid()}"
    draft.write_text(json.dumps(asdict(done)), encoding="utf-8")
    os.replace(draft, folder / MARK)

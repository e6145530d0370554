"""Bounded memory and descriptors whatever the size of a file and the number of files (quality.md row 39)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from stopped_import import write_files

from calls import Called

GROWTH_MB = 100  # of which 64 are the register's page cache, which fills once
WATCHED = """
import resource, sys
from panhuo.cli import run
code = run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
sys.exit(code)
"""


def peak_mb(folder: Path, rows: int) -> int:
    folder.mkdir()
    patents, _ = write_files(folder, rows)
    command = [sys.executable, "-c", WATCHED, "import", str(patents), "--home", str(folder / "home"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["new"] == rows
    return int(done.stderr.splitlines()[-1])


def test_memory_does_not_grow_with_the_rows_of_a_file(tmp_path: Path) -> None:
    small, large = peak_mb(tmp_path / "small", 10_000), peak_mb(tmp_path / "large", 60_000)
    assert large - small < GROWTH_MB, (small, large)


def test_a_folder_of_many_files_leaves_no_descriptor_open(panhuo: Callable[..., Called], tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    head, *lines = write_files(tmp_path, 80)[0].read_text("utf-8-sig").splitlines(keepends=True)
    for number, line in enumerate(lines):
        (folder / f"{number:03}.csv").write_text(head + line, encoding="utf-8")
    assert panhuo("import", folder / "000.csv").code == 0
    before = len(os.listdir("/proc/self/fd"))
    called = panhuo("import", folder)
    assert (len(called.answer["files"]), called.answer["new"], called.answer["unchanged"]) == (80, 79, 1)
    assert len(os.listdir("/proc/self/fd")) <= before

"""The importer that is going to be stopped: a forked child that marks where it is, with guards that may be off."""

from __future__ import annotations

import json
import mmap
import os
import struct
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from panhuo.terms.numbers import cn_application_check_digit

PHASES = ("reading", "transaction", "between batches", "closing", "after the last commit")
_WORD = struct.Struct("=dii")


class Marks:
    """Where the importer is, in memory that it shares with its parent: time of the last mark, phase, marks so far."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _WORD.size)
        self._began = time.monotonic()

    def set(self, phase: str) -> None:
        self._shared[:] = _WORD.pack(time.monotonic() - self._began, PHASES.index(phase), self.count + 1)

    @property
    def at(self) -> float:
        return float(_WORD.unpack(self._shared)[0])

    @property
    def phase(self) -> str:
        return PHASES[_WORD.unpack(self._shared)[1]]

    @property
    def count(self) -> int:
        return int(_WORD.unpack(self._shared)[2])


def write_files(folder: Path, rows: int) -> list[Path]:
    """A made-up export and a ledger about a quarter of its patents: one asset and one or two events per row."""
    head = "申请号,公开（公告）号,名称,申请（专利权）人,申请日,公开（公告）日,法律状态\n"
    patents, recordals = [head], ["合同备案号,专利号,专利名称,让与人,受让人,许可种类,备案日期,终止日\n"]
    for number in range(rows):
        body = f"2016{1 + number % 2}{number:07d}"
        written = f"CN{body}.{cn_application_check_digit(body)}"
        document = f"CN{1 + number % 2}{number:08d}{'BU'[number % 2]}"
        month, owner = 1 + number % 9, f"云湖示例{number % 50}有限公司"
        patents.append(f"{written},{document},合成样例装置{number},{owner},2016-0{month}-11,2018-0{month}-21,授权\n")
        if number % 4 == 0:
            recordals.append(
                f"X2023{number:09d},{written},合成样例装置{number},{owner},云湖样例有限公司,普通许可,2023-05-06,2028-05-05\n"
            )
    files = [folder / "patents.csv", folder / "licences.csv"]
    for file, lines in zip(files, (patents, recordals), strict=True):
        file.write_text("".join(lines), encoding="utf-8-sig")
    return files


def acknowledge_before_commit() -> None:
    """A batch is acknowledged before it stands."""
    from panhuo.desk.registry import intake

    honest = intake._Writer.commit

    def hasty(self: intake._Writer, unit: Any) -> Any:
        name = Path(self.row.name).name
        through = self.row.rows_done + unit.items
        print(f"acknowledged batch 0 rows {unit.items} through {through} of {name}", file=sys.stderr)
        return honest(self, unit)

    intake._Writer.commit = hasty  # type: ignore[method-assign]


def no_transaction() -> None:
    """Every statement stands at once; durability off as well, or it would take minutes."""
    from django.db import connection

    from panhuo.desk.registry import intake

    class Loose:
        @staticmethod
        @contextmanager
        def atomic() -> Iterator[None]:
            connection.ensure_connection()
            connection.connection.execute("PRAGMA synchronous=OFF")
            yield

    intake.transaction = Loose  # type: ignore[assignment]


GUARDS: dict[str, Callable[[], None]] = {
    "all": lambda: None,
    "no_transaction": no_transaction,
    "acknowledge_before_commit": acknowledge_before_commit,
}
"""What the importer is run with: all guards, or all but one."""


def make_ready(batch_rows: int) -> None:
    """Load the importer once, in the parent, so that children spend their time on importing files."""
    from panhuo.adapters.readers import protocol

    protocol.BATCH_ROWS = batch_rows  # before the readers take it
    from panhuo.desk.registry.opening import setup_django

    setup_django()
    from panhuo.adapters.readers.detect import all_readers

    all_readers()
    for module in ("cli.import_command", "cli.status_command", "desk.registry.intake", "desk.listings.models"):
        import_module(f"panhuo.{module}")


def run_import(files: list[Path], home: Path, writing: int, marks: Marks, *, ahead: bool, guard: str) -> None:
    """`panhuo import` in this forked child, stderr into the pipe; never returns."""
    code = 70
    try:
        os.dup2(writing, 2)
        sys.stderr = os.fdopen(2, "w", buffering=1)
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the process ends with it
        from panhuo.cli import run
        from panhuo.desk.registry import intake

        GUARDS[guard]()
        intake.LARGE_BYTES = 0 if ahead else 1 << 40  # type: ignore[attr-defined]
        _mark(marks)
        code = run(["import", *map(str, files), "--home", str(home), "--json"])
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _mark(marks: Marks) -> None:
    from panhuo.desk.registry.intake import _Writer

    def marked(act: Callable[..., Any], during: str, after: str) -> Callable[..., Any]:
        def run(self: _Writer, *given: Any) -> Any:
            marks.set(during)
            done = act(self, *given)
            marks.set(after)
            return done

        return run

    _Writer.commit = marked(_Writer.commit, "transaction", "between batches")  # type: ignore[method-assign]
    _Writer.finish = marked(_Writer.finish, "closing", "after the last commit")  # type: ignore[method-assign]


def run_status(home: Path) -> dict[str, Any]:
    """What `panhuo status --json` says of the home, asked in a child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            sys.stdout = os.fdopen(writing, "w")
            sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - the process ends with it
            from panhuo.cli import run

            code = run(["status", "--home", str(home), "--json"])
            sys.stdout.flush()
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    answer: dict[str, Any] = json.loads(said)
    return answer

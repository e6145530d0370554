"""What a machine has and lacks for Panhuo, one finding each; nothing is changed and nothing stays behind."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from panhuo.terms.errors import DomainError

LEAST_PYTHON = (3, 11)
LEAST_DISK_BYTES = 1 << 30
"""Room for a register, its tables and one more copy of them while they are made anew."""
WANTED_MEMORY_BYTES = 2 << 30
"""Below this large imports and matches become slow; nothing refuses to run."""
_MEBIBYTE = 1 << 20
_SAMPLE = "测试.txt"


@dataclass(frozen=True, slots=True)
class Finding:
    """name: stable word. found: what was seen, or why it lacks. todo: what to do, "" where all is well.

    is_needed: without it Panhuo does not work; else only the named part of it. is_care: of a home in use; then
    is_needed says that something is damaged or lost, and else it wants an act.
    """

    name: str
    label: str
    is_ok: bool
    is_needed: bool
    found: str
    todo: str = ""
    is_care: bool = False


def findings(home: Path) -> Iterator[Finding]:
    """All findings for a home that may be missing yet, in the order in which to mend them."""
    yield python()
    yield encoding()
    yield terminal()
    yield from place(home)
    yield memory()
    yield stores("sqlite", "SQLite", _sqlite)
    yield stores("duckdb", "DuckDB", _duckdb)
    yield pack(home)
    yield pdf_libraries()
    yield chinese_font()
    yield pdf_writer()
    yield Finding("browser", "浏览器 browser", True, False, "使用时不需要 not needed for use")


def python() -> Finding:
    version = sys.version_info[:2]
    todo = "" if version >= LEAST_PYTHON else "Install Python 3.11 or later."
    return Finding("python", "Python", version >= LEAST_PYTHON, True, sys.version.split()[0], todo)


def encoding() -> Finding:
    """Whether names of files may hold Chinese."""
    found = sys.getfilesystemencoding()
    is_ok = found.lower().replace("-", "") == "utf8"
    todo = "" if is_ok else "Set LC_ALL=C.UTF-8 (or PYTHONUTF8=1)."
    return Finding("encoding", "文件名编码 encoding of file names", is_ok, True, found, todo)


def terminal() -> Finding:
    found = (sys.stdout.encoding or "unknown") if sys.stdout else "none"
    is_ok = found.lower().replace("-", "") == "utf8"
    todo = "" if is_ok else "Set LC_ALL=C.UTF-8 or PYTHONIOENCODING=utf-8 to read Chinese at the terminal."
    return Finding("terminal", "终端编码 encoding of the terminal", is_ok, False, found, todo)


def place(home: Path) -> Iterator[Finding]:
    """Whether the home can be written to and locked, what it is, and how much room is left."""
    from panhuo.adapters.files.home import existing_home

    around = next((one for one in (home, *home.parents) if one.exists()), home)
    try:
        with _scratch(around) as folder:
            _write_and_lock(folder)
        found, todo = f"{home}: 可写、可加锁 can be written and locked", ""
    except OSError as error:
        found = f"{around}: {error.strerror or error}"
        todo = "Name a folder on a local disk that you may write to: --home DIR or PANHUO_HOME."
    yield Finding("home", "工作目录 home", not todo, True, found, todo)
    try:
        here = existing_home(home)
        told = f"{here.kind}, {here.pack}" if here else "尚未建立，首次使用时建立 not made yet, made when first used"
        yield Finding("marker", "工作目录标记 marker of the home", True, True, told)
    except (DomainError, OSError) as error:
        yield Finding("marker", "工作目录标记 marker of the home", False, True, str(error), "Restore it from a copy.")
    yield _disk(around)


def _disk(around: Path) -> Finding:
    free = shutil.disk_usage(around).free
    todo = "" if free >= LEAST_DISK_BYTES else f"Make room: {_size(LEAST_DISK_BYTES)} at least."
    return Finding("disk", "磁盘余量 free disk", not todo, True, _size(free), todo)


def memory() -> Finding:
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    todo = "" if whole >= WANTED_MEMORY_BYTES else f"Large imports want {_size(WANTED_MEMORY_BYTES)} or more."
    return Finding("memory", "内存 memory", not todo, False, _size(whole), todo)


def stores(name: str, label: str, tried: Callable[[], str]) -> Finding:
    """tried: uses the store and gives its version; may raise what it likes."""
    try:
        return Finding(name, label, True, True, tried())
    except Exception as error:  # a broken library fails in its own way, and the reader wants to know how
        todo = "Install Panhuo's packages again: python -m pip install --force-reinstall panhuo"
        return Finding(name, label, False, True, f"{type(error).__name__}: {error}", todo)


def pack(home: Path) -> Finding:
    """Whether the home's pack (national where there is no home yet) loads and is sound."""
    from panhuo.adapters.files.home import existing_home
    from panhuo.cli.case_functions import case_functions
    from panhuo.rules import load_pack
    from panhuo.rules.checking import report_on

    label = "规则包 pack"
    try:
        here = existing_home(home)
        found = load_pack(here.pack if here else "national")
        problems = report_on(found.folders[0], functions=case_functions()).problems
    except (DomainError, OSError) as error:
        return Finding("pack", label, False, True, str(error), "Mend it, see panhuo packs check.")
    told = f"{found.name} {found.version}"
    if problems:
        first = problems[0]
        return Finding("pack", label, False, True, f"{told}: {first.file}: {first.message}", "panhuo packs check")
    return Finding("pack", label, True, True, told)


def pdf_libraries() -> Finding:
    from panhuo.adapters.writers.pdf import DEBIAN_PACKAGES, lacking_libraries

    lacking = lacking_libraries()
    label = "PDF 排版库 libraries for PDF"
    if lacking:
        todo = f"apt-get install {' '.join(lacking)}"
        return Finding("pdf_libraries", label, False, False, f"缺 lacks {', '.join(lacking)}", todo)
    return Finding("pdf_libraries", label, True, False, ", ".join(dict.fromkeys(DEBIAN_PACKAGES.values())))


def chinese_font() -> Finding:
    from panhuo.adapters.writers.pdf import FONT_PACKAGE, chinese_fonts

    label, fonts = "中文字体 Chinese font for PDF", chinese_fonts()
    if not fonts:
        return Finding("chinese_font", label, False, False, "没有 none", f"apt-get install {FONT_PACKAGE}")
    more = f" (+{len(fonts) - 1})" if len(fonts) > 1 else ""
    return Finding("chinese_font", label, True, False, f"{fonts[0]}{more}")


def pdf_writer() -> Finding:
    from panhuo.adapters.writers.pdf import lacking_libraries, writer_version

    label = "PDF 生成 PDF writer"
    if lacking_libraries():
        todo = "Install the libraries above. .docx and .html need none of them."
        return Finding("pdf_writer", label, False, False, "排版库未齐 its libraries lack", todo)
    try:
        return Finding("pdf_writer", label, True, False, f"WeasyPrint {writer_version()}")
    except (ImportError, OSError) as error:
        return Finding("pdf_writer", label, False, False, str(error), "python -m pip install weasyprint")


@contextmanager
def _scratch(around: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".panhuo-doctor.", dir=around) as name:
        yield Path(name)


def _write_and_lock(folder: Path) -> None:
    with (folder / _SAMPLE).open("w", encoding="utf-8") as handle:
        handle.write("盘活")
        handle.flush()
        os.fsync(handle.fileno())
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sqlite() -> str:
    with tempfile.TemporaryDirectory() as folder:
        store = sqlite3.connect(Path(folder) / "probe.sqlite3")
        try:
            store.execute("create table probe (word text)")
            store.execute("insert into probe values ('盘活')")
            [(word,)] = store.execute("select word from probe").fetchall()
        finally:
            store.close()
    if word != "盘活":
        raise ValueError(f"wrote 盘活, read {word!r}")
    return sqlite3.sqlite_version


def _duckdb() -> str:
    import duckdb

    with duckdb.connect() as store:
        [(total,)] = store.execute("select sum(n) from range(5) as t(n)").fetchall()
    if total != 10:
        raise ValueError(f"0 + 1 + 2 + 3 + 4 came out as {total}")
    return str(duckdb.__version__)


def _size(count: int) -> str:
    return f"{count / _MEBIBYTE / 1024:,.1f} GB"

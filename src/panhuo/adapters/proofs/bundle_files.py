"""A bundle on disk: a folder, or a zip of the same files. Names and meaning: docs/algorithms/log.md.

What is read comes from strangers: only known names are opened, sizes are bounded, nothing is unpacked to disk.
"""

from __future__ import annotations

import shutil
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from panhuo.terms.errors import DomainError

FORMAT = "panhuo-log/1"
MANIFEST, HEAD, KEY, LEAVES = "log.json", "head.txt", "key.txt", "leaves.bin"
CONSISTENCY, RECEIPTS = "consistency.json", "receipts.json"
PART_ENTRIES = 65_536
LARGEST_FILE = 1 << 30
_EPOCH = (1980, 1, 1, 0, 0, 0)


def part_name(number: int) -> str:
    """File of the entries number * PART_ENTRIES + 1 and following, number from 0."""
    return f"entries/{number + 1:06d}.jsonl"


def head_name(size: int) -> str:
    return f"heads/{size}.txt"


class BundleFiles(ABC):
    """The files of a bundle by name."""

    @abstractmethod
    def names(self) -> list[str]:
        """All file names, sorted."""

    @abstractmethod
    def find(self, name: str) -> bytes | None:
        """Content of a file, None where it is missing. Raises: DomainError bad_bundle for damaged or endless ones."""

    def read(self, name: str) -> bytes:
        """Content of a file that must be there. Raises: DomainError bad_bundle."""
        found = self.find(name)
        if found is None:
            raise _bad(f"{name} is missing")
        return found

    def text(self, name: str) -> str:
        """A text file. Raises: DomainError bad_bundle."""
        try:
            return self.read(name).decode("utf-8")
        except UnicodeDecodeError:
            raise _bad(f"{name} is no UTF-8") from None


class _Folder(BundleFiles):
    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        return sorted(one.relative_to(self.root).as_posix() for one in self.root.rglob("*") if one.is_file())

    def find(self, name: str) -> bytes | None:
        path = self.root / name
        if not path.is_file():
            return None
        if path.stat().st_size > LARGEST_FILE:
            raise _bad(f"{name} is larger than {LARGEST_FILE >> 20} MiB")
        return path.read_bytes()


class _Zip(BundleFiles):
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        names = archive.namelist()
        if len(names) != len(set(names)):
            raise _bad("it holds two files of one name")

    def names(self) -> list[str]:
        return sorted(self.archive.namelist())

    def find(self, name: str) -> bytes | None:
        try:
            info = self.archive.getinfo(name)
        except KeyError:
            return None
        if info.file_size > LARGEST_FILE:
            raise _bad(f"{name} is larger than {LARGEST_FILE >> 20} MiB")
        try:
            return self.archive.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise _bad(f"{name} cannot be unpacked: {error}") from error


@contextmanager
def opened_bundle(path: Path) -> Iterator[BundleFiles]:
    """The bundle at a path. Raises: DomainError bad_bundle where it is neither a folder nor a zip."""
    if path.is_dir():
        yield _Folder(path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _bad(f"{path.name} is neither a folder nor a zip", file=str(path)) from None
    with archive:
        yield _Zip(archive)


class BundleWriter:
    """Puts files into a draft beside the place; only finish() gives it its name."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.draft = out.with_name(f".{out.name}.new")
        self.archive: zipfile.ZipFile | None = None
        self._discard()
        if out.suffix.lower() == ".zip":
            self.archive = zipfile.ZipFile(self.draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        else:
            self.draft.mkdir(parents=True)

    def put(self, name: str, content: bytes) -> None:
        if self.archive is not None:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name == LEAVES else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            self.archive.writestr(info, content, compresslevel=1)
        else:
            place = self.draft / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)

    def finish(self) -> None:
        if self.archive is not None:
            self.archive.close()
        self.draft.rename(self.out)

    def give_up(self) -> None:
        if self.archive is not None:
            self.archive.close()
        self._discard()

    def _discard(self) -> None:
        if self.draft.is_dir():
            shutil.rmtree(self.draft)
        else:
            self.draft.unlink(missing_ok=True)


@contextmanager
def written_bundle(out: Path) -> Iterator[BundleWriter]:
    """A bundle to be: a zip where `out` ends in .zip, else a folder; whole or not there.

    Raises: DomainError out_exists where something is there already.
    """
    if out.exists():
        raise DomainError(
            f"{out} is there already; a bundle is never written over. Name another place: --out BUNDLE.zip",
            code="out_exists",
            file=str(out),
        )
    writer = BundleWriter(out)
    try:
        yield writer
        writer.finish()
    except BaseException:
        writer.give_up()
        raise


def _bad(why: str, **fields: str) -> DomainError:
    return DomainError(
        f"This is no bundle of a log: {why}. Take it as panhuo log export wrote it.", code="bad_bundle", **fields
    )

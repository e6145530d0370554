"""A backup: one file with everything of an installation that cannot be made anew, sealed against every changed bit.

A zip whose members are the register (a copy of one moment: a file of SQLite, or a file for each table of a server), the
marker, home.KEPT_FILES, the folders home.KEPT and manifest.json, which names each with size and SHA-256. The archive's
comment, its last 64 bytes, is the SHA-256 of all bytes before it in hexadecimal digits. The seal tells damage, not
forgery: who can write the file can seal it anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from panhuo.adapters.files.home import KEPT, KEPT_FILES, MARKER, Home
from panhuo.adapters.files.register_copy import (
    SQLITE,
    BadBackup,
    CopiedRegister,
    check_register,
    copied_file,
    same_rows,
)
from panhuo.adapters.writers.atomic import whole_file
from panhuo.terms.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
_SEAL = 64
_BLOCK = 1 << 20
_PACKED_ALREADY = frozenset((".parquet", ".zip", ".xlsx", ".docx", ".pdf", ".jpg", ".png", ".ofd"))
_MOST_MANIFEST = 256 << 20

REGISTER = "register.sqlite3"
TABLES = "register"
"""Folder in a backup of the tables of a server."""
_TABLE = re.compile(r"register/([a-z0-9_]{1,63})\.copy")

Told = Callable[[str, int, int], None]
"""Called with the stage (register | files | check | unpack), bytes, pages or tables done, and how many in all."""
Copying = Callable[[Path, Callable[[int, int], None]], CopiedRegister]
"""Writes the register of a server into a new folder."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a home. name: path below it with /; size: bytes; digest: SHA-256."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself. made_at: ISO; rows: of each table of the register; digest: its seal.

    store, columns, sequences: as CopiedRegister has them.
    """

    engine: str
    made_at: str
    kind: str
    pack: str
    rows: dict[str, int]
    migrations: tuple[str, ...]
    members: tuple[Member, ...]
    digest: str
    store: str = SQLITE
    columns: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def register(self) -> CopiedRegister:
        return CopiedRegister(self.store, (), self.rows, self.migrations, self.columns, self.sequences)

    @property
    def size(self) -> int:
        return sum(one.size for one in self.members)


def write_backup(
    home: Home, out: Path, *, engine: str, made_at: datetime, tell: Told, server: Copying | None = None
) -> Backup:
    """Back a home up into one new file. Call it under home.writing(), so that no result is half written.

    server: copies the register where it is no file of the home. The file is readable by its owner only and appears
    whole or not at all. Raises: DomainError file_exists, cannot_write, cannot_read, register_spoilt, no_room.
    """
    if out.exists():
        raise DomainError(f"{out} is there already. Name a new file.", code="file_exists", file=str(out))
    with whole_file(out) as draft, tempfile.TemporaryDirectory(prefix=".backup.", dir=home.root) as scratch:
        copied = _copied(home, Path(scratch), server, lambda done, of: tell("register", done, of))
        members = []
        found = [*copied.files, (MARKER, home.root / MARKER), *_kept(home)]
        whole = sum(path.stat().st_size for _, path in found)
        with zipfile.ZipFile(_private(draft), "w", allowZip64=True, compresslevel=1) as archive:
            archive.comment = b"0" * _SEAL
            done = 0
            for name, path in found:
                members.append(_put(archive, name, path))
                done += members[-1].size
                tell("files", done, whole)
            about = {
                "format": FORMAT,
                "engine": engine,
                "made_at": made_at.isoformat(timespec="seconds"),
                "kind": home.kind,
                "pack": home.pack,
                "store": copied.store,
                "rows": copied.rows,
                "migrations": copied.migrations,
                "columns": copied.columns,
                "sequences": copied.sequences,
                "members": [asdict(one) for one in members],
            }
            archive.writestr(MANIFEST, json.dumps(about, ensure_ascii=False), zipfile.ZIP_DEFLATED)
        digest = _digest_before_seal(draft, lambda _done, _of: None)
        with draft.open("r+b") as handle:
            handle.seek(-_SEAL, os.SEEK_END)
            handle.write(digest.encode())
    return _told(about, digest)


def read_backup(path: Path, *, tell: Told) -> Backup:
    """What a whole backup says of itself. Raises: BadBackup with what is wrong, DomainError missing_file."""
    if not path.is_file():
        raise DomainError(f"{path} does not exist or is no file.", code="missing_file", file=str(path))
    if path.stat().st_size < _SEAL + 22:
        raise _bad(path, "it is too short")
    with path.open("rb") as handle:
        handle.seek(-_SEAL, os.SEEK_END)
        seal = handle.read(_SEAL)
    digest = _digest_before_seal(path, lambda done, of: tell("check", done, of))
    if seal != digest.encode():
        raise _bad(path, "its bytes are not those that were sealed")
    try:
        with zipfile.ZipFile(path) as archive:
            about = _manifest(path, archive)
            backup = _told(about, digest)
            _check_members(path, archive, backup)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise _bad(path, f"what it says of itself cannot be read ({error})") from error
    return backup


def unpack(path: Path, backup: Backup, into: Path, *, tell: Told) -> None:
    """Write the files of a read backup into a new folder, each against its digest, and look the register through.

    Raises: BadBackup, DomainError cannot_write, no_room; what was written until then is left for the caller.
    """
    check_room(into.parent, backup.size)
    done = 0
    try:
        into.mkdir(mode=0o700)
        with zipfile.ZipFile(path) as archive:
            for one in backup.members:
                _take(path, archive, one, into)
                done += one.size
                tell("unpack", done, backup.size)
        for folder in sorted((into, *(found for found in into.rglob("*") if found.is_dir())), reverse=True):
            _sync(folder)
    except OSError as error:
        raise DomainError(
            f"{into} cannot be written: {error.strerror or error}. Make room or name another place.",
            code="cannot_write",
            file=str(into),
        ) from error
    if backup.store == SQLITE:
        check_register(into / REGISTER, named=path)
        different = same_rows(into / REGISTER, backup.rows)
    else:
        different = _other_rows(into / TABLES, backup.rows)
    if different:
        raise _bad(path, f"tables hold other numbers of rows than it says: {'; '.join(different)}")


def put_in_place(made: Path, home: Path, *, aside: Path | None) -> None:
    """Make an unpacked folder the home. aside: where a home that stands there goes first; without it there is none.

    Raises: DomainError home_not_empty.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        if aside is None:
            raise home_not_empty(home)
        home.rename(aside)
    made.rename(home)  # over an empty folder, too
    _sync(home.parent)


def home_not_empty(home: Path) -> DomainError:
    return DomainError(
        f"{home} holds files. Name a new or empty folder as --home, or say --replace: what stands there is then "
        "moved aside and kept.",
        code="home_not_empty",
        home=str(home),
    )


def _copied(home: Home, scratch: Path, server: Copying | None, tell: Callable[[int, int], None]) -> CopiedRegister:
    if server is not None:
        return server(scratch / TABLES, tell)
    check_room(home.root, home.register.stat().st_size)
    return copied_file(home.register, scratch / REGISTER, tell=tell)


def _other_rows(tables: Path, told: dict[str, int]) -> list[str]:
    """Tables of a server whose rows, a line each, are not as many as told."""
    found = []
    for table, rows in told.items():
        with (tables / f"{table}.copy").open("rb") as written:
            lines = sum(1 for _ in written)
        if lines != rows:
            found.append(f"{table}: {lines} in place of {rows}")
    return found


def _kept(home: Home) -> Iterator[tuple[str, Path]]:
    for name in KEPT_FILES:
        if (home.root / name).is_file():
            yield name, home.root / name
    for folder in KEPT:
        for path in sorted((home.root / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield path.relative_to(home.root).as_posix(), path


def _put(archive: zipfile.ZipFile, name: str, path: Path) -> Member:
    packed = zipfile.ZIP_STORED if path.suffix.lower() in _PACKED_ALREADY else zipfile.ZIP_DEFLATED
    info = zipfile.ZipInfo(name)
    info.compress_type, info.external_attr, info.file_size = packed, 0o600 << 16, path.stat().st_size
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            size += len(block)
            target.write(block)
    return Member(name, size, digest.hexdigest())


def _take(path: Path, archive: zipfile.ZipFile, member: Member, into: Path) -> None:
    place = into / member.name
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(member.name) as source, place.open("xb") as target:
            os.fchmod(target.fileno(), 0o600)
            while block := source.read(_BLOCK):
                size += len(block)
                if size > member.size:
                    break
                digest.update(block)
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
    except (zipfile.BadZipFile, EOFError) as error:
        raise _bad(path, f"{member.name} cannot be read ({error})") from error
    if (size, digest.hexdigest()) != (member.size, member.digest):
        raise _bad(path, f"{member.name} is not what was put in")


def _manifest(path: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
        raise _bad(path, "its list of files is too long")
    about: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if int(about["format"]) > FORMAT:
        raise _bad(path, f"it was made by a newer Panhuo (format {about['format']}, this one knows {FORMAT})")
    return about


def _told(about: dict[str, Any], digest: str) -> Backup:
    return Backup(
        engine=str(about["engine"]),
        made_at=str(about["made_at"]),
        kind=str(about["kind"]),
        pack=str(about["pack"]),
        rows={str(name): int(count) for name, count in about["rows"].items()},
        migrations=tuple(str(one) for one in about["migrations"]),
        members=tuple(Member(str(one["name"]), int(one["size"]), str(one["digest"])) for one in about["members"]),
        digest=digest,
        store=str(about.get("store", SQLITE)),
        columns={str(table): [str(one) for one in names] for table, names in about.get("columns", {}).items()},
        sequences={
            str(table): {str(column): int(last) for column, last in found.items()}
            for table, found in about.get("sequences", {}).items()
        },
    )


def _check_members(path: Path, archive: zipfile.ZipFile, backup: Backup) -> None:
    named = [one.name for one in backup.members]
    held = {info.filename: info.file_size for info in archive.infolist() if info.filename != MANIFEST}
    wanted = {REGISTER} if backup.store == SQLITE else {f"{TABLES}/{table}.copy" for table in backup.rows}
    register = {name for name in named if name == REGISTER or name.startswith(f"{TABLES}/")}
    if len(set(named)) != len(named) or set(named) != set(held) or register != wanted or MARKER not in named:
        raise _bad(path, "its files are not those that it lists")
    for one in backup.members:
        if one.size != held[one.name] or not _is_ours(one.name):
            raise _bad(path, f"{one.name!r} is no file of an installation, or of another size than it says")


def _is_ours(name: str) -> bool:
    """Whether a name lies inside a home and where a home keeps things."""
    parts = PurePosixPath(name).parts
    if "\\" in name or "\0" in name or name != "/".join(parts) or ".." in parts:
        return False
    is_register = name == REGISTER or _TABLE.fullmatch(name) is not None
    return is_register or name in (MARKER, *KEPT_FILES) or (len(parts) > 1 and parts[0] in KEPT)


def _digest_before_seal(path: Path, tell: Callable[[int, int], None]) -> str:
    whole = left = path.stat().st_size - _SEAL
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while left > 0 and (block := handle.read(min(_BLOCK, left))):
            digest.update(block)
            left -= len(block)
            tell(whole - left, whole)
    return digest.hexdigest()


def _private(path: Path) -> Path:
    """The path of a new file that only its owner may read."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    return path


def check_room(folder: Path, wanted: int) -> None:
    """Raises: DomainError no_room where the folder's disk has less than the wanted bytes."""
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise DomainError(
            f"{folder} has {free >> 20} MB left and {wanted >> 20} MB are needed. Make room.", code="no_room"
        )


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _bad(path: Path, why: str) -> BadBackup:
    return BadBackup(f"{path} is no whole backup: {why}. Nothing was restored. Take an earlier one.", file=str(path))

"""Chooses the reader for a file from its content, and walks files and folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from panhuo.adapters.readers.archives import Skipped, is_archive, members
from panhuo.adapters.readers.protocol import Detection, Reader, RefusedFile, Sniff, Source
from panhuo.adapters.readers.registry import all_readers
from panhuo.adapters.readers.tables_look import Look, look

SURE_ENOUGH = 30
"""A reader less certain than this is not asked to read."""

__all__ = ["all_readers", "detect", "open_sources"]


def detect(source: Source, *, forced: str | None = None) -> Detection:
    """The reader that is surest of the file, with what it saw; the first of several that are equally sure.

    forced: name of a format; then no other is asked.
    Raises: RefusedFile in one sentence that says what was looked for (unknown_format), or why the file cannot
        be read at all; unknown_format_name where forced names none.
    """
    readers = all_readers()
    if forced is not None:
        return _forced(source, forced, readers)
    seen = look(source)
    considered = tuple((reader.name, reader.sniff(source)) for reader in readers)
    best = max(range(len(readers)), key=lambda place: considered[place][1].certainty)
    sniff = considered[best][1]
    if sniff.certainty < SURE_ENOUGH:
        raise _refusal(source, seen, readers, considered)
    others = tuple((name, said) for name, said in considered if said.certainty and name != readers[best].name)
    return Detection(readers[best], sniff.because, others)


def _forced(source: Source, name: str, readers: tuple[Reader, ...]) -> Detection:
    reader = next((reader for reader in readers if reader.name == name), None)
    if reader is None:
        raise RefusedFile(
            f"{name} is no format. Those that are: {', '.join(reader.name for reader in readers)}.",
            code="unknown_format_name",
            file=source.name,
            format=name,
        )
    said = reader.sniff(source)
    because = f"named by --format; {said.because}" if said.certainty else "named by --format"
    return Detection(reader, because)


def _refusal(
    source: Source, seen: Look, readers: tuple[Reader, ...], considered: tuple[tuple[str, Sniff], ...]
) -> RefusedFile:
    if seen.refusal is not None:
        return seen.refusal
    if seen.kind == "empty":
        return RefusedFile(f"{source.name} is empty.", code="empty_file", file=source.name)
    if seen.kind == "archive":
        why = "packs other files. Import it by its path, or unpack it."
        return RefusedFile(f"{source.name} {why}", code="is_archive", file=source.name)
    wanted = _LOOKED_FOR.get(seen.kind, _LOOKED_FOR["text"])
    return RefusedFile(
        f"{source.name} is not a format that Panhuo reads: it is {_what(seen)}; looked for {wanted}.",
        code="unknown_format",
        file=source.name,
        considered={name: said.because for name, said in considered},
    )


def _what(seen: Look) -> str:
    heads = [sheet.grid.head[0].cells for sheet in seen.sheets if sheet.grid.head]
    if not heads:
        return seen.what or "a file of another kind"
    shown = ", ".join(cell[:30] for cell in heads[0][:6] if cell)
    kinds = {"workbook": "a workbook", "csv": "a text table", "jsonl": "JSON lines", "parquet": "a Parquet table"}
    return f"{kinds.get(seen.kind, 'a table')} that begins with {shown or 'blank cells'}"


_HEADINGS = (
    "a heading of patents (公开号, 申请号 or 专利号; or title and abstract) or of licences, transfers, pledges, "
    "product filings, technology contracts, rosters, population, needs, stock inventories, check booklets, "
    "open licences or other rights"
)
_LOOKED_FOR = {
    "workbook": f"{_HEADINGS} within the first ten rows of a sheet",
    "csv": f"{_HEADINGS} within the first ten lines",
    "parquet": f"{_HEADINGS} among its columns",
    "jsonl": "keys of patents (publication_number, application_number; or title and abstract) or of needs",
    "xml": "the roots of CNIPA, EPO, USPTO and PatSnap documents",
    "text": "tables (XLSX, CSV, Parquet), JSON lines, CNKI references, XML of CNIPA, EPO, USPTO or PatSnap, and "
    "zip, tar.gz or gz of these",
}


def open_sources(path: Path | str, *, unpack: bool = False, skipped: Skipped | None = None) -> Iterator[Source]:
    """The files that a path means: itself, or for a folder all in it, sorted, hidden ones left out.

    An archive is one source, whose members `archives.members` gives; with unpack its members stand in its place.
    What cannot be opened is given, too, and refused when it is: detect raises why.
    Args:
        skipped: told of members left out while unpacking (archives.members).
    """
    place = Path(path)
    for file in _files(place):
        source = _source(file)
        if unpack and is_archive(source):
            yield from _unpacked(source, skipped)
        else:
            yield source


def _unpacked(source: Source, skipped: Skipped | None) -> Iterator[Source]:
    try:
        yield from members(source, skipped=skipped)
    except RefusedFile as refusal:
        yield Source(source.name, source.size, _raiser(refusal))


def _files(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        yield place
        return
    for folder, inner, files in os.walk(place):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(files):
            file = Path(folder) / name
            if not name.startswith((".", "~$")) and file.is_file():
                yield file


def _source(file: Path) -> Source:
    try:
        told = file.stat()
    except OSError as error:
        why = error.strerror or "it is not there"
        return Source(str(file), 0, _raiser(RefusedFile(f"{file} cannot be read: {why}.", file=str(file))))
    if not stat.S_ISREG(told.st_mode):
        refusal = RefusedFile(f"{file} is no ordinary file.", code="no_ordinary_file", file=str(file))
        return Source(str(file), 0, _raiser(refusal))
    return Source(str(file), told.st_size, lambda: file.open("rb"), str(file))


def _raiser(refusal: RefusedFile) -> Callable[[], BinaryIO]:
    def refuse() -> BinaryIO:
        raise refusal

    return refuse

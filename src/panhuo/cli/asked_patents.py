"""Patents that a call names: numbers on the command line, or a file of any format that import reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from panhuo.adapters.readers.archives import is_archive
from panhuo.adapters.readers.detect import detect, open_sources
from panhuo.adapters.readers.protocol import ReadOptions, RefusedFile
from panhuo.engine.records.raw import Cell, RawBatch
from panhuo.terms.errors import BadValue, DomainError
from panhuo.terms.numbers import parse_application_number, parse_publication_number

if TYPE_CHECKING:
    from panhuo.adapters.tables.protocol import Tables

MOST = 2_000
"""Patents of one call: for more a person reads nothing of what comes out."""
NUMBERS = ("application_number", "publication_number", "grant_publication_number")
_PARTS = re.compile(r"[,，、;；|\s]+")


@dataclass(slots=True)
class AskedPatents:
    """asset_ids in the order in which they were named, once each; unknown: numbers that the register does not hold;
    unread: what is no number."""

    ids: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def asked_patents(named: str, tables: Tables) -> AskedPatents:
    """named: a path that exists, or numbers. Raises: RefusedFile; DomainError no_patents, too_many_patents."""
    found = AskedPatents()
    keys: dict[str, tuple[str, ...]] = {}
    for told in _of_file(Path(named)) if names_a_file(named) else ([part] for part in _PARTS.split(named) if part):
        rows = tuple(key for number in told for key in _keys(number))
        if rows:
            keys.setdefault(told[0], rows)
        else:
            found.unread.append(told[0])
    if len(keys) > MOST:
        raise DomainError(f"{len(keys)} patents are named; {MOST} at most. Divide them.", code="too_many_patents")
    if not keys:
        wrong = f" {found.unread[0]} is no number." if found.unread else ""
        raise DomainError(
            f"{named[:80]} names no patent.{wrong} Give application or publication numbers, or a file of patents.",
            code="no_patents",
        )
    wanted = sorted({key for row in keys.values() for key in row})
    known = _known(tables, wanted)
    for number, row in keys.items():
        asset_id = next((known[key] for key in row if key in known), None)
        if asset_id is None:
            found.unknown.append(number)
        elif asset_id not in found.ids:
            found.ids.append(asset_id)
    return found


def names_a_file(named: str) -> bool:
    """Whether a text is a path that exists; a list of numbers that is longer than a name may be is none."""
    try:
        return Path(named).exists()
    except (OSError, ValueError):
        return False


def named_once(patents: str | None, listed: Path | None) -> str | None:
    """What a call names by --patent or --list, None for neither. Raises: DomainError wrong_call for both."""
    if patents and listed:
        raise DomainError("Name either --patent or --list.", code="wrong_call")
    return patents or (str(listed) if listed else None)


def asked_ids(named: str, tables: Tables) -> list[int]:
    """The asset_ids of patents that must all be known. Raises: DomainError unknown_patent, no_patents."""
    asked = asked_patents(named, tables)
    if asked.unknown or asked.unread:
        number = [*asked.unknown, *asked.unread][0]
        raise DomainError(f"The register has no patent {number}. Import it first.", code="unknown_patent")
    return asked.ids


def asset_ids_of(numbers: Iterable[str], tables: Tables) -> dict[str, int]:
    """asset_id of those numbers that the register holds; what is no number is left out."""
    keys = {number: _keys(number) for number in numbers}
    known = _known(tables, sorted({key for row in keys.values() for key in row}))
    return {number: known[key] for number, row in keys.items() for key in row[:1] if key in known}


def _known(tables: Tables, wanted: list[str]) -> dict[str, int]:
    """asset_id by key: a right is known by its application and by each of its publications."""
    from panhuo.desk.registry.models import AssetKey

    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        rows = AssetKey.objects.filter(key__in=wanted[start : start + 500]).values_list("key", "asset_id")
        found.update(rows)
    held = ibis.memtable({"asset_id": sorted(set(found.values()))}, schema={"asset_id": "int64"})
    inside = {row[0] for row in tables.rows(tables["assets"].semi_join(held, "asset_id").select("asset_id"))}
    return {key: asset_id for key, asset_id in found.items() if asset_id in inside}


def _keys(number: str) -> tuple[str, ...]:
    for parse in (parse_application_number, parse_publication_number):
        try:
            told = parse(number)
        except BadValue:
            continue
        return (told.key,) if told.key else ()
    return ()


def _of_file(path: Path) -> Iterator[list[str]]:
    """The numbers of each row."""
    for source in open_sources(path):
        if is_archive(source):
            raise RefusedFile(
                f"{source.name} is an archive. Unpack it and name the file of patents.", code="no_patents",
                file=source.name,
            )  # fmt: skip
        for batch in detect(source).reader.read(source, ReadOptions()):
            if not isinstance(batch, RawBatch):
                continue
            columns = [batch.columns[name] for name in NUMBERS if name in batch.columns]
            for cells in zip(*columns, strict=True):
                told = [number for cell in cells for number in _texts(cell)]
                if told:
                    yield told


def _texts(cell: Cell) -> list[str]:
    return [one for one in (cell if isinstance(cell, list) else [cell or ""]) if one]

"""Folders that a grade is evaluated on: counts of patents with later citations, or an export with dated events.

Told by what stands in the files, whatever their names: a heading of later citations makes a set of counts, a table of
patents with numbers an export. Headings and what is read of them are tables of the pack (evaluation_columns,
evaluation_fields).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from panhuo.adapters.readers.detect import open_sources
from panhuo.adapters.readers.headings import normal_heading
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.adapters.readers.tables_cells import cells
from panhuo.adapters.readers.tables_grid import Grid
from panhuo.adapters.readers.tables_look import SheetLook, forget, look
from panhuo.engine.pair_scorers import Doubles
from panhuo.rules import InForce
from panhuo.terms.errors import BadValue
from panhuo.terms.numbers import asset_keys, parse_publication_number

OUTCOME = "forward_citations"
UTILITY_MODEL_WORD = "实用新型"
HEADING_ROWS = 10
FEWEST_KNOWN = 3
"""Known headings beside which a missing one is named, instead of saying that the file is of another kind."""


@dataclass(frozen=True, slots=True)
class CountSet:
    """Patents with counts and later citations. columns: field -> (n,), NaN where not told.

    numbers: of each row in the files, counted from 0, rows that are left out included. headings: field -> as found.
    not_read: headings that are no known field. left_out: reason -> rows. bad_cells: field -> cells that are no count.
    """

    files: tuple[str, ...]
    rows: int
    numbers: NDArray[np.int64]
    columns: Mapping[str, Doubles]
    is_utility_model: NDArray[np.bool_]
    headings: Mapping[str, str]
    not_read: tuple[str, ...]
    left_out: Mapping[str, int]
    bad_cells: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class EventExport:
    """Tables of patents with numbers. keys: of each row, counted from 0, the keys that its asset is known under.

    headings: all of them. fields: field of a patent -> the heading that it is read from.
    """

    sources: tuple[Source, ...]
    keys: tuple[tuple[str, ...], ...]
    headings: tuple[str, ...]
    fields: Mapping[str, str]

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.sources)


@dataclass(slots=True)
class _Counts:
    """What is gathered of a CountSet while its files are read."""

    files: list[str] = field(default_factory=list)
    rows: int = 0
    numbers: list[int] = field(default_factory=list)
    columns: dict[str, list[float]] = field(default_factory=dict)
    models: list[bool] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    not_read: dict[str, None] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    bad_cells: Counter[str] = field(default_factory=Counter)


def read_value_sets(folder: Path, rules: InForce) -> tuple[CountSet | None, EventExport | None]:
    """What a folder (or one file) holds of each kind; files of one kind are one set, in the order of their names.

    Raises: RefusedFile: missing_file; no_value_set (nothing of either kind: what was seen is told);
        missing_column (a set of counts without later citations or without any indicator).
    """
    if not folder.exists():
        raise RefusedFile(f"{folder} does not exist. Name a folder with data.", code="missing_file", file=str(folder))
    known = {normal_heading(row["heading"]): row["field"] for row in rules.table("evaluation_columns")}
    counts, exports, numbers, seen = _Counts(), [], [], []
    headings: dict[str, None] = {}
    read: dict[str, str] = {}
    without: tuple[Source, Mapping[str, str]] | None = None
    try:
        for source in open_sources(folder, unpack=True):
            found = look(source)
            for sheet in found.sheets:
                start, names = _heading(sheet, known)
                fields = {known[name]: names[name] for name in reversed(names) if name in known}
                if sheet.layout is not None and sheet.layout.has_number and OUTCOME not in _only(sheet, fields):
                    numbers += _keys(sheet)
                    headings |= dict.fromkeys(cell for cell in sheet.layout.header if cell)
                    read |= {name: sheet.layout.header[places[0]] for name, places in sheet.layout.columns.items()}
                    exports += [source] if source not in exports else []
                elif OUTCOME in fields:
                    _read_counts(source, sheet.grid, start, known, counts)
                elif len(fields) >= FEWEST_KNOWN:
                    without = (source, fields)
            if not found.sheets and found.kind != "text":
                seen.append(f"{Path(source.name).name}: {found.refusal or found.what or found.kind}")
    finally:
        forget()
    if not counts.files and not exports:
        raise _nothing_found(folder, seen, without, rules)
    taken = _taken(counts, rules) if counts.files else None
    return taken, EventExport(tuple(exports), tuple(numbers), tuple(headings), read) if exports else None


def _only(sheet: SheetLook, fields: Mapping[str, str]) -> Mapping[str, str]:
    """A vendor's export with a count of citations is an export: its events are dated, its counts are not."""
    return {} if sheet.layout is not None and sheet.layout.vendor else fields


def _heading(sheet: SheetLook, known: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """Records up to and with the heading, and normalised heading -> heading, of the row that knows most fields."""
    rows = sheet.grid.head[:HEADING_ROWS]
    best = max(rows, key=lambda row: len({normal_heading(cell) for cell in row.cells} & known.keys()), default=None)
    if best is None:
        return 0, {}
    return best.index + 1, {normal_heading(cell): cell for cell in best.cells if cell}


def _read_counts(source: Source, grid: Grid, start: int, known: Mapping[str, str], counts: _Counts) -> None:
    header = next(row.cells for row in grid.head if row.index == start - 1)
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        named = known.get(normal_heading(cell))
        if named is None or named in places:
            counts.not_read |= {cell: None} if cell else {}
        else:
            places[named] = place
            counts.headings.setdefault(named, cell)
    counts.files += [source.name] if source.name not in counts.files else []
    texts = [places.pop(name) for name in ("title", "abstract") if name in places]
    for chunk in grid.chunks(skip=start, header=header):
        spoilt = sorted(one.row for one in chunk.problems)
        counts.left_out.update(one.code for one in chunk.problems)
        told = {name: cells(chunk.columns[place], marked=True) for name, place in places.items()}
        words = [cells(chunk.columns[place], marked=True) for place in texts]
        order = np.searchsorted(np.array(spoilt, np.int64), np.array(chunk.rows, np.int64))
        for place, before in enumerate(order.tolist()):
            _take(counts, counts.rows + place + before, {name: column[place] for name, column in told.items()})
            counts.models.append(any(UTILITY_MODEL_WORD in (column[place] or "") for column in words))
        counts.rows += len(chunk.rows) + len(spoilt)


def _take(counts: _Counts, number: int, row: Mapping[str, str | None]) -> None:
    """Add one row; what lacks an outcome is left out afterwards, so that columns of several files stay together."""
    counts.numbers.append(number)
    for name in row:
        counts.columns.setdefault(name, [math.nan] * (len(counts.numbers) - 1))
    for name, column in counts.columns.items():
        value = _count(row.get(name))
        if value is None:
            counts.bad_cells[name] += 1
        column.append(math.nan if value is None else value)


def _count(text: str | None) -> float | None:
    """NaN where nothing is told, None where it is no count.

    >>> _count("1,024"), _count("-3"), _count("many")
    (1024.0, None, None)
    """
    if text is None:
        return math.nan
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _taken(counts: _Counts, rules: InForce) -> CountSet:
    roles = {row["field"]: row["role"] for row in rules.table("evaluation_fields")}
    columns = {name: np.array(column) for name, column in counts.columns.items()}
    outcome = columns.get(OUTCOME, np.zeros(0))
    kept = np.isfinite(outcome)
    left_out = Counter(counts.left_out)
    left_out["no_outcome"] += int((~kept).sum())
    file = counts.files[0]
    if not any(roles[name] in ("input", "no_rule") for name in counts.headings):
        raise RefusedFile(
            f"{file} has {counts.headings[OUTCOME]} and no indicator beside it. It needs one of these columns at "
            f"least: {_wanted(rules, ('input',))}.",
            code="missing_column",
            file=file,
        )
    if kept.sum() < 2:
        raise RefusedFile(
            f"{file} holds {int(kept.sum())} rows with a number under {counts.headings[OUTCOME]}. A rank needs two at "
            "least, and figures that mean something some hundred. Give a file with more rows.",
            code="too_few_rows",
            file=file,
        )
    return CountSet(
        tuple(counts.files),
        counts.rows,
        np.array(counts.numbers, np.int64)[kept],
        {name: column[kept] for name, column in columns.items()},
        np.array(counts.models, bool)[kept],
        counts.headings,
        tuple(counts.not_read),
        {code: number for code, number in left_out.items() if number},
        dict(counts.bad_cells),
    )


def _keys(sheet: SheetLook) -> list[tuple[str, ...]]:
    """Keys of the asset of each row, () where its number cannot be read."""
    layout = sheet.layout
    if layout is None:
        return []
    places = layout.columns.get("publication_number", ())
    found: list[tuple[str, ...]] = []
    for chunk in sheet.grid.chunks(skip=layout.skip, header=layout.header):
        told = [cells(chunk.columns[one], marked=True) for one in places]
        rows = range(len(chunk.rows))
        found += [_key(next((column[row] for column in told if column[row]), None)) for row in rows]
    return found


def _key(told: str | None) -> tuple[str, ...]:
    try:
        return asset_keys(None, parse_publication_number(told)) if told else ()
    except BadValue:
        return ()


def _wanted(rules: InForce, roles: tuple[str, ...]) -> str:
    fields = [row["field"] for row in rules.table("evaluation_fields") if row["role"] in roles]
    first: dict[str, str] = {}
    for row in rules.table("evaluation_columns"):
        first.setdefault(row["field"], row["heading"])
    return ", ".join(first[one] for one in fields)


def _nothing_found(
    folder: Path, seen: list[str], without: tuple[Source, Mapping[str, str]] | None, rules: InForce
) -> RefusedFile:
    if without is not None:
        source, fields = without
        return RefusedFile(
            f"{source.name} lacks the column of later citations ({_wanted(rules, ('outcome',))} or another heading of "
            f"the table evaluation_columns); it has {', '.join(fields.values())}. Add the column.",
            code="missing_column",
            file=source.name,
        )
    told = f" Seen: {'; '.join(seen[:5])}." if seen else ""
    return RefusedFile(
        f"{folder} holds no data that a grade can be evaluated on: looked for a table with later citations "
        f"({_wanted(rules, ('outcome',))}) and indicators beside them, or an export of patents with numbers and dated "
        f"events.{told} Empty files and files with nothing but a heading do not count.",
        code="no_value_set",
        file=str(folder),
    )

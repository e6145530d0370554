"""Tables of a pack: tables/<name>.csv with tables/<name>.yaml beside it that says what its columns are (sidecars).

A child's table replaces its parent's; with extends it adds rows and replaces those with the same key.
Rows with columns since and until hold from the first to the last day named, both included; empty is open.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from panhuo.rules.problems import Problems
from panhuo.rules.sidecars import Column, Sidecar, SumsToOne, read_sidecar
from panhuo.rules.values import Provenance, read_day
from panhuo.rules.yaml_tree import read_yaml

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its rows in file order; lines holds each row's line in its file.

    strict: each cell must be what its column says before the pack can be loaded; sums: as must its groups.
    """

    name: str
    label: Mapping[str, str]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    source: Provenance
    rows: tuple[Row, ...]
    lines: tuple[int, ...]
    extends: bool
    digest: str
    pack: str
    file: str
    strict: bool = False
    sums: SumsToOne | None = None

    @property
    def is_dated(self) -> bool:
        return any(column.name in ("since", "until") for column in self.columns)

    def on(self, day: date) -> tuple[Row, ...]:
        """Rows that hold on a day, in order."""
        if not self.is_dated:
            return self.rows
        said = day.isoformat()
        return tuple(
            row for row in self.rows if (row.get("since") or "") <= said and said <= (row.get("until") or "9999-12-31")
        )

    def key_of(self, row: Row) -> tuple[str, ...]:
        return tuple(row[column] for column in self.key)


def read_table(folder: Path, name: str, *, pack: str, root: Path) -> tuple[Table | None, Problems]:
    """A table of a pack's folder with what is wrong with it; None where nothing can be used."""
    csv_path, sidecar_path = folder / f"{name}.csv", folder / f"{name}.yaml"
    problems = Problems(csv_path.relative_to(root).as_posix())
    shown = sidecar_path.relative_to(root).as_posix()
    sidecar = read_yaml(sidecar_path, shown=shown) if sidecar_path.is_file() else None
    data = csv_path.read_bytes()
    header, rows, lines = _read_csv(data, problems)
    if sidecar is None:
        problems.add(f"has no {name}.yaml beside it that says its columns, source and status", fatal=False)
        said = Sidecar(tuple(Column(text) for text in header))
    else:
        said = read_sidecar(sidecar, Problems(shown, problems.found))
        _same_columns(header, said.columns, problems)
    if not header:
        return None, problems
    frozen = tuple(MappingProxyType(dict(zip(header, row, strict=True))) for row in rows)
    _check_dates(frozen, lines, problems)
    digest = hashlib.sha256(data).hexdigest()
    found = Table(
        name,
        said.label,
        said.columns,
        said.key,
        said.source,
        frozen,
        tuple(lines),
        said.extends,
        digest,
        pack,
        problems.file,
        said.strict,
        said.sums,
    )
    return found, problems


def extend_table(parent: Table, child: Table) -> Table:
    """The parent's rows without those whose key the child gives again, then the child's."""
    again = {child.key_of(row) for row in child.rows} if child.key else set()
    names = {column.name for column in parent.columns}
    kept = [
        (row, line)
        for row, line in zip(parent.rows, parent.lines, strict=True)
        if not child.key or not set(child.key) <= names or child.key_of(row) not in again
    ]
    digest = hashlib.sha256(f"{parent.digest}+{child.digest}".encode()).hexdigest()
    return Table(
        child.name,
        child.label,
        child.columns,
        child.key,
        child.source,
        tuple(row for row, _ in kept) + child.rows,
        tuple(line for _, line in kept) + child.lines,
        child.extends,
        digest,
        child.pack,
        child.file,
        parent.strict or child.strict,
        child.sums or parent.sums,
    )


def _read_csv(data: bytes, problems: Problems) -> tuple[list[str], list[list[str]], list[int]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add("is not UTF-8", line=line)
        return [], [], []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for cells in reader:
            if not header:
                header = [cell.strip() for cell in cells]
            elif not any(cells):
                continue
            elif len(cells) != len(header):
                problems.add(f"has {len(cells)} cells where the header has {len(header)}", line=reader.line_num)
            else:
                rows.append([cell.strip() for cell in cells])
                lines.append(reader.line_num)
    except csv.Error as error:
        problems.add(f"is not CSV: {error}", line=reader.line_num)
    if not header:
        problems.add("is empty; its first line names the columns")
    if len(set(header)) != len(header):
        problems.add("a column stands twice in the header", line=1)
    return header, rows, lines


def _same_columns(header: list[str], columns: tuple[Column, ...], problems: Problems) -> None:
    declared = [column.name for column in columns]
    if header and header != declared:
        problems.add(f"its columns are {', '.join(header)} but its sidecar says {', '.join(declared)}", line=1)


def _check_dates(rows: Sequence[Row], lines: Sequence[int], problems: Problems) -> None:
    """since and until are compared as text, so each must be a whole ISO date."""
    for row, line in zip(rows, lines, strict=True):
        for column in ("since", "until"):
            text = row.get(column) or ""
            if text and (len(text) != 10 or read_day(text) is None):
                problems.add(f"{column} {text!r} is no date (YYYY-MM-DD)", line=line)
        if row.get("since") and row.get("until") and row["since"] > row["until"]:
            problems.add(f"since {row['since']} lies after until {row['until']}", line=line)

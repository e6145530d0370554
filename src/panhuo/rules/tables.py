"""Tables of a pack: tables/<name>.csv with tables/<name>.yaml beside it that says what its columns are.

Sidecar: title {zh, en}; columns: name -> {label?, type?, required?, one_of?}; key: columns that are unique
together; source {title, article?, checked, status}; extends: true adds to the parent's table of that name
(rows with the same key replace the parent's), else a child's table replaces it.
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
from panhuo.rules.values import Provenance, Status, read_day, read_label, read_source
from panhuo.rules.yaml_tree import Node, read_yaml

Row = Mapping[str, str]
SIDECAR_KEYS = ("title", "columns", "key", "source", "extends", "note")
COLUMN_KEYS = ("label", "type", "required", "one_of", "refers_to", "of", "note")
COLUMN_TYPES = (
    "text",
    "code",  # without blanks
    "words",
    "date",
    "number",
    "integer",
    "flag",
    "share",
    "cny",
    "ipc",  # a pattern that terms.ipc.ipc_range reads
    "ipc_low",  # its first sort key; of: the column of the pattern
    "ipc_high",
    "event",
    "legal_status",
    "meaning",  # a legal status or event, as the column named by of says
    "ip_type",
    "owner_type",
    "region",
    "status",
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the sidecar declares it."""

    name: str
    type: str = "text"
    required: bool = False
    one_of: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()  # table, column
    of: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its rows in file order; lines holds each row's line in its file."""

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
        columns = tuple(Column(text) for text in header)
        source = Provenance("", Status.UNCONFIRMED, None)
        label: dict[str, str] = {}
        key: tuple[str, ...] = ()
        extends = False
    else:
        said = Problems(shown, problems.found)
        columns, key, source, label, extends = _read_sidecar(sidecar, said)
        _same_columns(header, columns, problems)
    if not header:
        return None, problems
    frozen = tuple(MappingProxyType(dict(zip(header, row, strict=True))) for row in rows)
    _check_dates(frozen, lines, problems)
    digest = hashlib.sha256(data).hexdigest()
    found = Table(name, label, columns, key, source, frozen, tuple(lines), extends, digest, pack, problems.file)
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


def _read_sidecar(
    node: Node, problems: Problems
) -> tuple[tuple[Column, ...], tuple[str, ...], Provenance, dict[str, str], bool]:
    where = problems.at(node.line)
    where.only_keys(node, SIDECAR_KEYS)
    label = read_label(node.pairs.get("title"), where)
    source = read_source(node.pairs.get("source"), where)
    listed = node.pairs.get("columns")
    columns: list[Column] = []
    if listed is None or not (listed.items or listed.pairs):
        where.add("names no columns")
    elif listed.items:
        columns = [Column(item.text or "") for item in listed.items]
    else:
        problems.at(listed.line, "columns").only_keys(listed, listed.pairs)
        columns = [_column(name, item, problems) for name, item in listed.pairs.items()]
    named = node.pairs.get("key")
    key = tuple(item.text or "" for item in named.items) if named else ()
    for name in key:
        if name not in {column.name for column in columns}:
            where.add(f"the key names a column {name!r} that is not declared")
    flag = node.pairs.get("extends")
    if flag is not None and flag.text not in ("true", "false"):
        where.add("extends is true or false")
    return tuple(columns), key, source, label, flag is not None and flag.text == "true"


def _column(name: str, node: Node, problems: Problems) -> Column:
    where = problems.at(node.line, name)
    if node.value is None:
        return Column(name)
    if isinstance(node.value, str):  # a label only
        return Column(name)
    where.only_keys(node, COLUMN_KEYS)
    said = node.pairs.get("type")
    kind = said.text if said and said.text else "text"
    if kind not in COLUMN_TYPES:
        where.add(f"unknown type {kind!r}; one of {', '.join(COLUMN_TYPES)}")
    required = node.pairs.get("required")
    one_of = node.pairs.get("one_of")
    return Column(
        name,
        kind,
        required is not None and required.text == "true",
        tuple(item.text or "" for item in one_of.items) if one_of else (),
        _reference(node.pairs.get("refers_to"), where),
        (node.pairs["of"].text or "") if "of" in node.pairs else "",
    )


def _reference(node: Node | None, where: Problems.Place) -> tuple[str, ...]:
    if node is None:
        return ()
    parts = tuple((node.text or "").split("."))
    if len(parts) != 2 or not all(parts):
        where.add("refers_to is written table.column")
        return ()
    return parts


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

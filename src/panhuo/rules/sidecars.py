"""Sidecars: tables/<name>.yaml, which says what the columns of tables/<name>.csv are.

Keys: title {zh, en}; columns: name -> {label?, type?, required?, one_of?, refers_to?, any?}; key: columns that are
unique together; source {title, article?, checked, status}; extends: true adds to the parent's table of that name
(rows with the same key replace the parent's), else a child's table replaces it; strict: true and sums_to_one:
{column, within} keep a pack from being loaded while a cell is wrong or a group does not sum to one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from panhuo.rules.problems import Problems
from panhuo.rules.values import Provenance, Status, read_label, read_source
from panhuo.rules.yaml_tree import Node

SIDECAR_KEYS = ("title", "columns", "key", "source", "extends", "strict", "sums_to_one", "note")
COLUMN_KEYS = ("label", "type", "required", "one_of", "refers_to", "any", "of", "note")
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
    "organisation_kind",
    "role",
    "right",
    "reach",
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
    any: bool = False  # "*" stands for all that may be referred to


@dataclass(frozen=True, slots=True)
class SumsToOne:
    """Numbers of a column sum to one in each group of rows.

    within: columns whose values make a group; "indicator.parent" is the column parent of the row that the column
    indicator refers to.
    """

    column: str
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What the file beside a table says of it."""

    columns: tuple[Column, ...] = ()
    key: tuple[str, ...] = ()
    source: Provenance = Provenance("", Status.UNCONFIRMED, None)
    label: Mapping[str, str] = field(default_factory=dict)
    extends: bool = False
    strict: bool = False
    sums: SumsToOne | None = None


def read_sidecar(node: Node, problems: Problems) -> Sidecar:
    """What a sidecar says; what is wrong with it goes to problems."""
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
    flags = {name: _flag(node.pairs.get(name), name, where) for name in ("extends", "strict")}
    sums = _sums(node.pairs.get("sums_to_one"), columns, problems)
    return Sidecar(tuple(columns), key, source, label, flags["extends"], flags["strict"], sums)


def _flag(node: Node | None, name: str, where: Problems.Place) -> bool:
    if node is not None and node.text not in ("true", "false"):
        where.add(f"{name} is true or false")
    return node is not None and node.text == "true"


def _sums(node: Node | None, columns: Sequence[Column], problems: Problems) -> SumsToOne | None:
    if node is None:
        return None
    where = problems.at(node.line, "sums_to_one")
    where.only_keys(node, ("column", "within"))
    column = (node.pairs["column"].text or "") if "column" in node.pairs else ""
    within = tuple(item.text or "" for item in node.pairs["within"].items) if "within" in node.pairs else ()
    references = {one.name: one.refers_to for one in columns}
    for named in (column, *(one.partition(".")[0] for one in within)):
        if named not in references:
            where.add(f"names a column {named!r} that is not declared")
    for one in within:
        first, dot, _second = one.partition(".")
        if dot and not references.get(first):
            where.add(f"{one} needs a column {first} that refers to another table")
    return SumsToOne(column, within)


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
        _flag(node.pairs.get("any"), "any", where),
    )


def _reference(node: Node | None, where: Problems.Place) -> tuple[str, ...]:
    if node is None:
        return ()
    parts = tuple((node.text or "").split("."))
    if len(parts) != 2 or not all(parts):
        where.add("refers_to is written table.column")
        return ()
    return parts

"""What differs between the rules of two packs, or of two versions of one, as their engine areas would read them.

Each pack is taken with its parents. Cases, notes and names of packs are no rules and are not compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from panhuo.rules.loading import PACK_FOLDERS, pack_files, read_chain
from panhuo.rules.pack import Pack, as_text
from panhuo.rules.tables import Row, Table
from panhuo.rules.values import DatedValue, Parameter, Provenance

__all__ = ["Change", "Difference", "Kind", "differences"]

FILE_ROOMS = tuple(room for room in PACK_FOLDERS if room in ("text", "indicators"))
NO_VALUE = "null"
"""How a pack writes that a rule has no value from a day on."""


class Kind(StrEnum):
    """What differs."""

    PROGRAMME = "programme"
    RULE = "rule"
    VALUE = "value"
    TABLE = "table"
    ROW = "row"
    FILE = "file"


class Change(StrEnum):
    """added: only the second pack has it; removed: only the first."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the rules differ.

    name: of rule, table, programme or file. key: of a row. since: first day of a value or row; "old → new" where they
    hold from different days. old, new: as text, "" where there is none; of a row that changed only its cells that did.
    unit, source, status: of a value; of a row those of its own cells, else of its table.
    """

    kind: Kind
    change: Change
    name: str
    key: str = ""
    since: str = ""
    old: str = ""
    new: str = ""
    unit: str = ""
    old_source: str = ""
    new_source: str = ""
    old_status: str = ""
    new_status: str = ""


@dataclass(frozen=True, slots=True)
class _Side:
    """Text, source and status of one side of a difference."""

    since: str = ""
    text: str = ""
    source: str = ""
    status: str = ""
    unit: str = ""


_NOTHING = _Side()


def differences(old: Pack, new: Pack, *, at: date | None = None) -> list[Difference]:
    """All differences from old to new: programmes, rules with their values, tables with their rows, further files.

    Args:
        at: compares what holds on this day only; None compares all days.
    Returns: in the order of kinds, then of names; empty where nothing differs.
    """
    found = [*_programmes(old, new), *_parameters(old, new, at), *_tables(old, new, at), *_files(old, new)]
    order = list(Kind)
    return sorted(found, key=lambda one: (order.index(one.kind), one.name))


def _programmes(old: Pack, new: Pack) -> Iterator[Difference]:
    """Of two versions of one pack: another pack has programmes of its own."""
    if old.name != new.name:
        return
    sides = [
        {one.name: f"{one.status}; {', '.join(map(str, one.verified_years))}" for one in pack.programmes}
        for pack in (old, new)
    ]
    for name in _names(*sides):
        yield from _pair(Kind.PROGRAMME, name, *(_Side(text=side[name]) if name in side else None for side in sides))


def _parameters(old: Pack, new: Pack, at: date | None) -> Iterator[Difference]:
    for name in _names(old.parameters, new.parameters):
        ours, theirs = old.parameters.get(name), new.parameters.get(name)
        if ours and theirs:
            yield from _pair(Kind.RULE, name, _Side(text=_head(ours)), _Side(text=_head(theirs)))
        before, after = _dated(ours, at), _dated(theirs, at)
        for day in sorted({*before, *after}):
            yield from _pair(Kind.VALUE, name, before.get(day), after.get(day))


def _head(parameter: Parameter) -> str:
    return "; ".join((parameter.unit, *(f"{key}: {text}" for key, text in sorted(parameter.label.items()))))


def _dated(parameter: Parameter | None, at: date | None) -> dict[str, _Side]:
    """Values by their first day, or the one of a day under ""."""
    if parameter is None:
        return {}
    if at is None:
        return {one.since.isoformat(): _value(parameter, one) for one in parameter.values}
    held = parameter.on(at)
    return {"": _value(parameter, held)} if held else {}


def _value(parameter: Parameter, dated: DatedValue) -> _Side:
    text = NO_VALUE if dated.value is None else as_text(dated.value)
    return _Side(dated.since.isoformat(), text, _cited(dated.source), dated.source.status, parameter.unit)


def _cited(source: Provenance) -> str:
    return " ".join(part for part in (source.title, source.article) if part)


def _tables(old: Pack, new: Pack, at: date | None) -> Iterator[Difference]:
    sources: dict[int, _Sources] = {}
    for name in _names(old.tables, new.tables):
        ours, theirs = old.tables.get(name), new.tables.get(name)
        if ours and theirs and ours.digest == theirs.digest and _is_alike(ours, theirs):
            continue
        key = _shared_key(ours, theirs)
        sides = []
        for pack, table in ((old, ours), (new, theirs)):
            known = sources.setdefault(id(pack), _Sources(pack))
            sides.append(_Rows(table, key, known, at))
        yield from _pair(Kind.TABLE, name, _form(ours, theirs), _form(theirs, ours))
        yield from _rows(name, *sides)


def _is_alike(old: Table, new: Table) -> bool:
    """Whether two tables of the same bytes come from the same source and say the same of themselves and their rows."""
    return _form(old, new) == _form(new, old) and old.rows == new.rows


def _form(table: Table | None, other: Table | None) -> _Side | None:
    """What a table says of itself and the other does not."""
    if table is None:
        return None
    parts, theirs = _parts(table), _parts(other) if other else {}
    told = "; ".join(f"{name}: {text}" for name, text in parts.items() if theirs.get(name) != text)
    return _Side(text=told, source=_cited(table.source), status=table.source.status)


def _parts(table: Table) -> dict[str, str]:
    titles = {f"title {key}": text for key, text in sorted(table.label.items())}
    columns = {f"column {column.name}": column.type for column in table.columns}
    return {**titles, "key": ", ".join(table.key), **columns}


def _shared_key(old: Table | None, new: Table | None) -> tuple[str, ...]:
    """Columns by which rows of both are told apart; none where the two do not agree on them."""
    keys = {table.key for table in (old, new) if table}
    return keys.pop() if len(keys) == 1 else ()


class _Sources:
    """Where each row of a pack comes from: the sidecar of the pack that wrote it, not of the child that extends it."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._found: dict[str, dict[tuple[tuple[str, str], ...], Provenance]] = {}

    def of(self, table: Table, row: Row) -> Provenance:
        if table.name not in self._found:
            found: dict[tuple[tuple[str, str], ...], Provenance] = {}
            for files in read_chain(self._pack.folders[0]):
                own = files.tables.get(table.name)
                for one in own.rows if own else ():
                    found.setdefault(tuple(one.items()), own.source if own else table.source)
            self._found[table.name] = found
        return self._found[table.name].get(tuple(row.items()), table.source)


class _Rows:
    """Rows of one table that count, by key and in order."""

    def __init__(self, table: Table | None, key: tuple[str, ...], sources: _Sources, at: date | None) -> None:
        self.table, self._sources = table, sources
        self.by_key: dict[tuple[str, ...], list[Row]] = {}
        self.order: list[tuple[str, ...]] = []
        rows = () if table is None else table.rows if at is None else table.on(at)
        for row in rows:
            told = tuple(row[column] for column in key) if key else tuple(row.values())
            told = (*told, row.get("since", "")) if key and at is None and "since" not in key else told
            self.by_key.setdefault(told, []).append(row)
            self.order.append(told)

    def side(self, row: Row, only: Iterable[str] | None) -> _Side:
        """A row as text: its cells that are not empty, or those of the columns named."""
        assert self.table is not None  # noqa: S101 - a row has a table
        source = self._sources.of(self.table, row)
        cells = [(name, row.get(name, "")) for name in (row if only is None else only)]
        text = "; ".join(f"{name}={cell}" for name, cell in cells if cell or only is not None)
        return _Side(
            row.get("since", ""), text, row.get("source") or _cited(source), row.get("status") or source.status
        )


def _rows(name: str, old: _Rows, new: _Rows) -> Iterator[Difference]:
    for key in dict.fromkeys((*old.order, *new.order)):
        before, after = old.by_key.get(key, []), new.by_key.get(key, [])
        for place in range(max(len(before), len(after))):
            ours = before[place] if place < len(before) else None
            theirs = after[place] if place < len(after) else None
            both = ours is not None and theirs is not None
            only = _changed_cells(ours, theirs) if ours is not None and theirs is not None else None
            if both and not only:
                continue
            sides = [side.side(row, only) if row is not None else None for side, row in ((old, ours), (new, theirs))]
            yield from _pair(Kind.ROW, name, *sides, key=" | ".join(key))
    if _common(old.order, new.by_key) != _common(new.order, old.by_key):
        text = "the order of rows that both have 行序"
        yield Difference(Kind.TABLE, Change.CHANGED, name, old=text, new="another order 行序不同")


def _common(order: Sequence[tuple[str, ...]], other: Mapping[tuple[str, ...], list[Row]]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(key for key in order if key in other))


def _changed_cells(old: Row, new: Row) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys((*old, *new)) if old.get(name, "") != new.get(name, ""))


def _files(old: Pack, new: Pack) -> Iterator[Difference]:
    sides = [_digests(pack) for pack in (old, new)]
    for name in _names(*sides):
        yield from _pair(Kind.FILE, name, *(_Side(text=side[name]) if name in side else None for side in sides))


def _digests(pack: Pack) -> dict[str, str]:
    """Digest of each further file such as text/stopwords.txt; a child's stands before its parents'."""
    found: dict[str, str] = {}
    for folder in pack.folders:
        for path in pack_files(folder):
            name = path.relative_to(folder).as_posix()
            if name.partition("/")[0] in FILE_ROOMS and name not in found:
                found[name] = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
    return found


def _names(*sides: Mapping[str, object]) -> list[str]:
    return sorted({name for side in sides for name in side})


def _pair(kind: Kind, name: str, old: _Side | None, new: _Side | None, *, key: str = "") -> Iterator[Difference]:
    """The difference of two sides, nothing where they are alike."""
    if old == new:
        return
    change = Change.ADDED if old is None else Change.REMOVED if new is None else Change.CHANGED
    before, after = old or _NOTHING, new or _NOTHING
    yield Difference(
        kind,
        change,
        name,
        key,
        _both(before.since, after.since),
        before.text,
        after.text,
        _both(before.unit, after.unit),
        before.source,
        after.source,
        before.status,
        after.status,
    )


def _both(old: str, new: str) -> str:
    return f"{old} → {new}" if old and new and old != new else new or old

"""Finds the heading of a table and says which column fills which field, or that nothing is recognised."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from panhuo.adapters.readers.headings import Alias, aliases, normal_heading, schemas_knowing, tag_words
from panhuo.adapters.readers.tables_content import Content, columns_by_content
from panhuo.adapters.readers.tables_grid import Grid, HeadRow
from panhuo.adapters.readers.tables_schemas import NUMBERS, SCHEMAS, Schema
from panhuo.adapters.readers.tables_shapes import TEXT_SHAPES, text_shape_of
from panhuo.terms.kinds import RecordKind

Told = tuple[tuple[str, str], ...]
HEADING_WITHIN = 10
"""Rows with anything in them above which the heading must stand."""
_UNITS = {
    "amount": (
        ("amount_wan", re.compile(r"单位[:：]\s*(?:人民币)?\s*万元")),
        ("amount_cny", re.compile(r"单位[:：]\s*(?:人民币)?\s*元")),
    ),
    "people": (("persons_wan", re.compile(r"单位[:：]\s*万人")), ("persons", re.compile(r"单位[:：]\s*人"))),
}
"""Headings that name a sum or a number of people without its unit wait for the unit said above the table."""
_ONE_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)\s*年")
_VENDOR_VOTES = {"patsnap": 2, "incopat": 2, "lens": 2, "google": 2, "cnki": 2, "cnipa": 3}
"""Headings that only one vendor's exports carry, needed to take a table for its export; CNIPA's are copied most."""
_BOTH_NUMBERS = frozenset(("publication_number", "application_number"))
_OWN_COLUMNS = frozenset(("asset_key", "state", "grade", "edition"))
"""What a list of ours says beside the patent; others that carry both numbers are just tables."""
OTHER_RIGHTS = ("商标", "著作权", "地理标志", "植物新品种", "布图设计")


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table is and where its fields stand.

    vendor: whose export, as the headings tell: patsnap, incopat, lens, google, cnki, cnipa, panhuo or "".
    skip: records up to and with the heading. header: its cells as found, which also gives the width.
    columns: field -> places, preferred first. constants: fields that the table says once for all rows.
    by_content: fields told by what stands in their column. extract: part of the cell to take, by place.
    unknown: headings that fill nothing. notes: what else a person should know.
    """

    schema: Schema
    vendor: str
    skip: int
    header: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    score: int
    constants: Mapping[str, str] = field(default_factory=dict)
    by_content: tuple[Content, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def has_number(self) -> bool:
        return not NUMBERS.isdisjoint(self.columns)

    @property
    def because(self) -> str:
        """What was seen, in words."""
        shown = [self.header[places[0]] for places in self.columns.values()][:4]
        told = [
            f"columns {', '.join(shown)} and {len(self.columns) - len(shown)} more"
            if len(self.columns) > len(shown)
            else f"columns {', '.join(shown)}"
        ]
        told += [content.because for content in self.by_content]
        told += self.notes
        if self.unknown:
            more = f" and {len(self.unknown) - 8} more" if len(self.unknown) > 8 else ""
            told.append(f"not taken: {', '.join(self.unknown[:8])}{more}")
        return "; ".join(told)


def find_layout(grid: Grid, *, only: str = "", told: Told = ()) -> Layout | None:
    """The best reading of a table's heading, None where no schema is met.

    only: the schema to read it as, named by the user. told: what a person said headings mean (protocol.Source).
    """
    best: Layout | None = None
    for skip, header in _candidates(grid):
        if grid.container == "csv" and not only and not is_tabular(grid, skip, len(header)):
            continue
        above = [row for row in grid.head if row.index < skip - 1] if grid.container in ("csv", "xlsx") else ()
        for schema in SCHEMAS.values():
            if only and schema.name != only:
                continue
            found = _fit(grid, schema, skip, header, above, dict(told))
            if found is not None and (best is None or found.score > best.score):
                best = found
    return best


def _candidates(grid: Grid) -> Iterable[tuple[int, tuple[str, ...]]]:
    """(records to skip, heading) for each of the first rows, alone and with the row under it as its second half."""
    rows = list(grid.head[:HEADING_WITHIN])
    if grid.container not in ("csv", "xlsx"):
        rows = rows[:1]
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        yield row.index + 1, row.cells
        if below is not None and below.index == row.index + 1:
            yield below.index + 1, _two_lines(row, below)


def is_tabular(grid: Grid, skip: int, width: int) -> bool:
    """Whether most rows below have as many cells as the heading; commas of prose do not."""
    return well_shaped(grid, skip, width) * 2 >= sum(row.index >= skip for row in grid.head)


def well_shaped(grid: Grid, skip: int, width: int) -> int:
    """How many of the first rows below a heading have as many cells as it, trailing blank ones aside."""
    below = (row.cells for row in grid.head if row.index >= skip)
    return sum(len(cells) >= width and not any(cells[width:]) for cells in below)


def _two_lines(upper: HeadRow, lower: HeadRow) -> tuple[str, ...]:
    """A heading of two rows: what stands below, with the merged cell above it where that makes a known heading."""
    width = max(len(upper.cells), len(lower.cells))
    above, below = (row.cells + ("",) * (width - len(row.cells)) for row in (upper, lower))
    found, group = [], ""
    for top, under in zip(above, below, strict=True):
        group = top or (group if under else "")
        joined = group + under
        if not under or (group and group != under and schemas_knowing(normal_heading(joined))):
            found.append(joined)
        else:
            found.append(under)
    return tuple(found)


def _fit(
    grid: Grid, schema: Schema, skip: int, header: tuple[str, ...], above: Sequence[HeadRow], told: Mapping[str, str]
) -> Layout | None:
    known = aliases(schema.name)
    places: dict[str, list[tuple[int, int]]] = {}
    unknown: list[str] = []
    votes: Counter[str] = Counter()
    score = 0
    for place, cell in enumerate(header):
        heading = normal_heading(cell)
        alias = known.get(heading) if heading not in told else _told_alias(schema, heading, told[heading])
        if alias is None:
            if heading:
                unknown.append(cell)
            continue
        votes[alias.source] += 1
        if alias.field:
            places.setdefault(alias.field, []).append((alias.rank, place))
            score += 2 if len(schemas_knowing(heading)) == 1 else 1
    if not places and not text_shape_of(header):
        return None
    columns = {name: tuple(place for _, place in sorted(found)) for name, found in places.items()}
    title = " ".join(cell for row in above for cell in row.cells if cell)
    columns, constants, notes = _from_above(schema, columns, f"{grid.name} {title}", header)
    if schema.name == "event_ledger" and "ledger" in columns:
        score += 5
    vendor = _vendor(grid, header, votes)
    if vendor != "google":
        columns.pop("google_id", None)  # another's id is no publication number
    text = text_shape_of(header) if schema.name == "patents" else ""
    if text:
        number = TEXT_SHAPES[text][1]
        vendor, score = text, score + 4
        wanted = {"publication_number": number, "text": "text", "labels": "labels"}
        columns = {name: (header.index(heading),) for name, heading in wanted.items() if heading in header}
        unknown = [cell for cell in unknown if cell not in wanted.values()]
    layout = Layout(
        schema,
        vendor,
        skip,
        header,
        columns,
        score * 2 + _title_bonus(schema, f"{grid.name} {title}"),
        constants,
        (),
        tuple(unknown),
        notes,
    )
    return _complete(grid, layout)


def _told_alias(schema: Schema, heading: str, field_name: str) -> Alias | None:
    """What a person said of a heading: a field of this schema or none; a field of another schema is unknown here."""
    return Alias(field_name, heading, -1, "") if not field_name or field_name in schema.fields else None


def _complete(grid: Grid, layout: Layout) -> Layout | None:
    """The layout if it has what its schema must have; patents may be told by content, or have no numbers at all."""
    if layout.schema.kind in _NEVER_WITH_NUMBERS and _names_patents(layout.header):
        return None
    have = layout.columns.keys() | layout.constants.keys()
    if all(not wanted.isdisjoint(have) for wanted in layout.schema.must):
        needs = layout.schema.name != "needs" or any("需求" in cell for cell in layout.header) or "need_id" in have
        return layout if needs or "problem" in have or "difficulty" in have else None
    if layout.schema.name == "needs" and (_says_needs(layout) or _bare_need(grid, layout)):
        return layout
    if layout.schema.name != "patents" or len(layout.columns) < 2:
        return None
    free = [place for place in range(len(layout.header)) if not _taken(layout, place)]
    rows = [row.cells for row in grid.head if row.index >= layout.skip]
    found = columns_by_content(layout.header, rows, free, layout.columns.keys())
    if any(content.field in NUMBERS for content in found):
        columns = dict(layout.columns) | {content.field: (content.place,) for content in found}
        told = {layout.header[content.place] for content in found}
        rest = tuple(heading for heading in layout.unknown if heading not in told)
        return replace(layout, columns=columns, by_content=found, unknown=rest, vendor=layout.vendor or _by_link(rows))
    if {"title", "abstract"} <= have:
        return replace(layout, notes=(*layout.notes, "no column holds a patent number"), score=layout.score // 2)
    return None


_NEVER_WITH_NUMBERS = (RecordKind.NEED, RecordKind.ROSTER, RecordKind.POPULATION)
"""A row that names a patent speaks of the patent: pairs of needs and patents are no needs."""


def _names_patents(header: tuple[str, ...]) -> bool:
    known = aliases("patents")
    found = (known.get(normal_heading(cell)) for cell in header)
    return any(alias is not None and alias.field in NUMBERS - {"google_id"} for alias in found)


def _says_needs(layout: Layout) -> bool:
    wanted = layout.schema.must[0]
    return not wanted.isdisjoint(layout.columns) and any("需求" in cell for cell in layout.header)


def _bare_need(grid: Grid, layout: Layout) -> bool:
    """JSON lines that say nothing but what a need is made of, a text among it."""
    return grid.container == "jsonl" and "text" in layout.columns and not layout.unknown


def _taken(layout: Layout, place: int) -> bool:
    # a link may hold the number that no other column holds
    return any(place in places for name, places in layout.columns.items() if name != "link")


def _by_link(rows: Sequence[Sequence[str]]) -> str:
    return "cnki" if any("cnki.net" in cell for row in rows[:5] for cell in row) else ""


def _from_above(
    schema: Schema, columns: dict[str, tuple[int, ...]], above: str, header: tuple[str, ...]
) -> tuple[dict[str, tuple[int, ...]], dict[str, str], tuple[str, ...]]:
    """What the lines over the heading say for the whole table: unit, year, kind of right, ledger."""
    notes: list[str] = []
    constants: dict[str, str] = {}
    if schema.ledger and "ledger" not in columns:
        constants["ledger"] = schema.ledger
    for name, units in _UNITS.items():
        if name not in columns:
            continue
        place = columns.pop(name)
        said = next((fills for fills, pattern in units if pattern.search(above)), "")
        if said:
            columns.setdefault(said, place)
        elif not any(fills in columns for fills, _ in units):
            notes.append(f"{header[place[0]]} names no unit and was not taken")
    if schema.name == "population" and "year" not in columns:
        years = set(_ONE_YEAR.findall(above))
        if len(years) == 1:
            constants["year"] = years.pop()
    if schema.name == "roster" and "tag" not in columns:
        tag = next((word for word in tag_words() if word in above), "")
        if tag and not any(word in above and word not in tag for word in tag_words()):
            constants["tag"] = tag
    if schema.name == "other_ip" and "ip_type" not in columns:
        words = [word for word in OTHER_RIGHTS if word in above or any(word in cell for cell in header)]
        words += ["植物新品种"] * ("植物新品种" not in words and any("品种权" in cell for cell in header))
        if len(words) == 1:
            constants["ip_type"] = words[0]
    return columns, constants, tuple(notes)


_TITLES = {
    "licence_ledger": "许可",
    "transfer_ledger": "转让",
    "pledge_ledger": "质押",
    "product_filing": "产品备案",
    "technology_contract": "技术合同",
    "needs": "需求",
    "stock_inventory": "存量专利",
    "check_booklet": "核实表",
    "open_licence": "开放许可",
    "population": "人口",
}


def _title_bonus(schema: Schema, above: str) -> int:
    word = _TITLES.get(schema.name, "")
    return 3 if word and word in above else 0


def _vendor(grid: Grid, header: tuple[str, ...], votes: Mapping[str, int]) -> str:
    names = frozenset(header)
    if grid.own_mark or (names >= _BOTH_NUMBERS and not _OWN_COLUMNS.isdisjoint(names)):
        return "panhuo"
    if any("patsnap" in cell.lower() or cell.strip().startswith("[标]") for cell in header):
        return "patsnap"
    best = max(_VENDOR_VOTES, key=lambda source: votes.get(source, 0))
    return best if votes.get(best, 0) >= _VENDOR_VOTES[best] else ""

"""What single sources put into their cells: dashed ids, flat event lists, one text for title and abstract."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from panhuo.engine.records.raw import Cell, RawEvent

Columns = dict[str, list[Cell]]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_PUBLICATION = re.compile(r"CN(?:\d{7}|\d{9})[ABCDSUY]\d?")
_NO_TITLE = re.compile(r"Patent [A-Z]{2}\w+")
_COMPANY_TAIL = re.compile(
    r",\s+(?!(?:Inc|Ltd|Llc|Co|Corp|Company|Limited|S\.?A|Gmbh|Ag|Ab|B\.?V|N\.?V|Plc|L\.?P)\b)", re.I
)
_LENS_APPLICATION = re.compile(r"([A-Z]{2})\s*(\S+?)\s+[A-Z]\d?")


def inpadoc_events(cell: Cell) -> list[RawEvent]:
    """The flat list "day | event | country | day | event | country", newest first as it stands.

    A leading + or - of an event says whether it helps or harms the right; it goes to details["influence"].

    >>> [(event.date, event.text, event.country) for event in inpadoc_events("2021-06-01 | +GRANT | CN")]
    [('2021-06-01', 'GRANT', 'CN')]
    """
    if not isinstance(cell, str):
        return []
    events: list[RawEvent] = []
    parts: list[str] = []
    day = ""
    for part in [*(text.strip() for text in cell.split("|")), "9999-12-31"]:
        if not _DAY.fullmatch(part):
            parts.append(part)
            continue
        if day:
            events.append(_event(day, parts))
        day, parts = part, []
    return events


def _event(day: str, parts: list[str]) -> RawEvent:
    country = parts.pop() if len(parts) > 1 and _COUNTRY.fullmatch(parts[-1]) else ""
    text = " | ".join(part for part in parts if part and part != "-")
    influence = text[:1] if text[:1] in ("+", "-") else ""
    details = {"influence": influence} if influence else {}
    return RawEvent(text=text[len(influence) :].strip(), date=day, country=country, details=details)


def split_patent_numbers(columns: Columns, rows: int) -> None:
    """Publication numbers that stand under a heading of application or patent numbers go where they belong.

    A column "patent number" holds either kind; one of application numbers may hold what is written CN113030719B.
    """
    numbers = columns.pop("patent_number", None)
    empty: list[Cell] = [None] * rows
    if numbers is not None:
        columns["application_number"] = _filled(columns.get("application_number", empty), numbers)
    given = columns.get("application_number")
    if given is None or not any(isinstance(cell, str) and cell[:1] == "C" for cell in given):
        return
    published = [cell if isinstance(cell, str) and _is_publication(cell) else None for cell in given]
    if any(published):
        applied = (None if known else cell for known, cell in zip(published, given, strict=True))
        columns["application_number"] = list(applied)
        columns["publication_number"] = _filled(columns.get("publication_number", empty), published)


def _filled(first: Sequence[Cell], second: Sequence[Cell]) -> list[Cell]:
    return [two if one is None else one for one, two in zip(first, second, strict=True)]


def _is_publication(text: str) -> bool:
    # nine digits or seven and a letter; an application number has twelve, thirteen or eight
    return text[:2] == "CN" and text[-1].isalnum() and _PUBLICATION.fullmatch(text.replace(" ", "")) is not None


def counted_citations(columns: Columns) -> None:
    """A column cited_by of bare counts is the count and no list."""
    cells = columns.get("cited_by")
    if cells is None or "cited_by_count" in columns or not any(cells):
        return
    if all(cell is None or _is_count(cell) for cell in cells):
        columns["cited_by_count"] = columns.pop("cited_by")


def _is_count(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.isdecimal() and len(cell) < 7


def google(columns: Columns) -> None:
    """Google Patents: id SE-96870-C1, names joined by commas that firms have, too, a made-up title where none is."""
    ids = [cell.replace("-", "") if isinstance(cell, str) else None for cell in columns.get("google_id", ())]
    if ids:
        columns["publication_number"] = list(ids)
    columns.pop("google_id", None)
    if "title" in columns:
        columns["title"] = [
            None if isinstance(cell, str) and _NO_TITLE.fullmatch(cell) else cell for cell in columns["title"]
        ]
    for name in ("owners", "applicants"):
        if name in columns:
            columns[name] = [
                [part for part in _COMPANY_TAIL.split(cell) if part] if isinstance(cell, str) else cell
                for cell in columns[name]
            ]
    if "inventors" in columns:
        columns["inventors"] = [
            [part for part in cell.split(", ") if part] if isinstance(cell, str) else cell
            for cell in columns["inventors"]
        ]


def lens(columns: Columns) -> None:
    """Lens: "CN 113030719 A" with blanks, application numbers with a kind letter behind."""
    for name in ("publication_number",):
        if name in columns:
            columns[name] = [cell.replace(" ", "") if isinstance(cell, str) else cell for cell in columns[name]]
    if "application_number" in columns:
        columns["application_number"] = [
            "".join(match.groups()) if isinstance(cell, str) and (match := _LENS_APPLICATION.fullmatch(cell)) else cell
            for cell in columns["application_number"]
        ]


_LABELLED = re.compile(r"(?:^|\n|\[SEP\])\s*(title|keywords|abstract):\s*", re.I)
_LABELS = ("title", "keywords", "abstract")


def labelled_text(columns: Columns) -> None:
    """One text of title, keywords, abstract: under labels on lines of their own, or in that order joined by [SEP].

    The column labels is a JSON list of CPC symbols.
    """
    found = [_three_parts(cell) if isinstance(cell, str) else {} for cell in columns.pop("text", ())]
    for name in _LABELS:
        columns[name] = [row.get(name) or None for row in found]
    columns["cpc"] = [_json_list(cell) for cell in columns.pop("labels", ())]


def _three_parts(text: str) -> dict[str, str]:
    pieces = _LABELLED.split(text)
    if len(pieces) > 1:
        return {label.lower(): part.strip() for label, part in zip(pieces[1::2], pieces[2::2], strict=True)}
    parts = [part.strip() for part in text.split("[SEP]")]
    return dict(zip(_LABELS, parts, strict=True)) if len(parts) == len(_LABELS) else {"abstract": text}


def _json_list(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    try:
        values = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    return [str(value) for value in values] if isinstance(values, list) else cell


_PARTS = re.compile(r"^(标题|摘要|该专利涉及(?:IPC|CPC)分类号包括|详细描述|权利要求书?)\s*[:：]", re.M)
_CPC_ONLY = re.compile(r"^Y|[A-Z]2\d{3}/")
"""Section Y and groups from 2000 on, which IPC does not have."""
_SYMBOL_LINE = re.compile(r"^\s*([A-HY]\d{2}[A-Z]\d{1,4}/\d{2,6})", re.M)


def sectioned_text(columns: Columns) -> None:
    """One text under Chinese labels: 标题, 摘要, classes as lines "G06N3/08：…", the description left out."""
    titles: list[Cell] = []
    abstracts: list[Cell] = []
    ipc: list[Cell] = []
    cpc: list[Cell] = []
    for cell in columns.pop("text", ()):
        pieces = _PARTS.split(cell) if isinstance(cell, str) else [""]
        told = dict(zip(reversed(pieces[1::2]), reversed(pieces[2::2]), strict=True))  # the first of each label
        titles.append(told.get("标题", "").strip().split("\n")[0] or None)
        abstracts.append(told.get("摘要", "").strip() or None)
        symbols = _SYMBOL_LINE.findall("\n".join(text for label, text in told.items() if "分类号" in label))
        ipc.append([symbol for symbol in symbols if not _CPC_ONLY.search(symbol)] or None)
        cpc.append([symbol for symbol in symbols if _CPC_ONLY.search(symbol)] or None)
    columns |= {"title": titles, "abstract": abstracts, "ipc": ipc, "cpc": cpc}


ADAPT: Mapping[str, Callable[[Columns], None]] = MappingProxyType(
    {"google": google, "lens": lens, "labelled_text": labelled_text, "sectioned_text": sectioned_text}
)
"""By vendor; each changes the columns in place and keeps their length."""

TEXT_SHAPES: Mapping[str, tuple[frozenset[str], str]] = MappingProxyType(
    {
        "labelled_text": (frozenset({"publication_number", "text", "labels"}), "publication_number"),
        "sectioned_text": (frozenset({"patent_id", "text"}), "patent_id"),
    }
)
"""Headings by which a table of texts is known, and the one that holds the publication number."""


def text_shape_of(header: Sequence[str]) -> str:
    """The vendor whose text column the heading announces, "" for none."""
    names = frozenset(header)
    return next((vendor for vendor, (wanted, _) in TEXT_SHAPES.items() if wanted <= names), "")

"""Columns told by what stands in them, for patent tables whose headings do not say; only where one reading fits."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache

from panhuo.rules import packs_folder
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue

FEWEST_ROWS = 3
_PUBLICATION = re.compile(r"(?:^|(?<=filename=))(CN\d{7,9}[A-Z]\d?|(?:US|EP|WO|JP|KR|DE)\d{5,11}[A-Z]\d?)$", re.I)
_APPLICATION = re.compile(r"^(?:CN|ZL)?\d{8}(?:\d{4})?\.[\dXx]$")
_IPC = re.compile(r"^[A-H]\d{2}[A-Z]\s?\d{1,4}/\d{2,6}$")
_SPLIT = re.compile(r"\s*[;；|,，、]\s*")
_ABSTRACT = ("本发明", "本实用新型", "本申请", "本公开", "一种", "The ", "A ", "An ", "公开了", "提供")
_CLAIM = re.compile(r"^\s*1\s*[.．、]")


@dataclass(frozen=True, slots=True)
class Content:
    """One column told by its content. pattern: the part of the cell that is the value, None for all of it."""

    field: str
    place: int
    because: str
    pattern: re.Pattern[str] | None = None


def columns_by_content(
    header: Sequence[str], rows: Sequence[Sequence[str]], free: Sequence[int], taken: Collection[str]
) -> tuple[Content, ...]:
    """Fields for columns that no heading explains.

    Args:
        header, rows: the heading and the first rows below it. free: columns that fill no field yet.
        taken: fields that a heading has filled.
    Returns: at most one column for a field; a field that two columns could fill is filled by neither, except
        two columns of days of which one is never after the other: filing and publication.
    """
    texts = {place: [row[place] for row in rows if place < len(row) and row[place]] for place in free}
    texts = {place: found for place, found in texts.items() if len(found) >= FEWEST_ROWS}
    told: list[Content] = []
    for name, says, words in _TESTS:
        if name in taken:
            continue
        fitting = [place for place, found in texts.items() if says(found) and not _used(told, place)]
        if len(fitting) == 1:
            place = fitting[0]
            told.append(_content(name, place, header, texts[place], words))
    return (*told, *_days(header, rows, texts, taken, told))


def _content(name: str, place: int, header: Sequence[str], found: Sequence[str], words: str) -> Content:
    said = f"{header[place] or f'column {place + 1}'} is {name}: {len(found)} of {len(found)} cells are {words}"
    return Content(name, place, said, _PUBLICATION if name == "publication_number" else None)


def _used(told: Sequence[Content], place: int) -> bool:
    return any(content.place == place for content in told)


def _days(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    texts: dict[int, list[str]],
    taken: Collection[str],
    told: Sequence[Content],
) -> list[Content]:
    """Two unexplained columns of days: a patent is never published before it is filed."""
    days = [place for place, found in texts.items() if not _used(told, place) and all(map(_is_day, found))]
    if len(days) != 2 or {"filing_date", "publication_date"} & set(taken):
        return []
    pairs = [
        (parse_date(row[days[0]]), parse_date(row[days[1]]))
        for row in rows
        if max(days) < len(row) and row[days[0]] and row[days[1]]
    ]
    for first, second in (days, days[::-1]):
        ordered = pairs if first == days[0] else [(later, earlier) for earlier, later in pairs]
        if len(pairs) >= FEWEST_ROWS and all(one < other for one, other in ordered):
            why = f"all {len(pairs)} days lie before those of {header[second]}"
            return [
                Content("filing_date", first, f"{header[first]} is filing_date: {why}"),
                Content("publication_date", second, f"{header[second]} is publication_date: the later of the two days"),
            ]
    return []


def _is_day(text: str) -> bool:
    try:
        parse_date(text)
    except BadValue:
        return False
    return True


def _all(pattern: re.Pattern[str]) -> Callable[[Sequence[str]], bool]:
    return lambda found: all(pattern.search(text) is not None for text in found)


def _all_symbols(found: Sequence[str]) -> bool:
    return all(_IPC.match(part) is not None for text in found for part in _SPLIT.split(text) if part)


def _mostly_organisations(found: Sequence[str]) -> bool:
    endings = _organisation_endings()
    return sum(1 for text in found if str(_SPLIT.split(text)[0]).endswith(endings)) >= 0.6 * len(found)


def _abstracts(found: Sequence[str]) -> bool:
    long = sum(len(text) >= 60 for text in found)
    worded = sum(any(word in text[:40] for word in _ABSTRACT) for text in found)
    return long >= 0.8 * len(found) and worded >= 0.6 * len(found) and not _claims(found)


def _claims(found: Sequence[str]) -> bool:
    return sum(bool(_CLAIM.match(text)) for text in found) >= 0.8 * len(found)


@cache
def _organisation_endings() -> tuple[str, ...]:
    path = packs_folder() / "national" / "tables" / "owner_suffixes.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return tuple(row["suffix"] for row in csv.DictReader(handle) if "*" not in row["suffix"])


_TESTS: tuple[tuple[str, Callable[[Sequence[str]], bool], str], ...] = (
    ("publication_number", _all(_PUBLICATION), "publication numbers"),
    ("application_number", _all(_APPLICATION), "application numbers with check digit"),
    ("ipc", _all_symbols, "IPC symbols"),
    ("first_claim", _claims, "claims that begin with 1."),
    ("abstract", _abstracts, "abstracts by length and first words"),
    ("owners", _mostly_organisations, "organisations, most of them"),
)

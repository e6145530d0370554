"""Column headings: what each means in which kind of table (data: packs/national/tables/headings.csv)."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

from panhuo.adapters.readers.tables_schemas import LEDGERS, SCHEMAS
from panhuo.rules import packs_folder

EVENTS = "events"
"""In headings.csv: all ledgers at once."""
BOOKLET = "check_booklet"
"""Its own headings stand in the pack table of that name, which its writer follows, too."""

_PREFIX = re.compile(r"^\[[标原译]\]")
_SUFFIX = re.compile(r"(?:必填项?|选填|可不填)$")
_NOISE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Alias:
    """One heading of one schema. field: "" for a column that is known and not taken.

    rank: among the headings of a field the smaller is preferred. source: whose exports carry it, "" for the
    field's own name and for our own Chinese heading.
    """

    field: str
    heading: str
    rank: int
    source: str


@lru_cache(maxsize=8192)
def normal_heading(text: str) -> str:
    """A heading without what varies from export to export: width, case, blanks, brackets, a leading [标].

    >>> normal_heading("公开（公告）号") == normal_heading(" 公开(公告)号 "), normal_heading("[标]当前申请(专利权)人")
    (True, '当前申请专利权人')
    """
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    return _SUFFIX.sub("", _NOISE.sub("", _PREFIX.sub("", folded)))


@cache
def aliases(schema: str) -> Mapping[str, Alias]:
    """Normalised heading -> what it means in a table of that schema; names of fields are headings, too."""
    found: dict[str, Alias] = {}
    for name in SCHEMAS[schema].fields:
        found[normal_heading(name)] = Alias(name, name, 0, "")
    if schema == BOOKLET:
        for rank, row in enumerate(_rows(BOOKLET), start=1):
            filled = row["field"] if row["field"] in SCHEMAS[BOOKLET].fields else ""
            found.setdefault(normal_heading(row["heading"]), Alias(filled, row["heading"], rank, ""))
    for rank, row in enumerate(_rows("headings"), start=1):
        named = row["schema"]
        if named == schema or (named == EVENTS and schema in LEDGERS):
            source = "" if row["own"] else row["source"]
            found.setdefault(normal_heading(row["heading"]), Alias(row["field"], row["heading"], rank, source))
    found.pop("", None)
    return MappingProxyType(found)


@cache
def schemas_knowing(heading: str) -> frozenset[str]:
    """Schemas in which a normalised heading fills a field."""
    return frozenset(name for name in SCHEMAS if (alias := aliases(name).get(heading)) and alias.field)


@cache
def own_headings(schema: str) -> Mapping[str, str]:
    """Field -> the Chinese heading that our own tables of that schema carry."""
    if schema == BOOKLET:
        fields = SCHEMAS[BOOKLET].fields
        return MappingProxyType({row["field"]: row["heading"] for row in _rows(BOOKLET) if row["field"] in fields})
    wanted = (schema, EVENTS) if schema in LEDGERS else (schema,)
    own = (row for row in _rows("headings") if row["own"] and row["schema"] in wanted)
    return MappingProxyType({row["field"]: row["heading"] for row in own})


@cache
def field_words() -> Mapping[str, str]:
    """Field -> a Chinese word for it, where no table of our own carries the field: the first heading that names it."""
    found: dict[str, str] = {}
    for row in _rows("headings"):
        if row["field"] and row["lang"] == "zh":
            found.setdefault(row["field"], row["heading"])
    return MappingProxyType(found)


@cache
def ledger_words() -> Mapping[str, str]:
    """How a column of ledgers names them -> the ledger: our own labels, and their first words."""
    found: dict[str, str] = {}
    for row in _rows("labels"):
        if row["kind"] == "ledger" and row["code"] in {schema.ledger for schema in SCHEMAS.values()}:
            found |= {row["zh"]: row["code"], row["zh"][:2]: row["code"]}
    found |= {"产品备案": "product_filing"}
    found.pop("专利", None)
    return MappingProxyType(found)


@cache
def tag_words() -> tuple[str, ...]:
    """Words for tags of organisations (高新技术企业 ...), longest first."""
    return tuple(sorted({row["word"] for row in _rows("party_tags")}, key=len, reverse=True))


@cache
def _rows(table: str) -> tuple[Mapping[str, str], ...]:
    path = packs_folder() / "national" / "tables" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return tuple(MappingProxyType(row) for row in csv.DictReader(handle))

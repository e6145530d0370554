"""PatSnap's flat XML: <doc> with one <str name="FIELD"> a column, lists joined with " | "."""

from __future__ import annotations

import re
from collections.abc import Iterator

from panhuo.adapters.readers.xml_head import Head
from panhuo.adapters.readers.xml_reader import Row, XmlReader
from panhuo.adapters.readers.xml_safe import Element, distinct, every, local, text
from panhuo.engine.records.fields import MANY
from panhuo.engine.records.raw import Cell

_JOINED = " | "
_FIELDS = {
    "Patent Number": "publication_number",
    "Application Number": "application_number",
    "Kind Code": "kind_code",
    "Application Date": "filing_date",
    "Publication Date": "publication_date",
    "All IPC": "ipc",
    "IPC Primary": "ipc_main",
    "All UPC": "upc",
    "Family Members": "family_members",
    "Family Member Count": "family_count",
    "Cites": "cites",
    "Cites Count": "cites_count",
    "Cited By": "cited_by",
    "Cited By Count": "cited_by_count",
    "cited by within 3 years": "cited_by_3y_count",
    "cited by within 5 years": "cited_by_5y_count",
    "Inventor(s)": "inventors",
    "Number of Inventors": "inventors_count",
    "Assignee(s)": "owners",
    "1st Assignee Address": "address",
    "Agent/Attorney": "agents",
    "Priority Date": "priority_date",
}
_CHINESE = re.compile("[\u3400-\u9fff]")


def _rows(root: Element) -> Iterator[Row]:
    for document in [root] if local(root) == "doc" else every(root, ".//doc"):
        told = {item.get("name", ""): text(item) for item in every(document, "str")}
        if "Patent Number" in told or "Application Number" in told:
            yield _row(told)


def _row(told: dict[str, str]) -> Row:
    values: dict[str, Cell] = {}
    for heading, name in _FIELDS.items():
        value = told.get(heading, "")
        values[name] = distinct(value.split(_JOINED)) if name in MANY else value
    values["applicants"] = values["owners"]
    values["title"], values["title_en"] = _two_languages(told.get("Title", ""))
    values["abstract"], values["abstract_en"] = _two_languages(told.get("Abstract", ""))
    values["jurisdiction"] = str(values["publication_number"])[:2]
    countries = told.get("Priority Country", "").split(_JOINED)
    numbers = told.get("Priority Number", "").split(_JOINED)
    values["priority_numbers"] = [
        country + number for country, number in zip(countries, numbers, strict=False) if number
    ]
    values["priority_date"] = min((day for day in told.get("Priority Date", "").split(_JOINED) if day), default="")
    return Row(values)


def _two_languages(content: str) -> tuple[str, str]:
    """Text, and the English one where a Chinese translation is joined to it."""
    english, joined, chinese = content.rpartition(_JOINED)
    if joined and _CHINESE.search(chinese) and not _CHINESE.search(english):
        return chinese, english
    return content, ""


def _matches(head: Head) -> str:
    is_flat = head.root in ("doc", "docs", "add") and head.has('<str name="Patent Number"')
    return '<doc> with <str name="Patent Number">' if is_flat else ""


PATSNAP_READERS = (
    XmlReader(
        name="patsnap_flat_xml",
        label="智慧芽平面 XML / PatSnap flat XML",
        looked_for='<doc> with <str name="Patent Number">',
        matches=_matches,
        rows=_rows,
        roots=frozenset(("doc", "docs", "add")),
    ),
)

"""EPO families and INPADOC legal events out of OPS answers: one row per member, joined by publication number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from panhuo.adapters.readers.xml_epo import exchange_row
from panhuo.adapters.readers.xml_epo_numbers import application_number, document_number, priorities
from panhuo.adapters.readers.xml_head import Head
from panhuo.adapters.readers.xml_reader import Row, XmlReader
from panhuo.adapters.readers.xml_safe import Element, distinct, every, first, local, one, text
from panhuo.engine.records.raw import RawEvent
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue

_PARTIES = {
    "patentee after": "to_party",
    "applicant after": "to_party",
    "patentee before": "from_party",
    "applicant before": "from_party",
    "assignee": "to_party",
    "assignor": "from_party",
    "licensee": "to_party",
    "licensor": "from_party",
    "pledgee": "to_party",
    "pledgor": "from_party",
    "contract record no": "number",
    "registration number": "number",
    "effective date of registration": "effective_on",
    "effective date": "effective_on",
    "date of cancellation": "effective_on",
}
"""Labels in the free text of Chinese events -> field of the event [professional knowledge]."""
_KEPT = {"license type": "terms", "record date": "recorded_on"}
_LICENCES = {
    "common license": "ordinary",
    "general license": "ordinary",
    "sole license": "sole",
    "exclusive license": "exclusive",
    "open license": "open",
    "cross license": "cross",
    "sub license": "sub",
}
"""Words for kinds of licence in INPADOC -> terms of the register [professional knowledge]."""
_DAY = re.compile(r"\d{4}[-./]?\d{2}[-./]?\d{2}(?!\d)")
_DETAILS = {
    "note": "L510EP",
    "in_country": "L501EP",
    "code_there": "L502EP",
    "expires_on": "L513EP",
    "paid_on": "L518EP",
    "fee_year": "L520EP",
}
"""Details of an event -> field of OPS. in_country: the state that an event of a European patent is about."""
_OTHER_LABELS = (
    "address after|address before|co-patentee after|co-patentee before|application publication date"
    "|granted publication date|denomination of invention|denomination of utility model|denomination of design"
    "|announcement number|date of entry into force"
)
_LABEL = re.compile(rf"\b({'|'.join((*_PARTIES, *_KEPT))}|{_OTHER_LABELS})\s*[.:：]\s*:?\s*", re.IGNORECASE)


def _family_rows(root: Element) -> Iterator[Row]:
    for family in every(root, "patent-family"):
        members = list(every(family, "family-member"))
        numbers = distinct(document_number(one(member, "publication-reference"))[0] for member in members)
        for member in members:
            row = _member_row(member)
            if len(numbers) > 1:
                row.values["family_members"] = numbers
                row.values["family_count"] = str(len(numbers))
            yield row


def _member_row(member: Element) -> Row:
    document = one(member, "exchange-document")
    number, kind, day = document_number(one(member, "publication-reference"))
    application, filed = application_number(member)
    claimed = priorities(member)
    row = exchange_row(document) if document is not None else Row({})
    told: dict[str, str | list[str]] = {
        "publication_number": number,
        "application_number": application,
        "kind_code": kind,
        "jurisdiction": number[:2],
        "publication_date": day,
        "filing_date": filed,
        "priority_date": min((date for _, date in claimed if date), default=""),
        "priority_numbers": distinct(priority for priority, _ in claimed),
    }
    row.values = {**row.values, **{name: value for name, value in told.items() if value}}
    row.events = [_event(legal) for legal in every(member, "legal")]
    return row


def _event(legal: Element) -> RawEvent:
    """One event: day of the gazette, day of effect where told, and the parties out of the free text."""
    fields = {local(item): text(item) for item in legal.iter() if local(item).startswith("L") and not len(item)}
    free = fields.get("L510EP", "")
    event = RawEvent(
        code=legal.get("code", "").strip() or fields.get("L008EP", ""),
        text=legal.get("desc", "").strip() or first(legal, "pre"),
        date=_day(fields.get("L007EP", "")),
        country=fields.get("L001EP", ""),
        effective_on=_day(fields.get("L525EP", "")),
        to_party=fields.get("L509EP", ""),
    )
    kept = {name: fields.get(label, "") for name, label in _DETAILS.items()}
    for label, value in _labelled(free):
        name = _PARTIES.get(label)
        value = _day(value) if name == "effective_on" else value
        if name and not getattr(event, name):
            setattr(event, name, value)
        elif label in _KEPT:
            kept[_KEPT[label]] = value
    if "terms" in kept:
        kept["terms"] = _LICENCES.get(kept["terms"].lower(), kept["terms"])
    event.details = {name: value for name, value in kept.items() if value}
    return event


def _day(text: str) -> str:
    """The day that a text begins with, "" if it is none: one odd date must not cost the patent its other events."""
    found = _DAY.match(text)
    try:
        return parse_date(found[0]).isoformat() if found else ""
    except BadValue:
        return ""


def _labelled(free: str) -> Iterator[tuple[str, str]]:
    """Label and value pairs of "Patentee after: X Address before: Y"."""
    found = list(_LABEL.finditer(free))
    for this, following in zip(found, [*found[1:], None], strict=False):
        value = free[this.end() : following.start() if following else len(free)].strip(" ;,")
        if value:
            yield this[1].lower(), value


def _matches_family(head: Head) -> str:
    is_family = head.root == "world-patent-data" and "patent-family" in head.text
    return "OPS answer with <patent-family>" if is_family and not _is_legal(head) else ""


def _matches_legal(head: Head) -> str:
    is_family = head.root == "world-patent-data" and "patent-family" in head.text
    return "OPS answer with legal events" if is_family and _is_legal(head) else ""


def _is_legal(head: Head) -> bool:
    return re.search(r"""<(\w+:)?patent-family\s[^>]*legal=["']true["']""", head.text) is not None


EPO_FAMILY_READERS = (
    XmlReader(
        name="epo_family_xml",
        label="欧洲专利局 OPS 同族 / EPO OPS families",
        looked_for="an OPS answer with <patent-family>",
        matches=_matches_family,
        rows=_family_rows,
        roots=frozenset(("world-patent-data",)),
    ),
    XmlReader(
        name="epo_legal_xml",
        label="欧洲专利局 INPADOC 法律事件 / EPO INPADOC legal events",
        looked_for='an OPS answer with <patent-family legal="true">',
        matches=_matches_legal,
        rows=_family_rows,
        roots=frozenset(("world-patent-data",)),
    ),
)

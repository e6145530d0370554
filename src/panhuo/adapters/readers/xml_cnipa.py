"""CNIPA bulk XML of both generations: PatentDocumentAndRelated (2010s on) and cn-patent-document (DTD of 2006).

Source: field maps in the domain notes; no office sample could be had, so names that the notes do not settle are
looked for in every spelling that the schemas' habits allow. A DOCTYPE pointing to a local DTD is never resolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from panhuo.adapters.readers.xml_reader import Row, XmlReader
from panhuo.adapters.readers.xml_safe import Element, distinct, every, first, local, one, text
from panhuo.engine.records.raw import Cell
from panhuo.terms.kinds import IpType
from panhuo.terms.numbers import amends_grant

_TYPES = {
    "10": IpType.INVENTION,
    "20": IpType.UTILITY_MODEL,
    "30": IpType.DESIGN,
    "invention": IpType.INVENTION,
    "utility": IpType.UTILITY_MODEL,
    "utility-model": IpType.UTILITY_MODEL,
    "design": IpType.DESIGN,
}
_TYPE_OF_KIND = {
    "A": IpType.INVENTION,
    "B": IpType.INVENTION,
    "C": IpType.INVENTION,
    "U": IpType.UTILITY_MODEL,
    "Y": IpType.UTILITY_MODEL,
    "S": IpType.DESIGN,
    "D": IpType.DESIGN,
}
_CLAIM_NUMBER = re.compile(r"^\s*\d{1,3}\s*[.．、,，]\s*")
_EDITION = re.compile(r"\s*[(（][^)）]*[)）].*$")
_ADDRESS = ("Province", "City", "County", "Text")


def _business_rows(root: Element) -> Iterator[Row]:
    biblio = one(root, "BibliographicData")
    biblio = one(root, "DesignBibliographicData") if biblio is None else biblio
    publication = _preferred(every(biblio, "PublicationReference"))
    application = _preferred(every(biblio, "ApplicationReference"))
    kind = first(publication, "DocumentID/Kind") or root.get("kind", "")
    number = (first(publication, "DocumentID/DocNumber") or root.get("docNumber", "")).lstrip("0")
    day = first(publication, "DocumentID/Date") or root.get("datePublication", "")
    types = (item.get("applType", "") for item in every(biblio, "ApplicationReference"))
    ip_type = next((_TYPES[word] for word in types if word in _TYPES), None) or _TYPE_OF_KIND.get(kind[:1])
    ipc = distinct(_business_symbol(item) for item in every(biblio, ".//ClassificationIPCR"))
    claims = list(every(root, "Claims/Claim"))
    priorities = [_priority(item) for item in _named(biblio, "Priority", "PriorityClaim")]
    inventors = _parties(biblio, "Inventor", "Designer")
    cites = distinct(_cited(item) for item in every(biblio, "ReferencesCited/Citation"))
    values: dict[str, Cell] = {
        "application_number": first(application, "DocumentID/DocNumber"),
        "ip_type": ip_type,
        "title": first(biblio, "InventionTitle") or first(biblio, "DesignTitle"),
        "abstract": _prose(root, "Abstract"),
        "first_claim": _CLAIM_NUMBER.sub("", _claim_text(claims[0])) if claims else "",
        "applicants": _parties(biblio, "Applicant"),
        "owners": _parties(biblio, "Assignee", "Patentee"),
        "inventors": inventors,
        "agency": next(iter(_agencies(biblio)), ""),
        "agents": _agents(biblio),
        "address": _address(biblio, "Applicant") or _address(biblio, "Assignee"),
        "region": first(one(biblio, ".//Applicant"), ".//Province"),
        "filing_date": first(application, "DocumentID/Date"),
        "priority_numbers": distinct(number for number, _ in priorities),
        "priority_date": min((date for _, date in priorities if date), default=""),
        "ipc": ipc,
        "ipc_main": ipc[0] if ipc else "",
        "loc": distinct(_locarno(item) for item in _named(biblio, "ClassificationLocarno", "ClassificationLOC")),
        "claims_count": str(len(claims) or ""),
        "inventors_count": str(len(inventors) or ""),
        "cites": cites,
        "cites_count": str(len(cites) or ""),
    }
    yield Row(values | _numbers(root.get("country") or "CN", number, kind, day))


def _older_rows(root: Element) -> Iterator[Row]:
    biblio = one(root, "cn-bibliographic-data")
    publication = one(biblio, "cn-publication-reference/document-id")
    reference = one(biblio, "application-reference")
    kind = first(publication, "kind") or root.get("kind", "")
    number = first(publication, "doc-number") or root.get("doc-number", "")
    word = "" if reference is None else reference.get("appl-type", "")
    ip_type = _TYPES.get(word) or _TYPE_OF_KIND.get(kind[:1])
    ipc = _older_ipc(biblio)
    claims = list(every(root, "application-body/claims/claim")) or list(every(root, "claims/claim"))
    priorities = [_priority(item) for item in _named(biblio, "priority-claim")]
    inventors = _parties(biblio, "cn-inventor", "inventor")
    cites = distinct(_cited(item) for item in every(biblio, ".//patcit"))
    values: dict[str, Cell] = {
        "application_number": first(reference, "document-id/doc-number"),
        "ip_type": ip_type,
        "title": first(biblio, "invention-title"),
        "abstract": _prose(root, "abstract") or _prose(root, "cn-abstract"),
        "first_claim": _CLAIM_NUMBER.sub("", _claim_text(claims[0])) if claims else "",
        "applicants": _parties(biblio, "cn-applicant", "applicant"),
        "owners": _parties(biblio, "cn-assignee", "assignee", "cn-patentee"),
        "inventors": inventors,
        "agency": next(iter(_agencies(biblio)), ""),
        "agents": _agents(biblio),
        "address": _address(biblio, "cn-applicant") or _address(biblio, "applicant"),
        "region": first(one(biblio, ".//cn-applicant"), ".//province"),
        "filing_date": first(reference, "document-id/date"),
        "priority_numbers": distinct(item for item, _ in priorities),
        "priority_date": min((date for _, date in priorities if date), default=""),
        "ipc": ipc,
        "ipc_main": ipc[0] if ipc else "",
        "loc": distinct(_locarno(item) for item in _named(biblio, "classification-locarno")),
        "claims_count": str(len(claims) or ""),
        "inventors_count": str(len(inventors) or ""),
        "cites": cites,
        "cites_count": str(len(cites) or ""),
    }
    day = first(publication, "date") or root.get("date-publ", "")
    yield Row(values | _numbers(root.get("country") or "CN", number, kind, day))


def _numbers(country: str, number: str, kind: str, day: str) -> dict[str, Cell]:
    """Publication, and the same as the grant where the kind announces a granted right.

    The day of a correction or of a partial invalidation (B9, C1 ...) is no grant day.
    """
    full = f"{country}{number}{kind}" if number else ""
    values: dict[str, Cell] = {
        "publication_number": full,
        "kind_code": kind,
        "jurisdiction": country,
        "publication_date": day,
    }
    if kind[:1] in ("B", "C", "U", "Y", "S", "D"):
        values["grant_publication_number"] = full
        if not amends_grant(country, kind):
            values["grant_date"] = day
    return values


def _preferred(references: Iterable[Element]) -> Element | None:
    """A reference may stand there twice: the number as printed before the one padded to a standard length."""
    ranked = sorted(references, key=lambda item: item.get("dataFormat", "original") != "original")
    return ranked[0] if ranked else None


def _named(place: Element | None, *names: str) -> list[Element]:
    """Elements of these local names anywhere inside, in file order."""
    return [item for item in (() if place is None else place.iter()) if local(item) in names]


def _parties(biblio: Element | None, *roles: str) -> list[str]:
    return distinct(_name(item) for item in _named(biblio, *roles))


_NAMES = frozenset(("Name", "OrganizationName", "PersonName", "orgname", "name", "last-name"))


def _name(party: Element) -> str:
    """Name out of the address book in Chinese where there are several."""
    books = _named(party, "AddressBook", "addressbook")
    books.sort(key=lambda book: book.get("lang", "zh").lower() not in ("zh", "cn"))
    for place in books or [party]:
        for item in place.iter():
            if local(item) in _NAMES and (content := text(item)):
                return content
    return ""


def _agencies(biblio: Element | None) -> list[str]:
    """Agencies: told beside the agents, as an organisation."""
    agents = _named(biblio, "Agent", "cn-agent", "agent", "Agency", "cn-agency")
    inside = (item for agent in agents for item in _named(agent, "OrganizationName", "orgname"))
    return distinct(text(item) for item in inside)


def _agents(biblio: Element | None) -> list[str]:
    agencies = set(_agencies(biblio))
    agents = _named(biblio, "Agent", "cn-agent", "agent")
    inside = (item for agent in agents for item in _named(agent, "Name", "PersonName", "name", "last-name"))
    return [name for name in distinct(text(item) for item in inside) if name not in agencies]


def _address(biblio: Element | None, role: str) -> str:
    """Address of the first party of a role: its text, else what it is made of."""
    address = next((item for party in _named(biblio, role)[:1] for item in _named(party, "Address", "address")), None)
    whole = first(address, "Text") or first(address, "text")
    parts = [text(item) for item in (() if address is None else address) if local(item) not in ("PostCode", "postcode")]
    return whole or "".join(parts)


def _business_symbol(item: Element) -> str:
    if whole := first(item, "Text"):
        return _EDITION.sub("", whole).replace(" ", "")
    head = first(item, "Section") + first(item, "MainClass") + first(item, "Subclass")
    group, subgroup = first(item, "MainGroup"), first(item, "Subgroup")
    return f"{head}{group}/{subgroup}" if group and subgroup else head


def _older_ipc(biblio: Element | None) -> list[str]:
    symbols = []
    for item in _named(biblio, "classification-ipcr", "main-classification", "further-classification"):
        whole = first(item, "text") or ("" if len(item) else text(item))
        head = first(item, "section") + first(item, "class") + first(item, "subclass")
        parts = f"{head}{first(item, 'main-group')}/{first(item, 'subgroup')}" if head else ""
        symbols.append(_EDITION.sub("", whole).replace(" ", "") or parts)
    is_ipc = re.compile(r"[A-H]\d\d[A-Z]")
    return distinct(symbol for symbol in symbols if is_ipc.match(symbol))


def _locarno(item: Element) -> str:
    whole = first(item, "Text") or first(item, "main-classification") or ("" if len(item) else text(item))
    parts = [text(part) for part in _named(item, "MainClass", "Class", "SubClass", "Subclass")]
    return whole or "-".join(filter(None, parts))


def _priority(item: Element) -> tuple[str, str]:
    country = next((text(part) for part in _named(item, "WIPOST3Code", "country")), "")
    number = next((text(part) for part in _named(item, "DocNumber", "doc-number")), "")
    day = next((text(part) for part in _named(item, "Date", "date")), "")
    return (number if number.startswith(country) else country + number) if number else "", day


def _cited(item: Element) -> str:
    """Number of a cited patent document; "" for other literature."""
    document = next(iter(_named(item, "DocumentID", "document-id")), None)
    parts = (("WIPOST3Code", "country"), ("DocNumber", "doc-number"), ("Kind", "kind"))
    number = "".join(next((text(part) for part in _named(document, *names)), "") for names in parts)
    return number.replace(" ", "") if any(character.isdigit() for character in number) else ""


def _prose(root: Element, name: str) -> str:
    """Text of the Chinese abstract, else of the first one."""
    found = _named(root, name)
    found.sort(key=lambda item: item.get("lang", "zh").lower() not in ("zh", "cn"))
    return text(found[0]) if found else ""


def _claim_text(claim: Element) -> str:
    parts = [text(item) for item in claim if local(item) in ("ClaimText", "claim-text")]
    return " ".join(filter(None, parts)) or text(claim)


CNIPA_READERS = (
    XmlReader(
        name="cnipa_xml",
        label="国家知识产权局 XML(PatentDocumentAndRelated)/ CNIPA bulk XML",
        looked_for="root element <PatentDocumentAndRelated>",
        matches=lambda head: "root element <PatentDocumentAndRelated>" * (head.root == "PatentDocumentAndRelated"),
        rows=_business_rows,
        roots=frozenset(("PatentDocumentAndRelated",)),
        unread=("Description",),
    ),
    XmlReader(
        name="cnipa_xml_2006",
        label="国家知识产权局 XML(cn-patent-document，2006 版)/ CNIPA XML of 2006",
        looked_for="root element <cn-patent-document>",
        matches=lambda head: "root element <cn-patent-document>" * (head.root == "cn-patent-document"),
        rows=_older_rows,
        roots=frozenset(("cn-patent-document",)),
        unread=("description",),
    ),
)

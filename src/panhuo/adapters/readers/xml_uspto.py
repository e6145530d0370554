"""USPTO grants and applications, XML v4.x (2005 on; some of 2004), one document or a weekly bulk file.

Source: DTDs us-patent-grant v4.0 to v4.7 and us-patent-application v4.0 to v4.6, as used in the public files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from panhuo.adapters.readers.xml_reader import Row, XmlReader
from panhuo.adapters.readers.xml_safe import Element, distinct, every, first, local, one, text
from panhuo.engine.records.raw import Cell
from panhuo.terms.kinds import IpType

_UNREAD = ("description", "drawings", "us-chemistry", "us-math", "us-sequence-list-doc")
_TYPES = {
    "utility": IpType.INVENTION,
    "reissue": IpType.INVENTION,
    "plant": IpType.INVENTION,
    "sir": IpType.INVENTION,
    "design": IpType.DESIGN,
}
_CLAIM_NUMBER = re.compile(r"^\s*\d{1,4}\s*[.．、]\s*")


def _grant_rows(root: Element) -> Iterator[Row]:
    values = _values(root, one(root, "us-bibliographic-data-grant"))
    values["grant_publication_number"] = values["publication_number"]
    values["grant_date"] = values["publication_date"]
    yield Row(values)


def _application_rows(root: Element) -> Iterator[Row]:
    yield Row(_values(root, one(root, "us-bibliographic-data-application")))


def _values(root: Element, biblio: Element | None) -> dict[str, Cell]:
    publication = one(biblio, "publication-reference/document-id")
    application = one(biblio, "application-reference")
    applicants, inventors = _applicants(biblio), _inventors(biblio)
    owners = distinct(_name(assignee) for assignee in every(biblio, "assignees/assignee"))
    cites = distinct(_document_number(cited) for cited in every(biblio, ".//patcit/document-id"))
    priorities = _priorities(biblio)
    ipc, ipc_main = _ipc(biblio)
    claims = list(every(root, "claims/claim"))
    return {
        "publication_number": _document_number(publication),
        "application_number": _application_number(biblio),
        "kind_code": first(publication, "kind"),
        "ip_type": _TYPES.get("" if application is None else application.get("appl-type", "")),
        "jurisdiction": first(publication, "country"),
        "title": first(biblio, "invention-title"),
        "abstract": " ".join(filter(None, (text(part) for part in every(root, "abstract")))),
        "first_claim": _CLAIM_NUMBER.sub("", text(claims[0])) if claims else "",
        "owners": owners,
        "applicants": applicants,
        "inventors": inventors,
        "agents": distinct(_name(agent) for agent in every(biblio, "*/agents/agent")),
        "filing_date": first(application, "document-id/date"),
        "publication_date": first(publication, "date"),
        "priority_date": min((day for _, day in priorities if day), default=""),
        "priority_numbers": distinct(number for number, _ in priorities),
        "ipc_main": ipc_main,
        "ipc": ipc,
        "cpc": distinct(_symbol(item) for item in every(biblio, "classifications-cpc/*/classification-cpc")),
        "loc": distinct(text(item) for item in every(biblio, "classification-locarno/main-classification")),
        "upc": _national_classes(biblio),
        "claims_count": first(biblio, "number-of-claims") or (str(len(claims)) if claims else ""),
        "independent_claims_count": _independent(claims),
        "inventors_count": str(len(inventors)) if inventors else "",
        "cites_count": str(len(cites)) if cites else "",
        "cites": cites,
    }


def _document_number(document: Element | None) -> str:
    return f"{first(document, 'country')}{first(document, 'doc-number')}{first(document, 'kind')}".replace(" ", "")


def _application_number(biblio: Element | None) -> str:
    document = one(biblio, "application-reference/document-id")
    number = first(document, "doc-number").replace("/", "").replace(",", "")
    if not number:
        return ""
    # a serial of 6 digits starts again with each series
    series = first(biblio, "us-application-series-code") if len(number) == 6 else ""
    return f"{first(document, 'country')}{series}{number}"


def _name(party: Element) -> str:
    """Organisation, else first and last name of a person."""
    for place in (one(party, "addressbook"), party):
        if organisation := first(place, "orgname") or first(place, "name"):
            return organisation
        parts = (first(place, "first-name"), first(place, "middle-name"), first(place, "last-name"))
        if person := " ".join(filter(None, parts)):
            return person
    return ""


def _applicants(biblio: Element | None) -> list[str]:
    newer = distinct(_name(item) for item in every(biblio, "us-parties/us-applicants/us-applicant"))
    return newer or distinct(_name(item) for item in every(biblio, "parties/applicants/applicant"))


def _inventors(biblio: Element | None) -> list[str]:
    """Inventors; before 2012 they are the applicants and not listed again."""
    listed = distinct(_name(item) for item in every(biblio, "us-parties/inventors/inventor"))
    if listed:
        return listed
    older = list(every(biblio, "parties/applicants/applicant"))
    applying = [item for item in older if "inventor" in item.get("app-type", "applicant-inventor")]
    named = every(biblio, "parties/inventors/inventor")
    return distinct(_name(item) for item in (*applying, *named))


def _priorities(biblio: Element | None) -> list[tuple[str, str]]:
    """Numbers and days of foreign priorities and provisional applications."""
    claims = every(biblio, "priority-claims/priority-claim")
    provisional = every(biblio, "us-related-documents/us-provisional-application/document-id")
    return [
        ((first(item, "country") + first(item, "doc-number")).replace(" ", ""), first(item, "date"))
        for item in (*claims, *provisional)
    ]


def _ipc(biblio: Element | None) -> tuple[list[str], str]:
    """Symbols in file order and the main one: marked F, else the first. Before 2006 as G06F015/00."""
    items = list(every(biblio, "classifications-ipcr/classification-ipcr"))
    symbols = [_symbol(item) for item in items]
    main = next((s for s, item in zip(symbols, items, strict=True) if first(item, "symbol-position") == "F"), "")
    older = one(biblio, "classification-ipc")
    names = ("main-classification", "further-classification")
    plain = [text(item) for item in ([] if older is None else older) if local(item) in names]
    found = distinct((*symbols, *plain))
    return found, main or (found[0] if found else "")


def _symbol(item: Element) -> str:
    head = first(item, "section") + first(item, "class") + first(item, "subclass")
    group, subgroup = first(item, "main-group"), first(item, "subgroup")
    return f"{head}{group}/{subgroup}" if group and subgroup else head + group


def _national_classes(biblio: Element | None) -> list[str]:
    item = one(biblio, "classification-national")
    return distinct(text(part) for part in ([] if item is None else item) if "classification" in local(part))


def _independent(claims: list[Element]) -> str:
    free = sum(1 for claim in claims if one(claim, ".//claim-ref") is None)
    return str(free) if free else ""


USPTO_READERS = (
    XmlReader(
        name="uspto_grant_xml",
        label="美国专利商标局授权专利 XML v4.x / USPTO grants, XML v4.x",
        looked_for="root element <us-patent-grant>",
        matches=lambda head: "root element <us-patent-grant>" if head.root == "us-patent-grant" else "",
        rows=_grant_rows,
        roots=frozenset(("us-patent-grant",)),
        unread=_UNREAD,
        beside=frozenset(("sequence-cwu",)),
    ),
    XmlReader(
        name="uspto_application_xml",
        label="美国专利商标局公开申请 XML v4.x / USPTO applications, XML v4.x",
        looked_for="root element <us-patent-application>",
        matches=lambda head: "root element <us-patent-application>" if head.root == "us-patent-application" else "",
        rows=_application_rows,
        roots=frozenset(("us-patent-application",)),
        unread=_UNREAD,
        beside=frozenset(("sequence-cwu",)),
    ),
)

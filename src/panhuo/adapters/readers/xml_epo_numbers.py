"""Numbers in EPO data, which come in up to three spellings (docdb, epodoc, original) side by side."""

from __future__ import annotations

from panhuo.adapters.readers.xml_safe import Element, every, first

_ORDER = ("docdb", "docdba", "", "epodoc", "original")


def _by_format(reference: Element | None) -> dict[str, Element]:
    """Documents of a reference by spelling: said by the document-id in OPS, by the reference in DOCDB."""
    outer = "" if reference is None else reference.get("data-format", "")
    found: dict[str, Element] = {}
    for document in every(reference, "document-id"):
        found.setdefault(document.get("document-id-type") or outer, document)
    return found


def document_number(reference: Element | None) -> tuple[str, str, str]:
    """Publication number with country and kind, kind code, day; "" for what is not told."""
    documents = _by_format(reference)
    spelling = next((name for name in _ORDER if name in documents), None)
    if spelling is None:
        return "", "", ""
    document = documents[spelling]
    country, kind = first(document, "country"), first(document, "kind")
    number = f"{country}{first(document, 'doc-number')}{kind}".replace(" ", "")
    days = (first(item, "date") for item in (document, *documents.values()))
    return number, kind, next((day for day in days if day), "")


def publication(biblio: Element | None, document: Element) -> tuple[str, str, str]:
    """The document's own number, kind code and day, from its reference or its attributes."""
    references = list(every(biblio, "publication-reference"))
    for reference in sorted(references, key=lambda item: item.get("data-format", "docdb") != "docdb"):
        number, kind, day = document_number(reference)
        if number:
            return number, kind, day or document.get("date-publ", "")
    kind = document.get("kind", "")
    number = document.get("country", "") + document.get("doc-number", "") + kind
    return number, kind, document.get("date-publ", "")


def application_number(biblio: Element | None) -> tuple[str, str]:
    """Application number with country, and filing day.

    For the United States docdb gives serial and year (13415108), which reads as another application's number:
    there the original (8 digits with the series) or the epodoc spelling is taken.
    """
    documents: dict[str, Element] = {}
    for reference in every(biblio, "application-reference"):
        for spelling, document in _by_format(reference).items():
            documents.setdefault(spelling, document)
    day = next((day for item in documents.values() if (day := first(item, "date"))), "")
    own = documents.get("docdb", documents.get("docdba", documents.get("")))
    country, number, kind = first(own, "country"), first(own, "doc-number"), first(own, "kind")
    if kind == "W" and number[:4].isdigit():
        return f"PCT/{country}{number[:4]}/{number[4:]}", day
    if number and country != "US":
        return country + number, day
    original = "".join(filter(str.isdigit, first(documents.get("original"), "doc-number")))
    epodoc = first(documents.get("epodoc"), "doc-number")
    if country == "US" or epodoc.startswith("US"):
        return ("US" + original if len(original) == 8 else epodoc), day
    return epodoc, day


def priorities(biblio: Element | None) -> list[tuple[str, str]]:
    """Number and day of each priority claimed."""
    claims = [*every(biblio, "priority-claims/priority-claim"), *every(biblio, "priority-claim")]
    found = []
    for claim in claims:
        documents = _by_format(claim)
        spelling = next((name for name in ("epodoc", "docdb", "docdba", "", "original") if name in documents), None)
        if spelling is not None:
            document = documents[spelling]
            days = (first(item, "date") for item in (document, *documents.values()))
            number = first(document, "country") + first(document, "doc-number")
            found.append((number, next((day for day in days if day), "")))
    return found

"""EPO exchange documents: OPS answers (biblio, abstract, search, full cycle, claims) and DOCDB files.

Source: schemas of exchange-documents and OPS 3.2 as used in the public answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from panhuo.adapters.readers.protocol import Source
from panhuo.adapters.readers.xml_epo_numbers import application_number, document_number, priorities, publication
from panhuo.adapters.readers.xml_head import Head
from panhuo.adapters.readers.xml_reader import Row, XmlReader
from panhuo.adapters.readers.xml_safe import BrokenPiece, Element, distinct, every, first, local, one, text, tidy
from panhuo.adapters.readers.xml_stream import Piece, documents, records
from panhuo.engine.records.raw import Cell

_LANGUAGES = {"zh": "zh", "ch": "zh", "cn": "zh", "chi": "zh", "en": "en", "eng": "en"}
_COUNTRY_MARK = re.compile(r"\s*\[[A-Z]{2}\]\s*$")
_FOLDED = re.compile(r"[\W_]+")
_CLAIM_START = re.compile(r"(?:^|[\n.;:。；])\s*(\d{1,3})\s*[.．]\s+(?=\S)")
_CLAIM_NUMBER = re.compile(r"^\s*(?:Claims?\s+|What is claimed is:?\s+)?\d{1,3}\s*[.．]\s*")


def exchange_row(document: Element) -> Row:
    """Row of one exchange-document. Raises BrokenPiece for one that an update file marks as deleted."""
    if document.get("status") == "D":
        raise BrokenPiece("deleted_document", 0, "the office marks it as deleted")
    biblio = one(document, "bibliographic-data")
    number, kind, day = publication(biblio, document)
    applicants, inventors = _people(biblio, "applicant"), _people(biblio, "inventor")
    application, filed = application_number(biblio)
    claimed = priorities(biblio)
    titles = _by_language(every(biblio, "invention-title"))
    abstracts = _by_language(every(document, "abstract"))
    ipc = _ipc(biblio)
    cites = distinct(_cited(item) for item in every(biblio, "references-cited/citation/patcit"))
    return Row(
        {
            "publication_number": number,
            "application_number": application,
            "kind_code": kind,
            "jurisdiction": number[:2],
            "title": _main(titles),
            "title_en": titles.get("en") if _main(titles) != titles.get("en") else None,
            "abstract": _main(abstracts),
            "abstract_en": abstracts.get("en") if _main(abstracts) != abstracts.get("en") else None,
            "applicants": applicants,
            "inventors": inventors,
            "inventors_count": str(len(inventors)) if inventors else "",
            "filing_date": filed,
            "publication_date": day,
            "priority_date": min((date for _, date in claimed if date), default=""),
            "priority_numbers": distinct(priority for priority, _ in claimed),
            "ipc_main": ipc[0] if ipc else "",
            "ipc": ipc,
            "cpc": _cpc(biblio),
            "loc": distinct(text(item) for item in every(biblio, "classification-locarno/main-classification")),
            "cites_count": str(len(cites)) if cites else "",
            "cites": cites,
        }
    )


def _exchange_rows(root: Element) -> Iterator[Row]:
    if local(root) == "piece":  # one record out of a large file
        yield from (exchange_row(document) for document in every(root, "exchange-document"))
    else:
        for reference in every(root, "biblio-search/search-result/publication-reference"):
            number, kind, day = document_number(reference)
            values: dict[str, Cell] = {"publication_number": number, "kind_code": kind}
            yield Row(values | {"jurisdiction": number[:2], "publication_date": day})


def _exchange_pieces(source: Source) -> Iterator[Piece]:
    """Records of a file of exchange documents; a search answer without any is one document."""
    found = False
    for piece in records(source, "exchange-document"):
        found = True
        yield piece
    if not found:
        yield from documents(source)


def _claims_rows(root: Element) -> Iterator[Row]:
    for document in every(root, "fulltext-documents/fulltext-document"):
        number, kind, _ = publication(one(document, "bibliographic-data"), document)
        values: dict[str, Cell] = {"publication_number": number, "kind_code": kind, "jurisdiction": number[:2]}
        yield Row(values | _claims(document))


def _claims(document: Element) -> dict[str, Cell]:
    """First claim and count of claims; OPS often puts all claims into one text, numbered 1. 2. 3."""
    sets = sorted(every(document, "claims"), key=lambda item: item.get("lang", "").lower() != "en")
    claims = list(every(sets[0], "claim/claim-text")) if sets else []
    if len(claims) != 1:
        first_claim = _CLAIM_NUMBER.sub("", text(claims[0])) if claims else ""
        return {"first_claim": first_claim, "claims_count": str(len(claims) or "")}
    whole = "".join(map(str, claims[0].itertext()))
    starts: list[re.Match[str]] = []
    for found in _CLAIM_START.finditer(whole):
        if int(found[1]) == len(starts) + 1:
            starts.append(found)
    if not starts:
        return {"first_claim": tidy(whole)}
    end = starts[1].start() + 1 if len(starts) > 1 else len(whole)
    return {"first_claim": tidy(whole[starts[0].end() : end]), "claims_count": str(len(starts))}


def _by_language(items: Iterable[Element]) -> dict[str, str]:
    """Text by language, "other" for all but Chinese and English; the first of a language stands."""
    found: dict[str, str] = {}
    for item in items:
        language = _LANGUAGES.get(item.get("lang", "").lower(), "other")
        if content := text(item):
            found.setdefault(language, content)
    return found


def _main(texts: dict[str, str]) -> str:
    return next((texts[language] for language in ("zh", "en", "other") if language in texts), "")


def _people(biblio: Element | None, role: str) -> list[str]:
    """Names as on the document where given, else as the EPO spells them."""
    by_format: dict[str, list[str]] = {}
    for person in every(biblio, f"parties/{role}s/{role}"):
        name = first(person, f"{role}-name/name") or text(one(person, f"{role}-name"))
        by_format.setdefault(person.get("data-format", ""), []).append(_COUNTRY_MARK.sub("", name).strip(" ,"))
    for spelling in ("original", "docdba", "docdb", "epodoc", ""):
        if names := by_format.get(spelling):
            # one person may stand there twice, in capitals and not
            spelled = {_FOLDED.sub("", name.casefold()): name for name in reversed(names) if name}
            return list(spelled.values())[::-1]
    return []


def _ipc(biblio: Element | None) -> list[str]:
    """Symbols in file order: "B28B   1/    29            A I" is B28B1/29."""
    items = every(biblio, "classifications-ipcr/classification-ipcr")
    newer = distinct(_symbol_text(first(item, "text")) for item in items)
    if newer:
        return newer
    older = one(biblio, "classification-ipc")
    names = ("text", "main-classification", "further-classification")
    return distinct(_symbol_text(text(item)) for item in ([] if older is None else older) if local(item) in names)


_SYMBOL = re.compile(r"^([A-H]\d{2}[A-Z])\s*(\d{1,4})\s*/\s*(\d{2,6})")


def _symbol_text(raw: str) -> str:
    found = _SYMBOL.match(raw)
    return f"{found[1]}{found[2]}/{found[3]}" if found else raw


def _cpc(biblio: Element | None) -> list[str]:
    return distinct(
        _cpc_symbol(item)
        for item in every(biblio, "patent-classifications/patent-classification")
        if _scheme(item).startswith("CPC")
    )


def _scheme(item: Element) -> str:
    scheme = one(item, "classification-scheme")
    return "" if scheme is None else scheme.get("scheme", "")


def _cpc_symbol(item: Element) -> str:
    if symbol := first(item, "classification-symbol"):
        return _symbol_text(symbol)
    head = first(item, "section") + first(item, "class") + first(item, "subclass")
    return f"{head}{first(item, 'main-group')}/{first(item, 'subgroup')}" if head else ""


def _cited(item: Element) -> str:
    return document_number(item)[0]


def _matches_exchange(head: Head) -> str:
    if head.root == "exchange-documents" or (head.root == "exchange-document" and "bibliographic-data" in head.text):
        return f"root element <{head.root}>"
    if head.root != "world-patent-data" or "patent-family" in head.text:
        return ""
    if "exchange-document" in head.text:
        return "OPS answer with <exchange-document>"
    return "OPS answer to a search" if "biblio-search" in head.text else ""


def _matches_claims(head: Head) -> str:
    is_full_text = head.root == "world-patent-data" and head.has("fulltext-document")
    is_claims = is_full_text and re.search(r"<(\w+:)?claims\b", head.text)
    return "OPS answer with <claims>" if is_claims else ""


EPO_READERS = (
    XmlReader(
        name="epo_exchange_xml",
        label="欧洲专利局 OPS/DOCDB 著录项目 / EPO exchange documents (OPS biblio, search, full cycle; DOCDB)",
        looked_for="<exchange-document> or an OPS search answer",
        matches=_matches_exchange,
        rows=_exchange_rows,
        roots=frozenset(("piece", "world-patent-data")),
        pieces=_exchange_pieces,
    ),
    XmlReader(
        name="epo_claims_xml",
        label="欧洲专利局 OPS 权利要求 / EPO OPS claims",
        looked_for="an OPS answer with <claims>",
        matches=_matches_claims,
        rows=_claims_rows,
        roots=frozenset(("world-patent-data",)),
        unread=("description",),
    ),
)

"""Patents as the sources word them: a PatSnap export, a CNIPR list, JSON lines, the gazette's XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from panhuo.demo_city.actors import Actor
from panhuo.demo_city.calendar import iso
from panhuo.demo_city.patent import STATUS_WORDS, Patent
from panhuo.demo_city.sheets import Value

KIND_WORDS = {"invention": "发明专利", "utility_model": "实用新型", "design": "外观设计"}
EVENT_TEXTS = {
    "PB01": "PUBLICATION",
    "SE01": "ENTRY INTO FORCE OF REQUEST FOR SUBSTANTIVE EXAMINATION",
    "GR01": "+PATENT GRANT",
    "CF01": "-TERMINATION OF PATENT RIGHT DUE TO NON-PAYMENT OF ANNUAL FEE",
    "CX01": "-EXPIRY OF PATENT TERM",
    "AR01": "-ABANDONMENT OF PATENT RIGHT TO AVOID DOUBLE PATENTING",
    "RJ01": "-REJECTION OF INVENTION PATENT APPLICATION AFTER PUBLICATION",
    "WD01": "-INVENTION PATENT APPLICATION DEEMED WITHDRAWN AFTER PUBLICATION",
    "TA01": "TRANSFER OF PATENT APPLICATION RIGHT",
    "TR01": "TRANSFER OF PATENT RIGHT",
    "EE01": "ENTRY INTO FORCE OF RECORDATION OF PATENT LICENSING CONTRACT",
    "EC01": "CANCELLATION OF RECORDATION OF PATENT LICENSING CONTRACT",
    "PE01": "ENTRY INTO FORCE OF THE REGISTRATION OF THE CONTRACT FOR PLEDGE OF PATENT RIGHT",
    "PC01": "CANCELLATION OF THE REGISTRATION OF THE CONTRACT FOR PLEDGE OF PATENT RIGHT",
    "PP01": "+PRESERVATION OF PATENT RIGHT",
    "PD01": "+DISCHARGE OF PRESERVATION OF PATENT",
    "OL01": "INTENTION TO LICENSE DECLARED",
}
"""INPADOC's wording, as in the national pack's table of event codes; + and - mark influence."""
_ENDING = {
    "lapsed_unpaid_fee": "CF01",
    "expired_term": "CX01",
    "abandoned_double": "AR01",
    "rejected": "RJ01",
    "withdrawn": "WD01",
}


def patsnap_rows(patent: Patent, first_serial: int) -> list[list[Value]]:
    """One row for each document of a patent that the export has."""
    documents = []
    if patent.kind == "invention" and patent.document_rows != "grant_only":
        documents.append((patent.application_document, patent.published, "发明申请"))
    if patent.grant_document and patent.document_rows != "application_only":
        word = {"invention": "授权发明", "utility_model": "实用新型", "design": "外观设计"}[patent.kind]
        documents.append((patent.grant_document, patent.granted, word))
    status, events = patsnap_status(patent), inpadoc_text(patent)
    return [
        _patsnap_row(patent, document, day, word, status, events, first_serial + index)
        for index, (document, day, word) in enumerate(documents)
    ]


def _patsnap_row(
    patent: Patent, document: str, day: int, word: str, status: str, events: str, serial: int
) -> list[Value]:
    recent = patent.cited_by // 2
    family = " | ".join((document, *patent.family)) if patent.family else "-"
    owners, applicants = (" | ".join([actor.name for actor in who]) for who in (patent.owners, patent.applicants))
    return [
        serial, document, f"CN{patent.application_number}", status, owners, iso(patent.filed), iso(day),
        patent.cites // 4, patent.cited_by, patent.cites, len(patent.inventors), " | ".join(patent.inventors),
        patent.title, "-", patent.abstract, "-", patent.claim or "-", "-", 1 + len(patent.family), family,
        recent, patent.cited_by, events, word, len(patent.owners), 0, "中国", applicants,
        patent.owner.address, patent.owner.code or "-", "-", " | ".join(patent.ipc) or "-",
        patent.ipc[0] if patent.ipc else "-", patent.loc or "-", "-", patent.claims, " | ".join(patent.awards) or "-",
    ]  # fmt: skip


def patsnap_status(patent: Patent) -> str:
    """授权 | 一案双申 | 权利转移: the status first, then what else is known."""
    words = [STATUS_WORDS[patent.status][0]]
    if patent.has_pair:
        words.append("一案双申")
    words += [event.word for event in patent.events if event.word and event.word not in words]
    return " | ".join(words)


def inpadoc_text(patent: Patent) -> str:
    """Flat list of date, event, country, newest first."""
    dated: list[tuple[int, str]] = []
    if patent.kind == "invention":
        dated.append((patent.published, "PB01"))
        if patent.status != "published":
            dated.append((patent.published + 24, "SE01"))
    if patent.granted:
        dated.append((patent.granted, "GR01"))
    dated += [(event.day, event.code) for event in patent.events]
    if patent.ended:
        dated.append((patent.ended, _ENDING[patent.status]))
    dated.sort(key=lambda item: item[0], reverse=True)
    return " | ".join([f"{iso(day)} | {EVENT_TEXTS[code]} | CN" for day, code in dated])


def cnipr_row(patent: Patent) -> list[Value]:
    """One row a patent, by its latest document."""
    owners = ";".join([patent.spelling or patent.owner.name, *(actor.name for actor in patent.owners[1:])])
    return [
        f"CN{patent.application_number}", iso(patent.filed).replace("-", "."), patent.publication_number,
        iso(patent.granted or patent.published).replace("-", "."), patent.title, KIND_WORDS[patent.kind],
        patent.ipc[0] if patent.ipc else "", ";".join(patent.ipc), patent.loc, owners,
        "" if patent.spelling else patent.owner.code,
        patent.owner.address, ";".join(patent.inventors), patent.agency, patent.abstract, patent.claim,
        STATUS_WORDS[patent.status][1], iso(patent.granted).replace("-", "."), ";".join(patent.awards),
    ]  # fmt: skip


def json_row(patent: Patent) -> dict[str, object]:
    """Under the glossary's field names."""
    return {
        "publication_number": patent.publication_number,
        "application_number": patent.application_number,
        "ip_type": KIND_WORDS[patent.kind],
        "title": patent.title,
        "abstract": patent.abstract,
        "first_claim": patent.claim,
        "owners": [actor.name for actor in patent.owners],
        "owner_code": patent.owner.code,
        "address": patent.owner.address,
        "inventors": list(patent.inventors),
        "filing_date": iso(patent.filed),
        "publication_date": iso(patent.granted or patent.published),
        "grant_date": iso(patent.granted),
        "ipc_main": patent.ipc[0] if patent.ipc else "",
        "ipc": list(patent.ipc),
        "loc": [patent.loc] if patent.loc else [],
        "status_words": patsnap_status(patent).split(" | "),
        "claims_count": str(patent.claims),
        "awards": list(patent.awards),
    }


_TYPE_CODES = {"invention": "10", "utility_model": "20", "design": "30"}


def gazette_name(patent: Patent) -> str:
    """Name of the document in the archive."""
    return f"{patent.grant_document}/{patent.grant_document}.XML"


def gazette_xml(patent: Patent) -> str:
    """The grant as the office's bulk XML has it, without pictures."""
    design = patent.kind == "design"
    biblio = "DesignBibliographicData" if design else "BibliographicData"
    title = "DesignTitle" if design else "InventionTitle"
    number, kind = patent.grant_document[2:-1], patent.grant_document[-1]
    granted, filed = iso(patent.granted).replace("-", ""), iso(patent.filed).replace("-", "")
    application = patent.application_number.replace(".", "")
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- 合成数据 synthetic -->",
        '<business:PatentDocumentAndRelated xmlns:business="http://www.example.org/business"'
        ' xmlns:base="http://www.example.org/base" xsdVersion="V2.2.1" lang="zh" country="CN"'
        f' docNumber="{number}" kind="{kind}" datePublication="{granted}" status="C"'
        f' file="{patent.grant_document}.XML" dateProduced="{granted}">',
        f'<business:{biblio} lang="zh" country="CN">',
        f"<business:PublicationReference>{_document(number, granted, kind)}</business:PublicationReference>",
        f'<business:ApplicationReference applType="{_TYPE_CODES[patent.kind]}">'
        f"{_document(application, filed, '')}</business:ApplicationReference>",
        _classes(patent.ipc, patent.loc),
        f"<business:{title}>{escape(patent.title)}</business:{title}>",
        _parties(patent),
        f"</business:{biblio}>",
        f"<business:Abstract><base:Paragraphs>{escape(patent.abstract)}</base:Paragraphs></business:Abstract>",
    ]
    if patent.claim:
        claim = f"<business:ClaimText>1.{escape(patent.claim)}</business:ClaimText>"
        parts.append(f'<business:Claims><business:Claim num="1">{claim}</business:Claim></business:Claims>')
    parts.append("</business:PatentDocumentAndRelated>")
    return "\n".join(part for part in parts if part) + "\n"


def _document(number: str, day: str, kind: str) -> str:
    kind = f"<base:Kind>{kind}</base:Kind>" if kind else ""
    return (
        "<base:DocumentID><base:WIPOST3Code>CN</base:WIPOST3Code>"
        f"<base:DocNumber>{number}</base:DocNumber>{kind}<base:Date>{day}</base:Date></base:DocumentID>"
    )


def _classes(ipc: Sequence[str], loc: str) -> str:
    if loc:
        return f"<business:ClassificationLocarno><base:Text>{loc}</base:Text></business:ClassificationLocarno>"
    texts = [f"<base:Text>{symbol[:4]} {symbol[4:]} (2006.01)</base:Text>" for symbol in ipc]
    symbols = "".join([f"<business:ClassificationIPCR>{text}</business:ClassificationIPCR>" for text in texts])
    return f"<business:ClassificationIPCRDetails>{symbols}</business:ClassificationIPCRDetails>" if symbols else ""


def _parties(patent: Patent) -> str:
    applicants = "".join(f"<business:Applicant>{_book(actor)}</business:Applicant>" for actor in patent.applicants)
    owners = "".join(f"<business:Assignee>{_book(actor)}</business:Assignee>" for actor in patent.owners)
    inventors = "".join(
        f"<business:Inventor><base:AddressBook><base:Name>{name}</base:Name></base:AddressBook></business:Inventor>"
        for name in patent.inventors
    )
    agent = ""
    if patent.agency:
        agency = f"<base:AddressBook><base:OrganizationName>{patent.agency}</base:OrganizationName></base:AddressBook>"
        agent = f"<business:Agent><business:Agency>{agency}</business:Agency></business:Agent>"
        agent = f"<business:AgentDetails>{agent}</business:AgentDetails>"
    return (
        f"<business:Parties><business:ApplicantDetails>{applicants}</business:ApplicantDetails>"
        f"<business:InventorDetails>{inventors}</business:InventorDetails>"
        f"<business:AssigneeDetails>{owners}</business:AssigneeDetails>{agent}</business:Parties>"
    )


def _book(actor: Actor) -> str:
    return (
        f"<base:AddressBook><base:Name>{actor.name}</base:Name>"
        f"<base:Address><base:Text>{actor.address}</base:Text></base:Address></base:AddressBook>"
    )

"""Formats that are known and not taken: older USPTO generations, classification tables, answers without patents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from panhuo.adapters.readers.protocol import ReadOptions, RefusedFile, Sniff, Source
from panhuo.adapters.readers.xml_head import Head, read_head
from panhuo.engine.records.raw import RawBatch, Reject
from panhuo.terms.kinds import RecordKind

_USE_V4 = "Import the same documents as XML v4 (us-patent-grant or us-patent-application) or as a table instead."


@dataclass(slots=True, eq=False)
class RefusedFormat:
    """A reader that knows a format and says why it is not taken and what to use instead.

    matches: phrase saying what was seen, "" if the file is not of this format. why: follows "is".
    """

    name: str
    label: str
    looked_for: str
    matches: Callable[[Head], str]
    code: str
    why: str
    kinds: tuple[RecordKind, ...] = ()

    def sniff(self, source: Source) -> Sniff:
        """As certain as the formats that are read."""
        because = self.matches(read_head(source))
        return Sniff(90, because) if because else Sniff(0, f"no {self.looked_for}")

    def read(self, source: Source, options: ReadOptions) -> Iterator[RawBatch | Reject]:
        """Raises RefusedFile at once."""
        del options
        raise RefusedFile(f"{source.name} is {self.why}", code=self.code, file=source.name)


def _root(*names: str) -> Callable[[Head], str]:
    return lambda head: f"root element <{head.root}>" if head.root in names else ""


def _starts(pattern: str, said: str) -> Callable[[Head], str]:
    compiled = re.compile(pattern)
    return lambda head: said if not head.root and compiled.match(head.text) else ""


def _is_brs(head: Head) -> str:
    is_brs = not head.root and head.has("*** BRS DOCUMENT BOUNDARY ***")
    return "the line *** BRS DOCUMENT BOUNDARY ***" if is_brs else ""


def _is_assignment(head: Head) -> str:
    seen = (head.root == "response" and head.has('name="reelNo"')) or head.root == "us-patent-assignments"
    return "an answer of the assignment search" if seen else ""


def _is_ops(*marks: str) -> Callable[[Head], str]:
    pattern = re.compile(rf"<(?:\w+:)?(?:{'|'.join(marks)})\b")
    others = re.compile(r"<(?:\w+:)?(?:claims|exchange-document|patent-family|biblio-search)\b")

    def matches(head: Head) -> str:
        is_ours = head.root == "world-patent-data" and pattern.search(head.text) and not others.search(head.text)
        return f"OPS answer with <{marks[0]}>" if is_ours else ""

    return matches


REFUSED_FORMATS = (
    RefusedFormat(
        name="uspto_aps_text",
        label="美国专利 APS 文本(1976–2001)/ USPTO APS Green Book text",
        looked_for="a line PATN followed by WKU",
        matches=_starts(r"\s*(?:HHHHHT[^\n]*\n\s*)?PATN\s*\n\s*WKU\b", "a line PATN followed by WKU"),
        code="older_generation",
        why=f"of an older generation (USPTO APS text, 1976 to 2001), which is not read. {_USE_V4}",
    ),
    RefusedFormat(
        name="uspto_sgml",
        label="美国授权专利 SGML(2001–2004)/ USPTO grants ST.32",
        looked_for="root element <PATDOC>",
        matches=_root("PATDOC"),
        code="older_generation",
        why=f"of an older generation (USPTO grants ST.32, 2001 to 2004), which is not read. {_USE_V4}",
    ),
    RefusedFormat(
        name="uspto_pap",
        label="美国公开申请 PAP XML(2001–2004)/ USPTO applications PAP",
        looked_for="root element <patent-application-publication>",
        matches=_root("patent-application-publication"),
        code="older_generation",
        why=f"of an older generation (USPTO applications PAP, 2001 to 2004), which is not read. {_USE_V4}",
    ),
    RefusedFormat(
        name="uspto_brs_text",
        label="美国专利 BRS 标记文本 / USPTO tagged text (BRS)",
        looked_for="a line *** BRS DOCUMENT BOUNDARY ***",
        matches=_is_brs,
        code="not_public_format",
        why=f"tagged text of the USPTO's search system (BRS), which is not read. {_USE_V4}",
    ),
    RefusedFormat(
        name="uspto_xml4ip",
        label="美国审查文件 XML4IP / USPTO file wrapper parts (XML4IP)",
        looked_for="root element <ClaimsDocument>, <SpecificationDocument> or <AbstractDocument>",
        matches=_root("ClaimsDocument", "SpecificationDocument", "AbstractDocument"),
        code="no_bibliographic_data",
        why=f"part of an examination file (XML4IP) and holds no bibliographic data. {_USE_V4}",
    ),
    RefusedFormat(
        name="cpc_master",
        label="CPC 分类结果表 / CPC master classification file",
        looked_for="root element <CPCMasterClassificationFile>",
        matches=_root("CPCMasterClassificationFile"),
        code="classification_table",
        why="a table of CPC symbols by document number, not a file of patents. Nothing in it is needed here.",
    ),
    RefusedFormat(
        name="cpc_scheme",
        label="CPC 分类表 / CPC scheme",
        looked_for="root element <class-scheme>",
        matches=_root("class-scheme"),
        code="classification_table",
        why="the CPC scheme itself, a table of classes and not of patents. Nothing in it is needed here.",
    ),
    RefusedFormat(
        name="uspto_assignment_xml",
        label="美国专利转让登记 XML / USPTO assignments",
        looked_for="<response> with reelNo, or root element <us-patent-assignments>",
        matches=_is_assignment,
        code="not_asked_for",
        why="a list of assignments recorded at the USPTO, which is not read: the register follows Chinese events "
        "and takes other offices' from INPADOC (epo_legal_xml).",
    ),
    RefusedFormat(
        name="epo_description_xml",
        label="欧洲专利局 OPS 说明书 / EPO OPS description",
        looked_for="an OPS answer with <description>",
        matches=_is_ops("description"),
        code="no_bibliographic_data",
        why="an OPS description and holds no bibliographic data. Import the biblio answer of the same document.",
    ),
    RefusedFormat(
        name="epo_images_xml",
        label="欧洲专利局 OPS 图像清单 / EPO OPS image inquiry",
        looked_for="an OPS answer with <document-inquiry>",
        matches=_is_ops("document-inquiry", "document-instance"),
        code="no_bibliographic_data",
        why="an OPS list of page images and holds no bibliographic data. Import the biblio answer instead.",
    ),
)

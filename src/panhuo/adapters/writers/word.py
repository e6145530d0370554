"""Word documents in the look of Chinese official letters and reports: margins, fonts by role, page numbers.

Fonts are named as the standard form asks and carry a free font as alternative, so that a machine without the
named ones shows the same characters. Same content, same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from panhuo.adapters.writers.atomic import whole_file
from panhuo.adapters.writers.document import SHORT_TABLE
from panhuo.adapters.writers.word_charts import CONTENT_TYPE as CHART_TYPE
from panhuo.adapters.writers.word_charts import RELATION as CHART_RELATION
from panhuo.rules import InForce

RED = RGBColor(0xE6, 0x00, 0x12)
GREY = RGBColor(0x55, 0x62, 0x6E)
LATIN = "Times New Roman"
BODY_LINE_POINTS = 28.9
"""22 lines on a page of 225 mm of text."""
_FIXED_DAY = (1980, 1, 1, 0, 0, 0)
_LEFT, _CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


@dataclass(frozen=True, slots=True)
class Font:
    """A font of one role, what stands in for it, and its size."""

    name: str
    free_name: str
    size_pt: float


def letter_fonts(rules: InForce) -> dict[str, Font]:
    """Fonts by role (pack table letter_fonts): issuer, title, body, level1, level2, table, page."""
    return {
        row["role"]: Font(row["font"], row["free_font"], float(row["size_pt"])) for row in rules.table("letter_fonts")
    }


class WordDocument:
    """An A4 document that is filled from top to bottom and saved once."""

    def __init__(
        self,
        fonts: Mapping[str, Font],
        *,
        title: str,
        synthetic: str = "",
        running_head: str = "",
        margin_mm: float = 0,
    ) -> None:
        """title: property of the file. synthetic: warning for the head of each page, "" for none.

        running_head: the same without alarm. margin_mm: on all sides; 0 is the margins of a letter.
        """
        self._fonts = fonts
        self._charts = 0
        self._doc = docx.Document()
        section = self._doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance, section.header_distance = Mm(25), Mm(15)
        if margin_mm:
            section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(margin_mm)
            section.footer_distance = section.header_distance = Mm(margin_mm / 2)
        properties = self._doc.core_properties
        properties.title, properties.author = title, "Panhuo 盘活"
        properties.created = properties.modified = datetime(2000, 1, 1)  # noqa: DTZ001 - the same bytes each time
        properties.revision = 1
        for style in ("Normal", "Heading 1", "Heading 2"):
            self._set_style(style, {"Normal": "body", "Heading 1": "level1", "Heading 2": "level2"}[style])
        self._page_number(section)
        head = section.header.paragraphs[0]
        if synthetic:
            head.alignment = _RIGHT
            self._run(head, synthetic, "table", colour=RGBColor(0x9C, 0x3B, 0x00), bold=True)
        if running_head:
            head.alignment = _RIGHT
            self._run(head, running_head, "table", colour=GREY)

    def issuer(self, name: str, number: str) -> None:
        """Red head: name of the office, its document number, a red line."""
        head = self._paragraph(_CENTRE, after=6, line=None)
        self._run(head, name, "issuer", colour=RED)
        line = self._paragraph(_CENTRE, after=26, line=None)
        self._run(line, number, "body")
        _bottom_border(line, colour="E60012", eighths=16)

    def title(self, text: str, *, subtitle: str = "") -> None:
        """The document's title, centred, and a line below it."""
        self._run(self._paragraph(_CENTRE, after=4 if subtitle else 16, line=34), text, "title")
        if subtitle:
            self._run(self._paragraph(_CENTRE, after=16, line=24), subtitle, "level2", size=14)

    def addressee(self, text: str) -> None:
        self._run(self._paragraph(_LEFT), text, "body")

    def text(self, text: str) -> None:
        """A paragraph of the body, first line drawn in by two characters."""
        paragraph = self._paragraph(None)
        paragraph.paragraph_format.first_line_indent = Pt(2 * self._fonts["body"].size_pt)
        self._run(paragraph, text, "body")

    def heading(self, text: str, level: int = 1) -> None:
        """A heading that also stands in the navigation."""
        heading = self._doc.add_heading(level=level)
        self._run(heading, text, "level1" if level == 1 else "level2")
        heading.paragraph_format.keep_with_next = True

    def caption(self, text: str, *, above: bool = True) -> None:
        """Name of a table (above it, kept with it) or of a figure (below it)."""
        paragraph = self._paragraph(_CENTRE, before=8 if above else 2, after=3 if above else 8, line=20)
        paragraph.paragraph_format.keep_with_next = above
        self._run(paragraph, text, "level1", size=12)

    def note(self, text: str) -> None:
        """Small print below a table or figure."""
        self._run(self._paragraph(_LEFT, after=8, line=16), text, "table", size=10)

    def plain(
        self, text: str, role: str = "body", *, size: float | None = None, alarm: bool = False, framed: bool = False
    ) -> None:
        """A paragraph of a report, single lines, nothing drawn in. alarm: large and red; framed: a line below."""
        paragraph = self._paragraph(_LEFT, before=2, after=4, line=None)
        self._run(paragraph, text, role, size=size, colour=RED if alarm else None, bold=alarm or framed)
        if framed:
            _bottom_border(paragraph, colour="163F66", eighths=8)

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths_mm: Sequence[float],
        right: frozenset[int] | None = None,
    ) -> None:
        """A ruled table whose header repeats on each page; numbers stand right, rows are not broken.

        headings: none for a table of facts without a head. right: columns that stand right; by default each cell that
        is a number.
        """
        table = self._doc.add_table(rows=1 if headings else 0, cols=len(widths_mm))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        if headings:
            _repeat_header(table.rows[0])
            _keep_whole(table.rows[0])
            for cell, text in zip(table.rows[0].cells, headings, strict=True):
                self._cell(cell, text, _CENTRE, bold=True, shade="E8EEF4", keep=True)
        together = len(rows) <= SHORT_TABLE
        for place, row in enumerate(rows):
            cells = table.add_row().cells
            _keep_whole(table.rows[-1])
            for column, (cell, text) in enumerate(zip(cells, row, strict=True)):
                is_right = column in right if right is not None else column > 0 and _is_number(text)
                shade = "" if headings or column else "E8EEF4"
                keep = together and place + 1 < len(rows)
                self._cell(cell, text, _RIGHT if is_right else _LEFT, shade=shade, keep=keep)
        for column, width in zip(table.columns, widths_mm, strict=True):
            column.width = Mm(width)
        for row_of_cells in table.rows:
            for cell, width in zip(row_of_cells.cells, widths_mm, strict=True):
                cell.width = Mm(width)
        self._paragraph(_LEFT, line=8)

    def picture(self, png: bytes, *, width_mm: float, alternative: str) -> None:
        """A picture in the text, with words for who cannot see it."""
        paragraph = self._paragraph(_CENTRE, line=None)
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Mm(width_mm))
        shape._inline.docPr.set("descr", alternative)
        paragraph.paragraph_format.keep_with_next = True

    def chart(self, xml: bytes, *, width_mm: float, height_mm: float, alternative: str) -> None:
        """A chart that Word draws (word_charts.chart_xml), with words for who cannot see it."""
        self._charts += 1
        part = Part(PackURI(f"/word/charts/chart{self._charts}.xml"), CHART_TYPE, xml, self._doc.part.package)
        relation = self._doc.part.relate_to(part, CHART_RELATION)
        paragraph = self._paragraph(_CENTRE, line=None)
        frame = _frame(relation, self._charts, width_mm, height_mm, alternative)
        paragraph.add_run()._element.append(frame)

    def signature(self, lines: Sequence[str]) -> None:
        """Office and day, at the right."""
        for place, line in enumerate(lines):
            paragraph = self._paragraph(_RIGHT, before=24 if place == 0 else 0)
            paragraph.paragraph_format.right_indent = Pt(4 * self._fonts["body"].size_pt)
            paragraph.paragraph_format.keep_with_next = place + 1 < len(lines)
            self._run(paragraph, line, "body")

    def save(self, path: Path) -> None:
        """Write the document. Raises: DomainError cannot_write."""
        self._name_free_fonts()
        raw = io.BytesIO()
        self._doc.save(raw)
        with whole_file(path) as draft, zipfile.ZipFile(draft, "w") as out, zipfile.ZipFile(raw) as made:
            for name in sorted(made.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
                info = zipfile.ZipInfo(name, _FIXED_DAY)
                info.compress_type = zipfile.ZIP_DEFLATED
                out.writestr(info, made.read(name))

    def _paragraph(
        self, alignment: Any, *, before: float = 0, after: float = 0, line: float | None = BODY_LINE_POINTS
    ) -> Any:
        paragraph = self._doc.add_paragraph()
        form = paragraph.paragraph_format
        form.space_before, form.space_after = Pt(before), Pt(after)
        if alignment is not None:
            paragraph.alignment = alignment
        if line is None:
            form.line_spacing_rule = WD_LINE_SPACING.SINGLE
        else:
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
        return paragraph

    def _run(
        self,
        paragraph: Any,
        text: str,
        role: str,
        *,
        size: float | None = None,
        colour: RGBColor | None = None,
        bold: bool = False,
    ) -> Any:
        run = paragraph.add_run(text)
        _set_font(run.font, run._element.get_or_add_rPr(), self._fonts[role], size)
        run.font.bold = bold
        if colour is not None:
            run.font.color.rgb = colour
        return run

    def _cell(
        self, cell: Any, text: str, alignment: Any, *, bold: bool = False, shade: str = "", keep: bool = False
    ) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.alignment = alignment
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2.5)
        paragraph.paragraph_format.keep_with_next = keep
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        self._run(paragraph, text, "table", bold=bold)
        if shade:
            fill = OxmlElement("w:shd")
            fill.set(qn("w:val"), "clear")
            fill.set(qn("w:fill"), shade)
            # Word asks for this order of properties; LibreOffice does not mind
            properties = cell._element.get_or_add_tcPr()
            properties.insert_element_before(fill, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign")

    def _set_style(self, name: str, role: str) -> None:
        style = self._doc.styles[name]
        _set_font(style.font, style.element.get_or_add_rPr(), self._fonts[role], None)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.bold = False
        if name != "Normal":
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(10), Pt(4)

    def _page_number(self, section: Any) -> None:
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = _CENTRE
        self._run(paragraph, "— ", "page")
        field = self._run(paragraph, "", "page")._element
        for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "1"), ("end", "")):
            field.append(_field_part(kind, text))
        self._run(paragraph, " —", "page")

    def _name_free_fonts(self) -> None:
        """Name the free font beside each named one in the document's font table."""
        part = next(part for part in self._doc.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
        tree = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False))
        known = {font.get(qn("w:name")) for font in tree}
        for font in dict.fromkeys(self._fonts.values()):
            if font.name not in known:
                known.add(font.name)
                entry = etree.SubElement(tree, qn("w:font"), {qn("w:name"): font.name})
                etree.SubElement(entry, qn("w:altName"), {qn("w:val"): font.free_name})
                etree.SubElement(entry, qn("w:charset"), {qn("w:val"): "86"})
        part._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _set_font(font: Any, properties: Any, wanted: Font, size: float | None) -> None:
    font.name, font.size = LATIN, Pt(size or wanted.size_pt)
    names = properties.find(qn("w:rFonts"))
    if names is None:
        names = OxmlElement("w:rFonts")
        properties.insert(0, names)
    for attribute in list(names.attrib):
        if "Theme" in attribute:
            del names.attrib[attribute]
    for script, name in (("w:ascii", LATIN), ("w:hAnsi", LATIN), ("w:eastAsia", wanted.name), ("w:cs", LATIN)):
        names.set(qn(script), name)
    for former in properties.findall(qn("w:lang")):
        properties.remove(former)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def _field_part(kind: str, text: str) -> Any:
    if kind == "text":
        element = OxmlElement("w:t")
        element.text = text
        return element
    if not kind:
        element = OxmlElement("w:instrText")
        element.text = text
        return element
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def _bottom_border(paragraph: Any, *, colour: str, eighths: int) -> None:
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "8"), ("color", colour)):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = paragraph._element.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _frame(relation: str, number: int, width_mm: float, height_mm: float, alternative: str) -> Any:
    """The place of a chart in a line of text."""
    frame = parse_xml(
        '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent/><wp:docPr/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    [extent], [properties] = frame.iter(qn("wp:extent")), frame.iter(qn("wp:docPr"))
    [chart] = frame.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}chart")
    extent.set("cx", str(Mm(width_mm)))
    extent.set("cy", str(Mm(height_mm)))
    properties.set("id", str(1000 + number))
    properties.set("name", f"Chart {number}")
    properties.set("descr", alternative)
    chart.set(qn("r:id"), relation)
    return frame


def _repeat_header(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _is_number(text: str) -> bool:
    return bool(text) and text.replace(",", "").replace(".", "").replace("%", "").replace("-", "").isdecimal()

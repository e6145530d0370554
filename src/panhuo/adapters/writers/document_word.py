"""A document as a Word file, with charts that Word draws: neither pango nor a font is needed where it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from panhuo.adapters.writers.document import (
    Block,
    Columns,
    Document,
    Facts,
    Figures,
    Heading,
    Items,
    Paragraph,
    Radar,
    Role,
    Spans,
    Table,
)
from panhuo.adapters.writers.word import Font, WordDocument
from panhuo.adapters.writers.word_charts import chart_xml

MARGIN_MM, TEXT_MM = 20.0, 170.0
CHART_MM = (140.0, 78.0)
FACT_SHARE = 0.3
SIZES = {"title": 20.0, "body": 11.0, "level1": 14.0, "level2": 12.0, "table": 9.0, "page": 9.0}
"""Points: a report is denser than a letter."""


def write_document_word(path: Path, document: Document, fonts: Mapping[str, Font]) -> None:
    """Write the document as .docx. fonts: word.letter_fonts, in sizes of a report. Raises: DomainError cannot_write."""
    sized = {role: replace(font, size_pt=SIZES.get(role, font.size_pt)) for role, font in fonts.items()}
    head = {"synthetic" if document.is_alarm else "running_head": document.running_head}
    word = WordDocument(sized, title=document.title, margin_mm=MARGIN_MM, **head)
    word.title(document.title)
    for line in document.subtitle:
        word.plain(line, "level2")
    for block in document.blocks:
        _write(word, block)
    word.save(path)


def _write(word: WordDocument, block: Block) -> None:
    if isinstance(block, Heading):
        word.heading(block.text, block.level)
    elif isinstance(block, Paragraph):
        _paragraph(word, block)
    elif isinstance(block, Items):
        for text in block.texts:
            word.plain(f"• {text}")
    elif isinstance(block, Figures):
        for value, label in block.pairs:
            word.plain(f"{label}　{value}", "level1", size=13)
    elif isinstance(block, Facts):
        widths = (TEXT_MM * FACT_SHARE, TEXT_MM * (1 - FACT_SHARE))
        word.table((), block.rows, widths_mm=widths, right=frozenset())
    elif isinstance(block, Table):
        whole = sum(block.widths)
        word.caption(block.caption)
        word.table(
            block.headings,
            block.rows,
            widths_mm=[TEXT_MM * width / whole for width in block.widths],
            right=block.right,
        )
    else:
        _chart(word, block)


def _paragraph(word: WordDocument, paragraph: Paragraph) -> None:
    if paragraph.role is Role.WARNING:
        word.plain(paragraph.text, "level1", size=20, alarm=True)
    elif paragraph.role is Role.STRONG:
        word.plain(paragraph.text, "level1", size=12, framed=True)
    elif paragraph.role is Role.BODY:
        word.plain(paragraph.text)
    else:
        word.plain(paragraph.text, "table")


def _chart(word: WordDocument, chart: Columns | Spans | Radar) -> None:
    width, height = CHART_MM
    if isinstance(chart, Spans):
        height = 30.0 + 8.0 * len(chart.labels)
    elif isinstance(chart, Radar):
        height = 100.0
    word.chart(chart_xml(chart), width_mm=width, height_mm=height, alternative=chart.title)

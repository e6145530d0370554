"""A document as one HTML page that asks for nothing, needs no script and prints on A4; the PDF is made from it."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from panhuo.adapters.writers.atomic import whole_file
from panhuo.adapters.writers.document import SHORT_TABLE, Document, Table
from panhuo.adapters.writers.document_charts import chart_svg
from panhuo.adapters.writers.pages import rendered, style_sheet


def write_document_page(path: Path, document: Document) -> None:
    """Write the document as .html. Raises: DomainError cannot_write."""
    with whole_file(path) as draft:
        draft.write_text(document_page(document), encoding="utf-8", newline="\n")


def document_page(document: Document) -> str:
    """The page as text."""
    return rendered(
        "document.html.j2",
        css=style_sheet("document.css"),
        page_css=_page_css(document),
        document=document,
        blocks=[(type(block).__name__, block) for block in document.blocks],
        shares=_shares,
        short_table=SHORT_TABLE,
        svg=chart_svg,
    )


def _shares(table: Table) -> list[str]:
    whole = sum(table.widths)
    return [f"{100 * width / whole:.3f}" for width in table.widths]


def _page_css(document: Document) -> Markup:
    """The edges of a printed page: running head, page number of all pages."""
    first, between, last = map(css_text, document.page_of)
    look = "color: #b3000f; font-weight: 700" if document.is_alarm else "color: #55626e"
    font = 'font-family: "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; font-size: 8pt'
    return Markup(  # noqa: S704 - texts were written as CSS strings
        "@page { size: A4; margin: 20mm 18mm 18mm;\n"
        f"  @top-right {{ content: {css_text(document.running_head)}; {font}; {look}; }}\n"
        f"  @bottom-center {{ content: {first} counter(page) {between} counter(pages) {last}; {font}; }} }}\n"
    )


def css_text(text: str) -> str:
    """A text as a CSS string: whatever is no letter or digit is written by its number.

    >>> css_text('a"</style>')
    '"a\\\\22 \\\\3c \\\\2f style\\\\3e "'
    """
    return '"' + "".join(sign if sign.isalnum() else f"\\{ord(sign):x} " for sign in text) + '"'

"""Self-contained HTML pages: no request leaves them, they search without a server and print on A4.

Same content, same bytes. Every text is escaped by the template engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from panhuo.adapters.writers.atomic import whole_file
from panhuo.adapters.writers.charts import Chart, chart_svg
from panhuo.adapters.writers.columns import LIST_SEPARATOR, Column, plain

NUMBERS = ("int", "float", "money", "share")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure above a table: its value as it is shown, and what it counts."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list as a page.

    filters: keys of columns that can be chosen from. title_column: the cell that heads a card on a phone.
    charts: shown above the table. synthetic: the data is made up, and the page says so.
    """

    title: str
    subtitle: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    title_column: str
    filters: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    notes: Sequence[str] = ()
    caption: str = ""
    footer: str = ""
    synthetic: bool = False
    charts: Sequence[Chart] = ()


def write_list_page(path: Path, page: ListPage) -> None:
    """Write a list as one HTML file. Raises: BadValue bad_cell; DomainError cannot_write."""
    rows = [[shown(column, value) for column, value in zip(page.columns, row, strict=True)] for row in page.rows]
    places = {column.key: place for place, column in enumerate(page.columns)}
    content = {
        "title": page.title,
        "subtitle": page.subtitle,
        "columns": [{"heading": column.heading, "css": _css(column, page.title_column)} for column in page.columns],
        "rows": rows,
        "filters": [
            {
                "heading": page.columns[places[key]].heading,
                "column": places[key],
                "choices": list(dict.fromkeys(row[places[key]] for row in rows if row[places[key]])),
            }
            for key in page.filters
        ],
        "figures": page.figures,
        "charts": [chart_svg(chart, number=place) for place, chart in enumerate(page.charts, start=1)],
        "notes": page.notes,
        "caption": page.caption,
        "footer": page.footer,
        "synthetic": page.synthetic,
    }
    write_page(path, "list_page.html.j2", page=content)


def write_page(path: Path, template: str, **content: object) -> None:
    """Write one page from a template of this package; `css` is the house's style sheet."""
    text = rendered(template, css=style_sheet(), **content)
    with whole_file(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def rendered(template: str, **content: object) -> str:
    """A page from a template of this package as text."""
    return _environment().get_template(template).render(**content)


def shown(column: Column, value: object) -> str:
    """A cell as people read it: ISO days, 12,000.50, 12.5%, lists joined."""
    cell = plain(column, value)
    if cell is None:
        return ""
    if isinstance(cell, list):
        return LIST_SEPARATOR.join(cell)
    if column.kind == "money":
        return f"{cell:,.2f}"
    if column.kind == "share":
        return f"{cell:.1%}"
    if column.kind == "float":
        return f"{cell:g}" if isinstance(cell, float) and abs(cell) < 1e6 else f"{cell:,.0f}"
    return str(cell)


def style_sheet(name: str = "base.css") -> Markup:
    """CSS of the house; trusted, because it comes with the package."""
    source = _environment().loader.get_source(_environment(), name)[0]  # type: ignore[union-attr]
    return Markup(source)  # noqa: S704 - our own file


def _css(column: Column, title_column: str) -> str:
    if column.key == title_column:
        return "title"
    if column.kind in NUMBERS:
        return "number place" if column.key == "position" else "number"
    return "keep" if column.kind == "date" or column.key.endswith(("_number", "_status")) else ""


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("panhuo.adapters.writers"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )

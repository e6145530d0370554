"""The summary of a run: one page with charts and their tables, and the same on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from panhuo.adapters.writers.charts import Chart, ReliabilityChart, chart_svg
from panhuo.adapters.writers.pages import Figure, write_page

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Section:
    """One table, with a chart of it where one helps. Numbers as int or float are set to the right.

    figure_columns: places of columns whose texts are figures; they are set to the right and not broken, too. wide: the
    section takes the whole width of the page.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    chart: Chart | ReliabilityChart | None = None
    note: str = ""
    figure_columns: Sequence[int] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that was written; path is relative to the summary's folder."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class SummaryData:
    """What a summary shows, in words and numbers that are ready to be shown.

    figures: the few that stand on top. synthetic: the data is made up, and the page says so.
    """

    title: str
    subtitle: Sequence[str]
    figures: Sequence[Figure]
    sections: Sequence[Section]
    files: Sequence[OutputFile] = ()
    notes: Sequence[str] = ()
    footer: str = ""
    synthetic: bool = False


def write_summary(path: Path, data: SummaryData) -> None:
    """Write the summary as one self-contained page. Raises: DomainError cannot_write."""
    sections = [
        {
            "title": section.title,
            "headings": section.headings,
            "rows": [[shown(cell) for cell in row] for row in section.rows],
            "numeric": _numeric(section),
            "svg": chart_svg(section.chart, number=place) if section.chart else "",
            "note": section.note,
            "wide": section.wide,
        }
        for place, section in enumerate(data.sections, start=1)
    ]
    files = [{"label": file.label, "path": quote(file.path)} for file in data.files]
    content = {
        "title": data.title,
        "subtitle": data.subtitle,
        "figures": data.figures,
        "files": files,
        "notes": data.notes,
        "footer": data.footer,
        "synthetic": data.synthetic,
    }
    write_page(path, "summary.html.j2", data=content, sections=sections)


def show_summary(data: SummaryData, stream: TextIO) -> None:
    """Print the summary as tables on a terminal."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(file=stream, highlight=False, width=None if stream.isatty() else 110)
    console.rule(f"[bold]{data.title}[/bold]")
    for line in data.subtitle:
        console.print(line, markup=False)
    if data.figures:
        console.print("   ".join(f"{figure.label} {figure.value}" for figure in data.figures), markup=False)
    for section in data.sections:
        table = Table(title=section.title, title_justify="left", title_style="bold")
        for heading, right in zip(section.headings, _numeric(section), strict=True):
            table.add_column(heading, justify="right" if right else "left", overflow="fold")
        for row in section.rows[:15]:
            table.add_row(*(escape(shown(cell)) for cell in row))
        console.print(table)
    for file in data.files:
        console.print(f"{file.label}: {file.path}", markup=False)


def shown(cell: Cell) -> str:
    """A number with thousands separators, a text as it is."""
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    return cell


def _numeric(section: Section) -> list[bool]:
    return [
        place in section.figure_columns
        or (bool(section.rows) and all(not isinstance(row[place], str) for row in section.rows))
        for place in range(len(section.headings))
    ]

"""A list of the pack's layout to the file asked for: workbook, table for programs, or page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from panhuo.adapters.files.home import Home
from panhuo.adapters.writers.atomic import check_place
from panhuo.adapters.writers.layout import layout_of, notes_of
from panhuo.adapters.writers.list_notes import stands_on, synthetic_head
from panhuo.adapters.writers.tables import check_target, write_rows
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError

PAGE = ".html"
MOST_ROWS = 5_000
"""Rows on one page: more cannot be opened on a phone."""


def check_list(out: Path) -> None:
    """Before any work. Raises: UnknownSuffix; DomainError cannot_write."""
    if out.suffix.lower() == PAGE:
        check_place(out)
    else:
        check_target(out)


def write_streamed(
    out: Path, output: str, rows: Iterable[Sequence[object]], rules: InForce, run: str, place: Home
) -> int:
    """The same as a table only, row by row; returns how many. Raises: UnknownSuffix; DomainError cannot_write."""
    layout = layout_of(rules, output)
    title = Labels(rules).word("output", output)
    return write_rows(
        out,
        layout.columns,
        rows,
        sheet_title=title,
        head=synthetic_head(place, rules, title),
        notes=[*notes_of(rules, output), stands_on(rules, run)],
        explain=layout.explain,
    )


def write_list(
    out: Path,
    output: str,
    rows: Sequence[Sequence[object]],
    rules: InForce,
    run: str,
    place: Home,
    *,
    title_column: str,
    filters: Sequence[str] = (),
) -> None:
    """Write rows in the columns of output_columns. Raises: DomainError too_many_rows, cannot_write."""
    if out.suffix.lower() != PAGE:
        write_streamed(out, output, rows, rules, run, place)
        return
    layout = layout_of(rules, output)
    title = Labels(rules).word("output", output)
    notes = [*notes_of(rules, output), stands_on(rules, run)]
    from panhuo.adapters.writers.pages import ListPage, write_list_page

    if len(rows) > MOST_ROWS:
        raise DomainError(
            f"{len(rows)} rows do not fit on one page ({MOST_ROWS} at most). Name an .xlsx or .parquet file for all.",
            code="too_many_rows",
            file=str(out),
        )
    shown = [number for number, column in enumerate(layout.columns) if not column.folded]
    page = ListPage(
        title,
        [f"查询日 {rules.day}"],
        [layout.columns[number] for number in shown],
        [[row[number] for number in shown] for row in rows],
        title_column,
        filters=filters,
        notes=notes,
        footer=f"{rules.pack} {rules.version}",
        synthetic=place.kind == "demo",
    )
    write_list_page(out, page)

"""A heat table to the file asked for, in words for people and in codes for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.adapters.writers.grade_columns import grade_note
from panhuo.adapters.writers.heat_tables import LONG, HeatText, long_rows, write_heat_page, write_heat_workbook
from panhuo.adapters.writers.layout import notes_of, phrase
from panhuo.adapters.writers.list_notes import stands_on
from panhuo.engine.indicators.heat import FIGURES, OTHERS, TOTAL, HeatTable
from panhuo.rules.labels import Labels

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.rules import InForce

OUTPUT = "heat"


@dataclass(frozen=True, slots=True)
class HeatPlace:
    """What a heat table stands on. rows_by, columns_by: its groupings."""

    rules: InForce
    place: Home
    run: str
    rows_by: str
    columns_by: str
    is_public: bool


def write_heat(out: Path, table: HeatTable, about: HeatPlace) -> None:
    """Write by the suffix of out. Raises: DomainError cannot_write."""
    from panhuo.adapters.writers.tables import write_rows

    suffix = out.suffix.lower()
    if suffix == ".xlsx":
        write_heat_workbook(out, table, heat_text(table, about))
    elif suffix == ".html":
        write_heat_page(out, table, heat_text(table, about))
    else:
        write_rows(out, LONG, long_rows(table), sheet_title=OUTPUT)


def heat_text(table: HeatTable, about: HeatPlace) -> HeatText:
    """Title, names of groups and notes in Chinese."""
    rules, words = about.rules, Labels(about.rules)
    by = [words.word("heat_by", one) for one in (about.rows_by, about.columns_by)]
    notes = [*notes_of(rules, OUTPUT), grade_note(rules)]
    if about.is_public:
        notes += notes_of(rules, "heat_published", least=table.least)
    return HeatText(
        f"{words.word('output', OUTPUT)}（{by[0]}×{by[1]}）",
        [f"查询日 {rules.day}"],
        {figure: words.word("heat_figure", figure) for figure in FIGURES},
        by[0],
        _names(table.rows, about.rows_by, rules, words),
        _names(table.columns, about.columns_by, rules, words),
        [*notes, stands_on(rules, about.run)],
        f"{rules.pack} {rules.version}",
        synthetic=phrase(rules, "synthetic") if about.place.kind == "demo" else "",
    )


def _names(groups: Iterable[str], by: str, rules: InForce, words: Labels) -> dict[str, str]:
    regions = {row["code"]: row["name"] for row in rules.table("regions")} if by == "region" else {}
    fixed = {one: words.word("heat_group", one) for one in (TOTAL, OTHERS)} | {"": words.word("heat_group", "unknown")}
    kinds = {"owner_type": "owner_type", "industry": "sei_class", "ipc_section": "ipc_section"}
    found = {one: regions.get(one) or words.word(kinds.get(by, ""), one) for one in groups}
    return found | fixed

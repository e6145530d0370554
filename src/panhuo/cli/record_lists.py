"""Lists of what people put on record: in the columns of the pack, Chinese words in workbooks, codes elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.rules import InForce

WORD_KINDS = {
    "royalty_of": "royalty_of",
    "suppressed": "suppressed",
    "scene": "scene",
    "value_type": "value_type",
    "right": "right_kind",
    "methods": "valuation_method",
    "state": "record_state",
    "refusals": "card_refusal",
    "precheck": "precheck",
    "end": "loan_end",
    "group": "backtest_group",
}
"""Column -> kind of label that says its codes in words."""


def write_records(
    out: Path, output: str, rows: Sequence[Mapping[str, Any]], rules: InForce, place: Home | None = None
) -> None:
    """Write rows by the pack's columns of an output. Raises: UnknownSuffix; DomainError cannot_write, unknown_output.

    place: the home that the rows come from, None where they come from none.
    """
    from panhuo.adapters.writers.layout import layout_of, notes_of
    from panhuo.adapters.writers.list_notes import synthetic_head
    from panhuo.adapters.writers.tables import write_rows
    from panhuo.rules.labels import Labels

    layout, labels = layout_of(rules, output), Labels(rules)
    for_people = out.suffix.lower() == ".xlsx"
    title = labels.word("output", output)

    def cell(row: Mapping[str, Any], key: str) -> object:
        value = row[key]
        if not for_people or key not in WORD_KINDS or value in (None, ""):
            return value
        if isinstance(value, (list, tuple)):
            return [labels.word(WORD_KINDS[key], str(one)) for one in value]
        return labels.word(WORD_KINDS[key], str(value))

    write_rows(
        out,
        layout.columns,
        ([cell(row, key) for key in layout.keys] for row in rows),
        sheet_title=title,
        head=synthetic_head(place, rules, title) if place else (),
        notes=[*notes_of(rules, output), f"查询日 {rules.day}，规则包 {rules.pack} {rules.version}"],
        explain=layout.explain,
    )

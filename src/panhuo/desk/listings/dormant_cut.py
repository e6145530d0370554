"""The dormant register cut to what somebody may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.writers.columns import LIST_SEPARATOR
from panhuo.adapters.writers.grade_columns import grade_note
from panhuo.adapters.writers.list_notes import stands_on, synthetic_head
from panhuo.adapters.writers.tables import write_rows
from panhuo.desk.inventory.rows import OwnerUnits
from panhuo.desk.listings.access import owner_subject
from panhuo.desk.listings.dormant import CANDIDATE_NOTE, COLUMNS, TITLE, DormantResult
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.rules.rights import Subject

WORDS = {
    "ip_type": "ip_type",
    "owner_type": "owner_type",
    "legal_status": "legal_status",
    "state": "dormancy_state",
    "reason": "dormancy_reason",
    "flags": "dormancy_flag",
}
LEFT_OUT = frozenset({"events", "sei_class", "sei_branches"})
BARE = tuple(
    column
    for column in COLUMNS
    if not column.folded and column.key not in LEFT_OUT and not column.key.startswith("criterion_")
)
"""Columns of this list, in the order of the whole one."""


def write_cut(
    home: Home, made: DormantResult, rules: InForce, out: Path, *, keep: Callable[[Subject], bool]
) -> tuple[int, dict[str, int]]:
    """Write the rows whose owner `keep` lets through as a workbook. Returns how many, and how many of each state."""
    kept = home.runs / made.run.id / "dormant.parquet"
    words, units, states = Labels(rules), OwnerUnits(), Counter[str]()
    names = [column.key for column in BARE]

    def rows() -> Iterator[list[Any]]:
        with open_tables({"dormant": kept}) as tables:
            found = tables["dormant"].select(*names, "owner_code")
            for *cells, code in tables.rows(found):
                row = dict(zip(names, cells, strict=True))
                unit = units.of(code, row["first_owner"])
                if keep(owner_subject(unit, row["region_code"] or "")):
                    states[row["state"]] += 1
                    yield [_said(words, WORDS.get(name, ""), row[name]) for name in names]

    out.parent.mkdir(parents=True, exist_ok=True)
    title = f"{TITLE} 第{made.edition.number}期"
    written = write_rows(
        out,
        BARE,
        rows(),
        sheet_title=TITLE,
        head=synthetic_head(home, rules, title),
        notes=(title, stands_on(rules, made.run.id), f"口径 {made.profile}", CANDIDATE_NOTE, grade_note(rules)),
        explain=words.notes(names),
    )
    return written, dict(states)


def _said(words: Labels, kind: str, value: Any) -> Any:
    if not kind or not isinstance(value, str):
        return value
    return "；".join(words.word(kind, code) for code in value.split(LIST_SEPARATOR) if code)

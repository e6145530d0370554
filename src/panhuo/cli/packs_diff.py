"""panhuo packs diff: what differs between two packs, or two versions of one."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from panhuo.cli.frame import Answer, Day, command, json_asked, say, show, today
from panhuo.rules import InForce, Pack, load_pack
from panhuo.rules.comparing import Difference, differences
from panhuo.rules.labels import Labels

OUTPUT = "pack_differences"
SHOWN = ("kind", "change", "name", "key", "since", "old", "new", "unit", "source", "status")
PAPER = 200
"""Characters of a line where the answer does not go to a terminal."""


@command(
    "diff",
    epilog="Examples: panhuo packs diff national shenzhen --at 2025-11-30; "
    "panhuo packs diff 2025/my_city 2026/my_city --out changes.xlsx",
)
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option("--at", "at", type=Day(), help="compare what holds on this day [all days]")
@click.option("--out", type=click.Path(path_type=Path), help="also as .xlsx, .csv, .jsonl or .parquet")
def diff(*, home: Any, old: str, new: str, at: date | None, out: Path | None) -> Answer:
    """Name what differs from pack A to pack B: values, tables, rows, with source and status on both sides.

    A and B are names of our packs, or folders; each is read with its parents. Says "same" where nothing differs.
    """
    packs = [load_pack(name) for name in (_named(old), _named(new))]
    if out is not None:
        from panhuo.adapters.writers.tables import check_target

        check_target(out)
    found = differences(*packs, at=at)
    rules = load_pack("national").at(at or today())
    if out is not None:
        _write(out, found, packs, rules, at)
    else:
        _print(found, rules)
    say(_told(found, packs, at))
    return Answer(
        same=not found,
        at=at,
        a=_as_json(packs[0]),
        b=_as_json(packs[1]),
        counts=dict(Counter(str(one.kind) for one in found)),
        differences=[asdict(one) for one in found],
    )


def _named(text: str) -> str | Path:
    """A folder where there is one, else the name of one of our packs."""
    return Path(text) if (Path(text) / "pack.yaml").is_file() else text


def _as_json(pack: Pack) -> dict[str, Any]:
    return {"name": pack.name, "version": pack.version, "parent": pack.parent, "digest": pack.digest}


def _told(found: Sequence[Difference], packs: Sequence[Pack], at: date | None) -> str:
    names = " and ".join(f"{pack.name} {pack.version}" for pack in packs)
    day = f" on {at}" if at else ""
    if not found:
        return f"same 相同: the rules of {names} do not differ{day}"
    kinds = Counter(one.kind for one in found)
    return f"{names} differ{day}: {', '.join(f'{count} {kind}' for kind, count in kinds.items())}"


def _cells(one: Difference, labels: Labels) -> dict[str, str]:
    told = {key: str(value) for key, value in asdict(one).items()}
    return told | {"kind": labels.word("pack_part", one.kind), "change": labels.word("pack_change", one.change)}


def _write(out: Path, found: Sequence[Difference], packs: Sequence[Pack], rules: InForce, at: date | None) -> None:
    """Chinese words in workbooks, codes in files for programs."""
    from panhuo.adapters.writers.layout import layout_of, notes_of
    from panhuo.adapters.writers.tables import write_rows

    layout, labels = layout_of(rules, OUTPUT), Labels(rules)
    for_people = out.suffix.lower() == ".xlsx"
    told = (_cells(one, labels) if for_people else asdict(one) for one in found)
    title = labels.word("output", OUTPUT)
    names = " → ".join(f"{pack.name} {pack.version}" for pack in packs)
    write_rows(
        out,
        layout.columns,
        ([str(row[key]) for key in layout.keys] for row in told),
        sheet_title=title,
        head=[title, f"{names}  {at or '全部日期'}"],
        notes=[*notes_of(rules, OUTPUT), *(f"{pack.name} {pack.version} sha256:{pack.digest[:16]}" for pack in packs)],
        explain=layout.explain,
    )


def _print(found: Sequence[Difference], rules: InForce) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not found:
        show("same 相同")
        return
    labels = Labels(rules)
    headings = {row["key"]: row["heading"] for row in rules.table("output_columns") if row["output"] == OUTPUT}
    headings |= {"source": "来源", "status": "状态"}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for key in SHOWN:
        table.add_column(headings[key], overflow="fold", no_wrap=key in ("kind", "change"))
    for one in found:
        cells = _cells(one, labels)
        for key in ("source", "status"):
            cells[key] = _arrow(cells[f"old_{key}"], cells[f"new_{key}"])
        table.add_row(*(Text(cells[key]) for key in SHOWN))
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else PAPER
    stream = sys.stderr if json_asked() else sys.stdout
    Console(file=stream, width=max(80, width), highlight=False).print(table)


def _arrow(old: str, new: str) -> str:
    return f"{old} → {new}" if old and new and old != new else new or old

"""panhuo advise: maintain, license, sell or abandon, with the rule behind it, fees and what must be done first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.asked_patents import asked_ids, named_once
from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.desk.listings.advice import AdviceRow, AdviceTotal
    from panhuo.rules import InForce

OUTPUT = "advice"
IN_WORDS = (".xlsx", ".html")


@command("advise")
@click.option("--at", "at", type=Day(), required=True, help="the day to stand on")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .html .csv .parquet .jsonl")
@click.option("--patent", "patents", metavar="NUMBER", help="numbers, a comma between several [the whole register]")
@click.option("--list", "listed", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="the same from a file that import reads")  # fmt: skip
@click.option("--pack", "pack_name", metavar="PACK", help="policy pack [the home's]")
def advise(
    *, home: Path, at: date, out: Path, patents: str | None, listed: Path | None, pack_name: str | None
) -> Answer:
    """Advise on each right: 维持, 许可, 转让, 放弃, with the rule, what nobody can say, fees at stake and duties.

    \b
    Never to abandon on ignorance: where a fact that decides is missing, the answer is 无法判断 and names it.
    Example: panhuo advise --at 2025-11-30 --out advice.xlsx
    """
    from panhuo.cli.lists_out import check_list
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    named = named_once(patents, listed)
    check_list(out)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        return _advise(place, load_pack(pack_name or place.pack).at(at), out, named)


def _advise(place: Home, rules: InForce, out: Path, named: str | None) -> Answer:
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.desk.history import record_run
    from panhuo.desk.listings.advice import advice_totals, advise_rights
    from panhuo.desk.registry.export import current_projection

    projection = current_projection(place, rules)
    with open_tables(projection.paths()) as tables:
        ids = None if named is None else asked_ids(named, tables)
        rows = advise_rights(projection, tables, rules, ids=ids)
    totals = advice_totals(rows)
    figures = {
        "patents": len(rows),
        "advice": {one.action.value: one.patents for one in totals},
        "next_fee_cny": {one.action.value: str(one.next_cny) for one in totals},
        "fees_to_end_cny": {one.action.value: str(one.to_end_cny) for one in totals},
    }
    run = record_run(
        "advise",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params={"patents": [] if ids is None else list(ids)},
        results=figures,
        made_at=now(),
    )
    _write(out, rows, totals, place, rules, run.id)
    saved = next((one for one in totals if one.action == "abandon"), None)
    say(
        f"{rules.day}: {figures['advice']} of {len(rows)} rights; giving up what is advised would save "
        f"{saved.next_cny if saved else 0} yuan next and {saved.to_end_cny if saved else 0} to the end of the terms "
        f"(payable fees). Advice by assumed rules. Wrote {out}."
    )
    told = {"at": rules.day, "pack": rules.pack, "pack_version": rules.version, "run": run.id, "out": str(out)}
    return Answer(**figures, **told)


def _write(
    out: Path, rows: Sequence[AdviceRow], totals: Sequence[AdviceTotal], place: Home, rules: InForce, run: str
) -> None:
    from panhuo.cli.advice_out import AdviceCells, write_advice_page, write_advice_workbook
    from panhuo.cli.lists_out import write_streamed

    suffix = out.suffix.lower()
    cells = AdviceCells(rules, in_words=suffix in IN_WORDS, in_full=suffix != ".html")
    lines: Iterator[list[Any]] = (cells.row(number, row) for number, row in enumerate(rows, start=1))
    if suffix == ".xlsx":
        write_advice_workbook(out, lines, [cells.total(one) for one in totals], place, rules, run)
    elif suffix == ".html":
        write_advice_page(out, list(lines), totals, place, rules, run)
    else:
        write_streamed(out, OUTPUT, lines, rules, run, place)

"""panhuo open-licence: what an open licence may cost, held against the usual limits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.frame import Answer, command, home_to_write, show, today
from panhuo.cli.value_command import INPUTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from panhuo.rules import InForce
    from panhuo.rules.labels import Labels

OUTPUT = "open_licence_fee"


@click.group("open-licence")
def open_licence() -> None:
    """Open licences (开放许可): what a licensee may be asked to pay.

    \b
    Example: panhuo open-licence fee --inputs licence.yaml
    """


@command("fee")
@click.option("--inputs", type=INPUTS, required=True, help="facts with their sources (YAML)")
@click.option("--pack", "pack_name", metavar="PACK", help="policy pack [national; the home's where it is asked]")
@click.option("--out", type=click.Path(path_type=Path), help="also as .xlsx, .csv, .jsonl or .parquet")
def fee(*, home: Path, inputs: Path, pack_name: str | None, out: Path | None) -> Answer:
    """Estimate a fixed fee, its entry fee and the royalty, and say which usual limit they pass.

    \b
    Example: panhuo open-licence fee --inputs licence.yaml --out fee.xlsx
    """
    from panhuo.adapters.writers.tables import check_target
    from panhuo.cli.inputs_file import InputsFile
    from panhuo.cli.looked_up import LookedUp, asks_reference, with_references
    from panhuo.cli.valued import base_date_of
    from panhuo.desk.registry.opening import open_register
    from panhuo.engine.flows import estimate_fee
    from panhuo.engine.valuation import BadInputs
    from panhuo.rules import load_pack

    if out is not None:
        check_target(out)
    file = InputsFile(inputs)
    day = base_date_of(file)
    told = dict(file.told)
    looked_up: list[LookedUp] = []
    pack = pack_name or "national"
    if asks_reference(told):
        place = home_to_write(home)
        open_register(place, write=False)
        pack = pack_name or place.pack
        told, looked_up = with_references(told, file, load_pack(pack).at(day), today())
    rules = load_pack(pack).at(day)
    try:
        results = estimate_fee(told, rules)
    except BadInputs as error:
        raise file.refused(error) from error
    for one in looked_up:
        show(one.said)
    _show(results, rules)
    if out is not None:
        _write(out, results, rules)
    return Answer(
        at=day, pack=rules.pack, pack_version=rules.version, results=results, out=None if out is None else str(out)
    )


def _show(results: Mapping[str, Any], rules: InForce) -> None:
    """Chinese and English side by side, as the terminal has it everywhere."""
    from panhuo.rules.labels import Labels

    english = _rows(results, Labels(rules, "en"))
    for row, other in zip(_rows(results, Labels(rules)), english, strict=True):
        note = f" ({row['note']})" if row["note"] else ""
        verdict = f" {row['verdict']} {other['verdict']}" if row["verdict"] else ""
        show(f"{row['item']} {other['item']}: {row['value']}{verdict}{note}")
    show(results["notice"])


def _rows(results: Mapping[str, Any], words: Labels) -> list[dict[str, str]]:
    """Figures, limits and sources, a line each, in words."""
    from panhuo.cli.valued import in_wan

    fixed, entry = results["fixed_cny"], results["entry_cny"]
    said = {
        "stream_cny": f"{in_wan(results['stream_cny'])} 万元",
        "fixed_cny": f"{in_wan(fixed['base'])} 万元 ({in_wan(fixed['low'])} – {in_wan(fixed['high'])})",
        "entry_cny": f"{in_wan(entry['low'])} – {in_wan(entry['high'])} 万元",
        "royalty": results["royalty"],
    }
    rows = [_line(words.word("open_licence", key), value) for key, value in said.items()]
    for one in results["limits"]:
        limit = f"{in_wan(one['limit'])} 万元" if one["name"] == "fixed_amount" else one["limit"]
        verdict = words.word("open_licence", "binds" if one["binds"] else "within")
        item = words.word("open_licence", one["name"])
        rows.append(_line(item, limit, verdict, f"{one['source']}, {one['status']}"))
    for fact, source in results["sources"].items():
        rows.append(_line(words.word("open_licence", f"source_{fact}"), source))
    return [*rows, *(_line(words.word("open_licence", "assumed"), one) for one in results["assumed"])]


def _line(item: str, value: str, verdict: str = "", note: str = "") -> dict[str, str]:
    return {"item": item, "value": value, "verdict": verdict, "note": note}


def _write(out: Path, results: Mapping[str, Any], rules: InForce) -> None:
    from panhuo.cli.record_lists import write_records
    from panhuo.rules.labels import Labels

    rows = [*_rows(results, Labels(rules)), _line(results["notice"], "")]
    write_records(out, OUTPUT, rows, rules)


open_licence.add_command(fee)

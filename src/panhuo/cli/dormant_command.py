"""panhuo dormant: the register of dormancy candidates as at a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say


@command("dormant")
@click.option("--at", "at", type=Day(), required=True, help="the day to stand on")
@click.option("--owner", "owner", type=click.Choice(["institutions", "any"]), default="institutions",
              help="institutions: the pack's owner types (universities, institutes); any: every owner")  # fmt: skip
@click.option("--profile", metavar="simple|default", help="how events are read [the pack's default]")
@click.option("--pack", "pack_name", metavar="PACK", help="policy pack [the home's]")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl")
def dormant(*, home: Path, at: date, owner: str, profile: str | None, pack_name: str | None, out: Path) -> Answer:
    """Find 疑似沉睡: granted three full years, in force, no exploitation known; every row says why.

    \b
    Example: panhuo dormant --at 2025-11-30 --profile default --out dormant.xlsx
    """
    from panhuo.adapters.writers.tables import check_target
    from panhuo.desk.listings.dormant import make_dormant_register
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    check_target(out)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(pack_name or place.pack).at(at)
        done = make_dormant_register(place, rules, any_owner=owner == "any", profile=profile, out=out, made_at=now())
    answer = Answer(
        **done.figures, at=at, profile=done.profile, owner=owner, edition=done.edition.number, pack=rules.pack,
        pack_version=rules.version, run=done.run.id, out=str(out),
    )  # fmt: skip
    _say(answer)
    return answer


def _say(answer: Answer) -> None:
    say(
        f"{answer['at']} {answer['profile']}: {answer['considered']} old living rights considered, "
        f"{answer['candidates']} candidates, {answer['to_verify']} to verify, {answer['dormant']} dormant by the "
        f"owner's answer, {answer['taken_out']} out; of {answer['cannot_say']} more nobody can say. "
        f"Wrote {answer['out']}, edition {answer['edition']}."
    )

"""panhuo booklet: check booklets 疑似沉睡专利核实表 with their letters, and what came back."""

from __future__ import annotations

from pathlib import Path

import click

from panhuo.cli.frame import Answer, command, home_to_write, now, say
from panhuo.terms.errors import DomainError


@command("booklet")
@click.option("--owner", metavar="CODE", help="credit code or name of one owner")
@click.option("--all", "everyone", is_flag=True, help="every owner who is asked")
@click.option("--returns", is_flag=True, help="how much came back, per owner")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="folder for workbooks and letters")
def booklet(*, home: Path, owner: str | None, everyone: bool, returns: bool, out: Path | None) -> Answer:
    """Write one workbook and one letter per owner about its candidates; filled ones come back by panhuo import.

    \b
    Needs a dormant list: panhuo dormant --at 2025-11-30 --out dormant.xlsx
    Example: panhuo booklet --all --out booklets
    """
    from panhuo.desk.listings.booklets import booklet_returns, make_booklets
    from panhuo.desk.registry.opening import open_register

    if (owner is not None) + everyone + returns != 1 or (out is None) != returns:
        raise DomainError("Say either --owner CODE or --all with --out DIR, or --returns alone.", code="wrong_call")
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        if out is None:
            rates = booklet_returns()
            for rate in rates:
                back = f"{rate.answered} of {rate.asked} answered, {rate.refused} refused, {rate.share:.0%} back"
                say(f"{rate.owner}: {back}")
            return Answer(
                returns=[
                    {
                        "owner": rate.owner,
                        "asked": rate.asked,
                        "answered": rate.answered,
                        "refused": rate.refused,
                        "open": rate.still_open,
                        "share": round(rate.share, 4),
                    }
                    for rate in rates
                ]
            )
        sent, run = make_booklets(place, owner=owner, out=out, made_at=now())
    for one in sent:
        say(f"{one.number} {one.owner}: {one.asked} rights, {one.to_verify} of them to verify")
    say(f"Wrote {len(sent)} booklets with letters to {out}.")
    return Answer(
        at=run.at,
        run=run.id,
        asked=sum(one.asked for one in sent),
        booklets=[
            {
                "number": one.number,
                "owner": one.owner,
                "owner_code": one.owner_code,
                "asked": one.asked,
                "to_verify": one.to_verify,
                "files": [str(path) for path in one.files],
            }
            for one in sent
        ],
    )

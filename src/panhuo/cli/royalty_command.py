"""panhuo royalty: the operator's licence statistics, loaded and shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.assess_office import ACTOR, office_of
from panhuo.cli.frame import Answer, Day, command, say, show
from panhuo.cli.rejected_rows import tell_rejects

if TYPE_CHECKING:
    from panhuo.desk.valuations.royalties import SourcedRoyalty

OUTPUT = "royalty_reference"
SHARES = ("royalty_low", "royalty_mean", "royalty_high")


@click.group("royalty")
def royalty() -> None:
    """Licence statistics (许可费参考): load the operator's table, show an industry.

    \b
    Example: panhuo royalty load statistics.csv --actor 运营中心
    panhuo royalty show --industry 专用设备制造业 --year 2023
    """


@command("load")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@ACTOR
@click.option("--at", "at", type=Day(), help="day from which it is known [today]")
def load(*, home: Path, file: Path, actor: str, at: date | None) -> Answer:
    """Take in a table of year, industry, contracts, free contracts, royalty range and mean; bad rows are kept apart."""
    from panhuo.desk.valuations.royalties import load_royalties

    with office_of(home, actor=actor, at=at) as (_, office):
        found = load_royalties(file, rules=office.rules, **office.who)
    say(f"{file}: {found.good} industries taken in.{'' if found.is_new else ' The same file is there already.'}")
    if found.left_out:
        say(f"Columns that are not read were left out: {', '.join(found.left_out)}")
    answer = Answer(
        file=str(file),
        digest=found.load.digest,
        loaded_on=found.load.loaded_on,
        good=found.good,
        left_out=list(found.left_out),
        is_new=found.is_new,
    )
    tell_rejects(answer, found.rejects, file)
    return answer


@command("show")
@click.option("--industry", metavar="NAME", help="one industry [all]")
@click.option("--year", type=int, help="one year [all]")
@click.option("--at", "at", type=Day(), help="as known on this day [today]")
@click.option("--out", type=click.Path(path_type=Path), help="also as .xlsx, .csv, .jsonl or .parquet")
def show_rows(*, home: Path, industry: str | None, year: int | None, at: date | None, out: Path | None) -> Answer:
    """Show what industries pay; those with too few contracts are named and not told.

    \b
    Example: panhuo royalty show --year 2023 --out royalties.xlsx
    """
    from panhuo.adapters.writers.tables import check_target
    from panhuo.cli.record_lists import write_records
    from panhuo.desk.valuations.royalties import industries_on, royalty_on
    from panhuo.terms.errors import DomainError

    if out is not None:
        check_target(out)
    with office_of(home, actor="", at=at, writes=False) as (place, office):
        known = industries_on(at=office.at, year=year, industry=industry)
        if not known:
            raise DomainError(
                "The royalty reference has no such row on that day. Load one by panhuo royalty load FILE, or ask for "
                "another industry or year.",
                code="not_in_table",
            )
        rows = [_row(*one, royalty_on(one[1], one[0], rules=office.rules, at=office.at)) for one in known]
        for row in rows:
            _show(row)
        if out is not None:
            write_records(out, OUTPUT, rows, office.rules, place)
    return Answer(at=office.at, rows=rows, out=None if out is None else str(out))


def _row(year: int, industry: str, sourced: SourcedRoyalty) -> dict[str, Any]:
    found, load = sourced.answer.found, sourced.load
    told: dict[str, Any] = {"year": year, "industry": industry, "contracts": sourced.answer.contracts}
    told |= dict.fromkeys(("free_contracts", "priced", "royalty_of", *SHARES, "fixed_mean_cny"))
    if found is not None:
        told |= {key: getattr(found, key) for key in ("free_contracts", "priced", *SHARES, "fixed_mean_cny")}
        told["royalty_of"] = found.royalty_of
    told["suppressed"] = sourced.answer.reason
    told["source"] = f"{load.name} sha256:{load.digest[:16]}" if load else ""
    told["loaded_on"] = load.loaded_on if load else None
    return told


def _show(row: dict[str, Any]) -> None:
    head = f"{row['year']} {row['industry']}: 合同 contracts {row['contracts']}"
    if row["suppressed"]:
        show(f"{head}, 合同过少不公布 too few contracts to be told")
        return
    shares = " / ".join("-" if row[key] is None else f"{row[key]:f}" for key in SHARES)
    fixed = "-" if row["fixed_mean_cny"] is None else f"{row['fixed_mean_cny']:,f}"
    of = f" of {row['royalty_of']}" if row["royalty_of"] else ""
    show(
        f"{head} (免费 free {row['free_contracts']}, 计价 priced {row['priced']}), 提成率 royalty{of} "
        f"low / mean / high {shares}, 固定费用均值 fixed mean {fixed} 元, 来源 source {row['source']}"
    )


for _one in (load, show_rows):
    royalty.add_command(_one)

"""panhuo heat: counts, mean score, shares graded A or B and dormant, by two groupings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.desk.registry.standing_facts import Standing
    from panhuo.engine.indicators.heat import HeatRight
    from panhuo.rules import InForce

GROUPINGS = ("owner", "owner_type", "region", "industry", "ipc_section", "field")
SUFFIXES = (".xlsx", ".html", ".csv", ".jsonl", ".parquet")
ASLEEP = ("dormancy_candidate", "dormant")
UNSAID = ("not_considered", "to_verify", None)
GOOD = ("A", "B")


@command("heat")
@click.option("--at", "at", type=Day(), required=True, help="the day to stand on")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=" ".join(SUFFIXES))
@click.option("--rows", "rows_by", type=click.Choice(GROUPINGS), default="owner", show_default=True)
@click.option("--columns", "columns_by", type=click.Choice(GROUPINGS), default="industry", show_default=True,
              help="industry: of 战略性新兴产业; field: IPC subclass")  # fmt: skip
@click.option(
    "--publish", is_flag=True, help="hide cells of fewer patents than heat.min_cell, and what gives them away"
)
@click.option("--pack", "pack_name", metavar="PACK", help="policy pack [the home's]")
def heat(
    *, home: Path, at: date, out: Path, rows_by: str, columns_by: str, publish: bool, pack_name: str | None
) -> Answer:
    """Write heat tables of the patents in force: counts, mean score, share of A and B, dormant share.

    \b
    Example: panhuo heat --at 2025-11-30 --rows owner --columns industry --publish --out heat.html
    """
    from panhuo.adapters.writers.atomic import check_place
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack
    from panhuo.terms.errors import DomainError

    if rows_by == columns_by:
        raise DomainError(f"--rows and --columns both name {rows_by}. Choose two groupings.", code="wrong_call")
    if out.suffix.lower() not in SUFFIXES:
        raise DomainError(
            f"{out}: heat tables are written as {', '.join(SUFFIXES)}. Name the file with one of these.",
            code="unknown_suffix",
            file=str(out),
        )
    check_place(out)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(pack_name or place.pack).at(at)
        return _heat(place, rules, out, (rows_by, columns_by), is_public=publish)


def _heat(place: Home, rules: InForce, out: Path, by: tuple[str, str], *, is_public: bool) -> Answer:
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.cli.heat_out import HeatPlace, write_heat
    from panhuo.desk.history import record_run
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.standing_facts import standings
    from panhuo.engine.indicators.heat import TOTAL, for_publication, heat_table

    projection = current_projection(place, rules)
    with open_tables(projection.paths()) as tables:
        living = [one for one in standings(projection, tables, rules) if one.living]
        table = heat_table(_rights(living, by, rules), most_rows=rules.integer("heat.owners"))
    least = rules.integer("heat.min_cell")
    if is_public:
        table = for_publication(table, least)
    figures = {"patents": len(living), "rows": len(table.rows), "columns": len(table.columns)}
    figures |= {"hidden": len(table.hidden)}
    run = record_run(
        "heat",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params={"rows": by[0], "columns": by[1], "publish": is_public},
        results=figures,
        made_at=now(),
    )
    write_heat(out, table, HeatPlace(rules, place, run.id, *by, is_public=is_public))
    hidden = f", {len(table.hidden)} cells hidden" if is_public else ""
    say(
        f"{rules.day}: {len(living)} patents in force, {len(table.rows)} {by[0]} by {len(table.columns)} "
        f"{by[1]}{hidden}. Wrote {out}."
    )
    shown = table.figure(TOTAL, TOTAL, "mean_score")
    return Answer(
        **figures,
        least=least if is_public else None,
        mean_score=None if shown is None else round(shown, 2),
        at=rules.day,
        pack=rules.pack,
        pack_version=rules.version,
        run=run.id,
        out=str(out),
    )


def _rights(living: list[Standing], by: tuple[str, str], rules: InForce) -> Iterator[HeatRight]:
    from panhuo.engine.indicators.heat import HeatRight

    industries = {row["branch"]: row["industry"] for row in rules.table("sei_rules")}
    for one in living:
        grade = one.cells["grade"]
        score = one.cells["value_score"]
        yield HeatRight(
            _groups(one, by[0], industries),
            _groups(one, by[1], industries),
            None if score is None else float(score),
            grade in GOOD if grade else None,
            None if one.dormancy in UNSAID else one.dormancy in ASLEEP,
        )


def _groups(one: Standing, by: str, industries: dict[str, str]) -> tuple[str, ...]:
    """Groups of a right, "" where nobody can say; several for industries only."""
    cells = one.cells
    if by == "industry":
        if cells["sei_class"] is None:
            return ("",)
        codes = (cells["sei_branches"] or "").split(";")
        found = sorted({industries[code] for code in codes if code in industries})
        return tuple(found) or ("not_sei",)
    if by in ("ipc_section", "field"):
        return (cells["ipc_main"][: 1 if by == "ipc_section" else 4],)
    return (cells[{"owner": "first_owner", "owner_type": "owner_type", "region": "region_code"}[by]] or "",)

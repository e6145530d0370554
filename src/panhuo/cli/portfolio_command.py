"""panhuo portfolio: patents for one product, with gaps, grade and value of the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, show, today
from panhuo.cli.portfolio_figures import gaps, grade, value

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.rules import InForce

AT = click.option("--at", "at", type=Day(), help="the day of the act [today]")
ACTOR = click.option("--actor", default="", metavar="NAME", help="who does it; kept in the history")


@click.group("portfolio")
def portfolio() -> None:
    """Keep patent portfolios: theme, product and its features, owner centre, patents with roles, gaps; with history.

    \b
    Example: panhuo portfolio make kiln.yaml --actor 培育中心
    panhuo portfolio add PF000001 --patent CN113030719B --role core --feature even_air --actor 培育中心
    panhuo portfolio grade PF000001 --at 2025-11-30 --out kiln.html
    """


@contextmanager
def _office(home: Path, at: date | None, *, writes: bool) -> Iterator[tuple[Home, InForce]]:
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    place = home_to_write(home)
    with place.writing() if writes else nullcontext():
        open_register(place, write=writes)
        yield place, load_pack(place.pack).at(at or today())


@command("make")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--restate", "number", metavar="PORTFOLIO", help="state this one anew from the day on")
@ACTOR
@AT
def make(*, home: Path, file: Path, number: str | None, actor: str, at: date | None) -> Answer:
    """Make a portfolio from a statement in YAML (docs/algorithms/portfolios.md), or state one anew."""
    from panhuo.cli.inputs_file import InputsFile
    from panhuo.desk.portfolios.actions import state_portfolio
    from panhuo.engine.portfolios.stated import read_stated
    from panhuo.terms.errors import BadValue

    with _office(home, at, writes=True) as (place, rules):
        told = InputsFile(file)
        try:
            stated = read_stated(told.told, [row["role"] for row in rules.table("portfolio_roles")])
        except BadValue as error:
            place_told = told.where(str(error.fields.get("place", "")))
            raise BadValue(f"{file}, {place_told}: {error.message}", code=error.code, file=str(file)) from error
        keys = _keys(place, rules, [one.number for one in stated.members])
        found = state_portfolio(stated, keys, number=number, actor=actor, rules=rules, made_at=now())
    say(f"{found.number} {stated.name}: {len(stated.features)} features, {len(stated.members)} patents added.")
    return Answer(portfolio=found.number, features=len(stated.features), added=len(stated.members), at=rules.day)


@command("list")
@AT
def list_all(*, home: Path, at: date | None) -> Answer:
    """List the portfolios as at a day."""
    from panhuo.desk.portfolios.reading import portfolios_on

    with _office(home, at, writes=False) as (_, rules):
        rows = [
            {"portfolio": one.number, "name": told.name, "theme": told.theme, "product": told.product,
             "centre": told.centre, "patents": count}
            for one, told, count in portfolios_on(rules.day)
        ]  # fmt: skip
    for row in rows:
        show(f"{row['portfolio']} {row['name']}：{row['product']}，{row['centre']}，{row['patents']} 件")
    return Answer(portfolios=rows, at=rules.day)


@command("show")
@click.argument("number", metavar="PORTFOLIO")
@AT
def show_one(*, home: Path, number: str, at: date | None) -> Answer:
    """Show what was stated, the patents of the day, and what was done since it was made."""
    from panhuo.desk.portfolios.reading import history_of, members_on, portfolio_of, statement_on

    with _office(home, at, writes=False) as (_, rules):
        found = portfolio_of(number)
        told = statement_on(found, rules.day)
        members = [
            {"asset_key": one.asset_key, "role": one.role, "features": one.features, "added_on": one.added_on}
            for one in members_on(found, rules.day)
        ]
        history = history_of(found)
    show(f"{number} {told.name}：{told.theme} {told.product}，{told.centre}")
    for feature in told.features:
        show(f"  特征 {feature['code']} {feature['name']}，权重 {feature['weight']}")
    for member in members:
        show(f"  {member['asset_key']} {member['role']} {'、'.join(member['features'])}，{member['added_on']} 起")
    return Answer(
        portfolio=number,
        name=told.name,
        theme=told.theme,
        product=told.product,
        centre=told.centre,
        features=told.features,
        gaps=told.gaps,
        patents=members,
        history=history,
        at=rules.day,
    )


@command("add")
@click.argument("number", metavar="PORTFOLIO")
@click.option("--patent", "patent", required=True, metavar="NUMBER")
@click.option("--role", default="core", show_default=True, help="core, support, alternative, defence")
@click.option("--feature", "features", multiple=True, metavar="CODE", help="feature that it covers; may be repeated")
@ACTOR
@AT
def add(
    *, home: Path, number: str, patent: str, role: str, features: Sequence[str], actor: str, at: date | None
) -> Answer:
    """Put a patent into a portfolio from a day on."""
    from panhuo.desk.portfolios.actions import add_members
    from panhuo.engine.portfolios.stated import StatedMember

    with _office(home, at, writes=True) as (place, rules):
        member = StatedMember(patent, role, tuple(dict.fromkeys(features)))
        add_members(number, [member], _keys(place, rules, [patent]), actor=actor, rules=rules, made_at=now())
    say(f"{number}: {patent} added as {role}.")
    return Answer(portfolio=number, patent=patent, role=role, features=list(features), at=rules.day)


@command("remove")
@click.argument("number", metavar="PORTFOLIO")
@click.option("--patent", "patent", required=True, metavar="NUMBER")
@click.option("--reason", default="", metavar="WORDS")
@ACTOR
@AT
def remove(*, home: Path, number: str, patent: str, reason: str, actor: str, at: date | None) -> Answer:
    """Take a patent out of a portfolio from a day on."""
    from panhuo.desk.portfolios.actions import remove_member

    with _office(home, at, writes=True) as (place, rules):
        key = _keys(place, rules, [patent])[patent]
        remove_member(number, key, reason=reason, actor=actor, at=rules.day, made_at=now())
    say(f"{number}: {patent} removed.")
    return Answer(portfolio=number, patent=patent, at=rules.day)


def _keys(place: Home, rules: InForce, numbers: Sequence[str]) -> dict[str, str]:
    """Number -> asset_key. Raises: DomainError unknown_patent."""
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.cli.asked_patents import asked_ids
    from panhuo.desk.registry.export import current_projection

    if not numbers:
        return {}
    projection = current_projection(place, rules)
    with open_tables(projection.paths()) as tables:
        found: dict[str, Any] = {}
        keys = dict(tables.rows(tables["assets"].select("asset_id", "asset_key")))
        for number in numbers:
            found[number] = keys[asked_ids(number, tables)[0]]
    return found


for _one in (make, list_all, show_one, add, remove, grade, value, gaps):
    portfolio.add_command(_one)

"""panhuo portfolio grade, gaps, value: figures of the whole, never sums over its patents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, show, today
from panhuo.engine.valuation.case import Scene

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.desk.portfolios.reading import PortfolioDay
    from panhuo.desk.registry.export import Projection
    from panhuo.engine.portfolios import Member, Whole
    from panhuo.rules import InForce

NUMBER = click.argument("number", metavar="PORTFOLIO")


@command("grade")
@NUMBER
@click.option("--at", "at", type=Day(), required=True, help="the day to stand on")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .html")
def grade(*, home: Path, number: str, at: date, out: Path) -> Answer:
    """Grade a portfolio as a whole: best patent for each feature, with what each adds and what is missing."""
    from panhuo.adapters.writers.atomic import check_place
    from panhuo.cli.portfolio_out import SUFFIXES, write_portfolio
    from panhuo.desk.history import record_run
    from panhuo.engine.portfolios import grade_whole, whole_rules
    from panhuo.terms.errors import DomainError

    if out.suffix.lower() not in SUFFIXES:
        raise DomainError(
            f"{out}: a portfolio is written as {' or '.join(SUFFIXES)}.", code="unknown_suffix", file=str(out)
        )
    check_place(out)
    with _opened(home, number, at) as opened:
        whole = grade_whole(opened.day.features, opened.members, whole_rules(opened.rules))
        figures = _figures(opened.day, whole)
        run = record_run(
            "portfolio grade",
            at=at,
            rules=opened.rules,
            inputs_digest=opened.projection.version,
            params={"portfolio": number},
            results=figures,
            made_at=now(),
        )
        write_portfolio(out, opened.day, whole, opened.place, opened.rules, run.id)
    grade_told = whole.grade or f"no grade ({whole.reason})"
    say(f"{number} on {at}: {grade_told}, {whole.score}, confidence {whole.confidence}, "
        f"{len(whole.gaps)} features without cover. Wrote {out}.")  # fmt: skip
    return Answer(portfolio=number, **figures, notice=opened.rules.text("portfolio.notice"), run=run.id, at=at,
                  pack=opened.rules.pack, pack_version=opened.rules.version, out=str(out))  # fmt: skip


@command("gaps")
@NUMBER
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
def gaps(*, home: Path, number: str, at: date | None) -> Answer:
    """Name what the product needs and no patent in force covers, and what was stated to be missing."""
    from panhuo.engine.portfolios import FeatureState, grade_whole, whole_rules

    with _opened(home, number, at or today()) as opened:
        whole = grade_whole(opened.day.features, opened.members, whole_rules(opened.rules))
        names, stated = opened.day.names(), list(opened.day.statement.gaps)
    found: list[dict[str, Any]] = [
        {"feature": cover.feature, "name": names[cover.feature], "state": cover.state.value}
        for cover in whole.covers
        if cover.state is not FeatureState.COVERED
    ]
    words = {"gap": "无有效专利覆盖", "unsure": "覆盖专利法律状态不明"}
    for one in found:
        show(f"缺口 {one['name']}（{one['feature']}）：{words[one['state']]}")
    for gap in stated:
        show(f"缺口（已声明）{gap}")
    return Answer(portfolio=number, gaps=found, stated=stated, at=opened.rules.day)


@command("value")
@NUMBER
@click.option("--inputs", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True,
              help="stated inputs (YAML) without patents")  # fmt: skip
@click.option("--scene", type=click.Choice([one.value for one in Scene]), help="where the inputs do not say it")
@click.option("--rests-on", "rests_on", multiple=True, metavar="CODE",
              help="feature that the flows rest on; may be repeated [all features]")  # fmt: skip
def value(*, home: Path, number: str, inputs: Path, scene: str | None, rests_on: Sequence[str]) -> Answer:
    """Value a portfolio as one object: its flows end when a feature that they rest on loses its last patent.

    Members and standing are those of the base date of the inputs.
    """
    from panhuo.cli.valuation_inputs import with_grades
    from panhuo.cli.valued import asked_case, show_figures
    from panhuo.desk.history import record_run
    from panhuo.engine.flows import value_portfolio
    from panhuo.engine.valuation import BadInputs

    asked = asked_case(home, inputs, scene, None, None)
    with _opened(home, number, asked.rules.day) as opened:
        chosen = _rests_on(opened.day, rests_on)
        valued = _valued(opened.day, opened.members)
        keys = {one.member.key for one in valued}
        numbers = {
            standing.cells["asset_id"]: standing.number
            for member, standing in opened.day.members
            if member.asset_key in keys
        }
        try:
            told = with_grades(asked.told, opened.projection, opened.rules, numbers)
            found = value_portfolio(told, valued, chosen, opened.rules)
        except BadInputs as error:
            raise asked.file.refused(error) from error
        run = record_run(
            "portfolio value",
            at=asked.rules.day,
            rules=opened.rules,
            inputs_digest=opened.projection.version,
            params={"portfolio": number, "inputs": found["inputs"], "rests_on": chosen},
            results=found["results"],
            made_at=now(),
        )
        names = opened.day.names()
    show_figures(found["results"], opened.rules)
    life, patents = found["life"], found["inputs"]["patents"]
    last = f"特征“{names[life['feature']]}”最后由 {life['patent']} 覆盖至 {life['end']}"
    show(f"{len(patents)} 件专利作为一个评估对象；{last}")
    return Answer(portfolio=number, patents=[one["number"] for one in patents], rests_on=chosen, life=life,
                  results=found["results"], run=run.id, at=asked.rules.day, pack=opened.rules.pack,
                  pack_version=opened.rules.version)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Open:
    """A portfolio on the day of the rules; projection: of the register."""

    place: Home
    rules: InForce
    projection: Projection
    day: PortfolioDay
    members: tuple[Member, ...]


@contextmanager
def _opened(home: Path, number: str, at: date) -> Iterator[_Open]:
    """The portfolio under the lock of the home, whose Runs are written. Raises: DomainError unknown_portfolio."""
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.desk.portfolios.reading import engine_members, portfolio_on
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(place.pack).at(at)
        projection = current_projection(place, rules)
        with open_tables(projection.paths()) as tables:
            day = portfolio_on(number, projection, tables, rules)
        yield _Open(place, rules, projection, day, engine_members(day, rules))


def _figures(day: PortfolioDay, whole: Whole) -> dict[str, Any]:
    numbers = {member.asset_key: standing.number for member, standing in day.members}
    return {
        "patents": len(day.members),
        "grade": whole.grade,
        "reason": whole.reason,
        "score": None if whole.score is None else str(whole.score),
        "confidence": str(whole.confidence),
        "parts": {part: str(round(share, 4)) for part, share in whole.parts.items()},
        "gaps": list(whole.gaps),
        "adds": [
            {"patent": numbers[one.key], "points": str(one.points), "alone": list(one.alone)} for one in whole.added
        ],
    }


def _rests_on(day: PortfolioDay, asked: Sequence[str]) -> list[str]:
    from panhuo.terms.errors import DomainError

    known = list(day.names())
    for code in asked:
        if code not in known:
            raise DomainError(f"{code} is no feature of {day.portfolio.number}; it has {', '.join(known)}.",
                              code="unknown_feature")  # fmt: skip
    return list(dict.fromkeys(asked)) or known


def _valued(day: PortfolioDay, members: Sequence[Member]) -> list[Any]:
    from panhuo.engine.flows import ValuedMember

    return [
        ValuedMember(member, standing.number, standing.cells["ip_type"], standing.cells["title"],
                     standing.cells["term_end"])
        for member, (_, standing) in zip(members, day.members, strict=True)
        if member.living
    ]  # fmt: skip

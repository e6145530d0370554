"""panhuo bank-card: cards made from records, officers' overrides, what became of the loans, and the back-test."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.assess_office import ACTOR, AT, office_of
from panhuo.cli.card_words import CardWords, card_line, card_lines, card_now, show_card_lines
from panhuo.cli.frame import Answer, command, say, show
from panhuo.cli.rejected_rows import tell_rejects

if TYPE_CHECKING:
    from panhuo.cli.card_rows import RowsTaken
    from panhuo.desk.valuations.models import BankCard
    from panhuo.engine.flows import BacktestRow
    from panhuo.rules import InForce

CARD, CARDS, BACKTEST = "bank_card", "bank_cards", "bank_card_backtest"
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUT = click.option("--out", type=click.Path(path_type=Path), help="also as .xlsx, .csv, .jsonl or .parquet")
SHARES = ("loss_share", "recovery_share", "mean_error", "mean_off", "person_off", "rank_agreement")


@click.group("bank-card")
def bank_card() -> None:
    """The bank's internal-evaluation card (银行内部评估卡): make, override, outcome, back-test.

    \b
    Example: panhuo bank-card make card.yaml --actor 信贷部
    panhuo bank-card override YK000001 --loan-cny 200000 --reason 有新订单 --actor 审批人
    panhuo bank-card outcome outcomes.csv --actor 信贷部
    panhuo bank-card backtest --out backtest.xlsx
    """


@command("make")
@click.argument("file", type=FILE)
@ACTOR
@AT
@OUT
def make(*, home: Path, file: Path, actor: str, at: date | None, out: Path | None) -> Answer:
    """Make the card of FILE (YAML), or one a row of a table; the value comes from a record, never typed."""
    from panhuo.cli.card_rows import take_cards
    from panhuo.desk.valuations.bank_cards import make_card

    _check_out(out)
    with office_of(home, actor=actor, at=at) as (place, office):
        made: list[BankCard] = []

        def act(inputs: Any) -> dict[str, Any]:
            card, is_new = make_card(inputs, rules=office.rules, **office.who)
            made.append(card)
            return {"is_new": is_new, **card_now(card, office.at)}

        taken = take_cards(file, office.rules, act)
        for card in made:
            show_card_lines(card_now(card, office.at), office.rules)
        if out is not None:
            _write_list(out, made, office.rules, office.at, place)
    return _answer(taken, file, "cards", out)


@command("override")
@click.argument("card", metavar="CARD")
@click.option("--value-cny", help="value in yuan in place of the card's")
@click.option("--loan-cny", help="loan in yuan in place of the card's")
@click.option("--reason", default="", help="why; kept with both figures")
@click.option("--actor", default="", metavar="NAME", help="the person who decides; kept with the card")
@AT
def override(
    *,
    home: Path,
    card: str,
    value_cny: str | None,
    loan_cny: str | None,
    reason: str,
    actor: str,
    at: date | None,
) -> Answer:
    """Put a person's figures beside the card's, with reason, name and day; both are kept."""
    from panhuo.desk.valuations.bank_cards import card_of, override_card

    with office_of(home, actor=actor, at=at) as (_, office):
        found = card_of(card)
        override_card(found, value_cny=value_cny, loan_cny=loan_cny, reason=reason, **office.who)
        told = card_now(found, office.at)
        show_card_lines(told, office.rules)
    return Answer(**told)


@command("outcome")
@click.argument("file", type=FILE)
@ACTOR
@AT
def outcome(*, home: Path, file: Path, actor: str, at: date | None) -> Answer:
    """Tell what became of the loan of a card (YAML), or of many (a table, a row each)."""
    from panhuo.cli.card_rows import take_outcomes
    from panhuo.desk.valuations.bank_cards import tell_outcome

    with office_of(home, actor=actor, at=at) as (_, office):

        def act(inputs: Any) -> dict[str, Any]:
            stored, is_new = tell_outcome(inputs, **office.who)
            return {"card": stored.card.number, "known_on": stored.known_on, "is_new": is_new}

        taken = take_outcomes(file, office.rules, act)
    say(f"{file}: outcomes of {len(taken.done)} cards.")
    return _answer(taken, file, "outcomes", None)


@command("list")
@click.option("--bank", default="", metavar="NAME", help="cards of one bank [all]")
@AT
@OUT
def list_cards(*, home: Path, bank: str, at: date | None, out: Path | None) -> Answer:
    """List the cards of a day with what stands for each."""
    from panhuo.desk.valuations.bank_cards import cards_on

    _check_out(out)
    with office_of(home, actor="", at=at, writes=False) as (place, office):
        cards = cards_on(office.at, bank=bank)
        for card in cards:
            show(card_line(card_now(card, office.at), office.rules))
        if out is not None:
            _write_list(out, cards, office.rules, office.at, place)
        told = [card_now(card, office.at) for card in cards]
    return Answer(at=office.at, cards=told, out=None if out is None else str(out))


@command("show")
@click.argument("card", metavar="CARD")
@AT
@OUT
def show_card(*, home: Path, card: str, at: date | None, out: Path | None) -> Answer:
    """Show one card: drivers, figures, overrides, outcome, history.

    \b
    Example: panhuo bank-card show YK000001 --out card.xlsx
    """
    from panhuo.cli.record_lists import write_records
    from panhuo.desk.history import logged_actions
    from panhuo.desk.valuations.bank_cards import card_of

    _check_out(out)
    with office_of(home, actor="", at=at, writes=False) as (place, office):
        found = card_of(card)
        told = card_now(found, office.at)
        show_card_lines(told, office.rules)
        if out is not None:
            write_records(out, CARD, card_lines(told, office.rules), office.rules, place)
        acts = [{"act": one.act, "actor": one.actor, "day": one.day} for one in logged_actions(f"card:{found.number}")]
    return Answer(**told, stated=found.content, history=acts, out=None if out is None else str(out))


@command("backtest")
@click.option("--bank", default="", metavar="NAME", help="cards of one bank [all]")
@AT
@OUT
def back_test(*, home: Path, bank: str, at: date | None, out: Path | None) -> Answer:
    """Hold cards against what became of their loans, level by level; too few loans are counted and not told."""
    from panhuo.cli.record_lists import write_records
    from panhuo.desk.valuations.bank_cards import backtest_on, cards_on

    _check_out(out)
    with office_of(home, actor="", at=at, writes=False) as (place, office):
        cards = cards_on(office.at, bank=bank)
        rows = [_backtest_row(one) for one in backtest_on(cards, office.rules, office.at)]
        _show_backtest(rows, office.rules)
        if out is not None:
            write_records(out, BACKTEST, rows, office.rules, place)
    return Answer(at=office.at, made=len(cards), rows=rows, out=None if out is None else str(out))


def _check_out(out: Path | None) -> None:
    from panhuo.adapters.writers.tables import check_target

    if out is not None:
        check_target(out)


def _answer(taken: RowsTaken, file: Path, name: str, out: Path | None) -> Answer:
    answer = Answer(file=str(file), out=None if out is None else str(out))
    answer[name] = taken.done
    if taken.left_out:
        say(f"Columns that are not read were left out: {', '.join(taken.left_out)}")
    tell_rejects(answer, taken.rejects, file)
    answer.exit_code = 2 if taken.rejects and not taken.done else 0
    return answer


def _write_list(out: Path, cards: list[BankCard], rules: InForce, at: date, place: Any) -> None:
    from panhuo.cli.record_lists import write_records

    words = CardWords(rules) if out.suffix.lower() == ".xlsx" else None
    rows = []
    for card in cards:
        told = card_now(card, at)
        drivers = [_driver_cell(one, words) for one in told["drivers"]]
        reasons = [f"{one['name']} {one['day']}: {one['reason']}" for one in told["overrides"]]
        rows.append({**told, "drivers": drivers, "overrides": reasons, "precheck": told["precheck"]["outcome"]})
    write_records(out, CARDS, rows, rules, place)


def _driver_cell(one: dict[str, Any], words: CardWords | None) -> str:
    """In words for people, in codes for programs."""
    if words is None:
        return f"{one['driver']} {one['points'] or one['state']}"
    return f"{words.driver(one['driver'])} {one['points'] or words.word('card_state', one['state'])}"


def _backtest_row(row: BacktestRow) -> dict[str, Any]:
    from panhuo.engine.flows.appraise import share

    told = asdict(row)
    told |= {key: None if told[key] is None else share(told[key]) for key in SHARES}
    return told | {"suppressed": "too_few_loans" if row.repaid is None else ""}


def _show_backtest(rows: list[dict[str, Any]], rules: InForce) -> None:
    from panhuo.rules.labels import Labels

    zh, en = Labels(rules), Labels(rules, "en")
    for row in rows:
        name = f"{zh.word('backtest_group', row['group'])} {en.word('backtest_group', row['group'])}"
        if row["suppressed"]:
            show(f"{name}: {row['cards']} 笔 loans, 笔数过少不计算 too few to be told")
            continue
        figures = ", ".join(
            f"{zh.word('backtest', key)} {en.word('backtest', key)} {'-' if row[key] is None else row[key]}"
            for key in ("repaid", "unpaid", "right_lost", "disposals", *SHARES)
        )
        show(f"{name}: {row['cards']} 笔 loans, {figures}")


for _one in (make, override, outcome, list_cards, show_card, back_test):
    bank_card.add_command(_one)

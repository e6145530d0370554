"""A bank's card on a day: its own figures beside what stands, for programs, and line by line for people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from panhuo.cli.frame import show

if TYPE_CHECKING:
    from panhuo.desk.valuations.models import BankCard
    from panhuo.rules import InForce

MONEY = (
    "value_cny", "proposed_value_cny", "disposal_cny", "carries_cny", "asked_cny", "proposed_loan_cny",
    "stands_value_cny", "stands_loan_cny",
)  # fmt: skip
PLAIN = ("points", "confidence", "cap", "spare_days")


def card_now(card: BankCard, at: date) -> dict[str, Any]:
    """The card's own figures, and what stands on the day."""
    from panhuo.desk.valuations.bank_cards import decided, outcome_of
    from panhuo.engine.flows.appraise import yuan

    stands, known = decided(card, at), outcome_of(card, at)
    overrides = [
        {
            "value_cny": None if one.value_cny is None else yuan(one.value_cny),
            "loan_cny": None if one.loan_cny is None else yuan(one.loan_cny),
            "reason": one.reason,
            "name": one.name,
            "day": one.day,
        }
        for one in stands.overrides
    ]
    return {
        "number": card.number,
        "record": card.record.number,
        "record_source": card.record.source,
        **card.result,
        "stands_value_cny": None if stands.value_cny is None else yuan(stands.value_cny),
        "stands_loan_cny": None if stands.loan_cny is None else yuan(stands.loan_cny),
        "overrides": overrides,
        "beyond_carries": stands.beyond,
        "state": "usable" if card.made_on <= at <= card.valid_until else "expired",
        "end": known.end.value if known else None,
        "loss_cny": yuan(known.loss_cny) if known else None,
        "run": card.run_id,
    }


def card_line(told: dict[str, Any], rules: InForce) -> str:
    """One line for a list."""
    zh, en = CardWords(rules, "zh"), CardWords(rules, "en")
    state = f"{zh.word('record_state', told['state'])} {en.word('record_state', told['state'])}"
    head = f"{told['number']} {told['bank']} {told['record']}"
    return (
        f"{head}: {zh.level(told['level'])}, {told['points'] or '-'} 分 points, "
        f"贷款 loan {wan(told['stands_loan_cny'])} (卡 card {wan(told['proposed_loan_cny'])}), {state} "
        f"{told['valid_until']}"
    )


def show_card_lines(told: dict[str, Any], rules: InForce) -> None:
    """The whole card at the terminal, Chinese and English side by side."""
    show(card_line(told, rules))
    for row, other in zip(card_lines(told, rules), card_lines(told, rules, "en"), strict=True):
        value = row["value"] if row["value"] == other["value"] else f"{row['value']} {other['value']}"
        cells = [str(cell) for cell in (value, row["day"], row["points"], row["source"]) if cell not in (None, "")]
        show(f"  {row['item']} {other['item']}: {', '.join(cells)}")


def card_lines(told: dict[str, Any], rules: InForce, language: str = "zh") -> list[dict[str, Any]]:
    """The card as a person reads it: a line a driver, figure, refusal and override."""
    words = CardWords(rules, language)
    rows = [
        _row(words.item("number"), told["number"], told["made_on"]),
        _row(words.item("bank"), told["bank"]),
        _row(words.item("record"), f"{told['record']} {words.word('record_title', told['record_source'])}"),
    ]
    rows += [_driver(one, words) for one in told["drivers"]]
    rows.append(_row(words.item("level"), words.level(told["level"])))
    rows += [_row(words.item(key), told[key]) for key in PLAIN]
    rows += [_row(words.item(key), wan(told[key])) for key in MONEY]
    rows.append(_row(words.item("debt_until"), told["debt_until"]))
    sheet = told["precheck"]
    rows.append(_row(words.item("precheck"), words.word("precheck", sheet["outcome"]), sheet["day"], sheet["source"]))
    rows += [_row(words.item("refusal"), words.word("card_refusal", code)) for code in told["refusals"]]
    rows += [_override(one, words) for one in told["overrides"]]
    if told["beyond_carries"]:
        rows.append(_row(words.item("beyond_carries"), wan(told["stands_loan_cny"])))
    if told["end"]:
        rows.append(_row(words.item("end"), words.word("loan_end", told["end"])))
    rows.append(_row(words.item("valid_until"), told["valid_until"]))
    return [*rows, _row(words.item("notice"), told["notice"])]


class CardWords:
    """Words of a card in one language, from labels and the card's own tables."""

    def __init__(self, rules: InForce, language: str = "zh") -> None:
        from panhuo.rules.labels import Labels

        self._labels = Labels(rules, language)
        self._drivers = {row["driver"]: row[language] for row in rules.table("bank_card_drivers")}
        self._levels = {row["level"]: row[language] for row in rules.table("bank_card_levels")}

    def word(self, kind: str, code: str) -> str:
        return self._labels.word(kind, code)

    def item(self, key: str) -> str:
        return self.word("bank_card", key)

    def driver(self, code: str) -> str:
        return self._drivers.get(code, code)

    def level(self, code: str) -> str:
        return f"{code} {self._levels.get(code, '')}".strip() or "-"


def wan(yuan: str | None) -> str:
    """An amount as people read it, a dash for none."""
    from panhuo.cli.valued import in_wan

    return "-" if yuan is None else f"{in_wan(yuan)} 万元"


def _driver(one: dict[str, Any], words: CardWords) -> dict[str, Any]:
    state = "" if one["state"] == "counted" else words.word("card_state", one["state"])
    value = f"{one['value'] or ''} {state}".strip()
    return _row(words.driver(one["driver"]), value, one["day"], one["source"], one["points"])


def _override(one: dict[str, Any], words: CardWords) -> dict[str, Any]:
    figures = (words.item("unchanged") if one[key] is None else wan(one[key]) for key in ("value_cny", "loan_cny"))
    return _row(words.item("override"), " / ".join(figures), one["day"], f"{one['name']}: {one['reason']}")


def _row(item: str, value: object, day: object = None, source: str = "", points: object = None) -> dict[str, Any]:
    return {"item": item, "value": "" if value is None else str(value), "day": day, "source": source, "points": points}

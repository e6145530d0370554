"""Sums of money that a need means to spend: 拟投入50万元, 预算 80-120 万元, 总投资1.4亿, 1亿5000万, 六十万元."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from panhuo.rules import InForce
from panhuo.terms.errors import BadValue
from panhuo.terms.half_width import half_width
from panhuo.terms.money import parse_amount_cny
from panhuo.terms.numerals import BELOW_TEN_THOUSAND, NO_MORE, number

Meaning = Literal["intended", "total", "spent", "other"]
LOOK_BACK = 30
"""Characters before an amount in which a word may say what it is for."""
MAX_CNY = Decimal(10) ** 12
_NUMBER = r"\d[\d,，]{0,14}(?:\.\d{1,4})?"
_COUNT = rf"(?:{_NUMBER}|{BELOW_TEN_THOUSAND})"


def _side(name: str) -> str:
    """1亿5000, 3万5千, 六十: 亿 and 万 before a last number, whose unit follows."""
    return (
        rf"(?:(?P<{name}_yi>{_COUNT})\s*亿\s*零?\s*)?(?:(?P<{name}_wan>{_COUNT})\s*万\s*零?\s*)?"
        rf"(?P<{name}>{_COUNT})\s*(?P<{name}_by>[百千]?)"
    )


_AMOUNT = re.compile(
    rf"(?<![\d.]){NO_MORE}{_side('low')}\s*(?:(?P<first>[万亿]?)元?\s*[-—–~～至到]\s*{_side('high')})?"
    r"\s*[多余几来]?\s*(?P<unit>亿元|万元|亿|万|元)(?:人民币)?(?=(?P<next>.?))",
    re.DOTALL,
)
_DIGITS = "一二两三四五六七八九"
_ENDS = re.compile(r"[。；;！!？?\n]")
_MAY_FOLLOW = " \t\r\n，。；;、,.!！？?）)】]左以上用作的（("
"""After a bare 万 or 亿: what may follow a sum of money; anything else is a counted thing (3万吨)."""
_BARE = re.compile(
    rf"(?:大约|约为|约|近|拟|预计|不超过|不高于|最高|至多|≤|<=|<|~)?\s*(?P<low>{_NUMBER})"
    rf"(?:\s*[-—–~～至到]\s*(?P<high>{_NUMBER}))?\s*(?:左右|上下|以内|以下|以上|多|余)?"
)
"""A number or a range without a unit, as people write it under a heading that names the unit."""
HUNDREDS = {"": Decimal(1), "百": Decimal(100), "千": Decimal(1_000)}
FACTORS = {"元": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in yuan with what the text says it is for; word is the word that told."""

    low_cny: Decimal
    high_cny: Decimal
    meaning: Meaning
    word: str
    shown: str


@dataclass(frozen=True, slots=True)
class AmountWords:
    """Words before amounts: word -> what the amount is for; longest first in the pattern."""

    meanings: Mapping[str, Meaning]
    pattern: re.Pattern[str]


def amount_words(rules: InForce) -> AmountWords:
    """Read the table need_amount_words."""
    known: dict[str, Meaning] = {
        row["word"]: row["meaning"]  # type: ignore[misc]  # the sidecar holds one_of
        for row in rules.table("need_amount_words")
    }
    words = "|".join(re.escape(word) for word in sorted(known, key=lambda word: (-len(word), word)))
    return AmountWords(known, re.compile(words))


def amounts(text: str, known: AmountWords, *, else_means: Meaning | None = None) -> list[Amount]:
    """Amounts of which the text says what they are for; else_means: of all others, where a heading tells it."""
    found = []
    for match in _AMOUNT.finditer(text):
        if match["unit"] in ("万", "亿") and match["next"] and match["next"] not in _MAY_FOLLOW:
            continue
        if match["unit"] == "元" and match[0].strip()[:-1] in _DIGITS:
            continue  # 一元化
        word = _word_before(text, match.start(), known)
        meaning = known.meanings[word] if word else else_means
        low, high = _sums(match)
        if meaning is not None and 0 < low <= high <= MAX_CNY:
            found.append(Amount(low, high, meaning, word, match[0].strip()))
    return found


def budget_cny(found: Sequence[Amount]) -> tuple[Decimal | None, Decimal | None]:
    """Lowest and highest sum that is meant to be spent; None where the text tells none.

    A total stands for all. Of several sums without a total the greatest is the lower end, their sum the upper:
    they may be stages or parts.
    """
    totals = [amount for amount in found if amount.meaning == "total"]
    if totals:
        return max(one.low_cny for one in totals), max(one.high_cny for one in totals)
    meant = _once(amount for amount in found if amount.meaning == "intended")
    if not meant:
        return None, None
    if len(meant) == 1:
        return meant[0].low_cny, meant[0].high_cny
    return max(one.low_cny for one in meant), sum((one.high_cny for one in meant), Decimal(0))


def told_budget(in_wan: str, in_words: str, known: AmountWords) -> tuple[Decimal | None, Decimal | None, str]:
    """Lowest and highest sum of a budget told in cells of its own, else None, None and the words that say no sum.

    Args:
        in_wan: cell under a heading that says 万元, where a bare number or range is one of 万元.
        in_words: cell under a heading without a unit; a bare number there says no sum, for nobody knows of what.
    """
    for text, is_wan in ((in_wan, True), (in_words, False)):
        low, high = _cell_sums(half_width(text).strip(), known, is_wan=is_wan)
        if low and high and low <= high <= MAX_CNY:
            return low, high, ""
    return None, None, "；".join(filter(None, (in_wan, in_words)))


def _cell_sums(text: str, known: AmountWords, *, is_wan: bool) -> tuple[Decimal | None, Decimal | None]:
    if is_wan:
        try:
            amount = parse_amount_cny(text, unit="wan")
        except BadValue:
            pass
        else:
            return amount, amount
        match = _BARE.fullmatch(text)
        if match is not None:
            low = _decimal(match["low"])
            return low * FACTORS["万"], (_decimal(match["high"]) if match["high"] else low) * FACTORS["万"]
    return budget_cny(amounts(text, known, else_means="intended"))


def _once(found: Iterable[Amount]) -> list[Amount]:
    """The same sum told again is one sum."""
    return list({(one.low_cny, one.high_cny): one for one in found}.values())


def _word_before(text: str, start: int, known: AmountWords) -> str:
    back = text[max(0, start - LOOK_BACK) : start]
    sentence = _ENDS.split(back)[-1]
    last = ""
    for match in known.pattern.finditer(sentence):
        last = match[0]
    return last


def _sums(match: re.Match[str]) -> tuple[Decimal, Decimal]:
    unit = match["unit"][0]
    low = _sum(match, "low", match["first"] or unit)
    return low, _sum(match, "high", unit) if match["high"] else low


def _sum(match: re.Match[str], name: str, unit: str) -> Decimal:
    """0 where the parts do not fall in order (3万5000万): nobody knows what that says."""
    found = _decimal(match[name]) * HUNDREDS[match[f"{name}_by"]] * FACTORS[unit]
    for part, of in (("wan", "万"), ("yi", "亿")):
        if told := match[f"{name}_{part}"]:
            if found >= FACTORS[of]:
                return Decimal(0)
            found += _decimal(told) * FACTORS[of]
    return found


def _decimal(text: str) -> Decimal:
    if not text[0].isdecimal():
        return Decimal(int(number(text)))
    return Decimal(text.replace(",", "").replace("，", ""))

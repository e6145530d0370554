"""The owner's answers to the check booklet: what a row may say, and how many rows came back.

A row is an answer when any of its cells to fill is filled; a bad row is named and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import blake2b

from panhuo.engine.records.owners import normalise_party_name
from panhuo.rules import InForce
from panhuo.terms.dates import add_years, parse_date
from panhuo.terms.errors import BadValue
from panhuo.terms.money import wan_to_cny

FILLED = (
    "implemented",
    "implementation_mode",
    "since",
    "evidence",
    "reason",
    "valid_to",
    "approver",
    "willingness",
    "intended_mode",
    "maturity",
    "price_wan",
    "contact",
    "scenario",
    "summary",
    "consent",
)
"""Raw fields an owner fills in (engine.records.fields.ANSWER_FIELDS); the day alone is no answer."""

_CHOICES = {
    "implemented": "exploited",
    "implementation_mode": "mode",
    "reason": "reason",
    "willingness": "willingness",
    "intended_mode": "intended_mode",
    "maturity": "maturity",
    "consent": "consent",
}


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """What answers are held against.

    choices: list -> accepted text (label or code) -> code. reason_years: reason -> years it may hold at most.
    """

    choices: Mapping[str, Mapping[str, str]]
    reason_years: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """One accepted answer. Codes as in the pack table check_options; price in yuan, None where negotiable."""

    exploited: str
    mode: str
    since: date | None
    evidence: str
    reason: str
    reason_valid_to: date | None
    approver: str
    willingness: str
    intended_mode: str
    maturity: int | None
    price_cny: Decimal | None
    contact: str
    scenario: str
    summary: str
    consent: str
    answered_on: date
    booklet: str
    owner: str


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """Why a row is refused. column: raw field; code: not_the_owner, not_in_list, missing, contradiction,
    bad_date, date_out_of_range, bad_amount."""

    column: str
    value: str
    code: str
    message: str


def booklet_number(owner: str, day: date) -> str:
    """Number of the booklet sent to an owner on a day; the same owner and day give the same number.

    >>> booklet_number("云湖大学", date(2025, 11, 30)) == booklet_number("云湖 大学", date(2025, 11, 30))
    True
    """
    mark = blake2b(f"{normalise_party_name(owner)}|{day}".encode(), digest_size=4).hexdigest().upper()
    return f"HS{day:%Y%m%d}-{mark}"


def is_booklet_of(number: str, owner: str) -> bool:
    """Whether a booklet's number was made for this owner.

    >>> is_booklet_of(booklet_number("云湖大学", date(2025, 11, 30)), "云湖学院")
    False
    """
    day = booklet_day(number)
    return day is not None and number == booklet_number(owner, day)


def booklet_day(number: str) -> date | None:
    """The day in a booklet's number, None where it holds none.

    >>> booklet_day("HS20251130-0A1B2C3D"), booklet_day("2025-11-30")
    (datetime.date(2025, 11, 30), None)
    """
    try:
        return parse_date(number[2:10]) if number.startswith("HS") else None
    except BadValue:
        return None


def answer_rules(rules: InForce) -> AnswerRules:
    """Lists and limits of the pack: tables check_options and proper_reasons."""
    choices: dict[str, dict[str, str]] = {}
    for row in rules.table("check_options"):
        texts = choices.setdefault(row["list"], {})
        texts[row["label"]] = texts[row["code"]] = row["code"]
    reasons = rules.table("proper_reasons")
    choices["reason"] = {text: row["code"] for row in reasons for text in (row["zh"], row["code"])}
    return AnswerRules(choices, {row["code"]: int(row["max_validity_years"]) for row in reasons})


def validate_answer(
    raw: Mapping[str, str], rules: AnswerRules, *, owner: str, at: date, spoken_on: date | None = None
) -> Answer | tuple[AnswerProblem, ...] | None:
    """One row that came back, held against the rules.

    Args:
        raw: raw fields (ANSWER_FIELDS) as text; missing and "" are the same.
        owner: first owner of the right as the register knows it; the row's own `owner` must be the same party
            and its `booklet` must be a number made for that party.
        at: day of the import; no answer may be of a later one.
        spoken_on: stands for a missing day of answer; without it the day of the booklet does, or the day since which
            the row tells exploitation where that is later. What is stored never hangs on the day of the import.
    Returns: the answer; or all problems of the row; or None for a row that was not filled.
    """
    cells = {name: (value or "").strip() for name, value in raw.items()}
    if not any(cells.get(name) for name in FILLED):
        return None
    row = _Row(cells, rules)
    row.same_party("owner", owner)
    if not is_booklet_of(cells.get("booklet", ""), owner):
        row.add("booklet", "not_the_owner", "The row does not stand in a booklet that was sent to this owner.")
    said = row.day("answered_on", latest=at) or spoken_on
    exploited = row.choice("implemented", needed=True)
    mode = row.choice("implementation_mode", needed=exploited == "yes")
    since = row.day("since", latest=said or at, needed=exploited == "yes")
    answered = said or max(booklet_day(cells.get("booklet", "")) or date.min, since or date.min)
    reason = row.choice("reason")
    if answered == date.min:  # the booklet's number is a problem of the row already
        return tuple(row.problems)
    latest = add_years(answered, rules.reason_years.get(reason, 0))
    valid_to = row.day("valid_to", earliest=answered, latest=latest, needed=True) if reason else None
    row.refuse_with("reason", exploited == "yes", "A right that is exploited needs no reason for not being so.")
    row.refuse_with("implementation_mode", exploited == "no", "A mode is told of a right that is not exploited.")
    evidence = row.text("evidence", needed=exploited == "yes" or bool(reason))
    maturity = row.choice("maturity")
    answer = Answer(
        exploited=exploited,
        mode=mode,
        since=since,
        evidence=evidence,
        reason=reason,
        reason_valid_to=valid_to,
        approver=row.text("approver", needed=bool(reason)),
        willingness=row.choice("willingness"),
        intended_mode=row.choice("intended_mode"),
        maturity=int(maturity) if maturity else None,
        price_cny=row.price("price_wan"),
        contact=row.text("contact"),
        scenario=row.text("scenario"),
        summary=row.text("summary"),
        consent=row.choice("consent"),
        answered_on=answered,
        booklet=cells.get("booklet", ""),
        owner=owner,
    )
    return tuple(row.problems) or answer


class _Row:
    """Cells of one row with the problems found so far."""

    def __init__(self, cells: Mapping[str, str], rules: AnswerRules) -> None:
        self._cells, self._rules = cells, rules
        self.problems: list[AnswerProblem] = []

    def add(self, column: str, code: str, message: str) -> None:
        self.problems.append(AnswerProblem(column, self._cells.get(column, "")[:200], code, message))

    def text(self, column: str, *, needed: bool = False) -> str:
        found = self._cells.get(column, "")
        if needed and not found:
            self.add(column, "missing", f"{column} must be filled in here.")
        return found

    def choice(self, column: str, *, needed: bool = False) -> str:
        found = self.text(column, needed=needed)
        if not found:
            return ""
        if _CHOICES[column] == "maturity":
            found = found.removesuffix(".0").removesuffix("级")
        code = self._rules.choices.get(_CHOICES[column], {}).get(found)
        if code is None:
            self.add(column, "not_in_list", f"{found!r} is not one of the choices of {column}.")
        return code or ""

    def day(
        self, column: str, *, earliest: date | None = None, latest: date | None = None, needed: bool = False
    ) -> date | None:
        found = self.text(column, needed=needed)
        if not found:
            return None
        try:
            day = parse_date(found)
        except BadValue as error:
            self.add(column, "bad_date", error.message)
            return None
        if (earliest and day < earliest) or (latest and day > latest):
            bounds = " to ".join(str(bound) for bound in (earliest, latest) if bound)
            self.add(column, "date_out_of_range", f"{day} does not lie within what is allowed here ({bounds}).")
            return None
        return day

    def price(self, column: str) -> Decimal | None:
        found = self.text(column)
        if not found or found == "面议":
            return None
        try:
            amount = Decimal(found.replace(",", "").replace("，", "").removesuffix("万元"))
            if not (amount.is_finite() and 0 <= amount < 10_000_000):
                raise InvalidOperation
        except InvalidOperation:
            self.add(column, "bad_amount", f"{found!r} is no price in 万元.")
            return None
        return wan_to_cny(amount)

    def same_party(self, column: str, owner: str) -> None:
        found = self._cells.get(column, "")
        if normalise_party_name(found) != normalise_party_name(owner) or not normalise_party_name(owner):
            self.add(column, "not_the_owner", f"The row answers for {found!r}; the right is owned by {owner!r}.")

    def refuse_with(self, column: str, wrong: bool, message: str) -> None:  # noqa: FBT001 - a condition, no option
        if wrong and self._cells.get(column):
            self.add(column, "contradiction", message)


@dataclass(frozen=True, slots=True)
class ReturnRate:
    """How much of what was asked came back from one owner; refused rows came back, too."""

    owner: str
    asked: int
    answered: int
    refused: int

    @property
    def still_open(self) -> int:
        """Rights asked about that have no accepted answer; they stay 疑似沉睡."""
        return self.asked - self.answered

    @property
    def share(self) -> float:
        """(answered + refused) / asked, 0..1; 0.0 where nothing was asked."""
        return min(1.0, (self.answered + self.refused) / self.asked) if self.asked else 0.0


def return_rates(asked: Mapping[str, int], answered: Iterable[str], refused: Iterable[str] = ()) -> list[ReturnRate]:
    """Rates per owner, by name.

    Args:
        asked: owner -> rights in the booklet sent. answered, refused: owner of each row that came back.

    >>> [rate] = return_rates({"云湖大学": 200}, ["云湖大学"] * 147, ["云湖大学"] * 3)
    >>> rate.share, rate.still_open
    (0.75, 53)
    """
    good, bad = Counter(answered), Counter(refused)
    return [ReturnRate(owner, asked[owner], min(good[owner], asked[owner]), bad[owner]) for owner in sorted(asked)]

"""Rules of programmes as data (pack table programme_rules): what is counted, and what follows from the count.

A rule is one row or several: a row for each thing that it counts. Rows of one rule say the same of kind and binds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from panhuo.rules.problems import Problem
from panhuo.rules.regions import words
from panhuo.rules.tables import Row
from panhuo.rules.values import read_day

__all__ = ["VERDICTS", "Condition", "Criterion", "Driver", "Effect", "Override", "Place", "RuleKind", "read_criteria"]


class RuleKind(StrEnum):
    """What a rule of a programme is, whatever its title says."""

    TARGET = "target"
    STATISTIC = "statistic"
    PAYMENT = "payment"
    AWARD = "award"
    PROJECT_REVIEW = "project_review"
    RECOGNITION = "recognition"
    TALENT = "talent"
    TITLE = "title"


VERDICTS = frozenset((RuleKind.AWARD, RuleKind.PROJECT_REVIEW, RuleKind.RECOGNITION, RuleKind.TALENT, RuleKind.TITLE))


class Effect(StrEnum):
    """What a count leads to."""

    MONEY = "money"
    VERDICT = "verdict"
    STATISTIC = "statistic"


class Driver(StrEnum):
    """What kind of thing is counted (pack table counted_events)."""

    FILED = "filed"
    GRANTED = "granted"
    CONVERSION = "conversion"
    OTHER = "other"


class Condition(StrEnum):
    """How much hangs on a count where no weight is told."""

    UNTOLD = ""
    SOLE = "sole"
    MAIN = "main"
    PART = "part"


BINDS = ("any", "university")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its file, with its pack where that is a parent, and its line."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Override:
    """A written decision that a count may be a main condition; it covers the days from its own on."""

    document: str
    office: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that a rule counts.

    weight: 0..1 of the verdict. amount_cny: yuan for each item counted. share: 0..1 of what pays_for names (codes of
    covered_costs). since, until: first and last day, date.max where it is open.
    """

    rule: str
    kind: RuleKind
    binds: str
    counted: str
    driver: Driver
    weight: Decimal | None
    condition: Condition
    amount_cny: Decimal | None
    share: Decimal | None
    pays_for: tuple[str, ...]
    since: date
    until: date
    override: Override | None
    place: Place

    def holds_on(self, day: date) -> bool:
        return self.since <= day <= self.until

    @property
    def effects(self) -> frozenset[Effect]:
        """A payment is money whatever its amount; any other rule that names an amount or a share is money as well."""
        found = {Effect.MONEY} if self.kind is RuleKind.PAYMENT or self.amount_cny or self.share else set()
        if self.kind in VERDICTS:
            found.add(Effect.VERDICT)
        return frozenset(found or {Effect.STATISTIC})

    @property
    def is_count_of_rights(self) -> bool:
        return self.driver in (Driver.FILED, Driver.GRANTED)


OVERRIDE_CELLS = ("override_document", "override_office", "override_on", "override_reason")


def read_criteria(
    rows: Iterable[tuple[Row, Place]], drivers: Mapping[str, str], costs: Iterable[str]
) -> tuple[list[Criterion], list[Problem]]:
    """The rows as criteria, and what is wrong with them; a row that cannot be judged keeps the pack from loading.

    Args:
        drivers: event of counted_events -> its driver. costs: codes of covered_costs.
    """
    known_costs = frozenset(costs)
    found: list[Criterion] = []
    problems: list[Problem] = []
    for row, place in rows:
        faults = list(_faults(row, drivers, known_costs))
        problems += [_problem(place, row, fault) for fault in faults]
        if not faults:
            found.append(_criterion(row, place, drivers))
    return found, problems + list(_disagreeing(found))


def _problem(place: Place, row: Row, message: str) -> Problem:
    name = row.get("rule") or "a rule without a name"
    return Problem(place.file, f"line {place.line}, {name}", message, line=place.line)


def _faults(row: Row, drivers: Mapping[str, str], costs: frozenset[str]) -> Iterator[str]:
    if not row.get("rule"):
        yield "has no name (rule)"
    for column, allowed in (("kind", tuple(RuleKind)), ("binds", BINDS), ("condition", tuple(Condition))):
        if row.get(column, "") not in allowed:
            yield f"{column} {row.get(column, '')!r} is none of {', '.join(one or '(empty)' for one in allowed)}"
    if drivers.get(row.get("counted", "")) not in tuple(Driver):
        yield f"counted {row.get('counted', '')!r} does not stand in counted_events"
    for column in ("weight", "share", "amount_cny"):
        if row.get(column) and not _in_range(row[column], share=column != "amount_cny"):
            yield f"{column} {row[column]!r} is no number {'of 0 or more' if column == 'amount_cny' else 'from 0 to 1'}"
    if row.get("amount_cny") and row.get("share"):
        yield "names an amount for each item and a share; write two rules, so that each can be judged"
    for cost in words(row.get("pays_for", "")):
        if cost not in costs:
            yield f"pays_for {cost!r} does not stand in covered_costs"
    if read_day(row.get("since", "")) is None:
        yield "has no first day (since), so nobody can say which law it meets"
    yield from _override_faults(row)


def _override_faults(row: Row) -> Iterator[str]:
    told = [column for column in OVERRIDE_CELLS if row.get(column)]
    lacking = [column for column in OVERRIDE_CELLS if not row.get(column)]
    if told and lacking:
        yield f"the override lacks {', '.join(lacking)}; it needs document, office, day and reason"
    if row.get("override_on") and read_day(row["override_on"]) is None:
        yield f"override_on {row['override_on']!r} is no date (YYYY-MM-DD)"


def _in_range(text: str, *, share: bool) -> bool:
    number = _decimal(text)
    return number is not None and number >= 0 and (not share or number <= 1)


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def _criterion(row: Row, place: Place, drivers: Mapping[str, str]) -> Criterion:
    on = read_day(row.get("override_on", ""))
    override = None
    if on:
        override = Override(row["override_document"], row["override_office"], on, row["override_reason"])
    return Criterion(
        rule=row["rule"],
        kind=RuleKind(row["kind"]),
        binds=row["binds"],
        counted=row["counted"],
        driver=Driver(drivers[row["counted"]]),
        weight=_decimal(row.get("weight", "")),
        condition=Condition(row.get("condition", "")),
        amount_cny=_decimal(row.get("amount_cny", "")),
        share=_decimal(row.get("share", "")),
        pays_for=words(row.get("pays_for", "")),
        since=read_day(row["since"]) or date.min,
        until=read_day(row.get("until", "")) or date.max,
        override=override,
        place=place,
    )


def _disagreeing(criteria: Sequence[Criterion]) -> Iterator[Problem]:
    """Rows of one rule that say different things of what it is: a rule could pass as two halves."""
    first: dict[str, Criterion] = {}
    for one in criteria:
        other = first.setdefault(one.rule, one)
        if (other.kind, other.binds) != (one.kind, one.binds):
            yield Problem(
                one.place.file,
                f"line {one.place.line}, {one.rule}",
                f"is {one.kind} for {one.binds} here, but {other.kind} for {other.binds} in line {other.place.line}",
                line=one.place.line,
            )

"""Reads the stated inputs of a valuation: every fault is told with its place, none is filled in silently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from panhuo.terms.dates import FIRST_YEAR, LAST_YEAR
from panhuo.terms.errors import DomainError

Kind = TypeVar("Kind", bound=StrEnum)
_MOST_DIGITS = 20


class BadInputs(DomainError):
    """Inputs of a valuation that cannot be used; fields["problems"]: (place, what is wrong and what to write)."""

    code = "bad_inputs"


@dataclass(slots=True)
class Told:
    """A mapping of the inputs with its place in the file. What is wrong goes to problems, which all places share.

    Readers give a harmless value after a fault, so that the rest is looked at too; check() then refuses the whole.
    """

    pairs: Mapping[str, Any]
    place: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def fault(self, key: str, message: str) -> None:
        self.problems.append((self.at(key), message))

    def has(self, key: str) -> bool:
        self.asked.add(key)
        return self.pairs.get(key) not in (None, "", [], {})

    def text(self, key: str, what: str, *, default: str | None = None) -> str:
        found = self._one(key, what, default)
        return found.strip() if found else ""

    def choice(self, key: str, kinds: type[Kind], what: str, *, default: Kind | None = None) -> Kind:
        found = self._one(key, f"{what}: {', '.join(kinds)}", default)
        if found in tuple(kinds):
            return kinds(found)
        if found:
            self.fault(key, f"{found!r} is not one of {', '.join(kinds)}")
        return next(iter(kinds))

    def day(self, key: str, what: str) -> date:
        found = self._one(key, f"{what} (YYYY-MM-DD)", None)
        if found is None:
            return date.min
        try:
            day = date.fromisoformat(found)
        except ValueError:
            day = date.min
        if FIRST_YEAR <= day.year <= LAST_YEAR and day.isoformat() == found:
            return day
        if day.isoformat() == found:
            self.fault(key, f"{found} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
        else:
            self.fault(key, f"{found!r} is no day; write it as YYYY-MM-DD")
        return date.min

    def day_or_none(self, key: str, what: str) -> date | None:
        return self.day(key, what) if self.has(key) else None

    def number(
        self, key: str, what: str, *, low: str = "0", high: str | None = None, default: str | None = None
    ) -> Decimal:
        """An exact number within low..high, both included."""
        found = self._one(key, what, default)
        return Decimal(low) if found is None else self._number(key, found, low, high)

    def number_or_none(self, key: str, what: str, *, low: str = "0", high: str | None = None) -> Decimal | None:
        return self.number(key, what, low=low, high=high) if self.has(key) else None

    def share(self, key: str, what: str, *, default: str | None = None) -> Decimal:
        return self.number(key, f"{what}, a share from 0 to 1", high="1", default=default)

    def whole(self, key: str, what: str, *, low: int, high: int, default: int | None = None) -> int:
        said = None if default is None else str(default)
        found = self.number(key, what, low=str(low), high=str(high), default=said)
        if found != found.to_integral_value():
            self.fault(key, f"{found} is no whole number")
        return int(found)

    def flag(self, key: str, what: str, *, default: bool | None = None) -> bool:
        found = self._one(key, f"{what}: true or false", None if default is None else str(default).lower())
        if found not in ("true", "false", None):
            self.fault(key, f"{found!r} is neither true nor false")
        return found == "true"

    def numbers(self, key: str, what: str, *, low: str = "0", high: str | None = None) -> tuple[Decimal, ...]:
        """A list of one number or more."""
        return tuple(
            self._number(f"{key}[{at}]", text, low, high) for at, text in enumerate(self._listed(key, what), start=1)
        )

    def texts(self, key: str, what: str) -> tuple[str, ...]:
        return tuple(text.strip() for text in self._listed(key, what))

    def part(self, key: str) -> Told:
        """A mapping inside this one; an empty one after a fault."""
        self.asked.add(key)
        found = self.pairs.get(key)
        if not isinstance(found, Mapping):
            if found is not None:
                self.fault(key, "is no group of entries; write them indented below it")
            found = {}
        return Told(found, self.at(key), self.problems)

    def parts(self, key: str) -> Iterator[Told]:
        """The mappings of a list."""
        self.asked.add(key)
        found = self.pairs.get(key)
        for at, one in enumerate(found if isinstance(found, list) else [], start=1):
            if isinstance(one, Mapping):
                yield Told(one, f"{self.at(key)}[{at}]", self.problems)
            else:
                self.fault(f"{key}[{at}]", "is no group of entries")
        if found is not None and not isinstance(found, list):
            self.fault(key, "is no list; write its entries with a dash each")

    def only(self, known: Iterable[str] = ()) -> None:
        """Every key must have been asked for, or be known: a slip of the pen must not pass for nothing."""
        for key in self.pairs:
            if key not in self.asked and key not in known:
                near = ", ".join(sorted({*self.asked, *known}))
                self.fault(key, f"is read by nobody; known here: {near}")

    def check(self) -> None:
        """Raises: BadInputs where anything was wrong."""
        if not self.problems:
            return
        place, message = self.problems[0]
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        raise BadInputs(f"Inputs: {place} {message}{more}.", problems=tuple(self.problems))

    def _one(self, key: str, what: str, default: str | None) -> str | None:
        self.asked.add(key)
        found = self.pairs.get(key)
        if isinstance(found, (str, int)) and str(found).strip():
            return str(found).strip().lower() if isinstance(found, bool) else str(found).strip()
        if found not in (None, "") and not isinstance(found, (str, int)):
            self.fault(key, f"is a list or a group; wanted is {what}")
        elif default is None:
            self.fault(key, f"is missing: {what}")
        return default

    def _listed(self, key: str, what: str) -> Sequence[str]:
        self.asked.add(key)
        found = self.pairs.get(key)
        if not isinstance(found, list) or not found:
            self.fault(key, f"is missing: {what}, a list")
            return ()
        if not all(isinstance(one, (str, int)) and str(one).strip() for one in found):
            self.fault(key, "has an entry that is empty or no plain text")
            return ()
        return [str(one) for one in found]

    def _number(self, key: str, text: str, low: str, high: str | None) -> Decimal:
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or len(found.as_tuple().digits) > _MOST_DIGITS or abs(found.adjusted()) > _MOST_DIGITS:
            self.fault(key, f"{text!r} is no number such as 1200000 or 0.05 (no commas, no %)")
            return Decimal(low)
        if found < Decimal(low) or (high is not None and found > Decimal(high)):
            self.fault(key, f"{text} lies outside {low} to {'any' if high is None else high}")
            return Decimal(low)
        return found

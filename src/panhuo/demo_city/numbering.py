"""Numbers that are well formed and belong to nobody: each is given once, in the order of asking."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from panhuo.demo_city.calendar import calendar_day, number
from panhuo.terms.codes import organisation_code_check, uscc_check_character
from panhuo.terms.numbers import cn_application_check_digit

KIND_DIGIT = {"invention": "1", "utility_model": "2", "design": "3"}
_SERIALS = 10_000_000
_STRIDE = 6_364_137  # shares no factor with the number of serials, so none comes twice
_GAZETTE_FIRST = number(2007, 8, 1)
_PER_DAY = 2_900
_ORGANISATION_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(slots=True)
class Numbers:
    """Gives out numbers of one city."""

    seed: int
    _filed: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    _announced: defaultdict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    _organisations: set[str] = field(default_factory=set)
    _registered: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(f"{self.seed}:codes")

    def application(self, kind: str, filed_year: int) -> str:
        """202110123456.7 with its check digit."""
        head = f"{filed_year}{KIND_DIGIT[kind]}"
        count = self._filed[head]
        self._filed[head] = count + 1
        body = f"{head}{((self.seed + int(head)) * 779_189 + count * _STRIDE) % _SERIALS:07d}"
        return f"{body}.{cn_application_check_digit(body)}"

    def publication(self, kind: str, announced: int) -> str:
        """CN and nine digits that rise with the day; the kind code follows. At most 2,900 a day are given."""
        key = (kind, announced)
        count = self._announced[key]
        self._announced[key] = count + 1
        if count >= _PER_DAY:
            raise OverflowError(f"More than {_PER_DAY} {kind} documents on one day: ask for fewer patents.")
        serial = 1_000_000 + (announced - _GAZETTE_FIRST) * _PER_DAY + count
        return f"CN{KIND_DIGIT[kind]}{serial:08d}"

    def organisation(self, head: str, region: str) -> str:
        """Unified social credit code. head: the two characters of authority and class, 91 for firms."""
        while True:
            eight = "MA" + "".join(self._random.choices(_ORGANISATION_CHARACTERS, k=6))
            if eight not in self._organisations:
                break
        self._organisations.add(eight)
        first = f"{head}{region}{eight}"
        check = organisation_code_check(eight)
        return first + check + uscc_check_character(first + check)

    def abroad(self, *, granted: bool) -> str:
        """A family member in numbers that the office abroad has not reached, or has never used in that year."""
        self._registered["abroad"] += 1
        serial = self._registered["abroad"]
        return f"US{19_000_000 + serial}B2" if granted else f"US2024{9_000_000 + serial}A1"

    def registered(self, letter: str, day: int) -> str:
        """Number of a recordal or registration such as X2025990000012; 99 is no office."""
        key = f"{letter}{calendar_day(day).year}99"
        self._registered[key] += 1
        return f"{key}{self._registered[key]:07d}"

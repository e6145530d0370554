"""专利转化清单, the demand side: one row per need with the rights that were found for it; pairs are its annex."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SHOWN_PAIRS = 3
"""Rights named on the row of a need; all pairs stand in the annex."""


@dataclass(frozen=True, slots=True)
class DemandNeed:
    """A need as the register holds it; amounts in yuan, equal where one was told.

    budget_text: words that stand under budgets and say no sum.
    """

    need_id: str
    firm: str
    firm_code: str
    region_code: str
    industry_code: str
    title: str
    problem: str
    goal: str
    foundation: str
    difficulty: str
    text: str
    budget_low_cny: Decimal | None
    budget_high_cny: Decimal | None
    budget_text: str
    urgency: str
    mode: str
    source_name: str
    received_on: date | None
    stage: str
    officer: str
    next_on: date | None


@dataclass(frozen=True, slots=True)
class MatchedRight:
    """One pair of a match Run; rank 1 is the best of its need. remarks: codes of what to mind before offering it."""

    need_id: str
    rank: int
    title: str
    publication_number: str
    owners: tuple[str, ...]
    score: float
    reason: str
    remarks: str


@dataclass(frozen=True, slots=True)
class ConversionRow:
    """A need with its best pairs and the number of all; matched is None where no match Run looked at it."""

    need: DemandNeed
    best: tuple[MatchedRight, ...]
    matched: int | None


def conversion_list(
    needs: Iterable[DemandNeed], pairs: Iterable[MatchedRight], *, asked: Iterable[str]
) -> list[ConversionRow]:
    """Rows in the order of the next date (none last), then of the need's number.

    asked: needs that a match Run looked at, also those for which it found nothing.
    """
    found: dict[str, list[MatchedRight]] = {need_id: [] for need_id in asked}
    for pair in pairs:
        found.setdefault(pair.need_id, []).append(pair)
    rows = [_row(need, found) for need in needs]
    return sorted(rows, key=lambda row: (row.need.next_on or date.max, row.need.need_id))


def _row(need: DemandNeed, found: Mapping[str, Sequence[MatchedRight]]) -> ConversionRow:
    if need.need_id not in found:
        return ConversionRow(need, (), None)
    ranked = sorted(found[need.need_id], key=lambda pair: pair.rank)
    return ConversionRow(need, tuple(ranked[:SHOWN_PAIRS]), len(ranked))

"""How complete a technology card is: weights of its parts are rows of the pack (table card_parts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from panhuo.rules import InForce
from panhuo.terms.errors import DomainError


@dataclass(frozen=True, slots=True)
class CardPart:
    """A part of the card. weight: share of the whole, 0..1; from_signs: signs from which it counts as filled."""

    part: str
    weight: Decimal
    is_required: bool
    from_signs: int
    zh: str
    en: str
    ask_zh: str
    ask_en: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """percent: 0..100, whole; missing: parts that are empty or too short; barring: those without which no card goes on.

    A required part bars only while it is empty: a short gain is poor, not absent.
    """

    percent: int
    missing: tuple[CardPart, ...]
    barring: tuple[CardPart, ...]


def card_parts(rules: InForce) -> tuple[CardPart, ...]:
    """The parts in their order. Raises: DomainError bad_weights where the weights do not add up to one."""
    rows = sorted(rules.table("card_parts"), key=lambda row: int(row["order"]))
    parts = tuple(
        CardPart(
            row["part"],
            Decimal(row["weight"]),
            row["required"] == "true",
            int(row["from_signs"]),
            row["zh"],
            row["en"],
            row["ask_zh"],
            row["ask_en"],
        )
        for row in rows
    )
    if sum(one.weight for one in parts) != 1:
        raise DomainError(
            f"The weights of card_parts in pack {rules.pack} do not add up to 1. Correct them there.",
            code="bad_weights",
        )
    return parts


def completeness(card: Mapping[str, str], parts: Sequence[CardPart]) -> Completeness:
    """Of a card: part -> what stands there; a part that the card lacks is empty. Blanks are no signs.

    >>> from decimal import Decimal
    >>> gain = CardPart("gain", Decimal(1), True, 4, "", "", "", "")
    >>> completeness({"gain": "快"}, [gain]).percent, completeness({"gain": "快三成多"}, [gain]).percent
    (0, 100)
    """
    signs = {one.part: len("".join(card.get(one.part, "").split())) for one in parts}
    missing = tuple(one for one in parts if signs[one.part] < one.from_signs)
    full = sum((one.weight for one in parts if one not in missing), Decimal(0))
    return Completeness(
        int(full * 100), missing, tuple(one for one in parts if one.is_required and not signs[one.part])
    )

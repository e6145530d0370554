"""Which firms a patent is for: what their texts say, and boosts, which are rows of a table that name their source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from panhuo.rules import InForce
from panhuo.terms.ipc import ipc_range


class FirmText(StrEnum):
    """What of a firm a patent is held against."""

    NEED = "need"
    OWN_PATENTS = "own_patents"
    PRODUCTS = "products"


@dataclass(frozen=True, slots=True)
class PatentFacts:
    """What boosts ask of a patent. ipc_keys: sort keys; owner_tags: tags of its owners on the day."""

    ipc_keys: frozenset[str]
    owner_tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class FirmFacts:
    """What boosts ask of a firm on the day. tags: codes; region_code: of GB/T 2260, "" where unknown."""

    has_filed_products: bool
    region_code: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Boost:
    """One row of match_boosts. source_row: of the requirements' inventory; points: 0..1, share of what lacks to 1."""

    boost: str
    source_row: str
    patent_fact: str
    patent_values: tuple[str, ...]
    firm_fact: str
    firm_values: tuple[str, ...]
    points: float
    reason: str

    def holds(self, patent: PatentFacts, firm: FirmFacts) -> bool:
        """Whether both sides meet it. An unknown fact is no."""
        return self.patent_meets(patent) and self.firm_meets(firm)

    def patent_meets(self, patent: PatentFacts) -> bool:
        """Whether the patent's side holds."""
        if self.patent_fact == "ipc":
            ranges = [ipc_range(pattern) for pattern in self.patent_values]
            return any(low <= key < high for key in patent.ipc_keys for low, high in ranges)
        if self.patent_fact == "owner_tag":
            return bool(patent.owner_tags & set(self.patent_values))
        return True  # "": any patent

    def firm_meets(self, firm: FirmFacts) -> bool:
        """Whether the firm's side holds."""
        if self.firm_fact == "filed_products":
            return firm.has_filed_products
        if self.firm_fact == "region_codes":
            return any(fnmatchcase(firm.region_code, pattern) for pattern in self.firm_values)
        return bool(firm.tags & set(self.firm_values))


def boosts(rules: InForce) -> tuple[Boost, ...]:
    """Read the table match_boosts."""

    def several(text: str) -> tuple[str, ...]:
        return tuple(part for part in text.split(";") if part)

    return tuple(
        Boost(
            row["boost"],
            row["source_row"],
            row["patent_fact"],
            several(row["patent_values"]),
            row["firm_fact"],
            several(row["firm_values"]),
            float(row["points"]),
            row["reason"],
        )
        for row in rules.table("match_boosts")
    )


@dataclass(frozen=True, slots=True)
class FirmRules:
    """weights: what each kind of text brings, 0..1; titles: own patents read; boosts: in the order of the table."""

    weights: Mapping[FirmText, float]
    titles: int
    boosts: tuple[Boost, ...]


def firm_rules(rules: InForce) -> FirmRules:
    """Read matching.firms.* and match_boosts."""
    weights = {
        FirmText.NEED: float(rules.decimal("matching.firms.need")),
        FirmText.OWN_PATENTS: float(rules.decimal("matching.firms.own_patents")),
        FirmText.PRODUCTS: float(rules.decimal("matching.firms.products")),
    }
    return FirmRules(weights, rules.integer("matching.firms.titles"), boosts(rules))


def firm_score(parts: Mapping[FirmText, float], given: Sequence[Boost], weights: Mapping[FirmText, float]) -> float:
    """1 - Π(1 - weight × part) Π(1 - points): each text and each boost takes its share of what lacks to 1.

    parts: the best score of each kind of text. Without any text that fits there is no score, however many boosts hold.

    >>> firm_score({FirmText.NEED: 0.5}, [], {FirmText.NEED: 1.0})
    0.5
    """
    lacking = 1.0
    for kind, score in parts.items():
        lacking *= 1.0 - weights[kind] * score
    if lacking == 1.0:
        return 0.0
    for boost in given:
        lacking *= 1.0 - boost.points
    return round(1.0 - lacking, 6)


def holding(every: Iterable[Boost], patent: PatentFacts, firm: FirmFacts) -> list[Boost]:
    """The boosts that hold for a patent and a firm, in the order of the table."""
    return [boost for boost in every if boost.holds(patent, firm)]

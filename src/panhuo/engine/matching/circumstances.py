"""Facts of a case beside its two texts: life, place, price and the like, each as a named value, and what they may do.

A value lies between 0, which speaks against a line, and 1, which speaks for it; NEUTRAL says nothing, and whatever is
unknown is neutral. Together they move the score of a text by a bounded part of itself, so that a text that shares
nothing gains nothing, and none passes another whose score is more than (1 + bound) / (1 - bound) times its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.placed_figures import PlacedFigure, agreeing, in_conflict
from panhuo.engine.ports import Floats, Ids
from panhuo.rules import InForce
from panhuo.terms.ipc import ipc_range

CIRCUMSTANCES = ("life", "region", "suited", "price", "maturity", "industry", "figures")
"""life: how long the right still runs; region: firm and owner of one county, city or province; suited: a boost of
match_boosts holds for this patent and this firm; price: asked against the budget; maturity: stated against wished;
industry: classes of the patent within the industry of the need; figures: of the need met or contradicted."""
LIFE, REGION, SUITED, PRICE, MATURITY, INDUSTRY, FIGURES = range(len(CIRCUMSTANCES))
NEUTRAL = 0.5
AGAINST = 0.4999
"""The most that a known fact is worth which speaks against a line: it is told, however little it weighs."""
UNKNOWN_DAY = np.iinfo(np.int64).min
DAYS_A_YEAR = 365.25
_FIRST_DAY = date(1970, 1, 1)
_NATION = 10
_NO_CITY = 90
"""Third and fourth digit of a code of GB/T 2260 under which a province keeps counties that belong to no city."""
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CircumstanceRules:
    """Numbers of a pack. weights: of CIRCUMSTANCES; bound: the most by which they move a score, below 1, as its part.

    lines: the best texts of a need that are looked at; figure_lines: those whose figures are. life_years: a rest of
    life that is neither for nor against. same_county, same_city, same_province, stated_industry, class_industry:
    values above NEUTRAL. price_over: times the budget at which a price is wholly against. maturity_step: what each
    grade short of the wish takes off NEUTRAL.
    """

    weights: tuple[float, ...]
    bound: float
    lines: int
    figure_lines: int
    life_years: float
    same_county: float
    same_city: float
    same_province: float
    price_over: float
    maturity_step: float
    stated_industry: float
    class_industry: float


def circumstance_rules(rules: InForce) -> CircumstanceRules:
    """Read matching.circumstances.* of the pack."""

    def number(name: str) -> float:
        return float(rules.decimal(f"matching.circumstances.{name}"))

    return CircumstanceRules(
        tuple(float(rules.decimal(f"matching.circumstances.points.{name}")) for name in CIRCUMSTANCES),
        number("bound"),
        rules.integer("matching.circumstances.lines"),
        rules.integer("matching.circumstances.figure_lines"),
        number("life_years"),
        number("same_county"),
        number("same_city"),
        number("same_province"),
        number("price_over"),
        number("maturity_step"),
        number("stated_industry"),
        number("class_industry"),
    )


@dataclass(frozen=True, slots=True)
class PatentColumns:
    """Facts of m rights. ids: ascending.

    expires: days since 1970, UNKNOWN_DAY where unknown; region: six digits, 0 where unknown; suits: bits of the
    boosts whose side of the patent holds; price: yuan asked, nan where nobody said; maturity: 1..9, 0 where nobody
    said; stated, classes: bits of the industries that a source names and that its classes lie in.
    """

    ids: Ids
    expires: Ids
    region: Ids
    suits: Ids
    price: Doubles
    maturity: Ids
    stated: Ids
    classes: Ids


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """Facts of one need: budget in yuan, maturity wished 1..9, the others as in PatentColumns."""

    region: int = 0
    suits: int = 0
    budget: float | None = None
    maturity: int = 0
    industries: int = 0


@dataclass(frozen=True, slots=True)
class NeedFactColumns:
    """NeedFacts of n needs as columns; budget nan where none is told."""

    region: Ids
    suits: Ids
    budget: Doubles
    maturity: Ids
    industries: Ids

    def some(self, needs: Ids) -> NeedFactColumns:
        """Some of them, in the order given."""
        return NeedFactColumns(*(getattr(self, one.name)[needs] for one in fields(self)))


def need_fact_columns(needs: Sequence[NeedFacts]) -> NeedFactColumns:
    """Facts of needs as columns."""
    return NeedFactColumns(
        np.array([one.region for one in needs], np.int64),
        np.array([one.suits for one in needs], np.int64),
        np.array([np.nan if one.budget is None else one.budget for one in needs], np.float64),
        np.array([one.maturity for one in needs], np.int64),
        np.array([one.industries for one in needs], np.int64),
    )


def no_patents() -> PatentColumns:
    """Rights of which nothing is known."""
    none = np.zeros(0, np.int64)
    return PatentColumns(none, none, none, none, np.zeros(0), none, none, none)


def joined(one: PatentColumns, other: PatentColumns) -> PatentColumns:
    """Facts of the rights of both, which have none in common."""
    order = np.argsort(np.concatenate([one.ids, other.ids]), kind="stable")
    columns = (np.concatenate([getattr(side, each.name) for side in (one, other)]) for each in fields(PatentColumns))
    return PatentColumns(*(column[order] for column in columns))


def days_of(day: date | None) -> int:
    """Days since 1970, UNKNOWN_DAY for none."""
    return UNKNOWN_DAY if day is None else (day - _FIRST_DAY).days


def circumstances(
    needs: NeedFactColumns, patents: PatentColumns, ids: Ids, rules: CircumstanceRules, day: date
) -> Floats:
    """(n, lines, len(CIRCUMSTANCES)) values of the lines ids (n, lines), -1 for none; figures are left neutral.

    A right that is not among `patents` is unknown in all.
    """
    found = np.full((*ids.shape, len(CIRCUMSTANCES)), NEUTRAL, np.float32)
    if not len(patents.ids) or not ids.size:
        return found
    rows = np.minimum(np.searchsorted(patents.ids, ids), len(patents.ids) - 1)
    there = (patents.ids[rows] == ids) & (ids >= 0)
    found[..., LIFE] = _life(patents.expires[rows], rules, day)
    found[..., REGION] = _region(needs.region[:, None], patents.region[rows], rules)
    found[..., SUITED] = np.where(needs.suits[:, None] & patents.suits[rows], 1.0, NEUTRAL)
    found[..., PRICE] = _price(needs.budget[:, None], patents.price[rows], rules)
    found[..., MATURITY] = _maturity(needs.maturity[:, None], patents.maturity[rows], rules)
    found[..., INDUSTRY] = _industry(needs.industries[:, None], patents.stated[rows], patents.classes[rows], rules)
    found[~there] = NEUTRAL
    return found


def _life(expires: Ids, rules: CircumstanceRules, day: date) -> Doubles:
    known = expires != UNKNOWN_DAY
    years = (np.where(known, expires, 0) - days_of(day)) / DAYS_A_YEAR
    told: Doubles = np.where(known, np.clip(years / (2 * rules.life_years), 0.0, 1.0), NEUTRAL)
    return told


NEARNESS = ("elsewhere", "province", "city", "county")
"""Names of what nearness() says."""


def nearness(ours: Ids, theirs: Ids) -> Ids:
    """How near two regions are by their codes, as places in NEARNESS; elsewhere where either is unknown.

    A city or county must be named on both sides to be the same.
    """
    province = (ours > 0) & (ours // 10_000 == theirs // 10_000) & (ours // 10_000 != _NATION)
    of_city = ours // 100 % 100
    city = province & (ours // 100 == theirs // 100) & (of_city != 0) & (of_city != _NO_CITY)
    county = province & (ours == theirs) & (ours % 100 != 0)
    found: Ids = np.where(county, 3, np.where(city, 2, np.where(province, 1, 0)))
    return found


def _region(ours: Ids, theirs: Ids, rules: CircumstanceRules) -> Doubles:
    """Elsewhere is not against."""
    values = np.array([NEUTRAL, rules.same_province, rules.same_city, rules.same_county])
    told: Doubles = values[nearness(ours, theirs)]
    return told


def _price(budget: Doubles, price: Doubles, rules: CircumstanceRules) -> Doubles:
    """1 within the budget; above it from NEUTRAL down to 0 at price_over times it, never for."""
    with np.errstate(invalid="ignore", divide="ignore"):
        times = price / budget
        over = np.clip(NEUTRAL * (1.0 - (times - 1.0) / (rules.price_over - 1.0)), 0.0, AGAINST)
        told: Doubles = np.where(price <= budget, 1.0, over)
    told[~((budget > 0) & (price >= 0))] = NEUTRAL
    return told


def _maturity(wished: Ids, stated: Ids, rules: CircumstanceRules) -> Doubles:
    """1 as wished; short of the wish from NEUTRAL down, never for."""
    short = wished - stated
    against = np.clip(NEUTRAL - rules.maturity_step * short, 0.0, AGAINST)
    told: Doubles = np.where((wished > 0) & (stated > 0), np.where(short <= 0, 1.0, against), NEUTRAL)
    return told


def _industry(ours: Ids, stated: Ids, classes: Ids, rules: CircumstanceRules) -> Doubles:
    """Another industry is not against: a technology crosses over more often than a table knows."""
    told: Doubles = np.select(
        [(ours & stated) != 0, (ours & classes) != 0], [rules.stated_industry, rules.class_industry], NEUTRAL
    )
    return told


@dataclass(frozen=True, slots=True)
class FigureAgreement:
    """value: 0..1; met: figures of the need with one of the text that agrees; against: with one that excludes it."""

    value: float
    met: tuple[tuple[PlacedFigure, PlacedFigure], ...] = ()
    against: tuple[tuple[PlacedFigure, PlacedFigure], ...] = ()


NO_AGREEMENT = FigureAgreement(NEUTRAL)
ENOUGH_FIGURES = 2
"""Figures in common that are as good as all."""


def figure_agreement(ours: Sequence[PlacedFigure], theirs: Sequence[PlacedFigure]) -> FigureAgreement:
    """Figures of a need held against those of a text, as coverage does, of one quantity only.

    A contradiction outweighs what agrees: it is one only where the same words stand before both.
    """
    shared = {one.figure.dimension for one in theirs}.intersection(one.figure.dimension for one in ours)
    if not shared:
        return NO_AGREEMENT
    met, against = [], []
    for one in ours:
        if one.is_start or one.figure.dimension not in shared:
            continue
        found = next((two for two in theirs if agreeing(one, two)), None)
        if found is not None:
            met.append((one, found))
        else:
            against += [(one, two) for two in theirs if in_conflict(one, two)][:1]
    value = NEUTRAL + min(1.0, len(met) / ENOUGH_FIGURES) * (1 - NEUTRAL) if not against else 0.0
    return FigureAgreement(value, tuple(met), tuple(against))


def moved(values: Floats, rules: CircumstanceRules) -> Doubles:
    """By which part of itself a score moves, -bound..bound, for values (..., len(CIRCUMSTANCES))."""
    sums = (values.astype(np.float64) - NEUTRAL) * 2 @ np.array(rules.weights)
    found: Doubles = np.clip(sums, -rules.bound, rules.bound)
    return found


def with_circumstances(totals: Doubles, values: Floats, rules: CircumstanceRules) -> Doubles:
    """Scores of texts moved by the facts of their case, 0..1, to six digits."""
    found: Doubles = np.minimum(1.0, np.floor(totals * (1.0 + moved(values, rules)) * 1e6 + 0.5) / 1e6)
    return found


@dataclass(frozen=True, slots=True)
class Industries:
    """Industries of a pack by their place, which is their bit. divisions: two digits of GB/T 4754 -> place;
    words: names of strategic emerging industries -> place; ranges: first three characters of IPC sort keys ->
    (first key, key after the last, bit)."""

    divisions: Mapping[str, int]
    words: Mapping[str, int]
    ranges: Mapping[str, Sequence[tuple[str, str, int]]]

    def of_code(self, told: str) -> int:
        """Bits of an industry as a source writes it: C3670, 36, 新材料; 0 where the pack knows none."""
        digits = "".join(mark for mark in told if mark.isdecimal() and mark.isascii())
        if len(digits) >= DIVISION:
            place = self.divisions.get(digits[:DIVISION])
            return 0 if place is None else 1 << place
        bare = told.strip().removesuffix("产业")
        if len(bare) < LEAST_WORD:
            return 0
        return sum(1 << place for word, place in self.words.items() if word.removesuffix("产业") == bare)

    def of_classes(self, keys: Iterable[str]) -> int:
        """Bits of the industries that one of the IPC sort keys lies in."""
        bits = 0
        for key in keys:
            for low, high, bit in self.ranges.get(key[:3], ()):
                if low <= key < high:
                    bits |= bit
        return bits


DIVISION = 2
LEAST_WORD = 2


def industries(rules: InForce) -> Industries:
    """Read industry_classes, sei_rules and the included ranges of sei_ipc."""
    divisions: dict[str, int] = {}
    words: dict[str, int] = {}
    ranges: dict[str, set[tuple[str, str, int]]] = {}

    def add(low: str, high: str, bit: int) -> None:
        ranges.setdefault(low[:3], set()).add((low, high, bit))

    for place, row in enumerate(rules.table("industry_classes")):
        divisions[row["division"]] = place
        for pattern in row["patterns"].split(";"):
            add(*ipc_range(pattern), 1 << place)
    of_rule = {row["rule_id"]: row["industry"] for row in rules.table("sei_rules")}
    for name in sorted(set(of_rule.values())):
        words[name] = len(divisions) + len(words)
    for row in rules.table("sei_ipc"):
        if row["kind"] == "include":
            add(row["low_key"], row["high_key"], 1 << words[of_rule[row["rule_id"]]])
    return Industries(divisions, words, {key: sorted(found) for key, found in ranges.items()})

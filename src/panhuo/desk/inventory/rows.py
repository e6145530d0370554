"""What the engine says of each patent on a day, as rows of StockPatent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from panhuo.adapters.tables.duck import DuckTables, open_tables
from panhuo.adapters.tables.protocol import Tables
from panhuo.desk.inventory.models import Placement
from panhuo.desk.people.models import Organisation
from panhuo.desk.registry.export import Projection
from panhuo.desk.registry.fee_facts import FeeDays, fee_days, fee_facts
from panhuo.desk.registry.parties import roster
from panhuo.desk.registry.standing_facts import BURDENS, Standing, standings
from panhuo.desk.registry.statements import latest_offers
from panhuo.engine.grading.high_value import CASES
from panhuo.engine.indicators.supply_list import stated_by_owner, supply_rules
from panhuo.engine.records.owners import normalise_party_name
from panhuo.engine.records.terms_and_fees import FeeRow, FeeRules, annual_fee_row, fee_rules
from panhuo.rules import InForce
from panhuo.terms.errors import OutOfRange
from panhuo.terms.kinds import PATENT_TYPES

COLUMNS = (
    "asset_id",
    "unit_id",
    "number",
    "title",
    "owner_name",
    "owner_type",
    "ip_type",
    "region_code",
    "ipc_subclass",
    "sei_class",
    "filing_date",
    "grant_date",
    "term_end",
    "status",
    "dormancy",
    "why",
    "burdens",
    "grade",
    "value_score",
    "is_high_value",
    "high_value_cases",
    "fee_state",
    "fee_due_on",
    "fee_year",
    "fee_full_cny",
    "fee_payable_cny",
    "fee_late_cny",
    "fee_is_assumed",
    "consent_until",
)
MEMORY = "2GB"
_LONGEST_WHY = 400
_NO_FEE: tuple[Any, ...] = ("", None, None, None, None, None, False)


class StockRows:
    """All patents of CNIPA of a projection on rules.day, in the order of asset_id.

    total: how many there are; known once `cells` has begun.
    """

    def __init__(self, projection: Projection, rules: InForce) -> None:
        self.total = 0
        self._projection, self._rules = projection, rules
        self._fees = fee_rules(rules)
        self._units = PatentUnits()

    def cells(self) -> Iterator[tuple[Any, ...]]:
        """Rows in the order of COLUMNS."""
        with open_tables(self._projection.paths(), memory_limit=MEMORY) as tables:
            self.total = _how_many(tables, self._rules.day)
            days = fee_days(tables, self._rules.day)
            ends = consent_ends(tables, self._rules)
            for one in standings(self._projection, tables, self._rules):
                yield self._row(one, days, ends.get(one.cells["asset_id"]))

    def _row(self, one: Standing, days: FeeDays, consent_until: date | None) -> tuple[Any, ...]:
        cells = one.cells
        unit = self._units.of(cells["asset_id"], cells["owner_code"], cells["first_owner"])
        return (
            cells["asset_id"],
            unit.pk if unit else None,
            one.number[:40],
            cells["title"] or "",
            (cells["first_owner"] or "")[:200],
            cells["owner_type"] or "",
            cells["ip_type"],
            cells["region_code"] or (unit.region_code if unit else ""),
            (cells["ipc_main"] or "")[:4],
            cells["sei_class"] or "",
            cells["filing_date"],
            cells["grant_date"],
            cells["term_end"],
            cells["status"] or "",
            one.dormancy or "",
            ";".join(one.dormancy_why)[:_LONGEST_WHY],
            ";".join(kind for kind in BURDENS if one.burdens[kind]),
            cells["grade"] or "",
            None if one.score is None else one.score.quantize(Decimal("0.01")),
            cells["high_value"],
            ";".join(case for case in CASES if cells["high_value"] and cells[case]),
            *_fee(one, days, at=self._rules.day, rules=self._fees),
            consent_until,
        )


def consent_ends(tables: Tables, rules: InForce) -> dict[int, date]:
    """Last day of each consent that ends, by asset_id: the owner's own, as last told up to rules.day, and as the list
    itself reads it. A right that another one than its owner offers has none."""
    judged_by = supply_rules(rules, roster=roster())
    offers = tables["offers"]
    asked = offers.filter(offers.valid_to.notnull()).select("asset_id").distinct()
    owners = tables["assets"].semi_join(asked, "asset_id").select("asset_id", "owners", "owner_code")
    told = {asset: (tuple(names or ()), code) for asset, names, code in tables.rows(owners)}
    return {
        asset: offer.valid_to
        for asset, offer in latest_offers(tables, asked, judged_by).items()
        if offer.consent == "yes"
        and offer.valid_to is not None
        and stated_by_owner(offer.stated_owner, *told[asset], judged_by.roster)
    }


class OwnerUnits:
    """Organisations by the owners that files name: by code, by folded name where no code speaks against it."""

    def __init__(self) -> None:
        known = list(Organisation.objects.select_related("parent__parent"))
        self._by_number = {one.pk: one for one in known}
        self._by_code = {one.uscc: one for one in known if one.uscc}
        self._by_name: dict[str, Organisation | None] = {}
        for one in known:
            if one.parent_id is None:  # "数学学院" is a part of many owners
                name = normalise_party_name(one.name)
                self._by_name[name] = None if name in self._by_name else one

    def of(self, code: str | None, name: str | None) -> Organisation | None:
        """The organisation of an owner; None where none is known, or several bear its name."""
        owner = self._by_code.get(code or "")
        if owner is None and name:
            owner = self._by_name.get(normalise_party_name(name))
            if owner is not None and code and owner.uscc and owner.uscc != code:
                return None
        return owner

    def by_number(self, number: int) -> Organisation | None:
        return self._by_number.get(number)


class PatentUnits:
    """Whose each patent is: the part of its owner in which it was placed, else the owner."""

    def __init__(self) -> None:
        self._owners = OwnerUnits()
        self._placed = dict(Placement.objects.values_list("asset", "unit"))

    def of(self, asset: int, code: str | None, name: str | None) -> Organisation | None:
        owner = self._owners.of(code, name)
        placed = self._owners.by_number(self._placed.get(asset, 0))
        if placed is not None and owner is not None and owner.pk in _chain(placed):
            return placed  # a right that was sold leaves the college of its former owner
        return owner


def _chain(unit: Organisation) -> frozenset[int]:
    found: set[int] = set()
    one: Organisation | None = unit
    while one is not None and one.pk not in found:
        found.add(one.pk)
        one = one.parent
    return frozenset(found)


def _fee(one: Standing, days: FeeDays, *, at: date, rules: FeeRules) -> tuple[Any, ...]:
    if not one.living:
        return _NO_FEE
    facts = fee_facts(_asked(one), days)
    if facts is None or at < facts.grant_date:
        return _NO_FEE
    try:
        row = annual_fee_row(facts, at=at, rules=rules)
    except OutOfRange:  # a year or kind for which the pack has no fee
        return _NO_FEE
    return _NO_FEE if row is None else _told(row)


def _asked(one: Standing) -> Mapping[str, Any]:
    return {**one.cells, "open_licence": one.burdens["open_licence"]}


def _told(row: FeeRow) -> tuple[Any, ...]:
    return (
        row.state.value,
        row.due_date,
        row.year,
        row.full_fee_cny,
        row.payable_fee_cny,
        row.late_fee_cny,
        row.reduction.assumed,
    )


def _how_many(tables: DuckTables, at: date) -> int:
    assets = tables["assets"]
    chosen = assets.filter(assets.ip_type.isin([*PATENT_TYPES]), assets.jurisdiction == "CN", assets.filing_date <= at)
    return int(next(iter(tables.rows(chosen.aggregate(n=chosen.count()))))[0])

"""What owners stated of their rights, the later over the earlier; what others stated in their name is no offer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
from ibis import Table

from panhuo.adapters.tables.protocol import Tables
from panhuo.engine.indicators.supply_list import SupplyOffer, SupplyRules, restricts, stated_by_owner
from panhuo.engine.records.roster import Roster

COLUMNS = (
    "asset_id",
    "stated_on",
    "consent",
    "willingness",
    "intended_mode",
    "price_cny",
    "price_note",
    "maturity",
    "contact",
    "scenario",
    "summary",
    "valid_to",
    "stated_owner",
    "restrictions",
    "other_cells",
)
FILLED = ("willingness", "intended_mode", "price_cny", "price_note", "maturity", "contact", "scenario", "summary")
NUMBERS = ("price_cny", "maturity")
ORIGINS = ("stock_item", "owner_answer", "open_licence")


@dataclass(frozen=True, slots=True)
class _Owners:
    names: tuple[str, ...]
    code: str


def latest_offers(
    tables: Tables, ids: Table, supply: SupplyRules, *, origins: Sequence[str] = ORIGINS
) -> dict[int, SupplyOffer]:
    """Per right what its owner stated up to the day: consent as last said, other cells as last filled.

    Where nobody but others spoke, their consent alone is told, without contact, price or words: the caller sees by
    stated_owner that it is not the owner's.
    """
    at = supply.at
    owners = {
        row[0]: _Owners(tuple(row[1] or ()), row[2])
        for row in tables.rows(tables["assets"].semi_join(ids, "asset_id").select("asset_id", "owners", "owner_code"))
    }
    offers = tables["offers"].semi_join(ids, "asset_id")
    offers = offers.filter(offers.source.isin([*origins]))
    said = offers.filter(offers.stated_on.isnull() | (offers.stated_on <= at)).select(*COLUMNS)
    own: dict[int, list[SupplyOffer]] = {}
    others: dict[int, list[SupplyOffer]] = {}
    for cells in tables.rows(said):
        row: dict[str, Any] = dict(zip(COLUMNS, cells, strict=True))
        asset_id, price = row.pop("asset_id"), row.pop("price_cny")
        offer = SupplyOffer(**row, price_cny=None if price is None else Decimal(str(price)))
        owner = owners[asset_id]
        is_own = stated_by_owner(offer.stated_owner, owner.names, owner.code, supply.roster)
        (own if is_own else others).setdefault(asset_id, []).append(offer)
    found = {asset_id: _strangers(statements) for asset_id, statements in others.items()}
    return found | {asset_id: _merged(statements, supply) for asset_id, statements in own.items()}


def offering(offers: Table) -> Table:
    """Statements that say anything of an offer; an inventory's row may tell a department and nothing else."""
    words = ("consent", *(name for name in FILLED if name not in NUMBERS), "restrictions")
    told = offers.valid_to.notnull()
    for name in NUMBERS:
        told = told | offers[name].notnull()
    for name in words:
        told = told | (offers[name] != "")
    return offers.filter(told)


def offers_something(offer: SupplyOffer) -> bool:
    """The same of one statement."""
    names = ("consent", *FILLED, "restrictions", "valid_to")
    return any(getattr(offer, name) not in (None, "") for name in names)


def owners_words(tables: Tables, roster: Roster) -> Table:
    """The offers without those that somebody else stated in the owner's name."""
    offers, assets = tables["offers"], tables["assets"].select("asset_id", "owners", "owner_code")
    named = offers.filter(offers.stated_owner != "").select("asset_id", "stated_owner").distinct()
    asked = named.join(assets, "asset_id")
    asked = asked.filter(~asked.owners.contains(asked.stated_owner))
    strangers = [
        {"asset_id": asset_id, "stated_owner": stated}
        for asset_id, stated, owners, code in tables.rows(
            asked.select("asset_id", "stated_owner", "owners", "owner_code")
        )
        if not stated_by_owner(stated, owners, code, roster)
    ]
    return offers.anti_join(ibis.memtable(strangers), ["asset_id", "stated_owner"]) if strangers else offers


def _merged(statements: Sequence[SupplyOffer], supply: SupplyRules) -> SupplyOffer:
    ordered = sorted(statements, key=_place)
    offer = ordered[0]
    for later in ordered[1:]:
        offer = _over(offer, later)
    return replace(offer, restrictions=_restrictions(ordered, supply))


def _place(offer: SupplyOffer) -> tuple[object, ...]:
    """Undated statements first; of one day a refusal last, for nobody can say which came later.

    The rest of the key makes the order that of the set, whoever was read first.
    """
    rest = (str(getattr(offer, name)) for name in (*FILLED, "valid_to", "stated_owner", "restrictions", "other_cells"))
    return (offer.stated_on or date.min, offer.consent == "no", offer.consent, offer.contact, *rest)


def _over(earlier: SupplyOffer, later: SupplyOffer) -> SupplyOffer:
    """The later statement; where it is silent the earlier one holds. Consent goes with its own day, end and owner."""
    filled = {
        name: getattr(later, name) if getattr(later, name) not in (None, "") else getattr(earlier, name)
        for name in FILLED
    }
    cells = _beside(earlier) | _beside(later)
    told = json.dumps(cells, ensure_ascii=False, sort_keys=True) if cells else ""
    return replace(later if later.consent else earlier, **filled, other_cells=told)


def _beside(offer: SupplyOffer) -> dict[str, str]:
    found: dict[str, str] = json.loads(offer.other_cells or "{}")
    return found


def _restrictions(ordered: Sequence[SupplyOffer], supply: SupplyRules) -> str:
    """As last told; of words of one day those that restrict, for nobody can say which came later."""
    told = [offer for offer in ordered if offer.restrictions]
    if not told:
        return ""
    last = [offer.restrictions for offer in told if offer.stated_on == told[-1].stated_on]
    return next((text for text in last if restricts(text, supply)), last[-1])


def _strangers(statements: Sequence[SupplyOffer]) -> SupplyOffer:
    """A consent among them is told, a refusal is not: it is not theirs to refuse."""
    last = max(statements, key=lambda offer: (offer.consent == "yes", *_place(offer)))
    consent = "yes" if last.consent == "yes" else ""
    return SupplyOffer(last.stated_on, consent, stated_owner=last.stated_owner)

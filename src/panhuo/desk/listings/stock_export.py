"""The batch workbook of the national stock inventory, filled from the register, and read back by panhuo import."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.tables.protocol import Tables
from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.layout import column_kind, notes_of, phrase
from panhuo.adapters.writers.tables import check_suffix, write_rows
from panhuo.adapters.writers.workbook import Sheet, write_workbook
from panhuo.desk.registry.export import current_projection
from panhuo.desk.registry.parties import roster
from panhuo.desk.registry.statements import latest_offers, offers_something
from panhuo.engine.indicators.supply_list import SupplyOffer, stated_by_owner, supply_rules
from panhuo.engine.records.encumbrances import encumbrances
from panhuo.engine.records.fields import STOCK_BESIDE_DAYS
from panhuo.engine.records.owners import normalise_party_name, split_joint_owners
from panhuo.engine.records.status import legal_status
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import PATENT_TYPES, EventType, LegalStatus

ASSET_FIELDS = ("application_number", "publication_number", "title", "owners", "filing_date", "ipc")
BURDENS = {"pledge_active": "pledged", "exclusive_active": "exclusively_licensed", "preservation_active": "preserved"}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Use:
    """Exploitation that the owner declared."""

    since: date | None
    mode: str


def write_stock_inventory(home: Home, rules: InForce, *, owner: str | None, out: Path) -> int:
    """Write the living patents of the institutions, or of one owner (code or name), in the template's columns.

    Returns: rows written. Raises: UnknownSuffix; DomainError unknown_owner, cannot_write.
    """
    suffix = check_suffix(out)
    projection = current_projection(home, rules)
    with open_tables(projection.paths()) as tables:
        rows = list(_rows(tables, rules, owner))
    if owner is not None and not rows:
        raise DomainError(f"No living right is held by {owner}.", code="unknown_owner", owner=owner)
    template = rules.table("stock_template")
    columns = [Column(row["field"], row["heading"], column_kind(row["kind"]), int(row["width"])) for row in template]
    cells = [[row.get(column.key) for column in columns] for row in rows]
    title = Labels(rules).word("output", "stock_inventory")
    if suffix != ".xlsx":
        return write_rows(out, columns, cells, sheet_title=title)
    scheme = rules.text("stock.template_scheme")
    head = [title, phrase(rules, "stock_head", day=rules.day, count=len(rows), scheme=scheme)]
    if home.kind == "demo":
        head.append(phrase(rules, "synthetic"))
    explain = {row["field"]: row["note"] for row in template if row["note"]}
    sheet = Sheet(title, columns, cells, head=head, explain=explain)
    return write_workbook(out, [sheet], notes=notes_of(rules, "stock_inventory", scheme=scheme))[0]


def _rows(tables: Tables, rules: InForce, owner: str | None) -> Iterator[Row]:
    at, words = rules.day, Labels(rules)
    types = rules.words("supply.university_owner_types")
    assets = tables["assets"]
    chosen = assets.filter(assets.ip_type.isin([*PATENT_TYPES]), assets.jurisdiction == "CN")
    if owner is None:
        chosen = chosen.filter(chosen.owner_type.isin([*types]))
    states = legal_status(chosen, tables["events"], at)
    living = chosen.semi_join(states.filter(states.status == LegalStatus.GRANTED_IN_FORCE), "asset_id")
    ids = living.select("asset_id")
    # a right's own inventory statement alone, so that reading it back says nothing new; else the owner's answer
    supply = supply_rules(rules, roster=roster())
    offers: dict[int, SupplyOffer] = {}
    for origin in ("owner_answer", "stock_item"):
        for asset_id, said in latest_offers(tables, ids, supply, origins=(origin,)).items():
            answer = offers.get(asset_id)
            if answer is not None and not offers_something(said):
                said = replace(answer, other_cells=said.other_cells)  # noqa: PLW2901
            offers[asset_id] = said
    lies = encumbrances(living, tables["events"], at).select("asset_id", *BURDENS)
    burdens = {row[0]: row[1:] for row in tables.rows(lies)}
    uses = _uses(tables, at)
    mark = next(row["word"] for row in rules.table("restriction_words") if row["meaning"] == "register")
    beside = ("asset_id", "ip_type", "first_owner", "owner_code", "inventors", "industry_code", "grant_date")
    shown = (*beside, *ASSET_FIELDS)
    for cells in tables.rows(living.select(*shown).order_by("asset_id")):
        row: Row = dict(zip(shown, cells, strict=True))
        if owner is not None and not _is_of(row, owner):
            continue
        burdens_told = [
            words.word("supply_bar", bar)
            for bar, holds in zip(BURDENS.values(), burdens[row["asset_id"]], strict=True)
            if holds
        ]
        offer = offers.get(row["asset_id"])
        if offer is not None and not stated_by_owner(
            offer.stated_owner, row["owners"], row["owner_code"], supply.roster
        ):
            offer = None  # written beside the register's owner, another's consent would come back as the owner's
        yield {
            **{name: row[name] for name in ASSET_FIELDS},
            "ip_type": words.word("ip_type", row["ip_type"]),
            "inventors": row["inventors"],
            "registered_grant_date": row["grant_date"],
            "industry_code": row["industry_code"],
            "legal_status": words.word("legal_status", LegalStatus.GRANTED_IN_FORCE),
            **_stated(offer, words),
            "restrictions": _restrictions(offer.restrictions if offer else "", burdens_told, mark),
            **_beside(offer, uses.get(row["asset_id"]), words),
        }


def _is_of(row: Mapping[str, Any], owner: str) -> bool:
    return owner == row["owner_code"] or normalise_party_name(owner) == normalise_party_name(row["first_owner"])


def _uses(tables: Tables, at: date) -> dict[int, _Use]:
    events = tables["events"]
    declared = events.filter(
        events.event == EventType.OWN_EXPLOITATION, events.asset_id.notnull(), events.event_date <= at
    )
    rows = tables.rows(declared.select("asset_id", "event_date", "text").order_by(["asset_id", "event_date"]))
    return {asset_id: _Use(day, text) for asset_id, day, text in rows}


def _beside(offer: SupplyOffer | None, use: _Use | None, words: Labels) -> Row:
    """What the owner's inventory said beside the offer, as it was written; exploitation from elsewhere if it is silent.

    A day on which exploitation began is told only where the owner told one.
    """
    told: Row = json.loads(offer.other_cells) if offer is not None and offer.other_cells else {}
    if "implemented" in told:
        told["implemented"] = words.word("yes_no", told["implemented"])
    else:
        told = _used(use, words) | told
    days = (name for name in STOCK_BESIDE_DAYS if isinstance(told.get(name), str))
    return told | {name: date.fromisoformat(told[name]) for name in days}


def _used(use: _Use | None, words: Labels) -> Row:
    if use is None:
        return {}
    return {
        "implemented": words.word("yes_no", "yes"),
        "implemented_since": use.since,
        "implementation_mode": use.mode,
    }


def _restrictions(own: str, registered: Sequence[str], mark: str) -> str:
    """The owner's words, then what the register says behind a mark, which is cut off when the file is read back."""
    told = f"{mark}{'、'.join(registered)}" if registered else ""
    return "；".join(filter(None, (own, told)))


def _stated(offer: SupplyOffer | None, words: Labels) -> Row:
    if offer is None:
        return {}
    return {
        "owners": list(split_joint_owners(offer.stated_owner)),  # as stated, so that it is the same statement
        "stated_on": offer.stated_on,
        "willing": words.word("willingness", offer.willingness),
        "maturity": offer.maturity,
        "scenario": offer.scenario,
        "advantage": offer.summary,
        "intended_mode": words.word("intended_mode", offer.intended_mode),
        "price_wan": None if offer.price_cny is None else float(offer.price_cny / Decimal(10_000)),
        "price_note": offer.price_note,
        "valid_to": offer.valid_to,
        "consent": words.word("consent", offer.consent) if offer.consent else "",
        "contact": offer.contact,
    }

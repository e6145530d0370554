"""The firms of a register with what they say of themselves: needs, own patents, filed products, rosters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ibis

from panhuo.cli.match_needs import Need, need_of
from panhuo.desk.registry.parties import regions_by_name
from panhuo.engine.matching.firm_ranking import FirmFacts
from panhuo.engine.matching.needs import NeedRules
from panhuo.engine.records.fields import NEEDS
from panhuo.engine.records.owners import normalise_party_name, owner_type
from panhuo.engine.records.roster import PartyId, Roster
from panhuo.rules import InForce
from panhuo.terms.kinds import PATENT_TYPES, EventType, OwnerType

if TYPE_CHECKING:
    from panhuo.adapters.tables.protocol import Tables


@dataclass(slots=True)
class Firm:
    """One firm. titles: of its own patents, the latest filed first; ipc: their subclasses."""

    party: PartyId
    name: str
    region_code: str = ""
    needs: list[Need] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    own_patents: int = 0
    ipc: set[str] = field(default_factory=set)
    products: list[str] = field(default_factory=list)


class RegisterFirms:
    """Firms by party, and what rosters say of them and of owners on the day."""

    def __init__(self, tables: Tables, rules: InForce, known: NeedRules, roster: Roster, *, titles: int) -> None:
        self._rules, self._roster, self._titles = rules, roster, titles
        self._codes = {row["word"]: row["tag"] for row in rules.table("party_tags")}
        self._regions = {row["code"]: row["name"] for row in rules.table("regions")}
        self._placed = regions_by_name()
        self._suffixes = rules.table("owner_suffixes")
        self.firms: dict[PartyId, Firm] = {}
        self._read_needs(tables, known)
        self._read_products(tables)
        self._read_patents(tables)
        for firm in self.firms.values():
            firm.region_code = firm.region_code or self._placed.get(normalise_party_name(firm.name), "")

    def facts(self, firm: Firm) -> FirmFacts:
        """What boosts ask of a firm."""
        return FirmFacts(bool(firm.products), firm.region_code, self.tags(firm.party))

    def region(self, code: str) -> str:
        return self._regions.get(code, "")

    def tags(self, party: PartyId) -> frozenset[str]:
        """Codes of tags that rosters give the party on the day."""
        day = self._rules.day
        words = {row.tag for row in self._roster.rows_of(party) if row.tag and row.holds_on(day)}
        return frozenset(self._codes.get(word, word) for word in words)

    def tag_words(self, party: PartyId) -> list[str]:
        """The same as the rosters write them."""
        day = self._rules.day
        return sorted({row.tag for row in self._roster.rows_of(party) if row.tag and row.holds_on(day)})

    def parties(self, names: Iterable[str], code: str) -> list[PartyId]:
        """Identities of a patent's owners; the code is that of the first."""
        return [self._roster.party(name, code if place == 0 else "") for place, name in enumerate(names)]

    def _firm(self, name: str, code: str = "") -> Firm | None:
        party = self._roster.party(name, code)
        if not party or owner_type(name, self._suffixes).owner_type not in (OwnerType.ENTERPRISE, OwnerType.UNKNOWN):
            return None
        return self.firms.setdefault(party, Firm(party, name))

    def _read_needs(self, tables: Tables, known: NeedRules) -> None:
        needs = tables["needs"]
        told = needs.filter(needs.received_on.isnull() | (needs.received_on <= self._rules.day)).order_by("need_id")
        for cells in tables.rows(told.select(*NEEDS)):
            row: dict[str, Any] = dict(zip(NEEDS, cells, strict=True))
            firm = self._firm(row["firm"], row["firm_code"])
            if firm is not None:
                firm.needs.append(need_of(row, known))
                firm.region_code = firm.region_code or row["region_code"]

    def _read_products(self, tables: Tables) -> None:
        events, assets = tables["events"], tables["assets"].select("asset_id", "first_owner", "owner_code")
        day = ibis.coalesce(events.event_date, events.known_on)
        filed = events.filter(events.event == EventType.PRODUCT_FILED, day <= self._rules.day)
        told = filed.left_join(assets, "asset_id").order_by(["event_date", "event_id"])
        columns = ("to_party", "to_code", "first_owner", "owner_code", "text")
        for to_party, to_code, owner, owner_code, product in tables.rows(told.select(*columns)):
            named = (to_party, to_code) if to_party else (owner or "", owner_code or "")
            firm = self._firm(*named)
            if firm is not None and product not in firm.products:
                firm.products.append(product or "未写产品名称")

    def _read_patents(self, tables: Tables) -> None:
        assets = tables["assets"]
        own = assets.filter(
            assets.ip_type.isin([*PATENT_TYPES]), assets.owner_type == OwnerType.ENTERPRISE.value
        ).order_by([ibis.desc("filing_date"), "asset_id"])
        columns = ("first_owner", "owner_code", "region_code", "title", "title_en", "ipc_main")
        for name, code, region, title, title_en, ipc in tables.rows(own.select(*columns)):
            firm = self._firm(name, code)
            if firm is None:
                continue
            firm.own_patents += 1
            firm.region_code = firm.region_code or region
            if ipc:
                firm.ipc.add(ipc[:4])
            if len(firm.titles) < self._titles and (title or title_en):
                firm.titles.append(title or title_en)

    def __iter__(self) -> Iterator[Firm]:
        """In the order of their identity, so that equal scores stand alike in every call."""
        return iter(sorted(self.firms.values(), key=lambda firm: firm.party))


def patents_asked(tables: Tables, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What firms are told of the patents, by asset_id."""
    columns = (
        "asset_id", "asset_key", "publication_number", "application_number", "title", "title_en", "abstract",
        "owners", "owner_code", "region_code", "ipc_main", "ipc_keys",
    )  # fmt: skip
    held = ibis.memtable({"asset_id": sorted(ids)}, schema={"asset_id": "int64"})
    rows = tables.rows(tables["assets"].semi_join(held, "asset_id").select(*columns))
    return {cells[0]: dict(zip(columns, cells, strict=True)) for cells in rows}

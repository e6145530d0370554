"""Facts of needs and rights for a match: life, place, price, maturity, industry and what boosts ask, of a register."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from panhuo.cli.match_needs import Need
from panhuo.engine.matching.case_facts import CaseFacts
from panhuo.engine.matching.circumstances import (
    NeedFacts,
    PatentColumns,
    circumstance_rules,
    days_of,
    industries,
    joined,
    no_patents,
)
from panhuo.engine.matching.firm_ranking import FirmFacts, PatentFacts, boosts
from panhuo.engine.matching.maturity_wish import maturity_wished, maturity_words
from panhuo.engine.ports import Ids
from panhuo.engine.records.owners import normalise_party_name
from panhuo.engine.records.protection import term_end
from panhuo.engine.records.roster import PartyId, Roster
from panhuo.rules import InForce

if TYPE_CHECKING:
    from panhuo.adapters.tables.protocol import Tables

REGION_DIGITS = 6


class RegisterFacts:
    """Facts of one register on the day of the rules."""

    def __init__(self, tables: Tables, rules: InForce, roster: Roster) -> None:
        from panhuo.desk.registry.parties import regions_by_name

        self._tables, self._rules, self._roster = tables, rules, roster
        self._boosts = boosts(rules)
        self._industries = industries(rules)
        self._words = maturity_words(rules)
        self._tags = {row["word"]: row["tag"] for row in rules.table("party_tags")}
        self._placed = regions_by_name()
        self._known = no_patents()
        self._asks = dict.fromkeys(("region_code", "owners", "owner_code", "ipc_keys", "industry_code"), True)
        self._of_key: dict[str, tuple[int, int]] = {}
        self._of_owners: dict[tuple[str, ...], int] = {}

    def case(self, needs: Sequence[Need]) -> CaseFacts:
        """Facts of these needs, in their order, and where those of rights are looked up.

        Of rights only what some of the needs ask is read.
        """
        told = [self.need(one) for one in needs]
        suits = any(one.suits for one in told)
        industry = any(one.industries for one in told)
        self._asks = {
            "region_code": any(one.region for one in told),
            "owners": suits,
            "owner_code": suits,
            "ipc_keys": suits or industry,
            "industry_code": industry,
        }
        self._known = no_patents()
        rules = circumstance_rules(self._rules)
        return CaseFacts(told, self.patents, self._boosts, rules, self._rules.day)

    def need(self, need: Need) -> NeedFacts:
        """What boosts ask of the firm is looked up where the need names it or tells its code."""
        region = need.region_code or self._placed.get(normalise_party_name(need.firm), "")
        party = self._roster.party(need.firm, need.firm_code)
        firm = FirmFacts(False, region, self._tags_of(party) if party else frozenset())  # noqa: FBT003 - not asked here
        suits = sum(1 << place for place, one in enumerate(self._boosts) if one.patent_fact and one.firm_meets(firm))
        budget = need.said.budget_high_cny or need.said.budget_low_cny
        return NeedFacts(
            _code(region),
            suits,
            None if budget is None else float(budget),
            maturity_wished(need.said, self._words),
            self._industries.of_code(need.industry_code),
        )

    def patents(self, ids: Ids) -> PatentColumns:
        """What is known of these rights, and of those asked before; those that the register lacks are left out."""
        lacking = np.setdiff1d(ids, self._known.ids)
        if len(lacking):
            self._known = joined(self._known, self._read(lacking))
        return self._known

    def _read(self, ids: Ids) -> PatentColumns:
        held = ibis.memtable({"asset_id": ids.tolist()}, schema={"asset_id": "int64"})
        assets = self._tables["assets"].semi_join(held, "asset_id")
        asked = [name for name, is_asked in self._asks.items() if is_asked]
        ends = term_end(assets, self._rules)
        rows = list(self._tables.rows(assets.select("asset_id", *asked, expires_on=ends).order_by("asset_id")))
        if not rows:
            return no_patents()
        columns: dict[str, Sequence[Any]] = dict(
            zip(("asset_id", *asked, "expires_on"), zip(*rows, strict=True), strict=True)
        )
        known = np.array(columns["asset_id"], np.int64)
        nothing = np.zeros(len(known), np.int64)
        bits = [self._bits_of_keys(tuple(keys or ())) for keys in columns.get("ipc_keys", ())]
        owners = zip(columns.get("owners", ()), columns.get("owner_code", ()), strict=True)
        by_owner = [self._bits_of_owners(tuple(names or ()), code or "") for names, code in owners]
        suits, classes = (np.array(part, np.int64) for part in zip(*bits, strict=True)) if bits else (nothing, nothing)
        stated = [self._stated.get(one, (None, None)) for one in known.tolist()]
        return PatentColumns(
            known,
            np.array([days_of(one) for one in columns["expires_on"]], np.int64),
            np.array([_code(one) for one in columns["region_code"]], np.int64) if "region_code" in columns else nothing,
            suits | np.array(by_owner, np.int64) if by_owner else suits,
            np.array([np.nan if price is None else price for price, _ in stated], np.float64),
            np.array([maturity or 0 for _, maturity in stated], np.int64),
            np.array([self._bits_of_codes(told) for told in columns["industry_code"]], np.int64)
            if "industry_code" in columns
            else nothing,
            classes,
        )

    @cached_property
    def _stated(self) -> dict[int, tuple[float | None, int | None]]:
        """Price asked and maturity by asset_id, each as the owner last said; of one day the greater."""
        from panhuo.desk.registry.statements import owners_words

        offers = owners_words(self._tables, self._roster)
        told = offers.filter(
            offers.asset_id.notnull(),
            offers.stated_on.isnull() | (offers.stated_on <= self._rules.day),
            offers.price_cny.notnull() | offers.maturity.notnull(),
        ).select("asset_id", "stated_on", "price_cny", "maturity")
        found: dict[int, tuple[float | None, int | None]] = {}
        rows: list[tuple[Any, ...]] = list(self._tables.rows(told))
        rows.sort(key=lambda cells: (cells[0], str(cells[1] or ""), cells[2] or 0.0, cells[3] or 0))
        for asset_id, _, price, maturity in rows:
            before = found.get(asset_id, (None, None))
            found[asset_id] = before[0] if price is None else price, before[1] if maturity is None else maturity
        return found

    def _bits_of_codes(self, told: Sequence[str] | None) -> int:
        """Industries that a source names."""
        found = 0
        for one in told or ():
            found |= self._industries.of_code(one)
        return found

    def _bits_of_keys(self, keys: tuple[str, ...]) -> tuple[int, int]:
        """Boosts and industries that one of the IPC sort keys belongs to."""
        suits = classes = 0
        for key in keys:
            found = self._of_key.get(key)
            if found is None:
                facts = PatentFacts(frozenset([key]), frozenset())
                found = self._of_key[key] = self._suits("ipc", facts), self._industries.of_classes([key])
            suits, classes = suits | found[0], classes | found[1]
        return suits, classes

    def _bits_of_owners(self, owners: tuple[str, ...], code: str) -> int:
        asked = (code, *owners)
        found = self._of_owners.get(asked)
        if found is None:
            tags: frozenset[str] = frozenset()
            for place, name in enumerate(owners):
                tags |= self._tags_of(self._roster.party(name, code if place == 0 else ""))
            found = self._of_owners[asked] = self._suits("owner_tag", PatentFacts(frozenset(), tags))
        return found

    def _suits(self, fact: str, facts: PatentFacts) -> int:
        """Bits of the boosts that ask this fact of a patent and find it."""
        return sum(
            1 << place for place, one in enumerate(self._boosts) if one.patent_fact == fact and one.patent_meets(facts)
        )

    def _tags_of(self, party: PartyId) -> frozenset[str]:
        day = self._rules.day
        words = {row.tag for row in self._roster.rows_of(party) if row.tag and row.holds_on(day)}
        return frozenset(self._tags.get(word, word) for word in words)


def _code(region: str | None) -> int:
    """A region code as a number, 0 where it is none."""
    told = region or ""
    return int(told) if len(told) == REGION_DIGITS and told.isascii() and told.isdecimal() else 0

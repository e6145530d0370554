"""Organisations as official rosters know them: spellings, tags with from and to, who controls whom.

Size class, state ownership and control come from here and from nowhere else; a tag counts only on days it
holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from panhuo.engine.records.owners import normalise_party_name
from panhuo.rules import InForce

PartyId = str
"""u:<unified social credit code> where the code is known, else n:<folded name>; "" for nobody."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row of a roster; either day may be open. aliases: other spellings and former names of the party."""

    party_name: str
    tag: str = ""
    party_code: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    controller: str = ""
    source_name: str = ""
    aliases: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Both ends included."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def tag_words(rules: InForce, codes: Iterable[str]) -> frozenset[str]:
    """Words by which rosters give one of the tags (pack table party_tags), the codes themselves among them."""
    wanted = frozenset(codes)
    return wanted | {row["word"] for row in rules.table("party_tags") if row["tag"] in wanted}


class Roster:
    """Look-ups over all rosters of a register."""

    def __init__(self, rows: Iterable[RosterRow]) -> None:
        self._codes: dict[str, str] = {}
        self._rows: dict[PartyId, list[RosterRow]] = {}
        rows = list(rows)
        for row in rows:
            if row.party_code:
                for name in (row.party_name, *row.aliases):
                    self._codes.setdefault(normalise_party_name(name), row.party_code)
        self._main = {
            normalise_party_name(alias): normalise_party_name(row.party_name)
            for row in rows
            if not row.party_code
            for alias in row.aliases
        }
        for row in rows:
            self._rows.setdefault(self.party(row.party_name, row.party_code), []).append(row)

    def party(self, name: str, code: str = "") -> PartyId:
        """Identity of a party by its code, else by a spelling a roster knows, else by its folded name."""
        if code:
            return f"u:{code}"
        folded = normalise_party_name(name)
        if not folded:
            return ""
        known = self._codes.get(folded)
        return f"u:{known}" if known else f"n:{self._main.get(folded, folded)}"

    def rows_of(self, party: PartyId) -> list[RosterRow]:
        """All rows about a party, whatever their days."""
        return self._rows.get(party, [])

    def tagged(self, party: PartyId, tags: Iterable[str], *, on: date) -> RosterRow | None:
        """The row that gives the party one of the tags on the day; None where no roster says so."""
        wanted = frozenset(tags)
        return next((row for row in self.rows_of(party) if row.tag in wanted and row.holds_on(on)), None)

    def once_tagged(self, party: PartyId, tags: Iterable[str]) -> RosterRow | None:
        """A row with one of the tags on any day: what an expired tag is shown by."""
        wanted = frozenset(tags)
        return next((row for row in self.rows_of(party) if row.tag in wanted), None)

    def controllers(self, party: PartyId, *, on: date) -> frozenset[PartyId]:
        """Who controls the party on the day, as rosters say."""
        return frozenset(
            self.party(row.controller) for row in self.rows_of(party) if row.controller and row.holds_on(on)
        )

"""Between whom a right was transferred: related, unrelated, or not to be told.

Related needs evidence from rosters (a common controller on the day). Likeness of names proves nothing and makes the
relation unknown; so does a party that nobody names, a buyer that is no enterprise, and a person as seller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from panhuo.engine.records.owners import normalise_party_name, split_joint_owners
from panhuo.engine.records.roster import PartyId, Roster
from panhuo.terms.kinds import OwnerType


class Relation(StrEnum):
    """How seller and buyer stand to each other on the day of the transfer; names of pack situations."""

    RELATED = "transfer_related"
    UNRELATED_ENTERPRISE = "transfer_unrelated_enterprise"
    UNKNOWN = "transfer_unknown"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer of the right as registered; parties as told, several joined by ；or ;."""

    asset_id: int
    day: date
    from_party: str
    to_party: str


class Relations:
    """Judges transfers by the rosters of the installation.

    owner_type: type of an owner by name. enterprise_types: types that count as an enterprise. alike_characters: so
    many characters in common, in a row and beyond the legal form, make two names alike.
    """

    def __init__(
        self,
        roster: Roster,
        *,
        owner_type: Callable[[str], str],
        enterprise_types: Sequence[str],
        alike_characters: int,
    ) -> None:
        self._roster = roster
        self._owner_type = owner_type
        self._enterprise_types = frozenset(enterprise_types)
        self._alike = alike_characters

    def of(self, transfer: Transfer) -> Relation:
        """The relation on the day of the transfer."""
        sellers, buyers = split_joint_owners(transfer.from_party), split_joint_owners(transfer.to_party)
        if not sellers or not buyers:
            return Relation.UNKNOWN
        if {*map(self._roster.party, buyers)} <= {*map(self._roster.party, sellers)}:
            return Relation.RELATED  # a co-owner was dropped, nobody new came in
        if self._in_one_group(sellers, buyers, transfer.day):
            return Relation.RELATED
        if any(self._owner_type(name) not in self._enterprise_types for name in buyers):
            return Relation.UNKNOWN
        if any(self._owner_type(name) == OwnerType.INDIVIDUAL for name in sellers):
            return Relation.UNKNOWN  # a person's own firm looks like any other
        if any(alike(seller, buyer, self._alike) for seller in sellers for buyer in buyers):
            return Relation.UNKNOWN
        return Relation.UNRELATED_ENTERPRISE

    def _in_one_group(self, sellers: Sequence[str], buyers: Sequence[str], day: date) -> bool:
        return any(self._circle(seller, day) & self._circle(buyer, day) for seller in sellers for buyer in buyers)

    def _circle(self, name: str, day: date) -> frozenset[PartyId]:
        party = self._roster.party(name)
        return self._roster.controllers(party, on=day) | {party}


LEGAL_FORMS = "科技股份有限责任公司技术集团有限公司科技有限公司集团股份有限公司"


def alike(one: str, other: str, characters: int) -> bool:
    """Whether two names share so many characters in a row that are not their legal form alone.

    >>> alike("云湖大学", "云湖大学资产经营有限公司", 4), alike("甲乙科技有限公司", "丙丁科技有限公司", 4)
    (True, False)
    """
    one, other = normalise_party_name(one), normalise_party_name(other)
    pieces = {one[start : start + characters] for start in range(len(one) - characters + 1)}
    shared = pieces & {other[start : start + characters] for start in range(len(other) - characters + 1)}
    return any(piece not in LEGAL_FORMS for piece in shared)

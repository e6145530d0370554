"""What is said of a team besides its patents that fit: its size, with whom it has worked, whom to ask."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import ibis

from panhuo.engine.matching.teams import Team
from panhuo.engine.records.owners import normalise_party_name, owner_type
from panhuo.rules import InForce
from panhuo.terms.kinds import EventType, OwnerType
from panhuo.terms.person_names import masked_name

if TYPE_CHECKING:
    from panhuo.adapters.tables.protocol import Tables

DEALS = (
    EventType.LICENCE_RECORDED,
    EventType.OPEN_LICENCE_TAKEN,
    EventType.TRANSFERRED,
    EventType.TECHNOLOGY_CONTRACT,
    EventType.CAPITAL_CONTRIBUTION,
)
"""Events by which a firm came to use what a team invented."""


@dataclass(slots=True)
class TeamCard:
    """One team. lead: masked. joint: patents owned together with firms; deals: licences, transfers and contracts with
    firms up to the day, firms: with how many of these; owner: as its patents name it."""

    lead: str
    owner: str
    patents: int
    people: int
    joint: int = 0
    deals: int = 0
    last_deal: date | None = None
    firms: Counter[str] = field(default_factory=Counter)


def team_cards(tables: Tables, rules: InForce, teams: Iterable[Team]) -> Mapping[str, TeamCard]:
    """Cards by key of team, as known on the day."""
    wanted = {team.key: team for team in teams}
    if not wanted:
        return {}
    team_of = {asset_id: key for key, team in wanted.items() for asset_id in team.asset_ids}
    asked = ibis.memtable({"asset_id": sorted(team_of)}, schema={"asset_id": "int64"})
    suffixes = rules.table("owner_suffixes")
    cards = {
        key: TeamCard(masked_name(team.lead), "", len(team.asset_ids), team.people) for key, team in wanted.items()
    }
    owners: dict[str, Counter[str]] = defaultdict(Counter)
    kept = tables["assets"].semi_join(asked, "asset_id").select("asset_id", "owners").order_by("asset_id")
    for asset_id, names in tables.rows(kept):
        key = team_of[asset_id]
        owners[key][(names or [""])[0]] += 1
        joint = [name for name in (names or [])[1:] if owner_type(name, suffixes).owner_type is OwnerType.ENTERPRISE]
        cards[key].joint += bool(joint)
        cards[key].firms.update(joint)
    for key, told in owners.items():
        cards[key].owner = told.most_common(1)[0][0]
    events = tables["events"].semi_join(asked, "asset_id")
    day = ibis.coalesce(events.event_date, events.known_on)
    told_events = events.filter(day <= rules.day, events.event.isin([*DEALS]), events.to_party != "").select(
        "asset_id", "to_party", "number", day=day
    )
    seen: set[tuple[str, str, object]] = set()
    for asset_id, firm, number, on in tables.rows(told_events.order_by(["day", "asset_id", "to_party"])):
        key = team_of[asset_id]
        said = (key, normalise_party_name(firm), number or (asset_id, on))
        own = normalise_party_name(cards[key].owner)
        if said in seen or said[1] == own or owner_type(firm, suffixes).owner_type is not OwnerType.ENTERPRISE:
            continue  # one contract over several patents is one deal; a change inside the owner is none
        seen.add(said)
        cards[key].deals += 1
        cards[key].last_deal = on
        cards[key].firms[firm] += 1
    return cards

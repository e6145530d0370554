"""What a patent is shown with: family, same-day pair, the series of its team, the team itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from panhuo.engine.matching.listing import Group
from panhuo.engine.matching.teams import TeamBook
from panhuo.terms.kinds import IpType

NO_TEAMS = TeamBook({}, {}, {})


def groups(
    rows: Iterable[tuple[int, str, int | None, str, date | None]], book: TeamBook = NO_TEAMS
) -> Mapping[int, Group]:
    """Groups by asset_id from (asset_id, family_key, same_day_pair, ip_type, grant_date); "" and None are no link.

    Who shares a family or a pair is of one family, also over several links. A granted invention stands before a
    granted right of another kind, that before one not granted. Patents that have no family, series or team are left
    out; rows need only be those with a family or a pair.
    """
    leaders: dict[str, str] = {}
    members: dict[int, tuple[str, int]] = {}
    for asset_id, family, pair, ip_type, granted in rows:
        links = ([f"f:{family}"] if family else []) + ([f"p:{pair}"] if pair is not None else [])
        if not links:
            continue
        for link in links[1:]:
            left, right = sorted((_leader(leaders, links[0]), _leader(leaders, link)))
            leaders[right] = left
        members[asset_id] = (links[0], _preference(ip_type, granted))
    found = {
        asset_id: Group(
            _leader(leaders, link),
            preferred,
            book.series_of.get(asset_id, ""),
            book.team_of.get(asset_id, ""),
        )
        for asset_id, (link, preferred) in members.items()
    }
    for asset_id, team in book.team_of.items():
        if asset_id not in found:
            found[asset_id] = Group("", 0, book.series_of.get(asset_id, ""), team)
    return found


def _leader(leaders: dict[str, str], link: str) -> str:
    while (up := leaders.get(link, link)) != link:
        link = up
    return link


def _preference(ip_type: str, granted: date | None) -> int:
    if granted is None:
        return 0
    return 2 if ip_type == IpType.INVENTION else 1

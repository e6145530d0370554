"""Families and same-day pairs as groups of which one member is shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from panhuo.engine.matching.ranking import Group
from panhuo.terms.kinds import IpType


def groups(rows: Iterable[tuple[int, str, int | None, str, date | None]]) -> dict[int, Group]:
    """Groups by asset_id from (asset_id, family_key, same_day_pair, ip_type, grant_date); "" and None are no link.

    Who shares a family or a pair is of one group, also over several links. A granted invention stands before a
    granted right of another kind, that before one not granted.
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
    return {asset_id: Group(_leader(leaders, link), preferred) for asset_id, (link, preferred) in members.items()}


def _leader(leaders: dict[str, str], link: str) -> str:
    while (up := leaders.get(link, link)) != link:
        link = up
    return link


def _preference(ip_type: str, granted: date | None) -> int:
    if granted is None:
        return 0
    return 2 if ip_type == IpType.INVENTION else 1

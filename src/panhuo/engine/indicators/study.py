"""Figures of a study of universities' patents: stock, years, fields, teams; table expressions only.

Teams are counted and never named. An owner is known by its code, else by its name; the first owner decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis import Table, _

from panhuo.terms.kinds import ENDED, PATENT_TYPES, IpType, LegalStatus, OwnerType


def rights_of(assets: Table, status: Table, owner_types: Sequence[str]) -> Table:
    """Patents and applications of CNIPA whose first owner is of the types, with owner key and status.

    status: records.status.legal_status on the day of the study.
    """
    chosen = assets.filter(
        assets.ip_type.isin([*PATENT_TYPES]), assets.jurisdiction == "CN", assets.owner_type.isin([*owner_types])
    )
    states = status.select("asset_id", "status")
    return (
        chosen.join(states, "asset_id")
        .mutate(owner_key=lambda t: ibis.ifelse(t.owner_code != "", t.owner_code, t.first_owner))
        .mutate(living=_.status == LegalStatus.GRANTED_IN_FORCE, ended=_.status.isin([*ENDED]))
    )


def stock_by_owner(rights: Table) -> Table:
    """One row per owner: owner_key, owner, owner_type, total, living by kind, not yet granted, ended, cannot_say."""
    living = rights.living
    return (
        rights.group_by("owner_key")
        .agg(
            owner=rights.first_owner.min(),
            owner_type=rights.owner_type.min(),
            total=rights.count(),
            living=living.sum(),
            inventions=(living & (rights.ip_type == IpType.INVENTION)).sum(),
            utility_models=(living & (rights.ip_type == IpType.UTILITY_MODEL)).sum(),
            designs=(living & (rights.ip_type == IpType.DESIGN)).sum(),
            ended=rights.ended.sum(),
            cannot_say=(rights.status == LegalStatus.CANNOT_SAY).sum(),
            with_firms=(living & rights.co_owner_types.contains(OwnerType.ENTERPRISE.value)).sum(),
        )
        .mutate(pending=_.total - _.living - _.ended - _.cannot_say)
        .order_by([ibis.desc("living"), ibis.desc("total"), "owner_key"])
    )


def grants_by_year(rights: Table, *, at: date, years: int) -> Table:
    """year, kind, grants: rights granted in the last `years` calendar years up to the day, living or not."""
    granted = rights.filter(rights.grant_date <= at, rights.grant_date.year() > at.year - years)
    return (
        granted.group_by(year=granted.grant_date.year(), ip_type=granted.ip_type)
        .agg(grants=_.count())
        .order_by(["year", "ip_type"])
    )


def top_fields(rights: Table, *, number: int) -> Table:
    """subclass, living: the IPC subclasses (main symbol) with most living rights; designs have none."""
    living = rights.filter(rights.living, rights.ipc_main != "")
    return (
        living.group_by(subclass=living.ipc_main.substr(0, 4))
        .agg(living=_.count())
        .order_by([ibis.desc("living"), "subclass"])
        .limit(number)
    )


def teams_by_owner(rights: Table, *, least: int) -> Table:
    """owner_key, teams, patents, largest: teams by lead inventor with at least so many living rights; no names."""
    led = rights.filter(rights.living, rights.inventors.length() > 0)
    teams = led.group_by("owner_key", lead=led.inventors[0]).agg(patents=_.count()).filter(_.patents >= least)
    return (
        teams.group_by("owner_key")
        .agg(teams=_.count(), patents=_.patents.sum(), largest=_.patents.max())
        .order_by([ibis.desc("teams"), "owner_key"])
    )

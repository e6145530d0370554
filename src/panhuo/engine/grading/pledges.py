"""Pledge amounts as at a day: what share of a registered contract falls on each of its patents."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _

from panhuo.rules import InForce
from panhuo.terms.dates import add_years
from panhuo.terms.kinds import EventType


def pledged_amounts(events: Table, rules: InForce, at: date) -> Table:
    """One row per asset in a pledge registered by the day and within the look-back.

    Columns: asset_id; pledge_reached: bool, some contract reaches the threshold (null without a threshold);
    pledge_untold: bool, a contract's amount is not told; pledge_contract: number of the smallest contract that
    reaches it, else "". A contract's amount is the largest that any of its rows tells, because ledgers repeat
    it on each patent; an equal split is tested as amount >= threshold x patents, so that nothing is rounded.
    """
    threshold = rules.value_or_none("high_value.pledge_threshold_cny")
    whole = rules.text("high_value.pledge_allocation") == "whole"
    since = add_years(at, -rules.integer("high_value.pledge_look_back_years"))
    told = events.filter(events.event == EventType.PLEDGE_REGISTERED)
    told = told.mutate(day=told.event_date.coalesce(told.known_on))
    told = told.filter(told.day <= at, told.day > since)
    told = told.mutate(
        contract=(told.number == "").ifelse("event " + told.event_id.cast("string"), told.number),
        patent=told.asset_id.coalesce(-told.event_id),  # a patent that is not in the register takes its part too
    )
    contracts = told.group_by("contract").agg(amount=_.amount_cny.max(), patents=_.patent.nunique())
    rows = told.filter(told.asset_id.notnull()).join(contracts, "contract")
    if threshold is None:
        rows = rows.mutate(reached=ibis.null("boolean"))
    else:
        limit = float(str(threshold))
        rows = rows.mutate(reached=rows.amount >= (limit if whole else rows.patents * limit))
    return rows.group_by("asset_id").agg(
        pledge_reached=_.reached.any(),
        pledge_untold=_.amount.isnull().any(),
        pledge_contract=_.contract.min(where=_.reached),
    )

"""Which foreign members a patent's family has: granted, pending, or of a kind that nobody can read.

Judged by what publication numbers say (their office and kind code, table publication_kinds) and by members that
are in the register themselves, whose grant days are known.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _
from ibis.expr.types import BooleanValue, IntegerValue, StringValue

from panhuo.rules import InForce

HOME_OFFICE = "CN"
FINDINGS = (
    "granted_abroad",
    "granted_later",  # a list of a later day names a grant: by the day nobody can say
    "kind_unclear",
    "pending_abroad",
    "pending_later",
    "home_only",
    "members_not_listed",
    "family_not_told",
)
"""Where a family stands abroad on a day, the strongest first."""


def listed_members(assets: Table, rules: InForce) -> Table:
    """One row per asset whose family list names an office abroad.

    Columns: asset_id; granted_member, pending_member, unclear_member: the smallest such number, null where none.
    A list has no dates: it speaks for the asset's data_day.
    """
    listed = assets.filter(assets.family_members.length() > 0)
    rows = listed.select("asset_id", member=listed.family_members.unnest())
    office, last = rows.member.substr(0, 2), rows.member.right(1)
    ends_in_letter = last >= "A"
    abroad = rows.filter(~office.isin([*home_offices(rules)]), office >= "AA", office <= "ZZ").mutate(
        office=office,
        letter=ends_in_letter.ifelse(last, rows.member.right(2).substr(0, 1)),
        kind=ends_in_letter.ifelse(last, rows.member.right(2)),
    )
    abroad = abroad.mutate(state=_state(abroad, rules))
    return abroad.group_by("asset_id").agg(
        granted_member=_.member.min(where=_.state == "granted"),
        pending_member=_.member.min(where=_.state == "pending"),
        unclear_member=_.member.min(where=_.state == "unclear"),
    )


def registered_members(assets: Table, rules: InForce, at: date) -> Table:
    """One row per family with a member abroad that is in the register itself and was published by the day.

    Columns: family_key; granted_relative (granted by the day), published_relative: the smallest number, or null.
    """
    abroad = assets.filter(
        assets.family_key != "", assets.jurisdiction != "", ~assets.jurisdiction.isin([*home_offices(rules)])
    )
    return abroad.group_by("family_key").agg(
        granted_relative=_.publication_number.min(where=(_.grant_date <= at) & (_.jurisdiction != "WO")),
        published_relative=_.publication_number.min(where=_.publication_date <= at),
    )


def finding(joined: Table) -> IntegerValue:
    """Where the family of a patent stands abroad, as the place in FINDINGS.

    Args:
        joined: figures.figured with the columns of listed_members and registered_members.
    """
    granted, pending = joined.granted_member.notnull(), joined.pending_member.notnull()
    known = joined.is_known  # its list speaks for the day or an earlier one
    found = {
        "granted_abroad": joined.granted_relative.notnull() | (granted & known),
        "granted_later": granted,
        "kind_unclear": joined.unclear_member.notnull(),
        "pending_abroad": joined.published_relative.notnull() | (pending & known),
        "pending_later": pending,
        "home_only": joined.has_members | (joined.family_count == 1),
        "members_not_listed": joined.family_count > 1,
    }
    return ibis.cases(*((when, place(name)) for name, when in found.items()), else_=place("family_not_told"))


def place(name: str) -> int:
    """Place of a finding in FINDINGS: the facts hold numbers, because comparing texts costs."""
    return FINDINGS.index(name)


def published_abroad(joined: Table) -> BooleanValue:
    """Whether a member abroad, granted or not, is known to have been published by the day."""
    listed = joined.pending_member.notnull() | joined.granted_member.notnull()
    return joined.published_relative.notnull() | (listed & joined.is_known)


def home_offices(rules: InForce) -> tuple[str, ...]:
    """Offices whose rights are not overseas ones."""
    near = () if rules.flag("high_value.hmt_is_overseas") else rules.words("high_value.hmt_jurisdictions")
    return (HOME_OFFICE, *near)


def _state(abroad: Table, rules: InForce) -> StringValue:
    """By the most exact line of the table: office and kind, office and letter, any office; else unclear."""
    lines = rules.table("publication_kinds")
    exact, by_letter = abroad.office + abroad.kind, abroad.office + abroad.letter
    steps = []
    for code, of_any in ((exact, False), (by_letter, False), (abroad.letter, True)):
        for state in ("granted", "pending", "unclear"):
            said = [row for row in lines if row["state"] == state and (row["office"] == "*") == of_any]
            codes = [row["kind"] if of_any else row["office"] + row["kind"] for row in said]
            if codes:
                steps.append((code.isin(codes), state))
    return ibis.cases(*steps, else_="unclear")

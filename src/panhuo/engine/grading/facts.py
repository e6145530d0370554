"""What is known of each patent as at a day, gathered into one row: the ground of every verdict and score."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _
from ibis.expr.types import BooleanValue, DateValue, IntegerValue

from panhuo.engine.grading.awards import awards_won
from panhuo.engine.grading.burdens import BURDENS, burdens
from panhuo.engine.grading.family_abroad import layout, listed_members, published_abroad, registered_members
from panhuo.engine.grading.pledges import pledged_amounts
from panhuo.rules import InForce
from panhuo.terms.kinds import ENDED, LegalStatus
from panhuo.terms.kinds import EventType as E

DEEDS = {
    "licensed": (E.LICENCE_RECORDED, E.OPEN_LICENCE_TAKEN),
    "transferred": (E.TRANSFERRED,),
    "pledged": (E.PLEDGE_REGISTERED,),
    "exploited": (E.OWN_EXPLOITATION, E.PRODUCT_FILED, E.CAPITAL_CONTRIBUTION),
    "partly_invalidated": (E.INVALIDATED_PART,),
    "invalidation_started": (E.INVALIDATION_STARTED,),
}
"""Whether something ever happened to a right up to the day: column -> the events that say so."""


def gather_facts(
    assets: Table, status: Table, events: Table, sei: Table, rules: InForce, at: date, *, offers: Table | None = None
) -> Table:
    """One row per asset with everything that grading looks at.

    Args:
        status: asset_id, status as at the day (records.status.legal_status).
        sei: columns of grading.sei.SEI, one row per asset with a hit.
        offers: fields.OFFERS; without them nobody has told a readiness level.
    Counts of a source (citations, family) are kept only where the source speaks for the day or an earlier one,
    and a grant only where it had happened: nothing learned later changes what is said of a day.
    """
    happened = events.filter(events.asset_id.notnull())
    joined = (
        assets.left_join(status, "asset_id", rname="status_{name}")
        .left_join(sei, "asset_id", rname="sei_{name}")
        .left_join(listed_members(assets, rules), "asset_id", rname="listed_{name}")
        .left_join(registered_members(assets, rules, at), "family_key", rname="registered_{name}")
        .left_join(pledged_amounts(happened, rules, at), "asset_id", rname="pledge_{name}")
        .left_join(awards_won(assets, happened, rules, at), "asset_id", rname="award_{name}")
        .left_join(burdens(happened, at), "asset_id", rname="burden_{name}")
        .left_join(_deeds(happened, at), "asset_id", rname="deed_{name}")
    )
    maturity: ibis.Value = ibis.null("int32")
    if offers is not None:
        joined = joined.left_join(_readiness(offers, at), "asset_id", rname="offer_{name}")
        maturity = joined.maturity.cast("int32")
    known = joined.data_day <= at
    grant_date = (joined.grant_date <= at).ifelse(joined.grant_date, None)
    term_end = _term_end(joined, rules)
    months_left = ibis.greatest(months_between(ibis.date(at), term_end), 0)
    return joined.select(
        "asset_id",
        "ip_type",
        "jurisdiction",
        "region_code",
        "owner_code",
        "filing_date",
        "ipc_main",
        "status",
        "sei_class",
        "sei_branches",
        "sei_evidence",
        "pledge_reached",
        "pledge_untold",
        "pledge_contract",
        "award_won",
        "award_later",
        "award_other",
        *(ibis.coalesce(joined[name], ibis.literal(False)).name(name) for name in (*BURDENS, *DEEDS)),  # noqa: FBT003
        in_force=joined.status.nullif(LegalStatus.CANNOT_SAY) == LegalStatus.GRANTED_IN_FORCE,
        has_ended=joined.status.isin([*ENDED]),
        has_symbols=joined.ipc_main != "",
        co_owned=joined.co_owner_types.length() > 0,
        family_abroad=layout(joined, known),
        is_published_abroad=published_abroad(joined, known),
        member_abroad=ibis.coalesce(
            joined.granted_relative,
            joined.granted_member,
            joined.published_relative,
            joined.pending_member,
            joined.unclear_member,
        ),
        maturity=maturity,
        term_end=term_end,
        months_left=months_left,
        citations=known.ifelse(joined.cited_by_count, None),
        claims=joined.claims_count,
        family=known.ifelse(joined.family_count, None),
        grant_lag=months_between(joined.filing_date, grant_date),
        remaining_term=(joined.status == LegalStatus.GRANTED_IN_FORCE).ifelse(months_left, None),
    )


def months_between(first: DateValue, last: DateValue) -> IntegerValue:
    """Whole months from one day to another."""
    months = (last.year() - first.year()) * 12 + (last.month() - first.month())
    return (months - (last.day() < first.day()).cast("int32")).cast("int32")


def _term_end(joined: Table, rules: InForce) -> DateValue:
    """First day on which the term by law has run out; days of compensation only where a source states the end."""
    filed = joined.filing_date
    bands = [
        (_is_in_band(joined, row["ip_type"], row["filed_from"], row["filed_to"]), int(row["years"]))
        for row in rules.table("protection_terms")
    ]
    by_law = [(when, (filed.cast("timestamp") + ibis.interval(years=years)).date()) for when, years in bands]
    return joined.expiry_date.coalesce(ibis.cases(*by_law))


def _is_in_band(joined: Table, ip_type: str, first: str, last: str) -> BooleanValue:
    filed = joined.filing_date
    found = (joined.ip_type == ip_type) & (filed >= date.fromisoformat(first))
    return found & (filed <= date.fromisoformat(last)) if last else found


def _deeds(events: Table, at: date) -> Table:
    day = events.event_date.coalesce(events.known_on)
    told = events.filter(events.event.isin([one for kinds in DEEDS.values() for one in kinds]), day <= at)
    return told.group_by("asset_id").agg(**{name: told.event.isin([*kinds]).any() for name, kinds in DEEDS.items()})


def _readiness(offers: Table, at: date) -> Table:
    """The latest readiness level (1..9, GB/T 22900) that the owner stated by the day."""
    told = offers.filter(offers.maturity.notnull(), offers.stated_on <= at)
    return told.group_by("asset_id").agg(maturity=_.maturity.argmax(_.stated_on))

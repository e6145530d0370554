"""What is known of each patent as at a day, gathered into one row: the ground of every verdict and score."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _

from panhuo.engine.grading import sei as sei_classes
from panhuo.engine.grading.awards import awards_won
from panhuo.engine.grading.family_abroad import finding, listed_members, published_abroad, registered_members
from panhuo.engine.grading.fields_of import breadths_of_many, filing_trends
from panhuo.engine.grading.figures import FIGURES
from panhuo.engine.grading.histories import TOLD_BY, histories, marked
from panhuo.engine.grading.pledges import pledged_amounts
from panhuo.rules import InForce
from panhuo.terms.kinds import EventType

_CARRIED = (
    "asset_id",
    "filing_date",
    "status",
    "in_force",
    "never_granted",
    "has_ended",
    "is_invention",
    "is_utility_model",
    "is_design",
    "by_cnipa",
    "at_home",
    "has_symbols",
    "co_owned",
    "filing_trend",
    "term_end",
    "cohort",
    "months_left",
    *FIGURES,
    "sei_class",
    "sei_branches",
    "sei_evidence",
    "sei_confirmed",
    "sei_candidate",
    "pledge_reached",
    "pledge_untold",
    "pledge_contract",
    "award_won",
    "award_later",
    "award_other",
)


def gather_facts(
    rights: Table, assets: Table, events: Table, sei: Table, rules: InForce, *, offers: Table | None = None
) -> Table:
    """One row per asset with everything that grading looks at, as at rules.day.

    Args:
        rights: figures.figured of the assets.
        sei: columns of grading.sei.SEI, one row per asset with a hit.
        offers: fields.OFFERS; without them nobody has told a readiness level.
    Counts of a source (citations, family) are kept only where the source speaks for the day or an earlier one,
    and a grant only where it had happened: nothing learned later changes what is said of a day.
    """
    at = rules.day
    told = events.filter(events.event.isin([*TOLD_BY, EventType.AWARDED]))
    joined = (
        rights.left_join(_hits(sei), "asset_id", rname="sei_{name}")
        .left_join(listed_members(assets, rules), "asset_id", rname="listed_{name}")
        .left_join(registered_members(assets, rules, at), "family_key", rname="registered_{name}")
        .left_join(pledged_amounts(told, rules, at), "asset_id", rname="pledge_{name}")
        .left_join(awards_won(assets, told, rules, at), "asset_id", rname="award_{name}")
        .left_join(histories(told, at), "asset_id", rname="history_{name}")
        .left_join(filing_trends(assets, rules), "field", rname="trend_{name}")
        .left_join(breadths_of_many(assets), "asset_id", rname="breadth_{name}")
    )
    maturity: ibis.Value = ibis.null("int32")
    if offers is not None:
        joined = joined.left_join(_readiness(offers, at), "asset_id", rname="offer_{name}")
        maturity = joined.maturity.cast("int32")
    marks = marked(joined.marks)
    return joined.select(
        *_CARRIED,
        **marks,
        subclasses=joined.breadth.coalesce(joined.few_subclasses).cast("int32"),
        litigated=joined.is_disputed | marks["sued_over"],
        paired=joined.is_paired | marks["marked_pair"],
        family_abroad=finding(joined),
        is_published_abroad=published_abroad(joined),
        member_abroad=ibis.coalesce(
            joined.granted_relative,
            joined.granted_member,
            joined.published_relative,
            joined.pending_member,
            joined.unclear_member,
        ),
        maturity=maturity,
    )


def _hits(sei: Table) -> Table:
    return sei.mutate(
        sei_confirmed=sei.sei_class == sei_classes.CONFIRMED, sei_candidate=sei.sei_class == sei_classes.CANDIDATE
    )


def _readiness(offers: Table, at: date) -> Table:
    """The latest readiness level (1..9, GB/T 22900) that the owner stated by the day; of one day's the lowest."""
    told = offers.filter(offers.maturity.notnull(), offers.stated_on <= at)
    days = told.stated_on.delta(ibis.date("1900-01-01"), unit="day")
    told = told.mutate(place=days * 100 - told.maturity)
    return told.group_by("asset_id").agg(maturity=_.maturity.argmax(_.place))

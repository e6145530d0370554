"""What is known of each patent as at a day, gathered into one row: the ground of every verdict and score.

Words that several steps ask about (kind, status, class) become flags here, once: comparing texts is what costs.
"""

from __future__ import annotations

from datetime import date
from functools import reduce

import ibis
from ibis import Table, _
from ibis.expr.types import BooleanValue

from panhuo.engine.grading import sei as sei_classes
from panhuo.engine.grading.awards import awards_won
from panhuo.engine.grading.family_abroad import finding, listed_members, published_abroad, registered_members
from panhuo.engine.grading.figures import FIGURES, figured
from panhuo.engine.grading.histories import TOLD_BY, histories, marked
from panhuo.engine.grading.pledges import pledged_amounts
from panhuo.rules import InForce
from panhuo.terms.kinds import ENDED, EventType, IpType, LegalStatus

_CARRIED = (
    "asset_id",
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
)
_NEVER_GRANTED = (
    LegalStatus.PENDING,
    LegalStatus.PUBLISHED,
    LegalStatus.EXAMINATION,
    LegalStatus.REJECTED,
    LegalStatus.WITHDRAWN,
)


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
    told = events.filter(events.event.isin([*TOLD_BY, EventType.AWARDED]))
    joined = (
        assets.left_join(figured(assets, status, rules), "asset_id", rname="figured_{name}")
        .left_join(sei, "asset_id", rname="sei_{name}")
        .left_join(listed_members(assets, rules), "asset_id", rname="listed_{name}")
        .left_join(registered_members(assets, rules, at), "family_key", rname="registered_{name}")
        .left_join(pledged_amounts(told, rules, at), "asset_id", rname="pledge_{name}")
        .left_join(awards_won(assets, told, rules, at), "asset_id", rname="award_{name}")
        .left_join(histories(told, at), "asset_id", rname="history_{name}")
    )
    maturity: ibis.Value = ibis.null("int32")
    if offers is not None:
        joined = joined.left_join(_readiness(offers, at), "asset_id", rname="offer_{name}")
        maturity = joined.maturity.cast("int32")
    known = joined.data_day <= at
    return joined.select(
        *_CARRIED,
        **marked(joined.marks),
        at_home=is_resident(joined, rules),
        by_cnipa=joined.jurisdiction == "CN",
        is_invention=joined.ip_type == IpType.INVENTION,
        is_utility_model=joined.ip_type == IpType.UTILITY_MODEL,
        is_design=joined.ip_type == IpType.DESIGN,
        in_force=joined.status.nullif(LegalStatus.CANNOT_SAY) == LegalStatus.GRANTED_IN_FORCE,
        never_granted=joined.status.isin([*_NEVER_GRANTED]),
        has_ended=joined.status.isin([*ENDED]),
        has_symbols=joined.ipc_main != "",
        sei_confirmed=joined.sei_class == sei_classes.CONFIRMED,
        sei_candidate=joined.sei_class == sei_classes.CANDIDATE,
        co_owned=joined.co_owner_types.length() > 0,
        family_abroad=finding(joined, known),
        is_published_abroad=published_abroad(joined, known),
        member_abroad=ibis.coalesce(
            joined.granted_relative,
            joined.granted_member,
            joined.published_relative,
            joined.pending_member,
            joined.unclear_member,
        ),
        maturity=maturity,
        term_end=joined.term_end,
        **{name: joined[name] for name in ("cohort", "months_left", *FIGURES)},
    )


def is_resident(joined: Table, rules: InForce) -> BooleanValue:
    """Whether the first owner lives in the country: by its region, else by the region inside its USCC; else null."""
    code = ibis.cases(
        (joined.region_code != "", joined.region_code),
        (joined.owner_code.length() == 18, joined.owner_code.substr(2, 6)),
    )
    left_out = [region.rstrip("0") for region in rules.words("high_value.domestic_regions_exclude")]
    return reduce(lambda so_far, prefix: so_far & ~code.startswith(prefix), left_out, code.length() == 6)


def _readiness(offers: Table, at: date) -> Table:
    """The latest readiness level (1..9, GB/T 22900) that the owner stated by the day."""
    told = offers.filter(offers.maturity.notnull(), offers.stated_on <= at)
    return told.group_by("asset_id").agg(maturity=_.maturity.argmax(_.stated_on))

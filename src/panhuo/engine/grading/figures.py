"""What an asset's own columns and its status say as at a day: its kind as flags, its figures, its cohort.

Words that several steps ask about become flags here, before anything is joined: a column that comes straight from
a file is compared once per distinct word.
"""

from __future__ import annotations

from datetime import date
from functools import reduce

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, DateValue, IntegerValue, StringValue

from panhuo.engine.grading.fields_of import breadth_of_few
from panhuo.engine.records.protection import term_end
from panhuo.rules import InForce
from panhuo.terms.kinds import ENDED, PATENT_TYPES, IpType, LegalStatus

FIGURES = ("citations", "claims", "first_claim", "family", "grant_lag", "remaining_term")
_YEAR_SPAN = 1000  # years from 1500 on; keeps the parts of a cohort's number apart
_NEVER_GRANTED = (
    LegalStatus.PENDING,
    LegalStatus.PUBLISHED,
    LegalStatus.EXAMINATION,
    LegalStatus.REJECTED,
    LegalStatus.WITHDRAWN,
)
_KINDS = {IpType.INVENTION: "is_invention", IpType.UTILITY_MODEL: "is_utility_model", IpType.DESIGN: "is_design"}


def figured(assets: Table, status: Table, rules: InForce) -> Table:
    """One row per asset, as at rules.day.

    Columns: asset_id, family_key, filing_date; status, in_force (null where nobody can say), never_granted,
    has_ended; is_invention, is_utility_model, is_design, by_cnipa, at_home, has_symbols, co_owned, has_members,
    field (main IPC subclass), few_subclasses (fields_of.breadth_of_few), is_paired (一案双申), is_disputed (in court),
    is_known (its sources speak for the day or an earlier one), family_count as stated; term_end, months_left (of
    the term by law, not below 0; null without a term), cohort (null where there is none) and FIGURES (whole numbers,
    null where not known on the day). Term and lag are whole months, so that days inside the one filing year of a
    cohort make no differences that mean nothing.
    """
    at = rules.day
    told = _told(assets, rules)
    joined = told.left_join(_standing(status), "asset_id", rname="status_{name}")
    months = ibis.greatest(_months(ibis.date(at), joined.term_end), 0)
    rights = joined.mutate(months_left=joined.term_end.notnull().ifelse(months, None))  # a store's greatest skips null
    return rights.select(
        *told.columns,
        "status",
        "in_force",
        "never_granted",
        "has_ended",
        "months_left",
        remaining_term=rights.in_force.ifelse(rights.months_left, None),
    )


def _told(assets: Table, rules: InForce) -> Table:
    at = rules.day
    flags = {flag: assets.ip_type == kind for kind, flag in _KINDS.items()}
    is_known = assets.data_day <= at
    return assets.select(
        "asset_id",
        "family_key",
        "filing_date",
        "family_count",
        **flags,
        by_cnipa=assets.jurisdiction == "CN",
        at_home=is_resident(assets, rules),
        has_symbols=assets.ipc_main != "",
        field=assets.ipc_main.substr(0, 4),
        few_subclasses=breadth_of_few(assets.ipc_keys),
        is_paired=assets.same_day_pair.notnull(),
        is_disputed=is_known & (assets.litigation_count > 0),
        co_owned=assets.co_owner_types.length() > 0,
        has_members=assets.family_members.length() > 0,
        is_known=is_known,
        term_end=term_end(assets, rules),
        cohort=_cohort(assets, at),
        citations=is_known.ifelse(assets.cited_by_count, None),
        claims=assets.claims_count,
        first_claim=assets.first_claim_length,
        family=is_known.ifelse(assets.family_count, None),
        grant_lag=_months(assets.filing_date, (assets.grant_date <= at).ifelse(assets.grant_date, None)),
    )


def _standing(status: Table) -> Table:
    return status.select(
        "asset_id",
        "status",
        in_force=status.status.nullif(LegalStatus.CANNOT_SAY) == LegalStatus.GRANTED_IN_FORCE,
        never_granted=status.status.isin([*_NEVER_GRANTED]),
        has_ended=status.status.isin([*ENDED]),
    )


def is_resident(assets: Table, rules: InForce) -> BooleanValue:
    """Whether the first owner lives in the country: by its region, else by the region inside its USCC; else null."""
    stated, coded = assets.region_code, assets.owner_code
    return ibis.cases(
        (stated != "", _is_inside(stated, rules)), (coded.length() == 18, _is_inside(coded.substr(2, 6), rules))
    )


def region_of(assets: Table) -> StringValue:
    """Region of the first owner: stated, else inside its USCC; else null."""
    stated, coded = assets.region_code, assets.owner_code
    return ibis.cases((stated != "", stated), (coded.length() == 18, coded.substr(2, 6)))


def _is_inside(region: StringValue, rules: InForce) -> BooleanValue:
    left_out = [code.rstrip("0") for code in rules.words("high_value.domestic_regions_exclude")]
    return reduce(lambda so_far, prefix: so_far & ~region.startswith(prefix), left_out, region.length() == 6)


def _cohort(assets: Table, at: date) -> IntegerValue:
    """Office, subclass, filing year and kind as one number; it groups and joins quicker than the four columns.

    Only patents filed by the day have peers.
    """
    office = (assets.jurisdiction == "CN").ifelse(ord("C") * 128 + ord("N"), _number(assets.jurisdiction, 2))
    name = office.cast("int64") * 128**4 + _number(assets.ipc_main, 4)
    kind = ibis.cases(*((assets.ip_type == kind, n) for n, kind in enumerate(PATENT_TYPES)))
    number = (name * _YEAR_SPAN + assets.filing_date.year() - 1500) * len(PATENT_TYPES) + kind
    return ((assets.ipc_main.length() >= 4) & (assets.filing_date <= at)).ifelse(number, None)


def _number(text: StringValue, letters: int) -> IntegerValue:
    """The first letters of an ASCII text as one number."""
    codes = [
        text.substr(n, 1).ascii_str().cast("int64") if n else text.ascii_str().cast("int64") for n in range(letters)
    ]
    return reduce(lambda so_far, code: so_far * 128 + code, codes)


def _months(first: DateValue, last: DateValue) -> IntegerValue:
    """Whole months from one day to another."""
    months = (last.year() - first.year()) * 12 + (last.month() - first.month())
    return (months - (last.day() < first.day()).cast("int32")).cast("int32")

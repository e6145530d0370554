"""Closed sets of the field: one word per thing, as in docs/glossary.md."""

from __future__ import annotations

from enum import StrEnum


class IpType(StrEnum):
    """What an ip_asset is. Patent rules hang on the first three only."""

    INVENTION = "invention"
    UTILITY_MODEL = "utility_model"
    DESIGN = "design"
    TRADEMARK = "trademark"
    GEOGRAPHICAL_INDICATION = "geographical_indication"
    COPYRIGHT = "copyright"
    PLANT_VARIETY = "plant_variety"
    LAYOUT_DESIGN = "layout_design"


PATENT_TYPES = (IpType.INVENTION, IpType.UTILITY_MODEL, IpType.DESIGN)


class OwnerType(StrEnum):
    """Type of an owner, read from the end of its name by rules that are data (domain: owner types)."""

    UNIVERSITY = "university"
    VOCATIONAL_COLLEGE = "vocational_college"
    RESEARCH_INSTITUTE = "research_institute"
    NEW_RD_INSTITUTION = "new_rd_institution"
    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"
    ASSOCIATION = "association"
    PUBLIC_BODY = "public_body"
    INDIVIDUAL = "individual"
    UNKNOWN = "unknown"


class LegalStatus(StrEnum):
    """State of a right as at a date, from events and status words only."""

    PENDING = "pending"
    PUBLISHED = "published"
    EXAMINATION = "examination"
    GRANTED_IN_FORCE = "granted_in_force"
    EXPIRED_TERM = "expired_term"
    LAPSED_UNPAID_FEE = "lapsed_unpaid_fee"
    ABANDONED = "abandoned"
    ABANDONED_DOUBLE = "abandoned_double"  # 避免重复授权
    INVALIDATED_ALL = "invalidated_all"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ENDED_UNSPECIFIED = "ended_unspecified"  # a source says "not in force" and no more
    CANNOT_SAY = "cannot_say"


ENDED = (
    LegalStatus.EXPIRED_TERM,
    LegalStatus.LAPSED_UNPAID_FEE,
    LegalStatus.ABANDONED,
    LegalStatus.ABANDONED_DOUBLE,
    LegalStatus.INVALIDATED_ALL,
    LegalStatus.REJECTED,
    LegalStatus.WITHDRAWN,
    LegalStatus.ENDED_UNSPECIFIED,
)


class EventType(StrEnum):
    """What happened to a right; the codes and words of sources are mapped to these by pack tables."""

    PUBLISHED = "published"
    EXAMINATION = "examination"
    GRANTED = "granted"
    APPLICATION_TRANSFERRED = "application_transferred"
    TRANSFERRED = "transferred"
    LICENCE_RECORDED = "licence_recorded"
    LICENCE_CHANGED = "licence_changed"
    LICENCE_ENDED = "licence_ended"
    OPEN_LICENCE_DECLARED = "open_licence_declared"
    OPEN_LICENCE_WITHDRAWN = "open_licence_withdrawn"
    OPEN_LICENCE_TAKEN = "open_licence_taken"
    PLEDGE_REGISTERED = "pledge_registered"
    PLEDGE_CHANGED = "pledge_changed"
    PLEDGE_CANCELLED = "pledge_cancelled"
    PRESERVED = "preserved"
    PRESERVATION_DISCHARGED = "preservation_discharged"
    SUSPENDED = "suspended"
    SUSPENSION_ENDED = "suspension_ended"
    LAPSED_UNPAID_FEE = "lapsed_unpaid_fee"
    TERMINATED = "terminated"  # the source does not say why
    EXPIRED_TERM = "expired_term"
    ABANDONED = "abandoned"
    ABANDONED_DOUBLE = "abandoned_double"
    DEEMED_ABANDONED = "deemed_abandoned"
    INVALIDATED_ALL = "invalidated_all"
    INVALIDATED_PART = "invalidated_part"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    NAME_CHANGED = "name_changed"
    ADDRESS_CHANGED = "address_changed"
    BIBLIOGRAPHY_CHANGED = "bibliography_changed"
    TERM_COMPENSATED = "term_compensated"
    REEXAMINATION = "reexamination"
    INVALIDATION_STARTED = "invalidation_started"
    LITIGATION = "litigation"
    SAME_DAY_FILING = "same_day_filing"  # the source marks 一案双申
    TERMINATION_NOTICE = "termination_notice"
    FEE_PAID = "fee_paid"
    PRODUCT_FILED = "product_filed"
    TECHNOLOGY_CONTRACT = "technology_contract"
    CAPITAL_CONTRIBUTION = "capital_contribution"
    OWN_EXPLOITATION = "own_exploitation"
    AWARDED = "awarded"
    STATUS_WORD = "status_word"  # a status said by a source, holding from its known_on day
    OTHER = "other"


class DormancyState(StrEnum):
    """疑似沉睡 and what the owner's check makes of it; the other two say why a right is not asked about."""

    CANDIDATE = "dormancy_candidate"
    TO_VERIFY = "to_verify"
    DORMANT = "dormant"
    EXPLOITED = "exploited"
    PROPER_REASON = "proper_reason"
    OUT = "out"  # an event takes it out
    CANNOT_SAY = "cannot_say"


class RecordKind(StrEnum):
    """What one row of a file is about."""

    PATENT = "patent"
    OTHER_IP = "other_ip"  # trade mark, copyright, geographical indication, plant variety, layout design
    EVENT = "event"  # official ledgers: licence, transfer, pledge, product filing, technology contract
    ROSTER = "roster"
    POPULATION = "population"
    NEED = "need"
    STOCK_ITEM = "stock_item"  # national stock-inventory batch template
    OWNER_ANSWER = "owner_answer"  # check booklet sent back
    OPEN_LICENCE = "open_licence"  # announced open licence with its terms


class RegionLevel(StrEnum):
    """Levels of administration."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    PARK = "park"

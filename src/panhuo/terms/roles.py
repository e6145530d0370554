"""Closed sets of people and rights: what an organisation is, what a person is there, what may be done and how far.

Words in Chinese and English, and which role has which right, stand in packs (tables organisation_kinds, roles, rights,
role_rights).
"""

from __future__ import annotations

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is to the work of an IP administration."""

    PROVINCE_OFFICE = "province_office"
    CITY_OFFICE = "city_office"
    DISTRICT_OFFICE = "district_office"  # county, district, county-level city
    PARK_OFFICE = "park_office"
    CO_DEPARTMENT = "co_department"
    FINANCE_BUREAU = "finance_bureau"
    UNIVERSITY = "university"
    COLLEGE = "college"  # school of a university or the like
    RESEARCH_INSTITUTE = "research_institute"
    HOSPITAL = "hospital"
    STATE_FIRM = "state_firm"
    FIRM = "firm"
    AGENCY = "agency"
    BANK = "bank"
    GUARANTOR = "guarantor"
    INSURER = "insurer"
    APPRAISAL_FIRM = "appraisal_firm"
    FUND_MANAGEMENT = "fund_management"
    EXCHANGE = "exchange"
    SERVICE_POINT = "service_point"
    TECHNOLOGY_CONTRACT_OFFICE = "technology_contract_office"


class Role(StrEnum):
    """What a person is: mostly in an organisation, some (inventor, expert, administrators) also without one."""

    PROVINCE_OFFICER = "province_officer"
    CITY_OFFICER = "city_officer"
    DISTRICT_OFFICER = "district_officer"
    PARK_OFFICER = "park_officer"
    CO_DEPARTMENT_OFFICER = "co_department_officer"
    FINANCE_OFFICER = "finance_officer"
    LEADER = "leader"
    AUDITOR = "auditor"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"
    UNIT_ADMINISTRATOR = "unit_administrator"
    UNIVERSITY_OFFICER = "university_officer"
    COLLEGE_OFFICER = "college_officer"
    INVENTOR = "inventor"
    STATE_FIRM_OFFICER = "state_firm_officer"
    FIRM_OFFICER = "firm_officer"
    AGENT = "agent"
    TECHNOLOGY_MANAGER = "technology_manager"
    COMMISSIONER = "commissioner"
    BANK_OFFICER = "bank_officer"
    GUARANTOR_OFFICER = "guarantor_officer"
    INSURER_OFFICER = "insurer_officer"
    APPRAISER = "appraiser"
    FUND_MANAGER = "fund_manager"
    EXCHANGE_OFFICER = "exchange_officer"
    SERVICE_POINT_OFFICER = "service_point_officer"
    TECHNOLOGY_CONTRACT_OFFICER = "technology_contract_officer"
    EXPERT = "expert"
    PUBLIC = "public"  # everybody, also without an account


class Side(StrEnum):
    """Sides that one account may not mix (三员分立): each administrator's is its own, all other work is business."""

    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"
    BUSINESS = "business"


class Right(StrEnum):
    """What may be done."""

    READ_PUBLISHED = "read_published"
    READ_STOCK = "read_stock"
    IMPORT_STOCK = "import_stock"
    RUN_GRADING = "run_grading"
    SUBMIT_POOL_ENTRY = "submit_pool_entry"
    REVIEW_POOL_ENTRY = "review_pool_entry"
    APPROVE_POOL_ENTRY = "approve_pool_entry"
    RETURN_POOL_ENTRY = "return_pool_entry"
    EDIT_TECHNOLOGY_CARD = "edit_technology_card"
    RECORD_EXPLOITATION = "record_exploitation"
    APPROVE_EXPLOITATION = "approve_exploitation"
    SEND_BOOKLET = "send_booklet"
    RETURN_BOOKLET = "return_booklet"
    RUN_PANEL = "run_panel"
    SCORE_PANEL = "score_panel"
    RECORD_VALUATION = "record_valuation"
    CONFIRM_LISTING = "confirm_listing"
    SHARE_PATENTS = "share_patents"
    DRAFT_EDITION = "draft_edition"
    REVIEW_EDITION_1 = "review_edition_1"
    REVIEW_EDITION_2 = "review_edition_2"
    REVIEW_EDITION_3 = "review_edition_3"
    PUBLISH_EDITION = "publish_edition"
    RECORD_DECLARATION = "record_declaration"
    READ_DECLARATIONS = "read_declarations"
    KEEP_LEDGER = "keep_ledger"
    READ_LEDGER = "read_ledger"
    READ_STATISTICS = "read_statistics"
    SUBMIT_REPORT = "submit_report"
    VERIFY_REPORT = "verify_report"
    REVEAL_PERSONAL_DATA = "reveal_personal_data"
    EXPORT_ROWS = "export_rows"
    MANAGE_ORGANISATIONS = "manage_organisations"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_UNIT_ACCOUNTS = "manage_unit_accounts"
    GRANT_ROLES = "grant_roles"
    SET_SECURITY_POLICY = "set_security_policy"
    READ_LOG = "read_log"
    EXPORT_LOG = "export_log"
    TAKE_BACKUP = "take_backup"
    RESTORE_BACKUP = "restore_backup"
    RUN_JOBS = "run_jobs"


class Reach(StrEnum):
    """How far a right goes; in the order in which a page names the one that allowed something."""

    OWN = "own"  # the account is one of those whose thing it is
    ASSIGNED = "assigned"  # it was given to this account to work on
    UNIT = "unit"
    UNIT_AND_CHILDREN = "unit_and_children"
    LEAD = "lead"  # the organisation leads it
    CO_UNIT = "co_unit"
    PARTY = "party"  # the organisation is a party of it
    SCOPE = "scope"  # what the membership was given: regions, units, named things
    EVERYTHING = "everything"
    PUBLIC = "public"  # what was published


class Effect(StrEnum):
    """What a row of role_rights does; a denial wins over any number of grants."""

    ALLOW = "allow"
    DENY = "deny"


class Step(StrEnum):
    """Steps of one case that different people take."""

    APPLY = "apply"
    REVIEW = "review"
    SECOND_REVIEW = "second_review"
    THIRD_REVIEW = "third_review"
    APPROVE = "approve"


class Guard(StrEnum):
    """What keeps a right from somebody who would have it by role."""

    NO_CONFLICT = "no_conflict"  # neither owner nor party, now or some years ago, nor a declared conflict
    OTHER_UNIT = "other_unit"  # not of the organisation that reports
    NOT_SELF = "not_self"  # not on the own account


class Condition(StrEnum):
    """What else a grant asks of the thing."""

    CONSENTED = "consented"  # its owner consented to this organisation


class Visibility(StrEnum):
    """Who may be shown a thing at all, before roles are asked."""

    PUBLIC = "public"  # published
    INTERNAL = "internal"
    PARTIES = "parties"  # business secret: owner, leading and co-units, parties, assigned persons

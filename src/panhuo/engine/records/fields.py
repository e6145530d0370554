"""Names of everything a row may say, and the columns that the engine's tables have.

Raw field names are what readers emit (RawBatch.columns); table columns are what engine areas read.
Both use the words of docs/glossary.md.
"""

from __future__ import annotations

PATENT_FIELDS = (
    # numbers and kinds
    "publication_number",
    "application_number",
    "grant_publication_number",
    "kind_code",
    "ip_type",  # as the source words it: 发明申请, 实用新型, B1 ...
    "jurisdiction",  # CN, US, or the source's word (中国)
    # words
    "title",
    "title_en",
    "abstract",
    "abstract_en",
    "first_claim",
    # people and places
    "owners",  # current owners, many
    "applicants",  # original applicants, many
    "inventors",  # many
    "owner_code",  # USCC of the first owner where the source gives it
    "owner_type_word",  # 企业, 学校 ... as the source words it
    "agency",
    "agents",
    "address",
    "region",  # 国省代码, province name or region code
    # dates
    "filing_date",
    "publication_date",
    "grant_date",
    "priority_date",
    "priority_numbers",
    "expiry_date",
    # classes
    "ipc_main",
    "ipc",
    "cpc",
    "loc",
    "upc",
    "industry_code",
    "keywords",
    # status
    "status_words",  # many: 授权, 权利转移 ...
    # counts
    "claims_count",
    "independent_claims_count",
    "inventors_count",
    "cites_count",
    "cited_by_count",
    "cited_by_3y_count",
    "cited_by_5y_count",
    "family_count",
    "litigation_count",
    # family and lists
    "family_members",  # many publication numbers
    "cited_by",  # many
    "cites",  # many
    "awards",
    "link",
)
MANY = frozenset(
    [
        "owners",
        "applicants",
        "inventors",
        "agents",
        "priority_numbers",
        "ipc",
        "cpc",
        "loc",
        "upc",
        "status_words",
        "family_members",
        "cited_by",
        "cites",
        "awards",
        "keywords",
        "industry_code",
    ]
)
COUNTS = tuple(name for name in PATENT_FIELDS if name.endswith("_count"))
DATES = tuple(name for name in PATENT_FIELDS if name.endswith("_date"))

EVENT_FIELDS = (
    "ledger",  # licence | transfer | pledge | product_filing | technology_contract
    "application_number",  # many allowed: one contract, several patents
    "publication_number",
    "title",
    "number",  # recordal, registration, contract or filing number
    "event_date",  # registration or announcement day
    "signed_on",
    "starts_on",
    "ends_on",
    "cancelled_on",
    "from_party",  # licensor, assignor, pledgor, seller
    "to_party",  # licensee, assignee, pledgee, buyer; the firm of a product filing
    "from_code",
    "to_code",
    "amount_wan",  # amounts as 万元 ...
    "amount_cny",  # ... or yuan, whichever heading stands there
    "terms",  # licence kind: 独占 排他 普通 开放
    "product",
    "contract_kind",
    "note",
)
ROSTER_FIELDS = (
    "party_code",
    "party_name",
    "tag",
    "valid_from",
    "valid_to",
    "source_name",
    "region",
    "controller",
    "alias",
)
POPULATION_FIELDS = ("region", "region_name", "year", "persons", "persons_wan", "source_name")
NEED_FIELDS = (
    "need_id",
    "firm",
    "firm_code",
    "region",
    "industry_code",
    "title",
    "text",
    "problem",
    "goal",
    "foundation",
    "difficulty",
    "budget_wan",
    "budget_text",
    "urgency",
    "mode",
    "source_name",
    "received_on",
    "updated_on",  # the day for which the row says how the need stands
    "stage",
    "officer",
    "next_on",
    "keywords",
)
STOCK_ITEM_FIELDS = (
    "application_number",
    "publication_number",
    "title",
    "ip_type",
    "owners",
    "department",
    "manager",
    "inventors",
    "willing",
    "project",
    "implemented",
    "implementation_mode",
    "implemented_since",
    "evidence",
    "self_grade",
    "self_grade_reason",
    "maturity",
    "industry_code",
    "sei_branch",
    "product",
    "scenario",
    "advantage",
    "intended_mode",
    "price_wan",
    "price_note",
    "valid_to",
    "restrictions",
    "dormancy_note",
    "next_review",
    "consent",
    "contact",
    "filing_date",
    "grant_date",
    "status_words",
    "ipc",
    "stated_on",
)
STOCK_BESIDE_DAYS = ("implemented_since", "next_review")
STOCK_BESIDE = (
    "department",
    "manager",
    "project",
    "implemented",
    "implementation_mode",
    "evidence",
    "self_grade",
    "self_grade_reason",
    "sei_branch",
    "product",
    "dormancy_note",
    *STOCK_BESIDE_DAYS,
)
"""Cells of the stock inventory that are kept as the owner wrote them, and given back in it."""
OPEN_LICENCE_FIELDS = (
    "application_number",
    "publication_number",
    "title",
    "owners",
    "fee_text",
    "payment_text",
    "term_text",
    "scope_text",
    "announced_on",
    "ends_on",
    "contact",
    "region",
)
ANSWER_FIELDS = (
    "application_number",
    "publication_number",
    "booklet",
    "owner",
    "implemented",
    "implementation_mode",
    "reason",
    "willingness",
    "intended_mode",
    "maturity",
    "since",
    "evidence",
    "valid_to",
    "approver",
    "price_wan",
    "contact",
    "scenario",
    "summary",
    "consent",
    "answered_on",
)

ASSETS = {
    "asset_id": "int64",
    "asset_key": "string",  # stable natural key, e.g. a:CN202110597945 or p:CN113030719
    "ip_type": "string",
    "jurisdiction": "string",
    "application_number": "string",  # "" where unknown
    "publication_number": "string",  # the document shown: the grant where known, else the first publication
    "grant_publication_number": "string",
    "kind_code": "string",
    "title": "string",
    "title_en": "string",
    "abstract": "string",
    "abstract_en": "string",
    "first_claim": "string",
    "owners": "array<string>",
    "applicants": "array<string>",
    "inventors": "array<string>",
    "first_owner": "string",
    "owner_code": "string",
    "owner_type": "string",
    "owner_type_rule": "string",
    "co_owner_types": "array<string>",
    "region_code": "string",
    "filing_date": "date",
    "publication_date": "date",
    "grant_date": "date",  # from the grant document, else the dated grant event
    "priority_date": "date",
    "expiry_date": "date",  # only where a source states it
    "ipc_main": "string",
    "ipc": "array<string>",
    "ipc_keys": "array<string>",  # 14-character sort keys of ipc
    "cpc": "array<string>",
    "loc": "array<string>",
    "industry_code": "array<string>",
    "claims_count": "int32",
    "first_claim_length": "int32",  # characters of the first claim without blanks, null where not told
    "inventors_count": "int32",
    "cites_count": "int32",
    "cited_by_count": "int32",
    "cited_by_3y_count": "int32",
    "cited_by_5y_count": "int32",
    "family_count": "int32",
    "litigation_count": "int32",
    "family_members": "array<string>",
    "family_key": "string",  # equal for members of one simple family, "" where unknown
    "same_day_pair": "int64",  # smaller asset_id of an 一案双申 pair, null where none
    "awards": "array<string>",
    "data_day": "date",  # latest day any source speaks for
}
"""Engine table of assets (patents and others); dates are null where unknown, counts null where not told."""

EVENTS = {
    "event_id": "int64",
    "asset_id": "int64",  # null while the patent is unknown
    "event": "string",  # EventType
    "event_date": "date",  # null for what a source only states as of a day
    "known_on": "date",  # the day from which an undated statement holds
    "effective_on": "date",  # legal effect where told apart from the announcement
    "status": "string",  # LegalStatus, for status_word only
    "from_party": "string",
    "to_party": "string",
    "from_code": "string",
    "to_code": "string",
    "number": "string",
    "amount_cny": "float64",
    "ends_on": "date",
    "terms": "string",  # exclusive | sole | ordinary | open | ""
    "code": "string",  # the office's code
    "text": "string",
    "ledger": "string",  # official ledger kind, "" for events from patent files
    "source_id": "int64",
}

TAGS = {
    "party_code": "string",
    "party_name": "string",
    "tag": "string",
    "valid_from": "date",
    "valid_to": "date",
    "controller": "string",
    "region_code": "string",
    "source_name": "string",
}

OFFERS = {
    "asset_id": "int64",
    "stated_on": "date",
    "source": "string",  # stock_item | owner_answer | open_licence
    "stated_owner": "string",  # whom the statement names as owner, joined by ；; "" where it names nobody
    "consent": "string",  # yes | no | ""
    "willingness": "string",
    "intended_mode": "string",
    "price_cny": "float64",
    "price_note": "string",
    "maturity": "int32",
    "contact": "string",
    "scenario": "string",
    "summary": "string",
    "restrictions": "string",  # in the owner's words
    "valid_to": "date",
    "other_cells": "string",  # JSON: STOCK_BESIDE -> text, "" where the statement has none of them
}

ANSWERS = {
    "asset_id": "int64",
    "answered_on": "date",
    "exploited": "string",  # yes | no | ""
    "mode": "string",
    "since": "date",
    "evidence": "string",
    "reason": "string",  # code of a proper reason, "" where none
    "reason_valid_to": "date",
    "approver": "string",
    "owner": "string",
}

NEEDS = {
    "need_id": "string",
    "firm": "string",
    "firm_code": "string",
    "region_code": "string",
    "industry_code": "string",
    "title": "string",
    "text": "string",
    "problem": "string",
    "goal": "string",
    "foundation": "string",
    "difficulty": "string",
    "budget_low_cny": "float64",
    "budget_high_cny": "float64",
    "budget_text": "string",  # words under a heading of budgets that say no sum
    "urgency": "string",
    "mode": "string",
    "source_name": "string",
    "received_on": "date",
    "stage": "string",
    "officer": "string",
    "next_on": "date",
}

POPULATION = {
    "region_code": "string",
    "region_name": "string",
    "year": "int32",
    "persons": "int64",
    "source_name": "string",
}

TABLES = {
    "assets": ASSETS,
    "events": EVENTS,
    "tags": TAGS,
    "offers": OFFERS,
    "answers": ANSWERS,
    "needs": NEEDS,
    "population": POPULATION,
}
"""The projection of the register: one Parquet file per table, rebuilt by one command."""

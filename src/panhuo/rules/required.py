"""What each engine area asks of a pack: names with their units, tables with their columns.

An area that comes to read a further rule adds it here, so that panhuo packs check says at once which packs lack it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from panhuo.rules.values import Unit
from panhuo.terms.kinds import IpType, OwnerType


@dataclass(frozen=True, slots=True)
class Need:
    """A rule that an area reads.

    allowed: the only words that its value may hold; empty is any. may_be_none: the area copes without a value.
    """

    unit: Unit
    allowed: tuple[str, ...] = ()
    may_be_none: bool = False


_OWNER_TYPES = tuple(OwnerType)
_PATENT_KINDS = (IpType.INVENTION, IpType.UTILITY_MODEL, IpType.DESIGN)
_CASES = ("sei", "overseas_family", "maintained_over_10y", "high_pledge_amount", "award")
_SCREENING_PARTS = (
    "right_stability",
    "protection_scope",
    "dependency",
    "advancement",
    "field_trend",
    "maturity",
    "remaining_life",
    "operation",
    "family_layout",
)
_FILING_GRADES = ("file", "improve", "publish", "keep_secret", "do_not_file")
_AWARDS = ("national_st_award", "china_patent_award")

PARAMETERS: Mapping[str, Mapping[str, Need]] = MappingProxyType(
    {
        "dormancy": {
            "dormancy.years_granted": Need(Unit.YEARS),
            "dormancy.owner_types": Need(Unit.WORDS, _OWNER_TYPES),
            "dormancy.look_back_years": Need(Unit.YEARS),
            "dormancy.recheck_months": Need(Unit.MONTHS),
            "dormancy.profiles": Need(Unit.WORDS),
            "dormancy.default_profile": Need(Unit.TEXT),
            "dormancy.enterprise_owner_types": Need(Unit.WORDS, _OWNER_TYPES),
            "dormancy.ip_types": Need(Unit.WORDS, _PATENT_KINDS),
            "dormancy.jurisdictions": Need(Unit.WORDS),
            "dormancy.alike_characters": Need(Unit.COUNT),
        },
        "high value": {
            "high_value.profile": Need(Unit.TEXT),
            "high_value.dimensions": Need(Unit.WORDS, _CASES),
            "high_value.invention_only": Need(Unit.FLAG),
            "high_value.invention_only_dimensions": Need(Unit.WORDS, _CASES),
            "high_value.family_requires_grant": Need(Unit.FLAG),
            "high_value.awards": Need(Unit.WORDS, _AWARDS),
            "high_value.pledge_threshold_cny": Need(Unit.CNY, may_be_none=True),
            "high_value.pledge_look_back_years": Need(Unit.YEARS),
            "high_value.pledge_allocation": Need(Unit.TEXT, ("equal_split", "whole")),
            "high_value.hmt_is_overseas": Need(Unit.FLAG),
            "high_value.hmt_jurisdictions": Need(Unit.WORDS),
            "high_value.sei_symbols": Need(Unit.TEXT, ("all", "main")),
            "high_value.maintained_years": Need(Unit.YEARS),
            "high_value.domestic_regions_exclude": Need(Unit.WORDS),
            "high_value.sei_classes": Need(Unit.WORDS, ("sei_confirmed", "sei_candidate")),
            "high_value.per_residents": Need(Unit.COUNT),
            "high_value.population_year": Need(Unit.TEXT, ("previous_year_end", "same_year_end")),
            "high_value.ripe_within_months": Need(Unit.MONTHS),
        },
        "cohorts": {"cohorts.min_peers": Need(Unit.COUNT), "cohorts.trim_share": Need(Unit.SHARE)},
        "screening": {
            **{f"screening.weight.{part}": Need(Unit.WEIGHT) for part in _SCREENING_PARTS},
            "screening.scheme": Need(Unit.TEXT),
            "screening.notice": Need(Unit.TEXT),
            "screening.grade_limits": Need(Unit.NUMBERS),
            "screening.min_confidence": Need(Unit.SHARE),
            "screening.remaining_life_years": Need(Unit.NUMBERS),
            "screening.remaining_life_points": Need(Unit.NUMBERS),
            "screening.criteria.top_share": Need(Unit.SHARE),
            "screening.criteria.maturity_level": Need(Unit.COUNT),
            "screening.criteria.remaining_months": Need(Unit.MONTHS),
        },
        "supply list": {
            "supply.min_remaining_years": Need(Unit.YEARS),
            "supply.state_owned_tags": Need(Unit.WORDS),
            "supply.university_owner_types": Need(Unit.WORDS, _OWNER_TYPES),
        },
        "ledger": {
            "ledger.match_window_days": Need(Unit.DAYS),
            "ledger.circular_months": Need(Unit.MONTHS),
            "ledger.msme_tags": Need(Unit.WORDS),
            "ledger.large_tags": Need(Unit.WORDS),
            "ledger.university_owner_types": Need(Unit.WORDS, _OWNER_TYPES),
            "ledger.recordal_contract_kinds": Need(Unit.WORDS),
        },
        "matching": {
            "matching.part_title": Need(Unit.NUMBER),
            "matching.part_problem": Need(Unit.NUMBER),
            "matching.part_difficulty": Need(Unit.NUMBER),
            "matching.part_goal": Need(Unit.NUMBER),
            "matching.part_text": Need(Unit.NUMBER),
            "matching.part_foundation": Need(Unit.NUMBER),
            "matching.part_background": Need(Unit.NUMBER),
            "matching.score.words": Need(Unit.WEIGHT),
            "matching.score.near": Need(Unit.WEIGHT),
            "matching.score.sense": Need(Unit.WEIGHT),
            "matching.near_from": Need(Unit.NUMBER),
            "matching.candidates": Need(Unit.COUNT),
            "matching.clusters.texts": Need(Unit.COUNT),
            "matching.clusters.count": Need(Unit.COUNT),
            "matching.clusters.share": Need(Unit.SHARE),
            "matching.asked_words": Need(Unit.COUNT),
            "matching.scored_words": Need(Unit.COUNT),
            "matching.near_words": Need(Unit.COUNT),
            "matching.postings": Need(Unit.COUNT),
            "matching.score.title": Need(Unit.WEIGHT),
            "matching.title_factor": Need(Unit.NUMBER),
            "matching.title_spare": Need(Unit.NUMBER),
            "matching.least_variety": Need(Unit.SHARE),
            "matching.saturation": Need(Unit.NUMBER),
            "matching.length_share": Need(Unit.NUMBER),
            "matching.least": Need(Unit.NUMBER),
            "matching.circumstances.bound": Need(Unit.SHARE),
            "matching.circumstances.lines": Need(Unit.COUNT),
            "matching.circumstances.figure_lines": Need(Unit.COUNT),
            "matching.circumstances.points.life": Need(Unit.SHARE),
            "matching.circumstances.points.region": Need(Unit.SHARE),
            "matching.circumstances.points.suited": Need(Unit.SHARE),
            "matching.circumstances.points.price": Need(Unit.SHARE),
            "matching.circumstances.points.maturity": Need(Unit.SHARE),
            "matching.circumstances.points.industry": Need(Unit.SHARE),
            "matching.circumstances.points.figures": Need(Unit.SHARE),
            "matching.circumstances.life_years": Need(Unit.NUMBER),
            "matching.circumstances.same_county": Need(Unit.SHARE),
            "matching.circumstances.same_city": Need(Unit.SHARE),
            "matching.circumstances.same_province": Need(Unit.SHARE),
            "matching.circumstances.price_over": Need(Unit.NUMBER),
            "matching.circumstances.maturity_step": Need(Unit.SHARE),
            "matching.circumstances.stated_industry": Need(Unit.SHARE),
            "matching.circumstances.class_industry": Need(Unit.SHARE),
            "matching.lines.slope": Need(Unit.NUMBER),
            "matching.lines.cuts": Need(Unit.NUMBERS),
            "matching.dimensions": Need(Unit.COUNT),
            "matching.vocabulary": Need(Unit.COUNT),
            "matching.vocabulary_min_texts": Need(Unit.COUNT),
            "matching.refit_share": Need(Unit.SHARE),
            "matching.compaction.rows": Need(Unit.COUNT),
            "matching.compaction.share": Need(Unit.SHARE),
            "matching.mined.terms": Need(Unit.COUNT),
            "matching.mined.min_count": Need(Unit.COUNT),
            "matching.mined.min_likeness": Need(Unit.NUMBER),
            "matching.mined.min_branching": Need(Unit.NUMBER),
            "matching.mined.min_share": Need(Unit.SHARE),
            "matching.coverage.covered_from": Need(Unit.SHARE),
            "matching.coverage.partly_from": Need(Unit.SHARE),
            "matching.coverage.figure_share": Need(Unit.SHARE),
            "matching.coverage.requirements": Need(Unit.COUNT),
            "matching.team.shared_inventors": Need(Unit.COUNT),
            "matching.team.people": Need(Unit.COUNT),
            "matching.team.rows": Need(Unit.COUNT),
            "matching.team.series_alike": Need(Unit.SHARE),
            "matching.team.no_names": Need(Unit.WORDS),
            "matching.team.counted": Need(Unit.COUNT),
            "matching.team.damping": Need(Unit.SHARE),
            "matching.firms.need": Need(Unit.SHARE),
            "matching.firms.own_patents": Need(Unit.SHARE),
            "matching.firms.products": Need(Unit.SHARE),
            "matching.firms.titles": Need(Unit.COUNT),
            "matching.alike_from": Need(Unit.SHARE),
            "matching.contacts.most": Need(Unit.COUNT),
            "matching.contacts.days": Need(Unit.DAYS),
            "matching.learned.near_from": Need(Unit.NUMBER),
            "matching.learned.sentences": Need(Unit.COUNT),
            "matching.learned.share": Need(Unit.SHARE),
            "matching.learned.far_share": Need(Unit.SHARE),
            "matching.learned.last_share": Need(Unit.SHARE),
            "matching.learned.penalty": Need(Unit.NUMBER),
        },
        "evaluation": {
            "matching.levels.prior": Need(Unit.NUMBERS),
            "matching.learned.levels.scores": Need(Unit.NUMBERS),
            "matching.learned.levels.at_least_2": Need(Unit.NUMBERS),
            "matching.learned.levels.at_least_3": Need(Unit.NUMBERS),
            "matching.learned.levels.at_least_4": Need(Unit.NUMBERS),
        },
        "assessment": {
            "assessment.self_grade.scheme": Need(Unit.TEXT),
            "assessment.willing_answers": Need(Unit.WORDS, ("willing", "negotiable", "unwilling")),
            "assessment.first.value_from": Need(Unit.POINTS),
            "assessment.first.prospect_from": Need(Unit.POINTS),
            "assessment.prefiling.limits": Need(Unit.NUMBERS),
            "assessment.prefiling.precedence": Need(Unit.WORDS, _FILING_GRADES),
            "assessment.prefiling.approvable": Need(Unit.WORDS, _FILING_GRADES),
            "assessment.panel.average": Need(Unit.TEXT, ("mean", "median", "trimmed_mean")),
            "assessment.panel.trim_share": Need(Unit.SHARE),
            "assessment.panel.min_experts": Need(Unit.COUNT),
            "assessment.panel.quorum": Need(Unit.SHARE),
            "assessment.panel.discuss_range": Need(Unit.POINTS),
            "assessment.panel.discuss_deviation": Need(Unit.POINTS),
            "assessment.panel.apart": Need(Unit.POINTS),
            "assessment.panel.decimals": Need(Unit.COUNT),
            "assessment.panel.dealing_years": Need(Unit.YEARS),
            "assessment.panel.answer_days": Need(Unit.DAYS),
        },
        "lists": {"lists.within_months": Need(Unit.MONTHS), "lists.fee_months": Need(Unit.MONTHS)},
        "study": {"study.years": Need(Unit.YEARS), "study.team_patents": Need(Unit.COUNT)},
        "stock inventory": {"stock.template_scheme": Need(Unit.TEXT)},
        "letters": {
            "letter.issuer": Need(Unit.TEXT),
            "check.answer_days": Need(Unit.DAYS),
            "slip.answer_days": Need(Unit.DAYS),
        },
        "fees": {
            "fees.grace_months": Need(Unit.MONTHS),
            "fees.late_fee_share_per_month": Need(Unit.SHARE),
            "fees.late_fee_free_months": Need(Unit.MONTHS),
            "fees.restoration_months": Need(Unit.MONTHS),
            "fees.restoration_fee": Need(Unit.CNY),
            "fees.compensation_year_fee": Need(Unit.CNY),
            "fees.reduction_single_owner": Need(Unit.SHARE),
            "fees.reduction_joint_owners": Need(Unit.SHARE),
            "fees.reduction_years": Need(Unit.YEARS),
            "fees.reduction_open_licence": Need(Unit.SHARE),
            "fees.reduction_assumed_owner_types": Need(Unit.WORDS, _OWNER_TYPES),
        },
    }
)

TABLES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "records": {
            "status_words": ("word", "kind", "value"),
            "event_codes": ("authority", "code", "text", "event"),
            "ip_type_words": ("word", "ip_type"),
            "jurisdictions": ("name", "code"),
            "regions": ("code", "name", "aliases"),
            "owner_suffixes": ("order", "suffix", "owner_type"),
            "source_precedence": ("reader", "rank"),
            "restriction_words": ("word", "meaning"),
        },
        "fees": {
            "annual_fees": ("ip_type", "from_year", "to_year", "fee_cny"),
            "protection_terms": ("ip_type", "filed_from", "filed_to", "years"),
        },
        "dormancy": {
            "dormancy_readings": ("profile", "situation", "reading", "flag"),
            "dormancy_flags": ("flag", "zh", "en"),
        },
        "high value": {
            "sei_rules": ("rule_id", "branch", "mode", "keywords"),
            "sei_ipc": ("rule_id", "kind", "pattern", "low_key", "high_key"),
            "ipc_concordance": ("new_low_key", "new_high_key", "old_low_key", "old_high_key"),
            "awards": ("word", "award"),
            "publication_kinds": ("office", "kind", "state"),
        },
        "check booklet": {"check_options": ("list", "code", "label"), "proper_reasons": ("code", "max_validity_years")},
        "outputs": {
            "labels": ("kind", "code", "zh", "en"),
            "output_columns": ("output", "key", "heading", "kind", "width", "hidden", "explain"),
            "output_notes": ("output", "position", "text"),
            "check_booklet": ("field", "heading", "part", "list", "width", "note"),
            "stock_template": ("field", "heading", "kind", "list", "width", "note"),
            "letter_fonts": ("role", "font", "free_font", "size_pt"),
        },
        "screening": {"screening_points": ("part", "finding", "points")},
        "matching": {
            "text_words": ("word", "kind", "share"),
            "text_word_kinds": ("kind", "share"),
            "text_openings": ("word",),
            "text_units": ("unit", "dimension", "factor", "offset", "spelling", "place"),
            "negation_words": ("word", "kind", "reach"),
            "figure_bounds": ("word", "kind", "per"),
            "text_dictionary": ("term",),
            "need_headings": ("word", "part", "place"),
            "need_amount_words": ("word", "meaning"),
            "match_answers": ("answer", "reason", "level", "label", "reason_label"),
            "need_requirement_words": ("word", "kind"),
            "claim_words": ("word", "kind"),
            "figure_words": ("word", "kind", "quantity"),
            "industry_classes": ("division", "patterns"),
            "maturity_words": ("word", "level", "place"),
            "willingness_words": ("word", "meaning"),
            "contact_words": ("word", "kind"),
            "match_boosts": (
                "boost",
                "source_row",
                "patent_fact",
                "patent_values",
                "firm_fact",
                "firm_values",
                "points",
                "reason",
            ),
        },
        "assessment": {
            "assessment_questions": ("questionnaire", "question", "part", "weight", "zh", "en"),
            "assessment_answers": ("questionnaire", "question", "answer", "points", "verdict", "zh", "en"),
            "self_grade_levels": ("scheme", "level", "tier", "zh", "en"),
            "panel_indicators": ("code", "weight", "zh", "en", "note"),
            "assessment_forms": ("form", "field", "heading", "part", "list", "width", "note"),
        },
        "rosters": {"party_tags": ("word", "tag")},
        "regions": {"scopes": ("name", "includes", "excludes")},
    }
)

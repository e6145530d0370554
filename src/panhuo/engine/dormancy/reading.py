"""疑似沉睡: the rule, as at a day, under a profile. Source: SC-009 (granted 3 years, unused, no proper reason).

A program finds candidates; the owner's answer makes them dormant, exploited or excused. What the facts cannot
decide is cannot_say and counted apart. How each situation is read stands in the pack (table dormancy_readings).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from panhuo.engine.dormancy.situations import OwnerAnswer, Situation
from panhuo.rules import InForce
from panhuo.terms.dates import add_months, add_years
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import DormancyState, LegalStatus
from panhuo.terms.kinds import EventType as E


class Reading(StrEnum):
    """What a situation does to a candidate."""

    OUT = "out"
    TO_VERIFY = "to_verify"
    IN = "in"


MARKED: Mapping[str, str] = {
    E.OWN_EXPLOITATION: "own_exploitation",
    E.CAPITAL_CONTRIBUTION: "capital_contribution",
    E.PRODUCT_FILED: "product_filed",
    E.OPEN_LICENCE_TAKEN: "open_licence_taken",
    E.OPEN_LICENCE_WITHDRAWN: "open_licence_withdrawn",
    E.TECHNOLOGY_CONTRACT: "technology_contract",
    E.INVALIDATION_STARTED: "invalidation_started",
    E.INVALIDATED_PART: "invalidated_part",
    E.LITIGATION: "litigation",
    E.APPLICATION_TRANSFERRED: "transfer_before_grant",
}
"""Situations of the pack's tables that an event makes by having happened."""
WEIGHT = {Reading.IN: 0, Reading.TO_VERIFY: 1, Reading.OUT: 2}


class UnknownProfile(DomainError):
    code = "unknown_profile"


@dataclass(frozen=True, slots=True)
class DormancyRules:
    """The rule of a pack on a day under one profile. readings: situation -> (reading, flag)."""

    profile: str
    years_granted: int
    look_back_years: int
    recheck_months: int
    owner_types: frozenset[str]
    jurisdictions: frozenset[str]
    ip_types: frozenset[str]
    readings: Mapping[str, tuple[Reading, str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one right stands. considered: granted long enough and in force. reasons, flags: codes, weightiest first."""

    asset_id: int
    considered: bool
    state: DormancyState | None
    reasons: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def dormancy_rules(rules: InForce, *, profile: str, any_owner: bool) -> DormancyRules:
    """Read the pack. any_owner: every type of owner is looked at, not only those of the pack.

    Raises: UnknownProfile; NotInForce when the pack has no rule on the day.
    """
    profiles = rules.words("dormancy.profiles")
    if profile not in profiles:
        raise UnknownProfile(f"There is no profile {profile}. Pack {rules.pack} has {', '.join(profiles)}.")
    readings = {
        row["situation"]: (Reading(row["reading"]), row["flag"])
        for row in rules.table("dormancy_readings")
        if row["profile"] == profile and row["reading"] in set(Reading)
    }
    return DormancyRules(
        profile=profile,
        years_granted=rules.integer("dormancy.years_granted"),
        look_back_years=rules.integer("dormancy.look_back_years"),
        recheck_months=rules.integer("dormancy.recheck_months"),
        owner_types=frozenset() if any_owner else frozenset(rules.words("dormancy.owner_types")),
        jurisdictions=frozenset(rules.words("dormancy.jurisdictions")),
        ip_types=frozenset(rules.words("dormancy.ip_types")),
        readings=readings,
    )


def read(situation: Situation, at: date, rules: DormancyRules) -> Verdict:
    """The verdict on one right as at a day; state None where it is not looked at at all."""
    elsewhere = Verdict(situation.asset_id, considered=False, state=None)
    if situation.jurisdiction not in rules.jurisdictions or situation.ip_type not in rules.ip_types:
        return elsewhere
    if rules.owner_types and situation.owner_type not in rules.owner_types:
        return elsewhere
    unclear = _unclear_standing(situation, at, rules)
    if unclear:
        return Verdict(situation.asset_id, considered=False, state=DormancyState.CANNOT_SAY, reasons=(unclear,))
    if situation.status != LegalStatus.GRANTED_IN_FORCE:
        return elsewhere
    if situation.grant_date is None or add_years(situation.grant_date, rules.years_granted) > at:
        return elsewhere
    return _considered(situation, at, rules)


def _unclear_standing(situation: Situation, at: date, rules: DormancyRules) -> str:
    """Why nobody can say whether the right is old enough and in force; "" when it can be said."""
    granted, filed = situation.grant_date, situation.filing_date
    if granted is not None and add_years(granted, rules.years_granted) > at:
        return ""
    if granted is None and filed is not None and add_years(filed, rules.years_granted) > at:
        return ""
    if situation.status == LegalStatus.CANNOT_SAY:
        return "status_unknown"
    if situation.status != LegalStatus.GRANTED_IN_FORCE:
        return ""
    if situation.term_end is not None and situation.term_end <= at:
        return "term_over"
    if granted is None:
        return "grant_day_unknown"
    return ""


def _considered(situation: Situation, at: date, rules: DormancyRules) -> Verdict:
    found = [(name, *rules.readings[name]) for name in _situations(situation, at, rules) if name in rules.readings]
    weight = max((WEIGHT[reading] for _, reading, _ in found), default=0)
    reasons = tuple(name for name, reading, _ in found if WEIGHT[reading] == weight) if weight else ()
    flags = [flag for _, _, flag in found if flag]
    if situation.same_day_pair is not None:
        flags.append("same_day_pair")
    if situation.contradiction:
        flags.append("status_contradiction")
    if weight == WEIGHT[Reading.OUT]:
        state = DormancyState.OUT
    elif undecided := _undecided(situation, rules):
        state, reasons = DormancyState.CANNOT_SAY, undecided
    else:
        state = DormancyState.TO_VERIFY if weight else DormancyState.CANDIDATE
        state, answered = _answered(situation.answer, at, rules, state)
        reasons += answered
    return Verdict(
        situation.asset_id,
        considered=True,
        state=state,
        reasons=reasons or ("no_exploitation_known",),
        flags=tuple(dict.fromkeys(flags)),
    )


def _situations(situation: Situation, at: date, rules: DormancyRules) -> list[str]:
    found = []
    if situation.licence_active:
        found.append("licence_current")
    elif situation.licence_ended is not None:
        recent = add_years(situation.licence_ended, rules.look_back_years) >= at
        found.append("licence_ended_recently" if recent else "licence_ended_long_ago")
    if situation.transfer:
        found.append(situation.transfer)
    elif situation.transfer_word:
        found.append("transfer_unknown")
    found += [MARKED[mark] for mark in sorted(situation.marks) if mark in MARKED]
    if situation.suspension_active:
        found.append("suspended")
    if situation.pledge_active:
        found.append("pledge_current")
    elif situation.pledge_ended is not None:
        found.append("pledge_cancelled")
    if situation.preservation_active:
        found.append("preservation_current")
    elif situation.preservation_ended is not None:
        found.append("preservation_discharged")
    if situation.open_licence_active:
        found.append("open_licence_announced")
    if situation.co_owner_enterprise:
        found.append("co_owner_enterprise")
    return found


def _undecided(situation: Situation, rules: DormancyRules) -> tuple[str, ...]:
    """Undated words of later days about things that this profile would read as out or to verify."""
    later = {
        "licence_current": situation.licence_later_word,
        "transfer_unknown": situation.transfer_later_word,
        "pledge_current": situation.pledge_later_word,
    }
    return tuple(
        f"{name}_when_unknown"
        for name, said in later.items()
        if said and rules.readings.get(name, (Reading.IN, ""))[0] is not Reading.IN
    )


def _answered(
    answer: OwnerAnswer | None, at: date, rules: DormancyRules, state: DormancyState
) -> tuple[DormancyState, tuple[str, ...]]:
    if answer is None:
        return state, ()
    is_fresh = add_months(answer.answered_on, rules.recheck_months) >= at
    if answer.contradicts and is_fresh:
        return DormancyState.TO_VERIFY, ("owner_answers_contradict",)
    if answer.reason and answer.reason_valid_to is not None and answer.reason_valid_to >= at and answer.approver:
        return DormancyState.PROPER_REASON, (answer.reason,)
    if not is_fresh:
        return state, ("answer_aged",)
    if answer.exploited == "yes":
        return DormancyState.EXPLOITED, (f"owner_says_{answer.mode or 'exploited'}",)
    if answer.exploited == "no":
        return DormancyState.DORMANT, ("owner_says_not_exploited",)
    return state, ()

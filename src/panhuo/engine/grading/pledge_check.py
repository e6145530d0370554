"""质押登记预审单: the twelve refusal grounds of pledge registration, looked at for one patent on one day.

Each ground names the fact looked at, where it comes from and of which day, and what to do. What nobody can say is
unknown and never passes: silence of a register counts as absence only where the register tells the right's history
and speaks for the day. Two grounds may be waived by the informed consent of both parties, a document in the file.
Source: 专利权质押登记办法 (国家知识产权局公告第461号, 2021-11-15). docs/algorithms/grading.md, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from panhuo.engine.grading.pledge_case import Burden, GroundRow, NotWaivable, Outcome, PledgeCase, PledgeFacts
from panhuo.engine.grading.scheme import FINANCE
from panhuo.engine.records.owners import normalise_party_name
from panhuo.engine.records.terms_and_fees import FeeState
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import ENDED, IpType, LegalStatus

Seen = tuple[Outcome, str, str, str, date | None]


def pledge_check(facts: PledgeFacts, case: PledgeCase, rules: InForce) -> tuple[GroundRow, ...]:
    """The rows of the sheet in the order of the pack's grounds, as at rules.day.

    Raises: NotWaivable for a consent to any other ground than the pack lets be waived; DomainError code
    unknown_ground where pack and engine know different grounds, late_statement and late_consent for what the parties
    tell on a later day.
    """
    if case.told_on is not None and case.told_on > rules.day:
        raise DomainError(
            f"The parties' statements are of {case.told_on}, after {rules.day}. Check on or after that day.",
            code="late_statement",
        )
    waivable = {
        row["ground"]
        for row in rules.table("scheme_vetoes")
        if row["scene"] == FINANCE and row["ground"] and row["waivable"] == "true"
    }
    _check_consents(case, waivable, rules.day)
    look = _Look(facts, case, rules)
    return tuple(_row(row["ground"], int(row["no"]), look, case) for row in rules.table("pledge_grounds"))


def is_clear(rows: tuple[GroundRow, ...]) -> bool:
    """Whether no ground stands and none is unknown."""
    return all(row.outcome in (Outcome.PASS, Outcome.WAIVED) for row in rows)


def _row(ground: str, no: int, look: _Look, case: PledgeCase) -> GroundRow:
    if ground not in GROUNDS:
        raise DomainError(
            f"The engine does not know the ground {ground}. It knows {', '.join(GROUNDS)}.", code="unknown_ground"
        )
    outcome, fact, detail, source, day = GROUNDS[ground](look)
    if outcome is Outcome.PASS and source == "parties" and day is None:
        outcome, fact = Outcome.UNKNOWN, "statement_day_not_told"  # a statement of no day does not speak for the day
    consent = case.consents.get(ground)
    if outcome is Outcome.FAIL and consent is not None:
        return GroundRow(no, ground, fact, f"{detail} {consent.document}".strip(), source, consent.day, Outcome.WAIVED)
    return GroundRow(no, ground, fact, detail, source, day, outcome)


def _check_consents(case: PledgeCase, waivable: set[str], at: date) -> None:
    for ground, consent in case.consents.items():
        if ground not in waivable:
            raise NotWaivable(
                f"No consent removes the ground {ground}; it does so for {', '.join(sorted(waivable))}. Take it out.",
                ground=ground,
            )
        if consent.day > at:
            raise DomainError(
                f"The consent to {ground} is of {consent.day}, after {at}. Check on or after that day.",
                code="late_consent",
            )


@dataclass(frozen=True, slots=True)
class _Look:
    """Facts, statements and the day together; what several grounds ask."""

    facts: PledgeFacts
    case: PledgeCase
    rules: InForce

    @property
    def at(self) -> date:
        return self.rules.day

    def is_fresh(self) -> bool:
        """Whether the register speaks for the day or for one not long before it."""
        oldest = self.at - timedelta(days=self.rules.integer("pledge.data_days"))
        return self.facts.told_on is not None and self.facts.told_on >= oldest

    def absent(self, burden: Burden, fact: str) -> Seen:
        """Of something that the register would tell."""
        told = self.facts.told_on
        if burden.lies:
            return Outcome.FAIL, fact, burden.number, "register_event", burden.day
        if burden.lies is None:
            return Outcome.UNKNOWN, "told_later", burden.number, "status_word", burden.day
        if not self.facts.has_history:
            return Outcome.UNKNOWN, "no_history", "", "register", told
        if not self.is_fresh():
            return Outcome.UNKNOWN, "data_too_old", "", "register", told
        return Outcome.PASS, "none_recorded", "", "register", told


def _pledgor(look: _Look) -> Seen:
    facts, case = look.facts, look.case
    shown, told = "；".join(facts.owners), facts.told_on
    if not case.pledgor:
        return Outcome.UNKNOWN, "pledgor_not_told", shown, "register", told
    if not facts.owners:
        return Outcome.UNKNOWN, "owner_not_told", case.pledgor, "parties", case.told_on
    if normalise_party_name(case.pledgor) not in {normalise_party_name(owner) for owner in facts.owners}:
        return Outcome.FAIL, "pledgor_not_owner", f"{case.pledgor} / {shown}", "register", told
    if not look.is_fresh():
        return Outcome.UNKNOWN, "data_too_old", shown, "register", told
    return Outcome.PASS, "pledgor_is_owner", shown, "register", told


def _in_force(look: _Look) -> Seen:
    facts = look.facts
    source = {"event": "register_event", "word": "status_word"}.get(facts.status_basis, "none")
    since = facts.status_since or facts.told_on
    if facts.status in ENDED:
        return Outcome.FAIL, "status", facts.status, source, since
    if facts.term_end is not None and facts.term_end <= look.at:
        return Outcome.FAIL, "term_over", facts.term_end.isoformat(), "calendar", look.at
    if facts.contradiction or facts.status is LegalStatus.CANNOT_SAY:
        return Outcome.UNKNOWN, "status_unclear", facts.status, source, since
    if not look.is_fresh():
        return Outcome.UNKNOWN, "data_too_old", facts.status, source, facts.told_on
    return Outcome.PASS, "status", facts.status, source, facts.told_on


def _granted(look: _Look) -> Seen:
    facts = look.facts
    if facts.grant_date is not None and facts.grant_date <= look.at:
        return Outcome.PASS, "granted_on", facts.grant_date.isoformat(), "register", facts.grant_date
    if facts.grant_date is not None or facts.status in (
        LegalStatus.PENDING,
        LegalStatus.PUBLISHED,
        LegalStatus.EXAMINATION,
        LegalStatus.REJECTED,
        LegalStatus.WITHDRAWN,
    ):
        return Outcome.FAIL, "status", facts.status, "register", facts.told_on
    if facts.status is LegalStatus.GRANTED_IN_FORCE:
        return Outcome.PASS, "status", facts.status, "status_word", facts.told_on
    return Outcome.UNKNOWN, "grant_not_told", "", "none", None


def _fee(look: _Look) -> Seen:
    state, due = look.facts.fee_state, look.facts.fee_due
    shown = due.isoformat() if due else ""
    if state is FeeState.GRACE:
        return Outcome.FAIL, "fee_grace", shown, "parties", look.case.told_on
    if state in (FeeState.RESTORATION_WINDOW, FeeState.LAPSED):
        return Outcome.FAIL, f"fee_{state}", shown, "register_event", look.facts.told_on
    if state is FeeState.DUE:
        return Outcome.PASS, "fee_due", shown, "parties", look.case.told_on
    return Outcome.UNKNOWN, "fee_unknown", shown, "calendar", look.at


def _held(look: _Look) -> Seen:
    preserved = look.absent(look.facts.preserved, "preserved")
    suspended = look.absent(look.facts.suspended, "suspended")
    order = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS)
    return min((preserved, suspended), key=lambda seen: order.index(seen[0]))


def _term(look: _Look) -> Seen:
    ends, term = look.case.debt_ends_on, look.facts.term_end
    if ends is None:
        return Outcome.UNKNOWN, "debt_not_told", term.isoformat() if term else "", "parties", None
    if term is None:
        return Outcome.UNKNOWN, "term_not_told", ends.isoformat(), "parties", look.case.told_on
    outcome = Outcome.PASS if ends < term else Outcome.FAIL
    return outcome, "debt_against_term", f"{ends} / {term}", "parties", look.case.told_on


def _contract(look: _Look) -> Seen:
    asked = {row["content"]: row["zh"] for row in look.rules.table("pledge_contract_content")}
    if look.case.contract is None:
        return Outcome.UNKNOWN, "contract_not_told", "", "none", None
    missing = [zh for content, zh in asked.items() if content not in look.case.contract]
    if missing:
        return Outcome.FAIL, "contract_lacks", "；".join(missing), "parties", look.case.told_on
    return Outcome.PASS, "contract_whole", "", "parties", look.case.told_on


def _co_owners(look: _Look) -> Seen:
    owners, consent = look.facts.owners, look.case.co_owner_consent
    if not owners:
        return Outcome.UNKNOWN, "owner_not_told", "", "none", None
    if len(owners) == 1:
        outcome = Outcome.PASS if look.is_fresh() else Outcome.UNKNOWN
        return outcome, "one_owner" if outcome is Outcome.PASS else "data_too_old", "", "register", look.facts.told_on
    shown = "；".join(owners)
    if consent is None:
        return Outcome.UNKNOWN, "consent_not_told", shown, "parties", None
    if consent:
        return Outcome.PASS, "consent_shown", shown, "parties", look.case.told_on
    return Outcome.FAIL, "consent_missing", shown, "parties", look.case.told_on


def _pledged(look: _Look) -> Seen:
    return look.absent(look.facts.pledged, "pledged")


def _same_day(look: _Look) -> Seen:
    facts, case = look.facts, look.case
    if facts.ip_type is not IpType.UTILITY_MODEL:
        return Outcome.PASS, "no_utility_model", facts.ip_type, "register", facts.told_on
    if facts.is_paired or case.same_day_invention:
        source, day = ("register", facts.told_on) if facts.is_paired else ("parties", case.told_on)
        return Outcome.FAIL, "same_day_pair", "", source, day
    if case.same_day_invention is None:
        return Outcome.UNKNOWN, "same_day_not_told", "", "register", facts.told_on
    return Outcome.PASS, "same_day_denied", "", "parties", case.told_on


def _invalidation(look: _Look) -> Seen:
    return look.absent(look.facts.invalidation, "invalidation_started")


def _other(look: _Look) -> Seen:
    if look.case.other is None:
        return Outcome.UNKNOWN, "other_not_told", "", "none", None
    if look.case.other:
        return Outcome.FAIL, "other_found", look.case.other, "parties", look.case.told_on
    return Outcome.PASS, "other_none", "", "parties", look.case.told_on


GROUNDS: Mapping[str, Callable[[_Look], Seen]] = {
    "pledgor_mismatch": _pledgor,
    "not_in_force": _in_force,
    "not_granted": _granted,
    "fee_unpaid": _fee,
    "suspended_or_preserved": _held,
    "term_exceeds_patent": _term,
    "contract_incomplete": _contract,
    "co_owner_consent": _co_owners,
    "already_pledged": _pledged,
    "same_day_invention": _same_day,
    "invalidation_pending": _invalidation,
    "other": _other,
}
"""How each ground is looked at, by its code in the pack."""

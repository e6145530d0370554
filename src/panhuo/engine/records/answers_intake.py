"""Rows of a check booklet that came back -> answers held against the rules and the register's owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from panhuo.engine.records.answers import Answer, AnswerProblem, AnswerRules, validate_answer
from panhuo.engine.records.facts import Fact
from panhuo.engine.records.raw import RawBatch, Reject
from panhuo.terms.errors import BadValue
from panhuo.terms.numbers import asset_keys, parse_application_number, parse_publication_number

OwnerOf = Callable[[tuple[str, ...]], str | None]
"""First owner of the right found by its keys; None where the register does not know the right."""


class AnswerNormaliser:
    """Normalises the rows of returned booklets. at, spoken_on: as validate_answer has them."""

    def __init__(self, rules: AnswerRules, *, owner_of: OwnerOf, at: date, spoken_on: date | None = None) -> None:
        self._rules = rules
        self._owner_of = owner_of
        self._at = at
        self._spoken_on = spoken_on

    def normalise(self, batch: RawBatch) -> tuple[list[Fact], list[Reject]]:
        """Answers (two facts a row: the answer, and what it says about offering) and refused rows with reasons.

        Rows that nobody filled in are facts without content, so that the count of rows stays whole.
        """
        facts: list[Fact] = []
        rejects: list[Reject] = []
        for index, cells in enumerate(zip(*batch.columns.values(), strict=True)):
            raw = {
                name: "；".join(cell) if isinstance(cell, list) else (cell or "")
                for name, cell in zip(batch.columns, cells, strict=True)
            }
            row = batch.rows[index]
            outcome = self._row(raw)
            if isinstance(outcome, Fact):
                outcome.row = row
                facts.append(outcome)
            else:
                first = outcome[0]
                message = " ".join(problem.message for problem in outcome)
                rejects.append(Reject(row, first.column, first.value, first.code, message, batch.member))
        return facts, rejects

    def _row(self, raw: dict[str, str]) -> Fact | tuple[AnswerProblem, ...]:
        try:
            keys = _keys(raw)
        except BadValue as error:
            return (AnswerProblem("application_number", "", error.code, error.message),)
        owner = self._owner_of(keys)
        if owner is None:
            return (AnswerProblem("application_number", keys[0][2:], "unknown_patent", UNKNOWN_PATENT),)
        answer = validate_answer(raw, self._rules, owner=owner, at=self._at, spoken_on=self._spoken_on)
        if answer is None:
            return Fact("answer", {}, keys=[])
        if not isinstance(answer, Answer):
            return answer
        return Fact("answer", _answer_values(answer), keys=[keys], also=Fact("offer", _offer_values(answer)))


UNKNOWN_PATENT = "The register has no patent of this number; import it first, then the booklet again."


def _keys(raw: dict[str, str]) -> tuple[str, ...]:
    application, publication = raw.get("application_number", "").strip(), raw.get("publication_number", "").strip()
    if not application and not publication:
        raise BadValue("The row has no patent number.", code="no_number")
    return asset_keys(
        parse_application_number(application) if application else None,
        parse_publication_number(publication) if publication else None,
    )


def _answer_values(answer: Answer) -> dict[str, object]:
    return {
        "answered_on": answer.answered_on,
        "booklet": answer.booklet,
        "owner": answer.owner,
        "exploited": answer.exploited,
        "mode": answer.mode,
        "since": answer.since,
        "evidence": answer.evidence,
        "reason": answer.reason,
        "reason_valid_to": answer.reason_valid_to,
        "approver": answer.approver,
    }


def _offer_values(answer: Answer) -> dict[str, object]:
    return {
        "stated_on": answer.answered_on,
        "origin": "owner_answer",
        "stated_owner": answer.owner,
        "consent": answer.consent,
        "willingness": answer.willingness,
        "intended_mode": answer.intended_mode,
        "price_cny": str(answer.price_cny) if answer.price_cny is not None else None,
        "price_note": "",
        "maturity": answer.maturity,
        "contact": answer.contact,
        "scenario": answer.scenario,
        "summary": answer.summary,
        "restrictions": "",
        "valid_to": None,
    }

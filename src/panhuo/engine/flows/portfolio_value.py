"""The value of a portfolio: one object of valuation, whose flows end when a feature that they rest on loses its cover.

Never the sum of single values: several patents over one product earn its flows once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from panhuo.engine.flows.appraise import appraise
from panhuo.engine.portfolios import FlowsEnd, Member, flows_end
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError


@dataclass(frozen=True, slots=True)
class ValuedMember:
    """One living patent of a portfolio as the valuation names it. end: first day after its term, None untold."""

    member: Member
    number: str
    ip_type: str
    title: str
    end: date | None


def value_portfolio(
    told: Mapping[str, Any], members: Sequence[ValuedMember], rests_on: Sequence[str], rules: InForce
) -> dict[str, Any]:
    """All figures of a valuation of the living members together (flows.appraise), with what bounds its life.

    Args:
        told: stated inputs without patents; where they choose a life by life.legal themselves, that stands.
        rests_on: features that the flows rest on.
    Returns: inputs, as they were valued; results; life: the patent, feature and day that end the flows, and whether
    the inputs chose otherwise. Raises: BadInputs; DomainError patents_twice, flows_uncovered, no_term.
    """
    if told.get("patents"):
        raise DomainError("The inputs name patents, and so does the portfolio. Name them once.", code="patents_twice")
    ends = {one.member.key: one.end for one in members if one.end is not None}
    bound = flows_end(rests_on, [one.member for one in members], ends)
    numbers = {one.member.key: one.number for one in members}
    life = told.get("life") or {}
    is_chosen = "legal" in life
    if isinstance(life, Mapping):  # else it is no group, which the appraisal says
        life = {"legal": numbers[bound.key], **life}
    inputs = {**told, "patents": [_patent(one) for one in members], "life": life}
    return {
        "inputs": inputs,
        "results": appraise(inputs, rules),
        "life": _life(bound, numbers, is_chosen=is_chosen),
    }


def _patent(one: ValuedMember) -> dict[str, str]:
    told = {"number": one.number, "ip_type": one.ip_type, "title": one.title}
    return told | ({"legal_end": one.end.isoformat(), "legal_end_from": "register"} if one.end else {})


def _life(bound: FlowsEnd, numbers: Mapping[str, str], *, is_chosen: bool) -> dict[str, Any]:
    return {
        "patent": numbers[bound.key],
        "feature": bound.feature,
        "end": bound.end.isoformat(),
        "chosen_by_inputs": is_chosen,
    }

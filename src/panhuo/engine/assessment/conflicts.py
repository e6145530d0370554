"""Conflicts of interest of an expert with a case; any of them keeps him off the panel.

Organisations are compared by what a caller knows them as: normalised names, codes, all spellings of a roster.
Persons are compared by name within what is told; two people of one name cannot be told apart and are kept out alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from panhuo.engine.records.owners import normalise_party_name
from panhuo.rules import InForce
from panhuo.terms.dates import add_years


class ConflictKind(StrEnum):
    """Why an expert may not assess a case."""

    OWNER_ORGANISATION = "owner_organisation"
    INVENTOR_ORGANISATION = "inventor_organisation"
    SAME_CONTROLLER = "same_controller"
    INVENTOR = "inventor"
    CO_INVENTOR = "co_inventor"
    DECLARED_RELATION = "declared_relation"
    RECENT_DEALING = "recent_dealing"
    NOT_DECLARED = "not_declared"
    OWN_UNIT = "own_unit"
    """By his account: an inventor, a member of an owner, now or of late, or who declared a conflict before."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation with all that it is known as: ids hold names in one spelling and codes; controllers likewise."""

    name: str
    ids: frozenset[str]
    controllers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Dealing:
    """A licence, assignment, contract or pledge between the expert's organisation, or himself, and the party named."""

    party: str
    day: date


@dataclass(frozen=True, slots=True)
class Expert:
    """A person who is to score. expert: code by which a blind panel knows him.

    has_declared: he has said what relations he has, were it none; relations: parties he named; dealings: see Dealing;
    co_inventors: who is named as inventor beside him in any patent known.
    """

    expert: str
    name: str
    organisation: Organisation
    has_declared: bool
    relations: tuple[str, ...] = ()
    dealings: tuple[Dealing, ...] = ()
    co_inventors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CaseParties:
    """Whose case it is. inventor_organisations: where inventors work, besides the owners."""

    owners: tuple[Organisation, ...]
    inventors: tuple[str, ...]
    inventor_organisations: tuple[Organisation, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """One conflict; party: with whom."""

    kind: ConflictKind
    party: str


def dealing_years(rules: InForce) -> int:
    """Years for which a dealing keeps an expert out (assessment.panel.dealing_years)."""
    return rules.integer("assessment.panel.dealing_years")


def named_organisation(name: str, *others: str) -> Organisation:
    """An organisation known by names alone.

    >>> sorted(named_organisation("云湖大学", "云湖 学院").ids)
    ['云湖大学', '云湖学院']
    """
    return Organisation(name, frozenset(_names((name, *others))))


def conflicts(expert: Expert, parties: CaseParties, *, at: date, years: int) -> tuple[Conflict, ...]:
    """All conflicts, each kind and party once; () where the expert may be assigned.

    A dealing on day D counts up to and on the day `years` years after it; one later than `at` counts, too.
    """
    found = [] if expert.has_declared else [Conflict(ConflictKind.NOT_DECLARED, expert.expert)]
    found += _of_organisations(expert, parties)
    found += _of_persons(expert, parties)
    found += _declared(expert, parties)
    found += _dealings(expert, parties, at, years)
    return tuple(dict.fromkeys(found))


def _of_organisations(expert: Expert, parties: CaseParties) -> Iterable[Conflict]:
    own = expert.organisation
    sides = (
        (ConflictKind.OWNER_ORGANISATION, parties.owners),
        (ConflictKind.INVENTOR_ORGANISATION, parties.inventor_organisations),
    )
    for kind, organisations in sides:
        for other in organisations:
            if own.ids & other.ids:
                yield Conflict(kind, other.name)
            elif (own.ids | own.controllers) & other.controllers or own.controllers & other.ids:
                yield Conflict(ConflictKind.SAME_CONTROLLER, other.name)


def _of_persons(expert: Expert, parties: CaseParties) -> Iterable[Conflict]:
    own = normalise_party_name(expert.name)
    beside = set(_names(expert.co_inventors))
    for inventor in parties.inventors:
        folded = normalise_party_name(inventor)
        if folded and folded == own:
            yield Conflict(ConflictKind.INVENTOR, inventor)
        elif folded in beside:
            yield Conflict(ConflictKind.CO_INVENTOR, inventor)
    for owner in parties.owners:
        if own and own in owner.ids:
            yield Conflict(ConflictKind.OWNER_ORGANISATION, owner.name)


def _declared(expert: Expert, parties: CaseParties) -> Iterable[Conflict]:
    for party in expert.relations:
        if _is_of(party, parties):
            yield Conflict(ConflictKind.DECLARED_RELATION, party)


def _dealings(expert: Expert, parties: CaseParties, at: date, years: int) -> Iterable[Conflict]:
    for dealing in expert.dealings:
        if at <= add_years(dealing.day, years) and _is_of(dealing.party, parties):
            yield Conflict(ConflictKind.RECENT_DEALING, dealing.party)


def _is_of(party: str, parties: CaseParties) -> bool:
    """Whether a party that was named is one of the case: by a spelling of an organisation, or an inventor's name."""
    folded = normalise_party_name(party)
    sides = (*parties.owners, *parties.inventor_organisations)
    return bool(folded) and (any(folded in one.ids for one in sides) or folded in set(_names(parties.inventors)))


def _names(names: Iterable[str]) -> Iterable[str]:
    return (folded for folded in map(normalise_party_name, names) if folded)

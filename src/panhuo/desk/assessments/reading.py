"""What is read of cases and panels; nothing is written here.

blind_* functions are the only ones whose results may be shown to a blind expert.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from panhuo.desk.assessments.models import (
    AssessmentCase,
    CaseReport,
    FirstAssessment,
    Panel,
    PanelExpert,
    SelfGrade,
)
from panhuo.desk.history import logged_actions
from panhuo.desk.registry.bulk_rows import elements
from panhuo.desk.registry.models import Asset, AssetKey, Event
from panhuo.desk.registry.parties import roster
from panhuo.engine.assessment import (
    ENDED,
    BlindCase,
    CaseParties,
    CaseRecord,
    Dealing,
    Identity,
    Indicator,
    Organisation,
    blind_case,
    withhold,
)
from panhuo.engine.records.owners import normalise_party_name, split_joint_owners
from panhuo.terms.errors import BadValue, DomainError
from panhuo.terms.kinds import EventType
from panhuo.terms.numbers import parse_application_number, parse_publication_number

if TYPE_CHECKING:
    from panhuo.engine.records.roster import Roster

DEALINGS = (
    EventType.APPLICATION_TRANSFERRED,
    EventType.TRANSFERRED,
    EventType.LICENCE_RECORDED,
    EventType.OPEN_LICENCE_TAKEN,
    EventType.PLEDGE_REGISTERED,
    EventType.TECHNOLOGY_CONTRACT,
    EventType.CAPITAL_CONTRIBUTION,
)
"""Events with two parties that have dealt with one another."""


def asset_of(number: str) -> tuple[Asset, list[str]]:
    """The register's asset by a number as written, and all keys it is known by, application first.

    Raises: DomainError unknown_patent; BadValue where it is no number.
    """
    key = _key(number)
    found = AssetKey.objects.filter(key=key).select_related("asset").first()
    if found is None:
        raise DomainError(
            f"The register has no patent {number}. Import it first, then open the case.",
            code="unknown_patent",
            number=number,
        )
    keys = AssetKey.objects.filter(asset_id=found.asset_id).order_by("key").values_list("key", flat=True)
    return found.asset, list(keys)


def _key(number: str) -> str:
    for parse in (parse_application_number, parse_publication_number):
        try:
            key = parse(number).key
        except BadValue:
            continue
        if key:
            return key
    raise BadValue(
        f"{number!r} is no application or publication number. Write it as 202110000007.3 or CN113030719B.",
        code="bad_number",
        found=number,
    )


def case_of(told: str) -> AssessmentCase:
    """A case by its own number, or the open one (else the latest) of a patent by the patent's.

    Raises: DomainError no_case; BadValue where it is no number at all.
    """
    own = AssessmentCase.objects.filter(number=told.strip().upper()).first()
    if own is not None:
        return own
    _, keys = asset_of(told)
    cases = list(AssessmentCase.objects.filter(asset_key__in=keys))
    if not cases:
        raise DomainError(
            f"There is no case on {told}. Open one: panhuo assess open --patents {told}", code="no_case", number=told
        )
    return next((case for case in reversed(cases) if case.stage not in ENDED), cases[-1])


def case_record(case: AssessmentCase) -> CaseRecord:
    """What the gates look at: the latest self-grade and first assessment, and the reports."""
    return case_records([case])[case.pk]


def case_records(cases: Sequence[AssessmentCase]) -> dict[int, CaseRecord]:
    """case_record of many cases by three queries, whatever their number."""
    graded = {one.case_id: one for one in SelfGrade.objects.filter(case__in=cases)}
    firsts = {one.case_id: one for one in FirstAssessment.objects.filter(case__in=cases)}
    reports = set(CaseReport.objects.filter(case__in=cases).values_list("case", "which", "first"))
    found = {}
    for case in cases:
        grade, first = graded.get(case.pk), firsts.get(case.pk)
        found[case.pk] = CaseRecord(
            self_level=grade.level if grade else None,
            willingness=grade.willingness if grade else "",
            has_first=first is not None,
            value_is_high=first.value_is_high if first else None,
            prospect_is_good=first.prospect_is_good if first else None,
            has_first_report=first is not None and (case.pk, "first", first.pk) in reports,
            has_second_report=any((one, which) == (case.pk, "second") for one, which, _ in reports),
        )
    return found


@dataclass(frozen=True, slots=True)
class Sides:
    """The parties of a case as rosters know them, with what knows other organisations alike."""

    parties: CaseParties
    _roster: Roster
    _at: date

    def organisation(self, name: str, code: str = "") -> Organisation:
        return _organisation(name, code, self._roster, self._at)


def parties_of(case: AssessmentCase, *, at: date) -> Sides:
    """Owners, inventors and where they work; spellings, codes and controllers of rosters on the day."""
    book = roster()
    owners = tuple(
        _organisation(name, case.owner_code if place == 0 else "", book, at) for place, name in enumerate(case.owners)
    )
    beside = tuple(_organisation(name, "", book, at) for name in case.inventor_organisations)
    return Sides(CaseParties(owners, tuple(case.inventors), beside), book, at)


def _organisation(name: str, code: str, book: Roster, at: date) -> Organisation:
    found = {book.party(name), book.party(name, code)} - {""}
    rows = [row for party in found for row in book.rows_of(party)]
    spelled = {normalise_party_name(one) for row in rows for one in (row.party_name, *row.aliases)}
    controllers = {one for party in found for one in book.controllers(party, on=at)}
    return Organisation(name, frozenset(found | spelled | {normalise_party_name(name)}), frozenset(controllers))


def dealings_of(organisation: Organisation, name: str, *, at: date) -> tuple[Dealing, ...]:
    """With whom an organisation, or a person, has dealt by the register. An undated dealing counts as of `at`."""
    spelled = sorted({organisation.name, name, *(one for one in organisation.ids if one[1:2] != ":")} - {""})
    named = Q()
    for one in spelled:
        named |= Q(from_party__contains=one) | Q(to_party__contains=one)
    own = organisation.ids | {normalise_party_name(name)}
    found: dict[Dealing, None] = {}
    events = Event.objects.filter(named, event__in=DEALINGS).order_by("pk")
    for giving, taking, day in events.values_list("from_party", "to_party", "event_date"):
        sides = [split_joint_owners(giving), split_joint_owners(taking)]
        for near, far in (sides, sides[::-1]):
            if any(normalise_party_name(party) in own for party in near):
                found |= {Dealing(party, day or at): None for party in far}
    return tuple(found)


def co_inventors_of(name: str) -> frozenset[str]:
    """Who is named as inventor beside this name in any patent of the register."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT other.value FROM registry_asset a, {elements('a.inventors', 'own')},"
            f" {elements('a.inventors', 'other')} WHERE own.value = %s",
            [name],
        )
        return frozenset(str(other) for (other,) in cursor.fetchall()) - {name}


def identity_of(case: AssessmentCase, *, at: date) -> Identity:
    """All names and numbers that lead to the owner of a case: owners now and before, inventors, departments, agents,
    their spellings in rosters; each number by which the register knows the patent."""
    sides = parties_of(case, at=at)
    names = {*case.owners, *case.inventors, *case.departments, *case.inventor_organisations}
    numbers = {case.application_number, case.publication_number, case.owner_code}
    found = AssetKey.objects.filter(key=case.asset_key).select_related("asset").first()
    if found is not None:
        asset = found.asset
        names |= {*asset.owners, *asset.applicants, *asset.inventors, asset.agency}
        numbers |= {asset.application_number, asset.first_publication_number, asset.grant_publication_number}
        numbers |= {*asset.priority_numbers, *asset.family_members}
        for parties in Event.objects.filter(asset=asset).values_list("from_party", "to_party"):
            names |= {party for cell in parties for party in split_joint_owners(cell)}
    for one in (*sides.parties.owners, *sides.parties.inventor_organisations):
        names |= {spelled for spelled in one.ids if spelled[1:2] != ":"}
    return Identity(tuple(sorted(names - {""})), tuple(sorted(numbers - {""})))


def panel_of(case: AssessmentCase) -> Panel:
    """The open panel of a case, else its latest. Raises: DomainError no_panel."""
    panel = case.panels.filter(decided_on__isnull=True).first() or case.panels.last()
    if panel is None:
        raise DomainError(
            f"Case {case.number} has no panel. Assign experts: panhuo assess panel assign --case {case.number}",
            code="no_panel",
            case=case.number,
        )
    return panel


def sitting(panel: Panel) -> list[PanelExpert]:
    """The experts of a panel without those who left it, in the order of their assignment."""
    return list(panel.experts.filter(withdrawn_on__isnull=True))


def indicators_of(panel: Panel) -> tuple[Indicator, ...]:
    """What the panel scores, as kept when it was opened."""
    return tuple(
        Indicator(one["code"], Decimal(one["weight"]), one["zh"], one["en"], one["note"]) for one in panel.indicators
    )


def shown_of(case: AssessmentCase, *, is_blind: bool, at: date) -> dict[str, str]:
    """Title, abstract and first claim as experts of a panel find them in lists and by words."""
    if not is_blind:
        return {"title": case.title, "abstract": case.abstract, "first_claim": case.first_claim}
    view = _blind_view(case, at=at)
    return {"title": view.title, "abstract": view.abstract, "first_claim": view.first_claim}


def _blind_view(case: AssessmentCase, *, at: date) -> BlindCase:
    return blind_case(
        case=case.number,
        ip_type=case.ip_type,
        title=case.title,
        abstract=case.abstract,
        first_claim=case.first_claim,
        ipc_main=case.ipc_main,
        identity=identity_of(case, at=at),
    )


@dataclass(frozen=True, slots=True)
class BlindSheet:
    """All that an expert of a blind panel is shown. scores: his own, indicator -> (points, comment)."""

    sheet: str
    expert: str
    case: BlindCase
    indicators: tuple[Indicator, ...]
    due: date
    scores: dict[str, tuple[Decimal, str]]


def blind_sheet(expert: PanelExpert, *, at: date) -> BlindSheet:
    """The sheet of one expert."""
    panel = expert.panel
    view = _blind_view(panel.case, at=at)
    own = {one.indicator: (one.points, one.comment) for one in expert.scores.all()}
    return BlindSheet(expert.sheet, expert.expert, view, indicators_of(panel), panel.due, own)


def blind_list(name: str, organisation: str, *, at: date) -> list[BlindSheet]:
    """All sheets of one person, newest panel first: the list in which he finds his work."""
    own = PanelExpert.objects.filter(name=name, organisation=organisation).select_related("panel__case")
    return [blind_sheet(one, at=at) for one in own.order_by("-id")]


def blind_search(name: str, organisation: str, word: str, *, at: date) -> list[BlindSheet]:
    """Those of a person's sheets whose shown texts hold a word. A withheld name finds nothing: it is sought in what is
    shown, not in what is stored."""
    folded = word.casefold()
    return [
        one
        for one in blind_list(name, organisation, at=at)
        if folded in f"{one.case.title}\n{one.case.abstract}\n{one.case.first_claim}".casefold()
    ]


@dataclass(frozen=True, slots=True)
class BlindEntry:
    """One line of the history as an expert sees it: acts on his own sheet, no actor, texts withheld."""

    act: str
    day: date
    data: dict[str, Any]


def blind_history(expert: PanelExpert, *, at: date) -> list[BlindEntry]:
    """What was done to an expert's sheet. Nothing of the case or of other experts is in it."""
    identity = identity_of(expert.panel.case, at=at)
    return [
        BlindEntry(one.act, one.day, {key: _hidden(value, identity) for key, value in one.data.items()})
        for one in logged_actions(f"sheet:{expert.sheet}")
    ]


def _hidden(value: Any, identity: Identity) -> Any:
    if isinstance(value, str):
        return withhold(value, identity)
    if isinstance(value, list):
        return [_hidden(one, identity) for one in value]
    if isinstance(value, dict):
        return {key: _hidden(one, identity) for key, one in value.items()}
    return value


def names_of(case: AssessmentCase, experts: Iterable[PanelExpert] = ()) -> Sequence[str]:
    """Names that may stand in no file for a blind expert: of the case, and of the other experts."""
    told = (name for one in experts for name in (one.name, one.organisation))
    return (*case.owners, *case.inventors, *case.departments, *case.inventor_organisations, *told)

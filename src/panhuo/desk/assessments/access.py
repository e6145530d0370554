"""The ways by which a page gets cases, panels and an expert's own seats; what keeps an account off a panel.

What one may not see looks like what is not there: DomainError not_there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from panhuo.desk.assessments.models import AssessmentCase, CaseReport, Panel, PanelExpert
from panhuo.desk.assessments.panel_actions import conflicts_of
from panhuo.desk.assessments.reading import parties_of
from panhuo.desk.inventory.models import Inventorship
from panhuo.desk.people.access import MOST_LEVELS, not_there, parents_of, standing_of, units_filter
from panhuo.desk.people.models import Account, Membership, Organisation
from panhuo.desk.registry.models import AssetKey
from panhuo.engine.assessment import Conflict, ConflictKind
from panhuo.engine.assessment.rows import ExpertRow
from panhuo.rules import InForce
from panhuo.rules.reachable import NOWHERE, Reachable, Reaches
from panhuo.rules.rights import Denial, RightsBook, Standing, Subject, judge, may, read_rights
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right, Role


def case_subject(case: AssessmentCase) -> Subject:
    """A case as a question of rights is put about it: its owner is whose the patent was when it was opened; it is given
    to who scores it blindly now, and the expert's role denies him the rest of it."""
    unit = case.unit
    return Subject(
        name=f"case:{case.pk}",
        assigned=frozenset(_blind().filter(panel__case=case).values_list("account", flat=True)) - {None},
        owner=unit.pk if unit else None,
        parents=parents_of(unit) if unit else (),
        region=case.region_code,
    )


def cases_for(found: Reachable) -> QuerySet[AssessmentCase]:
    """Cases to which somebody may do a right (rules.reachable of it)."""
    said = _filter(found.allowed)
    return AssessmentCase.objects.filter(said & ~_filter(found.denied) if found.denied != NOWHERE else said)


def _filter(reaches: Reaches) -> Q:
    named = [one.removeprefix("case:") for one in reaches.wide_objects if one.startswith("case:")]
    said = units_filter(reaches)
    if reaches.assigned:
        said |= Q(pk__in=_blind().filter(account__in=reaches.assigned).values("panel__case"))
    return said | Q(pk__in=[int(number) for number in named if number.isdecimal()]) if named else said


def _blind() -> QuerySet[PanelExpert]:
    """The seats on which accounts score blindly now."""
    return PanelExpert.objects.filter(
        panel__is_blind=True, panel__decided_on=None, withdrawn_on=None, account__isnull=False
    )


def case_for(standing: Standing, number: int, right: Right, *, book: RightsBook) -> AssessmentCase:
    """One case. Raises: DomainError not_there, alike for one that may not be seen."""
    found = AssessmentCase.objects.select_related("unit__parent__parent").filter(pk=number).first()
    if found is None or may(standing, right, case_subject(found), book=book) is None:
        raise not_there(f"case:{number}")
    return found


def panel_for(standing: Standing, number: int, right: Right, *, book: RightsBook) -> Panel:
    """One panel, by the right over its case. Raises: DomainError not_there."""
    found = Panel.objects.select_related("case__unit__parent__parent").filter(pk=number).first()
    if found is None or may(standing, right, case_subject(found.case), book=book) is None:
        raise not_there(f"panel:{number}")
    return found


def report_for(standing: Standing, number: int, right: Right, *, book: RightsBook) -> CaseReport:
    """One report of a case. Raises: DomainError not_there."""
    found = CaseReport.objects.select_related("case__unit__parent__parent").filter(pk=number).first()
    if found is None or may(standing, right, case_subject(found.case), book=book) is None:
        raise not_there(f"report:{number}")
    return found


def seats_of(account: Account) -> QuerySet[PanelExpert]:
    """The seats of one account on panels, whether he still scores there or not."""
    return PanelExpert.objects.filter(account=account).select_related("panel")


def to_score(seats: QuerySet[PanelExpert]) -> QuerySet[PanelExpert]:
    """Of these seats those whose sheet is still to be handed in."""
    return seats.filter(withdrawn_on=None, handed_in_on=None, panel__decided_on=None)


def seat_for(account: Account, number: int) -> PanelExpert:
    """An account's own seat. Raises: DomainError not_there, alike for another's."""
    found = PanelExpert.objects.select_related("panel__case__unit__parent__parent", "account").filter(pk=number).first()
    if found is None or found.account_id != account.pk:
        raise not_there(f"sheet:{number}")
    return found


def experts_at(at: datetime) -> QuerySet[Account]:
    """Open accounts that hold the role of an expert at a moment."""
    held = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), role=Role.EXPERT, valid_from__lte=at)
    return Account.objects.filter(is_active=True, pk__in=held.values("account")).order_by("name", "login")


def asset_number(case: AssessmentCase) -> int | None:
    """The register's number of the case's patent."""
    return AssetKey.objects.filter(key=case.asset_key).values_list("asset", flat=True).first()


def scoring_subject(case: AssessmentCase, account: Account, *, at: date) -> Subject:
    """The case's patent as the right to score it is asked: given to this account; its owners, joint ones too, and
    organisations that the case declares, each with what lies above and below it, are parties; accounts of inventors are
    persons; who declared a conflict about this patent is conflicted."""
    asset = asset_number(case)
    return replace(
        case_subject(case),
        name=f"asset:{asset}" if asset else f"case:{case.pk}",
        assigned=frozenset({account.pk}),
        persons=frozenset(Inventorship.objects.filter(asset=asset).values_list("account", flat=True)),
        parties=_parties(case, at=at),
        conflicted=frozenset(
            PanelExpert.objects.filter(panel__case__asset_key=case.asset_key, account__isnull=False)
            .exclude(conflict_reason="")
            .values_list("account", flat=True)
        ),
    )


def _parties(case: AssessmentCase, *, at: date) -> frozenset[int]:
    sides = parties_of(case, at=at).parties
    names = {*case.owners, *case.inventor_organisations}
    names |= {one for side in (*sides.owners, *sides.inventor_organisations) for one in side.ids if one[1:2] != ":"}
    said = Q(name__in=names)
    if case.owner_code:
        said |= Q(uscc=case.owner_code)
    found = list(Organisation.objects.filter(said).select_related("parent__parent"))
    found += [case.unit] if case.unit else []
    numbers = {one.pk for one in found}
    below = Q(pk__in=())
    for level in range(1, MOST_LEVELS):
        below |= Q(**{f"{'parent__' * level}pk__in": numbers})
    above = {number for one in found for number in parents_of(one)}
    return frozenset(numbers | above | set(Organisation.objects.filter(below).values_list("pk", flat=True)))


@dataclass(frozen=True, slots=True)
class Ties:
    """What keeps an account off a case; empty where nothing does."""

    found: tuple[Conflict, ...]

    def __bool__(self) -> bool:
        return bool(self.found)


def ties_of(case: AssessmentCase, account: Account, row: ExpertRow, *, rules: InForce, at: datetime) -> Ties:
    """All that keeps an account off a case: what the rights say of its memberships, now and of late, and what register
    and rosters know of the person and of every organisation it is or was in.

    row: as he is put on the panel. Raises: DomainError not_an_expert where no role of his scores anything.
    """
    day = localdate(at)
    standing = standing_of(account, at=at, rules=rules)
    verdict = judge(standing, Right.SCORE_PANEL, scoring_subject(case, account, at=day), book=read_rights(rules))
    if verdict.denial in (Denial.NO_GRANT, Denial.SIDES_MIXED):
        raise DomainError(
            f"{account.login} holds no role that scores. Give the role of an expert first, or name another account.",
            code="not_an_expert",
            login=account.login,
        )
    found: dict[Conflict, None] = {}
    if verdict.denial is not None:
        found[Conflict(ConflictKind.OWN_UNIT, account.name)] = None
    units = Organisation.objects.filter(pk__in=standing.organisations | standing.former)
    for name in dict.fromkeys((row.organisation, *_names(units))):
        found |= dict.fromkeys(conflicts_of(case, replace(row, organisation=name), rules=rules, at=day))
    return Ties(tuple(found))


def _names(units: Iterable[Organisation]) -> list[str]:
    return [one.name for one in units]

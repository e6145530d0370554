"""The ways by which a page gets drafts and published lists: only what somebody may do a right to.

What one may not see looks like what is not there: DomainError not_there.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from panhuo.desk.editions.models import Draft, DraftStep
from panhuo.desk.listings.actions import SHARING_LIST, SUPPLY_LIST
from panhuo.desk.listings.models import Edition
from panhuo.desk.people.access import NOTHING, not_there, parents_of, units_filter
from panhuo.rules.reachable import reachable
from panhuo.rules.rights import RightsBook, Standing, Subject, Verdict, judge, may
from panhuo.terms.edition_states import MOVES, DraftAct, DraftState, move_of
from panhuo.terms.roles import Right, Step

EDITION_RIGHTS = (
    Right.DRAFT_EDITION, Right.REVIEW_EDITION_1, Right.REVIEW_EDITION_2, Right.REVIEW_EDITION_3, Right.PUBLISH_EDITION,
)  # fmt: skip
"""Who holds one of them over a draft sees it with its annex."""
READERS = (*EDITION_RIGHTS, Right.READ_STOCK)
"""Who holds one of them over anything reads what was published, without the annex."""
KINDS = (SUPPLY_LIST, SHARING_LIST)
STEPS = {
    DraftState.REVIEW_1: Step.REVIEW,
    DraftState.REVIEW_2: Step.SECOND_REVIEW,
    DraftState.REVIEW_3: Step.THIRD_REVIEW,
    DraftState.APPROVED: Step.APPROVE,
}
"""Which step of its case it is to move a draft from a state; from all others it is the application."""


def draft_subject(draft: Draft, *, with_steps: bool = True) -> Subject:
    """A draft as a question of rights is put about it: with who has taken which step, those of earlier rounds too."""
    steps: frozenset[tuple[Step, int]] = frozenset()
    if with_steps:
        taken = draft.steps_taken.all()
        found = {(STEPS.get(DraftState(one.before), Step.APPLY), one.account_id) for one in taken}
        steps = frozenset({*found, (Step.APPLY, draft.made_by_id)})
    return Subject(
        name=f"edition_draft:{draft.pk}",
        owner=draft.unit_id,
        parents=parents_of(draft.unit),
        region=draft.unit.region_code,
        leads=frozenset({draft.unit_id}),
        co_units=frozenset(one.pk for one in draft.co_units.all()),
        steps=steps,
    )


def _within(standing: Standing, right: Right, book: RightsBook) -> Q:
    found = reachable(standing, right, book=book).allowed
    said = units_filter(found, region="unit__region_code") | Q(unit__in=found.leads)
    if found.co_units:
        said |= Q(pk__in=Draft.co_units.through.objects.filter(organisation__in=found.co_units).values("draft"))
    return said


def drafts_for(standing: Standing, *, book: RightsBook) -> QuerySet[Draft]:
    """The drafts to which somebody holds one of EDITION_RIGHTS, newest first."""
    said = NOTHING
    for right in EDITION_RIGHTS:
        said |= _within(standing, right, book)
    return Draft.objects.filter(said).select_related("unit", "made_by", "edition")


def drafts_in_turn(standing: Standing, *, book: RightsBook) -> QuerySet[Draft]:
    """Drafts that wait for somebody: his own with him, and those that he may review or publish, having done nothing
    else about them."""
    taken = DraftStep.objects.filter(account=standing.account)
    said = Q(state=DraftState.DRAFTED, made_by=standing.account) & _within(standing, Right.DRAFT_EDITION, book)
    for state in STEPS:
        right = next(one.right for one in MOVES if one.before is state and one.right is not None)
        others = taken.exclude(before=state).values("draft")
        said |= Q(state=state) & _within(standing, right, book) & ~Q(made_by=standing.account) & ~Q(pk__in=others)
    return Draft.objects.filter(said).select_related("unit", "made_by", "edition")


def draft_for(standing: Standing, number: int, rights: tuple[Right, ...], *, book: RightsBook) -> Draft:
    """One draft for who holds one of these rights over it. Raises: DomainError not_there."""
    rows = Draft.objects.select_related("unit__parent__parent", "made_by", "edition")
    rows = rows.prefetch_related("co_units", "steps_taken")
    found = rows.filter(pk=number).first()
    subject = draft_subject(found, with_steps=False) if found else None
    if found is None or subject is None or not any(may(standing, right, subject, book=book) for right in rights):
        raise not_there(f"edition_draft:{number}")
    return found


def verdict_on(
    draft: Draft, act: DraftAct, standing: Standing, subject: Subject, *, book: RightsBook
) -> Verdict | None:
    """Whether somebody may move a draft by an act, or why not; None where the act moves nothing from its state."""
    move = move_of(draft.state, act, steps=draft.steps)
    return None if move is None or move.right is None else judge(standing, move.right, subject, book=book)


def published() -> QuerySet[Edition]:
    """Editions that pages show, newest first."""
    return Edition.objects.filter(kind__in=KINDS).order_by("-made_at", "-pk")


def edition_for(number: int) -> Edition:
    """One published list by its row number. Raises: DomainError not_there."""
    found = published().filter(pk=number).first()
    if found is None:
        raise not_there(f"edition:{number}")
    return found


def sees_annex(draft: Draft | None, standing: Standing, *, book: RightsBook) -> bool:
    """Whether somebody sees the annex of the edition that a draft (draft_of) became: who may work on that draft.

    None, a list from the command line: whoever holds one of EDITION_RIGHTS over something.
    """
    if draft is None:
        found = [reachable(standing, right, book=book).allowed for right in EDITION_RIGHTS]
        return any(one.units or one.trees or one.wide_everything for one in found)
    subject = draft_subject(draft, with_steps=False)
    return any(may(standing, right, subject, book=book) for right in EDITION_RIGHTS)


def draft_of(edition: Edition) -> Draft | None:
    """The draft that an edition was published from; None for one from the command line."""
    rows = Draft.objects.select_related("unit__parent__parent", "made_by").prefetch_related("co_units")
    return rows.filter(edition=edition).first()

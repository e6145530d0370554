"""The background work of editions: rows of a draft are judged, an approved draft is judged again and published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from panhuo.rules import load_pack
from panhuo.terms.edition_states import DraftState

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.desk.editions.models import Draft
    from panhuo.desk.history.models import Run
    from panhuo.desk.jobs.models import Job
    from panhuo.desk.jobs.progress import Progress
    from panhuo.desk.listings.supply import JudgedList
    from panhuo.rules import InForce

JUDGE, PUBLISH = "edition-judge", "edition-publish"


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows of a list as a day gives them, and the Run that they stand on."""

    rows: JudgedList
    run: Run
    rules: InForce


def judge_draft(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Work out the rows of a draft on its day. Returns: listed, annex."""
    from panhuo.desk.editions.draft_actions import keep_rows
    from panhuo.desk.editions.models import Draft

    draft = Draft.objects.get(pk=job.what["draft"])
    if draft.state != DraftState.JUDGING:
        return {"listed": draft.listed, "annex": draft.annex}  # judged by a try that was killed after it, or dropped
    progress.step("judging")
    with progress.home.writing():
        judged = judge(progress.home, draft, day=draft.day, made_at=progress.clock())
        keep_rows(draft, judged, at=progress.clock())
    return judged.rows.results()


def publish_draft(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Judge an approved draft again on the day of publication, and freeze what still stands.

    Returns: edition (its number), listed, apart. Whether the asker may publish is asked again.
    Raises: DomainError not_allowed, draft_moved, nothing_to_publish, same_edition; HomeBusy.
    """
    from panhuo.desk.editions.draft_actions import publish
    from panhuo.desk.editions.models import Draft

    draft = Draft.objects.select_related("unit__parent__parent", "edition").get(pk=job.what["draft"])
    if draft.edition is None:
        progress.step("publishing")
        with progress.home.writing():
            at = progress.clock()
            judged = judge(progress.home, draft, day=timezone.localdate(at), made_at=at)
            publish(draft, judged, actor=job.asked_by, at=at)
        draft.refresh_from_db()
    edition = draft.edition
    assert edition is not None  # noqa: S101 - publish has set it, or raised
    return {"edition": edition.number, "listed": edition.notes["listed"], "apart": edition.notes["apart"]}


def judge(home: Home, draft: Draft, *, day: date, made_at: datetime) -> Judged:
    """The rows of a draft as a day gives them; the caller holds the home's lock. Raises: NotInForce."""
    from panhuo.desk.editions.sharing import shared_offers
    from panhuo.desk.history import record_run
    from panhuo.desk.listings.actions import SHARING_LIST
    from panhuo.desk.listings.supply import judge_supply_list
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.grading import grade_register

    rules = load_pack(home.pack).at(day)
    projection = current_projection(home, rules)
    offered = shared_offers(draft.unit, day=day, rules=rules) if draft.kind == SHARING_LIST else None
    rows = judge_supply_list(
        home, rules, projection=projection, grades=grade_register(projection, rules), offered=offered
    )
    run = record_run(
        "edition-draft",
        at=day,
        rules=rules,
        inputs_digest=projection.version,
        params={"draft": draft.pk, "kind": draft.kind},
        results=rows.results(),
        made_at=made_at,
    )
    return Judged(rows, run, rules)

"""The only place where drafts of editions are written, reviewed and published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate

from panhuo.desk.editions.access import KINDS, draft_subject
from panhuo.desk.editions.models import Draft, DraftRow, DraftStep
from panhuo.desk.editions.settling import CHANGED, NEW, Settled, settle
from panhuo.desk.editions.work import JUDGE, PUBLISH
from panhuo.desk.history.actions import log_action
from panhuo.desk.listings.actions import ANNEX, LIST, publish_supply_list
from panhuo.desk.listings.supply import JudgedRow
from panhuo.desk.people.access import require, subject_of
from panhuo.desk.people.models import Account, Organisation
from panhuo.rules.labels import Labels
from panhuo.terms.codes import region_prefix
from panhuo.terms.edition_states import MOST_STEPS, REVIEWS, DraftAct, DraftState, move_of
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.desk.editions.work import Judged
    from panhuo.rules import InForce

APART = "apart"
LONGEST_WHY, LONGEST_REASON = 400, 400
BATCH = 5_000


def make_draft(
    *, kind: str, title: str, day: date, audience: str, told: str = "", unit: Organisation,
    co_units: Iterable[Organisation] = (), actor: Account, at: datetime, rules: InForce,
) -> Draft:  # fmt: skip
    """Begin a draft of an edition and ask for its rows.

    day: not after today. How many reviews it needs is read from table edition_audiences now and stands.
    Raises: DomainError not_allowed, untitled_draft, future_day, unknown_audience, unknown_kind, no_reviewer.
    """
    require(actor, Right.DRAFT_EDITION, subject_of(unit), at=at, rules=rules)
    if kind not in KINDS:
        raise DomainError(f"There is no list {kind}. Choose one of {', '.join(KINDS)}.", code="unknown_kind")
    if not title.strip():
        raise DomainError("A draft needs a title by which reviewers know it. Write one.", code="untitled_draft")
    if day > localdate(at):
        raise DomainError(
            f"{day} has not come yet: nobody knows who lapses until then. Choose today.", code="future_day"
        )
    steps = steps_of(audience, unit.region_code, rules)
    with transaction.atomic():
        draft = Draft.objects.create(
            kind=kind, title=title.strip()[:120], day=day, audience=audience, told=told.strip()[:80], unit=unit,
            steps=steps, state=DraftState.DRAFTED, made_by=actor, made_at=at,
        )  # fmt: skip
        draft.co_units.set([one for one in co_units if one.pk != unit.pk])
        _log(
            draft,
            "edition.drafted",
            actor=actor.login,
            at=at,
            data={"kind": kind, "day": day.isoformat(), "steps": steps},
        )
        ask_for_rows(draft, day=day, actor=actor, at=at, rules=rules)
    return draft


def steps_of(audience: str, region: str, rules: InForce) -> int:
    """How many reviews an edition needs, 1 to 3: the row of the nearest region that has one.

    Raises: DomainError unknown_audience, bad_steps.
    """
    rows = [row for row in rules.table("edition_audiences") if row["audience"] == audience]
    fitting = [row for row in rows if not row["region"] or region.startswith(region_prefix(row["region"]))]
    if not fitting:
        raise DomainError(f"No edition is made for {audience}. Choose one of the list.", code="unknown_audience")
    steps = int(max(fitting, key=lambda row: len(region_prefix(row["region"]) if row["region"] else ""))["steps"])
    if not 1 <= steps <= MOST_STEPS:
        raise DomainError(f"Table edition_audiences says {steps} reviews. Write 1, 2 or 3.", code="bad_steps")
    return steps


@transaction.atomic
def ask_for_rows(draft: Draft, *, day: date, actor: Account, at: datetime, rules: InForce) -> Draft:
    """Have the rows of a draft worked out on a day, also anew.

    Raises: DomainError not_allowed, draft_moved, future_day.
    """
    if day > localdate(at):
        raise DomainError(
            f"{day} has not come yet: nobody knows who lapses until then. Choose today.", code="future_day"
        )
    _move(draft, DraftAct.JUDGE, actor=actor, at=at, rules=rules, day=day)
    return _asked(draft, JUDGE, actor=actor, at=at)


@transaction.atomic
def keep_rows(draft: Draft, judged: Judged, *, at: datetime) -> Draft:
    """Keep what the worker judged in place of the rows before. Raises: DomainError draft_moved where it was dropped."""
    rows = judged.rows
    told = {
        "listed": len(rows.listed), "annex": len(rows.annex), "columns": list(rows.columns), "judged_at": at,
        "figures": {"sources": rows.by_source, "bars": rows.by_bar}, "pack_version": judged.rules.version,
    }  # fmt: skip
    _move_row(draft, DraftAct.JUDGED, told)
    DraftRow.objects.filter(draft=draft).delete()
    for part, found in ((LIST, rows.listed), (ANNEX, rows.annex)):
        made = (_row(draft, part, place, row) for place, row in enumerate(found, start=1))
        DraftRow.objects.bulk_create(made, batch_size=BATCH)
    counts = {"listed": draft.listed, "annex": draft.annex, "run": judged.run.id}
    _log(draft, "edition.judged", actor="system:worker", at=at, data=counts)
    return draft


@transaction.atomic
def submit(draft: Draft, *, actor: Account, at: datetime, rules: InForce) -> Draft:
    """Hand a draft to its first reviewer. Raises: DomainError not_allowed, draft_moved, nothing_to_publish."""
    if not draft.listed:
        raise _nothing()
    _move(draft, DraftAct.SUBMIT, actor=actor, at=at, rules=rules)
    return draft


@transaction.atomic
def pass_review(draft: Draft, *, actor: Account, at: datetime, rules: InForce) -> Draft:
    """Pass the review that a draft waits for; of two at once one passes it. Raises: DomainError not_allowed (the right,
    or a step that this person took before), draft_moved."""
    _move(draft, DraftAct.PASS, actor=actor, at=at, rules=rules)
    return draft


@transaction.atomic
def give_back(draft: Draft, *, reason: str, actor: Account, at: datetime, rules: InForce) -> Draft:
    """Return a draft to its author, who reads why. Raises: DomainError not_allowed, draft_moved, no_reason."""
    if not reason.strip():
        raise DomainError("The author must know what to mend. Write a reason.", code="no_reason")
    _move(draft, DraftAct.GIVE_BACK, actor=actor, at=at, rules=rules, reason=reason.strip()[:LONGEST_REASON])
    return draft


@transaction.atomic
def drop(draft: Draft, *, actor: Account, at: datetime, rules: InForce) -> Draft:
    """Give a draft up. Raises: DomainError not_allowed, draft_moved."""
    _move(draft, DraftAct.DROP, actor=actor, at=at, rules=rules)
    return draft


@transaction.atomic
def ask_to_publish(draft: Draft, *, actor: Account, at: datetime, rules: InForce) -> Draft:
    """Ask for the publication of an approved draft; the worker judges its rows again first.

    Raises: DomainError not_allowed, draft_moved.
    """
    move = move_of(draft.state, DraftAct.PUBLISH, steps=draft.steps)
    if move is None or move.right is None:
        raise _moved()
    require(actor, move.right, draft_subject(draft), at=at, rules=rules)
    _log(draft, "edition.publication_asked", actor=actor.login, at=at)
    return _asked(draft, PUBLISH, actor=actor, at=at)


@transaction.atomic
def publish(draft: Draft, judged: Judged, *, actor: Account, at: datetime) -> Settled:
    """Freeze what reviewers saw and what still stands under the next number; what changed is set apart with its reason.

    The caller holds the home's lock and has just judged the rows. Edition, number, move and log stand together or not
    at all. Raises: DomainError not_allowed, draft_moved, nothing_to_publish, same_edition.
    """
    rules = judged.rules
    steps = _move(draft, DraftAct.PUBLISH, actor=actor, at=at, rules=rules)
    words = Labels(rules)
    reviewed = dict(draft.rows.filter(part=LIST).exclude(asset_key="").values_list("asset_key", "cells"))
    found = settle(
        reviewed, draft.columns, judged.rows, words={code: words.word("supply_bar", code) for code in (CHANGED, NEW)}
    )
    if not found.listed:
        raise _nothing()
    audience = words.word("edition_audience", draft.audience) + (f"：{draft.told}" if draft.told else "")
    edition, is_new = publish_supply_list(
        found.listed,
        found.annex,
        columns=judged.rows.columns,
        day=judged.rules.day,
        audience=audience,
        run=judged.run,
        notes={
            "sources": dict(found.sources), "dormant_run": judged.rows.dormant_run, "draft": draft.pk,
            "listed": len(found.listed), "annex": len(found.annex), "apart": len(found.apart),
            "reviewed_day": draft.day.isoformat(), "steps": steps,
        },
        made_at=at,
        kind=draft.kind,
    )  # fmt: skip
    if not is_new:
        raise DomainError(
            f"Edition {edition.number} says the same for this day and audience. Drop this draft.",
            code="same_edition",
            number=edition.number,
        )
    Draft.objects.filter(pk=draft.pk).update(edition=edition)
    _set_apart(draft, found.apart)
    told = {"edition": edition.pk, "number": edition.number, "listed": len(found.listed), "apart": len(found.apart)}
    _log(draft, "edition.published", actor=actor.login, at=at, data={**told, "digest": edition.digest})
    draft.refresh_from_db()
    return found


def _set_apart(draft: Draft, apart: Mapping[str, tuple[str, ...]]) -> None:
    for row in DraftRow.objects.filter(draft=draft, part=LIST, asset_key__in=list(apart)):
        row.part, row.why = APART, ";".join(apart[row.asset_key])[:LONGEST_WHY]
        row.save(update_fields=["part", "why"])


def _row(draft: Draft, part: str, place: int, row: JudgedRow) -> DraftRow:
    return DraftRow(
        draft=draft, part=part, position=place, asset_key=row.frozen.asset_key, cells=list(row.frozen.cells),
        source=row.source.value, why=";".join(row.bars)[:LONGEST_WHY],
    )  # fmt: skip


def _asked(draft: Draft, kind: str, *, actor: Account, at: datetime) -> Draft:
    from panhuo.desk.jobs.actions import ask_for_job  # the command line has no jobs

    job = ask_for_job(kind, {"draft": draft.pk}, actor=actor, at=at)
    Draft.objects.filter(pk=draft.pk).update(job=job.pk)
    draft.job = job.pk
    return draft


def _move(
    draft: Draft, act: DraftAct, *, actor: Account, at: datetime, rules: InForce, reason: str = "", **values: Any
) -> list[dict[str, str]]:
    """One move by a person, kept as a step and in the log. Returns all steps up to it, for the edition."""
    move = move_of(draft.state, act, steps=draft.steps)
    if move is None or move.right is None:
        raise _moved()
    require(actor, move.right, draft_subject(draft), at=at, rules=rules)
    before = draft.state
    _move_row(draft, act, values)
    DraftStep.objects.create(
        draft=draft, act=act, before=before, account=actor, name=actor.name[:80], reason=reason, made_at=at
    )
    _log(
        draft, f"edition.{act.value}", actor=actor.login, at=at, reason=reason,
        data={"from": before, "to": draft.state},
    )  # fmt: skip
    taken = draft.steps_taken.filter(act__in=(DraftAct.SUBMIT, DraftAct.PASS, DraftAct.PUBLISH))
    return [{"act": one.act, "before": one.before, "name": one.name, "at": one.made_at.isoformat()} for one in taken]


def _move_row(draft: Draft, act: DraftAct, values: Mapping[str, Any]) -> None:
    move = move_of(draft.state, act, steps=draft.steps)
    if move is None or Draft.objects.filter(pk=draft.pk, state=move.before).update(state=move.after, **values) != 1:
        raise _moved()
    draft.refresh_from_db()


def _moved() -> DomainError:
    return DomainError(
        "The draft has moved meanwhile, or this cannot be done with it as it stands. Reload the page.",
        code="draft_moved",
    )


def _nothing() -> DomainError:
    return DomainError(
        "No row may be published: each lacks consent, has changed or has ended. Ask the owners in the annex, then have "
        "the rows worked out again.",
        code="nothing_to_publish",
    )


def _log(
    draft: Draft, act: str, *, actor: str, at: datetime, reason: str = "", data: Mapping[str, Any] | None = None
) -> None:
    log_action(f"edition_draft:{draft.pk}", act, actor=actor, at=localdate(at), made_at=at, reason=reason, data=data)


def waits_for_review(draft: Draft) -> bool:
    """Whether a draft stands at a review."""
    return draft.state in REVIEWS

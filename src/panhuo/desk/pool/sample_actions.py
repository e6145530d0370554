"""The only place where samples of the pool's quality are written."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate

from panhuo.desk.history.actions import log_action
from panhuo.desk.inventory.access import reach_filter
from panhuo.desk.people.access import Actor, not_there, require, require_any, standing_of
from panhuo.desk.people.models import Account
from panhuo.desk.pool.access import entry_subject, in_pool
from panhuo.desk.pool.models import PoolEntry, QualitySample, SampledEntry
from panhuo.engine.assessment import self_grade_scale
from panhuo.engine.pool import draw_sample
from panhuo.rules.reachable import reachable
from panhuo.rules.rights import read_rights
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.rules import InForce

MOST = 500


@transaction.atomic
def draw_quality_sample(*, seed: str, size: int, actor: Actor, at: datetime, rules: InForce) -> QualitySample:
    """Draw entries of the pool by a seed from those that the actor may return.

    The same seed draws the same entries from the same pool. Raises: DomainError not_allowed, no_seed, bad_size,
    nothing_to_draw.
    """
    require_any(actor, Right.RETURN_POOL_ENTRY, at=at, rules=rules)
    if not seed.strip():
        raise DomainError("A sample needs a seed, such as the day or a drawn number. Give it.", code="no_seed")
    if not 1 <= size <= MOST:
        raise DomainError(f"A sample has 1 to {MOST} entries. Choose such a number.", code="bad_size", most=MOST)
    pool = PoolEntry.objects.filter(in_pool(rules))
    if isinstance(actor, Account):
        found = reachable(standing_of(actor, at=at, rules=rules), Right.RETURN_POOL_ENTRY, book=read_rights(rules))
        pool = pool.filter(reach_filter(found))
    rows = {row.number or str(row.asset_id): row for row in pool.only("pk", "number", "asset_id", "self_grade")}
    if not rows:
        raise DomainError("There is nothing in the pool to draw from. Wait for approvals.", code="nothing_to_draw")
    made = QualitySample.objects.create(
        seed=seed.strip()[:60],
        size=size,
        drawn_from=len(rows),
        drawn_by=actor.login,
        drawer=actor if isinstance(actor, Account) else None,
        made_at=at,
    )
    drawn = draw_sample(rows, seed=made.seed, size=size)
    SampledEntry.objects.bulk_create(
        SampledEntry(sample=made, entry=rows[key], place=place, stated=rows[key].self_grade or 0)
        for place, key in enumerate(drawn, start=1)
    )
    log_action(
        f"quality_sample:{made.pk}", "quality_sample.drawn", actor=actor.login, at=localdate(at), made_at=at,
        data={"seed": made.seed, "size": size, "of": len(rows)},
    )  # fmt: skip
    return made


@transaction.atomic
def judge_sampled(number: int, *, found: int, note: str, actor: Actor, at: datetime, rules: InForce) -> SampledEntry:
    """Keep the level that the officer found for one entry of a sample. Judged again, the later word stands.

    Raises: DomainError not_there, not_allowed; BadValue not_in_list for no level of the scheme.
    """
    row = SampledEntry.objects.select_related("entry__unit__parent__parent", "sample").filter(pk=number).first()
    if row is None:
        raise not_there(f"sampled_entry:{number}")
    require(actor, Right.RETURN_POOL_ENTRY, entry_subject(row.entry), at=at, rules=rules)
    self_grade_scale(rules).level(str(found))
    row.found, row.note, row.judged_by, row.judged_at = found, note.strip(), actor.login, at
    row.save(update_fields=["found", "note", "judged_by", "judged_at"])
    log_action(
        f"quality_sample:{row.sample_id}", "quality_sample.judged", actor=actor.login, at=localdate(at), made_at=at,
        data={"entry": row.entry_id, "stated": row.stated, "found": found},
    )  # fmt: skip
    return row

"""The only place where notices about published rows are written; editions themselves are never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from panhuo.terms.edition_states import DraftState
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import ENDED
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.desk.editions.models import EditionNotice
    from panhuo.desk.inventory.models import Inventory
    from panhuo.desk.listings.models import Edition
    from panhuo.desk.people.models import Account
    from panhuo.rules import InForce

WITHDRAWN = "withdrawn"
CHUNK = 500
One = TypeVar("One")


@transaction.atomic
def note_ended_rights(inventory: Inventory, actor: str, at: datetime) -> None:
    """After an inventory: mark published and drafted rows whose right has ended by status or event, and no others.

    A fee that is due, late or unknown takes nothing out. actor: login of who took the inventory.
    """
    from panhuo.desk.editions.models import DraftRow, EditionNotice
    from panhuo.desk.history.actions import log_action
    from panhuo.desk.listings.actions import LIST
    from panhuo.desk.listings.models import EditionRow

    keys = _ended_keys(inventory)
    rows = EditionRow.objects.filter(part=LIST, asset_key__in=keys).order_by().values_list("edition", "asset_key")
    noted = set(EditionNotice.objects.filter(why__in=[*ENDED]).values_list("edition", "asset_key"))
    fresh = [(edition, key) for edition, key in rows if (edition, key) not in noted]
    told = {"inventory": inventory.pk, "day": inventory.day.isoformat()}
    counts: dict[int, int] = {}
    for chunk in _chunks(fresh):
        states = _states(inventory, [key for _, key in chunk])
        EditionNotice.objects.bulk_create(
            [
                EditionNotice(
                    edition_id=edition, asset_key=key, why=states[key], day=inventory.day, noted_by=actor, made_at=at
                )
                for edition, key in chunk
            ],
            ignore_conflicts=True,
        )
        for edition, _ in chunk:
            counts[edition] = counts.get(edition, 0) + 1
    for edition, count in sorted(counts.items()):
        log_action(
            f"edition:{edition}", "edition.rights_ended", actor=actor, at=inventory.day, made_at=at,
            data={**told, "rows": count},
        )  # fmt: skip
    drafted = DraftRow.objects.filter(part=LIST).exclude(draft__state__in=[DraftState.PUBLISHED, DraftState.DROPPED])
    drafted.exclude(ended="").exclude(asset_key__in=keys).update(ended="")
    named = list(drafted.filter(asset_key__in=keys).order_by().values_list("asset_key", flat=True).distinct())
    for part in _chunks(named):
        by_state: dict[str, list[str]] = {}
        for key, state in _states(inventory, part).items():
            by_state.setdefault(state, []).append(key)
        for state, found in by_state.items():
            drafted.filter(asset_key__in=found).update(ended=state)


def withdraw_row(
    edition: Edition, asset_key: str, *, words: str, actor: Account, at: datetime, rules: InForce
) -> EditionNotice:
    """Say that a published row no longer holds because its owner took it back. Said twice it stands once.

    Raises: DomainError not_allowed, not_there (no such row in the list), no_reason.
    """
    from panhuo.desk.editions.access import draft_of, draft_subject
    from panhuo.desk.editions.models import EditionNotice
    from panhuo.desk.history.actions import log_action
    from panhuo.desk.listings.actions import LIST
    from panhuo.desk.people.access import not_there, require, require_any

    draft = draft_of(edition)
    if draft is None:
        require_any(actor, Right.PUBLISH_EDITION, at=at, rules=rules)
    else:
        require(actor, Right.PUBLISH_EDITION, draft_subject(draft, with_steps=False), at=at, rules=rules)
    if not words.strip():
        raise DomainError("Readers of the edition must know why. Write a reason.", code="no_reason")
    if not asset_key or not edition.rows.filter(part=LIST, asset_key=asset_key).exists():
        raise not_there(f"row {asset_key} of edition {edition.pk}")
    with transaction.atomic():
        made, is_new = EditionNotice.objects.get_or_create(
            edition=edition, asset_key=asset_key, why=WITHDRAWN,
            defaults={"words": words.strip()[:400], "day": localdate(at), "noted_by": actor.login, "made_at": at},
        )  # fmt: skip
        if is_new:
            log_action(
                f"edition:{edition.pk}", "edition.row_withdrawn", actor=actor.login, at=localdate(at), made_at=at,
                reason=made.words, data={"row": asset_key},
            )  # fmt: skip
    return made


def _ended_keys(inventory: Inventory) -> QuerySet[Any, Any]:
    from panhuo.desk.inventory.models import StockPatent
    from panhuo.desk.registry.models import AssetKey

    ended = StockPatent.objects.filter(inventory=inventory, status__in=[*ENDED]).order_by().values("asset")
    return AssetKey.objects.filter(asset__in=ended).order_by().values("key")


def _states(inventory: Inventory, keys: Sequence[str]) -> dict[str, str]:
    from panhuo.desk.inventory.models import StockPatent
    from panhuo.desk.registry.models import AssetKey

    assets = dict(AssetKey.objects.filter(key__in=keys).values_list("key", "asset"))
    rows = StockPatent.objects.filter(inventory=inventory, asset__in=set(assets.values()))
    states = dict(rows.values_list("asset", "status"))
    return {key: states[asset] for key, asset in assets.items()}


def _chunks(rows: Sequence[One]) -> Iterator[Sequence[One]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]

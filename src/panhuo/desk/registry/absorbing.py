"""What hangs on an asset when a file shows that two assets of the register are one.

Apps above the register name their models; the rows of the asset that goes follow to the one that stays.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from panhuo.desk.history.actions import log_action

_following: dict[type[models.Model], bool] = {}


def follows_asset(model: type[models.Model], *, worked_out: bool = False) -> None:
    """Name a model with a field `asset`. worked_out: its rows are computed and simply go with the asset."""
    _following[model] = worked_out


def follow(survivor: int, absorbed: int, *, day: date) -> None:
    """Let all rows of an asset follow; where both had one that may be there once only, that of the survivor stands, and
    the log keeps that the other went. Inside the caller's transaction. day: of the import."""
    for model, worked_out in _following.items():
        rows = model._base_manager.filter(asset=absorbed)
        if worked_out:
            rows.delete()
            continue
        for row in rows.order_by("pk"):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=row.pk).update(asset=survivor)
            except IntegrityError:
                told = {"from": absorbed, "kind": model._meta.label_lower, "number": row.pk}
                at = timezone.make_aware(datetime.combine(day, time()))
                log_action(f"asset:{survivor}", "asset.merged", actor="system:import", at=day, made_at=at, data=told)
                _delete(row)


def _delete(row: models.Model) -> None:
    try:
        row.delete()
    except ProtectedError as error:  # what hangs on it goes with it
        for other in error.protected_objects:
            _delete(other)
        row.delete()

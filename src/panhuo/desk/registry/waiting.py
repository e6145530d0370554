"""Rows of facts whose patent the register does not know yet, and by which numbers they wait for it.

A statement that names one patent by two numbers stands with the right of each of them. Under a number that no
right has yet it waits in a row of its own, "a:CN201910123456 p:CN110123456" and "p:CN110123456 a:CN201910123456",
so that the same files give the same register in whatever order they come. When the second number finds the same
right, the row is there already and the waiting one goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from panhuo.desk.registry.bulk_rows import place_of_blank, texts_given

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from panhuo.desk.registry.models import Event


def beside() -> str:
    """Condition on the events: the row says nothing that another row of the statement does not say.

    Either it waits by the publication number beside one by the application number, or that other number is known.
    """
    blank = place_of_blank("waiting_key")
    return (
        f"(asset_id IS NULL AND {blank} > 0 AND (substr(waiting_key, 1, 2) = 'p:' OR EXISTS"
        f" (SELECT 1 FROM registry_assetkey known WHERE known.key = substr(waiting_key, {blank} + 1))))"
    )


def statements() -> QuerySet[Event]:
    """Events of the register, each statement once: without the rows of beside()."""
    from panhuo.desk.registry.models import Event

    return Event.objects.extra(where=[f"NOT {beside()}"])  # noqa: S610 - a constant of our own


def places(keys: Sequence[str], assets: Mapping[str, int]) -> list[tuple[int | None, str]]:
    """Where a statement about one patent stands: (asset, "") for each right found, (None, waiting key) for the rest.

    keys: at most two, preferred first. assets: those keys that the register knows.
    """
    found: dict[tuple[int | None, str], None] = {}
    for key in keys:
        asset_id = assets.get(key)
        waiting = " ".join([key, *(other for other in keys if other != key)])
        found[(asset_id, "" if asset_id else waiting)] = None
    return list(found)


def attach(table: str) -> str:
    """Ids of the rows of a table that wait first of all by one of the keys of a JSON list, each with that key.

    "!" follows the blank in the order of characters, which is that of both stores' registers.
    """
    return (
        f"SELECT t.id, k.value FROM {texts_given('k')} CROSS JOIN {table} t"
        " WHERE t.asset_id IS NULL AND t.waiting_key >= k.value AND t.waiting_key < k.value || '!'"
    )

"""What apps above this one do when an inventory stands: they register it when they are loaded.

It happens in the transaction in which the inventory becomes the current one: both stand, or neither.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from panhuo.desk.inventory.models import Inventory

Afterwards = Callable[["Inventory", str, datetime], None]
"""Given the inventory, the login of who took it, and the moment."""

_registered: list[Afterwards] = []


def register_after_inventory(act: Afterwards) -> None:
    """Name a function that is called after each inventory; named twice it is called once."""
    if act not in _registered:
        _registered.append(act)


def tell_of_inventory(inventory: Inventory, actor: str, at: datetime) -> None:
    for act in _registered:
        act(inventory, actor, at)

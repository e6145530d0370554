"""The grades that an inventory stands on, kept beside the Runs so that a page reads the one it shows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.adapters.files.home import Home
from panhuo.adapters.files.settled import settle
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.tables.parts import row_of_parts, write_parts
from panhuo.desk.inventory.models import Inventory
from panhuo.desk.registry.grading import grade_register

if TYPE_CHECKING:
    from panhuo.desk.registry.export import Projection
    from panhuo.rules import InForce


def keep_grades(home: Home, inventory: Inventory, projection: Projection, rules: InForce) -> None:
    """Keep all grades of rules.day; what a killed inventory left under this number goes."""
    folder = _folder(home, inventory)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open_tables({}, memory_limit="2GB") as tables:
        write_parts(tables, tables.add("graded", grade_register(projection, rules)), folder, key="asset_id")
    settle(folder)


def kept_grade(home: Home, inventory: Inventory, asset: int) -> dict[str, Any] | None:
    """Columns of engine.grading for one right; None where the inventory has none of it."""
    return row_of_parts(_folder(home, inventory), "asset_id", asset)


def forget_grades(home: Home, inventory: Inventory) -> None:
    shutil.rmtree(_folder(home, inventory).parent, ignore_errors=True)


def _folder(home: Home, inventory: Inventory) -> Path:
    return home.runs / f"inventory-{inventory.pk}" / "grades"

"""Two cities that are alike, and what the table of rights means, read a second time and in another way.

The numbers: 1 university with 11 college, 2 its sister in the same city, 3 and 31 their twins in the other city.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping

from panhuo.rules import packs_folder
from panhuo.rules.regions import Scope
from panhuo.rules.rights import Extent, Held, Standing, Subject
from panhuo.terms.roles import Role, Visibility

ME, OTHER = 100, 200
PARENTS = {1: (), 11: (1,), 2: (), 3: (), 31: (3,)}
REGIONS = {1: "990101", 11: "990101", 2: "990101", 3: "990201", 31: "990201"}
HOME = 11
"""Where the person works: a college, so that it has a parent; for children he works in its parent."""

WHERE = ("own", "same_unit", "child", "parent", "other_unit_same_region", "other_region", "none")
RELATION = ("", "assigned", "lead", "co_unit", "party", "party_consented")


def rows() -> list[dict[str, str]]:
    with (packs_folder() / "national" / "tables" / "role_rights.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def person(role: Role, where: str) -> Standing:
    """Somebody with one role, in the university where the thing lies below it, else in the college."""
    unit = 1 if where == "child" else HOME
    extent = Extent(regions=Scope("", ("990100",)))
    return Standing(ME, (Held(role, 1, unit, PARENTS[unit], extent),))


def thing(where: str, relation: str, visibility: Visibility) -> Subject:
    owner = {
        "own": HOME, "same_unit": HOME, "child": 11, "parent": 1, "other_unit_same_region": 2, "other_region": 31,
        "none": None,
    }[where]  # fmt: skip
    unit = frozenset({1 if where == "child" else HOME})
    return Subject(
        name="case:1",
        owner=owner,
        parents=PARENTS[owner] if owner else (),
        region=REGIONS[owner] if owner else "",
        persons=frozenset({ME if where == "own" else OTHER}),
        assigned=frozenset({ME}) if relation == "assigned" else frozenset(),
        leads=unit if relation == "lead" else frozenset(),
        co_units=unit if relation == "co_unit" else frozenset(),
        parties=unit if relation.startswith("party") else frozenset(),
        consented=unit if relation == "party_consented" else frozenset(),
        visibility=visibility,
    )


REACHED: Mapping[str, Iterable[str]] = {
    "own": {"own"},
    "unit": {"own", "same_unit"},
    "unit_and_children": {"own", "same_unit", "child"},
    "scope": {"own", "same_unit", "child", "parent", "other_unit_same_region"},
    "everything": set(WHERE),
}
GUARDED = {"score_panel", "record_valuation"}
NOT_SELF = {"manage_accounts", "manage_unit_accounts", "grant_roles"}
LATER_STEPS = {
    "review_pool_entry", "approve_pool_entry", "approve_exploitation", "review_edition_1", "review_edition_2",
    "review_edition_3", "publish_edition", "verify_report",
}  # fmt: skip


def declared(table: list[dict[str, str]], role: Role, right: str, where: str, relation: str, seen: Visibility) -> bool:
    """What the rows of the table say of one cell, without the code under test."""

    def holds(row: dict[str, str]) -> bool:
        reach = row["reach"]
        if row["condition"] == "consented" and relation != "party_consented":
            return False
        if reach == "public":
            return seen is Visibility.PUBLIC
        if reach in REACHED:
            open_to_all = seen is not Visibility.PARTIES or reach not in ("scope", "everything")
            return where in REACHED[reach] and open_to_all
        return relation == reach or (reach == "party" and relation == "party_consented")

    own = [row for row in table if row["right"] == right and row["role"] in (role.value, "public") and holds(row)]
    if not any(row["effect"] == "allow" for row in own) or any(row["effect"] == "deny" for row in own):
        return False
    if where == "own" and (right in NOT_SELF or right in LATER_STEPS):
        return False
    if right == "verify_report" and where in ("same_unit", "child", "parent"):
        return False
    related = where in ("own", "same_unit", "child", "parent") or relation.startswith("party")
    return not (right in GUARDED and related)

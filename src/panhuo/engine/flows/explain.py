"""The bridge from an old value to a new one, in yuan: which changed entry moved the figure by how much."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from panhuo.engine.flows.dossier import Dossier
from panhuo.engine.flows.stated_grades import read_grades, with_scores
from panhuo.engine.sealing import entries
from panhuo.engine.valuation import conclude, in_yuan, read_case
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

STEPS = (
    ("base_date", ("base_date",)),
    ("object", ("patents", "right", "life")),
    ("grades", ("grades",)),
    ("discount", ("discount", "price_basis", "mid_year")),
    ("royalty_relief", ("methods.royalty_relief",)),
    ("excess_earnings", ("methods.excess_earnings",)),
    ("technology_share", ("methods.technology_share",)),
    ("market", ("methods.market",)),
    ("cost", ("methods.cost",)),
    ("weighing", ("weighing", "one_method_reason")),
)
"""Order of the bridge and the inputs that each step takes from the new valuation; all else comes last."""


@dataclass(frozen=True, slots=True)
class Step:
    """Steps that were taken together, by how much they moved the figure, and what changed: path -> (old, new)."""

    names: tuple[str, ...]
    moved_cny: Decimal
    changed: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Bridge:
    """Whole yuan; old_cny and the steps add up to new_cny exactly. Entries that moved nothing stand in a step of 0."""

    old_cny: Decimal
    new_cny: Decimal
    steps: tuple[Step, ...]


def bridge(old: Dossier, new: Dossier, rules_of: Mapping[str, InForce]) -> Bridge:
    """From one dossier's base value to another's: the rules first, then the inputs in the order of STEPS.

    Changes that make no case by themselves (a method without its weight) are taken together with the next.

    Args:
        rules_of: "old" and "new", each pack at its day with the values of its dossier.
    Raises: BadInputs where one of the dossiers' own inputs cannot be read.
    """
    inputs = deepcopy(dict(old.content["inputs"]))
    target = new.content["inputs"]
    first = value = _value(inputs, rules_of["old"])
    steps: list[Step] = []
    moved = _value_or_none(inputs, rules_of["new"])
    before, after = old.content["pack"]["reads"], new.content["pack"]["reads"]
    both = set(before) & set(after)  # what one of them never read has moved nothing
    rules_changed = _between({name: before[name] for name in both}, {name: after[name] for name in both}, "pack.reads")
    waiting: list[str] = ["rules"] if moved is None else []
    changed = dict(rules_changed) if moved is None else {}
    if moved is not None and (rules_changed or moved != value):
        steps.append(Step(("rules",), moved - value, rules_changed))
        value = moved
    rules = rules_of["new"]
    rest = tuple(sorted({*inputs, *target} - {place.partition(".")[0] for _, places in STEPS for place in places}))
    for name, places in (*STEPS, ("other", rest)):
        differing: dict[str, tuple[str, str]] = {}
        for place in places:
            differing |= _between(_at(inputs, place), _at(target, place), f"inputs.{place}")
            _take(inputs, target, place)
        if not differing:
            continue
        waiting.append(name)
        changed |= differing
        moved = _value_or_none(inputs, rules)
        if moved is not None:
            steps.append(Step(tuple(waiting), moved - value, changed))
            value, waiting, changed = moved, [], {}
    last = _value(dict(target), rules)
    if waiting:
        steps.append(Step(tuple(waiting), last - value, changed))
    return Bridge(first, last, tuple(steps))


def _value(inputs: Mapping[str, Any], rules: InForce) -> Decimal:
    case = read_case(with_scores(inputs, read_grades(inputs, rules)), rules)
    return in_yuan(conclude(case).value_cny)


def _value_or_none(inputs: Mapping[str, Any], rules: InForce) -> Decimal | None:
    try:
        return _value(inputs, rules)
    except DomainError:
        return None


def _at(inputs: Mapping[str, Any], place: str) -> Any:
    found: Any = inputs
    for key in place.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _take(inputs: dict[str, Any], target: Mapping[str, Any], place: str) -> None:
    *groups, last = place.split(".")
    room = inputs
    for group in groups:
        room = room.setdefault(group, {})
    wanted = _at(target, place)
    if wanted is None:
        room.pop(last, None)
    else:
        room[last] = deepcopy(wanted)


def _between(old: Any, new: Any, path: str) -> dict[str, tuple[str, str]]:
    before = {} if old is None else dict(entries(old, path))
    after = {} if new is None else dict(entries(new, path))
    paths = sorted({*before, *after})
    return {one: (before.get(one, "-"), after.get(one, "-")) for one in paths if before.get(one) != after.get(one)}

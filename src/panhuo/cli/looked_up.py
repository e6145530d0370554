"""Stated references to the royalty table become figures with their source; nothing is looked up that nobody asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from panhuo.cli.inputs_file import InputsFile
from panhuo.engine.valuation.royalty_share import REFERENCE, STATED, reference_found
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.rules import InForce


@dataclass(frozen=True, slots=True)
class LookedUp:
    """One reference: its place in the inputs, what it says in words, and what goes into the evidence."""

    place: str
    said: str
    evidence: Mapping[str, str]


def asks_reference(told: Mapping[str, Any]) -> bool:
    """Whether the inputs name an industry of the royalty reference, at their top or in a method."""
    return any(True for _ in _groups(told))


def with_references(
    told: Mapping[str, Any], file: InputsFile, rules: InForce, at: date
) -> tuple[dict[str, Any], list[LookedUp]]:
    """The inputs with every reference looked up as the register knows it on a day.

    Raises: DomainError bad_inputs where the table has no such row, suppresses it, or a figure is typed beside it.
    """
    found = dict(told)
    looked: list[LookedUp] = []
    for place, group in _groups(told):
        resolved, one = _looked_up(place, group[REFERENCE], file, rules, at)
        looked.append(one)
        new = {**group, REFERENCE: resolved}
        if place == REFERENCE:
            found = {**found, REFERENCE: resolved}
        else:
            name = place.split(".")[1]
            found["methods"] = {**found["methods"], name: new}
    return found, looked


def pack_ranges(told: Mapping[str, Any], rules: InForce) -> list[str]:
    """What is said of each range that the inputs take from the pack by an industry: the range, source and status."""
    methods = told.get("methods")
    said = []
    for one in (methods if isinstance(methods, Mapping) else {}).values():
        for key in ("royalty_range", "share_range"):
            part = one.get(key) if isinstance(one, Mapping) else None
            named = part.get("industry") if isinstance(part, Mapping) else None
            said += [_pack_range(row, rules) for row in rules.table("share_ranges") if row["industry"] == named]
    return said


def _pack_range(row: Mapping[str, str], rules: InForce) -> str:
    source = rules.source_of("share_ranges")
    return (
        f"分成率参考范围 range of the pack {row['industry']}: {row['low']} – {row['high']} of {row['of']}, "
        f"来源 source {source.title}, {row['status']}"
    )


def _groups(told: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    groups: list[tuple[str, Mapping[str, Any]]] = []
    if isinstance(told.get(REFERENCE), Mapping):
        groups.append((REFERENCE, told))
    methods = told.get("methods")
    for name, one in (methods if isinstance(methods, Mapping) else {}).items():
        if isinstance(one, Mapping) and isinstance(one.get(REFERENCE), Mapping):
            groups.append((f"methods.{name}.{REFERENCE}", one))
    return groups


def _looked_up(
    place: str, stated: Mapping[str, Any], file: InputsFile, rules: InForce, at: date
) -> tuple[dict[str, Any], LookedUp]:
    from panhuo.desk.valuations.royalties import royalty_on

    typed = sorted({*stated} - {*STATED})
    if typed:
        raise _bad(file, f"{place}.{typed[0]}", "is looked up, never typed; leave it out")
    industry, year = str(stated.get("industry") or "").strip(), str(stated.get("year") or "")
    if not industry or not year.isascii() or not year.isdigit() or len(year) > 4:
        raise _bad(file, place, "names no industry and year of the royalty reference")
    sourced = royalty_on(industry, int(year), rules=rules, at=at)
    if sourced.answer.found is None or sourced.load is None:
        why = {
            "too_few_contracts": f"has {sourced.answer.contracts} contracts in {year}, too few to be told",
            "not_in_table": f"is not in the royalty reference for {year} as known on {at}",
        }[sourced.answer.reason]
        raise _bad(file, place, f"{industry} {why}; state the share, or load the table by panhuo royalty load")
    load, row = sourced.load, sourced.answer.found
    resolved = {
        **stated,
        **reference_found(row, table=load.digest, name=load.name, loaded_on=load.loaded_on),
    }
    shares = " / ".join(resolved.get(key, "-") for key in ("low", "mean", "high"))
    said = (
        f"许可费参考 royalty reference {industry} {year}: low / mean / high {shares}, 合同 contracts {row.contracts} "
        f"(免费 free {row.free_contracts}), 来源 source {load.name} {load.loaded_on} sha256:{load.digest[:16]}"
    )
    evidence = {"what": "royalty reference", "source": load.name, "day": str(load.loaded_on), "sha256": load.digest}
    return resolved, LookedUp(place, said, evidence)


def _bad(file: InputsFile, place: str, what: str) -> DomainError:
    return DomainError(f"{file.path}, {file.where(place)}: {what}.", code="bad_inputs", file=str(file.path))

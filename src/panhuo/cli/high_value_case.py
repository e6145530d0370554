"""Made-up rights through the grading expressions, for the worked cases of packs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from panhuo.engine.grading.facts import gather_facts
from panhuo.engine.grading.figures import figured
from panhuo.engine.grading.high_value import high_value
from panhuo.engine.grading.sei import SEI, sei_by_asset, sei_evidence
from panhuo.engine.records.fields import ASSETS, EVENTS
from panhuo.engine.records.packing import AS_IS, unpacked
from panhuo.rules import InForce
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue
from panhuo.terms.ipc import parse_ipc

Given = Mapping[str, object]
UNTOLD = {
    "ip_type": "invention",
    "jurisdiction": "CN",
    "region_code": "440300",
    "filing_date": date(2018, 3, 1),
    "grant_date": date(2020, 3, 1),
    "family_count": 1,
}
"""A domestic invention in force that meets none of the five cases: a drinking vessel without family."""
NO_INDUSTRY = "A47G19/22"
STATUS = {"asset_id": "int64", "status": "string"}
BESIDES = ("status", "pledge_cny", "pledged_on", "pledged_patents")


class Judge:
    """Judges rights all at once where it can: the expressions are large and each query of them costs."""

    def __init__(self) -> None:
        self._judged: dict[str, dict[str, Any]] = {}

    def verdict(self, rules: InForce, given: Given) -> dict[str, Any]:
        """Columns of grading.high_value.VERDICTS for one right.

        given: columns of ASSETS (ipc: symbols); status; pledge_cny with pledged_on and pledged_patents (how many
        the contract names). Raises: BadValue for another name.
        """
        for name in given:
            if name not in ASSETS and name not in BESIDES:
                raise BadValue(f"a case gives {name!r}, which is no column of the register", code="unknown_given")
        if _key(rules, given) not in self._judged:
            self._judge(rules, [given])
        return self._judged[_key(rules, given)]

    def prepare(self, asked: Sequence[tuple[InForce, Given]]) -> None:
        """Judge all that will be asked, in one query for each pack, day and supposition."""
        groups: dict[str, tuple[InForce, dict[str, Given]]] = {}
        for rules, given in asked:
            key = _key(rules, given)
            if key not in self._judged and all(name in ASSETS or name in BESIDES for name in given):
                groups.setdefault(_key(rules, {}), (rules, {}))[1][key] = given
        for rules, rights in groups.values():
            self._judge(rules, list(rights.values()))

    def _judge(self, rules: InForce, rights: Sequence[Given]) -> None:
        numbered = list(enumerate(rights, start=1))
        assets = _table([_asset(number, given, rules.day) for number, given in numbered], ASSETS)
        told = [{"asset_id": n, "status": str(given.get("status", "granted_in_force"))} for n, given in numbered]
        events = _table([event for number, given in numbered for event in _pledges(number, given)], EVENTS)
        hits = sei_by_asset(ibis.memtable(sei_evidence(assets, rules).to_pyarrow())).to_pyarrow().to_pylist()
        rights = figured(assets, _table(told, STATUS), rules)
        facts = gather_facts(rights, assets, events, _table(hits, SEI), rules)
        judged, packing = high_value(facts, rules)
        rows = unpacked(judged, {"asset_id": AS_IS, **packing}).to_pyarrow().to_pylist()
        found = {row["asset_id"]: row for row in rows}
        for number, given in numbered:
            self._judged[_key(rules, given)] = found[number]


def _key(rules: InForce, given: Given) -> str:
    return repr((rules.digest, rules.day, sorted(rules.supposed.items()), sorted(given.items(), key=str)))


def _asset(number: int, given: Given, at: date) -> dict[str, Any]:
    symbols = [parse_ipc(str(text)) for text in _list(given.get("ipc", [NO_INDUSTRY]))]
    asset: dict[str, Any] = {
        **UNTOLD,
        "asset_id": number,
        "data_day": at,
        "ipc_main": symbols[0].text,
        "ipc_keys": [symbol.sort_key for symbol in symbols],
    }
    for name, value in given.items():
        if name in ASSETS and name != "ipc":
            asset[name] = _typed(value, ASSETS[name])
    for name, kind in ASSETS.items():
        if asset.get(name) is None:
            asset[name] = [] if kind.startswith("array") else "" if kind == "string" else None
    return asset


def _pledges(number: int, given: Given) -> list[dict[str, Any]]:
    """One pledge contract, told at each patent that it names with its whole amount."""
    if "pledge_cny" not in given:
        return []
    contract = {
        "event": "pledge_registered",
        "event_date": parse_date(str(given["pledged_on"])),
        "number": f"Y{number}",
        "amount_cny": float(Decimal(str(given["pledge_cny"]))),
    }
    others = [1_000_000 + 1_000 * number + more for more in range(int(str(given.get("pledged_patents", 1))) - 1)]
    return [{**contract, "event_id": asset, "asset_id": asset} for asset in (number, *others)]


def _table(rows: list[dict[str, Any]], schema: Mapping[str, str]) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pylist(rows, schema=ibis.schema(dict(schema)).to_pyarrow()))


def _typed(value: object, kind: str) -> Any:
    if kind.startswith("array"):
        return [str(one) for one in _list(value)]
    if kind == "date":
        return parse_date(str(value))
    return int(str(value)) if kind.startswith("int") else str(value)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []

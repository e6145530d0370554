"""What may be shown on a day, kept for single questions: offer states and groups of a register's version.

The gate looks at every right and its events; a question must not wait for that. What it found is kept by the version
of the register and the day it was judged for, so that nothing of it can be out of date, and is judged anew otherwise.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from panhuo.adapters.files.home import Home
from panhuo.adapters.files.settled import UNREADABLE
from panhuo.cli.match_job import MatchJob
from panhuo.cli.register_gate import grouped
from panhuo.engine.matching.listing import GroupColumns, group_columns

if TYPE_CHECKING:
    from panhuo.adapters.tables.protocol import Tables
    from panhuo.engine.ports import Ids
    from panhuo.rules import InForce

FOLDER = "offers"
KEPT_DAYS = 8
"""Files of so many days and statuses are kept, the latest."""
CODED = ("offer_state", "bars", "notes", "status")
GROUPED = ("ids", "families", "preferred", "series", "teams")
DAY_ZERO = date(1970, 1, 1)
NO_DAY = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class OfferTable:
    """Rights that passed the gate. ids: ascending; codes: of CODED, places in values; expires: days since 1970.

    left_out: how many did not pass; by_reason: a right may have several.
    """

    ids: Ids
    codes: Mapping[str, Any]
    values: Mapping[str, list[str]]
    expires: Any
    groups: GroupColumns
    left_out: int
    by_reason: Mapping[str, int]

    def of(self, asset_id: int) -> dict[str, Any]:
        """The gate's columns of one of ids."""
        row = int(np.searchsorted(self.ids, asset_id))
        told: dict[str, Any] = {name: self.values[name][self.codes[name][row]] for name in CODED}
        days = int(self.expires[row])
        return {**told, "expires_on": None if days == NO_DAY else DAY_ZERO + timedelta(days=days)}


def offer_table(place: Home, version: str, rules: InForce, *, unknown_too: bool) -> OfferTable | None:
    """What is kept of this version of the register and this day; None where it has not been judged."""
    return _read(_path(place, version, rules, unknown_too=unknown_too))


def judge_offers(place: Home, job: MatchJob, rules: InForce, *, unknown_too: bool) -> OfferTable:
    """Judge every patent of the register as at the day, and keep what is found."""
    path = _path(place, job.projection.version, rules, unknown_too=unknown_too)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    arrays, said = _judged(job.tables, rules, draft, unknown_too=unknown_too)
    _, members = grouped(job.tables, rules, set(arrays["ids"].tolist()))
    groups = group_columns(members)
    for name in GROUPED:
        arrays[f"group_{name}"] = getattr(groups, name)
    said["team_names"] = list(groups.team_names)
    with draft.open("wb") as handle:
        np.savez(handle, said=np.array(json.dumps(said)), **arrays)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(draft, path)
    _tidy(path.parent)
    found = _read(path)
    if found is None:
        raise OSError(f"{path} cannot be read back")
    return found


def _path(place: Home, version: str, rules: InForce, *, unknown_too: bool) -> Path:
    status = "any" if unknown_too else "offerable"
    return place.cache / FOLDER / f"{version}-{rules.day}-{status}.npz"


def _judged(tables: Tables, rules: InForce, draft: Path, *, unknown_too: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the gate says of every right, in columns."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from panhuo.cli.register_gate import judged
    from panhuo.engine.matching.offerable import OfferState

    states = judged(tables, tables["assets"], rules)
    spill = draft.with_suffix(".parquet")
    try:
        tables.write_parquet(states.select("asset_id", *CODED, "expires_on"), spill)
        told = pq.read_table(spill).sort_by("asset_id")
    finally:
        spill.unlink(missing_ok=True)
    passing = [OfferState.OFFERABLE.value, *([OfferState.UNKNOWN.value] if unknown_too else [])]
    passes = pc.is_in(told["offer_state"], pa.array(passing))
    barred = pc.value_counts(told.filter(pc.invert(passes))["bars"].combine_chunks())
    reasons: Counter[str] = Counter()
    for entry in barred.to_pylist():
        for code in filter(None, entry["values"].split(";")):
            reasons[code] += entry["counts"]
    kept = told.filter(passes)
    arrays: dict[str, Any] = {"ids": kept["asset_id"].to_numpy()}
    values: dict[str, list[str]] = {}
    for name in CODED:
        coded = kept[name].fill_null("").combine_chunks().dictionary_encode()
        arrays[name], values[name] = coded.indices.to_numpy(), coded.dictionary.to_pylist()
    arrays["expires"] = kept["expires_on"].cast(pa.int32()).fill_null(NO_DAY).to_numpy()
    said = {"values": values, "left_out": len(told) - len(kept), "by_reason": dict(sorted(reasons.items()))}
    return arrays, said


def _read(path: Path) -> OfferTable | None:
    try:
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as kept:
            said = json.loads(str(kept["said"]))
            groups = GroupColumns(
                **{name: kept[f"group_{name}"] for name in GROUPED}, team_names=tuple(said["team_names"])
            )
            return OfferTable(
                kept["ids"],
                {name: kept[name] for name in CODED},
                said["values"],
                kept["expires"],
                groups,
                said["left_out"],
                said["by_reason"],
            )
    except UNREADABLE:
        return None


def drop_offers(place: Home) -> None:
    """Throw away what is kept of all days; the next search judges anew."""
    shutil.rmtree(place.cache / FOLDER, ignore_errors=True)


def _tidy(folder: Path) -> None:
    files = sorted(folder.glob("*.npz"), key=lambda file: file.stat().st_mtime)
    for old in files[:-KEPT_DAYS]:
        old.unlink(missing_ok=True)

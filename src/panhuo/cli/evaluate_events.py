"""The grade as at a day held against what happened afterwards: survival, transfer, licence, pledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from panhuo.terms.dates import add_years
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import IpType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from panhuo.adapters.readers.grade_scores import GivenScore
    from panhuo.adapters.readers.value_sets import EventExport
    from panhuo.desk.registry.event_trial import Trial
    from panhuo.engine.evaluation.grade_card import Beside
    from panhuo.engine.pair_scorers import Doubles
    from panhuo.rules import InForce

KIND = "later_events"
HEADLINE = "any_deal"
PREDICTED = ("transfer", "any_deal")
FEWEST = 2
Columns = Mapping[str, Sequence[Any]]


def evaluate_events(
    export: EventExport,
    rules: InForce,
    scene: str,
    scratch: Path,
    given: Mapping[int, GivenScore] | None,
    *,
    splits: Sequence[date],
    years: int,
) -> dict[str, Any]:
    """Figures of our grade on each split, or of given scores with ours beside them; the latest split stands on top."""
    from panhuo.desk.registry.event_trial import event_trial

    with event_trial(export.sources, rules, scratch, today=rules.day) as trial:
        days = sorted(set(splits)) or _usual_splits(trial.last_day, years)
        asset_scores = None if given is None else _of_assets(export, trial, given)
        found = [_split(trial, rules, scene, day, years, asset_scores) for day in days]
        rejected = trial.rejected
    head = found[-1]
    top = head["events"][HEADLINE]
    ours = {} if given is None else {"ours": top.get("baselines", {}).get("our_grade")}
    return {
        "kind": KIND,
        "judged": "grade" if given is None else "scores",
        "outcome": HEADLINE,
        **{name: top.get(name) for name in ("spearman", "top_decile_lift", "auc", "intervals", "baselines")},
        **ours,
        **({"cannot_say": top["cannot_say"]} if "cannot_say" in top else {}),
        "rows": head["rights"],
        "rows_in_files": len(export.keys),
        "left_out": {"rejected": rejected} if rejected else {},
        "confidence": head["confidence"],
        "columns": _columns_read(export),
        "dropped": _dropped(export),
        "split": head["split"],
        "splits": found,
        "oecd": {
            name: {"cannot_say": "citations_are_counts_without_numbers_and_days"}
            for name in ("generality", "originality", "radicalness")
        },
        "files": list(export.files),
    }


def _usual_splits(last: date | None, years: int) -> list[date]:
    """One so that the whole span of years lies before the last event, and one a year earlier."""
    if last is None:
        raise DomainError(
            "The export tells no dated event of a Chinese right, so nothing can be split in time. Export the legal "
            "status with its days (INPADOC法律状态 or an event list).",
            code="no_dated_events",
        )
    return [add_years(last, -years - 1), add_years(last, -years)]


def _of_assets(export: EventExport, trial: Trial, given: Mapping[int, GivenScore]) -> dict[int, float]:
    """Mean of the scores of the rows that tell one asset (application and grant are rows of one)."""
    gathered: dict[int, list[float]] = {}
    for row, one in given.items():
        asset = next((trial.asset_of[key] for key in export.keys[row] if key in trial.asset_of), None)
        if asset is not None:
            gathered.setdefault(asset, []).append(one.score)
    return {asset: float(np.mean(several)) for asset, several in gathered.items()}


def _split(
    trial: Trial, rules: InForce, scene: str, day: date, years: int, given: Mapping[int, float] | None
) -> dict[str, Any]:
    from panhuo.engine.evaluation.grade_card import event_card
    from panhuo.engine.evaluation.later_events import OUTCOMES

    if trial.last_day is None or day >= trial.last_day:
        raise DomainError(
            f"--split {day} is not before the last dated event of the data, {trial.last_day}. Name an earlier day.",
            code="wrong_call",
        )
    until = min(add_years(day, years), trial.last_day)
    every = _graded(trial, rules, scene, day, until)
    whole = _only(every, _has_score(every, given))
    span = (add_years(day, -years), day)
    rights = len(whole["asset_id"])
    if rights < FEWEST:
        raise DomainError(
            f"On {day} the data holds {rights} Chinese inventions and utility models in force with a score. Two are "
            "needed at least; name another day with --split, or give more data.",
            code="too_few_rows",
        )
    score = _score(whole, given)
    beside = _beside(whole, given)
    events: dict[str, Any] = {}
    for name in OUTCOMES:
        told = _told(whole[name])
        others = {other: _part(one, told) for other, one in beside.items()}
        card = event_card(_truth(whole[name])[told], score[told], others)
        events[name] = card | {"undated": int((~told).sum())}
    confidence = _numbers(whole["value_confidence"])
    past = _graded(trial, rules, scene, *span)
    past = _only(past, _has_score(past, given))
    return {
        "split": day,
        "until": until,
        "rights": rights,
        "without_score": len(every["asset_id"]) - rights,
        "by_type": {kind: whole["ip_type"].count(kind) for kind in (IpType.INVENTION, IpType.UTILITY_MODEL)},
        "confidence": {
            "mean": round(float(confidence.mean()), 6),
            "least": float(confidence.min()),
            "most": float(confidence.max()),
        },
        "events": events,
        "strata": _strata(whole, score),
        "prediction": {name: {"fitted_on": list(span), **_prediction(past, whole, given, name)} for name in PREDICTED},
    }


def _graded(trial: Trial, rules: InForce, scene: str, day: date, until: date) -> Columns:
    from panhuo.desk.registry.event_trial import graded_then

    return graded_then(trial, rules_then(rules, day), scene, until)


def rules_then(rules: InForce, day: date) -> InForce:
    """The rules of a day; where the pack has none yet for a name, that of rules.day is supposed."""
    pack = rules.source_pack
    later = [name for name, parameter in pack.parameters.items() if parameter.on(day) is None]
    known = {name: dated.value for name in later if (dated := pack.parameters[name].on(rules.day)) is not None}
    return pack.at(day).supposing(known)


def _has_score(columns: Columns, given: Mapping[int, float] | None) -> list[bool]:
    ours = [score is not None for score in columns["value_score"]]
    if given is None:
        return ours
    return [told and asset in given for told, asset in zip(ours, columns["asset_id"], strict=True)]


def _only(columns: Columns, kept: Sequence[bool]) -> dict[str, list[Any]]:
    return {name: [value for value, keep in zip(column, kept, strict=True) if keep] for name, column in columns.items()}


def _score(columns: Columns, given: Mapping[int, float] | None) -> Doubles:
    if given is None:
        return _numbers(columns["value_score"])
    return np.array([given[asset] for asset in columns["asset_id"]])


def _beside(columns: Columns, given: Mapping[int, float] | None) -> dict[str, Beside]:
    from panhuo.engine.evaluation.grade_card import RANDOM, Beside, random_values

    undated = "as the export tells it, without a day: may hold what came after the split"
    found = {} if given is None else {"our_grade": Beside(_numbers(columns["value_score"]))}
    return found | {
        "claims": Beside(_numbers(columns["claims"]), why_not="no_such_column"),
        "family": Beside(_numbers(columns["family"]), note=undated, why_not="no_such_column"),
        "ipc_symbols": Beside(_numbers(columns["ipc_symbols"])),
        "age_years": Beside(_numbers(columns["age_years"])),
        "invention": Beside(np.array([float(kind == IpType.INVENTION) for kind in columns["ip_type"]])),
        RANDOM: Beside(random_values(len(columns["asset_id"]))),
    }


def _part(one: Beside, told: NDArray[np.bool_]) -> Beside:
    from dataclasses import replace

    return one if one.values is None else replace(one, values=one.values[told])


def _strata(columns: Columns, score: Doubles) -> dict[str, Any]:
    """The same by type of right, without baselines."""
    from panhuo.engine.evaluation.grade_card import event_card

    kinds = np.array(columns["ip_type"])
    found: dict[str, Any] = {}
    for kind in (IpType.INVENTION, IpType.UTILITY_MODEL):
        found[kind] = {}
        for name in ("survival", HEADLINE):
            told = _told(columns[name]) & (kinds == kind)
            if told.any():
                found[kind][name] = event_card(_truth(columns[name])[told], score[told], {})
    return found


def _prediction(past: Columns, asked: Columns, given: Mapping[int, float] | None, name: str) -> dict[str, Any]:
    """A logistic regression fitted to what happened in the years before the split, tried on what happened after it."""
    from panhuo.engine.evaluation.grade_card import FEWEST_EVENTS, event_card, probability_card
    from panhuo.engine.evaluation.learned_scores import fit_logistic

    known, told = _told(past[name]), _told(asked[name])
    before, after = _truth(past[name])[known], _truth(asked[name])[told]
    said: dict[str, Any] = {"fitted_rights": len(before), "fitted_events": int(before.sum())}
    seen = set(np.array(past["asset_id"])[known].tolist()) & set(np.array(asked["asset_id"])[told].tolist())
    said |= {"rights_in_both": len(seen), "columns": list(_features(past, given)[0])}
    model = None
    if FEWEST_EVENTS <= before.sum() <= len(before) - FEWEST_EVENTS:
        model = fit_logistic(_features(past, given)[1][known], before)
    if model is None:
        return said | {"cannot_say": "too_few_events_before"}
    probability = model.probabilities(_features(asked, given)[1][told])
    card = event_card(after, probability, {})
    return said | card | (probability_card(after, probability) if "cannot_say" not in card else {})


def _features(columns: Columns, given: Mapping[int, float] | None) -> tuple[tuple[str, ...], Doubles]:
    """Given scores alone; else the score by part, age and type of right."""
    from panhuo.desk.registry.event_trial import PARTS

    if given is not None:
        return ("score",), _score(columns, given)[:, None]
    names = tuple(name for name in (*PARTS, "age_years") if name in columns)
    model = [float(kind == IpType.UTILITY_MODEL) for kind in columns["ip_type"]]
    return (*names, "utility_model"), np.column_stack([*(_numbers(columns[name]) for name in names), model])


def _columns_read(export: EventExport) -> list[dict[str, str]]:
    from panhuo.desk.registry.event_trial import INPUTS

    return [
        {"column": heading, "field": name, "role": "input"} for name, heading in export.fields.items() if name in INPUTS
    ]


def _dropped(export: EventExport) -> list[dict[str, str]]:
    """Columns that are no input, with the reason: without a day, or unknown to the reader."""
    from panhuo.desk.registry.event_trial import INPUTS, NO_RULE

    undated = [
        {"column": heading, "field": name, "why": "no_rule" if name in NO_RULE else "undated"}
        for name, heading in export.fields.items()
        if name not in INPUTS
    ]
    told = set(export.fields.values())
    return undated + [{"column": one, "field": "", "why": "not_read"} for one in export.headings if one not in told]


def _numbers(column: Sequence[Any]) -> Doubles:
    return np.array([np.nan if value is None else value for value in column], float)


def _told(column: Sequence[Any]) -> NDArray[np.bool_]:
    return np.array([value is not None for value in column], bool)


def _truth(column: Sequence[Any]) -> NDArray[np.bool_]:
    return np.array([value is True for value in column], bool)

"""Figures of a score beside baselines, as plain numbers: what panhuo evaluate grade answers and shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.evaluation.measures import SEED
from panhuo.engine.evaluation.rank_measures import (
    Measure,
    Sampled,
    auc_of,
    difference,
    ordered,
    sampled,
    spearman_of,
    top_events,
    top_overlap,
)
from panhuo.engine.evaluation.reliability import reliability
from panhuo.engine.pair_scorers import Doubles

OURS = "score"
RANDOM = "random"
COUNT_MEASURES: Mapping[str, Measure] = {"spearman": spearman_of, "top_decile_lift": top_overlap}
EVENT_MEASURES: Mapping[str, Measure] = {"auc": auc_of, "spearman": spearman_of, "top_decile_lift": top_events}
FEWEST_EVENTS = 5
"""Of rights with and of rights without an event; below that no figure of the event is told."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A ranking that the score is compared with. values: (n,), NaN where not told; why_not: why there are none."""

    values: Doubles | None
    note: str = ""
    why_not: str = ""


def random_values(rows: int) -> Doubles:
    """A ranking by chance, always the same one for as many rows."""
    return np.random.default_rng(SEED).random(rows)


def score_card(
    outcome: Doubles, score: Doubles, others: Mapping[str, Beside], measures: Mapping[str, Measure]
) -> dict[str, Any]:
    """Measures of a score with intervals, and per baseline the same, on the rows for which it has a value.

    outcome, score: (n,), finite. others: by name. Each baseline tells rows, its figures and intervals, and
    `difference`: how much greater the score's figure is on the same rows and draws, with its interval.
    """
    whole = {name: one.values for name, one in others.items() if one.values is not None and _is_told(one).all()}
    ranked = {OURS: score, **whole}
    found = sampled(measures, ordered(outcome), {name: ordered(values) for name, values in ranked.items()})
    baselines: dict[str, Any] = {}
    for name, one in others.items():
        if name in found:
            baselines[name] = _beside(found[OURS], found[name], len(outcome), one.note)
        elif one.values is None or not (told := _is_told(one)).any():
            baselines[name] = {"rows": 0, "cannot_say": one.why_not or "not_told"}
        else:
            pair = {OURS: ordered(score[told]), name: ordered(one.values[told])}
            part = sampled(measures, ordered(outcome[told]), pair)
            baselines[name] = _beside(part[OURS], part[name], int(told.sum()), one.note)
    return {**_figures(found[OURS]), "baselines": baselines}


def event_card(happened: NDArray[np.bool_], score: Doubles, others: Mapping[str, Beside]) -> dict[str, Any]:
    """score_card of an event with the number of events; cannot_say where FEWEST_EVENTS are not reached."""
    events = int(happened.sum())
    said: dict[str, Any] = {"rows": len(happened), "events": events}
    if min(events, len(happened) - events) < FEWEST_EVENTS:
        return {**said, "cannot_say": "too_few_events"}
    return said | score_card(happened.astype(float), score, others, EVENT_MEASURES)


def probability_card(happened: NDArray[np.bool_], said: Doubles) -> dict[str, Any]:
    """Whether probabilities, (n,), mean what they say: calibration error over bins, Brier score, and those bins."""
    meaning = reliability(said, happened, np.arange(len(said)))
    return {
        "expected_calibration_error": meaning.expected_error,
        "brier": meaning.brier,
        "mean_probability": round(float(said.mean()), 6),
        "share_of_events": round(float(happened.mean()), 6),
        "reliability": [
            {
                "rows": one.pairs,
                "low": one.low,
                "high": one.high,
                "predicted": one.predicted,
                "observed": one.observed,
                "interval": list(one.interval) if one.interval else None,
            }
            for one in meaning.bins
        ],
    }


def not_beaten(card: Mapping[str, Any], measure: str, names: Collection[str], *, turned: bool) -> list[str]:
    """Baselines among names whose figure is not below the score's, the highest first; turned: with its sign changed."""
    figures = {name: card["baselines"][name].get(measure) for name in names}
    known = {name: -figure if turned else figure for name, figure in figures.items() if figure is not None}
    ours = card[measure]
    return sorted(
        (one for one, figure in known.items() if ours is not None and figure >= ours), key=lambda n: -known[n]
    )


def _beside(ours: Mapping[str, Sampled], theirs: Mapping[str, Sampled], rows: int, note: str) -> dict[str, Any]:
    gaps = {
        name: {"value": _less(ours[name], one), "interval": _listed(difference(ours[name], one))}
        for name, one in theirs.items()
    }
    return {"rows": rows, **_figures(theirs), "difference": gaps} | ({"note": note} if note else {})


def _figures(found: Mapping[str, Sampled]) -> dict[str, Any]:
    return {
        **{name: one.value for name, one in found.items()},
        "intervals": {name: _listed(one.interval) for name, one in found.items()},
    }


def _is_told(one: Beside) -> NDArray[np.bool_]:
    return np.isfinite(one.values) if one.values is not None else np.zeros(0, bool)


def _less(one: Sampled, other: Sampled) -> float | None:
    return None if one.value is None or other.value is None else round(one.value - other.value, 6)


def _listed(pair: tuple[float, float] | None) -> list[float] | None:
    return list(pair) if pair else None

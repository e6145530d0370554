"""The grade of patents that a file tells only counts of, held against later citations: panhuo evaluate grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from panhuo.terms.kinds import IpType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from panhuo.adapters.readers.grade_scores import GivenScore
    from panhuo.adapters.readers.value_sets import CountSet
    from panhuo.engine.evaluation.grade_card import Beside
    from panhuo.engine.grading import Scheme
    from panhuo.engine.pair_scorers import Doubles
    from panhuo.rules import InForce

KIND = "later_citations"
CHUNK = 20_000
STEPS = {"claims": "claims_count", "family": "family_count", "inventors": "inventors_count"} | {
    "claim_length": "first_claim_length",
    "backward_citations": "cites_count",
}
"""Fields of the data set -> columns of the projection that hold the same."""


@dataclass(frozen=True, slots=True)
class Graded:
    """Grades of the rows. leaves: points of each indicator, NaN where nobody can say."""

    scores: Doubles
    confidence: Doubles
    leaves: Mapping[str, Doubles]


def evaluate_counts(
    counts: CountSet, rules: InForce, scene: str, scratch: Path, given: Mapping[int, GivenScore] | None
) -> dict[str, Any]:
    """Figures of our grade on a set of counts, or of given scores with ours beside them on the same rows."""
    from panhuo.engine.evaluation.grade_card import COUNT_MEASURES, not_beaten, score_card
    from panhuo.engine.grading import read_scheme

    graded = grade_counts(counts, rules, scene, scratch)
    chosen = _chosen(counts.numbers, given)
    outcome = counts.columns["forward_citations"][chosen]
    others = _beside(counts, rules, graded, chosen, given)
    score = graded.scores if given is None else _given(counts.numbers, given)
    card = score_card(outcome, score[chosen], others, COUNT_MEASURES)
    single = [row["field"] for row in rules.table("evaluation_fields") if row["field"] in others]
    return {
        "kind": KIND,
        "judged": "grade" if given is None else "scores",
        **card,
        **({} if given is None else {"ours": card["baselines"]["our_grade"]}),
        "not_beaten": not_beaten(card, "spearman", single, turned=False),
        "not_beaten_turned": not_beaten(card, "spearman", single, turned=True),
        "rows": int(chosen.sum()),
        "rows_in_files": counts.rows,
        "left_out": dict(counts.left_out),
        "without_score": int((~chosen).sum()),
        "by_grade": _by_grade(counts.numbers, counts.columns["forward_citations"], given),
        "confidence": _confidence(graded),
        "columns": _columns(counts, rules),
        "dropped": [{"column": one, "why": "not_known_column"} for one in counts.not_read],
        "bad_cells": dict(counts.bad_cells),
        "indicators": _indicators(graded, read_scheme(rules, scene)),
        "split": None,
        "oecd": {name: {"cannot_say": "no_classes_of_citing_patents"} for name in ("generality",)}
        | {name: {"cannot_say": "no_classes_of_cited_patents"} for name in ("originality", "radicalness")},
        "files": list(counts.files),
    }


def grade_counts(counts: CountSet, rules: InForce, scene: str, scratch: Path) -> Graded:
    """Our grade of each row by the engine's own expression, over a projection made of the rows.

    The rows are one field without classes and years, so that all are peers of all. Nothing that is not told is made
    up but the kind of patent, which is an invention unless the text says 实用新型.
    """
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.desk.registry.export import write_table
    from panhuo.desk.registry.grading import MEMORY, graded_tables
    from panhuo.engine.grading import read_scheme
    from panhuo.engine.records.fields import TABLES

    paths = {name: scratch / f"{name}.parquet" for name in ("assets", "events")}
    write_table(paths["assets"], TABLES["assets"], _assets(counts, rules))
    write_table(paths["events"], TABLES["events"], ())
    leaves = [one.code for one in read_scheme(rules, scene).leaves]
    wanted = ["value_score", "value_confidence", *(f"score_{code}" for code in leaves)]
    with open_tables(paths, memory_limit=MEMORY) as tables:
        graded = graded_tables(tables, scratch, rules, scene=scene, all_are_peers=True)
        tables.write_parquet(graded.unpacked().select("asset_id", *wanted), scratch / "graded.parquet")
        stored = tables.add("graded", scratch / "graded.parquet").order_by("asset_id").select(*wanted)
        rows = np.array([[np.nan if cell is None else cell for cell in row] for row in tables.rows(stored)], float)
    return Graded(rows[:, 0], rows[:, 1], {code: rows[:, place + 2] for place, code in enumerate(leaves)})


def _assets(counts: CountSet, rules: InForce) -> Iterator[list[tuple[Any, ...]]]:
    from panhuo.engine.records.fields import ASSETS

    empty = {"string": "", "array<string>": []}
    nothing: dict[str, Any] = {name: empty.get(kind) for name, kind in ASSETS.items()}
    known = all_claims(counts)
    told = {column: known[name] for name, column in STEPS.items() if name in known}
    total = len(counts.numbers)
    for start in range(0, total, CHUNK):
        chunk = []
        for place in range(start, min(start + CHUNK, total)):
            kind = IpType.UTILITY_MODEL if counts.is_utility_model[place] else IpType.INVENTION
            figures = {name: _whole(column[place]) for name, column in told.items()}
            chunk.append((nothing | {"asset_id": place, "ip_type": kind, "data_day": rules.day} | figures).values())
        yield [tuple(row) for row in chunk]


def all_claims(counts: CountSet) -> dict[str, Doubles]:
    """The columns of a set with `claims` added where it tells independent and dependent claims apart."""
    told = dict(counts.columns)
    parts = [told[name] for name in ("independent_claims", "dependent_claims") if name in told]
    if "claims" not in told and len(parts) == 2:
        told["claims"] = parts[0] + parts[1]
    return told


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else min(int(value), 2**31 - 1)


def _chosen(numbers: NDArray[np.int64], given: Mapping[int, GivenScore] | None) -> NDArray[np.bool_]:
    from panhuo.terms.errors import DomainError

    if given is None:
        return np.ones(len(numbers), bool)
    chosen = np.isin(numbers, list(given))
    if chosen.sum() < 2:
        raise DomainError(
            f"--scores has a score for {int(chosen.sum())} of the rows that tell later citations. Two are needed at "
            "least.",
            code="too_few_scores",
        )
    return chosen


def _given(numbers: NDArray[np.int64], given: Mapping[int, GivenScore]) -> Doubles:
    return np.array([given[number].score if number in given else np.nan for number in numbers.tolist()])


def _beside(
    counts: CountSet,
    rules: InForce,
    graded: Graded,
    chosen: NDArray[np.bool_],
    given: Mapping[int, GivenScore] | None,
) -> dict[str, Beside]:
    """Each column that is known at filing by itself, all of them learnt, chance, and our grade beside given scores."""
    from panhuo.engine.evaluation.grade_card import RANDOM, Beside, random_values
    from panhuo.engine.evaluation.learned_scores import cross_validated_ranks

    roles = {row["field"]: row for row in rules.table("evaluation_fields")}
    known = all_claims(counts)
    found = {} if given is None else {"our_grade": Beside(graded.scores)}
    for name in ("claims", "family"):
        found[name] = Beside(None, why_not="no_such_column")
    columns = {name: known[name] for name in roles if name in known and roles[name]["role"] in ("input", "no_rule")}
    found |= {name: Beside(column, note=roles[name]["role"]) for name, column in columns.items()}
    found = {name: replace(one, values=one.values[chosen]) if one.values is not None else one
             for name, one in found.items()}  # fmt: skip
    held = np.stack([column[chosen] for column in columns.values()], axis=1)
    learned = cross_validated_ranks(held, known["forward_citations"][chosen])
    found["learned_cross_validated"] = Beside(learned, note="fitted to other rows of this file; no grade of ours")
    found[RANDOM] = Beside(random_values(int(chosen.sum())))
    return found


def _by_grade(
    numbers: NDArray[np.int64], outcome: Doubles, given: Mapping[int, GivenScore] | None
) -> dict[str, dict[str, float]]:
    """Rows and mean outcome of each letter that --scores tells."""
    found: dict[str, list[float]] = {}
    for number, value in zip(numbers.tolist(), outcome.tolist(), strict=True):
        if given is not None and number in given and given[number].grade:
            found.setdefault(given[number].grade, []).append(value)
    return {
        letter: {"rows": len(values), "mean_outcome": round(float(np.mean(values)), 6)}
        for letter, values in sorted(found.items())
    }


def _confidence(graded: Graded) -> dict[str, float]:
    told = graded.confidence
    return {"mean": round(float(told.mean()), 6), "least": float(told.min()), "most": float(told.max())}


def _columns(counts: CountSet, rules: InForce) -> list[dict[str, str]]:
    """Each known column: heading, field, role and what the grade makes of it; role missing where the files lack it."""
    found = []
    parts = {"independent_claims", "dependent_claims"} & counts.headings.keys()
    for row in rules.table("evaluation_fields"):
        name, heading = row["field"], counts.headings.get(row["field"], "")
        role = row["role"] if heading else "missing"
        if name == "claims" and len(parts) == 2 and not heading:
            heading, role = " + ".join(counts.headings[one] for one in sorted(parts, reverse=True)), row["role"]
        elif name in parts and ("claims" in counts.headings or len(parts) < 2):
            role = "no_rule"
        said = {"zh": row["zh"], "read_as_zh": row["read_as_zh"], "read_as": row["read_as"]}
        found.append({"column": heading, "field": name, "role": role, **said})
    return found


def _indicators(graded: Graded, scheme: Scheme) -> dict[str, list[str]]:
    """Leaves of the scheme by what they tell here: differing between rows, the same for all, or nothing."""
    found: dict[str, list[str]] = {"differ": [], "same_for_all": [], "not_told": []}
    for one in scheme.leaves:
        values = Counter(np.nan_to_num(graded.leaves[one.code], nan=-1.0).tolist())
        state = "differ" if len(values) > 1 else "not_told" if -1.0 in values else "same_for_all"
        found[state].append(one.code)
    return found

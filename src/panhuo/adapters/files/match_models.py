"""Versions of the learned ranking of an installation: models/match/<n>.json in its home, none is ever changed.

in_force.json names the version that is used; it is written last and whole, so that a kill at any moment leaves the
version before in force. Version 0 is the ranking that has learnt nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

from panhuo.adapters.files.home import Home
from panhuo.adapters.writers.atomic import whole_file
from panhuo.engine.matching.level_weights import LevelWeights, weights_from_numbers
from panhuo.engine.matching.levels import LineLevels, level_prior_of_lines
from panhuo.rules import InForce
from panhuo.terms.errors import BadValue, DomainError

FORMAT = 1
UNLABELLED = 0


@dataclass(frozen=True, slots=True)
class LineVersion:
    """Weights of the lines of panhuo match; folds: of the cross-validation; figures: what was measured."""

    weights: LevelWeights
    folds: tuple[LevelWeights, ...]
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One version. digest: of the judged pairs; encoder: that its columns were made with; note: why it was published.

    folds: weights of the cross-validation; left_out: digest of a need's title -> the fold that was learnt without it.
    figures: what was measured when it was published. lines: None in versions made before lines were learnt.
    """

    number: int
    day: date
    note: str
    digest: str
    encoder: str
    pack_version: str
    weights: LevelWeights
    folds: tuple[LevelWeights, ...]
    left_out: Mapping[str, int]
    figures: Mapping[str, Any]
    lines: LineVersion | None = None

    @property
    def name(self) -> str:
        return f"version {self.number} of {self.day}"

    def weights_for(self, title: str) -> LevelWeights:
        """Weights that have not seen the need of this title: those of its fold, or the last ones for a new need."""
        fold = self.left_out.get(title_digest(title))
        return self.weights if fold is None else self.folds[fold]

    def line_weights_for(self, title: str) -> LevelWeights | None:
        """The same of lines; None where the version has none."""
        if self.lines is None:
            return None
        fold = self.left_out.get(title_digest(title))
        return self.lines.weights if fold is None else self.lines.folds[fold]


def title_digest(title: str) -> str:
    """Sixteen hexadecimal characters: a need can be recognised by them, not read."""
    return blake2b(title.encode(), digest_size=8).hexdigest()


def models_folder(home: Home) -> Path:
    return home.root / "models" / "match"


def model_numbers(home: Home) -> list[int]:
    """All versions that are kept, ascending."""
    return sorted(int(path.stem) for path in models_folder(home).glob("*.json") if path.stem.isdecimal())


def number_in_force(home: Home) -> int:
    """UNLABELLED where nothing was published. Raises: DomainError code bad_model where its file is damaged."""
    path = models_folder(home) / "in_force.json"
    if not path.exists():
        return UNLABELLED
    try:
        return int(json.loads(path.read_text("utf-8"))["version"])
    except (ValueError, KeyError, TypeError, OSError):
        raise DomainError(
            f"{path} is damaged. Name the version to use: panhuo learn match --use N.",
            code="bad_model",
            file=str(path),
        ) from None


def model_in_force(home: Home) -> ModelVersion | None:
    """The version that is used, None for UNLABELLED. Raises: DomainError bad_model, no_model."""
    number = number_in_force(home)
    return read_model(home, number) if number != UNLABELLED else None


def read_model(home: Home, number: int) -> ModelVersion:
    """Raises: DomainError code no_model where it does not exist, bad_model where its file is damaged."""
    path = models_folder(home) / f"{number}.json"
    if not path.exists():
        kept = ", ".join(map(str, model_numbers(home))) or "none"
        raise DomainError(f"There is no version {number} of the learned ranking; kept: {kept}.", code="no_model")
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["format"] != FORMAT:
            raise ValueError
        found = ModelVersion(
            number,
            date.fromisoformat(told["day"]),
            str(told["note"]),
            str(told["digest"]),
            str(told["encoder"]),
            str(told["pack_version"]),
            weights_from_numbers(told["weights"]),
            tuple(weights_from_numbers(one) for one in told["folds"]),
            {str(title): int(fold) for title, fold in told["left_out"].items()},
            told["figures"],
            _lines(told["lines"]) if told.get("lines") else None,
        )
        folds = min(len(found.folds), len(found.lines.folds)) if found.lines else len(found.folds)
        if not all(0 <= fold < folds for fold in found.left_out.values()):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, OSError, BadValue):
        raise DomainError(
            f"{path} is damaged or of another release. Use another version (panhuo learn match --list, --use N) or "
            "learn anew.",
            code="bad_model",
            file=str(path),
        ) from None
    return found


def _lines(told: Mapping[str, Any]) -> LineVersion:
    return LineVersion(
        weights_from_numbers(told["weights"]),
        tuple(weights_from_numbers(one) for one in told["folds"]),
        told["figures"],
    )


def line_levels(home: Home, rules: InForce) -> LineLevels:
    """What lines of panhuo match mean in this home: by the version in force, else by the pack.

    Raises: DomainError bad_model, no_model, other_encoder; BadValue bad_weights where it was learnt of other columns.
    """
    prior = level_prior_of_lines(rules)
    version = model_in_force(home)
    if version is None or version.lines is None:
        return LineLevels(prior)
    if version.encoder != home.encoder:
        raise DomainError(
            f"Version {version.number} in force was learnt with the encoder {version.encoder}; this home now uses "
            f"{home.encoder}, whose scores mean something else. Learn anew (panhuo learn match), go back to that "
            f"encoder (panhuo encoder {version.encoder}), or to the pack (panhuo learn match --use 0).",
            code="other_encoder",
        )
    return LineLevels(prior, version.lines.weights, version.number)


def next_number(home: Home) -> int:
    return max(model_numbers(home), default=UNLABELLED) + 1


def publish_model(home: Home, version: ModelVersion) -> None:
    """Keep a version and put it into force. Call it under `writing`. Raises: DomainError cannot_write, model_exists."""
    path = models_folder(home) / f"{version.number}.json"
    if path.exists():
        raise DomainError(f"{path} exists, and versions are never changed.", code="model_exists", file=str(path))
    told: dict[str, Any] = {
        "format": FORMAT,
        "day": version.day.isoformat(),
        "note": version.note,
        "digest": version.digest,
        "encoder": version.encoder,
        "pack_version": version.pack_version,
        "weights": version.weights.as_numbers(),
        "folds": [one.as_numbers() for one in version.folds],
        "left_out": dict(version.left_out),
        "figures": dict(version.figures),
    }
    if version.lines is not None:
        told["lines"] = {
            "weights": version.lines.weights.as_numbers(),
            "folds": [one.as_numbers() for one in version.lines.folds],
            "figures": dict(version.lines.figures),
        }
    with whole_file(path) as draft:
        draft.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    use_model(home, version.number)


def use_model(home: Home, number: int) -> None:
    """Put a kept version into force, or UNLABELLED. Call it under `writing`.

    Raises: DomainError no_model, bad_model.
    """
    if number != UNLABELLED:
        read_model(home, number)
    with whole_file(models_folder(home) / "in_force.json") as draft:
        draft.write_text(json.dumps({"version": number}), encoding="utf-8")

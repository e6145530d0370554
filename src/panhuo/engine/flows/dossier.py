"""The sealed dossier of a valuation: what went in, under which rules, what came out, and whether it still does.

docs/algorithms/dossier.md says how the file is built and what each verdict means.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from panhuo.engine.flows.appraise import appraise
from panhuo.engine.sealing import Seal, canonical, differences, entries, seal, sealed
from panhuo.rules import InForce
from panhuo.rules.reading import from_text
from panhuo.terms.errors import DomainError

FORM = "panhuo dossier 1"
MOST_BYTES = 8_000_000
SYNTHETIC = "synthetic"
"""Kind of evidence that is made up: every print-out says so."""
PARTS = ("form", "content", "entries", "seal")


class BrokenDossier(DomainError):
    """A file that is no dossier, or one that cannot be read."""

    code = "broken_dossier"


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as its file tells it. content: engine, pack, inputs, evidence, results. told: the seal in the file."""

    content: Mapping[str, Any]
    told: Seal
    written: bytes

    @property
    def rules_day(self) -> date:
        return date.fromisoformat(self.content["pack"]["day"])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found.

    changed: paths of the content, or "seal", "entries", "form of the file", that are not what was sealed.
    rules: name -> (value then, value here) of rules and tables that differ in the pack here.
    figures: path -> (figure then, figure here), recomputed from the inputs under the rules of the dossier.
    engine: version then and here, where they differ.
    """

    changed: tuple[str, ...]
    rules: Mapping[str, tuple[str, str]]
    figures: Mapping[str, tuple[str, str]]
    engine: tuple[str, str] | None

    @property
    def is_sealed(self) -> bool:
        return not self.changed

    @property
    def is_reproduced(self) -> bool:
        return not self.figures


def make_dossier(
    inputs: Mapping[str, Any], rules: InForce, *, engine: str, evidence: tuple[Mapping[str, str], ...] = ()
) -> bytes:
    """The file of a new dossier. Raises: BadInputs.

    Args:
        evidence: what the inputs stand on: what, source, day, and sha256 of the file where there is one.
    """
    fresh = rules.supposing({})
    results = appraise(inputs, fresh)
    content = {
        "engine": engine,
        "pack": {
            "name": rules.pack,
            "version": rules.version,
            "digest": rules.digest,
            "day": rules.day.isoformat(),
            "reads": dict(fresh.reads),
            "statuses": {name: fresh.status_of(name) for name in fresh.reads if ":" not in name},
        },
        "inputs": json.loads(json.dumps(inputs)),
        "evidence": [dict(one) for one in evidence],
        "results": json.loads(json.dumps(results)),
    }
    return _written(content, seal(content))


def read_dossier(data: bytes) -> Dossier:
    """A dossier from its file. Raises: BrokenDossier where it is none; what was changed in it is verify()'s to say."""
    if len(data) > MOST_BYTES:
        raise BrokenDossier(f"The file is larger than {MOST_BYTES} bytes; no dossier is.")
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BrokenDossier(f"The file is no dossier: {error}.") from error
    if not isinstance(told, dict) or told.get("form") != FORM or set(told) != set(PARTS):
        raise BrokenDossier(f"The file is no dossier of the form {FORM!r}: its parts are {', '.join(PARTS)}.")
    content, digests, whole = told["content"], told["entries"], told["seal"]
    if not isinstance(content, dict) or not isinstance(digests, dict) or not isinstance(whole, str):
        raise BrokenDossier("The file is no dossier: content and entries are groups, the seal is a text.")
    return Dossier(content, Seal(whole, digests), data)


def verify(dossier: Dossier, here: InForce | None, *, engine: str) -> Verdict:
    """Whether a dossier is as it was sealed, and whether its figures come out again.

    Args:
        here: the pack of the same name on this machine at the dossier's day, None where there is none: then nothing
            is recomputed and figures name all results.
    """
    changed = _changed(dossier)
    then = _text(dossier.content.get("engine"))
    version = None if then == engine else (then, engine)
    if here is None:
        return Verdict(changed, {}, {"results": ("sealed", "not recomputed: the pack is not here")}, version)
    return Verdict(changed, _rules(dossier, here), _figures(dossier, here), version)


def _changed(dossier: Dossier) -> tuple[str, ...]:
    try:
        paths = differences(dossier.content, dossier.told)
        own = seal(dossier.content)
    except DomainError as error:
        return (error.message,)
    by_list = sealed({str(path): str(digest) for path, digest in dossier.told.entries.items()}).whole
    found = list(paths)
    if paths and own.whole == dossier.told.whole:
        found = [f"entries.{path}" for path in paths]  # the content is what was sealed, the list beside it is not
    elif by_list != dossier.told.whole and not paths:
        found = ["seal"]
    elif by_list != dossier.told.whole:
        found.append("seal")
    if not found and dossier.written != _written(dossier.content, dossier.told):
        found = ["form of the file"]
    return tuple(found)


def _rules(dossier: Dossier, here: InForce) -> dict[str, tuple[str, str]]:
    probe = here.supposing({})
    found = {}
    for name, then in _reads(dossier).items():
        now = _read_here(probe, name)
        if now != then:
            found[name] = (then, now)
    return found


def _read_here(rules: InForce, name: str) -> str:
    try:
        if name.startswith("table:"):
            rules.table(name.removeprefix("table:"))
        else:
            rules.value_or_none(name)
    except DomainError:
        return "not in the pack"
    return rules.reads[name]


def recorded_rules(dossier: Dossier, here: InForce) -> InForce:
    """The pack here with the values that the dossier read; tables are those of the pack here, verify() names them.

    Raises: UnknownRule, BadValue.
    """
    return here.supposing(
        {
            name: from_text(here.source_pack.parameter(name).unit, text)
            for name, text in _reads(dossier).items()
            if not name.startswith("table:")
        }
    )


def _figures(dossier: Dossier, here: InForce) -> dict[str, tuple[str, str]]:
    inputs = dossier.content.get("inputs")
    if not isinstance(inputs, dict):
        return {"results": ("sealed", "cannot be recomputed: the file holds no inputs")}
    try:
        then = dict(entries(dossier.content.get("results"), "results"))
        now = dict(entries(appraise(inputs, recorded_rules(dossier, here)), "results"))
    except (DomainError, ValueError, ArithmeticError) as error:  # rules of a foreign file may fit no formula
        said = error.message if isinstance(error, DomainError) else "a rule's value in the file fits no formula"
        return {"results": ("sealed", f"cannot be recomputed: {said}")}
    paths = sorted({*then, *now})
    return {path: (then.get(path, "-"), now.get(path, "-")) for path in paths if then.get(path) != now.get(path)}


def _reads(dossier: Dossier) -> dict[str, str]:
    pack = dossier.content.get("pack")
    reads = pack.get("reads") if isinstance(pack, dict) else None
    return {str(name): _text(value) for name, value in reads.items()} if isinstance(reads, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _written(content: Mapping[str, Any], told: Seal) -> bytes:
    return canonical({"form": FORM, "content": content, "entries": dict(told.entries), "seal": told.whole})

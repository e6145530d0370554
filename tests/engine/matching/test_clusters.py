"""Clusters: a need looks only where texts near to it lie, and what it sees hangs on nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.matching.clusters import ClusterRules, Clusters, cluster_rows, fit_clusters
from panhuo.engine.ports import MixedSpaces, SpaceId, Vectors

SPACE = SpaceId("made")
RULES = ClusterRules(texts=100, count=30, share=0.25)


def made(count: int, seed: int = 0, topics: int = 10) -> Vectors:
    random = np.random.default_rng(seed)
    middles = np.random.default_rng(99).standard_normal((topics, 16))
    rows = middles[random.integers(0, topics, count)] + 0.5 * random.standard_normal((count, 16))
    return Vectors(SPACE, (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32))


TEXTS = made(600)
NEEDS = made(9, seed=1).matrix
CLUSTERS = fit_clusters(TEXTS, 600, RULES)
assert CLUSTERS is not None


def nearest(vectors: Vectors, clusters: Clusters, count: int, threads: int = 1) -> list[list[int]]:
    return cluster_rows(clusters, vectors).nearest(NEEDS, count, threads=threads).tolist()


def exactly(vectors: Vectors, count: int) -> list[list[int]]:
    products = NEEDS @ vectors.matrix.T
    return [np.lexsort((np.arange(len(row)), -row))[:count].tolist() for row in products]


def test_a_need_that_looks_everywhere_finds_the_nearest_exactly() -> None:
    every = replace(CLUSTERS, probes=len(CLUSTERS.centres))
    assert nearest(TEXTS, every, 20) == exactly(TEXTS, 20)


def test_a_need_that_looks_into_a_quarter_finds_most_of_them_and_not_all() -> None:
    assert (len(CLUSTERS.centres), CLUSTERS.probes) == (30, 8)
    found, wanted = nearest(TEXTS, CLUSTERS, 150), exactly(TEXTS, 150)
    share = np.mean([len({*one} & {*other}) / 150 for one, other in zip(found, wanted, strict=True)])
    assert 0.7 < share < 1.0, "the negative control: something is passed over"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 599), max_size=4, unique=True), st.integers(1, 3))
def test_what_a_need_sees_is_the_same_however_the_texts_are_cut(cuts: list[int], threads: int) -> None:
    whole = [{row for row in one if row >= 0} for one in nearest(TEXTS, CLUSTERS, 600)]
    parts: list[set[int]] = [set() for _ in NEEDS]
    for first, last in zip([0, *sorted(cuts)], [*sorted(cuts), 600], strict=True):
        some = nearest(Vectors(SPACE, TEXTS.matrix[first:last]), CLUSTERS, 600, threads)
        for seen, one in zip(parts, some, strict=True):
            seen |= {row + first for row in one if row >= 0}
    assert parts == whole
    assert all(0 < len(seen) < 600 for seen in whole), "the negative control: some are seen and some are not"


def test_a_cluster_that_is_nearest_to_two_centres_alike_is_the_first() -> None:
    twice = Clusters(SPACE, np.array([[1, 0], [1, 0], [0, 1]], np.float32), 1)
    texts = Vectors(SPACE, np.array([[1, 0], [0, 1], [0, 0]], np.float32))
    assert twice.labels(texts).tolist() == [0, 2, 0]
    assert twice.probed(np.array([[1, 0]], np.float32)).tolist() == [[0]]


def test_few_texts_have_no_clusters() -> None:
    assert fit_clusters(TEXTS, 99, RULES) is None
    assert fit_clusters(Vectors(SPACE, np.zeros((5, 16), np.float32)), 600, RULES) is None, "texts that say nothing"


def test_the_same_sample_gives_the_same_centres_and_another_space_is_refused() -> None:
    again = fit_clusters(TEXTS, 600, RULES)
    assert again is not None
    assert np.array_equal(again.centres, CLUSTERS.centres)
    with pytest.raises(MixedSpaces):
        CLUSTERS.labels(Vectors(SpaceId("other"), TEXTS.matrix))

"""Vectors from the own texts alone: words of one subject lie near, the arithmetic is that of a plain SVD."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.matching.lsa import LsaFit, Sparse, text_matrix, word_vectors
from panhuo.engine.matching.space import WordCounts, fit_space
from panhuo.engine.ports import IndexedText

HEAT = [["余热", "锅炉", "烟气"], ["余热", "烟气"], ["锅炉", "蒸汽", "余热"], ["蒸汽", "烟气", "锅炉"]]
CELLS = [["电池", "负极", "隔膜"], ["负极", "隔膜"], ["电池", "电解液"], ["电解液", "隔膜", "电池"]]
TEXTS = [IndexedText(tuple(words), (), ()) for words in HEAT + CELLS]


def counted(texts: list[IndexedText]) -> WordCounts:
    counts = WordCounts()
    for text in texts:
        counts.add(text)
    return counts


def dense(matrix: Sparse) -> np.ndarray:
    out = np.zeros((len(matrix.starts) - 1, matrix.width))
    for row in range(len(out)):
        for cell in range(matrix.starts[row], matrix.starts[row + 1]):
            out[row, matrix.columns[cell]] += matrix.cells[cell]
    return out


def test_words_of_one_subject_are_near_and_of_two_are_not() -> None:
    counts = counted(TEXTS)
    terms = sorted(counts.occurrences)
    model = LsaFit(2).fitted(terms, counts, TEXTS)
    likes = dict(zip(terms, model.encode(terms) @ model.encode(["余热"])[0], strict=True))
    assert min(likes[word] for word in ("锅炉", "烟气", "蒸汽")) > 0.9
    assert max(abs(likes[word]) for word in ("电池", "负极", "隔膜")) < 0.1
    assert not model.encode(["未知"]).any()


def test_directions_are_those_of_a_plain_svd() -> None:
    counts = counted(TEXTS)
    matrix = text_matrix(TEXTS, sorted(counts.occurrences), counts)
    _, strengths, turned = np.linalg.svd(dense(matrix), full_matrices=False)
    plain = turned.T[:, :3] * strengths[:3]
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    found = word_vectors(matrix, 3)
    assert np.allclose(found @ found.T, plain @ plain.T, atol=1e-4), "up to signs and turns"


@settings(max_examples=30)
@given(st.lists(st.lists(st.sampled_from("热管炉泵阀"), max_size=6), max_size=8), st.integers(1, 6))
def test_products_with_a_sparse_matrix_are_those_of_the_full_one(texts: list[list[str]], width: int) -> None:
    held = [IndexedText(tuple(words), (), ()) for words in texts]
    matrix = text_matrix(held, list("热管炉泵阀"), counted(held))
    other = np.arange(5 * width, dtype=np.float32).reshape(5, width)
    assert np.allclose(matrix.times(other), dense(matrix) @ other, atol=1e-4)
    assert np.allclose(dense(matrix.turned()), dense(matrix).T)
    found = word_vectors(matrix, width)
    assert found.shape == (5, width)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("texts", [[], [IndexedText((), (), ())], TEXTS[:1]])
def test_few_texts_give_a_space_all_the_same(texts: list[IndexedText]) -> None:
    counts = counted(texts)
    terms = sorted(counts.occurrences)
    model = LsaFit(4).fitted(terms, counts, texts)
    space = fit_space(counts, terms, model, dimensions=4, share=lambda _word: 1.0)
    assert np.isfinite(space.vectors).all()


def test_the_same_texts_give_the_same_vectors() -> None:
    counts = counted(TEXTS)
    terms = sorted(counts.occurrences)
    one, two = (LsaFit(3).fitted(terms, counts, TEXTS).encode(terms) for _ in range(2))
    assert (one == two).all()

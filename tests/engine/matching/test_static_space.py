"""Static vectors: fitted once, the same for the same terms, never mixed with another space."""

from __future__ import annotations

import numpy as np
import pytest

from matching_fakes import CharacterTerms
from panhuo.engine.matching.space import StaticEncoder, WordCounts, fit_projection, fit_space, vocabulary
from panhuo.engine.ports import Bag, IndexedText, MixedSpaces, SpaceId, Vectors

TERMS = ["余热", "余热回收", "热回收", "电池", "电池组", "负极", "污泥", "污泥干化"]


def counts(texts: list[list[str]]) -> WordCounts:
    found = WordCounts()
    for words in texts:
        found.add(IndexedText(tuple(words), (), ()))
    return found


def keep_all(_word: str) -> float:
    return 1.0


def space(terms: list[str] = TERMS) -> StaticEncoder:
    return StaticEncoder(
        fit_space(counts([terms]), terms, CharacterTerms(), dimensions=6, share=keep_all), share=keep_all
    )


def test_texts_of_like_words_lie_near_and_others_apart() -> None:
    encoder = space()
    found = encoder.encode([Bag("", {"余热回收": 1}), Bag("", {"热回收": 1}), Bag("", {"电池组": 1})])
    products = found.products(found)
    assert products[0, 1] > products[0, 2] + 0.2


def test_rows_have_length_one_and_an_unknown_text_is_zeros() -> None:
    found = space().encode([Bag("", {"余热": 3, "电池": 1}), Bag("", {"未见": 1}), Bag("", {})])
    assert np.linalg.norm(found.matrix, axis=1) == pytest.approx([1, 0, 0], abs=1e-5)


def test_the_same_terms_give_the_same_space_and_others_another() -> None:
    assert space().space == space().space
    assert space().space != space(TERMS[:-1]).space


def test_vectors_of_two_spaces_cannot_be_compared() -> None:
    one = space().encode([Bag("", {"余热": 1})])
    other = Vectors(SpaceId("static-6-other"), one.matrix)
    assert one.products(one).shape == (1, 1), "the negative control"
    with pytest.raises(MixedSpaces) as caught:
        one.products(other)
    assert caught.value.code == "mixed_spaces"


def test_what_a_text_gets_does_not_hang_on_its_neighbours() -> None:
    terms = CharacterTerms()
    fitted = fit_space(counts([TERMS]), TERMS, terms, dimensions=6, share=keep_all)
    asked = Bag("", {"余热": 1.0, "废热": 2.0})
    other = Bag("", {"锅炉": 1.0})
    alone = StaticEncoder(fitted, share=keep_all, unknown=terms).encode([asked]).matrix[0]
    beside = StaticEncoder(fitted, share=keep_all, unknown=terms).encode([other, asked]).matrix[1]
    assert np.array_equal(alone, beside)
    known_only = StaticEncoder(fitted, share=keep_all).encode([asked]).matrix[0]
    assert not np.allclose(alone, known_only), "the unknown word counts where an encoder is given"


def test_unknown_words_are_embedded_up_to_a_bound_the_weightiest_first() -> None:
    terms = CharacterTerms()
    fitted = fit_space(counts([TERMS]), TERMS, terms, dimensions=6, share=keep_all)
    terms.asked.clear()
    bag = Bag("", {f"新词{place}": float(place) for place in range(40)})
    StaticEncoder(fitted, share=keep_all, unknown=terms, max_unknown=3).encode([bag])
    assert terms.asked == ["新词39", "新词38", "新词37"]


def test_fewer_terms_than_dimensions_leave_axes_of_zeros() -> None:
    found = fit_projection(CharacterTerms().encode(["余热", "电池"]), 8)
    assert np.count_nonzero(np.abs(found.axes).sum(axis=0)) == 1
    assert not fit_projection(np.zeros((0, 16), np.float32), 8).axes.any()


def test_the_vocabulary_takes_words_of_most_texts_and_fills_up_when_there_are_few() -> None:
    found = counts([["余热", "锅炉"], ["余热", "污泥"], ["余热", "锅炉"]])
    assert vocabulary(found, size=10, min_texts=2, fill_to=1) == ("余热", "锅炉")
    assert vocabulary(found, size=10, min_texts=2, fill_to=5) == ("余热", "锅炉", "污泥")
    assert vocabulary(found, size=1, min_texts=1) == ("余热",)

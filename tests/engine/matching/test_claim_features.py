"""A patent's texts are split into what it is, its means and its effects, at their places."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.matching.claim_features import Field, claim_features, claim_words
from panhuo.rules import load_pack

WORDS = claim_words(load_pack("national").at(date(2026, 11, 22)))


def pieces(texts: dict[Field, str]) -> list[tuple[str, str, str]]:
    return [
        (one.field.value, one.kind.value, texts[one.field][one.start : one.end]) for one in claim_features(texts, WORDS)
    ]


def test_a_claim_is_its_preamble_and_the_clauses_of_its_characterising_part() -> None:
    claim = "一种石灰窑供风装置，包括窑体，其特征在于：所述窑体内设有风帽；风帽与风机连通，使得供风均匀。"
    assert pieces({Field.TITLE: "石灰窑供风装置", Field.FIRST_CLAIM: claim}) == [
        ("title", "name", "石灰窑供风装置"),
        ("first_claim", "name", "一种石灰窑供风装置，包括窑体"),
        ("first_claim", "means", "所述窑体内设有风帽"),
        ("first_claim", "effect", "风帽与风机连通，使得供风均匀"),
    ]


def test_a_claim_without_the_formula_says_in_its_first_clause_what_it_is() -> None:
    assert pieces({Field.FIRST_CLAIM: "供风装置，包括风机。"}) == [
        ("first_claim", "name", "供风装置"),
        ("first_claim", "means", "包括风机"),
    ]


def test_an_abstract_begins_with_what_it_is_and_tells_effects() -> None:
    abstract = "本发明公开了一种供风装置。风机接风帽；有益效果：能耗低。"
    assert pieces({Field.ABSTRACT: abstract}) == [
        ("abstract", "name", "本发明公开了一种供风装置"),
        ("abstract", "means", "风机接风帽"),
        ("abstract", "effect", "有益效果：能耗低"),
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(list(Field)), st.text(st.sampled_from("供风，。；：其特征在于 \n<>"), max_size=80))
)
def test_features_lie_in_their_texts_one_after_the_other(texts: dict[Field, str]) -> None:
    for field in Field:
        last = 0
        for one in (one for one in claim_features(texts, WORDS) if one.field is field):
            assert last <= one.start < one.end <= len(texts[field])
            last = one.end


def test_long_and_empty_texts_are_read() -> None:
    assert claim_features({}, WORDS) == ()
    assert 0 < len(claim_features({Field.ABSTRACT: "供风，" * 400_000}, WORDS)) <= 200

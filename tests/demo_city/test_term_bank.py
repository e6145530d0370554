"""The term bank: its files are sound, bad ones are refused with file and place, texts vary."""

from __future__ import annotations

from importlib.resources import files
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.demo_city.term_bank import Field, Planted, Voice, load_fields, parse_field, template
from panhuo.demo_city.writing import TopicWriter, design_texts
from panhuo.terms.errors import BadValue


def bigrams(text: str) -> set[str]:
    kept = "".join(character for character in text if character.isalnum())
    return {kept[place : place + 2] for place in range(len(kept) - 1)}


def overlap(one: str, other: str) -> float:
    """Jaccard share of character pairs."""
    return len(bigrams(one) & bigrams(other)) / len(bigrams(one) | bigrams(other))


def every_planted() -> list[tuple[Field, Planted]]:
    return [(field, planted) for field in load_fields() for planted in field.planted]


def test_keys_are_unique_in_the_whole_bank() -> None:
    fields = load_fields()
    for keys in (
        [field.key for field in fields],
        [topic.key for field in fields for topic in field.topics],
        [planted.key for field, planted in every_planted()],
    ):
        assert len(keys) == len(set(keys))


def test_every_field_has_device_topics_planted_needs_and_paraphrases() -> None:
    for field in load_fields():
        assert any(topic.style == "device" for topic in field.topics), field.key
        assert len(field.planted) >= 3, field.key
        assert len(field.paraphrases) >= 3, field.key


@pytest.mark.parametrize(("field", "planted"), every_planted(), ids=lambda item: item.key)
def test_a_laymans_need_shares_few_characters_with_its_answer_and_more_with_its_decoy(
    field: Field, planted: Planted
) -> None:
    need = planted.said[Voice.LAYMAN].whole
    answer = overlap(need, planted.answer_title + planted.answer_means + planted.answer_gain)
    decoy = overlap(need, planted.decoy_title + planted.decoy_means)
    assert answer < 0.06
    assert decoy > answer


@pytest.mark.parametrize(("field", "planted"), every_planted(), ids=lambda item: item.key)
def test_an_engineers_need_shares_trade_terms_with_its_answer_and_copies_no_clause(
    field: Field, planted: Planted
) -> None:
    need = planted.said[Voice.ENGINEER].whole
    answer = planted.answer_title + planted.answer_means + planted.answer_gain
    assert 60 <= len(need) <= 200
    assert 0.03 < overlap(need, answer) < 0.16
    assert overlap(need, answer) > overlap(need, planted.decoy_title + planted.decoy_means)
    assert not [need[place : place + 10] for place in range(len(need) - 9) if need[place : place + 10] in answer]


def test_the_two_voices_of_a_demand_share_few_characters() -> None:
    for _, planted in every_planted():
        one, other = (planted.said[voice].whole for voice in Voice)
        assert overlap(one, other) < 0.12, planted.key


def bank_text() -> str:
    return files("panhuo.demo_city").joinpath("term_bank", "battery_materials.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("style: device", "style: gadget"),
        ("H01M4/38", "H01M4-38"),
        ('loc: "13-02"', 'loc: "1302"'),
        ("<8..30>nm", "<30..8>nm"),
        ("topics:", "themes:"),
        ("[低膨胀, 高首效,", "[低膨胀, 低膨胀,"),
        ("field: battery_materials", "field: [battery_materials"),
        ("    engineer:", "    salesman:"),
        ("      hard: 膜片连续压延", "      hurdle: 膜片连续压延"),
    ],
)
def test_a_damaged_file_is_refused(old: str, new: str) -> None:
    text = bank_text()
    assert old in text
    with pytest.raises(BadValue):
        parse_field(text.replace(old, new), "spoilt.yaml")


def test_the_undamaged_file_is_taken() -> None:
    assert parse_field(bank_text(), "battery_materials.yaml").key == "battery_materials"


@given(low=st.integers(0, 50), more=st.integers(1, 50), step=st.integers(1, 7), seed=st.integers(0, 2**32))
def test_a_figure_lies_within_its_bounds_on_its_steps(low: int, more: int, step: int, seed: int) -> None:
    text = template(f"厚度为<{low}..{low + more}/{step}>mm，占100%").fill(Random(seed).random)
    value = int(text.removeprefix("厚度为").removesuffix("mm，占100%"))
    assert low <= value <= low + more
    assert (value - low) % step == 0


def test_a_range_rises() -> None:
    low, high = template("<6..15~>").fill(Random(3).random).split("～")
    assert 6 <= int(low) < int(high) <= 15


def test_titles_do_not_come_twice_before_all_were_used() -> None:
    field = load_fields()[0]
    writer = TopicWriter(field, field.topics[0], 5)
    random = Random(1).random
    titles = [writer.write("invention", random).title for _ in range(1_000)]
    assert len(set(titles)) == 1_000


def test_abstracts_are_of_usual_length_and_claims_have_their_two_parts() -> None:
    random = Random(2).random
    lengths = []
    for field in load_fields():
        for topic in field.topics:
            writer = TopicWriter(field, topic, 5)
            for _ in range(30):
                texts = writer.write("utility_model", random)
                lengths.append(len(texts.abstract))
                assert "其特征在于" in texts.claim
                assert "本发明" not in texts.abstract
                assert "{" not in texts.title + texts.abstract + texts.claim
                assert "<" not in texts.abstract
    usual = [length for length in lengths if 180 <= length <= 320]
    assert len(usual) > 0.97 * len(lengths)


def test_a_design_says_what_it_is_for() -> None:
    texts = design_texts(load_fields()[0], Random(4).random)
    assert "外观设计产品的用途" in texts.abstract
    assert texts.claim == ""

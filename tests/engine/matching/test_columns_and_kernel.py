"""The compiled loops say what a plain reading of the same definitions says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching_fakes import CharacterTerms, MemoryIndex, lexicon
from panhuo.engine.matching.asked import NEAR_SHARE, TOP_WORDS, AskedBlock, NearTable, asked_block
from panhuo.engine.matching.bulk import sums
from panhuo.engine.matching.columns import (
    MOST,
    TextColumns,
    in_order,
    joined,
    postings,
    rarity,
    text_columns,
    token_columns,
)
from panhuo.engine.matching.kernel import fill_totals
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import Query, part_weights, query_of
from panhuo.engine.matching.rare_words import BLOCK_ROWS, rare_rows
from panhuo.engine.matching.scoring import PARTS, Scorer, score_numbers, score_rules
from panhuo.engine.matching.space import StaticEncoder
from panhuo.engine.ports import Floats, IndexedText
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2026, 11, 22))
SCORE = score_rules(RULES)
KNOWN = "余热回收 余热 回收 锅炉 烟气 污泥 干化 烘干 烘干机 电池 负极 装置 公司 石灰窑"
WORDS = KNOWN.split()
CUT = lexicon([*WORDS, "量子纠缠"], {"公司": 0.05, "装置": 0.4})
ROWS = [
    (1, "锅炉余热回收装置", "烟气经锅炉回收余热。余热回收。"),
    (2, "污泥干化装置", "污泥经烘干后干化。"),
    (3, "电池负极", "负极用于电池，电池装置。"),
    (4, "", "烘干机"),
    (5, "公司装置", ""),
]
INDEX = MemoryIndex(ROWS, CUT)
ENCODER = StaticEncoder(INDEX.fitted, share=CUT.share, unknown=CharacterTerms())
NEAR = NearTable(ENCODER, sorted(INDEX.fitted.index), INDEX.words, near_from=SCORE.near_from)
SCORER = Scorer(SCORE, INDEX.words, NEAR)
texts = st.lists(st.sampled_from([*WORDS, "量子纠缠", "，", "200℃"]), max_size=12).map("".join)


def asked(title: str, text: str) -> Query:
    return query_of("n", understand(text, need_rules(RULES), title=title), CUT, part_weights(RULES))


def worth(word: str) -> float:
    return CUT.share(word) * rarity(len(ROWS), INDEX.counts.in_texts.get(word, 0))


def likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if CUT.share(other) < NEAR_SHARE or CUT.share(word) < NEAR_SHARE or other not in INDEX.fitted.index:
        return 0.0
    one, two = ENCODER.terms([word], asked=True)[0], ENCODER.terms([other])[0]
    found = float(one @ two)
    return found if found >= SCORE.near_from else 0.0


def scored(block: AskedBlock, need: int, columns: TextColumns, sense: float) -> tuple[Floats, Floats]:
    """Parts and totals of all texts for one need, by the loop that scores candidates."""
    size = len(columns)
    parts, totals = np.zeros((size, len(PARTS)), np.float32), np.zeros(size)
    fill_totals(
        need, block.slots, block.heard, columns.arrays, INDEX.words.worths, np.arange(size),
        np.full(size, sense, np.float32), score_numbers(SCORE, INDEX.words), np.array(SCORE.weights),
        np.zeros(len(INDEX.words), np.int32), parts, totals,
    )  # fmt: skip
    return parts, totals


def plain_parts(query: Query, text: IndexedText) -> dict[str, float]:
    """The definitions of docs/matching.md, read word by word."""
    worths = {word: weight * worth(word) for word, weight in query.all_words.items()}
    own = {word: worths[word] for word in query.words}
    close = {word: value for word, value in own.items() if CUT.share(word) >= NEAR_SHARE}
    plain = {*text.title, *text.body}
    length = len(text.title) + len(text.body) + len(text.parts)
    damp = SCORE.saturation * (1 - SCORE.length_share + SCORE.length_share * length / INDEX.counts.mean_words)
    gains = 0.0
    for word, value in worths.items():
        count = SCORE.title_factor * text.title.count(word) + (*text.body, *text.parts).count(word)
        gains += value * count / (count + damp)
    near = {word: max((likeness(word, other) for other in plain), default=0.0) for word in close}
    titles = {*text.title}

    def heard(other: str) -> float:
        return max(
            (1.0 if word == other else likeness(word, other) if word in close else 0.0 for word in worths), default=0.0
        )

    return {
        "words": share(gains, best(worths)),
        "near": share(sum(close[word] * near[word] for word in close), best(close)),
        "title": share(
            sum(worth(other) * heard(other) for other in titles),
            sum(worth(other) for other in titles) + SCORE.title_spare,
        ),
    }


def best(worths: dict[str, float]) -> float:
    return sum(sorted(worths.values(), reverse=True)[:TOP_WORDS])


def share(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole > 0 else 0.0


@settings(max_examples=60, deadline=None)
@given(texts, texts, st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
def test_the_parts_of_a_score_are_what_their_definitions_say(
    title: str, text: str, patents: Sequence[tuple[str, str]]
) -> None:
    query = asked(title, text)
    cut = [CUT.indexed(name, body) for name, body in patents]
    columns = text_columns(cut, INDEX.words)
    block = SCORER.ask([asked("锅炉", "污泥"), query])
    found, _ = scored(block, 1, columns, 0.25)
    for row, one in zip(found, cut, strict=True):
        told = dict(zip(PARTS, row.tolist(), strict=True))
        assert told.pop("sense") == 0.25
        assert told == pytest.approx(plain_parts(query, one), abs=1e-5)


def test_a_text_that_says_all_of_a_need_gets_more_than_one_that_says_half() -> None:
    block = SCORER.ask([asked("锅炉余热回收", "污泥干化")])
    cut = [CUT.indexed("锅炉余热回收", "污泥干化"), CUT.indexed("锅炉余热回收", "电池"), CUT.indexed("电池", "负极")]
    _, totals = scored(block, 0, text_columns(cut, INDEX.words), 0.0)
    assert totals[0] > totals[1] > totals[2]


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_columns_joined_or_in_another_order_are_those_of_the_texts(
    pairs: list[tuple[str, str]], random: st.randoms
) -> None:
    cut = [CUT.indexed(title, body) for title, body in pairs]
    whole = text_columns(cut, INDEX.words)
    order = list(range(len(cut)))
    random.shuffle(order)
    turned = in_order(whole, np.array(order, np.int64))
    again = text_columns([cut[place] for place in order], INDEX.words)
    parted = joined([text_columns(cut[:1], INDEX.words), text_columns(cut[1:], INDEX.words)])
    for one, other in ((turned, again), (parted, whole)):
        for name in ("starts", "words", "titles", "rests", "lengths"):
            assert getattr(one, name).tolist() == getattr(other, name).tolist()


def test_a_word_said_a_thousand_times_counts_as_often_as_a_byte_holds() -> None:
    columns = text_columns([IndexedText((), ("锅炉",) * 1_000, ())], INDEX.words)
    assert columns.rests.tolist() == [128 | MOST]
    assert columns.lengths.tolist() == [1_000]


counts = st.lists(st.lists(st.integers(0, 6), max_size=6), min_size=1, max_size=30)


@given(counts, st.lists(st.integers(0, 6), unique=True, max_size=5), st.integers(1, 8))
def test_the_best_by_words_are_those_of_a_full_sort(held: list[list[int]], words: list[int], most: int) -> None:
    names = [f"w{number}" for number in range(7)]
    ids = [INDEX.words.id(name) for name in names]
    columns = text_columns([IndexedText((), tuple(names[one] for one in text), ()) for text in held], INDEX.words)
    rules = np.array([2.0, 1.2, 0.75, 3.0, 0.0], np.float32)
    turned = postings(columns, len(INDEX.words), rules)
    weights = [float(7 - word) for word in words]
    scratch, touched = sums()
    rows, scores = np.zeros(most, np.int64), np.zeros(most, np.float32)
    kept = rare_rows(
        np.array([ids[word] for word in words], np.int64),
        np.array(weights, np.float32),
        turned.starts,
        turned.rows,
        turned.impacts,
        scratch,
        touched,
        rows,
        scores,
    )
    told = {}
    for row, text in enumerate(held):
        damp = 1.2 * (0.25 + 0.75 * len(text) / 3.0)
        told[row] = sum(
            weight * text.count(word) / (text.count(word) + damp) for word, weight in zip(words, weights, strict=True)
        )
    wanted = sorted((score for score in told.values() if score > 0), reverse=True)[:most]
    found = rows[:kept].tolist()
    assert [told[row] for row in found] == pytest.approx(wanted, abs=2e-3), "impacts are kept in two bytes"
    assert len({*found}) == kept
    equal = [row for place, row in enumerate(found[1:], start=1) if scores[place] == scores[place - 1]]
    assert all(found[found.index(row) - 1] < row for row in equal), "equal ones stand by row"
    assert not scratch.any(), "scratch is left clean"


@pytest.mark.parametrize("most", [1, 20, 3_000])
def test_the_best_of_several_blocks_of_texts_are_those_of_a_full_sort(most: int) -> None:
    random = np.random.default_rng(5)
    texts, words = 2 * BLOCK_ROWS + 1_000, 40
    tokens = np.minimum(words - 1, random.exponential(6, (texts, 5)).astype(np.int32))
    starts = np.arange(0, tokens.size + 1, 5)
    columns = token_columns(starts, tokens.ravel(), np.full(texts, 1, np.int32), np.full(texts, 4, np.int32), words)
    turned = postings(columns, words, np.array([2.0, 1.2, 0.75, 5.0, 0.0, 0.0], np.float32))
    asked, worths = random.permutation(words)[:12], random.uniform(0.5, 5, 12).astype(np.float32)
    told = np.zeros(texts, np.float32)
    for word, worth in zip(asked.tolist(), worths.tolist(), strict=True):
        entries = slice(turned.starts[word], turned.starts[word + 1])
        told[turned.rows[entries]] += np.float32(worth / 65535.0) * turned.impacts[entries].astype(np.float32)
    order = np.lexsort((np.arange(texts), -told))[:most]
    rows, scores, (score, touched) = np.zeros(most, np.int64), np.zeros(most, np.float32), sums()
    kept = rare_rows(asked, worths, turned.starts, turned.rows, turned.impacts, score, touched, rows, scores)
    assert kept == most
    assert rows.tolist() == order.tolist()
    assert scores.tolist() == told[order].tolist(), "to the last bit"
    assert not score.any()
    assert (rows > BLOCK_ROWS).any() or most == 1, "the negative control: several blocks were read"


def test_a_single_character_of_function_is_no_shared_word() -> None:
    cut = lexicon(WORDS, {"不": 0.02})
    table = MemoryIndex([(1, "光伏边框", "不漏不渗"), (2, "锅炉", "泵")], cut).words
    near = NearTable(ENCODER, sorted(INDEX.fitted.index), table, near_from=SCORE.near_from)
    query = query_of("n", understand("泵不振", need_rules(RULES)), cut, part_weights(RULES))
    block = asked_block([query], table, near, scored_words=40, near_words=20)
    assert "不" in query.all_words
    slots = {table.words[number] for number in block.slots_of(0)}
    assert "不" not in slots
    assert "泵" in slots, "the negative control: other single characters count"

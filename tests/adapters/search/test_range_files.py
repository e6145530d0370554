"""A match in files: a task that has only its two files finds what a match in one process finds, to the bit."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import panhuo
from matching_fakes import CharacterTerms, MemoryIndex, lexicon
from panhuo.adapters.search import range_files
from panhuo.adapters.search.range_files import (
    joined_blocks,
    matched_blocks,
    merged_blocks,
    packed,
    read_asked,
    read_range,
    unpacked,
    write_asked,
    write_range,
)
from panhuo.adapters.search.spark_run import RangeTask, merge_task
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import Candidates, NeedColumns, candidates_of, need_columns, rows_of
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import part_weights, query_of
from panhuo.engine.matching.scoring import Scorer, score_rules
from panhuo.engine.matching.space import StaticEncoder
from panhuo.engine.ports import MixedSpaces, SpaceId, Vectors
from panhuo.rules import load_pack
from panhuo.terms.errors import DomainError

RULES = load_pack("national").at(date(2026, 11, 22))
WORDS = "余热 回收 锅炉 烟气 污泥 干化 烘干 电池 负极 石灰窑 供风 清洗".split()  # noqa: SIM905
CUT = lexicon(WORDS)
WHOLE = MemoryIndex(
    [(at, WORDS[at % 12] + WORDS[at % 7], WORDS[at * 5 % 12] + WORDS[at % 5] + "的") for at in range(1, 91)], CUT
)
SCORE = replace(score_rules(RULES), candidates=8, least=0.0)
TEXTS = ["锅炉余热回收", "污泥烘干", "电池负极清洗", "", "石灰窑供风", "<b>&锅炉</b>", "锅炉" * 400]
MOST = 9


def needs_of(texts: list[str]) -> NeedColumns:
    encoder = StaticEncoder(WHOLE.fitted, share=CUT.share, unknown=CharacterTerms())
    near = NearTable(encoder, sorted(WHOLE.fitted.index), WHOLE.words, near_from=SCORE.near_from)
    queries = [query_of(text, understand(text, need_rules(RULES)), CUT, part_weights(RULES)) for text in texts]
    return need_columns(queries, Scorer(SCORE, WHOLE.words, near), encoder)


EVERY = np.arange(1, 91)
NEEDS = needs_of(TEXTS)


def whole(needs: NeedColumns = NEEDS) -> Candidates:
    shard = WHOLE.within(EVERY, SCORE)
    return candidates_of(needs, shard.columns, WHOLE.words, SCORE, most=MOST, threads=2)


def written(folder: Path, cuts: list[int], needs: NeedColumns = NEEDS) -> tuple[Path, list[Path]]:
    folder.mkdir(exist_ok=True)
    paths = []
    for number, some in enumerate(np.split(EVERY, cuts)):
        paths.append(folder / f"texts-{number}.npz")
        write_range(paths[-1], WHOLE.within(some, SCORE))
    write_asked(folder / "needs.npz", needs, WHOLE.words, SCORE, most=MOST)
    return folder / "needs.npz", paths


def same(one: Candidates, other: Candidates) -> None:
    for name in (field.name for field in fields(Candidates)):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert ours.dtype == theirs.dtype, name
        assert ours.tobytes() == theirs.tobytes(), name


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 90), max_size=5).map(sorted), st.integers(1, 8), st.randoms())
def test_ranges_in_files_give_to_the_bit_what_one_process_gives(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], block: int, chance: object
) -> None:
    asked, paths = written(tmp_path_factory.mktemp("ranges"), cuts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(range_files, "BLOCK_NEEDS", block)
        found: dict[int, list[bytes]] = {}
        for path in paths:
            for number, said in matched_blocks(asked, path):
                found.setdefault(number, []).append(said)
    blocks = []
    for number, parts in found.items():
        chance.shuffle(parts)  # type: ignore[attr-defined]
        blocks.append((number, merged_blocks(parts)))
    chance.shuffle(blocks)  # type: ignore[attr-defined]
    same(joined_blocks(blocks), whole())


def test_the_whole_finds_something_and_one_changed_text_changes_it() -> None:
    """The negative control of the test above."""
    assert (whole().counts[0] > 0).all()
    best = whole().sense_ids[0, 0]
    shard = WHOLE.within(np.setdiff1d(EVERY, best), SCORE)
    other = candidates_of(NEEDS, shard.columns, WHOLE.words, SCORE, most=MOST)
    with pytest.raises(AssertionError):
        same(other, whole())


def test_what_spark_calls_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(range_files, "BLOCK_NEEDS", 2)
    asked, paths = written(tmp_path, [30, 60])
    task = RangeTask(str(asked), [str(path) for path in paths])
    numbers = pa.record_batch({"id": pa.array([0, 2, 1], pa.int64())})
    rows = pa.Table.from_batches(list(task(iter([numbers]))))
    blocks = []
    for block in sorted(set(rows["block"].to_pylist())):
        one = merge_task(rows.filter(pa.compute.equal(rows["block"], block)))
        assert len(one) == 1
        blocks.append((one["block"][0].as_py(), one["found"][0].as_py()))
    same(joined_blocks(blocks), whole())


def test_candidates_as_bytes_come_back_as_they_were() -> None:
    found = whole()
    same(unpacked(packed(found)), found)
    nobody = rows_of(found, np.zeros(0, np.int64))
    same(unpacked(packed(nobody)), nobody)


def test_words_that_got_a_number_after_the_texts_do_no_harm(tmp_path: Path) -> None:
    _, paths = written(tmp_path, [])
    needs = needs_of([*TEXTS, "天线罩薄膜"])
    write_asked(tmp_path / "later.npz", needs, WHOLE.words, SCORE, most=MOST)
    same(joined_blocks(list(matched_blocks(tmp_path / "later.npz", paths[0]))), whole(needs))


def test_a_torn_range_is_no_range(tmp_path: Path) -> None:
    asked, paths = written(tmp_path, [])
    paths[0].write_bytes(paths[0].read_bytes()[:-100])
    told = read_asked(asked)
    with pytest.raises((OSError, ValueError, BadZipFile)):
        read_range(paths[0], told.words, told.rules)


def test_a_node_with_another_version_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, _ = written(tmp_path, [])
    read_asked(asked)
    monkeypatch.setattr(panhuo, "__version__", "0.0.9")
    with pytest.raises(DomainError, match="same version on every node"):
        read_asked(asked)


def test_ranges_of_another_space_are_not_compared(tmp_path: Path) -> None:
    asked, paths = written(tmp_path, [])
    shard = WHOLE.within(EVERY, SCORE)
    write_range(paths[0], replace(shard, vectors=Vectors(SpaceId("other"), shard.vectors.matrix)))
    with pytest.raises(MixedSpaces):
        list(matched_blocks(asked, paths[0]))

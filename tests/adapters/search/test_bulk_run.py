"""A match of many needs: the same answers in any shards, after a kill, and from yesterday's candidates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching_fakes import CharacterTerms, MemoryIndex, lexicon
from panhuo.adapters.search import bulk_run
from panhuo.adapters.search.bulk_run import BulkRun, Worked, need_names
from panhuo.adapters.search.shard import Shard
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import Kept, need_columns
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import part_weights, query_of
from panhuo.engine.matching.scoring import Scorer, ScoreRules, score_rules
from panhuo.engine.matching.space import StaticEncoder
from panhuo.engine.ports import Ids
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2026, 11, 22))
WORDS = "余热 回收 锅炉 烟气 污泥 干化 烘干 电池 负极 石灰窑 供风 清洗".split()  # noqa: SIM905
CUT = lexicon(WORDS)
ROWS = [
    (place, WORDS[place % 12] + WORDS[place % 7], WORDS[(place * 5) % 12] + WORDS[place % 5]) for place in range(1, 61)
]
WHOLE = MemoryIndex(ROWS, CUT)
SCORE = replace(score_rules(RULES), candidates=8, least=0.0)
TEXTS = ("锅炉余热回收", "污泥烘干", "电池负极清洗", "", "石灰窑供风")


@dataclass
class Index:
    """The rows of WHOLE behind the door through which a bulk run comes; counts how many rows were read."""

    rows_read: int = 0
    fails_at: int = 0

    words = WHOLE.words

    def in_memory(self, allowed: Ids, rules: ScoreRules, *, postings: bool = True) -> Shard:
        self.rows_read += len(allowed) if postings else 0
        if self.fails_at and postings:
            self.fails_at -= 1
            if not self.fails_at:
                raise KeyboardInterrupt
        return WHOLE.within(allowed, rules)


def run(folder: Path, index: Index, allowed: dict[int, str], texts: tuple[str, ...] = TEXTS) -> tuple[Kept, Worked]:
    encoder = StaticEncoder(WHOLE.fitted, share=CUT.share, unknown=CharacterTerms())
    near = NearTable(encoder, sorted(WHOLE.fitted.index), WHOLE.words, near_from=SCORE.near_from)
    queries = [query_of(text, understand(text, need_rules(RULES)), CUT, part_weights(RULES)) for text in texts]
    needs = need_columns(queries, Scorer(SCORE, WHOLE.words, near), encoder)
    work = BulkRun(folder, index, SCORE, "recipe", threads=2)  # type: ignore[arg-type]
    ids = np.array(sorted(allowed), np.int64)
    versions = np.array([allowed[one] for one in ids.tolist()], "S16")
    found, worked = work.match(needs, need_names(queries), ids, versions)
    return work.told(needs, work.ranked(found)), worked


def same(one: Kept, other: Kept) -> None:
    assert one.ids.tolist() == other.ids.tolist()
    assert one.totals.tolist() == other.totals.tolist()
    assert one.shared.tolist() == other.shared.tolist()
    assert one.parts.tolist() == other.parts.tolist()


EVERY = {place: "a" for place, _, _ in ROWS}


@pytest.mark.parametrize("size", [7, 30, 60])
def test_any_cut_into_shards_gives_the_same_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    whole, _ = run(tmp_path / "whole", Index(), EVERY)
    monkeypatch.setattr(bulk_run, "SHARD_TEXTS", size)
    cut, _ = run(tmp_path / "cut", Index(), EVERY)
    same(cut, whole)
    assert (whole.ids[0, :6] > 0).all(), "the negative control: something was found"


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_run, "SHARD_TEXTS", 20)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "one", Index(fails_at=3), EVERY)
    again = Index()
    found, _ = run(tmp_path / "one", again, EVERY)
    assert again.rows_read == 20, "two of three shards were done"
    same(found, run(tmp_path / "two", Index(), EVERY)[0])
    assert not (tmp_path / "one" / "shards").exists()


def test_a_text_that_changed_while_a_run_lay_killed_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_run, "SHARD_TEXTS", 20)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, Index(fails_at=3), EVERY)
    again = Index()
    run(tmp_path, again, {**EVERY, 5: "b"})
    assert again.rows_read == 60, "what was done of other texts does not serve"


def test_a_torn_file_is_done_again(tmp_path: Path) -> None:
    found, _ = run(tmp_path, Index(), EVERY)
    kept = tmp_path / "last.npz"
    kept.write_bytes(kept.read_bytes()[:-200])
    again, worked = run(tmp_path, Index(), EVERY)
    assert worked.reused == 0
    same(again, found)


def test_another_recipe_reuses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, Index(), EVERY)
    _, again = run(tmp_path, Index(), EVERY)
    assert again.reused == len(TEXTS)
    made = BulkRun.__init__
    monkeypatch.setattr(BulkRun, "__init__", lambda self, *given, **more: made(self, *given[:3], "other", **more))
    _, other = run(tmp_path, Index(), EVERY)
    assert other.reused == 0


def test_a_day_later_only_what_is_new_is_read(tmp_path: Path) -> None:
    run(tmp_path, Index(), {one: "a" for one in range(1, 58)}, TEXTS[:4])
    index = Index()
    found, worked = run(tmp_path, index, EVERY, TEXTS[:4])
    assert index.rows_read == 3
    assert (worked.reused, worked.fresh_texts) == (4, 3)
    same(found, run(tmp_path / "clean", Index(), EVERY, TEXTS[:4])[0])


changes = st.lists(st.tuples(st.sampled_from(["goes", "comes", "changes"]), st.integers(1, 60)), max_size=25)


@settings(max_examples=25, deadline=None)
@example(days=[([], [0]), ([("changes", 15)], [0])])  # equal scores at the end of a list
@given(st.lists(st.tuples(changes, st.lists(st.integers(0, 4), unique=True, max_size=5)), min_size=1, max_size=4))
def test_days_of_changes_give_what_a_match_of_the_whole_gives(
    tmp_path_factory: pytest.TempPathFactory, days: list[tuple[list[Any], list[int]]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("days")
    allowed = {one: "a" for one in range(1, 41)}
    for day, (changed, asked) in enumerate(days):
        for what, one in changed:
            if what == "goes":
                allowed.pop(one, None)
            else:
                allowed[one] = f"{day}" if what == "changes" and one in allowed else allowed.get(one, "a")
        texts = tuple(TEXTS[one] for one in asked)
        found, _ = run(folder / "kept", Index(), allowed, texts)
        clean, _ = run(folder / f"clean-{day}", Index(), allowed, texts)
        same(found, clean)


def test_names_of_needs_tell_apart_what_scores_apart() -> None:
    texts = [*TEXTS, "余热锅炉回收回收"]
    queries = [query_of("n", understand(text, need_rules(RULES)), CUT, part_weights(RULES)) for text in texts]
    assert len(set(need_names(queries).tolist())) == len(texts)
    assert need_names(queries[:1]).tolist() == need_names([replace(queries[0], need_id="other")]).tolist()
    said = replace(queries[0], said=queries[0].said + "。")  # an encoder of whole texts hears the order of words
    assert need_names([said]).tolist() != need_names(queries[:1]).tolist()
    assert np.array(need_names([])).shape == (0,)

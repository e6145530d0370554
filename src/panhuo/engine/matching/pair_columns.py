"""Named columns of a need and the texts asked of it: what the learned model sees, nothing else.

Columns z_* stand within the need (distance from the mean of its texts in standard deviations), the others are
absolute. All are computed without any judgement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from panhuo.engine.matching.likeness import crowds, diffuse, product, sparse_products, standardised, weighted_likeness
from panhuo.engine.matching.pair_texts import PairTexts, ReadNeed
from panhuo.engine.pair_scorers import Doubles, Places
from panhuo.engine.ports import Floats
from panhuo.rules import InForce
from panhuo.terms.errors import BadValue

MOST_IN_GRAPH = 2_000
"""Texts of one need that are compared with one another, the best by BASE: two matrices of 32 MB."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. source: what it is made of, by which it can be left out; meaning: one line, in both languages."""

    name: str
    source: str
    meaning: str
    meaning_zh: str


COLUMNS = (
    Column("z_chars", "chars", "chars, within the need", "字面相似（本需求内标准化）"),
    Column("z_words", "words", "words, within the need", "词语相似（本需求内标准化）"),
    Column("z_live", "live", "live, within the need", "语义相似（本需求内标准化）"),
    Column(
        "z_diffused",
        "diffusion",
        "sum of the three, lent a part to like texts, within the need",
        "三项之和，部分传递给相近成果",
    ),
    Column("z_diffused_far", "diffusion", "the same, lent nearly whole", "三项之和，几乎全部传递给相近成果"),
    Column(
        "chars",
        "chars",
        "TF-IDF cosine of character 1- to 3-grams, whole need and text",
        "一至三字片段的 TF-IDF 余弦（需求全文）",
    ),
    Column("words", "words", "TF-IDF cosine of words, title of the need and text", "词语的 TF-IDF 余弦（需求名称）"),
    Column(
        "live",
        "live",
        "cosine of model vectors less what is common, mean of title (twice) and sentences",
        "语义向量余弦（名称与各句的均值）",
    ),
    Column("live_best", "live", "the same, best of title and sentences", "语义向量余弦（名称与各句的最大值）"),
    Column(
        "live_best_raw",
        "live",
        "cosine as the model gives it, best of title and sentences",
        "未去公共分量的语义余弦（最大值）",
    ),
    Column("static", "static", "cosine of sums of word vectors, need by its parts", "词向量之和的余弦（需求分段加权）"),
    Column(
        "said_by_need",
        "said",
        "part of the text's words, by rarity, that the need says or nearly says",
        "成果用词被需求说到的份额",
    ),
    Column(
        "said_by_text",
        "said",
        "part of the words of the need's title that the text says or nearly says",
        "需求名称用词被成果说到的份额",
    ),
    Column("crowd", "crowd", "mean likeness of the text to the others asked", "与其他候选成果的平均相似度"),
    Column("crowd5", "crowd", "mean likeness to the five nearest others", "与最相近五项候选成果的平均相似度"),
)
BASE = ("z_chars", "z_words", "z_live")
"""Their sum ranks where nothing was learnt, and is what like texts lend one another."""
GRAPH = (("live", 1.0), ("static", 1.0), ("chars", 2.0))
"""Sources of the likeness of texts with their weights."""
EQUAL_TEXTS = "equal_texts"
SOURCES = (*dict.fromkeys(column.source for column in COLUMNS), EQUAL_TEXTS)
"""What can be left out; EQUAL_TEXTS: that equal texts under several ids lend one another."""


@dataclass(frozen=True, slots=True)
class ColumnRules:
    """near_from: least cosine of a near word; share, far_share: lent in z_diffused and z_diffused_far, 0..1.

    without: sources that are left out.
    """

    near_from: float
    share: float
    far_share: float
    without: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        odd = self.without.difference(SOURCES)
        if odd or not ({"chars", "words", "live"} - self.without):
            raise BadValue(
                f"Columns without {', '.join(sorted(self.without))} cannot be made: known are {', '.join(SOURCES)}; "
                "one of chars, words and live must stay.",
                code="bad_columns",
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that are made, in their order."""
        gone = {f"z_{name}" for name in ("chars", "words", "live") if name in self.without}
        return tuple(one.name for one in COLUMNS if one.source not in self.without and one.name not in gone)


def column_rules(rules: InForce, *, without: frozenset[str] = frozenset()) -> ColumnRules:
    """Read matching.learned.* of the pack. Raises: BadValue code bad_columns."""
    return ColumnRules(
        float(rules.decimal("matching.learned.near_from")),
        float(rules.decimal("matching.learned.share")),
        float(rules.decimal("matching.learned.far_share")),
        without,
    )


@dataclass(frozen=True, slots=True)
class PairColumns:
    """columns: (n, len(rules.names)); base: (n,) sum of BASE; likeness: (m, m) of the texts `compared`, places in n."""

    columns: Doubles
    base: Doubles
    likeness: Doubles
    compared: Places

    def diffused(self, scores: Doubles, share: float) -> Doubles:
        """Scores with what like texts lend; those beyond MOST_IN_GRAPH stand alone. Sums to about 0."""
        found: Doubles = scores - scores.mean()
        if len(self.compared) == len(scores):
            return diffuse(scores, self.likeness, share)
        inside = diffuse(scores[self.compared], self.likeness, share)
        found[self.compared] = inside + scores[self.compared].mean() - scores.mean()
        return found


def pair_columns(read: PairTexts, need: int, rows: Places, rules: ColumnRules) -> PairColumns:
    """Columns of one need. rows: places of texts in read.texts, at least one; equal texts may stand more than once."""
    asked, texts = read.needs[need], [read.texts[row] for row in rows.tolist()]
    found = {
        "chars": np.array([product(asked.chars, text.chars) for text in texts]),
        "words": np.array([product(asked.words, text.words) for text in texts]),
    }
    found |= _live(read, asked, rows) if "live" not in rules.without else {}
    found["static"] = np.clip((read.static[rows] @ asked.static).astype(np.float64), 0.0, 1.0)
    found["said_by_need"], found["said_by_text"] = _said(read, asked, rows, rules.near_from)
    for name in ("chars", "words", "live"):
        if name not in rules.without:
            found[f"z_{name}"] = standardised(found[name])
    base: Doubles = sum((found[name] for name in BASE if name in found), np.zeros(len(rows)))
    order = np.argsort(-base, kind="stable")
    compared = np.sort(order[:MOST_IN_GRAPH])
    alike = _likeness(read, rows[compared], rules)
    others = np.where(rows[compared][:, None] == rows[compared][None, :], 0.0, alike)
    for name, crowd in zip(("crowd", "crowd5"), crowds(others), strict=True):
        found[name] = np.zeros(len(rows))
        found[name][compared] = crowd
    made = PairColumns(np.zeros((0, 0)), base, others if EQUAL_TEXTS in rules.without else alike, compared)
    found["z_diffused"] = standardised(made.diffused(base, rules.share))
    found["z_diffused_far"] = standardised(made.diffused(base, rules.far_share))
    return PairColumns(np.stack([found[name] for name in rules.names], axis=1), base, made.likeness, compared)


def _live(read: PairTexts, asked: ReadNeed, rows: Places) -> dict[str, Doubles]:
    """Columns of the model's vectors; the title of the need counts twice in the mean."""
    middle = asked.even.sum(axis=0) + asked.even[0]
    middle = middle / max(float(np.linalg.norm(middle)), 1e-9)
    even, raw = read.even[rows], read.live[rows]
    return {
        "live": (even @ middle).astype(np.float64),
        "live_best": (even @ asked.even.T).max(axis=1).astype(np.float64),
        "live_best_raw": (raw @ asked.live.T).max(axis=1).astype(np.float64),
    }


def _likeness(read: PairTexts, rows: Places, rules: ColumnRules) -> Doubles:
    """Of the texts with one another by the sources of GRAPH that are there."""
    cosines: list[tuple[float, Doubles | Floats]] = []
    for source, weight in GRAPH:
        if source in rules.without:
            continue
        if source == "chars":
            cosines.append((weight, sparse_products([read.texts[row].chars for row in rows.tolist()])))
        else:
            vectors = read.even[rows] if source == "live" else read.static[rows]
            cosines.append((weight, vectors @ vectors.T))
    return weighted_likeness(cosines) if cosines else np.zeros((len(rows), len(rows)))


def _said(read: PairTexts, asked: ReadNeed, rows: Places, near_from: float) -> tuple[Doubles, Doubles]:
    """How much of each text the need says, and how much of the need's title each text says; by rarity, 0..1.

    A word that is heard counts whole, else as its nearest word where the cosine is at least near_from.
    """
    heard, title = set(asked.whole.heard), asked.title.once
    to_whole, to_title = read.vectors(asked.whole.once), read.vectors(title)
    title_rare = np.array([read.rarity(word) for word in title])
    by_need, by_text = np.zeros(len(rows)), np.zeros(len(rows))
    for row in np.unique(rows).tolist():
        said = read.texts[row].said
        words, theirs = said.once, set(said.heard)
        vectors = read.vectors(words)
        rare = np.array([read.rarity(word) for word in words])
        held = np.flatnonzero(rows == row)
        by_need[held] = _part(rare, _best(vectors, to_whole, [word in heard for word in words], near_from))
        by_text[held] = _part(title_rare, _best(to_title, vectors, [word in theirs for word in title], near_from))
    return by_need, by_text


def _best(words: Floats, others: Floats, heard: list[bool], near_from: float) -> Doubles:
    """For each word 1 where it is heard, else the cosine of its nearest among the others, 0 below near_from."""
    best = np.zeros(len(words))
    if len(words) and len(others):
        best = (words @ others.T).max(axis=1).astype(np.float64)
        best[best < near_from] = 0.0
    best[np.array(heard, bool)] = 1.0
    return best


def _part(rare: Doubles, best: Doubles) -> float:
    total = float(rare.sum())
    return float(rare @ best) / total if total > 0 else 0.0

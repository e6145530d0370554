"""Planted answers of the demo city are found and not known: the matcher shares nothing with it."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import panhuo
from panhuo.adapters.search.cutter import JiebaCutter
from panhuo.engine.matching.words import normalise
from panhuo.rules import load_pack

SOURCES = Path(panhuo.__file__).parent
MATCHER = ("engine/matching/*.py", "engine/ports.py", "adapters/search/*.py", "cli/match_*.py")
UNSEEN = re.compile(
    "氢能|制氢|储氢|加氢站|燃料电池|膜电极|双极板|质子交换膜"
    "|水产|渔业|鱼|虾|蟹|贝类|海参"
    "|陶瓷|玻璃|釉|坯体|窑炉|陶土"
    "|轨道|铁路|列车|机车|地铁|高铁|转向架|受电弓|动车组"
    "|中药|中医|饮片|方剂|针灸|艾灸|药材|炮制"
)
"""Stems of five fields that no pack holds, so that the figure on them is one on unseen words: hydrogen energy,
aquaculture, ceramics and glass, rail transport, traditional Chinese medicine."""
WORD_TABLES = ("text_dictionary", "text_words", "text_word_kinds", "text_openings", "text_units")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_no_module_of_the_matcher_imports_or_names_the_demo_city() -> None:
    files = [path for pattern in MATCHER for path in SOURCES.glob(pattern)]
    assert len(files) > 20, "the negative control: modules are found"
    for path in files:
        assert not [name for name in imports(path) if "demo_city" in name], path
        assert "demo_city" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("table", WORD_TABLES)
def test_word_tables_hold_single_words_and_no_groups_of_synonyms(table: str) -> None:
    rows = load_pack("national").at(date(2026, 11, 22)).table(table)
    assert rows
    first = next(iter(rows[0]))
    words = [row[first] for row in rows]
    assert len(words) == len(set(words))
    assert not [word for word in words if set(word) & set(";；,，、|=≈")]


def test_the_demo_pack_adds_no_word_to_the_matcher() -> None:
    own = {path.stem for path in (SOURCES / "packs" / "demo_city" / "tables").glob("*.csv")}
    assert not own & {*WORD_TABLES, "need_headings", "need_amount_words"}


def test_no_pack_holds_a_term_of_the_five_unseen_fields() -> None:
    tables = list(SOURCES.glob("packs/*/tables/text_dictionary.csv"))
    assert tables, "the negative control: a dictionary is found"
    for path in tables:
        terms = [row["term"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]
        assert not [term for term in terms if UNSEEN.search(term)], path
    assert UNSEEN.search("加氢站"), "the negative control: the stems are seen"


def test_the_dictionary_covers_the_fields_of_industry_with_compounds_that_are_cut_too_fine() -> None:
    rows = load_pack("national").at(date(2026, 11, 22)).table("text_dictionary")
    fields = Counter(row["field"] for row in rows)
    assert len(rows) >= 1_200
    assert len(fields) >= 25
    assert min(fields.values()) >= 5
    terms = [row["term"] for row in rows]
    assert all(2 <= len(term) <= 20 for term in terms)
    plain = JiebaCutter()
    cut = sum(len(plain.words(normalise(term))) > 1 for term in terms)
    assert cut > 0.95 * len(terms), "a word that the cutter knows need not stand here"

"""Planted answers of the demo city are found and not known: the matcher shares nothing with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import panhuo
from panhuo.rules import load_pack

SOURCES = Path(panhuo.__file__).parent
MATCHER = ("engine/matching/*.py", "engine/ports.py", "adapters/search/*.py", "cli/match_*.py")
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

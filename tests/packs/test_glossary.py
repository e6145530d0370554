"""docs/glossary.md and the code say the same words."""

from __future__ import annotations

import re
from pathlib import Path

import panhuo
from panhuo.terms.kinds import DormancyState, EventType, IpType, LegalStatus, OwnerType
from panhuo.terms.roles import Role

SOURCES = Path(panhuo.__file__).parent
GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
ROW = re.compile(r"^\| (.+?) \| (.+?) \| `(.+?)` \| (.*?) \|$", re.MULTILINE)
ROWS = ROW.findall(GLOSSARY.read_text(encoding="utf-8"))


def test_every_word_of_the_closed_sets_stands_in_the_glossary() -> None:
    named = {identifier for _, _, identifier, _ in ROWS}
    for kind in (IpType, OwnerType, LegalStatus, EventType, DormancyState, Role):
        assert {member.value for member in kind} - named == set(), kind.__name__


def test_every_identifier_of_the_glossary_stands_in_the_code() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in SOURCES.rglob("*")
        if path.suffix in (".py", ".yaml") and "packs" not in path.parts
    )
    missing = [identifier for _, _, identifier, _ in ROWS if not re.search(rf"(?<![a-z]){identifier}(?![a-z])", text)]
    assert missing == []


def test_a_chinese_word_and_an_identifier_stand_once() -> None:
    for place in (0, 2):
        words = [row[place] for row in ROWS]
        assert len(words) > 100
        assert sorted({word for word in words if words.count(word) > 1}) == []

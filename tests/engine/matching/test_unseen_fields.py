"""The term bank of the demo city against the packs: no paraphrase of the one is known to the other as such, and five
fields of the bank have no typical term in the dictionary."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

import panhuo
from panhuo.demo_city.term_bank import UNSEEN_FIELDS

PACKS = Path(panhuo.__file__).parent / "packs"
BANK = {
    entry.name.removesuffix(".yaml"): yaml.safe_load(entry.read_text(encoding="utf-8"))
    for entry in files("panhuo.demo_city").joinpath("term_bank").iterdir()
    if entry.name.endswith(".yaml")
}
TOPIC_TEXTS = ("names", "marks", "ways", "uses", "flaws", "bodies", "details", "gains")
LEAST = 4
"""Characters of a typical term; shorter ones are general words."""
Pair = tuple[tuple[str, ...], tuple[str, ...]]


def strings(told: Any) -> Iterator[str]:
    """All texts inside a YAML value."""
    if isinstance(told, dict):
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from strings(one)
    elif isinstance(told, str):
        yield told


def typical_terms(field: str, terms: list[str]) -> list[str]:
    """Those of the terms that stand in texts of the field's topics and nowhere in another field."""
    own = "\n".join(text for topic in BANK[field]["topics"] for part in TOPIC_TEXTS for text in topic[part])
    others = "\n".join(text for key, told in BANK.items() if key != field for text in strings(told))
    return [term for term in terms if len(term) >= LEAST and term in own and term not in others]


def pack_groups() -> Iterator[str]:
    """What stands together in a pack: a row of a table, or the texts of one list or mapping."""
    for path in sorted(PACKS.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            yield from ("\n".join(row) for row in csv.reader(stream))
    for path in sorted(PACKS.rglob("*.yaml")):
        yield from yaml_groups(yaml.safe_load(path.read_text(encoding="utf-8")))


def yaml_groups(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        told = [*told, *told.values()]
    if isinstance(told, list):
        yield "\n".join(one for one in told if isinstance(one, str))
        for one in told:
            yield from yaml_groups(one)


def paraphrases() -> list[Pair]:
    return [(tuple(pair["firm"]), tuple(pair["patent"])) for told in BANK.values() for pair in told["paraphrases"]]


def together(group: str, pairs: list[Pair]) -> list[Pair]:
    """Pairs of which a firm's and a patent's term stand in the group."""
    return [pair for pair in pairs if any(term in group for term in pair[0]) and any(term in group for term in pair[1])]


def dictionaries() -> list[str]:
    return [
        row["term"]
        for path in sorted(PACKS.glob("*/tables/text_dictionary.csv"))
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    ]


def test_no_paraphrase_of_the_term_bank_is_a_group_of_a_pack() -> None:
    groups, pairs = [group for group in pack_groups() if group], paraphrases()
    assert len(groups) > 5_000, "the negative control: packs are read"
    assert len(pairs) >= 3 * len(BANK)
    assert [(group, found) for group in groups if (found := together(group, pairs))] == []


def test_a_row_or_a_list_that_holds_both_sides_of_a_paraphrase_would_be_seen() -> None:
    pair = paraphrases()[0]
    for told in ([pair[0][0], pair[1][-1]], {pair[1][0]: pair[0][-1]}, {"value": {"words": [*pair[0], *pair[1]]}}):
        assert [found for group in yaml_groups(told) for found in together(group, [pair])]
    assert together(f"{pair[0][0]},general", [pair]) == [], "single terms may stand there"


def test_the_bank_has_thirty_fields_and_five_are_named_as_unseen() -> None:
    assert len(BANK) == 30
    assert {told["field"] for told in BANK.values()} == BANK.keys()
    assert len(set(UNSEEN_FIELDS)) == 5
    assert set(UNSEEN_FIELDS) < BANK.keys()


@pytest.mark.parametrize("field", UNSEEN_FIELDS)
def test_no_term_that_is_typical_of_an_unseen_field_stands_in_a_dictionary(field: str) -> None:
    assert typical_terms(field, dictionaries()) == []


def test_terms_that_are_typical_of_other_fields_do_stand_there() -> None:
    terms = dictionaries()
    found = [field for field in BANK if field not in UNSEEN_FIELDS and typical_terms(field, terms)]
    assert len(found) > 20, "the negative control: the rule finds terms where there are any"

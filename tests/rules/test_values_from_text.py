"""A rule's value comes back from the text that Runs and dossiers keep of it."""

from __future__ import annotations

from datetime import date

import pytest

from panhuo.rules import Unit, load_pack
from panhuo.rules.pack import as_text
from panhuo.rules.reading import from_text
from panhuo.terms.errors import BadValue


def test_every_value_of_the_base_rules_comes_back() -> None:
    pack, seen = load_pack("national"), set()
    for name, parameter in pack.parameters.items():
        value = pack.at(date(2025, 11, 30)).value_or_none(name)
        assert from_text(parameter.unit, as_text(value)) == value, name
        seen.add(parameter.unit)
    assert len(seen) > 8, "the negative control: values of most units were read"


def test_a_text_that_is_no_value_in_its_unit_is_refused() -> None:
    with pytest.raises(BadValue, match="no value in share"):
        from_text(Unit.SHARE, "half")

"""A dossier gives its figures again or names what changed; the bridge between two adds up in yuan."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.flows import BrokenDossier, Verdict, bridge, make_dossier, read_dossier, verify
from panhuo.engine.flows.dossier import _changed, _written
from panhuo.engine.sealing import seal
from panhuo.engine.valuation import BadInputs
from panhuo.rules import load_pack
from valuation_inputs import RULES, told

EVIDENCE = ({"what": "合成的财务预测", "source": "企业提供", "day": "2025-11-01", "sha256": "0" * 64},)
FULL = told(what_for_cny=["200000"], debt={"until": "2028-11-30", "asked_cny": "50000"})
MADE = make_dossier(FULL, RULES, engine="1", evidence=EVIDENCE)


def verdict(data: bytes, engine: str = "1") -> Verdict:
    return verify(read_dossier(data), RULES, engine=engine)


def test_an_untouched_dossier_is_sealed_and_gives_every_figure_again() -> None:
    found = verdict(MADE)
    assert (found.changed, found.rules, found.figures, found.engine) == ((), {}, {}, None)
    assert make_dossier(FULL, RULES, engine="1", evidence=EVIDENCE) == MADE, "the same twice, byte for byte"


def test_the_results_are_whole_yuan_with_range_drivers_and_security() -> None:
    results = read_dossier(MADE).content["results"]
    low, base, high = (int(results["value_cny"][name]) for name in ("low", "base", "high"))
    assert low < base == 164_606 < high
    assert results["methods"]["royalty_relief"]["years"][0] == {
        "year": 1,
        "length": "1",
        "flow_cny": "37500",
        "factor": "0.909091",
        "present_cny": "34091",
    }
    assert results["security"]["carries_cny"] == "49382", "164,605.56 x 0.3"
    assert results["security"]["short_cny"] == "618"
    assert results["needed"][0]["drivers"]["income"] == "1.474421"
    assert results["valid_until"] == "2026-11-30"
    assert results["notice"] == "本结果为自行估算，不是资产评估报告"


def digits(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every place of the file that holds a digit, with the file in which that digit is another."""
    for place, byte in enumerate(data):
        if chr(byte).isdigit() and byte < 128:
            other = b"0" if byte != ord("0") else b"1"
            yield place, data[:place] + other + data[place + 1 :]


def place_named(data: bytes, number: int) -> str:
    """What is said of a changed file: the places that verify names, or why it is no dossier, with the line."""
    try:
        return " ".join(_changed(read_dossier(data)))
    except BrokenDossier as error:
        return error.message if f"line {number} " in error.message else error.message.partition(":")[0]


def test_one_changed_digit_anywhere_breaks_the_seal_and_is_named() -> None:
    """Every digit of the file, one after the other; what is named holds the key of the line in which it stands."""
    unnoticed, tried = [], 0
    lines = MADE.decode().split("\n")
    for place, data in digits(MADE):
        number = MADE[:place].count(b"\n") + 1
        line = lines[number - 1].strip()
        key = json.loads(line.partition('": ')[0] + '"') if '": ' in line else "["
        named = place_named(data, number)
        tried += 1
        if not named or (key not in named and f"line {number} " not in named and key != "form"):
            unnoticed.append((line, named))
    assert unnoticed == []
    assert tried > 2_000


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"royalty_rate": "0.05"', '"royalty_rate": "0.06"', "inputs.methods.royalty_relief.royalty_rate"),
        ('"base": "164606"', '"base": "164607"', "results.value_cny.base"),
        ('"valuation.low_share": "0.10"', '"valuation.low_share": "0.1"', 'pack.reads."valuation.low_share"'),
        ('"source": "企业提供"', '"source": "企业提供 "', "evidence[1].source"),
        ('"engine": "1"', '"engine": "2"', "engine"),
    ],
)
def test_the_entry_that_was_changed_is_named(old: str, new: str, place: str) -> None:
    data = MADE.decode().replace(old, new, 1)
    assert data != MADE.decode()
    assert verdict(data.encode()).changed == (place,)


def test_a_changed_figure_with_a_forged_entry_still_breaks_the_seal() -> None:
    told_file = json.loads(MADE)
    told_file["content"]["results"]["value_cny"]["base"] = "999999"
    told_file["entries"] = dict(seal(told_file["content"]).entries)
    found = verdict(json.dumps(told_file, ensure_ascii=False, sort_keys=True, indent=2).encode() + b"\n")
    assert found.changed == ("seal",)
    assert found.figures == {"results.value_cny.base": ('"999999"', '"164606"')}


def test_a_wholly_forged_seal_is_caught_by_the_figures() -> None:
    content = json.loads(MADE)["content"]
    content["inputs"]["methods"]["royalty_relief"]["royalty_rate"] = "0.06"
    found = verdict(_written(content, seal(content)))
    assert found.is_sealed
    assert not found.is_reproduced
    assert "results.value_cny.base" in found.figures


def test_a_file_written_otherwise_is_told_though_its_content_is_whole() -> None:
    assert verdict(json.dumps(json.loads(MADE)).encode()).changed == ("form of the file",)


def test_another_value_in_the_pack_here_is_named_and_the_old_one_still_gives_the_figures() -> None:
    here = RULES.supposing({"valuation.draws": 77})
    found = verify(read_dossier(MADE), here, engine="2")
    assert found.rules == {}, "the inputs state their draws: the rule is read as a default only"
    changed = {"valuation.range.income": ("0.9", "1.1")}
    found = verify(read_dossier(MADE), RULES.supposing(changed), engine="2")
    assert found.rules == {"valuation.range.income": ("0.7;1.2", "0.9;1.1")}
    assert (found.figures, found.engine) == ({}, ("1", "2"))


def test_without_the_pack_nothing_is_recomputed_and_that_is_said() -> None:
    found = verify(read_dossier(MADE), None, engine="1")
    assert found.is_sealed
    assert "not here" in found.figures["results"][1]


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"form": "panhuo dossier 1"}', b"[" * 100_000, MADE[:-100]]
)
def test_what_is_no_dossier_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(BrokenDossier, match="no dossier"):
        read_dossier(data)


@given(st.dictionaries(st.sampled_from(["engine", "pack", "inputs", "evidence", "results"]), st.integers() | st.text()))
@settings(max_examples=40)
def test_contents_of_any_shape_get_a_verdict(content: dict[str, Any]) -> None:
    found = verdict(_written(content, seal(content)))
    assert not found.is_reproduced


SCRIPT = """
import locale, sys
from datetime import date
from pathlib import Path
locale.setlocale(locale.LC_ALL, "")
from panhuo.engine.flows import read_dossier, verify
from panhuo.rules import load_pack
dossier = read_dossier(Path(sys.argv[1]).read_bytes())
found = verify(dossier, load_pack("national").at(dossier.rules_day), engine="1")
print(found.changed, dict(found.figures), dict(found.rules))
"""


@pytest.mark.parametrize(("zone", "language"), [("Pacific/Kiritimati", "C"), ("America/New_York", "C.UTF-8")])
def test_another_process_zone_and_locale_find_the_same(tmp_path: Path, zone: str, language: str) -> None:
    path = tmp_path / "a.dossier.json"
    path.write_bytes(MADE)
    told_env = {**os.environ, "TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)], env=told_env, capture_output=True, text=True, check=True
    )
    assert done.stdout == "() {} {}\n"


# -- the bridge --------------------------------------------------------------------------------------------------


def bridged(new: dict[str, Any], old: dict[str, Any] | None = None) -> Any:
    before = read_dossier(make_dossier(old or told(), RULES, engine="1"))
    after = read_dossier(make_dossier(new, RULES, engine="1"))
    return bridge(before, after, {"old": RULES, "new": RULES})


def test_the_same_twice_needs_no_bridge() -> None:
    found = bridged(told())
    assert (found.old_cny, found.new_cny, found.steps) == (164_606, 164_606, ())


def test_each_step_says_in_yuan_what_moved_the_value() -> None:
    """Rate 10 to 12 %: 37,500 x (2.401831 - 2.486852) x 0.8 = -2,551; royalty 5 to 6 %: x 1.2 of 72,055: +14,411."""
    found = bridged(told(discount__rate="0.12", methods__royalty_relief__royalty_rate="0.06"))
    assert [(step.names, step.moved_cny) for step in found.steps] == [
        (("discount",), -2551),
        (("royalty_relief",), 14_411),
    ]
    assert found.steps[0].changed == {"inputs.discount.rate": ('"0.10"', '"0.12"')}
    assert found.old_cny + sum(step.moved_cny for step in found.steps) == found.new_cny


def test_a_method_and_its_weight_are_one_step() -> None:
    new = told(methods__cost=None, weighing={}, one_method_reason="尚无成本资料")
    found = bridged(new)
    assert [step.names for step in found.steps] == [("cost", "weighing")]
    assert found.old_cny + found.steps[0].moved_cny == found.new_cny == 93_257


def test_words_that_move_nothing_stand_in_a_step_of_nought() -> None:
    found = bridged(told(assumptions=["另一假设"]))
    assert [(step.names, step.moved_cny) for step in found.steps] == [(("other",), 0)]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "discount__rate": st.sampled_from(["0.08", "0.15"]),
            "life__economic_years": st.sampled_from(["2", "2.5"]),
            "base_date": st.sampled_from(["2025-11-29", "2024-02-29"]),
            "methods__cost__used_years": st.sampled_from(["1", "19"]),
            "weighing__weights": st.sampled_from([{"royalty_relief": "0.5", "cost": "0.5"}]),
            "mid_year": st.just("true"),
            "seed": st.just("1"),
        },
    )
)
@settings(max_examples=25, deadline=None)
def test_the_steps_always_add_up_to_the_difference(changes: dict[str, Any]) -> None:
    found = bridged(told(**changes))
    assert found.old_cny + sum(step.moved_cny for step in found.steps) == found.new_cny


def test_a_change_of_the_rules_is_the_first_step() -> None:
    licence = {"right": {"kind": "ordinary", "territory": "广东"}}
    flows = {"methods__royalty_relief__flows_of": "whole", "methods__cost__flows_of": "whole"}
    before = told(**licence, **flows, discount__rate=None)
    before["discount"] |= {"risk_free": "0.02", "scores": dict.fromkeys(("technology", "market", "funding"), "50")}
    before["discount"]["scores"]["management"] = "0"
    other = RULES.supposing({"valuation.premium.management": ("0", "0.10")})
    old = read_dossier(make_dossier(before, RULES, engine="1"))
    new = read_dossier(make_dossier(before, other, engine="1"))
    found = bridge(old, new, {"old": RULES, "new": other})
    [step] = found.steps
    assert step.names == ("rules",)
    assert step.moved_cny < 0, "a dearer premium"
    assert step.changed == {'pack.reads."valuation.premium.management"': ('"0;0.05"', '"0;0.10"')}


def test_inputs_with_faults_make_no_dossier() -> None:
    with pytest.raises(BadInputs):
        make_dossier(told(purpose=None), RULES, engine="1")
    assert load_pack("national").at(date(2025, 11, 30)).digest == RULES.digest


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**25) | st.text(max_size=6) | st.sampled_from(["1e9", "NaN", "-1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def spots(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a content at which another value may stand."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, below in pairs:
        yield (*path, key)
        yield from spots(below, (*path, key))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_dossier_verify_gives_a_verdict(data: st.DataObject) -> None:
    file = json.loads(MADE)
    place = data.draw(
        st.sampled_from([one for one in spots(file["content"]) if one[0] in ("inputs", "pack", "results")])
    )
    room = file["content"]
    for key in place[:-1]:
        room = room[key]
    before, room[place[-1]] = room[place[-1]], data.draw(ANYTHING)
    found = verify(read_dossier(json.dumps(file).encode()), RULES, engine="1")
    assert found.changed or room[place[-1]] == before

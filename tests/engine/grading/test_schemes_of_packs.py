"""A scheme is data: its tree, its scenes, another scheme as another pack, and what two scenes weigh otherwise."""

from __future__ import annotations

import shutil
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from grading_register import DAY, event, graded, right, rules_of
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.grading import (
    BadScheme,
    Explainer,
    UnknownScene,
    explain_scene,
    points_of,
    read_scheme,
    strongest,
    weakest,
)
from panhuo.engine.grading.scheme_rules import AUTOMATIC
from panhuo.rules import InForce, Status, load_pack, packs_folder
from panhuo.terms.errors import OutOfRange

SCENES = ("licence_transfer", "finance", "reporting", "remedy", "management", "other")
MANAGEMENT = read_scheme(rules_of())


def test_the_default_scheme_has_three_fourteen_and_twenty_seven_indicators_in_six_scenes() -> None:
    """Numbers of GB/T 42748-2023 as described in public; the rows say that they are no more than that."""
    for scene in SCENES:
        scheme = read_scheme(rules_of(), scene)
        assert Counter(one.level for one in scheme.indicators) == {1: 3, 2: 14, 3: 27}
        assert (scheme.name, scheme.notice) == ("panhuo-default", "非GB/T 42748附录权重")
    table = load_pack("national").table("scheme_indicators")
    assert {row["status"] for row in table.rows} <= {Status.ASSUMPTION, Status.UNCONFIRMED}
    assert {row["scene"] for row in rules_of().table("scheme_scenes")} == set(SCENES)


def test_the_weights_of_the_first_level_are_those_of_each_scene() -> None:
    """Placeholders of our own, stated in the table's source as assumption."""
    found = {scene: [one.weight for one in read_scheme(rules_of(), scene).children("")] for scene in SCENES}
    assert found == {
        "licence_transfer": [3000, 3000, 4000],
        "finance": [3500, 2500, 4000],
        "reporting": [2500, 2500, 5000],
        "remedy": [4500, 2500, 3000],
        "management": [3000, 4000, 3000],
        "other": [3334, 3333, 3333],
    }


@pytest.mark.parametrize("pack", ["national", "ctex_2012"])
def test_each_rule_that_a_scheme_names_is_one_of_the_engine_and_has_points(pack: str) -> None:
    rules = rules_of(pack)
    named = {row["rule"] for row in rules.table("scheme_indicators") if row["rule"]}
    assert named <= set(AUTOMATIC)
    pointed = {row["rule"] for row in rules.table("scheme_points")}
    assert named - pointed <= {"claims", "claim_breadth"}  # a percentile among peers has no points


def test_a_scene_that_the_pack_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownScene, match="licence_transfer, finance") as caught:
        read_scheme(rules_of(), "pledge")
    assert caught.value.fields["scene"] == "pledge"


def test_another_scene_changes_weights_and_total_and_the_explanation_names_the_weights() -> None:
    """Right 1, pledged: legal 67.50, technical 40, economic 73.75 in both; 58.38 and, for licensing,
    0.30 x 67.50 + 0.30 x 40 + 0.40 x 73.75 = 61.75.
    """
    one, told = [right(1)], [event(1, "pledge_registered", DAY)]
    rows = {scene: graded(one, told, scene=scene)[1] for scene in ("management", "licence_transfer")}
    assert {scene: row["value_score"] for scene, row in rows.items()} == {
        "management": 58.38,
        "licence_transfer": 61.75,
    }
    changes = explain_scene(MANAGEMENT, read_scheme(rules_of(), "licence_transfer"))
    assert [(one.indicator, one.before, one.after) for one in changes] == [
        ("technical", Decimal("0.4"), Decimal("0.3")),
        ("economic", Decimal("0.3"), Decimal("0.4")),
    ]
    remedy = {one.indicator for one in explain_scene(MANAGEMENT, read_scheme(rules_of(), "remedy"))}
    assert {"legal", "right_stability", "infringement_detectability"} <= remedy
    assert explain_scene(MANAGEMENT, MANAGEMENT) == ()


def test_the_drivers_of_a_row_are_told_with_what_they_bring_and_cost() -> None:
    """Right 1, pledged. Remaining term: half of economic (life alone known there), 0.15 of the whole: brings 13.50.

    The not strategic field: half of technical in weights 0.1666 and 0.1666, 0.20 of the whole: brings 8.00, costs 12.
    """
    row = graded([right(1)], [event(1, "pledge_registered", DAY)])[1]
    found = Explainer(MANAGEMENT).drivers(points_of(row, MANAGEMENT))
    assert sum(one.share for one in found) == 1
    assert sum(one.contribution for one in found) == pytest.approx(Decimal("58.38"), abs=Decimal("0.03"))
    assert [(one.indicator, str(one.contribution)) for one in strongest(found, 1)] == [("legal_term", "13.50")]
    assert [(one.indicator, one.share, str(one.lost)) for one in weakest(found, 2)] == [
        ("field_breadth", Fraction(1, 5), "12.00"),
        ("policy_direction", Fraction(1, 5), "12.00"),
    ]


points = st.none() | st.integers(0, 10_000).map(lambda n: n / 100)


@given(st.lists(points, min_size=27, max_size=27))
@settings(max_examples=60)
def test_shares_make_one_and_what_is_brought_and_lost_makes_a_hundred(values: list[float | None]) -> None:
    codes = [one.code for one in MANAGEMENT.leaves]
    found = Explainer(MANAGEMENT).drivers(dict(zip(codes, values, strict=True)))
    known = [value for value in values if value is not None]
    assert len(found) == len(known)
    if known:
        assert sum(one.share for one in found) == 1
        assert all(one.share > 0 for one in found)
        total = sum(one.contribution + one.lost for one in found)
        assert abs(total - 100) <= Decimal("0.01") * len(found)
        assert 100 not in [one.points for one in weakest(found, 27)]


def test_the_items_of_2012_are_another_pack_and_no_program() -> None:
    """Right 1: legal: stability 75, dependence 60, term 90, abroad 40, deals 75 with weights 0.1432 and four of 0.1428.

    (10.74 + 0.1428 x 265) / 0.7144 = 68.00; technical: range 40; economic: policy 40. 0.35 x 68 + 0.65 x 40 = 49.80.
    """
    rules = rules_of("ctex_2012")
    scheme = read_scheme(rules)
    assert Counter(one.level for one in scheme.indicators) == {1: 3, 2: 18}
    assert [len(scheme.children(code)) for code in ("legal", "technical", "economic")] == [7, 6, 5]
    row = graded([right(1)], [event(1, "pledge_registered", DAY)], rules=rules)[1]
    assert (row["score_legal"], row["value_score"], row["grade"]) == (68, 49.8, "C")
    assert "score_right_stability" not in row
    assert "非GB/T 42748附录权重" in scheme.notice
    assert load_pack("ctex_2012").status_of("scheme_indicators") is Status.UNCONFIRMED
    assert load_pack("ctex_2012").status_of("scheme_weights") is Status.ASSUMPTION


BANK = {
    "scheme_indicators": "code,parent,level,zh,en,scorer,rule,status,note\n"
    "safety,,1,安全性,Safety,,,example,\nterm,safety,2,剩余期限,Term,automatic,remaining_term,example,\n"
    "burden,safety,2,权利负担,Burdens,automatic,encumbrances,example,\nofficer,,1,客户经理评价,Officer,expert,,example,\n",
    "scheme_weights": "scene,indicator,weight,note\nfinance,safety,0.60,\nfinance,officer,0.40,\nfinance,term,0.25,\n"
    "finance,burden,0.75,\n*,safety,1,\n*,term,1,\n",
}
LIMITS = """{name}:
  label: {{zh: 名, en: Name}}
  unit: {unit}
  values:
    - since: 2020-01-01
      value: {value}
      source: {{title: A bank, checked: 2026-11-22, status: example}}
"""


@pytest.fixture
def bank(tmp_path: Path) -> InForce:
    """A bank's own scheme: four indicators of two levels, grades from 85, 60 and 30."""
    folder = tmp_path / "bank"
    (folder / "tables").mkdir(parents=True)
    (folder / "parameters").mkdir()
    head = 'name: bank\ntitle: {zh: 银行, en: Bank}\njurisdiction: "990100"\nversion: "1"\nparent: national\n'
    (folder / "pack.yaml").write_text(head + "programmes:\n  s: {status: example, verified_years: []}\n", "utf-8")
    for name, rows in BANK.items():
        (folder / "tables" / f"{name}.csv").write_text(rows, "utf-8")
        shutil.copy(packs_folder() / "national" / "tables" / f"{name}.yaml", folder / "tables")
    own = {
        "scheme.grade_limits": ("numbers", '["85", "60", "30"]'),
        "scheme.name": ("text", '"bank-card"'),
        "scheme.min_confidence": ("share", '"0.60"'),
    }
    text = "".join(LIMITS.format(name=name, unit=unit, value=value) for name, (unit, value) in own.items())
    (folder / "parameters" / "scheme.yaml").write_text(text, "utf-8")
    return load_pack(folder).at(DAY)


def test_a_banks_own_scheme_of_another_shape_is_a_folder(bank: InForce) -> None:
    """Right 1: term 90 x 0.25 + burden 100 x 0.75 = 97.50, confidence 0.60: A. With an officer's 40: 58.50 + 16.00 =
    74.50, all known: B. Another scene weighs the term alone.
    """
    facts = graded([right(1)], rules=bank, scene="finance")[1]
    assert (facts["value_score"], facts["value_confidence"], facts["grade"]) == (97.5, 0.6, "A")
    said = [{"asset_id": 1, "indicator": "officer", "points": 40.0, "scorer": "甲", "day": DAY}]
    row = graded([right(1)], rules=bank, scene="finance", experts=said)[1]
    assert (row["value_score"], row["value_confidence"], row["grade"]) == (74.5, 1.0, "B")
    other = read_scheme(bank, "other")
    assert [(one.code, one.weight) for one in other.indicators] == [("safety", 10_000), ("term", 10_000)]
    assert read_scheme(bank, "finance").name == "bank-card"


def test_a_scheme_that_people_alone_score_gives_no_score_without_them(bank: InForce, tmp_path: Path) -> None:
    """A licensed copy without automatic rules; with an officer's 40 and all else untold the score is 40."""
    path = tmp_path / "bank" / "tables" / "scheme_indicators.csv"
    sound = path.read_text("utf-8")
    path.write_text(
        sound.replace("automatic,remaining_term", "expert,").replace("automatic,encumbrances", "expert,"), "utf-8"
    )
    rules = load_pack(tmp_path / "bank").at(DAY)
    row = graded([right(1)], rules=rules, scene="finance")[1]
    assert (row["value_score"], row["value_confidence"], row["grade"]) == (None, 0, None)
    assert row["grade_reason"] == "too_little_known"
    said = [{"asset_id": 1, "indicator": "officer", "points": 40.0, "scorer": "甲", "day": DAY}]
    row = graded([right(1)], rules=rules, scene="finance", experts=said)[1]
    assert (row["value_score"], row["value_confidence"], row["grade"]) == (40, 0.4, None)


def test_what_lies_below_an_indicator_of_no_weight_takes_no_part_in_the_scene(bank: InForce, tmp_path: Path) -> None:
    """An operator's copy may weigh a whole branch with 0 in a scene; its parts still sum to one."""
    path = tmp_path / "bank" / "tables" / "scheme_indicators.csv"
    path.write_text(
        path.read_text("utf-8") + "idle,,1,闲,Idle,,,example,\nsub,idle,2,子,Sub,expert,,example,\n", "utf-8"
    )
    path = path.with_name("scheme_weights.csv")
    path.write_text(path.read_text("utf-8") + "finance,idle,0,\nfinance,sub,1,\n", "utf-8")
    found = read_scheme(load_pack(tmp_path / "bank").at(DAY), "finance")
    assert found.indicators == read_scheme(bank, "finance").indicators


def test_a_weight_finer_than_scores_are_counted_is_named_with_its_place(bank: InForce, tmp_path: Path) -> None:
    path = tmp_path / "bank" / "tables" / "scheme_weights.csv"
    path.write_text(path.read_text("utf-8").replace("term,0.25", "term,0.25001").replace(",0.75", ",0.74999"), "utf-8")
    with pytest.raises(OutOfRange, match="scheme_weights, scene .*, indicator term: 0.25001 is finer than 1/10000"):
        read_scheme(load_pack(tmp_path / "bank").at(DAY), "finance")


def test_sound_tables_that_make_no_tree_are_refused(bank: InForce, tmp_path: Path) -> None:
    path = tmp_path / "bank" / "tables" / "scheme_indicators.csv"
    sound = path.read_text("utf-8")
    for old, new, said in (
        ("term,safety,2", "term,safety,3", "its level is 3"),
        ("Officer,expert,,", "Officer,,,", "nobody who scores it"),
        ("Officer,expert,,", "Officer,automatic,,", "its scorer is automatic and its rule is none"),
        ("Term,automatic,", "Term,expert,", "its scorer is expert and its rule is remaining_term"),
    ):
        assert old in sound
        path.write_text(sound.replace(old, new), "utf-8")
        with pytest.raises(BadScheme, match=said):
            read_scheme(load_pack(tmp_path / "bank").at(DAY), "finance")


def test_points_that_the_pack_does_not_have_are_named() -> None:
    from panhuo.engine.grading.scheme_rules import Points

    with pytest.raises(BadScheme, match="may find free"):
        Points().at("encumbrances", "free")
    wanted: Any = None
    with pytest.raises(BadScheme, match="no band for rule remaining_term"):
        Points().band("remaining_term", wanted)

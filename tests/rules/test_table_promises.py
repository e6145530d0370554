"""A pack whose scheme does not add up, or points at nothing, is not loaded: file, line and reason are named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panhuo.rules import BadPack, load_pack, packs_folder
from panhuo.rules.checking import check_pack
from rules.pack_files import SOURCE, MakePack

WEIGHTS = "scheme_weights.csv"
INDICATORS = "scheme_indicators.csv"
SIDECAR = f"""title: {{zh: 权重, en: Weights}}
key: [scene, item]
sums_to_one: {{column: weight, within: [scene]}}
columns:
  scene: {{type: code, required: true}}
  item: {{type: code, required: true}}
  weight: {{type: share, required: true}}
  since: {{type: date}}
  until: {{type: date}}
source: {SOURCE}
"""
Spoil = Callable[..., Path]


@pytest.fixture
def spoilt(tmp_path: Path) -> Spoil:
    """The national pack with one text of one table changed."""

    def spoil(table: str, old: str, new: str) -> Path:
        folder = tmp_path / "national"
        shutil.copytree(packs_folder() / "national", folder, dirs_exist_ok=True)
        path = folder / "tables" / table
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {table}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return spoil


def line_of(table: str, start: str) -> int:
    lines = (packs_folder() / "national" / "tables" / table).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(start))


def test_weights_of_0_99_are_not_loaded_and_the_sisters_are_named(spoilt: Spoil) -> None:
    folder = spoilt(WEIGHTS, "finance,economic,0.40", "finance,economic,0.39")
    with pytest.raises(
        BadPack, match=r"scene = finance, indicator\.parent = \(none\) sums to 0\.99, not to 1"
    ) as caught:
        load_pack(folder)
    assert caught.value.fields == {"file": f"tables/{WEIGHTS}", "line": line_of(WEIGHTS, "finance,economic")}
    assert f"lines {line_of(WEIGHTS, 'finance,legal')}, " in caught.value.message


@pytest.mark.parametrize(
    ("table", "old", "new", "named"),
    [
        ("panel_indicators.csv", "protection_scope,0.10", "protection_scope,0.11", "weight of all rows sums to 1.01"),
        ("assessment_questions.csv", "first,QUESTION", "", "questionnaire = first, part = value sums to"),
    ],
)
def test_a_form_whose_weights_do_not_sum_to_one_is_not_loaded(
    spoilt: Spoil, table: str, old: str, new: str, named: str
) -> None:
    if not new:
        lines = (packs_folder() / "national" / "tables" / table).read_text("utf-8").splitlines()
        old = next(line for line in lines if line.startswith("first,") and ",value,0." in line)
        new = old.replace(",value,0.", ",value,0.0")
    with pytest.raises(BadPack, match=named):
        load_pack(spoilt(table, old, new))


def test_a_bank_card_whose_weights_do_not_sum_to_one_is_not_loaded(spoilt: Spoil) -> None:
    with pytest.raises(BadPack, match=r"weight of card = pledge sums to 0\.99, not to 1"):
        load_pack(spoilt("bank_card_drivers.csv", "pledge,dealings,0.15", "pledge,dealings,0.14"))


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        (WEIGHTS, "*,claim_tree,0.50", "*,claim_tre,0.50", "'claim_tre' does not stand in scheme_indicators.code"),
        (WEIGHTS, "*,claim_tree,0.50", "remedies,claim_tree,0.50", "'remedies' does not stand in scheme_scenes.scene"),
        (WEIGHTS, "*,claim_tree,0.50", "*,claim_tree,1.50", "no share between 0 and 1"),
        (WEIGHTS, "*,claim_tree,0.50", "*,claim_breadth,0.50", "stands in line"),
        (WEIGHTS, "*,claim_tree,0.50", "*,claim_tree,0.5,0", "has 5 cells where the header has 4"),
        (INDICATORS, "claim_tree,protection_scope", "claim_tree,protection", "'protection' does not stand in"),
        (INDICATORS, "mixed,claims,", "mixed,claimz,", "'claimz' is not one of"),
        (INDICATORS, "mixed,claims,assumption", "mixed,claims,sure", "'sure' is no status"),
        ("scheme_vetoes.csv", "finance,other,veto", "finance,other,vetoed", "'vetoed' is not one of veto"),
        ("scheme_vetoes.csv", "finance,other,veto,other", "finance,other,veto,others", "'others' does not stand in"),
        ("scheme_weights.yaml", "sums_to_one:", "sum_to_one:", "unknown key 'sum_to_one'"),
        (
            "scheme_weights.yaml",
            "[scene, indicator.parent]",
            "[scene, indicatr.parent]",
            "'indicatr' that is not declared",
        ),
        ("scheme_weights.yaml", "[scene, indicator.parent]", "[note.parent]", "note that refers to another table"),
    ],
)
def test_a_slip_in_the_scheme_is_refused_with_its_line(
    spoilt: Spoil, table: str, old: str, new: str, said: str
) -> None:
    with pytest.raises(BadPack) as caught:
        load_pack(spoilt(table, old, new))
    assert said in caught.value.message
    assert caught.value.fields["file"] == f"tables/{table}"
    assert caught.value.fields["line"] > 0


def test_the_sound_pack_is_loaded(spoilt: Spoil) -> None:
    folder = spoilt(WEIGHTS, "finance,economic,0.40", "finance,economic,0.4000")
    assert load_pack(folder).table("scheme_weights").sums is not None


def test_the_check_tells_it_too(spoilt: Spoil) -> None:
    told = check_pack(spoilt(WEIGHTS, "finance,economic,0.40", "finance,economic,0.39"))
    assert any("sums to 0.99" in problem.message and problem.fatal for problem in told)


def test_a_child_that_changes_the_indicators_must_change_the_weights(make_pack: MakePack) -> None:
    """Its parent's weights would point at indicators that are gone."""
    national = packs_folder() / "national" / "tables"
    rows = "code,parent,level,zh,en,scorer,rule,status,note\nonly,,1,唯一,Only,expert,,example,\n"
    folder = make_pack(
        parent="national",
        files={
            f"tables/{INDICATORS}": rows,
            "tables/scheme_indicators.yaml": (national / "scheme_indicators.yaml").read_text(encoding="utf-8"),
        },
    )
    with pytest.raises(BadPack, match=r"'legal' does not stand in scheme_indicators\.code"):
        load_pack(folder)


def test_dates_of_weights_may_not_be_out_of_order(make_pack: MakePack) -> None:
    rows = "scene,item,weight,since,until\na,x,1,2025-06-01,2025-01-01\n"
    with pytest.raises(BadPack, match="since 2025-06-01 lies after until 2025-01-01") as caught:
        load_pack(make_pack(files={"tables/w.csv": rows, "tables/w.yaml": SIDECAR}))
    assert caught.value.fields == {"file": "tables/w.csv", "line": 2}


def test_weights_make_one_on_every_day_and_not_over_all_days(make_pack: MakePack) -> None:
    before, after = "a,x,0.4,,2024-12-31\na,y,0.6,,2024-12-31\n", "a,x,0.3,2025-01-01,\na,y,0.7,2025-01-01,\n"
    sound = f"scene,item,weight,since,until\n{before}{after}"
    pack = load_pack(make_pack(files={"tables/w.csv": sound, "tables/w.yaml": SIDECAR}))
    assert sum(Decimal(row["weight"]) for row in pack.at(date(2025, 1, 1)).table("w")) == 1
    with pytest.raises(BadPack, match="sums to 0.9 from 2025-01-01"):
        load_pack(make_pack(files={"tables/w.csv": sound.replace("0.3,2025", "0.2,2025"), "tables/w.yaml": SIDECAR}))


@given(st.lists(st.integers(1, 1500), min_size=1, max_size=6), st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_pack_is_loaded_if_and_only_if_its_weights_make_one(
    make_pack: MakePack, parts: list[int], is_whole: bool
) -> None:
    parts = [*parts, 10_000 - sum(parts)] if is_whole else parts
    rows = "".join(f"a,x{n},{Decimal(part) / 10_000},,\n" for n, part in enumerate(parts))
    folder = make_pack(files={"tables/w.csv": f"scene,item,weight,since,until\n{rows}", "tables/w.yaml": SIDECAR})
    if is_whole:
        assert load_pack(folder).table("w").rows
    else:
        with pytest.raises(BadPack, match="not to 1"):
            load_pack(folder)

"""A panel's result: exact, rounded once; gaps, late scores and disagreement are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.assessment import (
    Average,
    Indicator,
    PanelResult,
    PanelRules,
    Score,
    Scorer,
    panel_indicators,
    panel_result,
    panel_rules,
)
from panhuo.rules import load_pack
from panhuo.terms.errors import DomainError, OutOfRange

DUE = date(2025, 12, 14)
A, B = Indicator("a", Decimal("0.6")), Indicator("b", Decimal("0.4"))


def asked(average: Average = Average.MEAN, *, least: int = 1, quorum: str = "0", trim: str = "0.2") -> PanelRules:
    return PanelRules(average, Decimal(trim), least, Decimal(quorum), Decimal(30), Decimal(15), Decimal(20), decimals=2)


def result(
    points: Mapping[str, Sequence[str]],
    rules: PanelRules,
    *,
    weights: Mapping[str, str] | None = None,
    late: Sequence[str] = (),
    due: date = DUE,
) -> PanelResult:
    """points: expert -> scores of a, b; "" for none."""
    scores = [
        Score(expert, item.code, Decimal(text), DUE + timedelta(days=1) if expert in late else DUE)
        for expert, row in points.items()
        for item, text in zip((A, B), row, strict=True)
        if text
    ]
    scorers = [Scorer(expert, Decimal((weights or {}).get(expert, "1"))) for expert in points]
    return panel_result((A, B), scorers, scores, due=due, rules=rules)


FIVE = {"e1": ["90", "70"], "e2": ["80", "60"], "e3": ["70", "65"], "e4": ["75", "80"], "e5": ["20", "70"]}


@pytest.mark.parametrize(
    ("average", "points"),
    [
        (Average.MEAN, "67.80"),  # a 335/5 = 67, b 345/5 = 69: 40.2 + 27.6
        (Average.MEDIAN, "73.00"),  # a 75, b 70: 45 + 28
        (Average.TRIMMED_MEAN, "72.33"),  # a (70+75+80)/3 = 75, b (65+70+70)/3 = 68.333…: 45 + 27.333…
    ],
)
def test_three_ways_to_one_result_by_hand(average: Average, points: str) -> None:
    assert result(FIVE, asked(average)).points == Decimal(points)


def test_the_result_is_rounded_once_and_not_from_rounded_parts() -> None:
    apart = panel_result(
        (Indicator("a", Decimal("0.5")), Indicator("b", Decimal("0.5"))),
        [Scorer("e1"), Scorer("e2")],
        [Score(one, code, Decimal(p), DUE) for one, code, p in
         (("e1", "a", "0.01"), ("e2", "a", "0"), ("e1", "b", "0"), ("e2", "b", "0"))],
        due=DUE,
        rules=asked(),
    )  # fmt: skip
    # a 0.005, b 0: 0.0025 -> 0.00; from the rounded part 0.01 it would be 0.005 -> 0.01
    assert (apart.indicators[0].points, apart.points) == (Decimal("0.01"), Decimal("0.00"))


def test_heavier_experts_count_more() -> None:
    two = {"e1": ["90", "90"], "e2": ["60", "60"]}
    assert result(two, asked(), weights={"e1": "2"}).points == Decimal("80.00")  # (2*90 + 60) / 3
    assert result(two, asked(Average.MEDIAN), weights={"e1": "2"}).points == Decimal("90.00")
    assert result(two, asked(Average.MEDIAN)).points == Decimal("75.00")


def test_disagreement_is_shown_and_what_passes_the_limit_is_to_be_discussed() -> None:
    a, b = result(FIVE, asked()).indicators
    # a: 90 80 70 75 20, mean 67, squares 529+169+9+64+2209 = 2980, /5 = 596, root 24.41; median 75, 20 lies 55 off
    assert (a.lowest, a.highest, a.spread, a.deviation) == (Decimal(20), Decimal(90), Decimal(70), Decimal("24.41"))
    assert (a.to_discuss, a.apart) == (True, ("e5",))
    # b: 70 60 65 80 70, mean 69, squares 1+81+16+121+1 = 220, /5 = 44, root 6.63
    assert (b.spread, b.deviation, b.to_discuss, b.apart) == (Decimal(20), Decimal("6.63"), False, ())


def test_at_the_limits_nothing_is_told() -> None:
    at_limit = {"e1": ["30", "50"], "e2": ["0", "50"], "e3": ["15", "30"], "e4": ["15", "50"]}
    a, b = result(at_limit, asked()).indicators
    assert (a.spread, a.to_discuss) == (Decimal(30), False)
    assert b.apart == (), "20 points from the median are the limit itself"
    over = {**at_limit, "e1": ["30.01", "50"], "e3": ["15", "29.99"]}
    a, b = result(over, asked()).indicators
    assert (a.to_discuss, b.apart) == (True, ("e3",))


def test_gaps_and_late_scores_keep_an_expert_out_and_are_named() -> None:
    told = result({**FIVE, "e4": ["75", ""], "e6": ["0", "0"]}, asked(), late=["e6"])
    assert (told.missing, told.late, told.counted) == ({"e4": ("b",)}, ("e6",), ("e1", "e2", "e3", "e5"))
    assert told.points == result({key: FIVE[key] for key in ("e1", "e2", "e3", "e5")}, asked()).points


def test_minimum_and_quorum_hold_back_the_result_and_not_the_parts() -> None:
    four = {key: FIVE[key] for key in ("e1", "e2", "e3", "e4")}
    few = result(four, asked(least=5))
    assert (few.points, few.lacks) == (None, ("too_few_experts",))
    assert len(few.indicators) == 2
    out = {**FIVE, "e4": ["", ""]}
    assert result(out, asked(least=5, quorum="0.8")).lacks == (), "four of five are the quorum itself"
    assert result({**out, "e3": ["1", ""]}, asked(least=5, quorum="0.8")).lacks == ("no_quorum",)
    nobody = result({"e1": ["", ""]}, asked())
    assert (nobody.points, nobody.lacks, nobody.indicators) == (None, ("no_quorum",), ())


@pytest.mark.parametrize(
    ("scores", "scorers", "error"),
    [
        ([Score("e1", "a", Decimal("100.1"), DUE)], [Scorer("e1")], OutOfRange),
        ([Score("e1", "a", Decimal(-1), DUE)], [Scorer("e1")], OutOfRange),
        ([], [Scorer("e1", Decimal(0))], OutOfRange),
        ([Score("e2", "a", Decimal(1), DUE)], [Scorer("e1")], DomainError),
        ([Score("e1", "z", Decimal(1), DUE)], [Scorer("e1")], DomainError),
        ([Score("e1", "a", Decimal(1), DUE)] * 2, [Scorer("e1")], DomainError),
    ],
)
def test_what_cannot_be_a_score_is_refused(
    scores: list[Score], scorers: list[Scorer], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        panel_result((A, B), scorers, scores, due=DUE, rules=asked())


def test_the_packs_panel_can_be_used() -> None:
    rules = load_pack("national").at(date(2025, 11, 30))
    assert sum(one.weight for one in panel_indicators(rules)) == 1
    assert panel_rules(rules).average is Average.TRIMMED_MEAN
    with pytest.raises(DomainError) as caught:
        panel_rules(rules.supposing({"assessment.panel.trim_share": Decimal("0.5")}))
    assert caught.value.code == "bad_trim"
    for wrong in ([A], [A, A], [], [Indicator("a", Decimal(2)), Indicator("b", Decimal(-1))]):
        with pytest.raises(DomainError):
            panel_result(wrong, [], [], due=DUE, rules=asked())


_POINTS = st.decimals(0, 100, places=1)
_PANEL = st.lists(st.tuples(_POINTS, _POINTS, st.integers(1, 5)), min_size=1, max_size=9)


def _drawn(rows: Sequence[tuple[Decimal, Decimal, int]], average: Average) -> PanelResult:
    points = {f"e{place}": [str(a), str(b)] for place, (a, b, _) in enumerate(rows)}
    weights = {f"e{place}": str(weight) for place, (_, _, weight) in enumerate(rows)}
    return result(points, asked(average), weights=weights)


@given(rows=_PANEL, average=st.sampled_from(list(Average)))
def test_a_result_lies_between_its_scores_and_order_plays_no_part(
    rows: list[tuple[Decimal, Decimal, int]], average: Average
) -> None:
    told = _drawn(rows, average)
    assert told.points is not None
    for place, item in enumerate(told.indicators):
        own = [row[place] for row in rows]
        assert min(own) - Decimal("0.01") <= item.points <= max(own) + Decimal("0.01")
        assert item.deviation <= item.spread / 2 + Decimal("0.01")
    assert _drawn(rows[::-1], average).points == told.points


@given(rows=_PANEL, place=st.integers(0, 8), average=st.sampled_from(list(Average)))
def test_a_higher_score_never_lowers_the_result(
    rows: list[tuple[Decimal, Decimal, int]], place: int, average: Average
) -> None:
    same = [(a, b, 1) for a, b, _ in rows]
    place %= len(same)
    higher = [*same]
    higher[place] = (Decimal(100), higher[place][1], 1)
    before, after = _drawn(same, average).points, _drawn(higher, average).points
    assert before is not None
    assert after is not None
    assert before <= after

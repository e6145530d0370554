"""The worked tables of docs/algorithms/assessment.md are what the code gives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from panhuo.engine.assessment import (
    Average,
    Indicator,
    PanelRules,
    Score,
    Scorer,
    assess_filing,
    panel_result,
    panel_rules,
    prefiling_rules,
)
from panhuo.rules import load_pack

PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "assessment.md"
RULES = load_pack("national").at(date(2025, 11, 30))


def rows(first: str) -> list[list[str]]:
    """Cells of the table that begins with this line."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(first))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_the_table_of_points_before_filing() -> None:
    *weighed, total = rows("| question | weight |")
    rules = prefiling_rules(RULES)
    for code, weight, answer, points, share in weighed:
        question = rules.form.question(code)
        assert question is not None
        choice = question.choice(answer)
        assert choice is not None
        assert (question.weight, choice.points) == (Decimal(weight), Decimal(points))
        assert question.weight * choice.points == Decimal(share)
    answers = {code: answer for code, _, answer, _, _ in weighed}
    answers |= {"ownership": "clear", "disclosed": "no", "purpose": "exclusive"}
    advice = assess_filing(answers, rules)
    assert advice.points is not None
    assert f"{advice.points.normalize():f}: {advice.grade}" == total[-1]


def test_the_table_of_the_panel() -> None:
    *given, result = rows("| | E1 | E2 |")
    due = date(2025, 12, 14)
    indicators = [Indicator(*_code_and_weight(row[0])) for row in given]
    scores = [
        Score(f"E{place}", one.code, Decimal(text), due)
        for one, row in zip(indicators, given, strict=True)
        for place, text in enumerate(row[1:6], start=1)
    ]
    scorers = [Scorer(f"E{place}") for place in range(1, 6)]
    for column, average in enumerate((Average.MEAN, Average.MEDIAN, Average.TRIMMED_MEAN), start=6):
        told = panel_result(indicators, scorers, scores, due=due, rules=_with(average))
        assert told.points == Decimal(result[column])
        for one, row in zip(told.indicators, given, strict=True):
            assert one.points == Decimal(row[column].rstrip("…")).quantize(Decimal("0.01"))
            assert (one.spread, one.deviation) == (Decimal(row[9]), Decimal(row[10]))


def _code_and_weight(cell: str) -> tuple[str, Decimal]:
    code, weight = cell.split(", ")
    return code, Decimal(weight)


def _with(average: Average) -> PanelRules:
    return panel_rules(RULES.supposing({"assessment.panel.average": average.value}))

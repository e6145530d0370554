"""Points as people write them: what may be read in two ways is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from panhuo.engine.assessment.rows import ScoreRow, score_row


@pytest.mark.parametrize(
    ("text", "points"), [("85", "85"), ("８５．５", "85.5"), ("8，5", ""), ("8,5", ""), ("NaN", "")]
)
def test_a_comma_is_no_decimal_point(text: str, points: str) -> None:
    found = score_row({"sheet": "PF-1", "indicator": "maturity", "points": text})
    if points:
        assert found == ScoreRow("PF-1", "maturity", Decimal(points), "")
    else:
        assert isinstance(found, tuple)
        assert [one.code for one in found] == ["bad_points"]

"""An import survives kill -9 at any moment. The full run is printed into docs/reliability.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from kills import Outcome, harness

SEED = 20251130


def show(outcome: Outcome) -> None:
    print(
        f"seed {SEED}: {outcome.kills} kills, {outcome.landed} landed inside the import, "
        f"{outcome.finished_homes} imports finished, {len(outcome.violations)} violations, {outcome.seconds:.0f} s"
    )


def acknowledge_before_commit() -> None:
    """The guard switched off: a batch is acknowledged before it stands."""
    from panhuo.desk.registry import intake

    honest = intake._Writer.commit

    def hasty(self: intake._Writer, unit: intake._Unit) -> object:
        through = self._row.rows_done + unit.items
        print(f"acknowledged batch 0 rows {unit.items} through {through} of export.csv", file=intake.sys.stderr)
        return honest(self, unit)

    import sys

    intake.sys = sys  # type: ignore[attr-defined]
    intake._Writer.commit = hasty  # type: ignore[method-assign,assignment]


def test_nothing_acknowledged_is_lost_doubled_or_half_there_under_40_kills(tmp_path: Path) -> None:
    outcome = harness(tmp_path, kills=40, seed=SEED, rows=20_000)
    show(outcome)
    assert outcome.violations == []
    assert outcome.landed >= 10, "too few kills fell into the import to say anything"


@pytest.mark.full
def test_nothing_acknowledged_is_lost_doubled_or_half_there_under_200_kills(tmp_path: Path) -> None:
    outcome = harness(tmp_path, kills=200, seed=SEED, rows=30_000)
    show(outcome)
    assert outcome.violations == []
    assert outcome.landed >= 50


def test_the_harness_sees_an_acknowledgement_that_comes_too_early(tmp_path: Path) -> None:
    outcome = harness(tmp_path, kills=12, seed=SEED, rows=20_000, guard_off=acknowledge_before_commit)
    assert any("acknowledged" in violation for violation in outcome.violations)

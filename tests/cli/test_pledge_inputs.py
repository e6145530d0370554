"""What the parties of a pledge tell is read by the reader of all stated inputs: every fault with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from panhuo.cli.pledge_inputs import read_pledge_inputs
from panhuo.rules import load_pack
from panhuo.terms.errors import DomainError

RULES = load_pack("national").at(date(2025, 11, 30))


def written(folder: Path, text: str) -> Path:
    path = folder / "pledge.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "told_on: yesterday\ncontract: [parties, wishes]\nco_owner_consent: maybe\npledger: 甲\n"
    with pytest.raises(DomainError) as caught:
        read_pledge_inputs(written(tmp_path, text), RULES)
    said = capsys.readouterr().err + caught.value.message
    assert caught.value.code == "bad_inputs"
    for place in ("line 1, told_on", "line 2, contract[2]", "line 3, co_owner_consent", "line 4, pledger"):
        assert place in said


def test_what_is_not_told_stays_unknown_and_none_says_that_somebody_looked(tmp_path: Path) -> None:
    assert read_pledge_inputs(None, RULES)[0].contract is None
    case, paid = read_pledge_inputs(written(tmp_path, "told_on: 2025-11-20\n"), RULES)
    assert (case.contract, case.other, case.co_owner_consent, case.same_day_invention, paid) == (None,) * 5
    looked, paid = read_pledge_inputs(
        written(tmp_path, "contract: []\nother: none\nco_owner_consent: false\npaid_through_year: 8\n"), RULES
    )
    assert (looked.contract, looked.other, looked.co_owner_consent, paid) == (frozenset(), "", False, 8)

"""The worked examples of docs/algorithms/valuation.md and bank-card.md are what the code gives."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from panhuo.cli.inputs_file import InputsFile
from panhuo.engine.flows import appraise, card_told, estimate_fee
from panhuo.engine.valuation import read_record
from panhuo.engine.valuation.bank_card import bank_card, read_card_request
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2025, 11, 30))
PAGE = Path(__file__).parent.parent.parent / "docs" / "algorithms" / "valuation.md"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return appraise(stated("case", tmp_path_factory.mktemp("page")), RULES)


def stated(name: str, folder: Path, page: Path = PAGE) -> dict[str, Any]:
    """An example of the page; all but the first begin with their name."""
    examples = re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    [example] = [text for text in examples if text.startswith(f"# {name}.yaml")] or examples[:1]
    path = folder / f"{name}.yaml"
    path.write_text(example, encoding="utf-8")
    return InputsFile(path).told


def shown(mark: str, page: Path = PAGE) -> list[list[str]]:
    """Cells of the table below a mark."""
    lines = page.read_text("utf-8").partition(f"<!-- {mark} -->\n")[2].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_cash_flow_of_the_page_is_the_codes(results: dict[str, Any]) -> None:
    rows = results["methods"]["royalty_relief"]["years"]
    wanted = [[str(row[key]) for key in ("year", "length", "flow_cny", "factor", "present_cny")] for row in rows]
    assert shown("cash flow") == wanted
    assert len(wanted) == 8


def test_the_drivers_of_the_page_are_the_codes(results: dict[str, Any]) -> None:
    wanted = [
        [one["driver"], f"{one['low_factor']}–{one['high_factor']}", one["at_low_cny"], one["at_high_cny"]]
        for one in results["drivers"]
    ]
    assert shown("drivers") == wanted
    assert len(wanted) == 7


def test_the_figures_in_the_text_are_the_codes(results: dict[str, Any]) -> None:
    text = PAGE.read_text("utf-8")
    value, held = results["value_cny"], results["security"]
    for figure in (*value.values(), held["disposal_cny"], held["carries_cny"], held["short_cny"]):
        assert figure in text


def test_the_open_licence_of_the_page_is_the_codes(tmp_path: Path) -> None:
    found = estimate_fee(stated("licence", tmp_path), RULES)
    told = f"fixed fee {int(found['fixed_cny']['base']):,} ({int(found['fixed_cny']['low']):,} to "
    assert f"{int(found['stream_cny']):,} yuan of royalties, {told}" in PAGE.read_text("utf-8")


def test_the_record_of_the_page_is_one(tmp_path: Path) -> None:
    found = read_record(stated("record", tmp_path), RULES, at=date(2026, 1, 20), file="a" * 64)
    assert found.is_appraisal


def test_the_card_of_its_page_is_the_codes(tmp_path: Path) -> None:
    page, day = PAGE.with_name("bank-card.md"), date(2026, 1, 20)
    rules = load_pack("national").at(day)
    record = read_record(stated("record", tmp_path), RULES, at=day, file="a" * 64)
    request = read_card_request(stated("card", tmp_path, page), rules, at=day)
    found = card_told(bank_card(request, record, "GZ000001", rules, at=day), request, rules)
    keys = ("driver", "value", "day", "weight", "points", "brought")
    assert shown("card", page) == [[one[key] for key in keys] for one in found["drivers"]]
    line = (
        f"{found['points']} points, level {found['level']}: {found['proposed_value_cny']} yuan proposed, disposal "
        f"{found['disposal_cny']}, cap {found['cap']}, loan {found['proposed_loan_cny']} of {found['asked_cny']}"
    )
    assert line in page.read_text("utf-8")
    assert found["valid_until"] in page.read_text("utf-8")

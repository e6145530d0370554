"""Rosters: a tag holds on its days only, spellings of one firm are one party; how cells tell the days."""

from __future__ import annotations

from datetime import date

import pytest

from panhuo.engine.records.facts import FactNormaliser
from panhuo.engine.records.owners import normalise_party_name
from panhuo.engine.records.raw import RawBatch, Reject
from panhuo.engine.records.roster import Roster, RosterRow
from panhuo.engine.records.vocabulary import Vocabulary
from panhuo.rules import load_pack
from panhuo.terms.kinds import RecordKind

WORDS = Vocabulary(load_pack("national").at(date(2025, 11, 30)))

ROSTER = Roster(
    [
        RosterRow("示例科技（云湖）有限公司", "小型", "91440300708461136T", date(2024, 1, 1), date(2024, 12, 31)),
        RosterRow("云湖仪器厂", "中型", aliases=("云湖第一仪器厂",)),
        RosterRow("示例科技(云湖)有限公司", controller="示例集团有限公司", valid_from=date(2024, 6, 1)),
        RosterRow("示例科技（云湖）有限公司", "国有", "91440300708461136T"),
    ]
)


def test_a_tag_counts_on_its_first_and_last_day_and_not_after() -> None:
    party = ROSTER.party("示例科技（云湖）有限公司")
    assert ROSTER.tagged(party, ["小型"], on=date(2024, 1, 1))
    assert ROSTER.tagged(party, ["小型"], on=date(2024, 12, 31))
    assert ROSTER.tagged(party, ["小型"], on=date(2025, 1, 1)) is None
    expired = ROSTER.once_tagged(party, ["小型"])
    assert expired is not None
    assert expired.valid_to == date(2024, 12, 31)


def test_spellings_codes_and_former_names_are_one_party() -> None:
    assert ROSTER.party("示例科技( 云湖 )有限公司") == "u:91440300708461136T"
    assert ROSTER.party("", "91440300708461136T") == "u:91440300708461136T"
    assert ROSTER.party("云湖第一仪器厂") == ROSTER.party("云湖仪器厂")
    assert ROSTER.party("云湖第二仪器厂") != ROSTER.party("云湖仪器厂")
    assert ROSTER.party("") == ""


def test_a_controller_counts_on_the_days_its_row_holds() -> None:
    party = ROSTER.party("示例科技（云湖）有限公司")
    assert ROSTER.controllers(party, on=date(2024, 6, 1)) == {f"n:{normalise_party_name('示例集团有限公司')}"}
    assert ROSTER.controllers(party, on=date(2024, 5, 31)) == frozenset()


def period(valid_from: str, valid_to: str) -> tuple[date | None, date | None] | Reject:
    """First and last day of a roster row in row 7 of its file, or why it is rejected."""
    cells = {"party_name": "云湖仪器厂", "tag": "小型", "valid_from": valid_from, "valid_to": valid_to}
    batch = RawBatch(RecordKind.ROSTER, {name: [cell] for name, cell in cells.items()}, [7])
    facts, rejects = FactNormaliser(WORDS).normalise(batch)
    assert len(facts) + len(rejects) == 1
    return rejects[0] if rejects else (facts[0].values["valid_from"], facts[0].values["valid_to"])


@pytest.mark.parametrize("word", ["长期", "长期有效", "永久", "永久有效", "无固定期限", " 长期 ", "无", ""])
def test_a_listing_without_a_last_day_stays_open(word: str) -> None:
    assert period("2024-01-01", word) == (date(2024, 1, 1), None)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "days"),
    [
        ("2024年", "2027年", (date(2024, 12, 31), date(2027, 12, 31))),
        ("2024", "", (date(2024, 12, 31), None)),
        ("2024", "2024年", (date(2024, 12, 31), date(2024, 12, 31))),
        ("2024年5月6日", "2024年", (date(2024, 5, 6), date(2024, 12, 31))),
        ("", "2024", (None, date(2024, 12, 31))),
    ],
)
def test_a_year_alone_is_its_last_day(valid_from: str, valid_to: str, days: tuple[date | None, date | None]) -> None:
    assert period(valid_from, valid_to) == days


def test_a_period_that_ends_before_it_begins_is_rejected_and_one_of_a_single_day_is_not() -> None:
    found = period("2024-06-01", "2024-05-31")
    assert isinstance(found, Reject)
    assert (found.row, found.column, found.value, found.code) == (7, "valid_to", "2024-05-31", "bad_period")
    assert "2024-05-31, before it begins on 2024-06-01" in found.message
    assert period("2024-06-01", "2024-06-01") == (date(2024, 6, 1), date(2024, 6, 1))


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "column"),
    [("长期", "", "valid_from"), ("", "长期以来", "valid_to"), ("", "2124年", "valid_to"), ("", "24年", "valid_to")],
)
def test_other_words_for_a_day_are_rejected_and_not_taken_for_an_open_end(
    valid_from: str, valid_to: str, column: str
) -> None:
    found = period(valid_from, valid_to)
    assert isinstance(found, Reject)
    assert (found.column, found.code) == (column, "bad_date")

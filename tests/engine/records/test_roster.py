"""Rosters: a tag holds on its days only, spellings of one firm are one party."""

from __future__ import annotations

from datetime import date

from panhuo.engine.records.owners import normalise_party_name
from panhuo.engine.records.roster import Roster, RosterRow

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

"""Funded projects: who may read them does, nobody else by any way; what lacks is told per unit and counted rightly."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from desk.people.made_people import NOW, RULES
from made_pool import made_patents
from panhuo.rules.reachable import reachable
from panhuo.rules.rights import read_rights

WHEN = {"at": NOW, "rules": RULES}
TOLD = {
    "project_type": "nsfc", "project_name": "合成项目", "project_no": "5190 0001a", "funding_level": "national",
    "undertaker": "云湖大学", "declared_on": date(2026, 3, 2), "channel": "self",
}  # fmt: skip


def reach(account: Any) -> Any:
    from panhuo.desk.people.access import standing_of

    standing = standing_of(account, at=NOW, rules=RULES)
    return lambda right: reachable(standing, right, book=read_rights(RULES))


def declare(asset: int, actor: Any, **told: Any) -> Any:
    from panhuo.desk.pool.declaration_actions import Project, record_declaration

    return record_declaration(asset, Project(**{**TOLD, **told}), actor=actor, **WHEN)


def test_who_lacks_the_right_reads_no_declaration_by_any_way(city: SimpleNamespace, refused: Any) -> None:
    from panhuo.desk.history.models import LoggedAction
    from panhuo.desk.pool.declarations import (
        declaration_for,
        declarations_for,
        missing_patents,
        missing_words,
    )

    made = declare(city.mine, city.faming)
    for reader in (city.daxue, city.shiju):
        assert [one.project_no for one in declarations_for(reach(reader))] == ["51900001A"], "the control"
    for nobody in (city.faming, city.tongshi, city.xueyuan, city.waixiao, city.chengtou):
        assert not declarations_for(reach(nobody)).filter(asset=city.mine).exists()
        refused("not_there", declaration_for, reach(nobody), made.pk)
    for nobody in (city.faming, city.tongshi, city.xueyuan):
        assert missing_words(reach(nobody)) == []
        assert not missing_patents(reach(nobody), unit=None, kind="silent").exists()
    shown = str(list(LoggedAction.objects.filter(subject=f"asset:{city.mine}").values()))
    assert "declaration" not in shown, "pages of the patent show this part of the log"


def test_declarations_are_found_by_the_beginning_of_their_number(city: SimpleNamespace, refused: Any) -> None:
    from panhuo.desk.pool.declarations import declarations_for

    declare(city.mine, city.faming)
    declare(city.second, city.daxue, project_no="2019yfb0001")
    refused("declared_already", declare, city.mine, city.daxue)
    assert [one.project_no for one in declarations_for(reach(city.daxue))] == ["2019YFB0001", "51900001A"]
    assert [one.asset_id for one in declarations_for(reach(city.daxue), project="2019 yf")] == [city.second]


def test_what_lacks_is_counted_per_unit_and_each_number_has_its_rows(city: SimpleNamespace, refused: Any) -> None:
    from panhuo.desk.pool.declaration_actions import say_funding
    from panhuo.desk.pool.declarations import missing_patents, missing_words

    declare(city.mine, city.faming)
    say_funding(city.second, is_funded=True, actor=city.faming, **WHEN)
    made_patents(city.college, [91], status="lapsed_unpaid_fee")
    told = {one.unit.name: one for one in missing_words(reach(city.daxue))}
    assert set(told) == {"云湖大学", "云湖大学化工学院"}
    college = told["云湖大学化工学院"]
    assert (college.patents, college.funded, college.undeclared, college.silent) == (3, 2, 1, 1)
    for kind, count in (("undeclared", 1), ("silent", 1)):
        assert missing_patents(reach(city.daxue), unit=city.college.pk, kind=kind).count() == count
    refused("declared_already", say_funding, city.mine, is_funded=False, actor=city.faming, **WHEN)
    say_funding(city.second, is_funded=False, actor=city.faming, **WHEN)
    assert {one.unit.name: one.undeclared for one in missing_words(reach(city.daxue))}["云湖大学化工学院"] == 0


def test_only_the_owner_and_the_inventor_declare(city: SimpleNamespace, refused: Any) -> None:
    for nobody in (city.tongshi, city.xueyuan, city.waixiao, city.shiju):
        refused("not_allowed", declare, city.mine, nobody)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("not_in_list", {"project_type": "lottery"}), ("not_in_list", {"channel": "post"}),
        ("missing", {"project_no": " "}), ("missing", {"undertaker": ""}),
        ("later_day", {"declared_on": date(2026, 11, 24)}),
    ],
)  # fmt: skip
def test_a_declaration_that_says_too_little_is_refused(
    city: SimpleNamespace, refused: Any, code: str, told: dict[str, Any]
) -> None:
    refused(code, declare, city.mine, city.faming, **told)


def test_use_is_told_each_year_and_what_lies_unused_is_told_of(city: SimpleNamespace, refused: Any) -> None:
    from panhuo.desk.pool.declaration_actions import YearsUse, report_use
    from panhuo.desk.pool.declarations import declarations_for, tracked

    made = declare(city.mine, city.faming)

    def stands() -> tuple[int, bool]:
        (one,) = tracked(declarations_for(reach(city.daxue)), RULES)
        return one.alert, one.is_due

    assert stands() == (5, True), "granted on 2021-05-04"
    refused("missing", report_use, made.pk, YearsUse(2026, False), actor=city.faming, **WHEN)
    refused("missing", report_use, made.pk, YearsUse(2026, True), actor=city.faming, **WHEN)
    refused("later_day", report_use, made.pk, YearsUse(2027, False, reason="x"), actor=city.faming, **WHEN)
    refused("not_allowed", report_use, made.pk, YearsUse(2026, False, reason="x"), actor=city.tongshi, **WHEN)
    report_use(made.pk, YearsUse(2026, False, reason="等待审批"), actor=city.faming, **WHEN)
    assert stands() == (5, False)
    report_use(made.pk, YearsUse(2026, True, "licence"), actor=city.daxue, **WHEN)
    assert stands() == (0, False), "the later word of a year stands"

"""Two assets of the register turn out to be one right: what people said of either stays with the one that is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from calls import Called
from desk.people.made_people import MACHINE, NOW, RULES, organisation, person
from panhuo.desk.registry import absorbing
from panhuo.desk.registry.models import Asset
from panhuo.terms.numbers import cn_application_check_digit
from panhuo.terms.roles import OrganisationKind as Kind
from panhuo.terms.roles import Role

Panhuo = Callable[..., Called]
BODY = "201610000001"
NUMBER = f"{BODY}.{cn_application_check_digit(BODY)}"
PUBLICATION = "CN106000001B"


def _read(panhuo: Panhuo, folder: Path, name: str, head: str, row: str) -> dict[str, Any]:
    file = folder / f"{name}.csv"
    file.write_text(f"{head}\n{row}\n", encoding="utf-8")
    return panhuo("import", file, "--as-of", "2026-11-01").answer


@pytest.fixture
def two(panhuo: Panhuo, tmp_path: Path) -> tuple[int, int]:
    """One right known by its application number, and by its publication number: nobody knows yet that it is one."""
    _read(panhuo, tmp_path, "a", "申请号,名称,申请（专利权）人,申请日", f"{NUMBER},合成样例,云湖大学,2016-01-11")
    _read(
        panhuo,
        tmp_path,
        "b",
        "公开（公告）号,名称,申请（专利权）人,申请日",
        f"{PUBLICATION},合成样例,云湖大学,2016-01-11",
    )
    first, second = Asset.objects.order_by("pk").values_list("pk", flat=True)
    return first, second


def _join(panhuo: Panhuo, folder: Path) -> None:
    told = _read(panhuo, folder, "c", "申请号,公开（公告）号,名称", f"{NUMBER},{PUBLICATION},合成样例")
    assert told["changed"] == 1
    assert Asset.objects.count() == 1


def test_the_college_the_inventor_and_the_inventory_follow(
    two: tuple[int, int], panhuo: Panhuo, tmp_path: Path
) -> None:
    from panhuo.desk.inventory.actions import confirm_inventorship, place_patents
    from panhuo.desk.inventory.models import Inventorship, Placement, StockPatent

    university = organisation("云湖大学", Kind.UNIVERSITY, 12, region="990101")
    college = organisation("云湖大学化工学院", Kind.COLLEGE, parent=university)
    inventor = person("inventor", Role.INVENTOR, college)
    panhuo("inventory", "--at", "2026-11-01")
    known = set(StockPatent.objects.values_list("asset", flat=True))
    later = max(two)
    who = {"actor": MACHINE, "at": NOW, "rules": RULES}
    for asset in known:
        place_patents([asset], college, **who)
        confirm_inventorship(asset, inventor, **who)
    assert later in known
    _join(panhuo, tmp_path)
    left = Asset.objects.get().pk
    assert Placement.objects.get().asset_id == left
    assert Inventorship.objects.get().asset_id == left
    assert set(StockPatent.objects.values_list("asset", flat=True)) <= {left}
    assert panhuo("inventory", "--at", "2026-11-02").answer["patents"] == 1


def test_control_a_model_that_does_not_follow_stops_the_import(
    two: tuple[int, int], panhuo: Panhuo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import DatabaseError

    panhuo("inventory", "--at", "2026-11-01")
    monkeypatch.setattr(absorbing, "_following", {})
    try:
        _join(panhuo, tmp_path)
    except (DatabaseError, AssertionError, KeyError):
        return
    pytest.fail("the rows of the asset that went were left behind")


def test_every_model_that_names_an_asset_follows_or_belongs_to_the_register() -> None:
    naming = {
        field.model
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if getattr(field, "related_model", None) is Asset and field.concrete
    }
    theirs = {model for model in naming if model._meta.app_label != "registry"}
    assert theirs
    assert theirs == set(absorbing._following)

"""Only a lapse takes a right out, in the run of the inventory that finds it; editions stay as they were."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from desk.editions.made_drafts import RIGHTS, TODAY, approve, publish, told
from desk.listings.made_register import Register
from desk.people.made_people import MACHINE, NOW, RULES
from panhuo.adapters.files.home import Home
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)


def take(home: Home) -> Any:
    from panhuo.desk.inventory.actions import take_inventory

    return take_inventory(home, RULES, actor=MACHINE, at=NOW)


def lapse(stock: Register, title: str) -> None:
    from panhuo.desk.registry.models import Asset

    stock.event(Asset.objects.get(title=title), "lapsed_unpaid_fee", date(2026, 11, 20))
    stock.commit()


def test_a_lapse_is_noted_on_editions_and_drafts_in_the_run_that_finds_it(
    stock: Register, home: Home, drafted: Any, office: Any
) -> None:
    from panhuo.desk.editions.models import DraftRow, EditionNotice
    from panhuo.desk.history.actions import logged_actions

    edition = publish(home, approve(drafted(), office), office).edition
    before = list(edition.rows.values_list("part", "position", "cells"))
    open_draft = drafted()
    take(home)
    assert EditionNotice.objects.count() == 0, "the control: all rights are in force"
    lapse(stock, RIGHTS[0])
    inventory = take(home)
    assert inventory.done_at is not None
    notice = EditionNotice.objects.get()
    row = edition.rows.get(part="list", asset_key=notice.asset_key)
    assert (notice.edition, row.cells[1], notice.why) == (edition, RIGHTS[0], "lapsed_unpaid_fee")
    marked = DraftRow.objects.exclude(ended="")
    assert [(one.draft_id, one.cells[1], one.ended) for one in marked] == [
        (open_draft.pk, RIGHTS[0], "lapsed_unpaid_fee")
    ]
    assert list(edition.rows.values_list("part", "position", "cells")) == before
    assert [one.act for one in logged_actions(f"edition:{edition.pk}")] == ["edition.rights_ended"]
    lapse(stock, RIGHTS[0])
    take(home)
    assert EditionNotice.objects.count() == 1, "noted once"


def test_no_fee_calendar_takes_anything_out(stock: Register, home: Home, drafted: Any, office: Any) -> None:
    """The rights were filed in January 2020 and no payment is known: by the calendar each could be overdue."""
    from panhuo.desk.editions.models import DraftRow, EditionNotice
    from panhuo.desk.inventory.models import StockPatent

    edition = publish(home, approve(drafted(), office), office).edition
    drafted()
    take(home)
    states = set(StockPatent.objects.values_list("fee_state", flat=True))
    assert states == {"unknown"}, "without payment facts nobody says that they are paid or late"
    assert set(StockPatent.objects.values_list("status", flat=True)) == {"granted_in_force"}
    assert not EditionNotice.objects.exists()
    assert not DraftRow.objects.exclude(ended="").exists()
    assert edition.rows.filter(part="list").count() == 3


def test_if_the_notices_cannot_be_written_the_inventory_does_not_stand(
    stock: Register, home: Home, monkeypatch: Any
) -> None:
    from panhuo.desk.inventory import afterwards
    from panhuo.desk.inventory.access import current_inventory

    def broken(*_: Any) -> None:
        raise KeyError("broken")

    monkeypatch.setattr(afterwards, "_registered", [broken])
    with pytest.raises(KeyError):
        take(home)
    assert current_inventory() is None


def test_a_withdrawal_is_an_entry_of_its_own_and_the_edition_stays(
    stock: Register, home: Home, drafted: Any, office: Any
) -> None:
    from panhuo.desk.editions.notice_actions import withdraw_row

    edition = publish(home, approve(drafted(), office), office).edition
    row = edition.rows.filter(part="list").first()
    digest = edition.digest
    made = withdraw_row(edition, row.asset_key, words="权利人来函撤回", **told(office["publisher"]))
    again = withdraw_row(edition, row.asset_key, words="再次", **told(office["author"]))
    edition.refresh_from_db()
    assert (made.pk, made.words, made.day, edition.digest) == (again.pk, "权利人来函撤回", TODAY, digest)
    assert edition.rows.filter(part="list").count() == 3
    for key, who, code in (
        (row.asset_key, "stranger", "not_allowed"), ("a:none", "publisher", "not_there"),
    ):  # fmt: skip
        with pytest.raises(DomainError) as caught:
            withdraw_row(edition, key, words="x", **told(office[who]))
        assert caught.value.code == code
    with pytest.raises(DomainError) as caught:
        withdraw_row(edition, row.asset_key, words=" ", **told(office["publisher"]))
    assert caught.value.code == "no_reason"

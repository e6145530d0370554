"""Contacts: the limit holds whoever sends, an override needs its reason and is kept with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from panhuo.desk.contacts.actions import ContactDone, FirmAsked, record_contacts
from panhuo.desk.contacts.models import Contact
from panhuo.desk.history import record_run
from panhuo.engine.matching.contact_limit import ContactLimit
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.django_db
AT = date(2025, 11, 30)
NOW = datetime(2025, 11, 30, 9, 0, tzinfo=UTC)
FIRM = FirmAsked("n:望岭示例有限公司", "望岭示例有限公司")


def send(
    *, actor: str = "甲科", at: date = AT, subject: str = "a:CN1", firm: FirmAsked = FIRM, why: str = ""
) -> ContactDone:
    run = record_run("firms", at=at, rules=None, inputs_digest="x", params={}, results={}, made_at=NOW)
    limit = ContactLimit(3, 30)
    (done,) = record_contacts(
        {firm: [subject]}, actor=actor, at=at, limit=limit, run=run, made_at=NOW, override_reason=why
    )
    return done


def test_the_fourth_contact_within_thirty_days_is_refused_whoever_sends_it() -> None:
    assert [send(actor=actor).state for actor in "甲乙丙丁"] == ["recorded"] * 3 + ["refused"]
    assert send(actor="戊", firm=FirmAsked("n:别的", "别的")).state == "recorded", "the negative control: another firm"
    assert Contact.objects.filter(party=FIRM.party).count() == 3
    assert send(actor="丁", at=AT + timedelta(days=29)).state == "refused"
    assert send(actor="丁", at=AT + timedelta(days=30)).state == "recorded"


def test_the_same_sent_twice_on_a_day_is_one_contact() -> None:
    assert [send().state, send().state, send(subject="a:CN2").state] == ["recorded", "known", "recorded"]


def test_an_override_needs_a_reason_and_keeps_it() -> None:
    for actor in "甲乙丙":
        assert send(actor=actor, why="点对点").state == "recorded"
    assert send(actor="丁", why="  ").state == "refused"
    assert send(actor="丁", why="企业来电要求点对点对接").state == "overridden"
    assert list(Contact.objects.exclude(override_reason="").values_list("actor", "override_reason")) == [
        ("丁", "企业来电要求点对点对接")
    ]
    assert send(actor="戊").held == 4, "an overriding contact counts like any other"


def test_a_code_told_later_does_not_open_the_limit_again() -> None:
    for actor in "甲乙丙":
        send(actor=actor)
    assert send(actor="丁", firm=FirmAsked("u:91510100000000001X", FIRM.firm)).state == "refused"


@pytest.mark.parametrize(("code", "wrong"), [("no_sender", {"actor": " "}), ("no_party", {"firm": FirmAsked("", "")})])
def test_a_contact_without_sender_or_firm_is_refused(code: str, wrong: dict[str, object]) -> None:
    with pytest.raises(DomainError) as caught:
        send(**wrong)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert not Contact.objects.exists()

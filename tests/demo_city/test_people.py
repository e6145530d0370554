"""The people of the demo city: joined to real owners, made once, in demo homes only, of every role."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from panhuo.demo_city.people import demo_accounts, open_demo
from panhuo.desk.people.access import standing_of
from panhuo.desk.people.models import Account, Membership, Organisation
from panhuo.desk.registry.models import Asset, SourceFile
from panhuo.rules import load_pack
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Role

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WHO: dict[str, Any] = {"at": NOW, "rules": load_pack("demo_city").at(date(2026, 11, 23))}
CODE = "12990101MAD82JE42H"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _asset(owner: str, code: str) -> None:
    file, _ = SourceFile.objects.get_or_create(digest="0" * 64, defaults={"rank": 1})
    Asset.objects.create(
        ip_type="invention",
        jurisdiction="CN",
        owners=[owner],
        owner_code=code,
        region_code="990101",
        rank=1,
        source=file,
    )


def test_there_is_an_account_for_each_role_and_each_sees_what_the_role_sees() -> None:
    assert open_demo("pass", home_kind="demo", **WHO) == len(demo_accounts())
    assert {one.role for one in demo_accounts()} == set(Role) - {Role.PUBLIC}
    for one in demo_accounts():
        account = Account.objects.get(login=one.login)
        assert account.check_password("pass")
        assert [held.role for held in standing_of(account, **WHO).held] == [one.role]
        assert one.to_try["zh"]
        assert one.to_try["en"]


def test_the_university_is_the_owner_that_the_register_knows() -> None:
    _asset("云湖大学", CODE)
    _asset("云湖某某科技有限公司", "91990105MA1U94C53N")
    open_demo("pass", home_kind="demo", **WHO)
    assert Organisation.objects.get(name="云湖大学").uscc == CODE
    assert Organisation.objects.get(name="云湖某某科技有限公司").kind == "firm"
    assert Membership.objects.get(account__login="gaoxiao").organisation == Organisation.objects.get(uscc=CODE)


def test_a_second_start_makes_nobody_and_changes_the_password() -> None:
    open_demo("first", home_kind="demo", **WHO)
    count = Organisation.objects.count()
    assert open_demo("second", home_kind="demo", **WHO) == 0
    assert Organisation.objects.count() == count
    assert Account.objects.get(login="gaoxiao").check_password("second")


def test_a_home_with_real_data_gets_nobody() -> None:
    with pytest.raises(DomainError) as caught:
        open_demo("pass", home_kind="real", **WHO)
    assert caught.value.code == "not_demo"
    assert Account.objects.count() == 0
    assert Organisation.objects.count() == 0

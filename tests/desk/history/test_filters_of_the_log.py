"""The log is cut down by index, newest first, without sorting what was found."""

from __future__ import annotations

import pytest
from django.db import connection

from panhuo.desk.history.models import LoggedAction

pytestmark = pytest.mark.django_db


def plan(**wanted: object) -> str:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by the number of rows; there are none here")
    return LoggedAction.objects.filter(**wanted).order_by("-number")[:51].explain()


@pytest.mark.parametrize("wanted", [{"actor": "lilei"}, {"act": "edition.published"}, {"subject": "asset:7"}])
def test_who_what_and_to_what_are_found_by_an_index(wanted: dict[str, str]) -> None:
    said = plan(**wanted)
    assert "SEARCH" in said
    assert "USING INDEX" in said
    assert "TEMP B-TREE" not in said


def test_control_what_has_no_index_is_looked_through() -> None:
    assert "SCAN" in plan(reason="x")

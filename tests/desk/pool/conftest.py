"""A made-up city with people who file into the pool."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from made_pool import inventor_of, made_patents, pool_city
from panhuo.terms.errors import DomainError


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """A hash that costs nothing: every test makes ten accounts, and none signs in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def city(db: None) -> SimpleNamespace:
    """pool_city with three patents in the college (two of the inventor's), one of the firm, one of the sister's."""
    made = pool_city()
    made.mine, made.second, made.others = made_patents(made.college, [1, 2, 3])
    (made.firms,) = made_patents(made.firm, [11])
    (made.sisters,) = made_patents(made.sister, [21])
    (made.unplaced,) = made_patents(made.university, [31])
    for asset in (made.mine, made.second):
        inventor_of(asset, made.faming)
    return made


@pytest.fixture
def refused() -> Callable[..., DomainError]:
    """Call something that must be refused with a code."""

    def call(code: str, act: Callable[..., Any], *args: Any, **told: Any) -> DomainError:
        with pytest.raises(DomainError) as caught:
            act(*args, **told)
        assert caught.value.code == code, str(caught.value)
        return caught.value

    return call

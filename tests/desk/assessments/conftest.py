"""Fixtures of assessments."""

from __future__ import annotations

import pytest

from desk.assessments.made_cases import Register


@pytest.fixture
def register(db: None) -> Register:
    return Register()

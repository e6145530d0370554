"""Shared by all tests: reference data, homes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of the public reference data; skipped for who has only the clone, obligatory where the variable is set."""
    named = os.environ.get("PANHUO_REFERENCE_DATA")
    if not named:
        pytest.skip("PANHUO_REFERENCE_DATA is not set: the reference data is not part of the clone")
    folder = Path(named)
    assert folder.is_dir(), f"PANHUO_REFERENCE_DATA={named} is no folder"
    return folder

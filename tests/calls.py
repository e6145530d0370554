"""What a call of the command line gives to a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Called:
    """What one call of the command line gave."""

    code: int
    answer: dict[str, Any]
    said: str

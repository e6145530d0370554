"""What the engine's areas answer to the worked cases of packs: the key under `expect` -> function."""

from __future__ import annotations

from collections.abc import Mapping

from panhuo.rules.cases import CaseFunction


def case_functions() -> Mapping[str, CaseFunction]:
    return {}

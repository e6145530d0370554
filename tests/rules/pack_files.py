"""Texts of a small sound pack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

HEAD = """name: {name}
title: {{zh: 示例, en: Example}}
jurisdiction: "990100"
version: "1"
parent: {parent}
programmes:
  grants: {{status: example, verified_years: [2025]}}
"""
SOURCE = "{title: Example Measures, article: 7, checked: 2025-02-11, status: example}"
SHARE = f"""grant.share:
  label: {{zh: 奖补比例, en: Share}}
  unit: share
  values:
    - since: 2023-01-01
      value: "0.05"
      source: {SOURCE}
    - since: 2025-01-01
      value: "0.10"
      source: {SOURCE}
    - since: 2027-01-01
      value: null
      source: {SOURCE}
"""
MakePack = Callable[..., Path]


def parameter(name: str, unit: str, value: str, *, since: str = "2023-01-01") -> str:
    """One parameter as YAML; value as it would be written."""
    return (
        f"{name}:\n  label: {{zh: 名, en: Name}}\n  unit: {unit}\n  values:\n"
        f"    - since: {since}\n      value: {value}\n      source: {SOURCE}\n"
    )

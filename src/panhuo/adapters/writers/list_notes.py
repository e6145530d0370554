"""What every list of a Run says of itself: day, pack and Run, and that it is synthetic where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.rules import InForce


def stands_on(rules: InForce, run: str) -> str:
    """One line for the explaining sheet."""
    return f"查询日 {rules.day}，规则包 {rules.pack} {rules.version}，Run {run}"


def synthetic_head(home: Home, rules: InForce, title: str) -> tuple[str, ...]:
    """Lines above the table: none on a real home, whose lists begin with their headings."""
    from panhuo.adapters.writers.layout import phrase

    return (title, f"查询日 {rules.day}", phrase(rules, "synthetic")) if home.kind == "demo" else ()

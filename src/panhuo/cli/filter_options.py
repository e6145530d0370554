"""Options by which a command asks for some of the rights: class, region, owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def several(_ctx: Any, _param: Any, given: str | None) -> tuple[str, ...]:
    """Values between commas, Chinese ones too."""
    parts = (given or "").replace("，", ",").replace("、", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--ipc, --region and --owner, each a tuple, as engine.matching.filters.Filters takes them."""
    for option in (
        click.option("--owner", callback=several, help="owner type (university ...), credit code or part of a name"),
        click.option("--region", callback=several,
                     help="codes, names or scopes of regions: 440300, 四川省, 广东省不含深圳"),
        click.option("--ipc", callback=several, help="IPC patterns: G06N3/08, H01M*, C08 (comma between several)"),
    ):  # fmt: skip
        command = option(command)
    return command

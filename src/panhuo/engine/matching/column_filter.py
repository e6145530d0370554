"""What the filter columns of the search table can say, so that a question need not ask the register."""

from __future__ import annotations

from dataclasses import dataclass

ANYWHERE = "100000"
"""Region code of the whole country: every text that says where it is."""


@dataclass(frozen=True, slots=True)
class Places:
    """Regions by code: those of `inside`, less those of `outside`. A code ending in 00 is all that begins so."""

    inside: tuple[str, ...]
    outside: tuple[str, ...] = ()

    def hold(self, code: str) -> bool:
        return any(_within(code, one) for one in self.inside) and not any(_within(code, one) for one in self.outside)


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """What is asked for; empty means all, several values of one kind are any of them.

    owner_types: codes. places: regions and scopes. ipc: [low, high) of subclasses: ("H01M", "H01N").
    """

    owner_types: tuple[str, ...] = ()
    places: tuple[Places, ...] = ()
    ipc: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.owner_types or self.places or self.ipc)

    def holds_place(self, code: str) -> bool:
        return any(place.hold(code) for place in self.places)

    def holds_subclass(self, subclass: str) -> bool:
        return any(low <= subclass < high for low, high in self.ipc)


def _within(code: str, asked: str) -> bool:
    if asked == ANYWHERE:
        return code != ""
    stem = asked.removesuffix("00").removesuffix("00")
    return code.startswith(stem) if len(stem) < len(asked) else code == asked

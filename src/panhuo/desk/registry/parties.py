"""Organisations as rosters name them: one code for all spellings, tags valid on a day, groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from panhuo.desk.registry.models import RosterTag
from panhuo.engine.records.owners import normalise_party_name


@dataclass(frozen=True, slots=True)
class Tag:
    """A roster tag with its days; controller "" where the row names none."""

    tag: str
    valid_from: date | None
    valid_to: date | None
    controller: str

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class PartyIndex:
    """All rosters in memory (tens of thousands of rows), found by name, alias or code."""

    def __init__(self) -> None:
        self._code: dict[str, str] = {}
        self._region: dict[str, str] = {}
        self._tags: dict[str, list[Tag]] = {}
        for row in RosterTag.objects.order_by("uid").iterator():
            names = [row.party_name, *filter(None, row.alias.replace("；", ";").split(";"))]
            for name in map(normalise_party_name, names):
                if row.party_code:
                    self._code.setdefault(name, row.party_code)
                if row.region_code:
                    self._region.setdefault(name, row.region_code)
            tag = Tag(row.tag, row.valid_from, row.valid_to, row.controller)
            holder = row.party_code or normalise_party_name(row.party_name)
            self._tags.setdefault(holder, []).append(tag)

    def code_of(self, name: str) -> str:
        return self._code.get(normalise_party_name(name), "")

    def region_of(self, name: str) -> str:
        return self._region.get(normalise_party_name(name), "")

    def tags_of(self, name: str) -> list[Tag]:
        return self._tags.get(self.code_of(name) or normalise_party_name(name), [])

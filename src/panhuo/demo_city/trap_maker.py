"""Rights made on purpose: owner, days and fate are given, everything else is as usual."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from panhuo.demo_city.actors import Actor, Cast, Team
from panhuo.demo_city.calendar import anniversary, calendar_day, gazette_day, iso
from panhuo.demo_city.dealings import Dealings
from panhuo.demo_city.life import Course, Lives
from panhuo.demo_city.patent import Patent
from panhuo.demo_city.truth import Trap
from panhuo.demo_city.writing import Texts, design_texts, planted_texts

CANDIDATE, TO_VERIFY, OUT = "dormancy_candidate", "to_verify", "out"


@cache
def trap_texts() -> Mapping[str, Any]:
    """traps.yaml."""
    loaded: Mapping[str, Any] = yaml.safe_load(
        files("panhuo.demo_city").joinpath("traps.yaml").read_text(encoding="utf-8")
    )
    return loaded


class TrapMaker:
    """Makes planted rights and keeps what must be said of them.

    patents: in the order of making. consents: publication number -> what the owner says in the stock inventory.
    """

    def __init__(self, cast: Cast, lives: Lives, dealings: Dealings) -> None:
        self.cast, self.lives, self.dealings = cast, lives, dealings
        self.today = lives.today
        self.at = iso(self.today)
        self.patents: list[Patent] = []
        self.traps: list[Trap] = []
        self.consents: dict[str, str] = {}
        self._turn = 0

    def actor(self, key: str) -> Actor:
        """Special actor, or the next firm or person."""
        if key in ("firm", "individual"):
            pool = self.cast.pools[key]
            self._turn += 1
            return pool[self._turn % len(pool)]
        return self.cast.special[key]

    def right(
        self,
        owner: Actor,
        kind: str,
        filed: int,
        *,
        granted: int = 0,
        ended: int = 0,
        status: str = "granted_in_force",
        texts: Texts | None = None,
        ipc: tuple[str, ...] = (),
    ) -> Patent:
        """One right. granted: day, 0 for some years after filing (a gazette day in any case)."""
        team = self._team(owner)
        writer = team.writer
        if kind != "invention":
            writer = self.cast.device_writers[writer.field.key][0]
        granted = gazette_day(granted or anniversary(filed, 2) + 40 * (kind == "invention"))
        published = gazette_day(filed + 120) if kind == "invention" else 0
        if texts is None:
            random = self.lives.random
            texts = design_texts(writer.field, random) if kind == "design" else writer.write(kind, random)
        course = Course(filed, published, granted, ended, status)
        patent = self.lives.build(owner, team, writer, kind, texts, course)
        patent.owners = patent.applicants = (owner,)
        patent.family = ()
        patent.document_rows = "both" if kind == "invention" else "grant_only"
        if ipc:
            patent.ipc = ipc
        self.patents.append(patent)
        return patent

    def named(self, key: str, owner: Actor, kind: str, filed: int, *, granted: int = 0) -> Patent:
        """A right whose texts and symbols stand in traps.yaml."""
        told = trap_texts()["rights"][key]
        texts = planted_texts(told["title"], told["means"], "", kind)
        return self.right(owner, kind, filed, texts=texts, ipc=tuple(told["ipc"]), granted=granted)

    def expect(self, name: str, patent: Patent | None, note: str = "", **expect: Any) -> Trap:
        """Notes what must be said of a right."""
        trap = Trap(
            trap=name,
            publication_number=patent.shown_document if patent else "",
            at=self.at,
            expect=expect,
            application_number=patent.application_number if patent else "",
            note=note,
        )
        self.traps.append(trap)
        return trap

    def month(self, day: int) -> str:
        """The month of a day as the ledger asks for it."""
        return calendar_day(day).isoformat()[:7]

    def _team(self, owner: Actor) -> Team:
        if owner.teams:
            self._turn += 1
            return owner.teams[self._turn % len(owner.teams)]
        return Team(("岑可初",), self.cast.writers[0])

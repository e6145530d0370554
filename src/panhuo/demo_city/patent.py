"""One made-up patent with all that happens to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from panhuo.demo_city.actors import Actor, Team

STATUS_WORDS = {
    # status: (PatSnap's word, CNIPR's word)
    "granted_in_force": ("授权", "有权-授权"),
    "lapsed_unpaid_fee": ("未缴年费", "无权-未缴年费"),
    "expired_term": ("期限届满", "无权-期限届满"),
    "abandoned_double": ("避免重复授权", "无权-避免重复授权"),
    "rejected": ("驳回", "无权-驳回"),
    "withdrawn": ("撤回-视为撤回", "无权-视为撤回"),
    "examination": ("实质审查", "审中-实审"),
    "published": ("公开", "审中-公开"),
}
"""How exports word a status; each stands in the national pack's table of status words."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something registered about a right. code: the office's; day: its number; word: PatSnap's word, "" for none."""

    code: str
    day: int
    word: str = ""


@dataclass(slots=True)
class Patent:
    """An application or right. Days are numbers (demo_city.calendar), 0 for never.

    owners: as at the day of the city; applicants: as filed. application_document: CN1...A, "" where none came out;
    grant_document: "" before grant. ends: day on which the gazette announced the end, with its code in ending.
    """

    kind: str
    owners: tuple[Actor, ...]
    applicants: tuple[Actor, ...]
    inventors: tuple[str, ...]
    team: Team
    title: str
    abstract: str
    claim: str
    ipc: tuple[str, ...]
    loc: str
    filed: int
    published: int
    granted: int
    application_number: str
    application_document: str
    grant_document: str
    status: str
    ended: int = 0
    events: list[Event] = field(default_factory=list)
    has_pair: bool = False
    cited_by: int = 0
    cites: int = 0
    claims: int = 0
    family: tuple[str, ...] = ()
    awards: tuple[str, ...] = ()
    agency: str = ""
    spelling: str = ""
    """How a list writes the first owner, "" for as it is registered."""
    document_rows: str = "grant_only"
    """Rows that a list of documents has of it: both, application_only or grant_only."""

    @property
    def publication_number(self) -> str:
        """The document by which the right is known: the grant, else the application."""
        return self.grant_document or self.application_document

    @property
    def shown_document(self) -> str:
        """The document that a list of documents has of it, the grant if both."""
        return self.application_document if self.document_rows == "application_only" else self.publication_number

    @property
    def owner(self) -> Actor:
        return self.owners[0]

    @property
    def is_in_force(self) -> bool:
        return self.status == "granted_in_force"

    @property
    def last_day(self) -> int:
        """The latest day that anything of it bears."""
        return max(self.filed, self.published, self.granted, self.ended, *(event.day for event in self.events), 0)

"""Who asks: the account of a request, what it is at that moment, and the rules of that day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import localdate

from panhuo.adapters.files.home import existing_home
from panhuo.desk.people import access
from panhuo.desk.people.models import Account
from panhuo.rules import InForce, Pack, load_pack
from panhuo.rules.reachable import Reachable, reachable
from panhuo.rules.rights import RightsBook, Standing, Subject, holds, may, read_rights
from panhuo.terms.roles import Right
from panhuo.web.clock import now

KEPT_SECONDS = 30
"""A changed pack is seen that late: reading its files each time would cost a page 7 ms."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, at the moment of the request. account: None for a stranger."""

    account: Account | None
    standing: Standing
    rules: InForce
    book: RightsBook
    at: datetime
    is_demo: bool
    families: dict[frozenset[int], frozenset[int]] = field(default_factory=dict, compare=False, repr=False)
    """Organisations below others, each asked for once."""

    def holds(self, right: Right) -> bool:
        """Whether a role of theirs has this right over anything at all; over what, the object says."""
        return holds(self.standing, right, book=self.book)

    def may(self, right: Right, of: Subject) -> bool:
        """Whether they may do this to a thing."""
        return may(self.standing, right, of, book=self.book) is not None

    def reach(self, right: Right) -> Reachable:
        """All things to which they may do this, as filters for lists."""
        return access.with_families(reachable(self.standing, right, book=self.book), self.families)


def visitor(request: HttpRequest) -> Visitor:
    """Who asks; worked out once a request."""
    kept: Visitor | None = getattr(request, "panhuo_visitor", None)
    account = request.user if isinstance(request.user, Account) else None
    if kept is None or kept.account != account:
        at = now()
        home = existing_home(settings.SITE.home)
        name = home.pack if home is not None else "national"
        pack, book = _of_the_day(name, int(at.timestamp()) // KEPT_SECONDS, localdate(at).toordinal())
        rules = pack.at(localdate(at))
        is_demo = home is not None and home.kind == "demo"
        kept = Visitor(account, access.standing_of(account, at=at, rules=rules), rules, book, at, is_demo)
        request.panhuo_visitor = kept  # type: ignore[attr-defined]
    return kept


@lru_cache(maxsize=8)
def _of_the_day(pack_name: str, moment: int, day: int) -> tuple[Pack, RightsBook]:
    pack = load_pack(pack_name)
    return pack, read_rights(pack.at(date.fromordinal(day)))

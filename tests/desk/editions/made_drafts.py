"""What tests of editions do over and over: work, approve, publish."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from desk.people.made_people import NOW, RULES
from panhuo.adapters.files.home import Home

TODAY = date(2026, 11, 23)
RIGHTS = ("一种固态电池", "一种电解液", "一种隔膜")


def told(actor: Any, at: datetime = NOW) -> dict[str, Any]:
    return {"actor": actor, "at": at, "rules": RULES}


def work(home: Home, at: datetime = NOW) -> None:
    """Let the worker do what waits."""
    from panhuo.desk.jobs.worker import work_through

    work_through(home, clock=lambda: at)


def approve(draft: Any, office: dict[str, Any], *, at: datetime = NOW) -> Any:
    """Through all reviews that it needs, by a person each."""
    from panhuo.desk.editions.draft_actions import pass_review, submit

    submit(draft, **told(office["author"], at))
    for name in ("first", "second", "third")[: draft.steps]:
        pass_review(draft, **told(office[name], at))
    return draft


def publish(home: Home, draft: Any, office: dict[str, Any], *, at: datetime = NOW + timedelta(hours=1)) -> Any:
    """Ask for publication and let the worker do it."""
    from panhuo.desk.editions.draft_actions import ask_to_publish

    ask_to_publish(draft, **told(office["publisher"], at))
    work(home, at)
    draft.refresh_from_db()
    return draft

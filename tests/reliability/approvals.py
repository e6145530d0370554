"""Approvals in a home until somebody stops them, and what must hold of them afterwards on both stores.

An entry of the pool and a claim of exploitation wait for each of some patents. Approving one moves it, keeps the step,
logs; the claim's approval writes the owner's answer, too: all of it, or nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

Query = Callable[[str], list[Any]]
"""Rows of one statement, in plain SQL of the store."""


def waiting_home(root: Path, patents: int) -> None:
    """A home in which so many entries and as many claims wait for their approval."""
    from django.db import connections

    from desk.people.made_people import NOW, RULES
    from made_pool import filled_entry, inventor_of, made_patents, pool_city
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.pool.actions import move_entry
    from panhuo.desk.pool.exploitation_actions import Claim, Paper, record_exploitation
    from panhuo.desk.registry.opening import open_register
    from panhuo.engine.pool import Act

    home = open_home(root)
    with home.writing():
        open_register(home, write=True)
    paper = root / "paper.pdf"
    paper.write_bytes(b"%PDF-1.7\n1 0 obj\n")
    city, when = pool_city(), {"at": NOW, "rules": RULES}
    for asset in made_patents(city.college, list(range(1, patents + 1))):
        inventor_of(asset, city.faming)
        entry = filled_entry(asset, city.faming)
        move_entry(entry.pk, Act.SUBMIT, actor=city.faming, **when)
        move_entry(entry.pk, Act.REVIEW, actor=city.xueyuan, **when)
        claim = Claim(kind="exploited", mode="own_use", since=date(2024, 5, 1))
        record_exploitation(home, asset, claim, [Paper("证明.pdf", paper)], actor=city.faming, **when)
    connections.close_all()


def approve_all(tell: Callable[[str], None], *, guard: str = "all") -> None:
    """Approve whatever waits. tell: is told `p NUMBER` or `e NUMBER` after each commit, `? NUMBER` where none is known.

    A connection that is lost leaves it open whether the act stands: it is asked for again until the register says.
    """
    from django.db import InterfaceError, OperationalError, connection

    from desk.people.made_people import NOW, RULES
    from panhuo.desk.people.models import Account
    from panhuo.desk.pool import actions, exploitation_actions
    from panhuo.desk.pool.models import ExploitationEntry, PoolEntry
    from panhuo.engine.pool import Act
    from panhuo.terms.errors import DomainError

    move, decide = actions.move_entry, exploitation_actions.decide_exploitation
    if guard == "no_transaction":
        move, decide = move.__wrapped__, decide.__wrapped__  # type: ignore[attr-defined]

    def waiting() -> Iterator[tuple[str, int]]:
        entries = PoolEntry.objects.filter(stage="college_approved").order_by("pk").values_list("pk", flat=True)
        claims = ExploitationEntry.objects.filter(stage="submitted").order_by("pk").values_list("pk", flat=True)
        for entry, claim in zip(list(entries), list(claims), strict=False):
            yield "p", entry
            yield "e", claim

    def approve(kind: str, number: int) -> None:
        actor = Account.objects.get(login="daxue")
        if kind == "p":
            move(number, Act.APPROVE, actor=actor, at=NOW, rules=RULES)
        else:
            decide(number, approve=True, actor=actor, at=NOW, rules=RULES)

    until, found = time.monotonic() + 60, None
    while found is None:
        try:
            found = list(waiting())
        except (OperationalError, InterfaceError):
            _again(connection, until)
    for kind, number in found:
        lost = False
        while True:
            try:
                approve(kind, number)
                break
            except DomainError as error:
                if not lost or error.code not in {"wrong_stage", "moved_meanwhile"}:
                    raise
                break  # the act whose answer was lost stands
            except (OperationalError, InterfaceError):
                if not lost:
                    tell(f"? {number}\n")
                lost = True
                _again(connection, until)
        tell(f"{kind} {number}\n")


def _again(connection: Any, until: float) -> None:
    if time.monotonic() > until:
        raise SystemExit("the server does not come back")
    connection.close()
    time.sleep(0.05)


def disagreements(query: Query, said: set[str]) -> list[str]:
    """What does not hold. said: lines that were told after their commits."""
    found = []
    steps = dict(query("SELECT entry_id, count(*) FROM pool_entrystep WHERE act = 'approve' GROUP BY entry_id"))
    logged = _logged(query, "pool_entry.approve")
    for number, stage in query("SELECT id, stage FROM pool_poolentry"):
        stands = {stage == "university_approved", steps.get(number, 0) == 1, logged.get(f"pool_entry:{number}", 0) == 1}
        once = max(steps.get(number, 0), logged.get(f"pool_entry:{number}", 0)) <= 1
        if len(stands) > 1 or not once:
            found.append(f"half: entry {number} is {stage}, {steps.get(number, 0)} steps")
        if f"p {number}" in said and stage != "university_approved":
            found.append(f"lost: entry {number} was acknowledged and is {stage}")
    answers = dict(query("SELECT asset_id, count(*) FROM registry_answer GROUP BY asset_id"))
    approved = _logged(query, "exploitation.approved")
    for number, asset, stage in query("SELECT id, asset_id, stage FROM pool_exploitationentry"):
        counts = (int(stage == "approved"), answers.get(asset, 0), approved.get(f"exploitation:{number}", 0))
        if counts not in {(0, 0, 0), (1, 1, 1)}:
            found.append(f"half: claim {number}: state, answer and log say {counts}")
        if f"e {number}" in said and counts[0] != 1:
            found.append(f"lost: claim {number} was acknowledged and is {stage}")
    return found + tree_faults(query)


def _logged(query: Query, act: str) -> dict[str, int]:
    """Entries of the log for an act, by what it was done to."""
    return dict(query(f"SELECT subject, count(*) FROM history_loggedaction WHERE act = '{act}' GROUP BY subject"))


def tree_faults(query: Query) -> list[str]:
    """Whether the log's tree is that of its entries, without gaps."""
    from panhuo.engine.proof import Frontier, root_of, tree_hash

    rows = query("SELECT number, leaf FROM history_loggedaction ORDER BY number")
    size, tops = (query("SELECT size, tops FROM history_logtree") or [(0, b"")])[0]
    sha = tree_hash("sha256")
    if [number for number, _ in rows] != list(range(1, len(rows) + 1)):
        return ["half: a gap in the log"]
    if Frontier.read(sha, size, bytes(tops)).root() != root_of(sha, [bytes(leaf) for _, leaf in rows]):
        return ["half: the tree is not that of the entries"]
    return []

"""Two officers at once: one moves the entry, the other is told; on real transactions of a register in a file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connections

from calls import Called
from desk.people.made_people import NOW, RULES
from made_pool import filled_entry, inventor_of, made_patents, pool_city
from panhuo.engine.pool import Act
from panhuo.terms.errors import DomainError

WHEN = {"at": NOW, "rules": RULES}


def test_of_two_officers_at_once_one_moves_the_entry_and_the_other_is_told(
    panhuo: Callable[..., Called], tmp_path: Path
) -> None:
    from panhuo.desk.history.models import LoggedAction
    from panhuo.desk.pool.actions import move_entry
    from panhuo.desk.pool.models import EntryStep, PoolEntry

    panhuo("status")
    empty = tmp_path / "empty.csv"
    empty.write_text("申请号,名称\n", encoding="utf-8")
    panhuo("import", empty)
    city = pool_city()
    serials = list(range(1, 7))
    entries = []
    for asset in made_patents(city.college, serials):
        inventor_of(asset, city.faming)
        entry = filled_entry(asset, city.faming)
        entries.append(move_entry(entry.pk, Act.SUBMIT, actor=city.faming, **WHEN))
    main, told = connections["default"], []
    for entry in entries:
        begin = threading.Barrier(2)

        def act(actor: Any, what: Act, entry: Any = entry, begin: threading.Barrier = begin) -> None:
            own = connections["default"] = main.copy()
            try:
                begin.wait()
                move_entry(entry.pk, what, seen=entry.version, reason="理由", actor=actor, **WHEN)
                told.append((entry.pk, what.value))
            except DomainError as error:
                told.append((entry.pk, error.code))
            finally:
                own.close()

        both = [
            threading.Thread(target=act, args=one) for one in ((city.xueyuan, Act.REVIEW), (city.xueyuan2, Act.RETURN))
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
    for entry in entries:
        said = sorted(what for number, what in told if number == entry.pk)
        assert len(said) == 2
        assert said[0] == "moved_meanwhile", said
        assert said[1] in ("return", "review")
        now = PoolEntry.objects.get(pk=entry.pk)
        assert now.version == entry.version + 1
        assert EntryStep.objects.filter(entry=entry).count() == 3
        assert LoggedAction.objects.filter(subject=f"pool_entry:{entry.pk}", act=f"pool_entry.{said[1]}").count() == 1

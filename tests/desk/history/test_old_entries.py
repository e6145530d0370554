"""Entries of older homes come into the tree, and an older version finds them again after going back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from panhuo.desk.history import log_action, logged_actions
from panhuo.desk.history.log_store import current_tree, lines
from panhuo.engine.proof import root_of, tree_hash

AT, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
OLD, NEW = [("history", "0002_logged_action")], [("history", "0007_append_only")]


def migrate(to: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    return executor.migrate(to).apps


@pytest.mark.django_db(transaction=True)
def test_old_entries_are_numbered_hashed_and_found_again_after_going_back() -> None:
    entries = migrate(OLD).get_model("history", "LoggedAction")
    for number in (3, 4, 9, 300):
        entries.objects.create(
            id=number, subject=f"case:{number}", act="opened", actor="李", day=AT, made_at=NOW,
            data={"share": 0.25, "in": [1, {"b": 2**60}], "z": "一"},
        )  # fmt: skip
    migrate(NEW)
    log_action("case:3", "closed", actor="李", at=AT, made_at=NOW)
    tree, sha = current_tree(), tree_hash("sha256")
    assert [one.number for one in logged_actions("case:3")] == [1, 5]
    assert logged_actions("case:3")[0].data == {"share": "0.25", "in": [1, {"b": "1152921504606846976"}], "z": "一"}
    assert (tree.size, tree.root()) == (5, root_of(sha, sha.leaves(line for line, _ in lines(1, 5))))
    entries = migrate(OLD).get_model("history", "LoggedAction")
    assert list(entries.objects.values_list("id", "subject")) == [
        (1, "case:3"), (2, "case:4"), (3, "case:9"), (4, "case:300"), (5, "case:3"),
    ]  # fmt: skip
    assert entries.objects.create(subject="case:3", act="noted", actor="李", day=AT, made_at=NOW, data={}).id == 6
    migrate(NEW)
    assert current_tree().size == 6

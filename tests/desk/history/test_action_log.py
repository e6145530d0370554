"""The log in its tables: numbers without gaps, one tree, nothing changed or deleted, by whatever way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from panhuo.desk.history import log_action
from panhuo.desk.history.log_store import current_tree, lines, path_between, path_to, tree_of_size
from panhuo.desk.history.models import LoggedAction, LogNode, LogTree
from panhuo.desk.history.triggers import dropped, made
from panhuo.engine.proof import check_consistency, check_inclusion, root_of, tree_hash
from panhuo.terms.errors import BadValue, DomainError

pytestmark = pytest.mark.django_db
AT, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 4, 0, 0, 123456, tzinfo=UTC)
SHA = tree_hash("sha256")


def log(number: int = 1, **more: Any) -> LoggedAction:
    return log_action(f"case:PG{number:06d}", "noted", actor="li", at=AT, made_at=NOW, **more)


def stored_root() -> bytes:
    """Root over the entries as the rows have them, by the plain definition."""
    return root_of(SHA, SHA.leaves(line for line, _ in lines(1, LoggedAction.objects.count())))


def test_entries_are_numbered_from_1_on_and_the_head_is_that_of_the_rows() -> None:
    assert current_tree().root() == SHA.nothing
    for number in range(1, 41):
        log(
            number,
            role="office",
            reason="因为",
            before={"b": 1, "a": [1, "二"]},
            after=None,
            data={"z": True, "y": None},
        )
        assert current_tree().root() == stored_root()
    assert list(LoggedAction.objects.values_list("number", flat=True)) == list(range(1, 41))


def test_every_entry_is_proved_and_every_size_is_consistent_from_kept_subtrees() -> None:
    for number in range(1, 521):
        log(number)
    assert LogNode.objects.count() == 2
    tree, leaves = current_tree(), [leaf for _, leaf in lines(1, 520)]
    assert tree.root() == stored_root()
    for number in (1, 2, 255, 256, 257, 300, 512, 513, 520):
        path = path_to(number, 520)
        assert check_inclusion(SHA, leaf=leaves[number - 1], number=number - 1, size=520, path=path, root=tree.root())
        old = tree_of_size(number)
        assert old.root() == root_of(SHA, leaves[:number])
        path = path_between(number, 520)
        assert check_consistency(SHA, old_size=number, old_root=old.root(), size=520, root=tree.root(), path=path)


def test_an_act_that_fails_leaves_no_gap_and_no_trace_in_the_tree() -> None:
    log(1)
    before = current_tree().root()

    @transaction.atomic
    def fails() -> None:
        log(2)
        log(3)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert current_tree().root() == before
    assert log(4).number == 2
    assert current_tree().root() == stored_root()


@pytest.mark.parametrize("name", ["sha256", "sm3"])
def test_the_hash_is_chosen_before_the_first_entry_and_kept(settings: Any, name: str) -> None:
    settings.LOG_HASH = name
    log(1)
    settings.LOG_HASH = ""
    log(2)
    assert (LogTree.objects.get().hash, current_tree().hash.name) == (name, name)
    settings.LOG_HASH = "sha256" if name == "sm3" else "sm3"
    with pytest.raises(DomainError) as caught:
        log(3)
    assert caught.value.code == "log_hash_fixed"


@pytest.mark.parametrize(
    "data", [{"a": 1.5}, {"a": {1: 2}}, {"a": 2**53}, {"a": "\x00"}, {"a": "\ud800"}, {"a": AT}, {"a": {"b": {2}}}]
)
def test_what_databases_keep_differently_is_refused(data: Any) -> None:
    with pytest.raises(BadValue) as caught:
        log(1, data=data)
    assert caught.value.code == "not_loggable"
    assert log(1, data={"a": (1, "二")}).number == 1
    assert current_tree().root() == stored_root()


def test_an_act_needs_its_actor() -> None:
    with pytest.raises(DomainError) as caught:
        log_action("case:1", "noted", actor=" ", at=AT, made_at=NOW)
    assert caught.value.code == "no_actor"


def test_the_models_refuse_to_change_or_delete() -> None:
    row = log(1)
    found = LoggedAction.objects.get()
    found.actor = "wang"
    for act in (
        found.save,
        row.save,
        found.delete,
        LoggedAction.objects.all().delete,
        lambda: LoggedAction.objects.update(actor="wang"),
        lambda: LoggedAction.objects.bulk_update([found], ["actor"]),
        lambda: LoggedAction.objects.bulk_create([LoggedAction(number=2)]),
        lambda: LoggedAction.objects.create(number=2, subject="a", act="b", actor="c", day=AT, made_at=NOW, leaf=b""),
        lambda: LoggedAction.objects.update_or_create(number=1, defaults={"actor": "wang"}),
        lambda: LogNode.objects.all().delete(),
    ):
        with pytest.raises(DomainError) as caught:
            act()
        assert caught.value.code == "append_only"
    assert LoggedAction.objects.get().actor == "li"


WRONGS = (
    "UPDATE history_loggedaction SET actor = 'wang' WHERE number = 1",
    "DELETE FROM history_loggedaction WHERE number = 1",
    "UPDATE history_logtree SET size = 0, tops = ''",
    "UPDATE history_logtree SET hash = 'sm3', size = size + 1",
    "DELETE FROM history_logtree",
)
COLUMNS = 'number, subject, act, day, data, made_at, role, reason, "before", "after", leaf, actor'
REPLACE = (
    f"INSERT OR REPLACE INTO history_loggedaction ({COLUMNS}) "
    f"SELECT {COLUMNS.removesuffix('actor')} 'wang' FROM history_loggedaction"
)


def statements() -> tuple[str, ...]:
    return (*WRONGS, REPLACE) if connection.vendor == "sqlite" else WRONGS


def test_the_database_refuses_what_goes_around_the_models() -> None:
    log(1)
    for statement in statements():
        with pytest.raises((IntegrityError, DatabaseError), match="append_only"), transaction.atomic():
            connection.cursor().execute(statement)
    assert current_tree().root() == stored_root()
    assert LoggedAction.objects.get().actor == "li"


def test_control_without_the_triggers_the_same_statements_go_through_and_the_tree_tells() -> None:
    log(1)
    root = stored_root()
    for statement in dropped(connection.vendor):
        connection.cursor().execute(statement)
    connection.cursor().execute(WRONGS[0])
    assert LoggedAction.objects.get().actor == "wang"
    assert stored_root() != root == current_tree().root()
    for statement in made(connection.vendor):
        connection.cursor().execute(statement)

"""Legal status as at a day, from events and status words only; no fee calendar ever ends a right.

Order of trust: the last dated turn (grant, end, restoration) up to the day; a status word holds from its own day
on and decides where no turn contradicts it; where a turn contradicts a word, the event wins and the contradiction
is shown. Before the first word only dated events speak: a grant *event* does, the date of a grant document does
not, because a document says nothing of what came after it. Else `cannot_say`. See docs/algorithms/status.md.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, IntegerValue, StringValue

from panhuo.terms.kinds import EventType as E
from panhuo.terms.kinds import LegalStatus as S

TURNS = {
    # event: (status it leads to, order among turns of one day: a restoration follows the lapse it undoes)
    E.GRANTED: (S.GRANTED_IN_FORCE, 1),
    E.REJECTED: (S.REJECTED, 2),
    E.WITHDRAWN: (S.WITHDRAWN, 3),
    E.DEEMED_ABANDONED: (S.ABANDONED, 4),
    E.TERMINATED: (S.ENDED_UNSPECIFIED, 4),
    E.ABANDONED: (S.ABANDONED, 5),
    E.ABANDONED_DOUBLE: (S.ABANDONED_DOUBLE, 5),
    E.LAPSED_UNPAID_FEE: (S.LAPSED_UNPAID_FEE, 6),
    E.EXPIRED_TERM: (S.EXPIRED_TERM, 7),
    E.RESTORED: (S.GRANTED_IN_FORCE, 8),
    E.INVALIDATED_ALL: (S.INVALIDATED_ALL, 9),
}
PENDING = (S.PENDING, S.PUBLISHED, S.EXAMINATION)
WORD_ORDER = (*PENDING, S.GRANTED_IN_FORCE, S.ENDED_UNSPECIFIED)
"""Of several words of one day the most definite is taken; ended ones stand above those named here."""
EPOCH = date(1900, 1, 1)


def legal_status(assets: Table, events: Table, at: date) -> Table:
    """One row per asset: what it is on the day `at`, since when, by what, and whether sources contradict.

    Columns: asset_id; status (LegalStatus); since (date, null where a word says it); basis: event | word | none;
    word (LegalStatus the latest word says, "" where none); contradiction (bool).
    Source: Patent Law art. 39, 40, 42, 44, 47; Implementing Rules 2023 art. 106, 115 (lapse dates back).
    """
    turns = _last_turn(events, at)
    words = _latest_word(events, at)
    later = _later_end_word(events, at)
    first = _first_steps(events, at)
    joined = (
        assets.select("asset_id")
        .left_join(turns, "asset_id")
        .drop("asset_id_right")
        .left_join(words, "asset_id")
        .drop("asset_id_right")
        .left_join(later, "asset_id")
        .drop("asset_id_right")
        .left_join(first, "asset_id")
        .drop("asset_id_right")
    )
    return _decide(joined)


def _decide(joined: Table) -> Table:
    turn, word, turn_day, word_day = joined.turn, joined.word, joined.turn_day, joined.word_day
    turn_lives = turn == S.GRANTED_IN_FORCE
    turn_ended = turn.notnull() & ~turn_lives
    word_pending = word.isin([*PENDING])
    word_ended = word.notnull() & ~word_pending & (word != S.GRANTED_IN_FORCE)
    revived = turn_lives & word_ended & (turn_day > word_day)  # granted or restored after the word was written
    status = ibis.cases(
        (turn_ended, turn),
        (revived, S.GRANTED_IN_FORCE.value),
        (word_ended, word),
        (word == S.GRANTED_IN_FORCE, word),
        (
            turn_lives & joined.ends_later.fill_null(False),
            S.CANNOT_SAY.value,
        ),  # it ended at an untold time before that word
        (turn_lives, turn),
        (word_pending, word),
        (joined.first_step.notnull(), joined.first_step),
        else_=S.CANNOT_SAY.value,
    )
    by_event = (
        turn_ended
        | revived
        | (turn_lives & word.isnull() & ~joined.ends_later.fill_null(False))
        | (turn_lives & word_pending)
    )
    contradiction = (
        (turn_ended & (word == S.GRANTED_IN_FORCE) & (word_day >= turn_day))
        | (turn_ended & word_pending & (word_day >= turn_day))
        | (turn_lives & word_pending & (word_day > turn_day))
        | joined.words_differ
    )
    return joined.select(
        "asset_id",
        status=status,
        since=ibis.ifelse(by_event, turn_day, ibis.null("date")),
        basis=ibis.cases(
            (by_event, "event"),
            (word.notnull(), "word"),
            (joined.first_step.notnull(), "event"),
            else_="none",
        ),
        word=word.fill_null(""),
        contradiction=contradiction.fill_null(False),
    )


def _last_turn(events: Table, at: date) -> Table:
    day = ibis.coalesce(events.effective_on, events.event_date)
    turns = events.filter(
        events.asset_id.notnull(), events.event_date.notnull(), day <= at, events.event.isin(list(TURNS))
    ).mutate(day=day)
    order = _days(turns.day) * 10 + _choice(turns.event, {event: rank for event, (_, rank) in TURNS.items()})
    return (
        turns.mutate(order=order)
        .group_by("asset_id")
        .agg(
            turn_event=lambda t: t.event.argmax(t.order),
            turn_day=lambda t: t.day.max(),
        )
        .mutate(turn=lambda t: _word(t.turn_event, {event: status for event, (status, _) in TURNS.items()}))
        .drop("turn_event")
    )


def _latest_word(events: Table, at: date) -> Table:
    words = events.filter(
        events.asset_id.notnull(),
        events.event == E.STATUS_WORD,
        events.known_on.notnull(),
        events.known_on <= at,
    )
    ranks = {status: rank for rank, status in enumerate(WORD_ORDER)}
    ranks |= {status: 10 + n for n, status in enumerate(S) if status not in ranks}
    order = _days(words.known_on) * 100 + _choice(words.status, ranks)
    latest = (
        words.mutate(order=order)
        .group_by("asset_id")
        .agg(word=lambda t: t.status.argmax(t.order), word_day=lambda t: t.known_on.max())
    )
    same_day = words.join(latest, "asset_id").filter(lambda t: t.known_on == t.word_day)
    differ = same_day.group_by("asset_id").agg(statuses=lambda t: t.status.nunique())
    return (
        latest.left_join(differ, "asset_id")
        .drop("asset_id_right")
        .mutate(words_differ=lambda t: t.statuses > 1)
        .drop("statuses")
    )


def _later_end_word(events: Table, at: date) -> Table:
    """Rights that a word after the day calls ended, with no dated end to say when."""
    ended = [status for status in S if status not in {*PENDING, S.GRANTED_IN_FORCE, S.CANNOT_SAY}]
    words = events.filter(events.event == E.STATUS_WORD, events.known_on > at, events.status.isin(ended))
    ends = [event for event, (status, _) in TURNS.items() if status != S.GRANTED_IN_FORCE]
    dated = events.filter(events.event.isin(ends), events.event_date.notnull()).select("asset_id").distinct()
    return (
        words.filter(words.asset_id.notnull())
        .select("asset_id")
        .distinct()
        .anti_join(dated, "asset_id")
        .mutate(ends_later=True)
    )


def _first_steps(events: Table, at: date) -> Table:
    steps = {E.PUBLISHED: S.PUBLISHED, E.EXAMINATION: S.EXAMINATION}
    seen = events.filter(events.asset_id.notnull(), events.event.isin(list(steps)), events.event_date <= at)
    order = _days(seen.event_date) * 10 + _choice(seen.event, {E.PUBLISHED: 1, E.EXAMINATION: 2})
    return (
        seen.mutate(order=order)
        .group_by("asset_id")
        .agg(step=lambda t: t.event.argmax(t.order))
        .mutate(first_step=lambda t: _word(t.step, steps))
        .drop("step")
    )


def _days(day: ibis.Value) -> IntegerValue:
    return day.delta(ibis.date(EPOCH), unit="day")


def _choice(column: StringValue, numbers: dict[E, int] | dict[S, int]) -> IntegerValue:
    return ibis.cases(*((column == key, number) for key, number in numbers.items()), else_=0)


def _word(column: StringValue, words: dict[E, S]) -> StringValue:
    return ibis.cases(*((column == key, value.value) for key, value in words.items()))


def is_in_force(status: StringValue) -> BooleanValue:
    return status == S.GRANTED_IN_FORCE

"""Background work: asked once, cancelled at its step, tried again with pauses, quarantined, taken up when lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from desk.imports.conftest import Clock
from desk.people.made_people import NOW, RULES, person
from panhuo.adapters.files.home import Home, HomeBusy
from panhuo.desk.history.actions import logged_actions
from panhuo.desk.jobs import kinds
from panhuo.desk.jobs.actions import ask_for_job, begin_job, cancel_job, retry_job
from panhuo.desk.jobs.models import Job
from panhuo.desk.jobs.progress import Progress
from panhuo.desk.jobs.worker import Worker, work_through
from panhuo.terms.errors import DomainError
from panhuo.terms.job_states import MOVES, OPEN_STATES, JobState
from panhuo.terms.roles import Role

pytestmark = pytest.mark.django_db
LATER = 4 * 365 * 24 * 3600
"""The queue asks the machine's own clock what is due: what a job waits for must lie ahead of it."""
Do = Callable[[Job, Progress], dict[str, Any]]


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.turn(LATER)
    return made


@pytest.fixture
def asker(db: None) -> Any:
    return _plain("keji")


def _plain(login: str) -> Any:
    from desk.people.made_people import account

    return account(login)


@pytest.fixture
def keeper(db: None) -> Any:
    return person("xitong", Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def work() -> Iterator[Callable[[Do], None]]:
    """Name what the kind "trial" does."""

    def name(do: Do) -> None:
        kinds.register_work("trial", do)

    yield name
    kinds._kinds.pop("trial", None)


def ask(asker: Any, **what: Any) -> Job:
    return ask_for_job("trial", what, actor=asker, at=NOW)


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def due_in(job: Job, clock: Clock) -> float:
    job.refresh_from_db()
    assert job.next_try_at is not None
    return (job.next_try_at - clock()).total_seconds()


def run_due(job: Job, home: Home, clock: Clock) -> None:
    """Let the worker come when the job is due."""
    DBTaskResult.objects.update(run_after=NOW)
    work_through(home, clock=clock)
    job.refresh_from_db()


def test_a_job_is_done_and_keeps_its_result(asker: Any, work: Any, home: Home, clock: Clock) -> None:
    work(lambda job, progress: {"rows": job.what["n"] + 1})
    job = ask(asker, n=1)
    work_through(home, clock=clock)
    assert (state(job), job.result) == ("done", {"rows": 2})
    assert not DBTaskResult.objects.exists()
    assert [one.act for one in logged_actions(f"job:{job.pk}")] == ["job.asked", "job.done"]


def test_the_same_job_asked_twice_is_one_until_it_is_over(asker: Any, work: Any, home: Home, clock: Clock) -> None:
    work(lambda job, progress: {})
    first = ask(asker, n=1)
    assert ask(asker, n=1) == first
    assert ask(asker, n=2) != first
    work_through(home, clock=clock)
    assert ask(asker, n=1) != first


def test_what_waits_is_cancelled_at_once(asker: Any, work: Any, home: Home, clock: Clock) -> None:
    done: list[int] = []
    work(lambda job, progress: done.append(job.pk) or {})
    job = ask(asker)
    cancel_job(job, actor=asker, at=NOW, rules=RULES)
    work_through(home, clock=clock)
    assert (state(job), done) == ("cancelled", [])
    with pytest.raises(DomainError) as caught:
        cancel_job(job, actor=asker, at=NOW, rules=RULES)
    assert caught.value.code == "job_over"


def test_what_runs_is_cancelled_at_its_next_step_and_can_be_begun_again(
    asker: Any,
    work: Any,
    home: Home,
    clock: Clock,
) -> None:
    steps: list[str] = []

    def slow(job: Job, progress: Progress) -> dict[str, Any]:
        for name in ("one", "two", "three"):
            progress.step(name, done=len(steps), of=3)
            steps.append(name)
            if name == "two" and len(steps) == 2:
                cancel_job(job, actor=asker, at=NOW, rules=RULES)
        return {}

    work(slow)
    job = ask(asker)
    work_through(home, clock=clock)
    assert (state(job), steps) == ("cancelled", ["one", "two"])
    retry_job(job, actor=asker, at=NOW, rules=RULES)
    work_through(home, clock=clock)
    assert state(job) == "done"


def test_what_fails_is_tried_again_with_growing_pauses_then_quarantined_while_others_flow(
    asker: Any,
    keeper: Any,
    work: Any,
    home: Home,
    clock: Clock,
) -> None:
    def poison(job: Job, progress: Progress) -> dict[str, Any]:
        if job.what.get("bad"):
            raise ValueError("13800001111 stands in a row")
        return {}

    work(poison)
    job, good = ask(asker, bad=True), ask(asker)
    work_through(home, clock=clock)
    pauses = []
    while state(job) == "waiting":
        pauses.append(due_in(job, clock))
        clock.turn(pauses[-1])
        run_due(job, home, clock)
    assert pauses == [10, 20, 40, 80]
    assert (job.state, job.tries, job.error_code) == ("quarantined", 5, "unexpected")
    assert "138" not in job.error, "the words of an error may hold what stood in a file"
    assert state(good) == "done"
    with pytest.raises(DomainError) as caught:
        retry_job(job, actor=asker, at=NOW, rules=RULES)
    assert caught.value.code == "not_allowed"
    assert retry_job(job, actor=keeper, at=NOW, rules=RULES).state == "waiting"


def test_a_job_that_gets_further_at_each_try_is_never_quarantined(
    asker: Any,
    work: Any,
    home: Home,
    clock: Clock,
) -> None:
    """Negative control of the count: nine stumbles, each further on."""
    at: list[int] = []

    def stumbling(job: Job, progress: Progress) -> dict[str, Any]:
        at.append(1)
        progress.step("on", done=10 * len(at))
        if len(at) < 10:
            raise OSError
        return {}

    work(stumbling)
    job = ask(asker)
    work_through(home, clock=clock)
    for _ in range(12):
        if state(job) == "waiting":
            run_due(job, home, clock)
    assert (state(job), len(at)) == ("done", 10)


def test_what_cannot_be_done_fails_at_once_with_its_code(asker: Any, work: Any, home: Home, clock: Clock) -> None:
    def refused(job: Job, progress: Progress) -> dict[str, Any]:
        raise DomainError("The table breaks off. Export it again.", code="damaged_table")

    work(refused)
    job = ask(asker)
    work_through(home, clock=clock)
    assert (state(job), job.tries, job.error_code) == ("failed", 1, "damaged_table")


def test_other_work_in_the_register_makes_it_wait_without_counting(
    asker: Any,
    work: Any,
    home: Home,
    clock: Clock,
) -> None:
    def busy(job: Job, progress: Progress) -> dict[str, Any]:
        with progress.home.writing():
            return {}

    work(busy)
    job = ask(asker)
    with home.writing():
        work_through(home, clock=clock)
    assert (state(job), job.tries, due_in(job, clock)) == ("waiting", 0, 10)
    run_due(job, home, clock)
    assert job.state == "done"


def test_a_job_whose_worker_died_is_taken_up_and_after_too_many_deaths_quarantined(
    asker: Any,
    work: Any,
    home: Home,
    clock: Clock,
) -> None:
    work(lambda job, progress: {})
    lost, cursed = ask(asker), ask(asker, n=1)
    begin_job(lost, at=NOW, rules=RULES)
    for _ in range(5):  # as five killed workers leave it
        begin_job(cursed, at=NOW, rules=RULES)
        Worker(home, clock=clock).recover()
        cursed.refresh_from_db()
    work_through(home, clock=clock)
    assert state(lost) == "done"
    assert (state(cursed), cursed.error_code) == ("quarantined", "worker_died")


def test_a_job_that_lost_its_place_in_the_queue_is_found(asker: Any, work: Any, home: Home, clock: Clock) -> None:
    work(lambda job, progress: {})
    job = ask(asker)
    DBTaskResult.objects.all().delete()
    work_through(home, clock=clock)
    assert state(job) == "done"


def test_a_worker_that_is_asked_to_stop_ends_after_the_step_and_the_next_one_goes_on(
    asker: Any,
    work: Any,
    home: Home,
    clock: Clock,
) -> None:
    steps: list[int] = []
    worker = Worker(home, clock=clock, batch=True)

    def long(job: Job, progress: Progress) -> dict[str, Any]:
        for number in range(3):
            progress.step("on", done=number)
            steps.append(number)
            if len(steps) == 2:
                worker.shutdown(15, None)
        return {}

    work(long)
    job = ask(asker)
    worker.run()
    assert (state(job), steps, job.tries) == ("waiting", [0, 1], 0)
    work_through(home, clock=clock)
    assert (state(job), steps) == ("done", [0, 1, 0, 1, 2])


def test_one_worker_works_on_a_home(home: Home, clock: Clock, db: None) -> None:
    assert not home.has_worker
    with home.working():
        assert home.has_worker
        with pytest.raises(HomeBusy):
            work_through(home, clock=clock)
    assert not home.has_worker


def test_a_job_of_somebody_else_is_not_there_but_for_who_manages_the_work(asker: Any, keeper: Any, work: Any) -> None:
    job, other = ask(asker), _plain("linju")
    for act in (cancel_job, retry_job):
        with pytest.raises(DomainError) as caught:
            act(job, actor=other, at=NOW, rules=RULES)
        assert caught.value.code == "not_there"
    assert cancel_job(job, actor=keeper, at=NOW, rules=RULES).state == "cancelled"


@pytest.mark.parametrize("state_now", ["waiting", "running", "cancelling", "done"])
def test_only_what_ended_badly_is_begun_again(state_now: str, asker: Any) -> None:
    job = ask(asker)
    Job.objects.filter(pk=job.pk).update(state=state_now)
    job.refresh_from_db()
    with pytest.raises(DomainError) as caught:
        retry_job(job, actor=asker, at=NOW, rules=RULES)
    assert caught.value.code == "job_not_over"


def test_every_open_state_has_a_way_out_and_done_has_none() -> None:
    for one in OPEN_STATES:
        assert {after for before, after in MOVES if before is one} - {one}
    assert not [after for before, after in MOVES if before is JobState.DONE]

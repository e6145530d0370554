"""A draft is judged in the background, reviewed by different persons, and frozen only as far as it still holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desk.editions.made_drafts import RIGHTS, TODAY, approve, publish, told, work
from desk.listings.made_register import Register
from desk.people.made_people import NOW, RULES
from panhuo.adapters.files.home import Home
from panhuo.terms.edition_states import MOVES, REVIEWS, DraftAct, DraftState, move_of
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)
Office = dict[str, Any]


def titles(thing: Any, part: str) -> list[str]:
    return [row.cells[1] for row in thing.rows.filter(part=part)]


def refused(code: str, act: Callable[[], Any]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def test_a_draft_holds_list_and_annex_with_each_reason(stock: Register, drafted: Any) -> None:
    draft = drafted()
    assert (draft.state, draft.listed, draft.annex) == ("drafted", 3, 2)
    assert titles(draft, "list") == list(RIGHTS)
    annex = {row.cells[1]: row.why for row in draft.rows.filter(part="annex")}
    assert annex == {"一种已质押的电池": "pledged", "一种不同意推介的隔膜": "consent_refused"}


@pytest.mark.parametrize(("audience", "steps"), [("firms", 1), ("finance", 2), ("public", 3)])
def test_an_edition_goes_through_as_many_reviews_as_its_audience_needs(
    stock: Register, home: Home, drafted: Any, office: Office, audience: str, steps: int
) -> None:
    from panhuo.desk.history.actions import logged_actions

    draft = approve(drafted(audience), office)
    assert (draft.steps, draft.state) == (steps, "approved")
    published = publish(home, draft, office)
    edition = published.edition
    assert (published.state, edition.number, edition.day) == ("published", 1, TODAY)
    assert titles(edition, "list") == list(RIGHTS)
    names = [one["name"] for one in edition.notes["steps"]]
    assert names == ["author某", *("first某", "second某", "third某")[:steps], "publisher某"]
    assert all(one["at"].startswith("2026-11-23") for one in edition.notes["steps"])
    acts = [one.act for one in logged_actions(f"edition_draft:{draft.pk}")]
    assert acts[-1] == "edition.published"
    assert acts.count("edition.pass") == steps


def test_no_person_takes_two_steps_also_not_in_a_later_round(stock: Register, drafted: Any, office: Office) -> None:
    from panhuo.desk.editions.draft_actions import give_back, pass_review, submit

    draft = drafted("finance")
    submit(draft, **told(office["author"]))
    said = refused("not_allowed", lambda: pass_review(draft, **told(office["author"])))
    assert said.fields["reason"] == "other_step"
    pass_review(draft, **told(office["third"]))
    assert refused("not_allowed", lambda: pass_review(draft, **told(office["third"]))).fields["reason"] == "other_step"
    give_back(draft, reason="价格有误", **told(office["second"]))
    submit(draft, **told(office["author"]))
    pass_review(draft, **told(office["first"]))
    assert refused("not_allowed", lambda: pass_review(draft, **told(office["third"]))).fields["reason"] == "other_step"
    pass_review(draft, **told(office["second"]))
    assert draft.state == "approved"


def test_a_draft_comes_back_with_a_reason_and_never_without(stock: Register, drafted: Any, office: Office) -> None:
    from panhuo.desk.editions.draft_actions import give_back, submit

    draft = submit(drafted(), **told(office["author"]))
    refused("no_reason", lambda: give_back(draft, reason="  ", **told(office["first"])))
    give_back(draft, reason="第三件价格有误", **told(office["first"]))
    last = draft.steps_taken.last()
    assert (draft.state, last.act, last.name, last.reason) == ("drafted", "give_back", "first某", "第三件价格有误")


def test_an_officer_of_another_city_moves_nothing(stock: Register, drafted: Any, office: Office) -> None:
    from panhuo.desk.editions.draft_actions import ask_to_publish, drop, give_back, pass_review, submit

    draft = drafted()
    other = told(office["stranger"])
    refused("not_allowed", lambda: submit(draft, **other))
    refused("not_allowed", lambda: drop(draft, **other))
    submit(draft, **told(office["author"]))
    refused("not_allowed", lambda: pass_review(draft, **other))
    refused("not_allowed", lambda: give_back(draft, reason="x", **other))
    pass_review(draft, **told(office["first"]))
    refused("not_allowed", lambda: ask_to_publish(draft, **other))


def test_of_two_reviewers_at_once_one_moves_the_draft(stock: Register, drafted: Any, office: Office) -> None:
    from panhuo.desk.editions.draft_actions import give_back, pass_review, submit
    from panhuo.desk.editions.models import Draft

    draft = submit(drafted("finance"), **told(office["author"]))
    one, other = Draft.objects.get(pk=draft.pk), Draft.objects.get(pk=draft.pk)
    pass_review(one, **told(office["first"]))
    refused("draft_moved", lambda: give_back(other, reason="x", **told(office["publisher"])))
    draft.refresh_from_db()
    assert (draft.state, draft.steps_taken.filter(before="review_1").count()) == ("review_2", 1)


def test_each_move_of_the_table_is_made_and_no_other(stock: Register, drafted: Any, office: Office) -> None:
    """Walks every state by every act: what the table lacks is refused."""
    from panhuo.desk.editions import draft_actions as acts

    people = {
        "author": office["author"],
        "first": office["first"],
        "second": office["second"],
        "third": office["third"],
    }
    calls: dict[DraftAct, Callable[[Any, Any], Any]] = {
        DraftAct.JUDGE: lambda d, who: acts.ask_for_rows(d, day=TODAY, **told(who)),
        DraftAct.SUBMIT: lambda d, who: acts.submit(d, **told(who)),
        DraftAct.PASS: lambda d, who: acts.pass_review(d, **told(who)),
        DraftAct.GIVE_BACK: lambda d, who: acts.give_back(d, reason="x", **told(who)),
        DraftAct.PUBLISH: lambda d, who: acts.ask_to_publish(d, **told(who)),
        DraftAct.DROP: lambda d, who: acts.drop(d, **told(who)),
    }
    reviewers = dict(zip(REVIEWS, ("first", "second", "third"), strict=True))
    from panhuo.desk.editions.models import Draft

    draft = drafted("public")
    for state in DraftState:
        for act, call in calls.items():
            Draft.objects.filter(pk=draft.pk).update(state=state)
            draft.refresh_from_db()
            name = reviewers.get(state, "first" if state == DraftState.APPROVED else "author")
            if move_of(state, act, steps=3) is None:
                refused("draft_moved", lambda call=call, name=name: call(draft, people[name]))  # type: ignore[misc]
                draft.refresh_from_db()
                assert draft.state == state
    assert {one.after for one in MOVES} == set(DraftState)


def test_what_lapsed_or_lost_consent_between_is_set_apart_and_never_published(
    stock: Register, home: Home, drafted: Any, office: Office
) -> None:
    from panhuo.desk.registry.models import Asset

    draft = approve(drafted(), office)
    stock.event(Asset.objects.get(title=RIGHTS[0]), "lapsed_unpaid_fee", TODAY)
    stock.offer(Asset.objects.get(title=RIGHTS[1]), consent="no", stated_on=TODAY)
    stock.commit()
    edition = publish(home, draft, office).edition
    assert titles(edition, "list") == [RIGHTS[2]]
    assert RIGHTS[0] not in titles(edition, "annex")
    apart = {row.cells[1]: row.why for row in draft.rows.filter(part="apart")}
    assert apart == {RIGHTS[0]: "lapsed_unpaid_fee", RIGHTS[1]: "consent_refused"}
    assert edition.notes["apart"] == 2


def test_control_without_judging_again_a_lapsed_right_would_be_published(
    stock: Register, home: Home, drafted: Any, office: Office
) -> None:
    from panhuo.desk.editions.draft_actions import publish as freeze
    from panhuo.desk.editions.work import judge
    from panhuo.desk.registry.models import Asset

    draft = drafted()
    before = judge(home, draft, day=TODAY, made_at=NOW)
    approve(draft, office)
    stock.event(Asset.objects.get(title=RIGHTS[0]), "lapsed_unpaid_fee", TODAY)
    stock.commit()
    freeze(draft, before, actor=office["publisher"], at=NOW)
    assert RIGHTS[0] in titles(draft.edition, "list")


def test_what_reviewers_did_not_see_waits_for_the_next_edition(
    stock: Register, home: Home, drafted: Any, office: Office
) -> None:
    from panhuo.desk.registry.models import Asset

    draft = approve(drafted(), office)
    stock.offer(stock.right("一种新来的电池"))
    stock.offer(Asset.objects.get(title=RIGHTS[1]), price_cny="9900000.00", stated_on=TODAY)
    stock.commit()
    edition = publish(home, draft, office).edition
    assert titles(edition, "list") == [RIGHTS[0], RIGHTS[2]]
    assert [row.cells[0] for row in edition.rows.filter(part="list")] == [1, 2]
    why = {row.cells[1]: row.cells[-1] for row in edition.rows.filter(part="annex")}
    assert why["一种新来的电池"] == "审核后新增，列入下一期"
    assert why[RIGHTS[1]] == "审核后内容有变化"


def test_nothing_is_published_when_nothing_stands_and_no_number_is_used(
    stock: Register, home: Home, drafted: Any, office: Office
) -> None:
    from panhuo.desk.jobs.models import Job
    from panhuo.desk.listings.models import Edition
    from panhuo.desk.registry.models import Asset

    draft = approve(drafted(), office)
    for title in RIGHTS:
        stock.event(Asset.objects.get(title=title), "lapsed_unpaid_fee", TODAY)
    stock.commit()
    publish(home, draft, office)
    assert (draft.state, draft.edition, Edition.objects.count()) == ("approved", None, 0)
    assert Job.objects.get(pk=draft.job).error_code == "nothing_to_publish"


def test_asked_twice_it_is_published_once(stock: Register, home: Home, drafted: Any, office: Office) -> None:
    from panhuo.desk.editions.draft_actions import ask_to_publish
    from panhuo.desk.listings.models import Edition

    draft = approve(drafted(), office)
    for who in ("publisher", "publisher"):
        ask_to_publish(draft, **told(office[who]))
    work(home)
    draft.refresh_from_db()
    assert (draft.state, Edition.objects.count()) == ("published", 1)
    refused("draft_moved", lambda: ask_to_publish(draft, **told(office["publisher"])))


def test_a_publisher_who_lost_the_role_meanwhile_publishes_nothing(
    stock: Register, home: Home, drafted: Any, office: Office
) -> None:
    from panhuo.desk.editions.draft_actions import ask_to_publish
    from panhuo.desk.jobs.models import Job
    from panhuo.desk.people.models import Membership

    draft = approve(drafted(), office)
    ask_to_publish(draft, **told(office["publisher"]))
    Membership.objects.filter(account=office["publisher"]).update(valid_to=NOW)
    work(home, NOW + timedelta(minutes=1))
    draft.refresh_from_db()
    assert (draft.state, draft.edition) == ("approved", None)
    assert Job.objects.get(pk=draft.job).error_code == "not_allowed"


def test_a_region_may_ask_for_more_reviews_than_others(office: Office) -> None:
    from panhuo.desk.editions.draft_actions import steps_of

    class Rules:
        def table(self, _: str) -> list[dict[str, str]]:
            return [
                {"audience": "firms", "region": region, "steps": steps}
                for region, steps in (("", "1"), ("9901", "2"), ("990102", "3"))
            ]

    rules: Any = Rules()
    assert [steps_of("firms", code, rules) for code in ("990200", "990101", "990102")] == [1, 2, 3]
    refused("unknown_audience", lambda: steps_of("nobody", "990101", RULES))


def test_a_day_that_has_not_come_is_refused(stock: Register, drafted: Any) -> None:
    refused("future_day", lambda: drafted(day=TODAY + timedelta(days=1)))

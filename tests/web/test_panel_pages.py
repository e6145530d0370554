"""Cases and panels through the pages: gates, conflicts in words, blind sheets, results, and nobody who sees more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panhuo.desk.assessments.models import AssessmentCase, PanelExpert, PanelScore
from panhuo.desk.history.models import LoggedAction
from panhuo.desk.people.models import Account, ExportRecord
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Role
from panhuo.web.checks import urls
from site_objects import example_of
from site_panels import AGENCY, INVENTOR, OWNER, TITLE, Office, filled, office, opened, panel_of, seated, who

pytestmark = pytest.mark.django_db

Enter = Callable[..., Client]


@pytest.fixture
def made(signed_in: Enter) -> Office:
    return office(signed_in)


def seat_of(panel: Any, login: str) -> PanelExpert:
    return PanelExpert.objects.get(panel=panel, account__login=login)


def sheet(panel: Any, login: str) -> str:
    return f"/reviews/{seat_of(panel, login).pk}/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_case_goes_through_its_gates_to_the_second_assessment(made: Office) -> None:
    case = opened(made)
    client, home = made.clients["organiser"], f"/assessment/{case.pk}/"
    assert "缺发明人自评" in text(client.get(home))
    early = client.post(f"{home}second/", {"agency": "江城评估有限公司"})
    assert "现在还不能办理：门槛一：缺发明人自评" in text(early)
    graded = {"inventor": INVENTOR, "level": "4", "willingness": "willing", "graded_on": "2026-01-05", "reason": ""}
    assert client.post(f"{home}self-grade/", graded).status_code == 302
    answers = {
        "right_state": "clear", "right_quality": "usable", "advancement": "above", "market_outlook": "clear",
        "conditions": "laboratory", "takers": "known",
    }  # fmt: skip
    assert client.post(f"{home}first/", {**answers, "assessor": "直丙"}).status_code == 302
    assert "请另选一家" in text(client.post(f"{home}second/", {"agency": OWNER}))
    assert client.post(f"{home}second/", {"agency": "江城评估有限公司"}).status_code == 302
    case.refresh_from_db()
    assert (case.stage, case.unit.name) == ("second_ordered", OWNER)
    assert "江城评估有限公司" in text(client.get(home))


def test_five_experts_score_blindly_and_the_result_is_fixed_with_its_disagreement(made: Office) -> None:
    panel = panel_of(made, opened(made))
    page = f"/assessment/panels/{panel.pk}/"
    for place, points in enumerate(("90", "80", "70", "75", "20"), start=1):
        client = made.clients[f"e{place}"]
        answer = client.post(sheet(panel, f"e{place}"), {**filled(panel, points), "hand_in": "1"})
        assert answer.status_code == 302, text(answer)
        shown = text(made.clients["organiser"].get(page))
        assert f"{place} / 5" in shown.replace("&nbsp;", " ") or "已提交" in shown
        assert "各指标得分和分歧" not in shown, "scores of a blind panel stay hidden until the end"
    assert made.clients["organiser"].post(f"{page}decide/").status_code == 302
    panel.refresh_from_db()
    assert panel.result["points"] == "75.00"
    shown = text(made.clients["organiser"].get(page))
    assert all(one in shown for one in ("75.00", "需讨论", "偏离较大：", "E5", "24.41"))


def test_a_draft_is_kept_as_typed_and_counts_for_nothing_until_it_is_handed_in(made: Office) -> None:
    panel = panel_of(made, opened(made), experts=1)
    client, address = made.clients["e1"], sheet(panel, "e1")
    assert client.post(address, {**filled(panel, "8O"), "save": "1"}).status_code == 302
    assert 'value="8O"' in text(client.get(address))
    assert not PanelScore.objects.exists()
    wrong = text(client.post(address, {**filled(panel, "101"), "comment_maturity": "样机已有", "hand_in": "1"}))
    assert "分数应为 0 到 100 的数字" in wrong
    assert 'value="101"' in wrong, "what was typed stays"
    assert "样机已有" in wrong
    assert client.post(address, {**filled(panel, "８０"), "hand_in": "1"}).status_code == 302
    shown = text(client.get(address))
    assert "已提交" in shown
    assert "保存草稿" not in shown
    client.post(address, {**filled(panel, "10"), "hand_in": "1"})
    assert {one.points for one in PanelScore.objects.all()} == {80}


def test_a_declared_conflict_blocks_from_then_on_and_the_scores_do_not_count(made: Office) -> None:
    case = opened(made)
    panel = panel_of(made, case)
    client, address = made.clients["e1"], sheet(panel, "e1")
    client.post(address, {**filled(panel), "hand_in": "1"})
    assert "请填写" in text(client.post(f"{address}conflict/", {"reason": " "})) or PanelExpert.objects.filter(
        conflict_reason=""
    )
    assert client.post(f"{address}conflict/", {"reason": "与发明人合作过项目"}).status_code == 302
    assert "不再参加" in text(client.get(address))
    assert "石灰窑" not in text(client.get(address))
    assert "已回避" in text(made.clients["organiser"].get(f"/assessment/panels/{panel.pk}/"))
    assert PanelScore.objects.filter(expert__withdrawn_on=None).count() == 0
    made.clients["organiser"].post(f"/assessment/{case.pk}/stop/", {"reason": "重来"})
    again = opened_again(made)
    second = panel_of(made, again, experts=0)
    assert "曾就该专利声明回避" in text(seated(made, second, "e1"))


def opened_again(made: Office) -> AssessmentCase:
    made.clients["organiser"].post("/assessment/new/", {"numbers": made.number})
    return AssessmentCase.objects.exclude(stage="stopped").get()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"workplace": OWNER}, "工作单位是权利人"),
        ({"relations": INVENTOR}, "声明过利害关系"),
        ({"has_declared": ""}, "尚未声明利害关系"),
    ],
)
def test_an_expert_in_conflict_is_refused_in_words(made: Office, changed: dict[str, str], said: str) -> None:
    panel = panel_of(made, opened(made), experts=0)
    answer = seated(made, panel, "e1", **changed)
    assert said in text(answer)
    assert not PanelExpert.objects.exists()
    assert seated(made, panel, "e1").status_code == 302, "without the tie the same expert is taken"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(1, 3000), unit=st.sampled_from(["own", "other"]), depth=st.integers(0, 1))
def test_nobody_scores_what_he_owns_or_owned_within_the_years(made: Office, days: int, unit: str, depth: int) -> None:
    """An expert who left an organisation so many days ago, the owner or another one, or a college of the owner."""
    from django.db import transaction

    from panhuo.desk.assessments.organiser_actions import seat_expert
    from panhuo.desk.people.models import Membership, Organisation

    told = who()
    years = told["rules"].integer("people.conflict_years")
    organiser, expert = Account.objects.get(login="organiser"), Account.objects.get(login="e1")
    with transaction.atomic():
        case = AssessmentCase.objects.first() or opened(made)
        panel = case.panels.filter(decided_on=None).first() or panel_of(made, case, experts=0)
        place = made.units[unit]
        if depth:
            place = Organisation.objects.create(
                name=f"学院{days}", kind="college", parent=place, open_from="2000-01-01", made_at=told["at"]
            )
        left = told["at"] - timedelta(days=days)
        Membership.objects.create(
            account=expert, organisation=place, role="college_officer", valid_from=left - timedelta(days=9),
            valid_to=left, granted_by="t", made_at=told["at"],
        )  # fmt: skip
        wanted = unit == "own" and timezone.localdate(left) >= _years_ago(timezone.localdate(told["at"]), years)
        try:
            seat_expert(panel, expert, workplace="江城学院", has_declared=True, **{**told, "actor": organiser})
            refused = False
        except DomainError as error:
            refused = error.code == "conflict_of_interest"
        transaction.set_rollback(True)
    assert refused == wanted


def _years_ago(day: Any, years: int) -> Any:
    from panhuo.terms.dates import add_years

    return add_years(day, -years)


def test_who_joins_the_owner_after_he_was_seated_scores_no_more(made: Office) -> None:
    from panhuo.desk.people.actions import join

    panel = panel_of(made, opened(made))
    join(Account.objects.get(login="e1"), Role.UNIVERSITY_OFFICER, organisation=made.units["own"], **who())
    answer = made.clients["e1"].post(sheet(panel, "e1"), {**filled(panel), "hand_in": "1"})
    assert answer.status_code == 403
    assert not PanelScore.objects.exists()
    for place in range(2, 6):
        made.clients[f"e{place}"].post(sheet(panel, f"e{place}"), {**filled(panel), "hand_in": "1"})
    assert "须回避" in text(made.clients["organiser"].post(f"/assessment/panels/{panel.pk}/decide/"))


def walked(client: Client, things: dict[str, Any]) -> list[tuple[str, str]]:
    """Every URL of the site by GET and POST as this person, with what it answers, headers and all."""
    found = []
    for _, pattern in urls():
        arguments = dict.fromkeys(example_of(pattern).arguments, 1)
        for name, value in things.items():
            if pattern.name.startswith(name):
                arguments = {key: value for key in arguments}
        if pattern.name in ("account_logout", "mfa_login_webauthn") or "openid" in pattern.name:
            continue
        address = reverse(pattern.name, kwargs=arguments)
        for answer in (client.get(address), client.get(f"{address}?q=供风&subject=case:1")):
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found.append((address, f"{dict(answer.headers)}{body.decode('utf-8', 'replace')}"))
    return found


def leaking(made: Office, panel: Any) -> list[str]:
    """Pages that an expert of the panel reaches on which something stands that leads to the owner."""
    client = made.clients["e1"]
    client.raise_request_exception = False
    things = {"reviews-": seat_of(panel, "e1").pk, "stock-patent": made.asset, "panels-": panel.pk}
    hidden = [OWNER, INVENTOR, AGENCY, "材料学院", made.number, made.number.replace(".", ""), made.number.split(".")[0]]
    found = []
    for address, said in walked(client, things):
        found += [f"{address}: {one}" for one in hidden if one in said]
    return found


def test_no_page_that_a_blind_expert_reaches_leads_to_the_owner(made: Office) -> None:
    """Also for one who would see the whole stock by another role, and after he typed, was refused and handed in."""
    from panhuo.desk.people.actions import join

    panel = panel_of(made, opened(made))
    region = made.units["own"].__class__.objects.create(
        name="望岭市局", kind="city_office", region_code="990100", open_from=date(2020, 1, 1), made_at=timezone.now()
    )
    join(Account.objects.get(login="e1"), Role.CITY_OFFICER, organisation=region, **who())
    assert made.clients["e1"].get(f"/stock/{made.asset}/").status_code == 404
    assert "石灰窑" in text(made.clients["e1"].get("/reviews/"))
    assert "石灰窑" in text(made.clients["e1"].get("/reviews/?q=供风"))
    assert "石灰窑" not in text(made.clients["e1"].get("/reviews/?q=云湖"))
    assert leaking(made, panel) == []
    made.clients["e1"].post(sheet(panel, "e1"), {**filled(panel), "hand_in": "1"})
    assert leaking(made, panel) == []


def test_a_pure_expert_finds_no_owner_anywhere_and_a_leak_would_be_found(made: Office, monkeypatch: Any) -> None:
    panel = panel_of(made, opened(made))
    assert leaking(made, panel) == []
    monkeypatch.setattr("panhuo.web.pages.panels.reviews.texts_of", lambda seat, told: {"title": TITLE})
    assert leaking(made, panel), "negative control: a title that was not withheld"


def test_an_open_panel_tells_its_experts_whose_patent_it_is(made: Office) -> None:
    panel = panel_of(made, opened(made), experts=1, way="open")
    assert OWNER in text(made.clients["e1"].get(sheet(panel, "e1")))


def test_no_expert_sees_the_sheet_of_another(made: Office) -> None:
    panel = panel_of(made, opened(made), experts=2)
    assert made.clients["e1"].get(sheet(panel, "e2")).status_code == 404
    assert made.clients["e1"].post(sheet(panel, "e2"), {**filled(panel), "hand_in": "1"}).status_code == 404


def test_an_officer_of_another_university_opens_no_case_on_it(made: Office) -> None:
    client = made.person("stranger", Role.UNIVERSITY_OFFICER, made.units["other"])
    assert "不在您可评审的存量专利中" in text(client.post("/assessment/new/", {"numbers": made.number}))
    assert not AssessmentCase.objects.exists()
    case = opened(made)
    assert client.get(f"/assessment/{case.pk}/").status_code == 404
    assert TITLE not in text(client.get("/assessment/"))
    assert TITLE in text(made.clients["organiser"].get("/assessment/"))


def test_cases_are_found_by_number_and_words_and_exports_are_recorded(made: Office) -> None:
    opened(made)
    client = made.clients["organiser"]
    for words in ("供风", made.number, "pg000001"):
        assert TITLE in text(client.get("/assessment/", {"q": words})), words
    assert TITLE not in text(client.get("/assessment/", {"q": "锂电池"}))
    answer = client.post("/assessment/export/?q=供风")
    body = b"".join(answer.streaming_content)
    record = ExportRecord.objects.get()
    assert body[:2] == b"PK"
    assert (record.what, record.rows, record.filter) == ("assessment_cases", 1, {"q": "供风"})
    assert record.watermark in answer.headers["Content-Disposition"]


def test_acts_are_logged_under_the_account(made: Office) -> None:
    panel = panel_of(made, opened(made), experts=1)
    made.clients["e1"].post(sheet(panel, "e1"), {**filled(panel), "hand_in": "1"})
    told = set(LoggedAction.objects.values_list("actor", "act"))
    assert {("organiser", "opened"), ("organiser", "assigned"), ("e1", "handed_in")} <= told


@pytest.mark.parametrize("address", ["/assessment/", "/reviews/"])
def test_lists_ask_the_same_number_of_queries_whatever_their_rows(
    made: Office, address: str, django_assert_max_num_queries: Any
) -> None:
    panel_of(made, opened(made))
    client = made.clients["organiser" if "assess" in address else "e1"]
    client.get(address)
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200

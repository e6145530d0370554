"""The city's proportions against its parameters, each of which names its source."""

from __future__ import annotations

from itertools import chain, islice

import pytest

from panhuo.demo_city.actors import make_cast
from panhuo.demo_city.dealings import Dealings
from panhuo.demo_city.life import Lives
from panhuo.demo_city.numbering import Numbers
from panhuo.demo_city.parameters import CityPlan, load_plan
from panhuo.demo_city.patent import STATUS_WORDS, Patent
from panhuo.demo_city.patent_files import EVENT_TEXTS
from panhuo.demo_city.term_bank import load_fields
from panhuo.rules import load_pack

DRAWN = 6_000


@pytest.fixture(scope="module")
def plan() -> CityPlan:
    return load_plan()


@pytest.fixture(scope="module")
def drawn(plan: CityPlan) -> tuple[list[Patent], Dealings]:
    numbers = Numbers(11)
    cast = make_cast(plan, load_fields(), numbers, patents=DRAWN, seed=11)
    dealings = Dealings(plan, cast, numbers, 11)
    patents = list(islice(chain.from_iterable(Lives(plan, cast, numbers, 11).draw()), DRAWN))
    for patent in patents:
        dealings.happen(patent)
    return patents, dealings


def share(patents: list[Patent], of: list[Patent]) -> float:
    return len(patents) / len(of)


def inventions(patents: list[Patent]) -> list[Patent]:
    return [patent for patent in patents if patent.kind == "invention"]


def test_every_parameter_names_source_and_status(plan: CityPlan) -> None:
    assert all(parameter.source and parameter.status for parameter in plan.parameters.values())
    assert len(plan.parameters) > 25


def test_inventions_among_rights_in_force(plan: CityPlan, drawn: tuple[list[Patent], Dealings]) -> None:
    alive = [patent for patent in drawn[0] if patent.is_in_force]
    academic = [patent for patent in alive if patent.applicants[0].is_academic]
    firms = [patent for patent in alive if patent.applicants[0].type == "enterprise"]
    assert share(inventions(academic), academic) == pytest.approx(plan.share("academic_inventions_in_force"), abs=0.05)
    assert share(inventions(firms), firms) == pytest.approx(plan.share("firm_inventions_in_force"), abs=0.04)


def test_the_university_has_most(drawn: tuple[list[Patent], Dealings], plan: CityPlan) -> None:
    of_university = [patent for patent in drawn[0] if patent.applicants[0].key == "university"]
    wanted = plan.value("owner_shares")["university"]
    assert share(of_university, drawn[0]) == pytest.approx(wanted, abs=0.03)


def test_decided_inventions_fare_as_in_the_export(plan: CityPlan, drawn: tuple[list[Patent], Dealings]) -> None:
    decided = [patent for patent in inventions(drawn[0]) if patent.granted or patent.ended]
    rejected = [patent for patent in decided if patent.status == "rejected"]
    withdrawn = [patent for patent in decided if patent.status == "withdrawn"]
    assert share(rejected, decided) == pytest.approx(plan.share("refused_share"), abs=0.03)
    assert share(withdrawn, decided) == pytest.approx(plan.share("withdrawn_share"), abs=0.03)


def test_pairs_transfers_and_pledges(plan: CityPlan, drawn: tuple[list[Patent], Dealings]) -> None:
    patents = drawn[0]
    pairs = [patent for patent in patents if patent.has_pair]
    moved = [patent for patent in patents if any(event.code in ("TR01", "TA01") for event in patent.events)]
    pledged = [patent for patent in patents if any(event.code == "PE01" for event in patent.events)]
    assert share(pairs, patents) == pytest.approx(plan.share("pair_member_share"), abs=0.025)
    assert share(moved, patents) == pytest.approx(plan.share("transfer_share"), abs=0.02)
    assert share(pledged, patents) == pytest.approx(plan.share("pledge_share"), abs=0.008)


def test_licence_fees_and_patents_per_contract(plan: CityPlan, drawn: tuple[list[Patent], Dealings]) -> None:
    rows = drawn[1].rows["licence"]
    numbers = {row.number for row in rows}
    assert len(rows) / len(numbers) == pytest.approx(plan.value("licence_patents_per_contract"), abs=0.9)
    free = {row.number for row in rows if row.note == "免费"}
    assert len(free) / len(numbers) == pytest.approx(plan.value("licence_fees")["free"], abs=0.25)


def test_nothing_happens_before_the_grant_or_after_the_end(
    drawn: tuple[list[Patent], Dealings], plan: CityPlan
) -> None:
    today = plan.day_number("day")
    for patent in drawn[0]:
        assert patent.last_day <= today
        assert patent.filed < (patent.published or patent.granted)
        for event in patent.events:
            assert event.day > (patent.published if event.code == "TA01" else patent.granted)
            assert not patent.ended or event.day < patent.ended
        if patent.ended and patent.granted:
            assert patent.ended >= patent.granted


def test_a_pair_has_one_day_one_owner_and_one_title(drawn: tuple[list[Patent], Dealings]) -> None:
    paired = [patent for patent in drawn[0] if patent.has_pair]
    by_title: dict[tuple[str, int], list[Patent]] = {}
    for patent in paired:
        by_title.setdefault((patent.title, patent.filed), []).append(patent)
    whole = [pair for pair in by_title.values() if len(pair) == 2]
    assert len(whole) > 300
    for pair in whole:
        assert {patent.kind for patent in pair} == {"invention", "utility_model"}
        assert pair[0].applicants == pair[1].applicants
        invention = next(patent for patent in pair if patent.kind == "invention")
        model = next(patent for patent in pair if patent.kind == "utility_model")
        assert not (invention.is_in_force and model.is_in_force)


def test_words_and_event_texts_stand_in_the_national_pack(plan: CityPlan) -> None:
    in_force = load_pack("national").at(plan.value("day"))
    words = {row["word"]: row["value"] for row in in_force.table("status_words")}
    for status, told in STATUS_WORDS.items():
        assert {words[word] for word in told} == {status}
    texts = {(row["code"], row["text"]) for row in in_force.table("event_codes")}
    assert {(code, text.lstrip("+-")) for code, text in EVENT_TEXTS.items()} <= texts

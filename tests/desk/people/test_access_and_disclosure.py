"""Lists and single objects agree; what one may not see is not there; who sees or takes personal data is on record."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import models

from desk.people.made_people import NOW, RULES, person
from desk.people.test_organisations_and_roles import refused
from panhuo.desk.history.models import LoggedAction
from panhuo.desk.people.access import organisation_for, organisations_for, standing_of, subject_of
from panhuo.desk.people.disclosure_actions import new_watermark, record_export, reveal_field
from panhuo.desk.people.models import ExportRecord, Organisation, RevealedField
from panhuo.desk.people.scopes import EVERYTHING, objects_scope, regions_scope, units_scope
from panhuo.rules.rights import STRANGER, may, read_rights
from panhuo.terms.roles import Right, Role

pytestmark = pytest.mark.django_db
BOOK = read_rights(RULES)
WHO = {"at": NOW, "rules": RULES}


def standings(cities: SimpleNamespace) -> dict[str, object]:
    one = cities.one
    held = {
        "province": (Role.PROVINCE_OFFICER, cities.province, {}),
        "without_two": (Role.PROVINCE_OFFICER, cities.province, regions_scope(["99"], ["9902"])),
        "city": (Role.CITY_OFFICER, one.office, {}),
        "district": (Role.DISTRICT_OFFICER, one.district, {}),
        "auditor_units": (Role.AUDITOR, one.office, units_scope([one.university.pk], with_children=False)),
        "auditor_tree": (Role.AUDITOR, one.office, units_scope([one.university.pk], with_children=True)),
        "auditor_all": (Role.AUDITOR, one.office, EVERYTHING),
        "auditor_named": (Role.AUDITOR, one.office, objects_scope([f"organisation:{cities.two.sister.pk}"])),
        "university": (Role.UNIVERSITY_OFFICER, one.university, {}),
        "college": (Role.COLLEGE_OFFICER, one.college, {}),
        "inventor": (Role.INVENTOR, one.college, {}),
        "audit": (Role.AUDIT_ADMINISTRATOR, None, {}),
    }
    made = {
        name: standing_of(person(name, role, unit, scope=scope), at=NOW, rules=RULES)
        for name, (role, unit, scope) in held.items()
    }
    return {**made, "stranger": STRANGER}


def test_lists_hold_what_the_single_question_allows(cities: SimpleNamespace) -> None:
    cells = 0
    every = list(Organisation.objects.all())
    for name, standing in standings(cities).items():
        for right in Right:
            listed = set(organisations_for(standing, right, book=BOOK))  # type: ignore[arg-type]
            if BOOK.rules[right].guard or BOOK.rules[right].step:
                continue
            allowed = {one for one in every if may(standing, right, subject_of(one), book=BOOK)}  # type: ignore[arg-type]
            assert listed == allowed, (name, right)
            cells += len(every)
    assert cells > 3_000


def test_a_city_sees_its_districts_and_a_district_its_own(cities: SimpleNamespace) -> None:
    one = cities.one
    seen = {
        name: set(organisations_for(standing, Right.READ_STOCK, book=BOOK))  # type: ignore[arg-type]
        for name, standing in standings(cities).items()
    }
    assert seen["city"] == {one.office, one.district, one.university, one.sister, one.college}
    assert seen["district"] == {one.district, one.university, one.college}
    assert len(seen["province"]) == 11
    assert seen["without_two"] == {cities.province, *seen["city"]}
    assert seen["auditor_units"] == {one.university}
    assert seen["auditor_tree"] == {one.university, one.college}
    assert seen["auditor_named"] == {cities.two.sister}
    assert seen["college"] == {one.college}
    assert seen["stranger"] == set()


def test_what_one_may_not_see_is_not_there(cities: SimpleNamespace) -> None:
    college = standing_of(person("xy", Role.COLLEGE_OFFICER, cities.one.college), **WHO)
    assert organisation_for(college, cities.one.college.pk, Right.READ_STOCK, book=BOOK) == cities.one.college
    hidden = refused("not_there", organisation_for, college, cities.two.college.pk, Right.READ_STOCK, book=BOOK)
    absent = refused("not_there", organisation_for, college, 999_999, Right.READ_STOCK, book=BOOK)
    assert hidden.message.replace(str(cities.two.college.pk), "N") == absent.message.replace("999999", "N")


def test_a_list_costs_one_question_whatever_it_holds(
    cities: SimpleNamespace, django_assert_num_queries: object
) -> None:
    officer = person("wang", Role.CITY_OFFICER, cities.one.office)
    with django_assert_num_queries(2):  # type: ignore[operator]
        standing = standing_of(officer, **WHO)
        assert list(organisations_for(standing, Right.READ_STOCK, book=BOOK))


def test_a_field_is_revealed_with_a_reason_and_kept_without_its_value(cities: SimpleNamespace) -> None:
    officer = person("gao", Role.UNIVERSITY_OFFICER, cities.one.university)
    inventor = person("fa", Role.INVENTOR, cities.one.college)
    of = subject_of(cities.one.college)
    shown = reveal_field(inventor, "phone", of=of, reason="核实表回访", actor=officer, **WHO)
    assert shown == "13800000000"
    kept = RevealedField.objects.get()
    assert (kept.account, kept.subject, kept.field, kept.reason) == (officer, of.name, "phone", "核实表回访")
    assert shown not in str(LoggedAction.objects.values("data"))
    refused("no_reason", reveal_field, inventor, "phone", of=of, reason="", actor=officer, **WHO)
    refused("not_personal", reveal_field, inventor, "password", of=of, reason="x", actor=officer, **WHO)
    elsewhere = subject_of(cities.two.college)
    refused("not_there", reveal_field, inventor, "phone", of=elsewhere, reason="x", actor=officer, **WHO)
    refused("not_there", reveal_field, inventor, "phone", of=of, reason="x", actor=inventor, **WHO)
    assert RevealedField.objects.count() == 1


def test_an_export_is_recorded_with_its_watermark(cities: SimpleNamespace) -> None:
    officer = person("wang", Role.CITY_OFFICER, cities.one.office)
    inventor = person("fa", Role.INVENTOR, cities.one.college)
    told = {
        "what": "dormant", "of": subject_of(cities.one.university), "chosen": {"region": "9901"}, "rows": 12,
        "digest": "0" * 64, "watermark": new_watermark(), **WHO,
    }  # fmt: skip
    made = record_export(**told, actor=officer)
    assert ExportRecord.objects.get(watermark=told["watermark"]) == made
    refused("watermark_used", record_export, **told, actor=officer)
    refused("bad_digest", record_export, **{**told, "digest": "x", "watermark": "n"}, actor=officer)
    refused("not_allowed", record_export, **{**told, "watermark": "n"}, actor=inventor)
    assert len({new_watermark() for _ in range(500)}) == 500


def undeclared(found: list[type[models.Model]]) -> list[str]:
    """Models that do not say which personal data they hold, or name a field that they have not."""
    bad = []
    for model in found:
        declared = model.__dict__.get("personal_fields")
        names = {field.name for field in model._meta.get_fields()}
        if not isinstance(declared, tuple) or not set(declared) <= names:
            bad.append(model._meta.label)
    return bad


def test_each_model_declares_the_personal_data_it_holds() -> None:
    own = [model for model in apps.get_models() if model.__module__.startswith("panhuo.")]
    assert len(own) > 40
    assert undeclared(own) == []


def test_the_check_of_declarations_finds_what_lacks() -> None:
    """The negative control: no declaration, an inherited one, a field that is not there."""
    meta = type("Options", (), {"label": "x", "get_fields": lambda self: []})()
    lacking = type("Lacking", (), {"_meta": meta})
    inherited = type("Inherited", (type("Above", (), {"personal_fields": ()}),), {"_meta": meta})
    slip = type("Slip", (), {"_meta": meta, "personal_fields": ("nmae",)})
    sound = type("Sound", (), {"_meta": meta, "personal_fields": ()})
    assert undeclared([lacking, inherited, slip, sound]) == ["x"] * 3  # type: ignore[list-item]

"""Rights: every cell of role, right, place and relation is as the table declares; guards win over grants."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.rules import load_pack
from panhuo.rules.reachable import reachable
from panhuo.rules.regions import Scope, region_in_scope
from panhuo.rules.rights import (
    STRANGER,
    Denial,
    Extent,
    Grant,
    Held,
    RightsBook,
    Standing,
    Subject,
    in_extent,
    judge,
    may,
    read_rights,
    sides_mixed,
)
from panhuo.terms.codes import is_within
from panhuo.terms.roles import Effect, Guard, Reach, Right, Role, Step, Visibility
from rules.twin_organisations import RELATION, WHERE, declared, person, rows, thing

BOOK = read_rights(load_pack("national").at(date(2026, 11, 23)))
TABLE = {right.value: [row for row in rows() if row["right"] == right] for right in Right}
CELLS = list(product(Role, Right, WHERE, RELATION, Visibility))


def differing(book: RightsBook) -> list[tuple[object, ...]]:
    """Cells where code and table disagree."""
    found = []
    for role, right, where, relation, seen in CELLS:
        told = bool(may(person(role, where), right, thing(where, relation, seen), book=book))
        if told != declared(TABLE[right], role, right.value, where, relation, seen):
            found.append((role, right, where, relation, seen))
    return found


def test_every_cell_is_as_the_table_declares() -> None:
    assert len(CELLS) > 100_000
    assert differing(BOOK) == []


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        (Right.READ_STOCK, Reach.UNIT_AND_CHILDREN, Reach.UNIT),
        (Right.READ_LEDGER, Reach.SCOPE, Reach.EVERYTHING),
        (Right.SUBMIT_POOL_ENTRY, Reach.OWN, Reach.UNIT),
    ],
)
def test_one_changed_row_is_found(right: Right, old: Reach, new: Reach) -> None:
    """The negative control of the table above."""
    grants = list(BOOK.grants[right])
    place = next(number for number, one in enumerate(grants) if one.reach is old)
    grants[place] = replace(grants[place], reach=new)
    cells = differing(replace(BOOK, grants={**BOOK.grants, right: tuple(grants)}))
    assert cells
    assert {(role, one) for role, one, *_ in cells} == {(grants[place].role, right)}


def test_lists_show_what_the_single_question_allows() -> None:
    """reachable and may give one answer wherever no guard of a single case stands between."""
    guarded = {right for right, rule in BOOK.rules.items() if rule.step or rule.guard}
    asked = [cell for cell in CELLS if cell[1] not in guarded]
    assert len(asked) > 60_000
    for role, right, where, relation, seen in asked:
        somebody, of = person(role, where), thing(where, relation, seen)
        assert reachable(somebody, right, book=BOOK).holds(of) == bool(may(somebody, right, of, book=BOOK))


def test_everybody_reads_what_is_published_and_a_stranger_nothing_else() -> None:
    for right, seen in product(Right, Visibility):
        allowed = may(STRANGER, right, thing("same_unit", "", seen), book=BOOK)
        assert bool(allowed) == (right is Right.READ_PUBLISHED and seen is Visibility.PUBLIC)


def test_declarations_of_public_funding_are_never_public() -> None:
    of = thing("other_region", "", Visibility.PUBLIC)
    for role in Role:
        if role is not Role.PUBLIC:
            assert not may(person(role, "other_region"), Right.READ_DECLARATIONS, of, book=BOOK), role


def grant_of(role: Role, right: Right, of: Subject, *, account: int = 100, unit: int = 11) -> Denial | None:
    extent = Extent(everything=True)
    return judge(Standing(account, (Held(role, 1, unit, (1,), extent),)), right, of, book=BOOK).denial


POOL = Subject(name="entry:1", owner=11, parents=(1,), region="990101")


def test_one_case_is_applied_for_reviewed_and_approved_by_three_people() -> None:
    chain = (
        (Role.INVENTOR, Right.SUBMIT_POOL_ENTRY, Step.APPLY),
        (Role.COLLEGE_OFFICER, Right.REVIEW_POOL_ENTRY, Step.REVIEW),
        (Role.UNIVERSITY_OFFICER, Right.APPROVE_POOL_ENTRY, Step.APPROVE),
    )
    for (_, _, earlier), (role, right, step) in product(chain, chain):
        of = replace(POOL, steps=frozenset({(earlier, 100)}), persons=frozenset({100 if step is Step.APPLY else 7}))
        assert grant_of(role, right, of) is (None if earlier is step else Denial.OTHER_STEP)
        assert grant_of(role, right, replace(of, steps=frozenset({(earlier, 8)}))) is None


def test_nobody_approves_what_is_his_own() -> None:
    own = replace(POOL, persons=frozenset({100}))
    assert grant_of(Role.UNIVERSITY_OFFICER, Right.APPROVE_POOL_ENTRY, own) is Denial.OWN_CASE
    assert grant_of(Role.UNIVERSITY_OFFICER, Right.APPROVE_POOL_ENTRY, POOL) is None, "the negative control"


def test_an_edition_is_drafted_reviewed_and_published_by_different_people() -> None:
    edition = Subject(name="edition:1", owner=11, region="990101")
    rights = [Right.DRAFT_EDITION, Right.REVIEW_EDITION_1, Right.PUBLISH_EDITION]
    for right in rights:
        done = frozenset((step, 100) for other in rights if other is not right and (step := BOOK.rules[other].step))
        assert grant_of(Role.CITY_OFFICER, right, edition) is None
        assert grant_of(Role.CITY_OFFICER, right, replace(edition, steps=done)) is Denial.OTHER_STEP


def test_a_unit_does_not_verify_its_own_report() -> None:
    report = Subject(name="report:1", owner=11, parents=(1,), region="990101")
    for unit, parents in ((11, (1,)), (1, ()), (111, (11, 1))):
        auditor = Standing(100, (Held(Role.AUDITOR, 1, unit, parents, Extent(everything=True)),))
        assert judge(auditor, Right.VERIFY_REPORT, report, book=BOOK).denial is Denial.OWN_UNIT
    other = Standing(100, (Held(Role.AUDITOR, 1, 2, (), Extent(everything=True)),))
    assert may(other, Right.VERIFY_REPORT, report, book=BOOK)
    beside = Standing(100, (*other.held, Held(Role.INVENTOR, 2, 11, (1,))))
    assert judge(beside, Right.VERIFY_REPORT, report, book=BOOK).denial is Denial.OWN_UNIT, "any role there counts"


@pytest.mark.parametrize("conflict", ["owner", "parent", "child", "former", "party", "declared", "person"])
def test_an_expert_in_conflict_does_not_score(conflict: str) -> None:
    case = Subject(name="panel:1", owner=11, parents=(1,), assigned=frozenset({100}), parties=frozenset({5}))
    expert = Standing(100, (Held(Role.EXPERT, 1),))
    assert may(expert, Right.SCORE_PANEL, case, book=BOOK), "the negative control"
    units = {"owner": (11, (1,)), "parent": (1, ()), "child": (111, (11, 1)), "party": (5, ())}
    if conflict in units:
        unit, parents = units[conflict]
        expert = replace(expert, held=(*expert.held, Held(Role.INVENTOR, 2, unit, parents)))
    elif conflict == "former":
        expert = replace(expert, former=frozenset({11}))
    elif conflict == "declared":
        case = replace(case, conflicted=frozenset({100}))
    else:
        case = replace(case, persons=frozenset({100}))
    assert judge(expert, Right.SCORE_PANEL, case, book=BOOK).denial is Denial.CONFLICT


def test_a_blind_expert_does_not_see_whose_patent_it_is_though_he_is_an_officer_too() -> None:
    patent = Subject(name="patent:1", owner=11, parents=(1,), region="990101")
    officer = Held(Role.CITY_OFFICER, 1, 9, (), Extent(regions=Scope("", ("990000",))))
    both = Standing(100, (officer, Held(Role.EXPERT, 2)))
    assert may(both, Right.READ_STOCK, patent, book=BOOK)
    given = replace(patent, assigned=frozenset({100}))
    assert judge(both, Right.READ_STOCK, given, book=BOOK).denial is Denial.ROLE_DENIES
    assert not reachable(both, Right.READ_STOCK, book=BOOK).holds(given)


def test_administrators_are_kept_apart_from_each_other_and_from_all_other_work() -> None:
    sides = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
    for first, second in product(Role, Role):
        if Role.PUBLIC in (first, second):
            continue
        apart = first is not second and (first in sides or second in sides)
        assert sides_mixed([first, second], BOOK.sides) == apart
        held = (Held(first, 1, 11, (1,), Extent(everything=True)), Held(second, 2, 11, (1,), Extent(everything=True)))
        if apart:
            for right in Right:
                assert not may(Standing(100, held), right, POOL, book=BOOK)
                assert not reachable(Standing(100, held), right, book=BOOK).holds(POOL)


def test_no_administrator_reads_patents_people_or_figures() -> None:
    business = {one.right for grants in BOOK.grants.values() for one in grants if one.role is Role.UNIVERSITY_OFFICER}
    for side in (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR):
        rights = {one.right for grants in BOOK.grants.values() for one in grants if one.role is side}
        assert rights
        assert not rights & business


def test_every_guard_and_every_role_is_used() -> None:
    assert {rule.guard for rule in BOOK.rules.values()} == {None, *Guard}
    assert {rule.step for rule in BOOK.rules.values()} == {None, *Step}
    assert set(BOOK.rules) == set(Right)
    assert {one.right for grants in BOOK.grants.values() for one in grants} == set(Right), "a right that nobody has"
    assert {one.role for grants in BOOK.grants.values() for one in grants} == set(Role)


CODES = st.builds("{}{:02d}{:02d}".format, st.sampled_from(["44", "51", "99"]), st.integers(0, 3), st.integers(0, 3))
SOUND = CODES.filter(lambda code: not (code[2:4] == "00" and code[4:] != "00"))


@given(st.lists(SOUND, max_size=4), st.lists(SOUND, max_size=4), SOUND)
def test_include_and_exclude_is_the_difference_of_sets(include: list[str], exclude: list[str], code: str) -> None:
    scope = Scope("", tuple(include), tuple(exclude))
    expected = any(is_within(code, of) for of in include) and not any(is_within(code, of) for of in exclude)
    assert in_extent(Extent(regions=scope), Subject(region=code)) == expected == region_in_scope(code, scope)


def test_a_province_without_one_city_sees_all_but_that_city() -> None:
    extent = Extent(regions=Scope("", ("440000",), ("440300",)))
    seen = [
        code
        for code in ("440300", "440303", "440700", "440703", "510100", "")
        if in_extent(extent, Subject(region=code))
    ]
    assert seen == ["440700", "440703"]


EXTENTS = st.builds(
    Extent,
    regions=st.none()
    | st.builds(Scope, st.just(""), st.lists(SOUND, max_size=3).map(tuple), st.lists(SOUND, max_size=2).map(tuple)),
    units=st.frozensets(st.integers(1, 6), max_size=3),
    trees=st.frozensets(st.integers(1, 6), max_size=3),
    objects=st.frozensets(st.sampled_from(["case:1", "case:2"]), max_size=2),
    everything=st.booleans(),
)
THINGS = st.builds(
    Subject,
    name=st.sampled_from(["", "case:1", "case:2"]),
    owner=st.none() | st.integers(1, 6),
    parents=st.lists(st.integers(1, 6), max_size=2).map(tuple),
    region=SOUND | st.just(""),
    persons=st.frozensets(st.sampled_from([100, 200]), max_size=2),
    visibility=st.sampled_from(Visibility),
)


@given(EXTENTS, EXTENTS, THINGS, st.sampled_from(Right))
def test_a_larger_scope_never_sees_less(small: Extent, more: Extent, of: Subject, right: Right) -> None:
    regions = small.regions
    if regions is not None:
        regions = Scope("", regions.includes + (more.regions.includes if more.regions else ()), regions.excludes[:1])
    large = Extent(
        regions or more.regions,
        small.units | more.units,
        small.trees | more.trees,
        small.objects | more.objects,
        small.everything or more.everything,
    )
    assert in_extent(large, of) or not in_extent(small, of)
    for role in (Role.CITY_OFFICER, Role.AUDITOR, Role.LEADER):
        seen = [Standing(100, (Held(role, 1, 5, (), extent),)) for extent in (small, large)]
        allowed = [bool(may(one, right, of, book=BOOK)) for one in seen]
        assert allowed[1] or not allowed[0]
        assert [reachable(one, Right.READ_STOCK, book=BOOK).holds(of) for one in seen] == [
            bool(may(one, Right.READ_STOCK, of, book=BOOK)) for one in seen
        ]


def test_a_denial_wins_over_any_number_of_grants() -> None:
    deny = Grant(Role.LEADER, Right.READ_STOCK, Reach.SCOPE, Effect.DENY)
    book = replace(BOOK, grants={**BOOK.grants, Right.READ_STOCK: (*BOOK.grants[Right.READ_STOCK], deny)})
    officer = Held(Role.CITY_OFFICER, 1, 9, (), Extent(everything=True))
    assert may(Standing(1, (officer,)), Right.READ_STOCK, POOL, book=book)
    leader = Held(Role.LEADER, 2, 9, (), Extent(everything=True))
    verdict = judge(Standing(1, (officer, leader)), Right.READ_STOCK, POOL, book=book)
    assert (verdict.allowed, verdict.denial) == (None, Denial.ROLE_DENIES)


def test_the_answer_names_the_grant_and_the_role_held() -> None:
    found = may(
        person(Role.UNIVERSITY_OFFICER, "child"), Right.READ_STOCK, thing("child", "", Visibility.INTERNAL), book=BOOK
    )
    assert found is not None
    assert found.grant == Grant(Role.UNIVERSITY_OFFICER, Right.READ_STOCK, Reach.UNIT_AND_CHILDREN)
    assert found.held is not None
    assert found.held.membership == 1

"""Booklets out: one workbook and letter per owner, only what is asked, return rate over what came back."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest
from made_register import AT, NOW, UNIVERSITY, Register
from made_runs import keep_dormant

from panhuo.adapters.files.home import Home
from panhuo.desk.listings.booklets import booklet_returns, make_booklets
from panhuo.desk.listings.models import Booklet
from panhuo.desk.listings.standing import NoRun
from panhuo.desk.registry.models import Answer, RejectedRow
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)
COLLEGE = "云湖职业技术学院"


@pytest.fixture
def asked(register: Register, home: Home, rules: InForce) -> Register:
    states = {}
    for place in range(4):
        states[register.right(f"一种电池{place}")] = "dormancy_candidate" if place else "to_verify"
    states[register.right("一种被许可的电池")] = "out"
    states[register.right("一种支架", owners=[COLLEGE], owner_code="")] = "dormancy_candidate"
    register.commit()
    keep_dormant(home, rules, states)
    return register


def test_without_a_dormant_list_booklets_are_refused_with_the_command(
    register: Register, home: Home, tmp_path: Path
) -> None:
    register.commit()
    with pytest.raises(NoRun, match="panhuo dormant --at"):
        make_booklets(home, owner=None, out=tmp_path / "out", made_at=NOW)


def test_each_owner_gets_a_workbook_of_what_is_asked_and_a_letter(asked: Register, home: Home, tmp_path: Path) -> None:
    sent, _ = make_booklets(home, owner=None, out=tmp_path / "out", made_at=NOW)
    assert {(one.owner, one.asked, one.to_verify) for one in sent} == {(UNIVERSITY, 4, 1), (COLLEGE, 1, 0)}
    university = next(one for one in sent if one.owner == UNIVERSITY)
    sheet = openpyxl.load_workbook(university.files[0]).worksheets[0]
    assert university.number in str(sheet["A2"].value)
    titles = [row[3] for row in sheet.iter_rows(min_row=6, values_only=True)]
    assert "一种被许可的电池" not in titles
    assert len(titles) == 4
    owners = {row[-1] for row in sheet.iter_rows(min_row=6, values_only=True)}
    assert owners == {UNIVERSITY}
    letter = "\n".join(paragraph.text for paragraph in docx.Document(str(university.files[1])).paragraphs)
    assert f"{UNIVERSITY}：" in letter
    assert "疑似沉睡专利共4件，其中需核对转移或许可关系的1件" in letter
    assert university.number in letter
    assert "2025年12月30日前" in letter


def test_one_owner_by_name_and_a_stranger_by_a_plain_refusal(asked: Register, home: Home, tmp_path: Path) -> None:
    sent, _ = make_booklets(home, owner="云湖 职业技术学院", out=tmp_path / "out", made_at=NOW)
    assert [one.owner for one in sent] == [COLLEGE]
    with pytest.raises(DomainError, match="Nothing is asked of 无名大学"):
        make_booklets(home, owner="无名大学", out=tmp_path / "none", made_at=NOW)


def test_booklets_made_again_are_the_same_bytes_and_the_same_numbers(
    asked: Register, home: Home, tmp_path: Path
) -> None:
    first, _ = make_booklets(home, owner=None, out=tmp_path / "one", made_at=NOW)
    again, _ = make_booklets(home, owner=None, out=tmp_path / "two", made_at=NOW)
    assert [path.read_bytes() for one in first for path in one.files] == [
        path.read_bytes() for one in again for path in one.files
    ]
    assert Booklet.objects.count() == 2


def test_answers_and_refused_rows_make_the_return_rate(asked: Register, home: Home, tmp_path: Path) -> None:
    sent, _ = make_booklets(home, owner=UNIVERSITY, out=tmp_path / "out", made_at=NOW)
    from panhuo.desk.registry.models import Asset

    for asset in Asset.objects.filter(title__in=["一种电池0", "一种电池1"]):
        Answer.objects.create(
            asset=asset,
            uid=asked.next_uid(),
            answered_on=AT,
            booklet=sent[0].number,
            owner=UNIVERSITY,
            exploited="no",
            source=asked.source,
        )
    RejectedRow.objects.create(source=asked.source, row=8, code="bad_date", message="no date")
    [rate] = booklet_returns()
    assert (rate.owner, rate.asked, rate.answered, rate.refused, rate.share) == (UNIVERSITY, 4, 2, 1, 0.75)

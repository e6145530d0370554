"""The university study: no empty section, the same numbers as the tables, nobody named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import docx
import pytest
from made_register import NOW, UNIVERSITY, Register
from made_runs import keep_dormant, keep_grade

from panhuo.adapters.files.home import Home
from panhuo.desk.listings.study import make_study
from panhuo.desk.registry.models import Asset
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)
LEAD = "张示例"


@pytest.fixture
def stock(register: Register) -> Register:
    for place in range(4):
        register.right(f"一种电池{place}", inventors=[LEAD, "李示例"])
    register.right("一种支架", ip_type="utility_model", owners=["云湖职业技术学院", "甲示例有限公司"])
    ended = register.right("一种旧电池")
    register.event(ended, "lapsed_unpaid_fee", date(2024, 1, 1))
    register.right("一种企业的电池", owners=["甲示例有限公司"])
    first = Asset.objects.get(title="一种电池0")
    register.event(
        first,
        "licence_recorded",
        date(2025, 3, 1),
        ledger="licence",
        number="X1",
        from_party=UNIVERSITY,
        to_party="甲示例有限公司",
    )
    register.commit()
    return register


def text_of(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_figures_are_those_of_the_register(stock: Register, home: Home, rules: InForce, tmp_path: Path) -> None:
    rights = list(Asset.objects.filter(owners__0=UNIVERSITY))
    keep_grade(home, rules, {right: ("A", True) for right in rights[:2]})
    keep_dormant(home, rules, {rights[0]: "dormancy_candidate", rights[1]: "to_verify"})
    figures, run = make_study(home, rules, out=tmp_path / "study.docx", made_at=NOW)
    assert figures.totals == {"total": 6, "living": 5, "inventions": 4, "cannot_say": 0, "with_firms": 1}
    assert run.results["owners"] == 2
    text = text_of(tmp_path / "study.docx")
    assert "专利及专利申请6件，其中有效专利5件（发明专利4件，占80.0%）" in text
    assert "A级2件、B级0件" in text
    assert "符合高价值发明专利条件的2件" in text
    assert "疑似沉睡专利1件，待核1件" in text
    assert "许可备案1件次、转让登记0件次" in text
    assert "有效专利达到3件的团队1个，名下有效专利4件" in text


def test_no_section_is_empty_without_runs_and_without_deals(
    register: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    register.right("一种电池")
    register.commit()
    make_study(home, rules, out=tmp_path / "study.docx", made_at=NOW)
    paragraphs = [p for p in docx.Document(str(tmp_path / "study.docx")).paragraphs if p.text.strip()]
    headings = [place for place, p in enumerate(paragraphs) if p.style is not None and p.style.name == "Heading 1"]
    assert len(headings) == 8
    for place in headings:
        assert place + 1 < len(paragraphs)
        assert place + 1 not in headings
    assert "panhuo grade --at 2025-11-30" in text_of(tmp_path / "study.docx")


def test_no_inventor_is_named(stock: Register, home: Home, rules: InForce, tmp_path: Path) -> None:
    make_study(home, rules, out=tmp_path / "study.docx", made_at=NOW)
    assert LEAD not in text_of(tmp_path / "study.docx")


def test_a_register_without_universities_and_a_wrong_suffix_are_refused(
    register: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    register.right("一种企业的电池", owners=["甲示例有限公司"])
    register.commit()
    with pytest.raises(DomainError, match="no patent of a university"):
        make_study(home, rules, out=tmp_path / "study.docx", made_at=NOW)
    with pytest.raises(DomainError, match="Word document"):
        make_study(home, rules, out=tmp_path / "study.pdf", made_at=NOW)

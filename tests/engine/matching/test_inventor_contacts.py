"""Whose a contact may be. All names are made up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.adapters.search.script import OpenCCScript
from panhuo.engine.matching.inventor_contacts import ContactReader, Withheld, contact_words
from panhuo.rules import load_pack

READER = ContactReader(contact_words(load_pack("national").at(date(2026, 11, 22))), OpenCCScript())
INVENTORS = ["栎知丰", "欧阳甲乙", "岑", "Ann LEE", "Zhang Zhifeng", "O'Hara, Síle M."]
MOBILES = (
    "13800000000",
    "138 0000 0000",
    "138-0000-0000",
    "+86 13800000000",
    "一三八00000000",
    "１３８００００００００",
)


@pytest.mark.parametrize(
    "contact",
    [
        "栎知丰 13900000000", "联系人：栎 知 丰", "櫟知豐 科技处", "栎教授 13800000000", "技术转移中心 栎老师", "栎某",
        "联系人：栎 电话 0000-1234567", "小栎 0000-1234567", "知丰 0000-1234567", "知丰老师", "教授栎",
        "欧阳老师", "欧陽教授",
        "岑老师", "LEE, Ann", "Lee Ann, technology transfer office", "Zhifeng Zhang", "zhangzhifeng@example.edu",
        "zhifeng.zhang at office", "zhangz@office.example.edu", "Prof. Zhang, TTO", "Z. Zhang office", "Sile O'Hara",
        "Síle O’Hara office",
        "发明人 0000-1234567", "课题组 知识产权处", "第一发明人本人",
    ],
)  # fmt: skip
def test_a_contact_that_may_name_an_inventor_is_withheld(contact: str) -> None:
    assert READER.withheld(contact, INVENTORS) is Withheld.INVENTOR


@pytest.mark.parametrize(
    "contact",
    ["", "—", "技术转移中心 周老师", "科研处 13800000000", "知识产权管理部 ip@example.edu", "周甲 0000-1234567",
     "Technology transfer office, Ann Smith", "0000-1234567", "张江科技处 周工", "Lee Street 4, office"],
)  # fmt: skip
def test_the_negative_control_offices_and_others_are_told(contact: str) -> None:
    assert READER.withheld(contact, INVENTORS) is None


@pytest.mark.parametrize(
    "contact", [*MOBILES, "周甲 13800000000", "周甲 微信 abc123", "someone@example.edu", "云湖大学 13800000000"]
)
def test_what_reaches_a_person_and_names_no_office_is_in_doubt_but_not_for_a_firm(contact: str) -> None:
    assert READER.withheld(contact, INVENTORS) is Withheld.DOUBTFUL
    assert READER.withheld(contact, INVENTORS, strict=False) is None
    assert READER.withheld(f"科技成果转化处 {contact}", INVENTORS) is None


HAN = st.text(alphabet="栎枫桦檀楠榆槐柏", min_size=2, max_size=4)


@given(
    HAN,
    st.sampled_from(["", " ", "　", "·"]),
    st.sampled_from(["", "科研处 ", "联系人："]),
    st.sampled_from(["", " 13800000000"]),
)
def test_a_full_name_never_passes_however_it_is_spaced(name: str, gap: str, before: str, after: str) -> None:
    assert READER.withheld(f"{before}{gap.join(name)}{after}", [name]) is Withheld.INVENTOR


@given(st.lists(st.text(alphabet="abcdefghij", min_size=2, max_size=8), min_size=2, max_size=3, unique=True), st.data())
def test_a_latin_name_never_passes_in_any_order(parts: list[str], data: st.DataObject) -> None:
    turned = data.draw(st.permutations(parts))
    assert READER.withheld(" ".join(turned).upper() + ", office", [" ".join(parts)]) is Withheld.INVENTOR


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4))
def test_any_contact_and_any_names_are_read(contact: str, names: list[str]) -> None:
    assert READER.withheld(contact, names) in (None, *Withheld)

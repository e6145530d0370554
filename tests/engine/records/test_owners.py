"""Owner types by name with the traps of their ordering; spellings; joint owners."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from panhuo.engine.records.owners import (
    OwnerSuffixes,
    cleaned_owner_name,
    normalise_party_name,
    owner_type,
    split_joint_owners,
)
from panhuo.rules import load_pack
from panhuo.terms.kinds import OwnerType


@pytest.fixture(scope="module")
def rows() -> Sequence[Mapping[str, str]]:
    return load_pack("national").at(date(2025, 11, 30)).table("owner_suffixes")


@pytest.fixture(scope="module")
def suffixes(rows: Sequence[Mapping[str, str]]) -> OwnerSuffixes:
    return OwnerSuffixes(rows)


@pytest.mark.parametrize(
    ("name", "expected", "rule"),
    [
        # the traps: a longer or earlier ending decides
        ("云湖大学科技园有限公司", OwnerType.ENTERPRISE, "end:有限公司"),
        ("云湖智能研究院有限公司", OwnerType.ENTERPRISE, "end:有限公司"),
        ("云湖大学资产经营有限责任公司", OwnerType.ENTERPRISE, "end:有限责任公司"),
        ("云湖医院管理股份有限公司", OwnerType.ENTERPRISE, "end:股份有限公司"),
        ("云湖大学第一附属医院", OwnerType.HOSPITAL, "end:医院"),
        ("云湖大学医学院附属口腔医院", OwnerType.HOSPITAL, "end:医院"),
        ("云湖科学院", OwnerType.RESEARCH_INSTITUTE, "end:科学院"),
        ("云湖省农业科学院", OwnerType.RESEARCH_INSTITUTE, "end:科学院"),
        ("云湖科学院大学", OwnerType.UNIVERSITY, "end:大学"),
        ("云湖职业技术学院", OwnerType.VOCATIONAL_COLLEGE, "end:职业技术学院"),
        ("云湖职业技术大学", OwnerType.VOCATIONAL_COLLEGE, "end:职业技术大学"),
        ("云湖高等专科学校", OwnerType.VOCATIONAL_COLLEGE, "end:高等专科学校"),
        ("云湖大学江城协同创新研究院", OwnerType.NEW_RD_INSTITUTION, "end:协同创新研究院"),
        ("云湖大学产业技术研究院", OwnerType.NEW_RD_INSTITUTION, "end:产业技术研究院"),
        ("云湖大学江城研究院", OwnerType.RESEARCH_INSTITUTE, "end:研究院"),
        ("云湖医学院", OwnerType.UNIVERSITY, "end:学院"),
        ("示例集团公司江城飞机研究所", OwnerType.RESEARCH_INSTITUTE, "end:研究所"),
        ("示例有限公司江城事业部", OwnerType.ENTERPRISE, "inside:有限公司"),
        # one of each
        ("云湖大学", OwnerType.UNIVERSITY, "end:大学"),
        ("江城示例机械厂", OwnerType.ENTERPRISE, "end:厂"),
        ("江城示例种植专业合作社", OwnerType.ENTERPRISE, "end:合作社"),
        ("江城光电实验室", OwnerType.RESEARCH_INSTITUTE, "end:实验室"),
        ("江城市发明协会", OwnerType.ASSOCIATION, "end:协会"),
        ("江城县农业技术推广站", OwnerType.PUBLIC_BODY, "end:推广站"),
        ("江城市林业局", OwnerType.PUBLIC_BODY, "end:局"),
        ("张三", OwnerType.INDIVIDUAL, "hanzi_2_4"),
        ("欧阳小云", OwnerType.INDIVIDUAL, "hanzi_2_4"),
        ("𠮷三", OwnerType.INDIVIDUAL, "hanzi_2_4"),
        ("约翰·示例森", OwnerType.INDIVIDUAL, "middle_dot"),
        ("J·示例曼", OwnerType.INDIVIDUAL, "middle_dot"),
        ("江城检测中心", OwnerType.UNKNOWN, "end:中心"),
        ("江城中心", OwnerType.UNKNOWN, "end:中心"),
        ("江城第一中学", OwnerType.UNKNOWN, "end:中学"),
        ("江城云湖文化驿站总部", OwnerType.UNKNOWN, "no_rule"),
        ("", OwnerType.UNKNOWN, "empty"),
        ("（）", OwnerType.UNKNOWN, "empty"),
        # cleaned before it is judged
        (" 云湖 大学 （江城） ", OwnerType.UNIVERSITY, "end:大学"),
        ("云湖大学(江城)(筹)", OwnerType.UNIVERSITY, "end:大学"),
        ("示例投资合伙企业（有限合伙）", OwnerType.ENTERPRISE, "end:合伙企业"),
        ("示例科技（江城）有限公司", OwnerType.ENTERPRISE, "end:有限公司"),
        # Latin names
        ("Example Systems Co., Ltd.", OwnerType.ENTERPRISE, "word:co ltd"),
        ("EXAMPLE GMBH", OwnerType.ENTERPRISE, "word:gmbh"),
        ("Example S.p.A.", OwnerType.ENTERPRISE, "word:spa"),
        ("Example, Inc.", OwnerType.ENTERPRISE, "word:inc"),
        ("Example University", OwnerType.UNIVERSITY, "word:university"),
        ("UNIV EXAMPLE TECH", OwnerType.UNIVERSITY, "word:univ"),
        ("Example University Science Park Co., Ltd", OwnerType.ENTERPRISE, "word:co ltd"),
        ("Institute of Examples", OwnerType.RESEARCH_INSTITUTE, "word:institute"),
        ("Research Institute of Example University", OwnerType.RESEARCH_INSTITUTE, "word:research institute"),
        ("Jane Example", OwnerType.UNKNOWN, "no_rule"),
        ("Incandescent Lamps", OwnerType.UNKNOWN, "no_rule"),  # inc is a word, not a beginning
        ("Sagebrush", OwnerType.UNKNOWN, "no_rule"),
    ],
)
def test_the_end_of_a_name_tells_its_type(suffixes: OwnerSuffixes, name: str, expected: OwnerType, rule: str) -> None:
    judged = suffixes.judge(name)
    assert (judged.owner_type, judged.rule) == (expected, rule)


def test_text_order_alone_would_fall_into_the_traps() -> None:
    """Negative control: with the orders of the table gone, an academy becomes a university."""
    flat = [
        {"order": "1", "suffix": "学院", "owner_type": "university", "note": ""},
        {"order": "2", "suffix": "科学院", "owner_type": "research_institute", "note": ""},
    ]
    assert owner_type("云湖科学院", flat).owner_type is OwnerType.UNIVERSITY


def test_no_row_reads_ownership_or_size_from_a_name(rows: Sequence[Mapping[str, str]]) -> None:
    banned = ("国有", "国资", "国营", "高新", "专精特新", "小巨人", "集团有限")
    assert not [row["suffix"] for row in rows if any(word in row["suffix"] for word in banned)]
    assert {row["owner_type"] for row in rows} <= set(OwnerType)


def test_every_ending_of_the_rule_table_is_there(rows: Sequence[Mapping[str, str]]) -> None:
    table = (
        "有限公司 有限责任公司 股份有限公司 公司 集团 厂 合作社 医院"
        " 职业技术学院 职业学院 职业大学 职业技术大学 高等专科学校"
        " 协同创新研究院 产业技术研究院 创新研究院 研究院 研究所 研究中心 科学院 实验室 大学 学院"
        " 协会 学会 商会 联合会 局 委员会 人民政府 管理站 推广站"
    )
    assert set(table.split()) <= {row["suffix"] for row in rows}


@given(st.text(max_size=30))
def test_any_text_is_judged(name: str) -> None:
    rows = [{"order": "10", "suffix": "公司", "owner_type": "enterprise", "note": ""}]
    assert owner_type(name, rows).owner_type in OwnerType
    cleaned = cleaned_owner_name(name)
    assert cleaned_owner_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例科技（江城） 有限公司", "示例科技(江城)有限公司"),
        ("示例科技〔江城〕有限公司", "示例科技（江城）有限公司"),
        ("ＡＢＣ示例有限公司", "abc示例有限公司"),
        ("示例 科技 有限公司", "示例科技有限公司"),
        ("示例科技有限公司\u200b", "示例科技有限公司"),
        ("约翰•示例森", "约翰·示例森"),
        ("Example Co., Ltd.", "EXAMPLE CO LTD"),
        ("Example  S.p.A.", "example spa"),
    ],
)
def test_spellings_of_one_party_come_to_one(one: str, other: str) -> None:
    assert normalise_party_name(one) == normalise_party_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("江城示例有限公司", "示例有限公司"),  # the place stays: it may be another firm
        ("示例科技(江城)有限公司", "示例科技有限公司"),
        ("示例科技(江城)有限公司", "示例科技江城有限公司"),
        ("示例有限公司", "示例股份有限公司"),
        ("示例一有限公司", "示例二有限公司"),
        ("Example Ltd", "Example Inc"),
        ("Exam Ple Ltd", "Example Ltd"),
    ],
)
def test_what_could_tell_two_firms_apart_stays(one: str, other: str) -> None:
    assert normalise_party_name(one) != normalise_party_name(other)


@given(st.text(max_size=30))
@example("A´𠀀")
@example("Ὶ \u0345中")
def test_a_normalised_name_stays_as_it_is(name: str) -> None:
    once = normalise_party_name(name)
    assert normalise_party_name(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云湖大学；示例有限公司", ("云湖大学", "示例有限公司")),
        ("云湖大学;示例有限公司; 张三", ("云湖大学", "示例有限公司", "张三")),
        ("云湖大学 | 示例有限公司", ("云湖大学", "示例有限公司")),
        ("云湖大学、示例有限公司", ("云湖大学", "示例有限公司")),
        ("云湖大学,示例有限公司", ("云湖大学", "示例有限公司")),
        ("示例(江城)有限公司，张三", ("示例(江城)有限公司", "张三")),
        ("Example Co., Ltd.", ("Example Co., Ltd.",)),
        ("Example Co., Ltd.; 云湖大学", ("Example Co., Ltd.", "云湖大学")),
        ("张三 李四", ("张三", "李四")),
        ("张　三", ("张　三",)),
        ("示例有限公司 研究中心", ("示例有限公司 研究中心",)),
        ("云湖大学；云湖大学", ("云湖大学",)),
        (" ; ；", ()),
        ("", ()),
        ("云湖大学\n示例厂", ("云湖大学", "示例厂")),
    ],
)
def test_joint_owners_are_parted_where_it_is_sure(text: str, expected: tuple[str, ...]) -> None:
    assert split_joint_owners(text) == expected


@pytest.mark.reference
def test_the_ministry_list_of_colleges_is_judged_right_but_for_odd_names(
    suffixes: OwnerSuffixes, reference_data: Path
) -> None:
    """2,631 institutions: 本科 are universities, 专科 vocational colleges; 25 odd names are not."""
    with (reference_data / "ref_universities" / "universities.tsv").open(encoding="utf-8") as lines:
        listed = list(csv.DictReader(lines, delimiter="\t"))
    wanted = {"本科": OwnerType.UNIVERSITY, "专科": OwnerType.VOCATIONAL_COLLEGE}
    wrong = [row["name"] for row in listed if suffixes.judge(row["name"]).owner_type is not wanted[row["level"]]]
    assert len(listed) == 2631
    assert len(wrong) == 25
    assert not [name for name in wrong if suffixes.judge(name).owner_type is OwnerType.INDIVIDUAL]


def test_rows_that_changed_between_two_names_are_read_again(rows: Sequence[Mapping[str, str]]) -> None:
    mine = [{"order": "1", "suffix": "大学", "owner_type": "university", "note": ""}]
    assert owner_type("云湖大学", mine).owner_type is OwnerType.UNIVERSITY
    mine[0] = {"order": "1", "suffix": "大学", "owner_type": "enterprise", "note": ""}
    assert owner_type("云湖大学", mine).owner_type is OwnerType.ENTERPRISE
    assert owner_type("云湖大学", rows).owner_type is OwnerType.UNIVERSITY
    assert owner_type("云湖医院", rows).owner_type is OwnerType.HOSPITAL

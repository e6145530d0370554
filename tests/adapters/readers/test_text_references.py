"""References as CNKI exports them."""

from __future__ import annotations

import pytest

from panhuo.adapters.readers.protocol import RefusedFile
from table_files import application, publication, read

TEXT = f"""[1]张甲,李乙. 一种散热片及其制备方法[P]. 广东：{publication(1, "A")},2018-08-31.

[2]R.W.史密斯三世,J-P.杜邦,
M·穆勒. 用于S.aureus检测的试剂[P]. 美国：CN1387401,2002-12-25.

[3]王丙. 静音轴承研究[J]. 云湖学报,2019(3):12-15.

[4]赵丁. 轴承[P]. 云湖市: CN 100000004 B, 2020-06-09
[5]钱戊. 中国专利号在前[P]. 中国专利：{application(5)},2019-07-26.
[6]孙己. 没有日期[P]. 广东：CN100000006A.
"""


def test_references_give_inventors_title_place_number_and_day() -> None:
    found = read(TEXT.encode())
    assert found.format == "cnki_refs"
    assert found.rows[0] == {
        "row": 1,
        "member": "",
        "inventors": ["张甲", "李乙"],
        "title": "一种散热片及其制备方法",
        "region": "广东",
        "publication_number": publication(1, "A"),
        "publication_date": "2018-08-31",
    }


def test_a_reference_over_two_lines_is_one_and_stands_where_it_begins() -> None:
    row = read(TEXT.encode()).rows[1]
    assert row["row"] == 3
    assert row["inventors"] == ["R.W.史密斯三世", "J-P.杜邦", "M·穆勒"]
    assert row["title"] == "用于S.aureus检测的试剂"
    assert row["publication_number"] == "CN1387401"


def test_blank_and_colon_may_be_of_either_width_and_application_numbers_are_told_apart() -> None:
    rows = read(TEXT.encode()).rows
    assert (rows[2]["publication_number"], rows[2]["region"]) == ("CN100000004B", "云湖市")
    assert rows[3]["application_number"] == application(5)
    assert "publication_number" not in rows[3]


def test_what_is_no_patent_or_breaks_off_is_a_reject_with_its_line() -> None:
    found = read(TEXT.encode())
    assert [(reject.row, reject.code) for reject in found.rejects] == [(6, "not_a_patent"), (10, "bad_reference")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_references_are_read_in_each_encoding(encoding: str) -> None:
    text = TEXT.replace("\n", "\r\n").replace("·", "・")
    assert len(read(text.encode(encoding)).rows) == 4


def test_references_of_articles_alone_are_refused() -> None:
    with pytest.raises(RefusedFile):
        read("[1]王丙. 静音轴承研究[J]. 云湖学报,2019(3):12-15.\n\n[2]王丙. 轴承[D]. 云湖大学,2019.\n".encode())

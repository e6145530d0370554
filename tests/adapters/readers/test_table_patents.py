"""Exports of patents: each vendor's headings, its separators and its habits."""

from __future__ import annotations

import json

import pytest

from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.engine.records.raw import RawEvent
from table_files import application, csv_bytes, publication, read, workbook

PATSNAP = {
    "序号": "1",
    "公开(公告)号": publication(11),
    "法律状态/事件": "授权 | 权利转移",
    "[标]当前申请(专利权)人": "云湖大学 | 云湖轴承有限公司",
    "[标]原始申请(专利权)人": "云湖大学",
    "标题(译)(简体中文)": "一种散热片",
    "标题(译)(English)": "Heat sink",
    "标题": "一种散热片",
    "摘要": "本发明公开了一种散热片。",
    "申请日": "2018-03-01",
    "公开(公告)日": "2020-06-09",
    "专利类型": "授权发明",
    "受理局": "中国",
    "权利要求数": "9",
    "被引用专利数量": "4",
    "引用专利数量": "2",
    "3年内被引用次数": "1",
    "5年内被引用数量": "3",
    "简单同族专利申请数量": "1",
    "简单同族被引用专利总数": "4",
    "诉讼案件数": "0",
    "IPC分类号": "F28F1/12 | H05K7/20",
    "IPC主分类号": "F28F1/12",
    "UPC分类号": "-",
    "引用专利": "CN100000001A | CN100000002A",
    "当前申请(专利权)人州/省": "广东",
    "当前申请(专利权)人地市": "江门",
    "工商统一社会信用代码": "12100000400000624D",
    "申请年": "2018",
    "失效日": "2038-03-01",
    "战略新兴产业分类": "节能环保",
    "[标]技术问题短语": "散热差",
    "SEP信息": "-",
    "INPADOC法律状态": "2022-05-03 | TRANSFER OF PATENT RIGHT | CN | 2020-06-09 | +GRANT | CN | 2018-08-01 | -ENTRY A | B | CN",
}


def test_a_patsnap_export_is_known_and_fills_the_fields() -> None:
    found = read(workbook({"sheet1": [list(PATSNAP), list(PATSNAP.values())]}), name="export.XLSX")
    [row] = found.rows
    assert found.format == "patsnap_table"
    assert found.batches[0].separator == " | "
    assert row == {
        "row": 2,
        "member": "sheet1",
        "publication_number": publication(11),
        "status_words": "授权 | 权利转移",
        "owners": "云湖大学 | 云湖轴承有限公司",
        "applicants": "云湖大学",
        "title": "一种散热片",
        "title_en": "Heat sink",
        "abstract": "本发明公开了一种散热片。",
        "filing_date": "2018-03-01",
        "publication_date": "2020-06-09",
        "ip_type": "授权发明",
        "jurisdiction": "中国",
        "claims_count": "9",
        "cited_by_count": "4",
        "cites_count": "2",
        "cited_by_3y_count": "1",
        "cited_by_5y_count": "3",
        "family_count": "1",
        "litigation_count": "0",
        "ipc": "F28F1/12 | H05K7/20",
        "ipc_main": "F28F1/12",
        "cites": "CN100000001A | CN100000002A",
        "region": "江门",
        "owner_code": "12100000400000624D",
    }


def test_the_flat_list_of_events_is_cut_at_its_days_with_the_mark_of_influence_apart() -> None:
    [events] = read(workbook({"sheet1": [list(PATSNAP), list(PATSNAP.values())]}), name="a.xlsx").events
    assert events == [
        RawEvent(date="2022-05-03", text="TRANSFER OF PATENT RIGHT", country="CN"),
        RawEvent(date="2020-06-09", text="GRANT", country="CN", details={"influence": "+"}),
        RawEvent(date="2018-08-01", text="ENTRY A | B", country="CN", details={"influence": "-"}),
    ]


def test_no_column_of_the_patsnap_notes_is_unknown() -> None:
    detection = read(workbook({"sheet1": [list(PATSNAP), list(PATSNAP.values())]}), name="a.xlsx").detection
    assert "not taken" not in detection.because


INCOPAT = {
    "序号": 1,
    "标题 (中文)": "一种散热片",
    "标题 (英文)": "Heat sink",
    "摘要 (中文)": "本发明公开了一种散热片。",
    "申请人": "云湖大学;云湖轴承有限公司",
    "标准化申请人": "云湖大学",
    "当前权利人": "云湖轴承有限公司",
    "公开（公告）号": publication(12),
    "公开（公告）日": "2020-06-09",
    "申请号": "CN" + application(12, year=2018),
    "申请日": "2018-03-01",
    "专利类型": "发明授权",
    "公开国别": "CN",
    "链接到incoPat": "https://example.org/12",
    "IPC主分类": "F28F1/12",
    "IPC": "F28F1/12;H05K7/20",
    "国民经济分类": "C3484",
    "被引证次数": 4,
    "引证次数": 2,
    "简单同族个数": 1,
    "权利要求数量": 9,
    "首项权利要求": "1.一种散热片，其特征在于……",
    "专利有效性": "有效",
    "当前法律状态": "授权",
    "合享价值度": 8,
    "预估到期日": "2038-03-01",
    "失效日": "",
    "洛迦诺分类号": "",
}


def test_an_incopat_export_is_known_and_fills_the_fields() -> None:
    found = read(workbook({"sheet1": [list(INCOPAT), list(INCOPAT.values())]}), name="a.xlsx")
    [row] = found.rows
    assert found.format == "incopat_table"
    assert row["title"] == "一种散热片"
    assert row["owners"] == "云湖轴承有限公司"
    assert row["applicants"] == "云湖大学;云湖轴承有限公司"
    assert row["status_words"] == "授权;有效"
    assert row["expiry_date"] == "2038-03-01"
    assert row["industry_code"] == "C3484"
    assert "not taken" not in found.detection.because


CNIPA = {
    "申请号": application(13, year=2018),
    "名称": "一种散热片",
    "主分类号": "F28F1/12(2006.01)I",
    "分类号": "F28F1/12(2006.01)I;H05K7/20(2006.01)I",
    "申请（专利权）人": "云湖大学，云湖轴承有限公司",
    "发明（设计）人": "张甲、李乙，王丙",
    "公开（公告）日": "2020.06.09",
    "公开（公告）号": publication(13),
    "专利代理机构": "云湖代理事务所",
    "代理人": "赵丁",
    "申请日": "2018.03.01",
    "地址": "云湖市大学路1号",
    "国省代码": "44",
    "摘要": "本发明公开了一种散热片。",
    "主权项": "1.一种散热片",
    "优先权": "",
    "专利权状态": "有权",
}


def test_a_cnipa_export_is_known_and_its_lists_are_joined_by_one_mark() -> None:
    found = read(csv_bytes([list(CNIPA), list(CNIPA.values())], encoding="gb18030"))
    [row] = found.rows
    assert found.format == "cnipa_table"
    assert row["owners"] == "云湖大学;云湖轴承有限公司"
    assert row["inventors"] == "张甲;李乙;王丙"
    assert (row["region"], row["first_claim"], row["ipc_main"]) == ("44", "1.一种散热片", "F28F1/12(2006.01)I")


def test_two_of_cnipas_headings_do_not_make_an_export_of_its() -> None:
    rows = [
        ("专利号", "名称", "申请（专利权）人", "发明（设计）人"),
        (application(1), "一种散热片", "云湖大学", "张甲"),
    ]
    assert read(csv_bytes(rows)).format == "patent_table"


def test_names_of_foreign_firms_keep_their_commas() -> None:
    rows = [
        ("公开(公告)号", "申请人", "发明人"),
        (publication(1), "Lake Heat, Inc.", "Smith, John; Doe, Jane"),
        (publication(2), "甲公司,乙大学", "张甲,李乙"),
    ]
    found = read(csv_bytes(rows))
    assert found.column("applicants") == ["Lake Heat, Inc.", "甲公司;乙大学"]
    assert found.column("inventors") == ["Smith, John; Doe, Jane", "张甲;李乙"]


LENS = ["#", "Jurisdiction", "Kind", "Display Key", "Lens ID", "Publication Date", "Publication Year", "Application Number",
        "Application Date", "Priority Numbers", "Earliest Priority Date", "Title", "Abstract", "Applicants", "Inventors", "Owners",
        "URL", "Document Type", "Has Full Text", "Cites Patent Count", "Cited by Patent Count", "Simple Family Size",
        "Simple Family Members", "CPC Classifications", "IPCR Classifications", "Legal Status"]  # fmt: skip


def test_a_lens_export_is_known_and_its_numbers_lose_blanks_and_kind_letter() -> None:
    cells = ["1", "CN", "B", "CN 100000014 B", "000-111", "2020-06-09", "2020", "CN 201810000014 A", "2018-03-01",
             "CN 201810000014 A", "2018-03-01", "Heat sink", "A heat sink.", "YUNHU UNIV;;LAKE HEAT INC", "ZHANG A", "", "https://example.org",
             "Granted Patent", "no", "2", "4", "2", "CN 100000014 A;;CN 100000014 B", "F28F1/12;;H05K7/20", "F28F1/12", "ACTIVE"]  # fmt: skip
    found = read(csv_bytes([LENS, cells]))
    [row] = found.rows
    assert found.format == "lens_csv"
    assert found.batches[0].separator == ";;"
    assert (row["publication_number"], row["application_number"]) == ("CN100000014B", "CN201810000014")
    assert (row["kind_code"], row["jurisdiction"], row["applicants"]) == ("B", "CN", "YUNHU UNIV;;LAKE HEAT INC")
    assert (row["cited_by_count"], row["family_count"], row["cpc"]) == ("4", "2", "F28F1/12;;H05K7/20")


def test_a_google_patents_download_is_known_by_its_heading_under_the_address() -> None:
    heading = ["id", "title", "assignee", "inventor/author", "priority date", "filing/creation date", "publication date",
               "grant date", "result link", "representative figure link"]  # fmt: skip
    rows = [
        ["search URL:", "https://patents.google.com/?q=heat"],
        heading,
        [
            "CN-100000015-B",
            "Heat sink ",
            "Lake Heat, Inc., Yunhu University",
            "A Zhang, B Li",
            "",
            "2018-03-01",
            "2018-08-01",
            "2020-06-09",
            "https://example.org",
            "",
        ],
        ["SE-96870-C1", "Patent SE96870C1 ", "", "", "1935-01-01", "1935-06-12", "", "", "https://example.org", ""],
    ]
    found = read(csv_bytes(rows))
    assert found.format == "google_patents_csv"
    first, second = found.rows
    assert first["publication_number"] == "CN100000015B"
    assert first["owners"] == ["Lake Heat, Inc.", "Yunhu University"]
    assert first["inventors"] == ["A Zhang", "B Li"]
    assert (first["row"], first["grant_date"]) == (3, "2020-06-09")
    assert "title" not in second


def test_headings_that_say_nothing_are_told_by_what_stands_below_them() -> None:
    heading = ["title", "author", "com", "public", "d1", "d2", "href", "text", "claim_text"]
    rows = [
        [f"一种散热片{serial}", "张甲;李乙", "云湖大学", "中国专利", f"2018-0{serial}-01", f"2019-0{serial}-02",
         f"https://kns.cnki.net/detail.aspx?filename={publication(serial, 'A')}", "本发明公开了一种散热片，" + "散热" * 40, "1.一种散热片"]
        for serial in range(1, 6)
    ]  # fmt: skip
    found = read(workbook({"Sheet1": [heading, *rows]}), name="a.xlsx")
    assert found.format == "cnki_table"
    assert found.column("publication_number") == [publication(serial, "A") for serial in range(1, 6)]
    assert found.rows[0]["filing_date"] == "2018-01-01"
    assert found.rows[0]["publication_date"] == "2019-01-02"
    assert found.rows[0]["owners"] == "云湖大学"
    assert "href is publication_number: 5 of 5 cells are publication numbers" in found.detection.because
    assert "not taken: public" in found.detection.because


def test_two_columns_of_days_in_no_fixed_order_fill_nothing() -> None:
    heading = ["title", "author", "d1", "d2", "href"]
    rows = [
        ["甲", "张甲", f"20{18 + turn}-01-01", f"20{19 - turn}-01-01", f"filename={publication(turn, 'A')}"]
        for turn in range(4)
    ]
    found = read(csv_bytes([heading, *rows]))
    assert len(found.rows) == 4
    assert all("filing_date" not in row for row in found.rows)


def test_two_columns_that_both_hold_numbers_fill_nothing_and_the_file_is_refused_or_empty() -> None:
    heading = ["title", "abstract", "n1", "n2"]
    rows = [["甲", "本发明公开了", publication(turn), publication(turn + 50)] for turn in range(4)]
    found = read(csv_bytes([heading, *rows]))
    assert found.rows == []
    assert found.codes == ["no_number"] * 4


def test_a_readable_file_without_numbers_rejects_each_row_and_says_so() -> None:
    found = read(
        csv_bytes(
            [
                ("title", "abstract", "grade"),
                ("一种散热片", "本发明公开了一种散热片", 1),
                ("轴承", "本发明公开了轴承", 2),
            ]
        )
    )
    assert found.format == "patent_table"
    assert found.rows == []
    assert [(reject.row, reject.code) for reject in found.rejects] == [(2, "no_number"), (3, "no_number")]
    assert "no column holds a patent number" in found.detection.because


def test_titles_alone_are_not_patents() -> None:
    with pytest.raises(RefusedFile):
        read(csv_bytes([("code", "level", "title"), ("A01B", "subclass", "农业"), ("A01C", "subclass", "种植")]))


def test_labelled_texts_come_in_two_shapes() -> None:
    rows = [
        ("publication_number", "text", "labels", "n_labels"),
        (
            publication(1, "A"),
            "Title: 一种散热片\nKeywords: heat; sink\nAbstract: 本发明公开了\n一种散热片。",
            json.dumps(["F28F1/12"]),
            1,
        ),
        (
            publication(2, "A"),
            "轴承 [SEP] ball bearing [SEP] 本发明公开了轴承。",
            json.dumps(["F16C19/02", "F16C33/58"]),
            2,
        ),
    ]
    found = read(csv_bytes(rows))
    assert found.format == "cpc_sample_csv"
    assert found.column("title") == ["一种散热片", "轴承"]
    assert found.column("abstract") == ["本发明公开了\n一种散热片。", "本发明公开了轴承。"]
    assert found.column("cpc") == [["F28F1/12"], ["F16C19/02", "F16C33/58"]]
    assert found.column("row") == [2, 6]


def test_camel_case_names_of_an_interface_are_headings() -> None:
    heading = [
        "",
        "id",
        "loc",
        "legalStatus",
        "currentStatus",
        "type",
        "title",
        "applicant",
        "applicationDate",
        "mainIpc",
        "applicationNumber",
        "documentNumber",
        "documentDate",
        "inventor",
        "applicantType",
        "ipc",
        "summary",
    ]
    cells = [
        "0",
        publication(1, "S"),
        "23-03",
        "有效专利",
        "授权",
        "外观设计",
        "暖风机",
        "甲公司",
        "2021-05-28",
        "",
        "CN" + application(4, kind=3),
        publication(1, "S"),
        "2021-06-22",
        "张甲; 李乙",
        "企业",
        "",
        "1.名称\n2.用途",
    ]
    found = read(csv_bytes([heading, cells]))
    [row] = found.rows
    assert found.format == "patent_table"
    assert (row["loc"], row["ip_type"], row["status_words"]) == ("23-03", "外观设计", "有效专利;授权")
    assert (row["applicants"], row["inventors"], row["abstract"]) == ("甲公司", "张甲; 李乙", "1.名称\n2.用途")

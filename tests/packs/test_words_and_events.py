"""Status words, event codes, kinds, offices: what the exports that we know really print is understood."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from panhuo.rules import load_pack
from panhuo.terms.kinds import EventType, IpType, LegalStatus

RULES = load_pack("national").at(date(2025, 11, 30))


def folded(word: str) -> str:
    """As the normaliser compares words: width of brackets, blanks and case do not count."""
    return word.strip().replace("（", "(").replace("）", ")").replace(" ", "").upper()


WORDS = {folded(row["word"]): row for row in RULES.table("status_words")}
TEXTS = {folded(row["text"]): row for row in RULES.table("event_codes")}


def test_a_word_means_one_thing_however_it_is_written() -> None:
    assert len(WORDS) == len(RULES.table("status_words"))
    kinds = RULES.table("ip_type_words")
    assert len({folded(row["word"]) for row in kinds}) == len(kinds)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("授权", LegalStatus.GRANTED_IN_FORCE),
        ("有效", LegalStatus.GRANTED_IN_FORCE),
        ("有权-审定授权", LegalStatus.GRANTED_IN_FORCE),
        ("等年费滞纳金", LegalStatus.GRANTED_IN_FORCE),
        ("未缴年费", LegalStatus.LAPSED_UNPAID_FEE),
        ("未缴年费专利权终止，等恢复", LegalStatus.LAPSED_UNPAID_FEE),
        ("避免重复授权", LegalStatus.ABANDONED_DOUBLE),
        ("放弃-视为放弃", LegalStatus.ABANDONED),
        ("期限届满", LegalStatus.EXPIRED_TERM),
        ("失效", LegalStatus.ENDED_UNSPECIFIED),
        ("全部撤销", LegalStatus.INVALIDATED_ALL),
        ("撤回-未指定类型", LegalStatus.WITHDRAWN),
        ("驳回等复审请求", LegalStatus.EXAMINATION),
        ("Expired - Lifetime", LegalStatus.EXPIRED_TERM),
        ("DISCONTINUED", LegalStatus.ENDED_UNSPECIFIED),
    ],
)
def test_status_words(word: str, value: LegalStatus) -> None:
    row = WORDS[folded(word)]
    assert (row["kind"], row["value"]) == ("status", value)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("一案双申", EventType.SAME_DAY_FILING),
        ("权利转移", EventType.TRANSFERRED),
        ("许可", EventType.LICENCE_RECORDED),
        ("质押", EventType.PLEDGE_REGISTERED),
        ("质押注销", EventType.PLEDGE_CANCELLED),
        ("保全", EventType.PRESERVED),
        ("权利恢复", EventType.RESTORED),
        ("无效程序", EventType.INVALIDATION_STARTED),
        ("部分无效", EventType.INVALIDATED_PART),
        ("诉讼", EventType.LITIGATION),
    ],
)
def test_event_words(word: str, value: EventType) -> None:
    row = WORDS[folded(word)]
    assert (row["kind"], row["value"]) == ("event", value)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("TRANSFER OF PATENT RIGHT", EventType.TRANSFERRED),
        ("TERMINATION OF PATENT RIGHT DUE TO NON-PAYMENT OF ANNUAL FEE", EventType.LAPSED_UNPAID_FEE),
        ("DISCHARGE OF PRESERVATION OF PATENT", EventType.PRESERVATION_DISCHARGED),
        ("ABANDON PATENT RIGHT TO AVOID REGRANT", EventType.ABANDONED_DOUBLE),
        ("PATENT RIGHT PARTIALLY ABANDONED", EventType.OTHER),
        ("GRANT OF PATENT OR UTILITY MODEL", EventType.GRANTED),
        ("专利实施许可合同备案的生效", EventType.LICENCE_RECORDED),
        ("专利权质押合同登记的注销", EventType.PLEDGE_CANCELLED),
        ("避免重复授权放弃专利权", EventType.ABANDONED_DOUBLE),
    ],
)
def test_event_texts(text: str, event: EventType) -> None:
    assert TEXTS[folded(text)]["event"] == event


def test_one_text_is_one_event_and_carries_no_sign() -> None:
    meanings: dict[str, set[str]] = {}
    for row in RULES.table("event_codes"):
        assert row["text"] == row["text"].lstrip("+-").strip()
        meanings.setdefault(folded(row["text"]), set()).add(row["event"])
    assert [text for text, events in meanings.items() if len(events) > 1] == []


def test_one_code_is_one_event() -> None:
    meanings: dict[tuple[str, str], set[str]] = {}
    for row in RULES.table("event_codes"):
        if row["code"]:
            meanings.setdefault((row["authority"], row["code"]), set()).add(row["event"])
    assert [code for code, events in meanings.items() if len(events) > 1] == []


@pytest.mark.parametrize(
    ("word", "ip_type", "is_grant"),
    [
        ("发明公开", IpType.INVENTION, "no"),
        ("发明申请", IpType.INVENTION, "no"),
        ("授权发明", IpType.INVENTION, "yes"),
        ("发明", IpType.INVENTION, ""),
        ("B", IpType.INVENTION, "yes"),
        ("实用新型", IpType.UTILITY_MODEL, "yes"),
        ("Y", IpType.UTILITY_MODEL, "yes"),
        ("外观设计", IpType.DESIGN, "yes"),
        ("商标", IpType.TRADEMARK, ""),
        ("集成电路布图设计", IpType.LAYOUT_DESIGN, ""),
    ],
)
def test_words_for_types_of_ip(word: str, ip_type: IpType, is_grant: str) -> None:
    row = next(row for row in RULES.table("ip_type_words") if row["word"] == word)
    assert (row["ip_type"], row["is_grant"]) == (ip_type, is_grant)


@pytest.mark.reference
def test_every_cn_code_of_the_reference_table_has_a_meaning(reference_data: Path) -> None:
    path = reference_data / "ref_inpadoc_legal_codes_cn" / "cn_codes.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        theirs = list(csv.DictReader(file, delimiter="\t"))
    assert len(theirs) == 110
    codes = {row["code"] for row in RULES.table("event_codes") if row["authority"] == "CN"}
    assert {row["event_code"] for row in theirs} <= codes
    unread = [row["description_en"] for row in theirs if folded(row["description_en"]) not in TEXTS]
    assert unread == []


@pytest.mark.reference
def test_every_word_of_a_real_export_is_known(reference_data: Path) -> None:
    path = reference_data / "patsnap_aviation" / "patsnap_export.xlsx"
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    at = {str(name): index for index, name in enumerate(rows[0])}
    words: set[str] = set()
    offices: set[str] = set()
    kinds: set[str] = set()
    texts: set[str] = set()
    for row in rows[1:]:
        words.update(str(row[at["法律状态/事件"]]).split(" | "))
        offices.add(str(row[at["受理局"]]))
        kinds.add(str(row[at["专利类型"]]))
        told = str(row[at["INPADOC法律状态"]]).split(" | ")
        texts.update(text for text, office in zip(told[1::3], told[2::3], strict=False) if office == "CN")
    assert {word for word in words - {"-"} if folded(word) not in WORDS} == set()
    assert offices - {row["name"] for row in RULES.table("jurisdictions")} == set()
    assert kinds - {row["word"] for row in RULES.table("ip_type_words")} == set()
    assert len(texts) > 30
    assert {text for text in texts if folded(text.lstrip("+-")) not in TEXTS} == set()

"""What a table can be about: the record it gives, what it must have, and what to call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from panhuo.engine.records.fields import (
    ANSWER_FIELDS,
    EVENT_FIELDS,
    NEED_FIELDS,
    OPEN_LICENCE_FIELDS,
    PATENT_FIELDS,
    POPULATION_FIELDS,
    ROSTER_FIELDS,
    STOCK_ITEM_FIELDS,
)
from panhuo.terms.kinds import RecordKind

NUMBERS = frozenset(
    {"publication_number", "application_number", "grant_publication_number"} | {"patent_number", "google_id"}
)
"""patent_number is told apart cell by cell into the others; google_id is one with dashes."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One kind of table.

    must: of each set at least one field has a column. ledger: value of the field of that name, "" for others.
    row_needs: a row with none of these is no row. without: reject code of such a row.
    """

    name: str
    kind: RecordKind
    label: str
    looked_for: str
    fields: tuple[str, ...]
    must: tuple[frozenset[str], ...]
    row_needs: tuple[str, ...]
    without: str = "no_number"
    ledger: str = ""


_OF_ONE_LEDGER = {"terms": "licence", "product": "product_filing", "contract_kind": "technology_contract"}
_ROW_NUMBERS = ("publication_number", "application_number", "grant_publication_number")


def _ledger(name: str, ledger: str, label: str, looked_for: str, *must: frozenset[str]) -> Schema:
    return Schema(
        name,
        RecordKind.EVENT,
        label,
        looked_for,
        tuple(field for field in EVENT_FIELDS if _OF_ONE_LEDGER.get(field, ledger) == ledger),
        must,
        (*_ROW_NUMBERS, "number"),
        ledger=ledger,
    )


_ALL = (
    Schema(
        "patents",
        RecordKind.PATENT,
        "专利表 / table of patents",
        "a column of publication, application or patent numbers (公开号, 申请号, 专利号), or a title and an abstract",
        PATENT_FIELDS,
        (NUMBERS,),
        _ROW_NUMBERS,
    ),
    _ledger(
        "licence_ledger",
        "licence",
        "许可备案明细 / licence recordals",
        "columns for patent, licensor or licensee, and recordal number or kind (许可方, 被许可方, 备案号, 许可种类)",
        NUMBERS,
        frozenset({"from_party", "to_party"}),
        frozenset({"number", "terms"}),
    ),
    _ledger(
        "transfer_ledger",
        "transfer",
        "转让明细 / transfers",
        "columns for patent, transferor and transferee (转让方, 受让方)",
        NUMBERS,
        frozenset({"from_party"}),
        frozenset({"to_party"}),
    ),
    _ledger(
        "pledge_ledger",
        "pledge",
        "质押登记明细 / pledges",
        "columns for patent, pledgor and pledgee (出质人, 质权人)",
        NUMBERS,
        frozenset({"from_party"}),
        frozenset({"to_party"}),
    ),
    _ledger(
        "product_filing",
        "product_filing",
        "专利产品备案明细 / product filings",
        "columns for patent, firm and product (企业名称, 产品名称)",
        NUMBERS,
        frozenset({"product"}),
        frozenset({"to_party", "to_code"}),
    ),
    _ledger(
        "technology_contract",
        "technology_contract",
        "技术合同明细 / technology contracts",
        "columns for contract number and seller or buyer (合同登记号, 卖方, 买方)",
        frozenset({"number"}),
        frozenset({"from_party", "to_party"}),
        frozenset({"contract_kind", "amount", "amount_wan", "amount_cny"}),
    ),
    Schema(
        "event_ledger",
        RecordKind.EVENT,
        "转化台账 / ledger of several kinds",
        "a column that names the ledger of each row (台账类别) beside patent numbers",
        EVENT_FIELDS,
        (frozenset({"ledger"}), NUMBERS),
        (*_ROW_NUMBERS, "number"),
    ),
    Schema(
        "roster",
        RecordKind.ROSTER,
        "单位名录 / roster of organisations",
        "columns for organisation and its tag or controller (单位名称, 统一社会信用代码, 标签)",
        ROSTER_FIELDS,
        (frozenset({"party_name", "party_code"}), frozenset({"tag", "controller", "alias"})),
        ("party_name", "party_code"),
        "no_party",
    ),
    Schema(
        "population",
        RecordKind.POPULATION,
        "人口 / population by district and year",
        "columns for district, year and residents (地区, 年份, 常住人口)",
        POPULATION_FIELDS,
        (
            frozenset({"region", "region_name"}),
            frozenset({"year"}),
            frozenset({"persons", "persons_wan", "people"}),
        ),
        ("persons", "persons_wan"),
        "no_value",
    ),
    Schema(
        "needs",
        RecordKind.NEED,
        "技术需求 / technology needs",
        "columns for the need in words (需求名称, 需求内容, 预期目标)",
        NEED_FIELDS,
        (
            frozenset({"title", "text", "problem"}),
            frozenset(
                {"need_id", "problem", "goal", "foundation", "difficulty", "budget_wan", "budget_text", "urgency"}
            ),
        ),
        ("title", "text", "problem", "goal", "difficulty"),
        "no_text",
    ),
    Schema(
        "stock_inventory",
        RecordKind.STOCK_ITEM,
        "存量专利盘点表 / stock inventory",
        "patent numbers beside the owner's own words on them (转化意愿, 是否实施, 自评等级, 所属部门)",
        STOCK_ITEM_FIELDS,
        (
            NUMBERS,
            frozenset(
                {"willing", "implemented", "self_grade", "self_grade_reason", "department", "manager", "project"}
                | {"consent", "restrictions", "dormancy_note"}
            ),
        ),
        _ROW_NUMBERS,
    ),
    Schema(
        "check_booklet",
        RecordKind.OWNER_ANSWER,
        "疑似沉睡专利核实表 / check booklet",
        "patent numbers beside 是否实施 and 正当理由",
        ANSWER_FIELDS,
        (NUMBERS, frozenset({"implemented"}), frozenset({"reason"})),
        _ROW_NUMBERS,
    ),
    Schema(
        "open_licence",
        RecordKind.OPEN_LICENCE,
        "开放许可公告 / open-licence announcements",
        "patent numbers beside fee and term of the licence (许可使用费, 许可期限)",
        OPEN_LICENCE_FIELDS,
        (
            NUMBERS,
            frozenset({"fee_text"}),
            frozenset({"payment_text", "term_text", "ends_on", "announced_on"}),
        ),
        _ROW_NUMBERS,
    ),
    Schema(
        "other_ip",
        RecordKind.OTHER_IP,
        "商标、著作权、地理标志等 / other intellectual property",
        "a registration number and a name beside what kind of right it is (注册号, 商标名称, 知识产权类型)",
        PATENT_FIELDS,
        (frozenset({"publication_number", "application_number"}), frozenset({"title"}), frozenset({"ip_type"})),
        _ROW_NUMBERS,
    ),
)

SCHEMAS: Mapping[str, Schema] = MappingProxyType({schema.name: schema for schema in _ALL})
LEDGERS = frozenset(schema.name for schema in _ALL if schema.kind is RecordKind.EVENT)

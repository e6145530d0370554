"""A valuation record: what must be stated, what it may be called, how long it is used. All figures are made up."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from panhuo.engine.valuation import BadInputs, ValuationRecord, kept_record, read_record
from panhuo.rules import load_pack

AT = date(2026, 1, 20)
RULES = load_pack("national").at(AT)
FILE = "a" * 64
_STATED: dict[str, Any] = {
    "source": "external",
    "purpose": "质押贷款",
    "scene": "finance",
    "value_type": "market",
    "base_date": "2025-11-30",
    "patents": [{"number": "CN2018100000018", "ip_type": "invention", "legal_end": "2038-01-05"}],
    "right": {"kind": "ownership", "territory": "中国大陆"},
    "assumptions": ["企业持续经营"],
    "price_basis": "nominal",
    "flow_basis": "after_tax",
    "rate_basis": "after_tax",
    "methods": ["income", "cost"],
    "value_cny": {"low": "800000", "base": "1000000", "high": "1100000"},
    "signers": [
        {"name": "合成甲", "qualification": "appraiser", "certificate": "1"},
        {"name": "合成乙", "qualification": "professional"},
    ],
    "statutory": "false",
    "agency": {"name": "合成评估公司", "filing": "备-1"},
    "report": {"number": "评-1", "day": "2026-01-10", "title": "资产评估报告", "sealed": "true"},
    "valid_until": "2026-11-29",
}


def stated(**changes: Any) -> dict[str, Any]:
    """The record with entries changed; None leaves one out. A dotted name goes into a group: report__day."""
    found = deepcopy(_STATED)
    for name, value in changes.items():
        *groups, last = name.split("__")
        place = found
        for group in groups:
            place = place[group]
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    return found


OURS: dict[str, Any] = {
    "source": "self_estimate",
    "agency": None,
    "statutory": None,
    "report": {"day": "2026-01-10"},
    "signers": [{"name": "合成丙", "qualification": "staff"}],
}


def faults(file: str = FILE, at: date = AT, sealed: dict[str, Any] | None = None, **changes: Any) -> dict[str, str]:
    with pytest.raises(BadInputs) as caught:
        read_record(stated(**changes), RULES, at=at, file=file, sealed=sealed)
    return dict(caught.value.fields["problems"])


def test_a_full_external_report_goes_on_record() -> None:
    """The negative control of all refusals below."""
    found = read_record(stated(), RULES, at=AT, file=FILE)
    assert (found.is_appraisal, found.value_cny, found.low_cny) == (True, Decimal(1_000_000), Decimal(800_000))
    assert found.kept_until(RULES) == date(2041, 1, 10), "art. 29: fifteen years"


def test_a_record_of_our_own_needs_no_agency_and_is_no_appraisal() -> None:
    found = read_record(stated(**OURS), RULES, at=AT)
    assert (found.is_appraisal, found.agency, found.file) == (False, "", "")


@pytest.mark.parametrize("title", ["资产评估报告", "专利资产评估报告书", "评估报告"])
def test_only_an_external_record_may_call_itself_an_appraisal_report(title: str) -> None:
    for source in ("self_estimate", "internal_bank", "negotiated"):
        ours = {**OURS, "source": source, "report": {"day": "2026-01-10", "title": title}}
        assert "only an external appraiser's record may" in faults(**ours)["report.title"]
    ours = {**OURS, "report": {"day": "2026-01-10", "title": "内部估值说明"}}
    assert read_record(stated(**ours), RULES, at=AT).report.title == "内部估值说明"


def test_every_fault_is_told_at_once() -> None:
    """Without signers, out of use, base date after the report, unsealed, no file, two bases, one method."""
    found = faults(
        file="",
        at=date(2026, 12, 1),
        signers=None,
        base_date="2026-02-01",
        valid_until="2026-11-30",
        report__sealed="false",
        rate_basis="before_tax",
        methods=["income"],
        agency=None,
    )
    assert {
        "signers",
        "base_date",
        "valid_until",
        "report.sealed",
        "report",
        "rate_basis",
        "one_method_reason",
        "agency.name",
        "agency.filing",
    } <= set(found)


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"signers": [_STATED["signers"][0]]}, "signers", "holds 1 who sign, 2 are asked for"),
        ({"signers": [_STATED["signers"][0]] * 2}, "signers", "names a person twice"),
        ({"signers": [_STATED["signers"][0], {"name": "丁", "qualification": "staff"}]}, "signers[2].qualification",
         "staff may not sign"),
        ({"statutory": "true"}, "signers[2].qualification", "professional may not sign; appraiser do"),
        ({"signers": [{"name": "甲", "qualification": "appraiser"}, _STATED["signers"][1]]}, "signers[1].certificate",
         "is missing"),
        ({"base_date": "2026-01-11"}, "base_date", "lies after the report's day 2026-01-10"),
        ({"report__day": "2026-01-21"}, "report.day", "lies after the day of the record"),
        ({"valid_until": "2026-12-01"}, "valid_until", "lies beyond 2026-11-30"),
        ({"base_date": "0001-01-01", "valid_until": "9999-12-31"}, "valid_until", "lies outside the years"),
        ({"valid_until": "2026-01-19"}, "valid_until", "it is no longer in use"),
        ({"valid_until": "2026-01-09"}, "valid_until", "before the report's day"),
        ({"value_cny__low": "1000001"}, "value_cny.low", "above the value"),
        ({"value_cny__high": "999999"}, "value_cny.high", "below the value"),
        ({"value_cny": {"low": "1"}}, "value_cny.base", "is missing"),
        ({"methods": ["income", "royalty_relief"]}, "methods", "the income approach and a method of it"),
        ({"methods": ["cost", "cost"]}, "methods", "twice"),
        ({"methods": ["guess", "cost"]}, "methods[1]", "is not one of"),
        ({"appraiser": "甲"}, "appraiser", "is read by nobody"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(changes: dict[str, Any], place: str, said: str) -> None:
    assert said in faults(**changes)[place]


@pytest.mark.parametrize(
    "name", ["purpose", "value_type", "base_date", "patents", "right__kind", "assumptions", "methods", "statutory",
             "agency__filing", "report__number", "report__day", "valid_until", "flow_basis"],
)  # fmt: skip
def test_nothing_that_must_be_stated_is_filled_in(name: str) -> None:
    assert name.replace("__", ".") in faults(**{name: None})


def test_a_cost_value_states_no_flows() -> None:
    found = read_record(stated(methods=["market", "cost"], flow_basis=None, rate_basis=None), RULES, at=AT, file=FILE)
    assert found.flow_basis is None


def test_use_ends_on_its_last_day() -> None:
    found = read_record(stated(), RULES, at=AT, file=FILE)
    told = {day: (found.is_usable(day), found.days_left(day)) for day in (
        date(2025, 11, 29), date(2025, 11, 30), date(2026, 11, 29), date(2026, 11, 30))}  # fmt: skip
    assert told == {
        date(2025, 11, 29): (False, 365),
        date(2025, 11, 30): (True, 364),
        date(2026, 11, 29): (True, 0),
        date(2026, 11, 30): (False, -1),
    }


def test_figures_of_a_dossier_are_not_typed_again_and_make_no_appraisal() -> None:
    sealed = {key: _STATED[key] for key in _STATED if key not in ("source", "signers", "statutory", "agency", "report")}
    rest = {key: None for key in sealed}
    assert read_record(stated(**{**rest, **OURS}), RULES, at=AT, sealed=sealed).value_cny == 1_000_000
    typed = faults(sealed=sealed, **{**rest, **OURS, "value_cny": {"base": "2"}, "base_date": "2025-11-30"})
    assert set(typed) == {"value_cny", "base_date"}
    assert "no appraisal" in faults(sealed=sealed, **rest)["source"]


def test_a_kept_record_reads_back_whole_though_rules_got_stricter() -> None:
    found: ValuationRecord = read_record(stated(), RULES, at=AT, file=FILE)
    stricter = RULES.supposing({"valuation.record.least_signers.external": 3})
    assert kept_record(stated(), stricter, file=FILE) == found
    with pytest.raises(BadInputs):
        read_record(stated(), stricter, at=AT, file=FILE)

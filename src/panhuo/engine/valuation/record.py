"""A valuation put on record: what was valued, by whom, for how long it may be used, and what it may be called.

Fields and the four sources: domain practice after 资产评估法 (2016-12-01) and 专利资产评估指导意见; how many sign, with
which qualification, and for how long a value is used are values of the pack (valuation.record.*).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from panhuo.engine.valuation.case import INCOME_METHODS, Statement
from panhuo.engine.valuation.income import Basis
from panhuo.engine.valuation.inputs import read_statement
from panhuo.engine.valuation.told import Told
from panhuo.rules import InForce
from panhuo.terms.dates import add_months, add_years


class RecordSource(StrEnum):
    """Who stands behind a value; only an external one may be called 资产评估报告."""

    EXTERNAL = "external"  # 评估机构
    INTERNAL_BANK = "internal_bank"  # 银行内部评估
    NEGOTIATED = "negotiated"  # 协议定价
    SELF_ESTIMATE = "self_estimate"  # 自行估算


class Qualification(StrEnum):
    """What a signer is."""

    APPRAISER = "appraiser"  # 资产评估师
    PROFESSIONAL = "professional"  # 其他评估专业人员
    STAFF = "staff"  # people of a bank or an owner


class RecordMethod(StrEnum):
    """Methods as records name them: the approach where the report says no more."""

    INCOME = "income"
    ROYALTY_RELIEF = "royalty_relief"
    EXCESS_EARNINGS = "excess_earnings"
    TECHNOLOGY_SHARE = "technology_share"
    MARKET = "market"
    COST = "cost"


SEALED_KEYS = (
    "purpose",
    "scene",
    "value_type",
    "base_date",
    "patents",
    "right",
    "assumptions",
    "price_basis",
    "flow_basis",
    "rate_basis",
    "methods",
    "one_method_reason",
    "value_cny",
    "valid_until",
    "scheme_version",
)
"""What a record of a dossier takes from the sealed file."""


@dataclass(frozen=True, slots=True)
class Signer:
    """certificate: number of the qualification, empty where there is none."""

    name: str
    qualification: Qualification
    certificate: str


@dataclass(frozen=True, slots=True)
class Report:
    """The paper or note. title: as it calls itself, may be empty. is_sealed: it bears the agency's seal."""

    number: str
    day: date
    title: str
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class ValuationRecord:
    """One record. low_cny, high_cny: None where the report tells no range. flow_basis, rate_basis: None without an
    income method. valid_until: last day of use. scheme_version: pack or scheme, may be empty. file: SHA-256 of the
    report or dossier, empty where no file was kept. Amounts in yuan.
    """

    source: RecordSource
    statement: Statement
    flow_basis: Basis | None
    rate_basis: Basis | None
    methods: tuple[RecordMethod, ...]
    one_method_reason: str
    low_cny: Decimal | None
    value_cny: Decimal
    high_cny: Decimal | None
    signers: tuple[Signer, ...]
    agency: str
    agency_filing: str
    is_statutory: bool
    report: Report
    valid_until: date
    scheme_version: str
    file: str

    @property
    def is_appraisal(self) -> bool:
        return self.source is RecordSource.EXTERNAL

    def days_left(self, on: date) -> int:
        """Days from a day to the last day of use, 0 on the last; negative once it is over."""
        return (self.valid_until - on).days

    def is_usable(self, on: date) -> bool:
        """Whether a day lies from the base date to the last day of use."""
        return self.statement.base_date <= on <= self.valid_until

    def kept_until(self, rules: InForce) -> date:
        """First day on which the archive may go (资产评估法 art. 29, counted from the report's day)."""
        kind = "statutory" if self.is_statutory else "usual"
        return add_years(self.report.day, rules.integer(f"valuation.record.archive_years.{kind}"))


def read_record(
    inputs: Mapping[str, Any], rules: InForce, *, at: date, file: str = "", sealed: Mapping[str, Any] | None = None
) -> ValuationRecord:
    """The record that a mapping states on a day.

    Args:
        rules: those of the day. file: SHA-256 of the report or dossier. sealed: what a dossier gives of SEALED_KEYS;
            then the inputs may state none of them.
    Raises: BadInputs with every fault and its place.
    """
    root = Told({**inputs, **(sealed or {})})
    for key in SEALED_KEYS if sealed is not None else ():
        if key in inputs:
            root.fault(key, "comes from the dossier and is not typed again; leave it out")
    found = _read(root, rules, file)
    if sealed is not None and found.is_appraisal:
        root.fault("source", "external is an agency's report; a dossier of ours is no appraisal")
    _check_days(root, found, rules, at)
    root.only()
    root.check()
    return found


def kept_record(content: Mapping[str, Any], rules: InForce, *, file: str) -> ValuationRecord:
    """A record that was read once: later rules make no earlier record wrong, so that nothing is checked again."""
    return _read(Told(content), rules, file)


def _read(root: Told, rules: InForce, file: str) -> ValuationRecord:
    source = root.choice("source", RecordSource, "who stands behind the value")
    statement = read_statement(root)
    methods, reason = _methods(root, rules)
    flow_basis, rate_basis = _bases(root, methods)
    low, value, high = _amounts(root.part("value_cny"))
    is_external = source is RecordSource.EXTERNAL
    is_statutory = root.flag(
        "statutory", "whether the law asks for it (法定评估)", default=None if is_external else False
    )
    signers = _signers(root, rules, is_external=is_external, is_statutory=is_statutory)
    agency = root.part("agency")
    asked = None if is_external else ""
    name = agency.text("name", "agency (评估机构)", default=asked)
    filing = agency.text("filing", "number of its filing with the authority (备案号)", default=asked)
    agency.only()
    report = _report(root, rules, is_external=is_external)
    valid_until = root.day("valid_until", "last day of use")
    scheme = root.text("scheme_version", "scheme", default="")
    if is_external and not file:
        root.fault("report", "needs its file; name it by --report")
    return ValuationRecord(
        source, statement, flow_basis, rate_basis, methods, reason, low, value, high, signers, name, filing,
        is_statutory, report, valid_until, scheme, file,
    )  # fmt: skip


def _methods(root: Told, rules: InForce) -> tuple[tuple[RecordMethod, ...], str]:
    told = root.texts("methods", f"methods: {', '.join(RecordMethod)}")
    for place, name in enumerate(told, start=1):
        if name not in tuple(RecordMethod):
            root.fault(f"methods[{place}]", f"{name!r} is not one of {', '.join(RecordMethod)}")
    found = tuple(RecordMethod(name) for name in told if name in tuple(RecordMethod))
    if len(set(found)) < len(found):
        root.fault("methods", "names a method twice")
    if RecordMethod.INCOME in found and set(found) & set(INCOME_METHODS):
        root.fault("methods", "names the income approach and a method of it; name one of them")
    few = len(found) < rules.integer("valuation.record.least_methods")
    why = root.text(
        "one_method_reason",
        "why one method is enough; 资产评估法 art. 26 asks for two or more",
        default=None if few and found else "",
    )
    return found, why


def _bases(root: Told, methods: tuple[RecordMethod, ...]) -> tuple[Basis | None, Basis | None]:
    if not {RecordMethod.INCOME, *INCOME_METHODS} & set(methods):
        root.asked.update(("flow_basis", "rate_basis"))
        return None, None
    flows = root.choice("flow_basis", Basis, "basis of the flows")
    rate = root.choice("rate_basis", Basis, "basis of the discount rate")
    if flows is not rate:
        root.fault("rate_basis", f"is {rate}, the flows are {flows}: such a value mixes two bases")
    return flows, rate


def _amounts(told: Told) -> tuple[Decimal | None, Decimal, Decimal | None]:
    value = told.number("base", "the value in yuan", low="0")
    low, high = told.number_or_none("low", "lower end"), told.number_or_none("high", "upper end")
    if low is not None and low > value:
        told.fault("low", f"{low} lies above the value {value}")
    if high is not None and high < value:
        told.fault("high", f"{high} lies below the value {value}")
    told.only()
    return low, value, high


def _signers(root: Told, rules: InForce, *, is_external: bool, is_statutory: bool) -> tuple[Signer, ...]:
    found = tuple(_signer(one) for one in root.parts("signers"))
    kind = "external" if is_external else "internal"
    least = rules.integer(f"valuation.record.least_signers.{kind}")
    if len(found) < least:
        root.fault("signers", f"holds {len(found)} who sign, {least} are asked for")
    if len({(one.name, one.certificate) for one in found}) < len(found):
        root.fault("signers", "names a person twice")
    if is_external:
        wanted = rules.words("valuation.record.qualifications.statutory" if is_statutory else
                             "valuation.record.qualifications.external")  # fmt: skip
        for place, one in enumerate(found, start=1):
            if one.qualification not in wanted:
                root.fault(
                    f"signers[{place}].qualification", f"{one.qualification} may not sign; {', '.join(wanted)} do"
                )
            elif one.qualification is Qualification.APPRAISER and not one.certificate:
                root.fault(f"signers[{place}].certificate", "is missing: number of the appraiser's registration")
    return found


def _signer(told: Told) -> Signer:
    found = Signer(
        told.text("name", "name"),
        told.choice("qualification", Qualification, "qualification"),
        told.text("certificate", "certificate", default=""),
    )
    told.only()
    return found


def _report(root: Told, rules: InForce, *, is_external: bool) -> Report:
    part = root.part("report")
    found = Report(
        part.text("number", "number of the report", default=None if is_external else ""),
        part.day("day", "day of the report"),
        part.text("title", "title", default=""),
        part.flag("sealed", "whether it bears the agency's seal", default=None if is_external else False),
    )
    if is_external and not found.is_sealed:
        part.fault("sealed", "is not true: 资产评估法 art. 27 asks for the agency's seal")
    reserved = [word for word in rules.words("valuation.record.reserved_titles") if word in found.title]
    if reserved and not is_external:
        part.fault("title", f"calls itself {reserved[0]}; only an external appraiser's record may")
    part.only()
    return found


def _check_days(root: Told, found: ValuationRecord, rules: InForce, at: date) -> None:
    base, made, until = found.statement.base_date, found.report.day, found.valid_until
    if date.min in (base, made, until):
        return
    if base > made:
        root.fault("base_date", f"{base} lies after the report's day {made}")
    if made > at:
        root.fault("report.day", f"{made} lies after the day of the record {at}")
    longest = add_months(base, rules.integer("valuation.valid_months"))
    if until > longest:
        root.fault("valid_until", f"{until} lies beyond {longest}, to which a value of {base} is used")
    if until < made:
        root.fault("valid_until", f"{until} lies before the report's day {made}")
    elif until < at:
        root.fault("valid_until", f"ended on {until}, the record is made on {at}: it is no longer in use")

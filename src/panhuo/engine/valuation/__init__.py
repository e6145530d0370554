"""Valuation in money: income, market and cost approach, ranges and drivers, security, open-licence fees."""

from __future__ import annotations

from panhuo.engine.valuation.arithmetic import in_yuan
from panhuo.engine.valuation.case import Case, MethodName, Right, Scene, ValueType
from panhuo.engine.valuation.conclusion import conclude, needed_for, simulate, tornado
from panhuo.engine.valuation.inputs import read_case
from panhuo.engine.valuation.open_licence_fee import OpenLicence, OpenLicenceFee, open_licence_fee
from panhuo.engine.valuation.pledge import Security, security
from panhuo.engine.valuation.record import RecordSource, ValuationRecord, kept_record, read_record
from panhuo.engine.valuation.royalty_reference import IndustryRoyalty, royalty_of, royalty_rows
from panhuo.engine.valuation.told import BadInputs, Told

__all__ = [
    "BadInputs",
    "Case",
    "IndustryRoyalty",
    "MethodName",
    "OpenLicence",
    "OpenLicenceFee",
    "RecordSource",
    "Right",
    "Scene",
    "Security",
    "Told",
    "ValuationRecord",
    "ValueType",
    "conclude",
    "in_yuan",
    "kept_record",
    "needed_for",
    "open_licence_fee",
    "read_case",
    "read_record",
    "royalty_of",
    "royalty_rows",
    "security",
    "simulate",
    "tornado",
]

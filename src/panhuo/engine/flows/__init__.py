"""Flows that lead through several engine areas; no area imports a flow."""

from __future__ import annotations

from panhuo.engine.flows.appraise import appraise
from panhuo.engine.flows.bank_backtest import BacktestRow, JudgedCard, backtest
from panhuo.engine.flows.card_told import card_told
from panhuo.engine.flows.dossier import (
    SYNTHETIC,
    BrokenDossier,
    Dossier,
    Verdict,
    make_dossier,
    read_dossier,
    recorded_rules,
    verify,
)
from panhuo.engine.flows.explain import Bridge, bridge
from panhuo.engine.flows.open_licence import estimate_fee
from panhuo.engine.flows.portfolio_value import ValuedMember, value_portfolio
from panhuo.engine.flows.sealed_record import sealed_part
from panhuo.engine.flows.stated_grades import FINDINGS

__all__ = [
    "BacktestRow",
    "BrokenDossier",
    "Bridge",
    "Dossier",
    "FINDINGS",
    "JudgedCard",
    "ValuedMember",
    "SYNTHETIC",
    "Verdict",
    "appraise",
    "backtest",
    "bridge",
    "card_told",
    "estimate_fee",
    "make_dossier",
    "read_dossier",
    "recorded_rules",
    "sealed_part",
    "value_portfolio",
    "verify",
]

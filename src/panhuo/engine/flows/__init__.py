"""Flows that lead through several engine areas; no area imports a flow."""

from __future__ import annotations

from panhuo.engine.flows.appraise import appraise
from panhuo.engine.flows.dossier import (
    BrokenDossier,
    Dossier,
    Verdict,
    make_dossier,
    read_dossier,
    recorded_rules,
    verify,
)
from panhuo.engine.flows.explain import Bridge, bridge
from panhuo.engine.flows.portfolio_value import ValuedMember, value_portfolio

__all__ = [
    "BrokenDossier",
    "Bridge",
    "Dossier",
    "ValuedMember",
    "Verdict",
    "appraise",
    "bridge",
    "make_dossier",
    "read_dossier",
    "recorded_rules",
    "value_portfolio",
    "verify",
]

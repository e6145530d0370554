"""Rules as data: packs with dated values and their sources. Imports terms and a YAML reader only."""

from __future__ import annotations

from panhuo.rules.errors import BadPack, NotInForce, UnknownRule, WrongUnit
from panhuo.rules.loading import load_pack, own_packs, packs_folder
from panhuo.rules.pack import InForce, Pack, Programme
from panhuo.rules.problems import Problem
from panhuo.rules.tables import Row, Table
from panhuo.rules.values import Provenance, Status, Unit, Value

__all__ = [
    "BadPack",
    "InForce",
    "NotInForce",
    "Pack",
    "Problem",
    "Programme",
    "Provenance",
    "Row",
    "Status",
    "Table",
    "Unit",
    "UnknownRule",
    "Value",
    "WrongUnit",
    "load_pack",
    "own_packs",
    "packs_folder",
]

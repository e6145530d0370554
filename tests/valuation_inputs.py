"""Stated inputs of a small valuation for tests; every figure is made up."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from panhuo.rules import InForce, load_pack

BASE_DATE = date(2025, 11, 30)
RULES: InForce = load_pack("national").at(BASE_DATE)
_TOLD: dict[str, Any] = {
    "purpose": "质押贷款",
    "scene": "finance",
    "value_type": "market",
    "base_date": "2025-11-30",
    "patents": [{"number": "CN2018100000018", "ip_type": "invention", "legal_end": "2038-01-05"}],
    "right": {"kind": "ownership", "territory": "中国大陆"},
    "assumptions": ["企业持续经营"],
    "price_basis": "nominal",
    "discount": {"basis": "after_tax", "price_basis": "nominal", "rate": "0.10"},
    "life": {"economic_years": "3"},
    "mid_year": "false",
    "methods": {
        "royalty_relief": {
            "sales_cny": ["1000000", "1000000", "1000000"],
            "growth_after": "0",
            "royalty_rate": "0.05",
            "tax_rate": "0.25",
        },
        "cost": {"components_cny": {"labour": "600000"}, "used_years": "5", "total_years": "20"},
    },
    "weighing": {"weights": {"royalty_relief": "0.8", "cost": "0.2"}, "reason": "收益法更能反映市场"},
    "seed": "2025",
    "draws": "200",
}


def told(**changes: Any) -> dict[str, Any]:
    """The inputs with some entries changed; None leaves one out. A dotted name goes into a group: right__kind."""
    found = deepcopy(_TOLD)
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

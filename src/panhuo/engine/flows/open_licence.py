"""An open-licence fee from stated facts to told figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from panhuo.engine.flows.appraise import Told, share, yuan
from panhuo.engine.valuation import open_licence_fee
from panhuo.engine.valuation.open_licence_fee import UsualLimit
from panhuo.engine.valuation.open_licence_inputs import read_open_licence
from panhuo.rules import InForce


def estimate_fee(inputs: Mapping[str, Any], rules: InForce) -> Told:
    """Fee, entry fee, royalty and the usual limits as texts; every fact with its source. Raises: BadInputs.

    *_within: the figure, or the usual limit where that is less. bound: names of the limits that did.
    """
    stated = read_open_licence(inputs, rules)
    found = open_licence_fee(stated.asked, rules)
    fixed, royalty = found.limits
    return {
        "patents": list(stated.patents),
        "of": stated.asked.of,
        "licensees": stated.asked.licensees,
        "stream_cny": yuan(found.stream_cny),
        "fixed_cny": {
            "low": yuan(found.fixed_low_cny),
            "base": yuan(found.fixed_cny),
            "high": yuan(found.fixed_high_cny),
            "within": yuan(fixed.within),
        },
        "entry_cny": {"low": yuan(found.entry_low_cny), "high": yuan(found.entry_high_cny)},
        "royalty": share(found.royalty),
        "royalty_within": share(royalty.within),
        "limits": [_limit(one) for one in found.limits],
        "bound": list(found.beyond),
        "sources": dict(stated.sources),
        "assumed": [
            f"{name}: {rules.status_of(name).value}, {rules.source_of(name).title}"
            for name in ("scope_factors", "valuation.open_licence.licensee_step", "valuation.open_licence.entry_share")
        ],
        "notice": rules.text("valuation.notice"),
    }


def _limit(one: UsualLimit) -> Told:
    in_unit = yuan if one.name == "fixed_amount" else share
    return {
        "name": one.name,
        "found": in_unit(one.found),
        "limit": in_unit(one.limit),
        "binds": one.binds,
        "source": one.source,
        "status": one.status,
    }

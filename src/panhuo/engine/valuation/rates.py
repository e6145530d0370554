"""The discount rate as it is stated: a rate, or a risk-free rate and scored premiums of the pack."""

from __future__ import annotations

from decimal import Decimal

from panhuo.engine.valuation.discounting import built_up_rate, risk_premium
from panhuo.engine.valuation.told import Told
from panhuo.rules import InForce
from panhuo.terms.errors import OutOfRange

RISKS = ("technology", "market", "funding", "management")


def discount_rate(discount: Told, rules: InForce) -> Decimal:
    """Rate a year from the part `discount` of the inputs: rate, or risk_free with scores of RISKS (0..100)."""
    if discount.has("rate"):
        for other in ("risk_free", "scores"):
            if discount.has(other):
                discount.fault(other, "stands beside rate; state the rate or how it is built up, not both")
        return discount.share("rate", "discount rate a year")
    risk_free = discount.share("risk_free", "risk-free rate a year, or rate")
    scores = discount.part("scores")
    premiums = {}
    for risk in RISKS:
        low, high = (Decimal(text) for text in rules.words(f"valuation.premium.{risk}"))
        score = scores.number(risk, "score of the risk, 100 is safest", high="100")
        premiums[risk] = risk_premium(score, low=low, high=high)
    scores.only()
    found = built_up_rate(risk_free, premiums)
    if found > 1:
        raise OutOfRange(f"The premiums of pack {rules.pack} build a rate of {found}, above 1.", code="bad_rate")
    return found

"""What falls due of an inventory's rights, as on its day: kinds as conditions, and their counts kept with it.

Nothing here takes a right out of a list: that only a lapse does. Without payment facts the state stays unknown.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from panhuo.engine.records.terms_and_fees import FeeState
from panhuo.terms.dates import add_years
from panhuo.terms.kinds import LegalStatus

KEPT = ("fee7", "fee30", "fee90", "grace", "restoration", "term", "unknown")
"""Kinds that change with an inventory only, so that their counts are kept with it."""
CONSENTS = ("consent7", "consent30", "consent90", "consent-over")
"""Kinds that change as owners confirm."""


def due_condition(code: str, day: date, *, is_walked: bool = False) -> Q:
    """One of KEPT or CONSENTS as a condition on StockPatent. is_walked: for access.walked_stock_for."""
    before = "walked_" if is_walked else ""
    status, state = f"{before}status", f"{before}fee_state"
    living = Q(**{status: LegalStatus.GRANTED_IN_FORCE})
    match code:
        case "fee7" | "fee30" | "fee90":
            until = day + timedelta(days=int(code.removeprefix("fee")))
            return living & Q(**{state: FeeState.DUE}, fee_due_on__gte=day, fee_due_on__lte=until)
        case "grace":
            return living & Q(**{state: FeeState.GRACE})
        case "restoration":
            return Q(**{state: FeeState.RESTORATION_WINDOW})
        case "consent7" | "consent30" | "consent90":
            days = int(code.removeprefix("consent"))
            return living & Q(consent_until__gte=day, consent_until__lte=day + timedelta(days=days))
        case "consent-over":
            return living & Q(consent_until__lt=day)
        case "unknown":
            return living & Q(**{state: FeeState.UNKNOWN})
        case "term":
            return living & Q(term_end__gte=day, term_end__lte=add_years(day, 1))
    raise ValueError(code)

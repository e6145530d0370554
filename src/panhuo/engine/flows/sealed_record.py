"""What a valuation record takes from a sealed dossier."""

from __future__ import annotations

from typing import Any

from panhuo.engine.flows.dossier import Dossier, Verdict
from panhuo.engine.valuation.record import SEALED_KEYS
from panhuo.terms.errors import DomainError

STATED = ("purpose", "scene", "value_type", "base_date", "patents", "right", "assumptions", "price_basis")


def sealed_part(dossier: Dossier, verdict: Verdict) -> dict[str, Any]:
    """SEALED_KEYS as the dossier holds them; what it does not hold is left out.

    Raises: DomainError code broken_seal, not_reproduced: a changed file, or one whose figures do not come out again,
    goes on no record.
    """
    if not verdict.is_sealed:
        raise DomainError(
            f"The dossier was changed since it was sealed: {', '.join(verdict.changed[:5])}. Take the sealed file.",
            code="broken_seal",
        )
    if not verdict.is_reproduced:
        raise DomainError(
            f"The dossier's figures do not come out again here: {', '.join(list(verdict.figures)[:5])}. See panhuo "
            "dossier verify; make a new dossier under the rules of today, or name its pack by --pack.",
            code="not_reproduced",
        )
    inputs, results, pack = (dossier.content[key] for key in ("inputs", "results", "pack"))
    found = {key: inputs[key] for key in (*STATED, "one_method_reason") if key in inputs}
    if "discount" in inputs:  # without it nothing was discounted
        found["flow_basis"] = found["rate_basis"] = inputs["discount"]["basis"]
    found["methods"] = list(results["methods"])
    found["value_cny"] = results["value_cny"]
    found["valid_until"] = results["valid_until"]
    found["scheme_version"] = f"{pack['name']} {pack['version']}"
    return {key: found[key] for key in SEALED_KEYS if key in found}

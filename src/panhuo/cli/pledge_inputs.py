"""What the parties of a pledge tell, from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from panhuo.cli.inputs_file import InputsFile
from panhuo.engine.grading.pledge_case import Consent, PledgeCase
from panhuo.engine.valuation import BadInputs, Told
from panhuo.rules import InForce

MOST_YEARS = 60


def read_pledge_inputs(path: Path | None, rules: InForce) -> tuple[PledgeCase, int | None]:
    """The case and the last patent year that is shown to be paid; nothing told without a file.

    Raises: DomainError bad_inputs with every fault and its line.
    """
    if path is None:
        return PledgeCase(), None
    file = InputsFile(path)
    told = Told(file.told)
    case = PledgeCase(
        told_on=told.day_or_none("told_on", "day of these statements"),
        pledgor=told.text("pledgor", "pledgor", default=""),
        debt_ends_on=told.day_or_none("debt_ends_on", "last day of the debt"),
        contract=_contents(told, rules),
        co_owner_consent=_flag(told, "co_owner_consent"),
        same_day_invention=_flag(told, "same_day_invention"),
        other=_other(told),
        consents=_consents(told),
    )
    paid = None
    if told.has("paid_through_year"):
        paid = told.whole("paid_through_year", "last patent year that is paid", low=0, high=MOST_YEARS)
    told.only()
    try:
        told.check()
    except BadInputs as error:
        raise file.refused(error) from error
    return case, paid


def _flag(told: Told, key: str) -> bool | None:
    return told.flag(key, key) if told.has(key) else None


def _other(told: Told) -> str | None:
    """ "" for none: the word none says that somebody looked and found nothing."""
    found = told.text("other", "other", default="")
    return "" if found == "none" else found or None


def _contents(told: Told, rules: InForce) -> frozenset[str] | None:
    if told.pairs.get("contract") == []:
        told.asked.add("contract")
        return frozenset()
    if not told.has("contract"):
        return None
    found = told.texts("contract", "the contents that the contract has")
    known = [row["content"] for row in rules.table("pledge_contract_content")]
    for place, one in enumerate(found, start=1):
        if one not in known:
            told.fault(f"contract[{place}]", f"names {one!r}; known are {', '.join(known)}")
    return frozenset(found)


def _consents(told: Told) -> Mapping[str, Consent]:
    group = told.part("consents")
    found = {}
    for ground in group.pairs:
        one = group.part(ground)
        found[ground] = Consent(one.text("document", "the consent's document"), one.day("day", "its day"))
        one.only()
    return found

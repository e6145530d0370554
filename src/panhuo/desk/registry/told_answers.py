"""What an owner told on the site, written where returned booklets and lists of owners stand: answers, consents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from panhuo import __version__
from panhuo.desk.registry.fact_store import FactStore
from panhuo.desk.registry.intake import count_up
from panhuo.desk.registry.models import AssetKey, SourceFile
from panhuo.engine.records.facts import Fact
from panhuo.rules.sources import source_rank
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.rules import InForce

FORMAT = "owner_answer_site"
FIELDS = ("answered_on", "exploited", "mode", "since", "evidence", "reason", "reason_valid_to", "approver", "owner")

SILENT = (
    "willingness", "intended_mode", "price_note", "contact", "scenario", "summary", "restrictions", "other_cells",
)  # fmt: skip
"""Of an offer, what a consent alone does not speak of: what was told before holds."""


@transaction.atomic
def record_answer(asset: int, values: Mapping[str, object], *, name: str, rules: InForce) -> bool:
    """Keep an approved answer of the owner and raise the register's version, so that the next inventory reads it.

    values: FIELDS as in engine.records.fields.ANSWERS, dates as date; name: by which pages call its source.
    Returns whether it was new. Raises: DomainError unknown_patent.
    """
    told = {"booklet": "", **{one: values.get(one) or "" for one in FIELDS}}
    told |= {day: values.get(day) for day in ("answered_on", "since", "reason_valid_to")}
    return _record("answer", asset, told, name=name, rules=rules)


@transaction.atomic
def record_consent(asset: int, *, owner: str, stated_on: date, valid_to: date, name: str, rules: InForce) -> bool:
    """Keep an owner's consent to be listed until a day, beside what he told before: price, contact and words stay.

    owner: his name as the register has it. Returns whether it was new. Raises: DomainError unknown_patent.
    """
    told: dict[str, object] = dict.fromkeys(SILENT, "")
    told |= {"price_cny": None, "maturity": None, "origin": "owner_answer", "consent": "yes"}
    told |= {"stated_on": stated_on, "stated_owner": owner, "valid_to": valid_to}
    return _record("offer", asset, told, name=name, rules=rules)


def _record(table: str, asset: int, told: dict[str, object], *, name: str, rules: InForce) -> bool:
    keys = tuple(AssetKey.objects.filter(asset=asset).order_by("key").values_list("key", flat=True))
    if not keys:
        raise DomainError(f"The register has no patent {asset}. Import it first.", code="unknown_patent", asset=asset)
    said = json.dumps([keys[0], told], ensure_ascii=False, sort_keys=True, default=str)
    digest = hashlib.sha256(said.encode()).hexdigest()
    source, is_new = SourceFile.objects.get_or_create(
        digest=digest,
        format=FORMAT,
        as_of=None,
        fingerprint=__version__,
        defaults={"name": name, "rank": source_rank(rules, FORMAT), "rows": 1, "rows_done": 1, "complete": True},
    )
    if is_new:
        FactStore(source.pk).store([Fact(table, told, keys=[keys])])
        count_up()
    return is_new

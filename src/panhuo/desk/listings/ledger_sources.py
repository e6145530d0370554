"""Rows of official ledgers as the register holds them, those of unknown patents too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from panhuo.desk.registry.models import Event
from panhuo.desk.registry.waiting import statements
from panhuo.engine.indicators.ledger import HISTORY, TRANSFER, LedgerFact
from panhuo.terms.kinds import EventType
from panhuo.terms.numbers import cn_application_check_digit

ROWS = {
    EventType.LICENCE_RECORDED,
    EventType.TRANSFERRED,
    EventType.TECHNOLOGY_CONTRACT,
    EventType.PLEDGE_REGISTERED,
    EventType.PRODUCT_FILED,
}
"""Events that are rows of a ledger; what ends them (cancellations) is no row of its own."""
COLUMNS = (
    "asset_id",
    "waiting_key",
    "event_date",
    "number",
    "from_party",
    "to_party",
    "from_code",
    "to_code",
    "amount_cny",
    "terms",
    "text",
    "ends_on",
    "asset__application_number",
    "asset__grant_publication_number",
    "asset__first_publication_number",
    "asset__title",
    "asset__ip_type",
)


def ledger_facts() -> Iterator[LedgerFact]:
    """All dated rows of official ledgers, and the transfers that patent files tell; in the order of the register."""
    rows = statements().filter(event__in=ROWS, event_date__isnull=False).exclude(ledger="").order_by("id")
    for ledger, *cells in rows.values_list("ledger", *COLUMNS).iterator():
        yield _fact(ledger, dict(zip(COLUMNS, cells, strict=True)))
    moved = Event.objects.filter(asset__event__ledger=TRANSFER, event=EventType.TRANSFERRED, ledger="")
    for cells in moved.exclude(event_date=None).order_by("id").distinct().values_list(*COLUMNS).iterator():
        yield _fact(HISTORY, dict(zip(COLUMNS, cells, strict=True)))


def _fact(ledger: str, row: dict[str, Any]) -> LedgerFact:
    known = row["asset_id"] is not None
    waits = [] if row["waiting_key"].startswith("c:") else row["waiting_key"].split(" ")
    return LedgerFact(
        ledger=ledger,
        day=row["event_date"],
        patent=f"asset:{row['asset_id']}" if known else waits[0] if waits else "",
        number=row["number"],
        from_party=row["from_party"],
        to_party=row["to_party"],
        from_code=row["from_code"],
        to_code=row["to_code"],
        amount_cny=row["amount_cny"],
        terms=row["terms"],
        text=row["text"],
        ends_on=row["ends_on"],
        application_number=(row["asset__application_number"] or "") if known else _number_of(waits, "a"),
        publication_number=_document(row) if known else _number_of(waits, "p"),
        title=row["asset__title"] or "",
        ip_type=row["asset__ip_type"] or "",
    )


def _document(row: dict[str, Any]) -> str:
    return row["asset__grant_publication_number"] or row["asset__first_publication_number"] or ""


def _number_of(keys: list[str], kind: str) -> str:
    """The number of one kind by which a row waits for its patent, as people write it; "" where none is."""
    body = next((key[2:] for key in keys if key.startswith(f"{kind}:")), "")
    digits = body.removeprefix("CN")
    if kind == "a" and body.startswith("CN") and len(digits) in (8, 12) and digits.isdecimal():
        return f"{digits}.{cn_application_check_digit(digits)}"
    return body

"""What came back of booklets: counts for lists, answers right by right for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.desk.listings.booklets import ASKED
from panhuo.desk.listings.models import Booklet
from panhuo.desk.registry.models import Answer, AssetKey, RejectedRow
from panhuo.engine.records.answers import ReturnRate
from panhuo.engine.records.owners import normalise_party_name


def returns_of(booklets: Iterable[Booklet]) -> dict[int, ReturnRate]:
    """Rate by booklet, in three queries however many there are."""
    shown = list(booklets)
    numbers = [one.number for one in shown]
    rows = Answer.objects.filter(booklet__in=numbers, asset__isnull=False)
    answered = dict(rows.order_by().values_list("booklet").annotate(Count("asset", distinct=True)))
    files = dict(rows.values_list("source", "booklet"))
    refused: dict[str, int] = {}
    bad = RejectedRow.objects.filter(source__in=files).order_by().values_list("source", "member", "row").distinct()
    for source, _member, _row in bad:
        refused[files[source]] = refused.get(files[source], 0) + 1
    return {
        one.pk: ReturnRate(one.owner, one.asked, answered.get(one.number, 0), refused.get(one.number, 0))
        for one in shown
    }


@dataclass(frozen=True, slots=True)
class AskedRight:
    """A right that a booklet asks about. asset: its number in the register; answer: None while there is none."""

    asset: int | None
    number: str
    title: str
    state: str
    reason: str
    answer: Answer | None


def asked_rights(home: Home, booklet: Booklet) -> list[AskedRight]:
    """The rights of a booklet in the order of its workbook; [] where its Run kept no rows."""
    path = home.runs / booklet.run_id / "dormant.parquet"
    if not path.is_file():
        return []
    rows = _rows(path, booklet.owner)
    assets = dict(AssetKey.objects.filter(key__in=[one["asset_key"] for one in rows]).values_list("key", "asset"))
    answers = {one.asset_id: one for one in Answer.objects.filter(booklet=booklet.number).order_by("answered_on", "pk")}
    return [
        AskedRight(
            assets.get(one["asset_key"]),
            one["application_number"] or one["publication_number"],
            one["title"],
            one["state"],
            one["reason"],
            answers.get(assets.get(one["asset_key"])),
        )
        for one in rows
    ]


COLUMNS = ("asset_key", "application_number", "publication_number", "title", "state", "reason", "first_owner")


def _rows(path: Any, owner: str) -> list[dict[str, Any]]:
    folded = normalise_party_name(owner)
    with open_tables({"dormant": path}, threads=1) as tables:
        table = tables["dormant"]
        wanted = table.filter(table.state.isin([*ASKED])).select(*COLUMNS)
        cells = tables.rows(wanted.order_by(["first_owner", "state", "application_number", "publication_number"]))
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in cells]
    return [row for row in rows if normalise_party_name(row["first_owner"]) == folded]

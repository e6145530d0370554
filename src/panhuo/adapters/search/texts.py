"""What of a patent the search table holds: its words, what it says, the columns that filters need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.engine.matching.words import MAX_CHARACTERS, stand_in_title
from panhuo.terms.kinds import PATENT_TYPES

ROWS_AT_ONCE = 5_000
READ = (
    "asset_id",
    "ip_type",
    "title",
    "title_en",
    "abstract",
    "abstract_en",
    "first_claim",
    "owner_type",
    "region_code",
    "ipc_keys",
)


@dataclass(frozen=True, slots=True)
class PatentText:
    """One patent to index. version: digest of all that is indexed of it."""

    asset_id: int
    version: str
    title: str
    body: str
    filters: dict[str, Any]

    @property
    def said(self) -> str:
        return f"{self.title}\n{self.body}"


def asset_rows(assets: Path) -> Iterator[pa.RecordBatch]:
    """Rows of the projection's assets.parquet in blocks, in their order, with the columns that are read here."""
    with pq.ParquetFile(assets) as file:
        yield from file.iter_batches(ROWS_AT_ONCE, columns=list(READ))


def row_texts(rows: pa.RecordBatch, openings: tuple[str, ...]) -> list[PatentText | None]:
    """What each row says; None for one that is no patent or says nothing."""
    return [_text(row, openings) for row in rows.to_pylist()]


def patent_texts(assets: Path, openings: tuple[str, ...]) -> Iterator[list[PatentText]]:
    """Patents with any words, in blocks, in the order of the projection's assets.parquet."""
    for rows in asset_rows(assets):
        yield [text for text in row_texts(rows, openings) if text is not None]


def _text(row: dict[str, Any], openings: tuple[str, ...]) -> PatentText | None:
    if row["ip_type"] not in PATENT_TYPES:
        return None
    body = (row["abstract"] or row["abstract_en"] or row["first_claim"] or "")[:MAX_CHARACTERS]
    title = row["title"] or row["title_en"] or stand_in_title(body, openings)
    if not (title or body):
        return None
    keys = row["ipc_keys"] or []
    filters = {
        "owner_type": row["owner_type"] or "",
        "region_code": row["region_code"] or "",
        "ipc_subclasses": sorted({key[:4] for key in keys}),
    }
    told = repr((title, body, sorted(filters.items())))
    version = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return PatentText(row["asset_id"], version, title, body, filters)

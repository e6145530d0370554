"""How a Parquet file of a store says that its columns are packed (engine.records.packing)."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq

from panhuo.engine.records.packing import Packing, as_data, from_data

KEY = "panhuo_packing"
"""Name of the entry in the metadata of a Parquet file."""


def packing_text(packing: Packing) -> str:
    return json.dumps(as_data(packing), ensure_ascii=False, separators=(",", ":"))


def packing_of(path: Path) -> Packing | None:
    """How the columns of a file are packed; None where they stand as they are read, and for a folder of parts."""
    if not path.is_file():
        return None
    told = pq.read_metadata(path).metadata or {}
    text = told.get(KEY.encode())
    return None if text is None else from_data(json.loads(text))

"""One digest over what the register says, whatever the order in which files came in.

Each row is hashed under its natural key and the hashes are added, so that no sort is needed and row ids, Runs,
sources and clocks play no part.
"""

from __future__ import annotations

from hashlib import blake2b

from panhuo.desk.registry.bulk_rows import statements_of_store
from panhuo.engine.records.patent import FIELDS

MODULUS = 1 << 128
_KEY = "(SELECT min(k.key) FROM registry_assetkey k WHERE k.asset_id = {alias}.{column})"
_ABOUT_ASSET = f"coalesce({_KEY.format(alias='t', column='asset_id')}, t.waiting_key)"
QUERIES = (
    f"SELECT 'asset', {_KEY.format(alias='t', column='id')}, data_day, {', '.join(FIELDS)} FROM registry_asset t",
    f"SELECT 'key', key, {_KEY.format(alias='t', column='asset_id')} FROM registry_assetkey t",
    f"SELECT 'event', {_ABOUT_ASSET}, uid FROM registry_event t",
    f"SELECT 'offer', {_ABOUT_ASSET}, uid FROM registry_offer t",
    f"SELECT 'answer', {_ABOUT_ASSET}, uid FROM registry_answer t",
    "SELECT 'tag', uid FROM registry_rostertag",
    "SELECT 'population', uid FROM registry_population",
    "SELECT 'need', need_id, uid FROM registry_need",
)


def register_digest() -> str:
    """32 hexadecimal digits; equal for equal contents."""
    total = 0
    for query in QUERIES:
        for row in statements_of_store().execute(query):
            total += int.from_bytes(blake2b(repr(row).encode(), digest_size=16).digest(), "big")
    return f"{total % MODULUS:032x}"

"""Synthetic tables of N patents for the grading run: seeded, shaped like a register, nothing in them is real.

640 IPC subclasses and the symbols of the SEI table with few common and many rare ones, 20 filing years, one to
four symbols, three events a patent, one text in ten with a word that the SEI table asks for, pledges of one to
five patents, families in one row of eight.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.engine.records.fields import ASSETS, EVENTS
from panhuo.rules import InForce
from panhuo.terms.ipc import parse_ipc

AT = date(2025, 11, 30)
EPOCH = date(1970, 1, 1)
ROWS_A_GROUP = 20_000
"""As desk.registry.export writes a projection; one group of all rows would be read by one thread only."""
ARROW = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "string": pa.string(),
    "date": pa.date32(),
    "array<string>": pa.list_(pa.string()),
}
KINDS = np.array(["invention", "utility_model", "design"])
OFFICES = ("US{}B2", "US{}A1", "EP{}A1", "EP{}B1", "WO{}A1", "JP{}A", "JP{}B2", "CN{}A", "HK{}A1", "DE{}U1")
REGIONS = ("440703", "440704", "440705", "440781", "440783", "440784", "440785", "440300", "510100", "810000", "")
SYLLABLES = "陶瓷 锂电 传感 图像 神经 钢铁 轴承 涂层 复合 信号 光纤 药物 细胞 蛋白 数据 云端 机器 视觉 风力 叶片"
ENDINGS = "装置 方法 系统 材料 结构 模块 组件 工艺 控制 检测 处理 电路"
EVENT_SHARES = {
    "published": 0.24,
    "examination": 0.20,
    "granted": 0.25,
    "fee_paid": 0.06,
    "lapsed_unpaid_fee": 0.06,
    "transferred": 0.06,
    "product_filed": 0.04,
    "licence_recorded": 0.03,
    "pledge_registered": 0.02,
    "pledge_cancelled": 0.01,
    "licence_ended": 0.01,
    "litigation": 0.004,
    "termination_notice": 0.01,
    "preserved": 0.002,
    "invalidated_part": 0.002,
    "invalidation_started": 0.002,
}


def write_tables(folder: Path, patents: int, rules: InForce, *, seed: int = 2025) -> dict[str, Path]:
    """Parquet files assets, events, status of so many patents in a folder; gives their paths."""
    rng = np.random.default_rng(seed)
    assets = _assets(rng, patents, rules)
    filed = np.asarray(assets["filing_date"].cast(pa.int32()))
    granted = np.asarray(assets["grant_date"].is_valid())
    tables = {"assets": assets, "events": _events(rng, patents, filed), "status": _status(rng, granted)}
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{name}.parquet" for name in tables}
    for name, table in tables.items():
        pq.write_table(table, paths[name], compression="zstd", row_group_size=ROWS_A_GROUP)
    return paths


def _assets(rng: np.random.Generator, n: int, rules: InForce) -> pa.Table:
    filed = _day(date(2005, 12, 1)) + (7300 * rng.beta(4, 1.5, n)).astype("int32")
    kind = rng.choice(3, n, p=[0.45, 0.45, 0.10])
    granted = rng.random(n) < np.where(kind == 0, 0.6, 1.0)
    lag = np.where(kind == 0, rng.gamma(6, 150, n), rng.gamma(4, 60, n)).astype("int32")
    main, symbols, keys = _symbols(rng, np.where(kind == 2, 0, rng.integers(1, 5, n)), rules)
    ids = np.arange(1, n + 1)
    text = _texts(rng, n, rules)
    members = np.where(rng.random(n) < 0.12, rng.integers(1, 8, n), 0)
    columns: dict[str, object] = {
        "asset_id": ids,
        "asset_key": [f"a:CN{201000000000 + i}" for i in ids],
        "ip_type": KINDS[kind],
        "jurisdiction": np.where(rng.random(n) < 0.02, "US", "CN"),
        "publication_number": [f"CN{100000000 + i}B" for i in ids],
        "title": [one[:14] for one in text],
        "abstract": text,
        "first_owner": ["云湖大学"] * n,
        "owner_type": ["university"] * n,
        "co_owner_types": [["enterprise"] if i % 9 == 0 else [] for i in ids],
        "region_code": np.array(REGIONS)[rng.integers(0, len(REGIONS), n)],
        "filing_date": filed,
        "publication_date": filed + 540,
        "grant_date": np.ma.array(filed + lag, mask=~granted),
        "ipc_main": main,
        "ipc": symbols,
        "ipc_keys": keys,
        "claims_count": np.ma.array(rng.poisson(7, n) + 1, mask=rng.random(n) < 0.1),
        "first_claim_length": np.ma.array(rng.gamma(4, 70, n).astype("int32") + 20, mask=rng.random(n) < 0.3),
        "cited_by_count": np.ma.array(rng.negative_binomial(1, 0.2, n), mask=rng.random(n) < 0.3),
        "family_count": np.ma.array(members + 1, mask=rng.random(n) < 0.2),
        "family_members": [
            [OFFICES[o].format(rng.integers(10**7, 10**8)) for o in rng.integers(0, len(OFFICES), count)]
            for count in members
        ],
        "family_key": ["" if i % 50 else f"f{i // 100}" for i in ids],
        "same_day_pair": np.ma.array(ids, mask=(ids % 30 != 0) & (ids % 30 != 1)),
        "litigation_count": np.ma.array((ids % 400 == 0).astype("int32"), mask=ids % 3 == 0),
        "awards": [["第二十三届中国专利优秀奖"] if i % 2000 == 0 else [] for i in ids],
        "data_day": np.full(n, _day(date(2025, 10, 31)), dtype="int32"),
    }
    return _table(columns, ASSETS, n)


def _symbols(rng: np.random.Generator, counts: np.ndarray, rules: InForce) -> tuple[list[str], pa.Array, pa.Array]:
    letters = [f"{s}{c:02d}{x}" for s in "ABCDEFGH" for c in (1, 2, 3, 5, 8, 21, 23, 29, 60, 61) for x in "BCDFGKLN"]
    made = [f"{sub}{g}/{p:02d}" for sub in letters for g in (1, 3, 7, 9, 11, 15) for p in (0, 2, 4, 10, 22)]
    table = [row["low_key"] for row in rules.table("sei_ipc") if row["kind"] == "include"]
    listed = sorted({parse_ipc(key).text for key in table if key[3:4].isalpha() and key[4:8] != "0000"})
    pool = np.array([*rng.permutation(made), *rng.permutation(listed)])
    weights = np.concatenate([1 / np.arange(1, len(made) + 1) ** 0.7, 0.5 / np.arange(1, len(listed) + 1) ** 0.7])
    drawn = rng.choice(len(pool), int(counts.sum()), p=weights / weights.sum())
    offsets = pa.array(np.concatenate([[0], counts.cumsum()]).astype("int32"))
    keys = np.array([parse_ipc(symbol).sort_key for symbol in pool])
    main = [str(pool[drawn[at]]) if count else "" for at, count in zip(np.asarray(offsets), counts, strict=False)]
    lists = [pa.ListArray.from_arrays(offsets, pa.array(values[drawn].tolist())) for values in (pool, keys)]
    return main, lists[0], lists[1]


def _texts(rng: np.random.Generator, n: int, rules: InForce) -> list[str]:
    words = [a + b for a in SYLLABLES.split() for b in ENDINGS.split()]
    asked = [word for row in rules.table("sei_rules") for word in row["keywords"].split(";") if word]
    made = []
    for number in range(min(n, 20_000)):
        chosen = [words[i] for i in rng.integers(0, len(words), 45)]
        if number % 2 == 0:
            chosen[20] = asked[rng.integers(0, len(asked))]
        made.append("".join(chosen))
    return [made[i] for i in rng.integers(0, len(made), n)]


def _events(rng: np.random.Generator, n: int, filed: np.ndarray) -> pa.Table:
    count = 3 * n
    event = rng.choice(np.array(list(EVENT_SHARES)), count, p=np.array(list(EVENT_SHARES.values())))
    asset = rng.integers(0, n, count)
    is_pledge = np.char.startswith(event, "pledge")
    contracts = np.char.add("Y", rng.integers(0, max(1, count // 100), count).astype(str))
    is_licence = event == "licence_recorded"
    columns: dict[str, object] = {
        "event_id": np.arange(1, count + 1),
        "asset_id": asset + 1,
        "event": event,
        "event_date": filed[asset] + rng.integers(400, 4000, count).astype("int32"),
        "number": np.where(is_pledge, contracts, ""),
        "amount_cny": np.ma.array(rng.gamma(2, 5e6, count).round(), mask=(event != "pledge_registered")),
        "terms": np.where(is_licence, rng.choice(np.array(["exclusive", "ordinary", "ordinary"]), count), ""),
        "from_party": ["云湖大学"] * count,
        "to_party": ["云湖示例有限公司"] * count,
        "source_id": np.ones(count, dtype="int64"),
    }
    return _table(columns, EVENTS, count)


def _status(rng: np.random.Generator, granted: np.ndarray) -> pa.Table:
    words = np.where(
        granted, rng.choice(np.array(["granted_in_force", "lapsed_unpaid_fee"]), len(granted)), "examination"
    )
    ids = np.arange(1, len(granted) + 1)
    words = np.where(ids % 500 == 0, "cannot_say", words)
    return pa.table({"asset_id": pa.array(ids), "status": pa.array(words), "basis": pa.array(["event"] * len(ids))})


def _table(columns: dict[str, object], schema: dict[str, str], rows: int) -> pa.Table:
    """All columns of a schema: those made, and the rest as a projection leaves what nobody told."""
    empty = {"string": "", "array<string>": []}
    made = []
    for name, kind in schema.items():
        found = columns.get(name)
        if found is None:
            found = [empty.get(kind)] * rows
        if isinstance(found, np.ma.MaskedArray):
            array = pa.array(found.data.astype("int32" if kind in ("int32", "date") else "float64"), mask=found.mask)
        else:
            array = (
                pa.array(found.tolist() if found.dtype.kind == "U" else found)
                if isinstance(found, np.ndarray)
                else found
            )
        made.append(array.cast(ARROW[kind]) if isinstance(array, pa.Array) else pa.array(array, type=ARROW[kind]))
    return pa.table(made, schema=pa.schema([(name, ARROW[kind]) for name, kind in schema.items()]))


def _day(day: date) -> int:
    return (day - EPOCH).days

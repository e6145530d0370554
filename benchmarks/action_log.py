"""What the log's tree adds to a write, and how long a million entries take to verify.

Write: an act (a row of its own read and written, and the log entry, in one transaction on SQLite with synchronous=FULL)
whose entry goes into the tree, beside the same act with a plain insert of the same entry. In turn, medians of ratios.
Verify: `panhuo log verify` of a bundle of N entries in a process of its own, and the SM3 log beside it.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ACTS, BLOCK, ROUNDS = 2_000, 20, 5
SIZES = (100_000, 1_000_000)
AT, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def _opened(folder: Path) -> Any:
    """The register of a new home, a table beside the log's with the same columns and indexes, its model."""
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.registry.opening import open_register

    open_register(open_home(folder / "home"), write=True)
    from django.apps import apps
    from django.db import connection, models

    from panhuo.desk.history.models import LoggedAction

    if "plainentry" not in apps.all_models["history"]:
        fields = {one.name: one.clone() for one in LoggedAction._meta.concrete_fields}
        about = type("Meta", (), {"app_label": "history", "db_table": "plain_entry", "managed": False})
        type("PlainEntry", (models.Model,), {"__module__": __name__, "Meta": about, **fields})
    model = apps.all_models["history"]["plainentry"]
    with connection.schema_editor() as editor:
        editor.create_model(model)
    return model


def _portfolio() -> Any:
    from panhuo.desk.portfolios.models import Portfolio, PortfolioStatement

    made = Portfolio.objects.create(number="PF000001", made_on=AT, made_at=NOW)
    PortfolioStatement.objects.create(
        portfolio=made, stated_on=AT, name="a", theme="b", product="c", centre="d",
        features=[{"code": "x", "name": "x", "weight": "1"}], gaps=[], made_at=NOW,
    )  # fmt: skip
    return made


def _plain(model: Any) -> Callable[..., None]:
    """The entry as log_action took it before there was a tree: one insert by the ORM."""
    numbers = iter(range(1, 10**9))

    def log(subject: str, act: str, **told: Any) -> None:
        model.objects.create(
            number=next(numbers), subject=subject, act=act, actor=told["actor"].strip(), day=told["at"],
            made_at=told["made_at"], data=dict(told.get("data") or {}), reason=told.get("reason", ""), leaf=b"",
        )  # fmt: skip

    return log


def writes(*, acts: int = ACTS) -> dict[str, float]:
    """Microseconds of an act with a plain insert and in the tree, and the median ratio of blocks timed in turn."""
    folder = Path(tempfile.mkdtemp(prefix="panhuo-bench-"))
    try:
        plain = _plain(_opened(folder))
        from panhuo.desk.history import log_action
        from panhuo.desk.portfolios import actions
        from panhuo.engine.portfolios.stated import StatedMember
        from panhuo.rules import load_pack

        portfolio, rules = _portfolio(), load_pack("national").at(AT)
        names = iter(range(10**9))

        def block(log: Callable[..., Any]) -> float:
            actions.log_action = log  # type: ignore[assignment]
            began = time.perf_counter()
            for _ in range(BLOCK):
                number = f"CN{next(names)}"
                member = StatedMember(number, "core", ("x",))
                actions.add_members(portfolio.number, [member], {number: number}, actor="li", rules=rules, made_at=NOW)
            return (time.perf_counter() - began) / BLOCK

        block(log_action), block(plain)
        pairs = [(block(log_action), block(plain)) for _ in range(acts // BLOCK)]
        actions.log_action = log_action
        return {
            "tree_us": statistics.median(one for one, _ in pairs) * 1e6,
            "plain_us": statistics.median(one for _, one in pairs) * 1e6,
            "ratio": statistics.median(one / other for one, other in pairs),
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lines(entries: int) -> Iterator[bytes]:
    from panhuo.engine.proof import Entry, canonical

    for number in range(1, entries + 1):
        yield canonical(
            Entry(number, NOW + timedelta(seconds=number), AT, f"官员{number % 97}", "office",
                  f"case:PG{number % 5000:06d}", "self_grade", "", {"stage": "opened"}, {"stage": "self_graded"},
                  {"from": "opened", "to": "self_graded", "grade": "A", "points": "81.50"})
        )  # fmt: skip


def verified(entries: int, *, hash_name: str = "sha256", rounds: int = ROUNDS) -> dict[str, Any]:
    """Seconds of `panhuo log verify` on a zip of so many entries: the whole process, and what of it was verifying."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from panhuo.adapters.proofs import bundle_files as names
    from panhuo.adapters.proofs.keys import LogKey, public_key
    from panhuo.engine.proof import Frontier, Head, tree_hash

    folder = Path(tempfile.mkdtemp(prefix="panhuo-bench-"))
    try:
        private = Ed25519PrivateKey.generate()
        key, tree = LogKey(private, public_key(private)), Frontier(tree_hash(hash_name), 0, [])
        out, rest, part = folder / "log.zip", _lines(entries), 0
        with names.written_bundle(out) as bundle:
            leaves = bytearray()
            while rows := [line for _, line in zip(range(names.PART_ENTRIES), rest, strict=False)]:
                found = tree.hash.leaves(rows)
                tree.extend(found)
                leaves += b"".join(found)
                bundle.put(names.part_name(part), b"".join(row + b"\n" for row in rows))
                part += 1
            head = Head(key.public.name, tree.size, tree.root(), hash_name, NOW)
            bundle.put(names.MANIFEST, json.dumps({"format": names.FORMAT}).encode())
            bundle.put(names.LEAVES, bytes(leaves))
            bundle.put(names.HEAD, key.sign(head).encode())
            bundle.put(names.KEY, key.public.text().encode())
            bundle.put(names.CONSISTENCY, b"{}")
            bundle.put(names.RECEIPTS, b"[]")
        seconds = []
        for _ in range(rounds):
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "panhuo.cli", "log", "verify", str(out), "--json"],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            seconds.append(time.perf_counter() - began)
            told = json.loads(done.stdout)
            assert (told["is_whole"], told["entries"]) == (True, entries), told
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        return {"seconds": seconds, "mb": round(out.stat().st_size / 1e6), "peak_mb": peak}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Print the tables of docs/performance.md."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panhuo.settings")
    from panhuo.desk.registry.opening import setup_django

    setup_django()
    print("| acts | plain µs | in the tree µs | ratio |\n|---|---|---|---|")
    for _ in range(3):
        found = writes()
        print(f"| {ACTS:,} | {found['plain_us']:.0f} | {found['tree_us']:.0f} | {found['ratio']:.3f} |", flush=True)
    print("\n| entries | hash | s (range) | zip MB | peak MB |\n|---|---|---|---|---|")
    for size in SIZES:
        for name in ("sha256", "sm3"):
            told = verified(size, hash_name=name)
            spread = f"{statistics.median(told['seconds']):.2f} ({min(told['seconds']):.2f}–{max(told['seconds']):.2f})"
            print(f"| {size:,} | {name} | {spread} | {told['mb']} | {told['peak_mb']} |", flush=True)


if __name__ == "__main__":
    main()

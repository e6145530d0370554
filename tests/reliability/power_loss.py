"""Power cuts of a process that works, from what it really wrote: only bytes that were synced survive for certain.

`python tests/reliability/power_loss.py --work import --cuts 200 --seed 1 --folder NEW` runs the process once under
strace (power_works.py), which tells every write, truncation and fsync of the register's files and every
acknowledgement, in order. Then the power is cut at moments of that recording, up to half of them acknowledgements:
each file has the bytes of its last fsync, and of what was written after it nothing, everything, or a drawn part, torn
within a write at a multiple of 512 bytes. Each image must open, hold all that was acknowledged and nothing by halves;
in a few of them the work is taken up again, where it can be. Names of files and their removal count as durable at once.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from power_works import REGISTER, WORKS, Work

CALLS = "pwrite64,write,ftruncate,fsync,fdatasync,unlink,unlinkat"
LINE = re.compile(r"^\d+\s+(\w+)\((?:(\d+)<([^>]*)>(?:, )?)?(.*)\)\s+=\s+(\d+)")
SECTOR = 512


@dataclass
class Recording:
    """One run. events: (what, file, place, bytes): write, cut (a truncation), sync, gone, said."""

    start: dict[str, bytes]
    events: list[tuple[str, str, int, bytes]] = field(default_factory=list)


@dataclass
class _File:
    durable: bytearray
    current: bytearray
    since: list[tuple[str, int, bytes]] = field(default_factory=list)


def recorded(name: str, home: Path, folder: Path, guard: str) -> Recording:
    """Do a work in a home under strace to its end."""
    trace = folder / "trace"
    start = {path.name: path.read_bytes() for path in home.glob(f"{REGISTER}*") if not path.name.endswith("-shm")}
    run = [sys.executable, str(Path(__file__).with_name("power_works.py")), name, str(home), guard]
    done = subprocess.run(
        ["strace", "-f", "-y", "-xx", "-s", "200000", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", trace, *run],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"the work ended with {done.returncode}: {done.stderr[-2000:]}")
    made = Recording(start)
    with trace.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            event = _event(line, home)
            if event is not None:
                made.events.append(event)
    return made


def _event(line: str, home: Path) -> tuple[str, str, int, bytes] | None:
    found = LINE.match(line)
    if found is None:
        return None
    call, descriptor, path, rest, result = found.groups()
    if call in {"unlink", "unlinkat"}:
        named = _bytes(rest).decode(errors="replace")
        return ("gone", Path(named).name, 0, b"") if named.startswith(f"{home}/{REGISTER}") else None
    path = bytes.fromhex(path.replace("\\x", "")).decode() if path and path.startswith("\\x") else path
    if call == "write" and descriptor == "1":
        return ("said", "", 0, _bytes(rest)[: int(result)])
    if not path or not path.startswith(f"{home}/{REGISTER}") or path.endswith("-shm"):
        return None
    name = Path(path).name
    if call == "pwrite64":
        return ("write", name, int(rest.rsplit(", ", 1)[1]), _bytes(rest)[: int(result)])
    if call == "ftruncate":
        return ("cut", name, int(rest), b"")
    if call in {"fsync", "fdatasync"}:
        return ("sync", name, 0, b"")
    raise SystemExit(f"{call} of {name}: not looked for")


def _bytes(rest: str) -> bytes:
    return bytes.fromhex(rest.partition('"')[2].partition('"')[0].replace("\\x", ""))


def _apply(content: bytearray, what: str, place: int, data: bytes) -> None:
    if what == "cut":
        del content[place:]
        return
    if len(content) < place:
        content.extend(bytes(place - len(content)))
    content[place : place + len(data)] = data


def images(made: Recording, rng: random.Random, cuts: int) -> Any:
    """Images of the files at drawn moments: (event, kind, files, lines that were told until then)."""
    files = {name: _File(bytearray(content), bytearray(content)) for name, content in made.start.items()}
    moments, said = iter([*_moments(made, rng, cuts), -1]), b""
    moment = next(moments)
    for number, (what, name, place, data) in enumerate(made.events):
        if what == "said":
            said += data
        elif what == "gone":
            files.pop(name, None)
        else:
            file = files.setdefault(name, _File(bytearray(), bytearray()))
            if what == "sync":
                file.durable, file.since = bytearray(file.current), []
            else:
                _apply(file.current, what, place, data)
                file.since.append((what, place, data))
        if number == moment:
            moment = next(moments)
            lines = set(said.decode().splitlines())
            for kind in ("synced", "all", "torn"):
                yield number, kind, {one: _image(file, kind, rng) for one, file in files.items()}, lines


def _moments(made: Recording, rng: random.Random, cuts: int) -> list[int]:
    """Numbers of events after which the power is cut: up to half of them acknowledgements, for there a loss shows."""
    said = [number for number, (what, *_) in enumerate(made.events) if what == "said"]
    told = rng.sample(said, min(cuts // 2, len(said)))
    others = sorted(set(range(len(made.events))) - set(told))
    return sorted(told + rng.sample(others, min(cuts - len(told), len(others))))


def _image(file: _File, kind: str, rng: random.Random) -> bytes:
    if kind == "synced":
        return bytes(file.durable)
    if kind == "all":
        return bytes(file.current)
    content = bytearray(file.durable)
    for what, place, data in file.since:  # each write reached the disk or not, in any order, whole or by sectors
        chance = rng.random()
        if chance < 0.4:
            _apply(content, what, place, data)
        elif chance < 0.7 and what == "write":
            _apply(content, what, place, data[: rng.randrange(len(data) // SECTOR + 1) * SECTOR])
    return bytes(content)


def look(work: Work, folder: Path, image: dict[str, bytes], said: set[str], size: int) -> list[str]:
    """What does not hold in an image."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in image.items():
        (folder / name).write_bytes(content)
    try:
        with closing(sqlite3.connect(folder / REGISTER)) as register:
            whole = register.execute("PRAGMA integrity_check(1)").fetchone()[0]
        return [f"damaged: {whole}"] if whole != "ok" else work.look(folder, said, size)
    except sqlite3.Error as error:
        return [f"damaged: {error}"]


def run(name: str, folder: Path, *, cuts: int, seed: int, size: int, guard: str, taken_up: int) -> dict[str, Any]:
    """Record once, cut as often as asked."""
    began, rng, home, work = time.monotonic(), random.Random(seed), folder / "home", WORKS[name]
    work.prepare(size, home)
    made = recorded(name, home, folder, guard)
    outcome: dict[str, Any] = {
        "seed": seed, "events": len(made.events), "syncs": sum(what == "sync" for what, *_ in made.events),
        "acknowledged": b"".join(data for what, _, _, data in made.events if what == "said").count(b"\n"),
        "cuts": 0, "taken_up": 0, "violations": [],
    }  # fmt: skip
    every = max(1, 3 * cuts // taken_up)
    for number, kind, image, said in images(made, rng, cuts):
        outcome["cuts"] += 1
        found = look(work, folder / "cut", image, said, size)
        if work.go_on is not None and guard == "all" and outcome["cuts"] % every == 0:
            outcome["taken_up"] += 1
            found += work.go_on(folder / "cut", home)
        outcome["violations"] += [f"{kind} at event {number}: {one}" for one in found]
    outcome["seconds"] = round(time.monotonic() - began, 1)
    return outcome


def main() -> None:
    """Print the outcome as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, required=True, help="moments; three images each")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--work", choices=sorted(WORKS), default="approvals")
    parser.add_argument(
        "--size", type=int, default=12, help="patents that are approved, rows that are published or read"
    )
    parser.add_argument(
        "--guard", choices=sorted({one for work in WORKS.values() for one in work.guards}), default="all"
    )
    parser.add_argument("--taken-up", type=int, default=3, help="images in which the work is taken up again")
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from job_kills import make_ready

    make_ready(asked.folder, 400)
    outcome = run(
        asked.work, asked.folder, cuts=asked.cuts, seed=asked.seed, size=asked.size, guard=asked.guard,
        taken_up=asked.taken_up,
    )  # fmt: skip
    json.dump(outcome, sys.stdout)


if __name__ == "__main__":
    main()

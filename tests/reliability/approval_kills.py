"""Stop approvals at random moments, on SQLite and on PostgreSQL, and say what does not hold afterwards.

`python tests/reliability/approval_kills.py --faults 20 --seed 1 --kind process --folder NEW` prints one JSON object.
kind: process (the approving process is killed), and with PANHUO_DATABASE_URL of a cluster of the tests' own: backend
(the server's process for it is killed, and the server recovers), stop (the server stops at once and is started again),
cut (the connection is cut after a drawn number of bytes). After the last three the process asks again by itself until
each act stands once. A process tells each commit through a pipe.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from approvals import approve_all, disagreements, waiting_home

KINDS = ("process", "backend", "stop", "cut")
TRIES = 10


class CuttingProxy:
    """A socket beside the server's, through which a connection lives for so many bytes, counted both ways."""

    def __init__(self, folder: Path, port: str, server: Path) -> None:
        self.folder, self.after, self.cuts = folder, 1 << 40, 0
        self._server = str(server / f".s.PGSQL.{port}")
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / f".s.PGSQL.{port}"))
        self._listening.listen(20)
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            near, _ = self._listening.accept()
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(self._server)
            except OSError:
                near.close()
                continue
            left = [self.after]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, target, left), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, left: list[int]) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(4096):
                part = block[: max(left[0], 0)]
                left[0] -= len(block)
                target.sendall(part)
                if left[0] <= 0:
                    self.cuts += 1
                    self.after = 1 << 40  # the next connection lives
                    break
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def child(write: int, guard: str) -> None:
    """Approve until all is approved; every commit is told through the pipe."""
    approve_all(lambda line: os.write(write, line.encode()) and None, guard=guard)


def attempt(during: Callable[[int], None], guard: str) -> tuple[set[str], int]:
    """A forked process approves while something happens to it. Gives the lines that it told, and its exit code."""
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        code = 70
        try:
            os.close(read)
            child(write, guard)
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(write)
    said: list[bytes] = []
    with open(read, "rb", buffering=0) as told:
        reader = threading.Thread(target=lambda: said.extend(iter(lambda: told.read(65_536), b"")))
        reader.start()
        during(process)
        _, status = os.waitpid(process, 0)
        reader.join()
    return set(b"".join(said).decode().splitlines()), os.waitstatus_to_exitcode(status)


@contextlib.contextmanager
def queries(home: Path) -> Iterator[Callable[[str], list[Any]]]:
    """Plain SQL on the register, past Django."""
    from django.db import connections

    if connections["default"].vendor == "sqlite":
        with closing(sqlite3.connect(home / "register.sqlite3")) as register:
            yield lambda sql: register.execute(sql).fetchall()
        return
    import psycopg

    from panhuo.desk.registry.server_locks import server_address

    address, until = server_address() or {}, time.monotonic() + 60

    def asked(sql: str) -> list[Any]:
        while True:
            try:
                with psycopg.connect(**address) as connection:
                    return connection.execute(sql.encode()).fetchall()
            except psycopg.OperationalError:  # it recovers from what happened to it, and ends who came before that
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    yield asked


def run(folder: Path, *, faults: int, seed: int, patents: int, kind: str, guard: str, cluster: Any) -> dict[str, Any]:
    """Faults until so many landed in the work, a moment that came after its end being drawn again (TRIES for each at
    most); with a guard off until something is found."""
    from django.db import connections

    rng, began, number = random.Random(seed), time.monotonic(), 0
    outcome: dict[str, Any] = {"kind": kind, "seed": seed, "tried": 0, "landed": 0, "ambiguous": 0, "violations": []}
    made = folder / "made"
    store = _Store(cluster, folder)
    store.open_new("made")
    waiting_home(made, patents)
    seconds = 0.0
    while outcome["landed"] < faults and outcome["tried"] < faults * TRIES:
        if guard != "all" and outcome["violations"]:
            break
        home = folder / f"home{number}"
        store.copy(made, home, number)
        if not seconds:
            start = time.monotonic()
            attempt(lambda _process: None, "all")
            seconds = time.monotonic() - start
            store.copy(made, home, number := number + 1)
        proxy = store.proxy
        if kind == "cut" and proxy is not None:
            proxy.after = rng.randrange(2_000, 60_000)
            before = proxy.cuts
        moment = rng.uniform(0.0, seconds)
        said, code = attempt(partial(_happens, kind, moment=moment, cluster=cluster), guard)
        if kind == "cut" and proxy is not None:
            proxy.after = 1 << 40
            outcome["landed"] += proxy.cuts > before
        else:
            outcome["landed"] += code != 0 or any(line.startswith("?") for line in said)
        outcome["tried"] += 1
        outcome["ambiguous"] += sum(line.startswith("?") for line in said)
        connections.close_all()
        with queries(home) as query:
            found = disagreements(query, said)
            waiting = query("SELECT count(*) FROM pool_poolentry WHERE stage <> 'university_approved'")[0][0]
        if kind != "process" and (code != 0 or waiting):
            found.append(f"lost: {waiting} wait at the end, code {code}")
        outcome["violations"] += [f"fault {outcome['tried']}: {one}" for one in found]
        number += 1
        shutil.rmtree(home)
    outcome["seconds"] = round(time.monotonic() - began, 1)
    return outcome


class _Store:
    """Registers to copy: a folder with its file, or a database on a cluster, reached through the proxy."""

    def __init__(self, cluster: Any, folder: Path) -> None:
        self._cluster = cluster
        self.proxy = None
        if cluster is not None:
            place = folder / "socket"
            place.mkdir()
            self.proxy = CuttingProxy(place, cluster.port, cluster.folder)

    def open_new(self, name: str) -> None:
        if self._cluster is not None:
            self._cluster.made(name)
            self._go_to(name)

    def copy(self, made: Path, home: Path, number: int) -> None:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(made, home)
        if self._cluster is not None:
            self._cluster.made(f"copy{number}", template="made")
            self._go_to(f"copy{number}")
            return
        from panhuo.adapters.files.home import open_home
        from panhuo.desk.registry.opening import point_to

        point_to(open_home(home))

    def _go_to(self, name: str) -> None:
        from django.db import connections

        connections.close_all()
        told = connections["default"].settings_dict
        told["NAME"], told["HOST"] = name, str(self.proxy.folder) if self.proxy else told["HOST"]


def _happens(kind: str, process: int, *, moment: float, cluster: Any) -> None:
    if kind == "cut":
        return
    time.sleep(moment)
    if kind == "process":
        os.kill(process, signal.SIGKILL)
    elif kind == "stop":
        cluster.stop("immediate")
        cluster.start()
    else:
        import psycopg

        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(cluster.address, autocommit=True) as asked:
            found = asked.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'copy%' AND pid <> pg_backend_pid()"
            )
            for (backend,) in found.fetchall():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(backend, signal.SIGKILL)


def main() -> None:
    """Print the outcome as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--patents", type=int, default=15)
    parser.add_argument("--kind", choices=KINDS, default="process")
    parser.add_argument("--server", action="store_true", help="on a PostgreSQL cluster of its own")
    parser.add_argument("--guard", choices=("all", "no_transaction"), default="all")
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from job_kills import make_ready

    from on_postgresql import cluster

    with contextlib.ExitStack() as stack:
        server = None
        if asked.server or asked.kind != "process":
            server = stack.enter_context(cluster(durable="on", port="54330"))
            os.environ["PANHUO_DATABASE_URL"] = server.address
        make_ready(asked.folder, 400)
        outcome = run(
            asked.folder, faults=asked.faults, seed=asked.seed, patents=asked.patents, kind=asked.kind,
            guard=asked.guard, cluster=server,
        )  # fmt: skip
        if server is not None:
            from django.db import connections

            connections.close_all()
            outcome["amcheck"] = server.checked()
    json.dump(outcome, sys.stdout)


if __name__ == "__main__":
    main()

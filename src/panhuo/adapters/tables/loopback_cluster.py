"""A standalone Spark master and workers on this machine's loopback, from the pip package, which has no start scripts.

For trying and testing what runs on a cluster: `make cluster`, `make cluster-stop`. A folder remembers the processes.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from panhuo.terms.errors import DomainError

HOST = "127.0.0.1"
STARTED_WITHIN = 60.0
STOPPED_WITHIN = 10.0
STATE = "cluster.json"
PLACE = "org.apache.spark.deploy"
"""In the command line of every process of a cluster; no other process is ever stopped."""


@dataclass(frozen=True, slots=True)
class LoopbackCluster:
    """url: for --engine. master, workers: process ids; executors are children of the workers."""

    url: str
    master: int
    workers: tuple[int, ...]


def start(
    folder: Path, *, port: int = 0, workers: int = 2, cores: int = 1, memory: str = "2g", python: str = sys.executable
) -> LoopbackCluster:
    """Start a master and workers, wait until all are registered. port: 0 takes a free one. Logs lie in folder.

    Raises: DomainError codes no_spark, port_taken, cluster_runs, no_cluster.
    """
    if find_spec("pyspark") is None:
        raise DomainError("Spark is not installed: pip install 'panhuo[spark]' (it needs Java 17).", code="no_spark")
    running = read(folder)
    if running is not None and _is_ours(running.master):
        raise DomainError(f"A cluster runs already at {running.url}; `make cluster-stop` ends it.", code="cluster_runs")
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    if _taken(port):
        raise DomainError(f"Port {port} of {HOST} is taken. Choose another: CLUSTER_PORT=7078.", code="port_taken")
    page, url = free_port(), f"spark://{HOST}:{port}"
    started = []
    try:
        at = ["--host", HOST, "--port", str(port), "--webui-port", str(page)]
        started.append(_run(folder, "master", "master.Master", at, python))
        _wait(folder, page, 0)
        for number in range(1, workers + 1):
            given = ["--host", HOST, "--webui-port", str(free_port()), "--cores", str(cores), "--memory", memory]
            work = ["--work-dir", str(folder / f"work-{number}"), url]
            started.append(_run(folder, f"worker-{number}", "worker.Worker", [*given, *work], python))
        _wait(folder, page, workers)
    except BaseException:
        for one in started:
            _end(one)
        raise
    cluster = LoopbackCluster(url, started[0], tuple(started[1:]))
    (folder / STATE).write_text(json.dumps(asdict(cluster)), encoding="utf-8")
    return cluster


def stop(folder: Path) -> bool:
    """End the processes that start() began; False where none runs."""
    cluster = read(folder)
    if cluster is None:
        return False
    found = [_end(one) for one in (*cluster.workers, cluster.master)]
    (folder / STATE).unlink(missing_ok=True)
    return any(found)


def read(folder: Path) -> LoopbackCluster | None:
    """What start() left in the folder."""
    try:
        told = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return LoopbackCluster(told["url"], told["master"], tuple(told["workers"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def free_port() -> int:
    """A port of the loopback that nobody has just now."""
    with socket.socket() as line:
        line.bind((HOST, 0))
        port: int = line.getsockname()[1]
        return port


def _run(folder: Path, name: str, kind: str, given: list[str], python: str) -> int:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": "512m",
        "PYSPARK_PYTHON": python,
    }
    with (folder / f"{name}.log").open("wb") as log:
        done = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [str(home / "bin" / "spark-class"), f"{PLACE}.{kind}", *given],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True,
        )  # fmt: skip
    _children[done.pid] = done
    return done.pid


_children: dict[int, subprocess.Popen[bytes]] = {}
"""Those of this process, so that they can be waited for."""


def _wait(folder: Path, page: int, workers: int) -> None:
    """Until the master's page tells of so many living workers."""
    until = time.monotonic() + STARTED_WITHIN
    direct = build_opener(ProxyHandler({}))
    while time.monotonic() < until:
        try:
            with direct.open(f"http://{HOST}:{page}/json/", timeout=5) as answer:
                if json.load(answer)["aliveworkers"] >= workers:
                    return
        except (URLError, OSError, ValueError, KeyError):
            pass
        time.sleep(0.2)
    logs = ", ".join(str(one) for one in sorted(folder.glob("*.log")))
    raise DomainError(
        f"The cluster was not there within {STARTED_WITHIN:.0f} seconds. Its logs say why: {logs}.", code="no_cluster"
    )


def _taken(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex((HOST, port)) == 0


def _is_ours(process: int) -> bool:
    try:
        return PLACE.encode() in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def _end(process: int) -> bool:
    """Ask a process to end, then make it; whether it ran."""
    if not _is_ours(process):
        gone = _children.pop(process, None)
        if gone is not None:
            gone.wait(STOPPED_WITHIN)  # an ended child waits to be asked
        return False
    for sent in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(process, sent)
        except ProcessLookupError:
            break
        until = time.monotonic() + STOPPED_WITHIN
        while time.monotonic() < until:
            child = _children.get(process)
            is_over = child.poll() is not None if child else not _is_ours(process)
            if is_over:
                _children.pop(process, None)
                return True
            time.sleep(0.1)
    return True


def main() -> int:
    """`python -m panhuo.adapters.tables.loopback_cluster start|stop`: what `make cluster` calls."""
    asked = argparse.ArgumentParser(description="a Spark master and two workers on 127.0.0.1")
    asked.add_argument("what", choices=["start", "stop"])
    asked.add_argument("--folder", type=Path, default=Path("out/cluster"))
    asked.add_argument("--port", type=int, default=7077)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--cores", type=int, default=1, help="of each worker")
    asked.add_argument("--memory", default="2g", help="of each worker's executors")
    told = asked.parse_args()
    folder = told.folder.absolute()
    try:
        if told.what == "start":
            print(start(folder, port=told.port, workers=told.workers, cores=told.cores, memory=told.memory).url)
        else:
            print("stopped" if stop(folder) else "no cluster runs here", file=sys.stderr)
    except DomainError as error:
        print(error.message, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

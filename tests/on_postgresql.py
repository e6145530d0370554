"""Run pytest on a PostgreSQL cluster of its own: `python tests/on_postgresql.py [pytest's arguments]`.

The cluster lies in a temporary folder, listens on a socket there and nowhere else, belongs to a user without
rights (PostgreSQL refuses root) and is gone afterwards.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")
PORT = "54329"  # names the socket's file; nothing listens on the network


def programs() -> Path | None:
    """Folder of initdb and pg_ctl, the newest version that Debian has installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("pg_ctl")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@dataclass(frozen=True)
class Cluster:
    """A running cluster. address: of its first, empty database; call: runs one of its programs as its user."""

    folder: Path
    port: str
    call: Callable[..., None]
    options: str

    @property
    def address(self) -> str:
        return self.named("postgres")

    def named(self, database: str) -> str:
        """Address of a database in it."""
        return f"postgresql://panhuo@/{database}?host={self.folder}&port={self.port}"

    def made(self, database: str, template: str = "template0") -> str:
        """A new database with the register's order of texts; gives its address."""
        import psycopg

        with psycopg.connect(self.address, autocommit=True) as connection:
            kept = "" if template != "template0" else " ENCODING 'UTF8' LOCALE 'C.UTF-8'"
            if template != "template0" and connection.info.server_version >= 150_000:
                # copied through the log, a sequence that was drawn from goes back when the server recovers
                kept = " STRATEGY file_copy"
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {template}{kept}".encode())
        return self.named(database)

    def start(self) -> None:
        pg_ctl = str(_found() / "pg_ctl")
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self.call(pg_ctl, "-D", data, "-w", "-l", log, "-o", self.options, "start")

    def checked(self) -> str:
        """What pg_amcheck says of all tables and indexes: "" where they are whole."""
        try:
            self.call(str(_found() / "pg_amcheck"), "-h", str(self.folder), "-p", self.port, "-U", "panhuo", "--all",
                      "--install-missing", "--heapallindexed")  # fmt: skip
        except SystemExit as error:
            return str(error)
        return ""

    def stop(self, how: str = "immediate") -> None:
        self.call(str(_found() / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-m", how, "stop")


def _found() -> Path:
    place = programs()
    if place is None:
        raise SystemExit("PostgreSQL is not installed. On Debian: apt-get install postgresql.")
    return place


@contextmanager
def cluster(durable: str = "off", port: str = PORT) -> Iterator[Cluster]:
    """Start a cluster. durable: its fsync. Raises: SystemExit without PostgreSQL."""
    place = _found()
    user = _user() if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="panhuo-pg-"))
    if user:
        os.chown(folder, *pwd.getpwnam(user)[2:4])
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"}

    def call(*command: str) -> None:
        done = subprocess.run(command, user=user, env=env, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{command[0]}: {done.stderr or done.stdout}")

    data = str(folder / "data")
    call(str(place / "initdb"), "-D", data, "-U", "panhuo", "-A", "trust", "--data-checksums", "--locale=C.UTF-8")
    options = f"-k {folder} -p {port} -c listen_addresses='' -c fsync={durable} -c max_connections=60"
    made = Cluster(folder, port, call, options)
    made.start()
    try:
        yield made
    finally:
        with suppress(SystemExit):
            made.stop()
        shutil.rmtree(folder)


def _user() -> str:
    names = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in names)


def main() -> int:
    with cluster() as made:
        env = {**os.environ, "PANHUO_DATABASE_URL": made.address}
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

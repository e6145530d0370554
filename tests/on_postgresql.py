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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")
PORT = "54329"  # names the socket's file; nothing listens on the network


def programs() -> Path | None:
    """Folder of initdb and pg_ctl, the newest version that Debian has installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("pg_ctl")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster; gives the address of an empty database in it. Raises: SystemExit without PostgreSQL."""
    place = programs()
    if place is None:
        raise SystemExit("PostgreSQL is not installed. On Debian: apt-get install postgresql.")
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
    options = f"-k {folder} -p {PORT} -c listen_addresses='' -c fsync=off -c max_connections=60"
    call(str(place / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://panhuo@/postgres?host={folder}&port={PORT}"
    finally:
        call(str(place / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _user() -> str:
    names = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in names)


def main() -> int:
    with cluster() as address:
        env = {**os.environ, "PANHUO_DATABASE_URL": address}
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

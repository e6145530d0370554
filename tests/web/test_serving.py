"""panhuo serve: the real server in a process of its own; settings by the environment; the secret of a home."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from panhuo.adapters.files.home import open_home
from panhuo.terms.errors import DomainError
from panhuo.web.environment import read_environment
from panhuo.web.secret_key import kept_secret, key_for, make_secret

WARM_SECONDS = 3.0


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _environment(**told: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PANHUO_", "DJANGO_"))}
    return {**kept, **told}


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[subprocess.Popen[str], int]]]:
    """Start panhuo serve on a free port of its own."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **told: str) -> tuple[subprocess.Popen[str], int]:
        port = _free_port()
        command = [sys.executable, "-m", "panhuo.cli", "serve", "--port", str(port), *arguments]
        running.append(subprocess.Popen(command, env=_environment(**told), stderr=subprocess.PIPE, text=True))
        return running[-1], port

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def _get(port: int, path: str = "/", *, within: float = 30) -> Any:
    until = time.monotonic() + within
    while True:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10)
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def test_a_fresh_home_is_served_on_loopback_without_being_filled(serve: Any, tmp_path: Path) -> None:
    process, port = serve("--home", str(tmp_path / "home"))
    page = _get(port).read().decode()
    assert "登录" in page
    told = json.loads(
        urllib.request.urlopen(
            urllib.request.Request(f"http://127.0.0.1:{port}/health", headers={"Accept": "application/json"})
        ).read()
    )
    assert told["healthy"]
    with sqlite3.connect(tmp_path / "home" / "register.sqlite3") as register:
        assert register.execute("SELECT count(*) FROM people_account").fetchone() == (0,)
        assert register.execute("SELECT count(*) FROM registry_asset").fetchone() == (0,)
        tables = {row[0] for row in register.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert not {name for name in tables if name.startswith(("auth_", "django_content"))}
    assert (tmp_path / "home" / "secret.key").stat().st_mode & 0o777 == 0o600
    listening = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, text=True, check=True).stdout
    assert [line.split()[1] for line in listening.splitlines() if f":{port:04X} 00000000" in line] == [
        f"0100007F:{port:04X}"
    ]
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0


def test_the_first_page_of_a_home_that_was_served_before_comes_soon(serve: Any, tmp_path: Path) -> None:
    """Generous beside WARM_SECONDS, because other processes share the cores; docs/performance.md has the figure."""
    home = str(tmp_path / "home")
    subprocess.run(
        [sys.executable, "-m", "panhuo.cli", "serve", "--home", home, "--prepare"],
        env=_environment(),
        check=True,
        capture_output=True,
    )
    began = time.monotonic()
    _, port = serve("--home", home)
    _get(port)
    assert time.monotonic() - began < 5 * WARM_SECONDS


def test_the_demo_is_served_with_an_account_and_only_from_a_demo_home(serve: Any, tmp_path: Path) -> None:
    open_home(tmp_path / "city", create_kind="demo", create_pack="demo_city")
    process, port = serve("--demo", "--home", str(tmp_path / "city"), PANHUO_DEMO_PASSWORD="for-the-test")  # noqa: S106
    assert "演示城市" in _get(port).read().decode()
    assert process.stderr is not None
    told = [process.stderr.readline(), process.stderr.readline()]
    assert f"http://localhost:{port}/" in told[0]
    assert "yanshi" in told[1]
    assert "for-the-test" in told[1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--demo", "--home", "{real}"), "real data"),
        (("--demo", "--home", "{none}"), "panhuo demo --home"),
        (("--demo", "--home", "{demo}", "--host", "::"), "this machine only"),
    ],
)
def test_a_demo_is_refused_where_it_would_open_something(tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    open_home(tmp_path / "real")
    open_home(tmp_path / "demo", create_kind="demo")
    named = [word.format(real=tmp_path / "real", none=tmp_path / "none", demo=tmp_path / "demo") for word in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "panhuo.cli", "serve", *named], env=_environment(), capture_output=True, text=True
    )
    assert done.returncode == 2
    assert code in done.stderr
    assert not (tmp_path / "none").exists()


def test_production_settings_pass_djangos_deployment_checks(tmp_path: Path) -> None:
    told = {
        "PANHUO_HOME": str(open_home(tmp_path / "home").root),
        "PANHUO_HTTPS": "1",
        "PANHUO_ALLOWED_HOSTS": "panhuo.example.cn",
        "PANHUO_TRUSTED_PROXIES": "1",
    }
    make_secret(tmp_path / "home")
    command = [
        sys.executable,
        "-m",
        "django",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        "--settings",
        "panhuo.web.settings",
    ]
    done = subprocess.run(command, env=_environment(**told), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    bare = subprocess.run(command, env=_environment(PANHUO_HOME=told["PANHUO_HOME"]), capture_output=True, text=True)
    assert bare.returncode == 1, "negative control: without HTTPS the checks complain"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PANHUO_HTTPS", "yes"),
        ("PANHUO_TRUSTED_PROXIES", "many"),
        ("PANHUO_IDLE_MINUTES", "0"),
        ("PANHUO_SECOND_FACTOR", "some"),
        ("PANHUO_LOCAL_SIGN_IN", "0"),
        ("PANHUO_OIDC_SERVER", "http://id.example.cn"),
        ("PANHUO_REPORT_ERRORS_TO", "javascript:alert(1)"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(DomainError, match=name) as caught:
        read_environment({name: value})
    assert caught.value.code == "bad_setting"


def test_the_secret_is_made_once_and_refused_where_others_may_read_it(tmp_path: Path) -> None:
    made = make_secret(tmp_path)
    assert make_secret(tmp_path) == kept_secret(tmp_path) == made
    assert len(made) >= 64
    assert [path.name for path in tmp_path.glob("secret*")] == ["secret.key"]
    (tmp_path / "secret.key").chmod(0o640)
    with pytest.raises(DomainError, match="chmod 600"):
        kept_secret(tmp_path)


def test_keys_of_two_purposes_and_of_two_secrets_differ() -> None:
    assert len({key_for("a", "x"), key_for("b", "x"), key_for("a", "y")}) == 3
    assert key_for("a", "x") == key_for("a", "x")


def test_the_command_line_does_not_load_the_site(tmp_path: Path) -> None:
    """What a home costs to open has not grown: no table and no module of the site comes with other commands."""
    script = (
        "import sys; from panhuo.cli import run; run(['status', '--home', sys.argv[1]]);"
        "print(sorted(m for m in sys.modules if m.startswith(('allauth', 'panhuo.web', 'gunicorn'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "home")],
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
    with sqlite3.connect(tmp_path / "home" / "register.sqlite3") as register:
        tables = {row[0] for row in register.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert not {name for name in tables if name.startswith(("account_", "mfa_", "django_session", "signins_"))}


def test_the_register_moves_to_postgresql_by_one_setting() -> None:
    keys = "('ENGINE', 'NAME', 'USER', 'HOST')"
    script = f"from panhuo.settings import DATABASES as d; print(*(d['default'][k] for k in {keys}))"
    told = {"PANHUO_DATABASE_URL": "postgresql://panhuo:p%40ss@db.example.cn:5433/ip"}
    done = subprocess.run([sys.executable, "-c", script], env=_environment(**told), capture_output=True, text=True)
    assert done.stdout.split() == ["django.db.backends.postgresql", "ip", "panhuo", "db.example.cn"]
    wrong = {"PANHUO_DATABASE_URL": "mysql://somewhere/ip"}
    done = subprocess.run([sys.executable, "-c", script], env=_environment(**wrong), capture_output=True, text=True)
    assert "PANHUO_DATABASE_URL is no address" in done.stderr

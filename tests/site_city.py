"""A served city for tours: a home made of two small files, the real server with its worker, people with a browser.

All names are made up. The home is made by the command line; from then on everything goes through pages.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import TimeoutError

from table_files import application, csv_bytes, workbook

UNIVERSITY, COLLEGE = "云湖大学", "云湖大学材料学院"
CO_UNIT = "云湖市科学技术局"
PASSWORD = "沉睡专利-tide-42"  # noqa: S105 - of made-up accounts
STOCK = 40
OFFERED = 12
AGE = timedelta(days=30)
"""How old the files are of which the home was made."""
PATIENCE = 90.0
"""Seconds that something in the background may take beside other tests; most of it takes less than five."""


def number_of(serial: int) -> str:
    """The application number of the n-th patent of the university, filed in 2016."""
    return application(serial, year=2016)


def title_of(serial: int) -> str:
    return f"合成样例装置{serial:03d}"


def stock_list(rows: int = STOCK) -> bytes:
    """Patents of the university that are in force and were granted more than three years ago."""
    head = (
        "申请号", "公开（公告）号", "名称", "申请（专利权）人", "发明人", "申请日", "授权公告日", "法律状态", "分类号",
    )  # fmt: skip
    told = [
        [number_of(n), f"CN10600{n:04d}B", title_of(n), UNIVERSITY, "岚宁同", "2016-01-11", "2018-01-19", "授权",
         "H01M 10/052"]
        for n in range(1, rows + 1)
    ]  # fmt: skip
    return csv_bytes([head, *told], encoding="utf-8-sig")


def offers(stated: date) -> bytes:
    """The university's own list: the last of its patents may be listed."""
    head = (
        "专利号", "专利名称", "权利人", "是否同意推介", "转化方式", "意向价格(万元)", "联系人", "填报日期", "应用场景",
    )  # fmt: skip
    told = [
        [number_of(n), title_of(n), UNIVERSITY, "是", "转让", "12.5", "成果转化中心 0990-5550100",
         stated.isoformat(), "储能"]
        for n in range(STOCK - OFFERED + 1, STOCK + 1)
    ]  # fmt: skip
    return workbook({"存量专利": [head, *told]})


def make_home(folder: Path, *, today: date) -> Path:
    """A demo home whose register holds the university's patents, read for dormancy once."""
    from panhuo.adapters.files.home import open_home

    home = open_home(folder / "home", create_kind="demo", create_pack="demo_city").root
    files = folder / "files"
    files.mkdir()
    (files / "专利.csv").write_bytes(stock_list())
    (files / "台账.xlsx").write_bytes(offers(today - AGE))
    panhuo("import", str(files), "--as-of", (today - AGE).isoformat(), home=home)
    panhuo("dormant", "--at", today.isoformat(), "--out", str(folder / "疑似沉睡.xlsx"), home=home)
    return home


def panhuo(*arguments: str, home: Path) -> str:
    """The command line as a process of its own. Returns what it wrote to stdout."""
    command = [sys.executable, "-m", "panhuo.cli", *arguments, "--home", str(home)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PANHUO_", "DJANGO_"))}
    return {**kept, "PANHUO_DEMO_PASSWORD": PASSWORD}


@contextmanager
def served(home: Path) -> Iterator[str]:
    """panhuo serve --demo on a free port with its worker. Gives the address."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    command = [sys.executable, "-m", "panhuo.cli", "serve", "--demo", "--home", str(home), "--port", str(port)]
    log = (home.parent / f"serve-{port}.log").open("wb")
    process = subprocess.Popen(command, env=environment(), stderr=log)
    address = f"http://localhost:{port}"
    try:
        _await(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        log.close()


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=10).close()  # noqa: S310 - an address of our own
        except OSError as error:
            assert process.poll() is None, "the server ended"
            if time.monotonic() > until:
                raise AssertionError(f"no answer from {address}") from error
            time.sleep(0.1)
        else:
            return


@dataclass
class City:
    """A served home, a browser. states: of who signed in, by login, so that they stay so; joined: who was invited."""

    address: str
    home: Path
    begin: Callable[..., Any]
    states: dict[str, Any] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)

    def person(self, login: str, *, scripts: bool = True, **looks: Any) -> Person:
        """Somebody in front of a browser of their own, signed in through the page; scripts: whether they run."""
        if login not in self.states:
            fresh = self.stranger(scripts=scripts)
            fresh.open("/sign-in/")
            fresh.write("账号", login)
            fresh.write("密码", PASSWORD)
            fresh.press("登录")
            fresh.sees("您好")
            self.states[login] = fresh.page.context.storage_state()
        context = self.begin(java_script_enabled=scripts, storage_state=self.states[login], **looks)
        person = Person(context.new_page(), self.address, has_scripts=scripts)
        person.open("/")
        return person

    def stranger(self, *, scripts: bool = True) -> Person:
        return Person(self.begin(java_script_enabled=scripts).new_page(), self.address, has_scripts=scripts)


@dataclass
class Person:
    """What somebody does in a browser, named as people name it. Every step fails where the page does not offer it."""

    page: Any
    address: str
    has_scripts: bool = True

    def open(self, path: str) -> None:
        answer = self.page.goto(path if path.startswith("http") else f"{self.address}{path}")
        assert answer.status < 400, f"{path}: {answer.status}"

    def follow(self, words: str, *, exact: bool = False) -> None:
        self._goes(self.page.locator("body").get_by_role("link", name=words, exact=exact).first)

    def menu(self, words: str) -> None:
        nav = self.page.locator("nav.ph-nav")
        group = nav.locator("details:not([open])").filter(has=self.page.get_by_text(words, exact=True))
        if group.count():
            group.first.locator("summary").click()
        self._goes(nav.get_by_role("link", name=words, exact=True))

    def press(self, words: str) -> None:
        button = self.page.get_by_role("button", name=words, exact=True).first
        self._is_there(button, words)
        if button.get_attribute("type") == "submit":
            self._goes(button)
        else:
            button.click()

    def _goes(self, what: Any) -> None:
        """Press what leads to another page, and wait until that is there."""
        self.page.wait_for_load_state()
        with self.page.expect_event("load"):
            what.click()

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def choose(self, label: str, words: str | re.Pattern[str]) -> None:
        """Take an option whose words begin so."""
        field = self.page.get_by_label(label).first
        wanted = [one for one in field.locator("option").all() if re.match(words, one.inner_text().strip())]
        assert wanted, f"no {words} in {label}: {field.inner_text()}"
        field.select_option(value=wanted[0].get_attribute("value"))

    def tick(self, label: str) -> None:
        self.page.get_by_label(label).first.check()

    def row(self, words: str) -> Any:
        return self.page.get_by_role("row").filter(has_text=words).first

    def sees(self, words: str) -> None:
        self._is_there(self.page.get_by_text(words).locator("visible=true").first, words)

    def _is_there(self, what: Any, words: str) -> None:
        try:
            what.wait_for(timeout=PATIENCE * 250)
        except TimeoutError as error:
            raise AssertionError(f"{words} is not on {self.page.url}: {self.text()[:3_000]}") from error

    def text(self) -> str:
        return str(self.page.locator("#main").inner_text())

    def lacks(self, words: str) -> None:
        assert words not in self.text(), words

    def hand_in(self, name: str, data: bytes, label: str = "文件") -> None:
        told: Mapping[str, Any] = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        self.page.get_by_label(label).first.set_input_files(dict(told))

    def take(self, words: str, *, role: Any = "link") -> bytes:
        """What comes down when a link or button is used."""
        with self.page.expect_download() as coming:
            self.page.get_by_role(role, name=words).first.click()
        return Path(coming.value.path()).read_bytes()

    def wait_for(self, words: str) -> None:
        """Something in the background is over: the page says so by itself, without scripts after it is loaded anew."""
        until = time.monotonic() + PATIENCE
        while self.page.get_by_text(words).count() == 0:
            assert time.monotonic() < until, f"{words} never came: {self.text()}"
            if self.has_scripts:
                self.page.wait_for_timeout(200)
            else:
                self.page.wait_for_timeout(700)
                self.page.reload()
        self.page.wait_for_load_state()

"""Pages of the site over a stock of many patents: answer times with several clients, beside a page without a list.

python -m benchmarks.site_load [--patents 1000000] [--seconds 60] [--clients 4]

The stock is made up from a seed, straight into the tables that an inventory fills. Pages are asked for in turn by each
client, the page without a list (/about/) between them, over HTTP from a server of its own process. --quarters prints
what changes over the run: answer times and the server's memory by quarters of it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

PORT = 8711
PASSWORD = "Gui-hua-Xiang-7"  # noqa: S105 - of a made-up account in a folder that goes
BARE = "/about/"
MINE = 3
"""Place of the university whose officer asks, among those of the made-up stock."""
PAGES = {
    "list": "/stock/",
    "list, dormant by score": "/stock/?dormancy=dormancy_candidate&sort=score",
    "list, fees due first": "/stock/?sort=due&status=granted_in_force",
    "list, granted in a year": "/stock/?granted=2021",
    "list, grade C": "/stock/?grade=C",
    "list, fees due in 30 days": "/stock/?due=30",
    "deep page": "/stock/?after=i%3A{deep}~i%3A{deep}",
    "number": "/stock/?q={number}",
    "figures": "/stock/figures/",
    "dormant": "/dormant/",
    "deadlines": "/deadlines/",
    "consents": "/deadlines/?kind=consent30",
    "regions": "/figures/regions/",
    "list, grade C by score": "/stock/?grade=C&sort=score",
    "patent": "/stock/{deep}/",
    "workbench": "/",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patents", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--quarters", action="store_true")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="panhuo-load-") as folder:
        home = Path(folder) / "home"
        began = time.perf_counter()
        _make(home, told.patents)
        print(f"{told.patents} patents made in {time.perf_counter() - began:.0f} s", flush=True)
        with _server(home) as server:
            deep = next(n for n in range(told.patents // 2, told.patents) if n * 7919 % 80 == MINE)
            pages = {name: path.format(deep=deep, number=_number(deep)) for name, path in PAGES.items()}
            for login in ("province", "university"):
                memory = _Memory(server)
                times = _ask(login, pages, seconds=told.seconds, clients=told.clients)
                _tell(login, times)
                if told.quarters:
                    _tell_quarters(times, memory.ended(), told.seconds)


def _number(serial: int) -> str:
    from panhuo.terms.numbers import cn_application_check_digit

    body = f"20161{serial:07d}"
    return f"{body}.{cn_application_check_digit(body)}"


def _make(home: Path, patents: int) -> None:
    os.environ |= {"PANHUO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "panhuo.web.settings"}
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.registry.opening import open_register, setup_django

    place = open_home(home, create_kind="demo")
    setup_django()
    with place.writing():
        open_register(place, write=True)
        _people(place)
        _stock(patents)


def _people(place: Any) -> None:
    from django.utils import timezone

    from panhuo.desk.people.access import Operator
    from panhuo.desk.people.account_actions import make_account
    from panhuo.desk.people.actions import found_organisation, join
    from panhuo.rules import load_pack
    from panhuo.terms.codes import uscc_check_character
    from panhuo.terms.roles import OrganisationKind, Role

    at = timezone.now()
    who: dict[str, Any] = {
        "actor": Operator("bench"), "at": at, "rules": load_pack(place.pack).at(timezone.localdate(at)),
    }  # fmt: skip

    def founded(name: str, kind: OrganisationKind, number: int, region: str) -> Any:
        first = f"91990100{number:09d}"
        code = first + uscc_check_character(first)
        return found_organisation(name=name, kind=kind, uscc=code, region=region, **who)

    office = founded("示例省局", OrganisationKind.PROVINCE_OFFICE, 1, "99")
    universities = [
        founded(f"示例大学{n}", OrganisationKind.UNIVERSITY, 10 + n, f"9901{n % 7 + 1:02d}") for n in range(40)
    ]
    for login, role, unit in (
        ("province", Role.PROVINCE_OFFICER, office),
        ("university", Role.UNIVERSITY_OFFICER, universities[MINE]),
    ):
        join(make_account(login=login, name=login, password=PASSWORD, **who), role, organisation=unit, **who)


def _stock(patents: int) -> None:
    """Rows from the number of each alone: the same every time."""
    from django.db import connection, transaction
    from django.utils import timezone

    from panhuo.desk.inventory.actions import _count, _figures
    from panhuo.desk.inventory.models import Inventory
    from panhuo.desk.people.models import Organisation
    from panhuo.desk.registry.models import SourceFile

    units = list(Organisation.objects.filter(kind="university").order_by("pk").values_list("pk", flat=True))
    at = timezone.now()
    source = SourceFile.objects.create(digest="0" * 64, format="made", fingerprint="made", rank=1, name="made")
    made = Inventory.objects.create(
        day=timezone.localdate(at), pack="demo_city", pack_version="1", register_version="0-made", taken_by="bench",
        made_at=at, rows=patents,
    )  # fmt: skip
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {patents})"
    asset_columns = [one.column for one in _concrete("registry", "Asset")]
    given = {
        "id": "i", "ip_type": "'invention'", "jurisdiction": "'CN'", "rank": "1", "source_id": str(source.pk),
        "title": "'合成样例' || i", "application_number": "printf('20161%07d', i)",
    }  # fmt: skip
    empty = {one.column: _empty(one) for one in _concrete("registry", "Asset")}
    cells = ", ".join(given.get(name, empty[name]) for name in asset_columns)
    stock = {
        "inventory_id": str(made.pk), "asset_id": "i", "unit_id": f"{units[0]} + (i * 7919) % {len(units) * 2}",
        "number": "printf('20161%07d', i)", "title": "'一种合成样例的高效换热方法及其装置' || i",
        "owner_name": "'示例大学' || ((i * 7919) % 80)",
        "owner_type": "'university'", "ip_type": "CASE i % 3 WHEN 0 THEN 'utility_model' ELSE 'invention' END",
        "region_code": "printf('9901%02d', (i * 7919) % 7 + 1)", "ipc_subclass": "'H01M'",
        "status": "CASE i % 5 WHEN 0 THEN 'lapsed_unpaid_fee' ELSE 'granted_in_force' END",
        "dormancy": "CASE WHEN i % 5 = 0 THEN 'not_considered' WHEN i % 4 = 1 THEN 'dormancy_candidate' ELSE 'out' END",
        "grade": "substr('ABCD', i % 4 + 1, 1)", "value_score": "(i * 7907) % 10000 / 100.0",
        "fee_state": "'unknown'", "fee_due_on": "date('2026-11-23', '+' || ((i * 31) % 365) || ' days')",
        "grant_date": "date('2012-01-01', '+' || ((i * 17) % 4000) || ' days')",
        "filing_date": "date('2010-01-01', '+' || ((i * 17) % 4000) || ' days')",
        "consent_until": "CASE i % 10 WHEN 4 THEN date('2026-11-23', '+' || ((i * 17) % 400 - 35) || ' days') END",
        "fee_year": "8", "fee_full_cny": "2000", "fee_payable_cny": "300", "fee_is_assumed": "1",
    }  # fmt: skip
    columns = _concrete("inventory", "StockPatent")
    told = ", ".join(stock.get(one.column, "i" if one.primary_key else _empty(one)) for one in columns)
    names = ", ".join(one.column for one in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{numbers} INSERT INTO registry_asset ({', '.join(asset_columns)}) SELECT {cells} FROM n")
        cursor.execute(
            f"{numbers} INSERT INTO registry_assetkey (key, asset_id) SELECT printf('a:CN20161%07d', i), i FROM n"
        )
        cursor.execute(f"{numbers} INSERT INTO inventory_stockpatent ({names}) SELECT {told} FROM n")
        cursor.execute(
            f"UPDATE inventory_stockpatent SET unit_id = NULL WHERE unit_id > {units[-1]}"  # noqa: S608 - our numbers
        )
    with transaction.atomic():
        _count(made)
        made.figures, made.done_at = _figures(made), at
        made.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _concrete(app: str, model: str) -> list[Any]:
    from django.apps import apps

    return [one for one in apps.get_model(app, model)._meta.get_fields() if getattr(one, "column", None)]


def _empty(field: Any) -> str:
    if field.null:
        return "NULL"
    kind = field.get_internal_type()
    if kind == "JSONField":
        return f"'{json.dumps(field.get_default())}'"
    return "0" if "Integer" in kind or kind == "BooleanField" else "''"


@contextmanager
def _server(home: Path) -> Iterator[int]:
    """Gives the number of its first process."""
    call = [sys.executable, "-m", "panhuo.cli", "--home", str(home), "serve", "--port", str(PORT), "--no-worker"]
    with subprocess.Popen([*call, "--processes", "2"], stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(120):
                time.sleep(0.5)
                try:
                    build_opener().open(f"http://127.0.0.1:{PORT}{BARE}", timeout=5).read()
                    break
                except OSError:
                    continue
            yield process.pid
        finally:
            process.terminate()


def _client(login: str) -> OpenerDirector:
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    base = f"http://127.0.0.1:{PORT}/sign-in/"
    page = opener.open(base).read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    form = {"csrfmiddlewaretoken": found[1], "login": login, "password": PASSWORD}
    opener.open(base, urlencode(form).encode()).read()
    return opener


Times = dict[str, list[tuple[float, float]]]
"""By page: (seconds since the beginning, milliseconds that it took), of all clients."""


class _Memory:
    """Megabytes that the server's processes hold, looked at every few seconds in a thread of its own."""

    def __init__(self, server: int) -> None:
        self._server, self._over = server, threading.Event()
        self._began, self.seen = time.monotonic(), list[tuple[float, float]]()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def ended(self) -> list[tuple[float, float]]:
        self._over.set()
        self._thread.join()
        return self.seen

    def _look(self) -> None:
        while not self._over.wait(2):
            self.seen.append((time.monotonic() - self._began, sum(_resident(one) for one in _family(self._server))))


def _family(process: int) -> list[int]:
    found = [process]
    for one in found:
        told = Path(f"/proc/{one}/task/{one}/children")
        found += [int(child) for child in told.read_text().split()] if told.exists() else []
    return found


def _resident(process: int) -> float:
    """Megabytes."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _ask(login: str, pages: dict[str, str], *, seconds: float, clients: int) -> Times:
    times: Times = {name: [] for name in (*pages, "without a list")}
    start = time.monotonic()
    until = start + seconds

    def visit(number: int) -> None:
        opener = _client(login)
        order = list(pages.items())
        turn = number
        while time.monotonic() < until:
            name, path = order[turn % len(order)]
            for said, where in ((name, path), ("without a list", BARE)):
                began = time.perf_counter()
                with opener.open(f"http://127.0.0.1:{PORT}{where}") as answer:
                    answer.read()
                    assert answer.url.endswith(where), f"{where} led to {answer.url}"
                took = time.perf_counter() - began
                times[said].append((time.monotonic() - start, 1000 * took))
            turn += 1

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(visit, range(clients)))
    return times


def _tell(login: str, times: Times) -> None:
    bare = _p95(times["without a list"])
    print(f"\n| {login} | asked | median ms | p95 ms | to a page without a list |\n|---|---|---|---|---|")
    for name, took in times.items():
        if took:
            middle = statistics.median(ms for _, ms in took)
            print(f"| {name} | {len(took)} | {middle:.0f} | {_p95(took):.0f} | {_p95(took) / bare:.1f} |")


def _tell_quarters(times: Times, memory: list[tuple[float, float]], seconds: float) -> None:
    print("\n| quarter of the run | asked | median ms | p95 ms | most MB of the server |\n|---|---|---|---|---|")
    listed = sorted(one for name, told in times.items() if name in PAGES for one in told)
    for quarter in range(4):
        since, until = quarter * seconds / 4, (quarter + 1) * seconds / 4
        part = [one for one in listed if since <= one[0] < until]
        held = [one for moment, one in memory if since <= moment < until]
        if part and held:
            middle = statistics.median(ms for _, ms in part)
            print(f"| {quarter + 1} | {len(part)} | {middle:.0f} | {_p95(part):.0f} | {max(held):.0f} |")


def _p95(took: list[tuple[float, float]]) -> float:
    return sorted(ms for _, ms in took)[max(0, int(len(took) * 0.95) - 1)] if took else 0.0


if __name__ == "__main__":
    main()

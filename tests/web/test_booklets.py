"""Stock, booklets and the dormant register on the site: from a list of patents to an answer that changes a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.conf import settings as site_settings
from django.test import Client

from desk.people.made_people import member, organisation
from panhuo.terms.numbers import cn_application_check_digit
from panhuo.terms.roles import OrganisationKind as Kind
from panhuo.terms.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "申请号,公开（公告）号,名称,申请（专利权）人,申请日,授权公告日,法律状态\n"
UNIVERSITY, OTHER = "云湖大学", "松原大学"


def number(serial: int) -> str:
    body = f"20161{serial:07d}"
    return f"{body}.{cn_application_check_digit(body)}"


def row(serial: int, owner: str) -> str:
    return f"{number(serial)},CN10600{serial:04d}B,合成样例{serial},{owner},2016-01-11,2018-01-21,授权\n"


@dataclass(frozen=True, slots=True)
class City:
    """An office, a university's officer, and one of another city's university; work: does what waits."""

    office: Client
    university: Client
    other: Client
    work: Callable[[], None]


@pytest.fixture
def city(signed_in: Callable[..., Client]) -> City:
    """Twelve patents of one university and three of another, imported and taken stock of through the site."""
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.jobs.worker import work_through
    from panhuo.desk.people.models import Account
    from panhuo.web.clock import now

    units = {
        "shiju": (organisation("云湖市局", Kind.CITY_OFFICE, 10, region="9901"), Role.CITY_OFFICER),
        "gaoxiao": (organisation(UNIVERSITY, Kind.UNIVERSITY, 12, region="990101"), Role.UNIVERSITY_OFFICER),
        "bieren": (organisation(OTHER, Kind.UNIVERSITY, 22, region="990201"), Role.UNIVERSITY_OFFICER),
    }
    clients = {login: signed_in(login) for login in units}
    for login, (unit, role) in units.items():
        member(Account.objects.get(login=login), role, unit)
    home = open_home(site_settings.SITE.home)

    def work() -> None:
        work_through(home, clock=now)

    _bring(clients["gaoxiao"], HEAD + "".join(row(n, UNIVERSITY) for n in range(1, 13)))
    _bring(clients["bieren"], HEAD + "".join(row(n, OTHER) for n in range(21, 24)))
    work()
    return City(clients["shiju"], clients["gaoxiao"], clients["bieren"], work)


def _bring(client: Client, text: str, name: str = "清单.csv") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return _upload(client, SimpleUploadedFile(name, text.encode("utf-8-sig")))


def _upload(client: Client, file: Any) -> str:
    sent = client.post("/imports/new/", {"file": file, "as_of": "2026-11-01"})
    assert sent.status_code == 302, sent.content.decode()[:2000]
    place = sent.headers["Location"]
    assert client.post(f"{place}start/").status_code == 302
    return str(place)


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return str(answer.content.decode())


def test_an_import_is_followed_by_an_inventory_and_each_sees_its_own(city: City) -> None:
    assert "共 12 件" in _text(city.university, "/stock/")
    assert "共 3 件" in _text(city.other, "/stock/")
    assert "共 12 件" in _text(city.office, "/stock/"), "an office of the region, whatever the unit"
    page = _text(city.university, "/stock/?dormancy=dormancy_candidate")
    assert "共 12 件" in page
    assert OTHER not in page


def test_a_patent_of_another_is_not_there_and_looks_like_one_that_never_was(city: City) -> None:
    from panhuo.desk.inventory.models import StockPatent

    own = StockPatent.objects.filter(owner_name=UNIVERSITY).order_by("-inventory", "pk").first()
    assert own is not None
    assert _text(city.university, f"/stock/{own.asset_id}/").count("合成样例") >= 1
    hidden, never = (city.other.get(path) for path in (f"/stock/{own.asset_id}/", "/stock/999999/"))
    assert (hidden.status_code, never.status_code) == (404, 404)


def test_a_booklet_goes_out_is_filled_and_comes_back(city: City) -> None:
    sent = city.office.post("/booklets/send/", {"day": "2026-11-01", "unit": "", "owners": "institutions"})
    assert sent.status_code == 302
    city.work()
    assert UNIVERSITY in _text(city.office, "/booklets/")
    assert OTHER not in _text(city.office, "/booklets/"), "a university of another city is not the office's to ask"
    from panhuo.desk.listings.models import Booklet

    booklet = Booklet.objects.get()
    assert (booklet.asked, booklet.owner, booklet.sent_by) == (12, UNIVERSITY, "shiju")
    assert city.other.get(f"/booklets/{booklet.pk}/").status_code == 404
    assert city.other.get(f"/booklets/{booklet.pk}/workbook/").status_code == 404
    assert "填写并交回核实表" in _text(city.university, "/")
    file = b"".join(city.university.get(f"/booklets/{booklet.pk}/workbook/"))
    letter = b"".join(city.university.get(f"/booklets/{booklet.pk}/letter/"))
    assert letter[:2] == b"PK"
    place = _upload(city.university, _filled(file, no=7, wrong=1))
    city.work()
    assert "未入库" in _text(city.university, place)
    page = _text(city.university, f"/booklets/{booklet.pk}/")
    assert "问 12 件，已答 7 件，未答 5 件（其中填错退回 1 件）" in page
    assert "共 7 件" in _text(city.university, "/stock/?dormancy=dormant"), "stock was taken again by itself"
    assert "共 5 件" in _text(city.office, "/stock/?dormancy=dormancy_candidate"), "silence confirms nothing"


def _filled(file: bytes, *, no: int, wrong: int) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    book = openpyxl.load_workbook(BytesIO(file))
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "是否实施" for cell in row))
    column = next(cell.column for cell in head if cell.value == "是否实施")
    for place in range(no + wrong):
        sheet.cell(head[0].row + 1 + place, column).value = "否" if place < no else "大概"
    saved = BytesIO()
    book.save(saved)
    return SimpleUploadedFile("核实表.xlsx", saved.getvalue())


def test_the_count_of_an_entry_of_the_workbench_is_that_of_its_list(city: City) -> None:
    from panhuo.desk.listings.models import Booklet

    city.office.post("/booklets/send/", {"day": "2026-11-01", "unit": "", "owners": "any"})
    city.work()
    assert "等待回填的核实表（1）" in _text(city.office, "/")
    assert "共 1 份" in _text(city.office, "/booklets/?state=open")
    assert "共 0 份" not in _text(city.office, "/booklets/?state=open")
    Booklet.objects.update(answer_by="2026-01-31")
    assert "逾期未回的核实表（1）" in _text(city.office, "/")
    assert "共 1 份" in _text(city.office, "/booklets/?state=overdue")
    assert "还没有核实表" in _text(city.office, "/booklets/?state=open"), "it is late and no longer only open"


def test_the_register_of_a_day_holds_what_its_asker_may_see_and_is_his_alone(city: City) -> None:
    asked = city.university.post("/dormant/export/", {"day": "2026-11-01", "owners": "institutions"})
    job = int(asked.headers["Location"].rstrip("/").rpartition("/")[2])
    city.work()
    body = b"".join(city.university.get(f"/dormant/export/{job}/"))
    sheet = openpyxl.load_workbook(BytesIO(body)).worksheets[0]
    told = [cell for cells in sheet.iter_rows(values_only=True) for cell in cells if cell]
    assert UNIVERSITY in told
    assert OTHER not in told
    assert city.office.get(f"/dormant/export/{job}/").status_code == 404
    from panhuo.desk.people.models import ExportRecord

    assert ExportRecord.objects.get().rows == 12


def test_an_export_of_the_list_holds_just_its_rows_and_is_on_record(city: City) -> None:
    from panhuo.desk.people.models import ExportRecord

    body = b"".join(city.university.post("/stock/export/?q=" + number(3)))
    sheet = openpyxl.load_workbook(BytesIO(body)).worksheets[0]
    told = [cell for cells in sheet.iter_rows(values_only=True) for cell in cells if cell]
    assert number(3) in told
    assert number(4) not in told
    record = ExportRecord.objects.get()
    assert (record.rows, record.account.login) == (1, "gaoxiao")
    assert any(record.watermark in str(cell) for cell in told)


def test_pages_of_a_list_by_key_hold_every_row_once_forwards_and_backwards(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    from panhuo.web import lists

    monkeypatch.setattr(lists, "SIZE", 5)
    for order in ("filed", "score", "due", "granted"):
        seen, query = [], f"sort={order}"
        while query:
            page = city.university.get(f"/stock/?{query}").context["page"]
            seen += [one.asset_id for one in page.rows]
            last, query = page, page.after
        assert len(seen) == len(set(seen)) == last.total, order
        back = city.university.get(f"/stock/?{last.before}").context["page"]
        assert [one.asset_id for one in back.rows] == seen[-len(last.rows) - 5 : -len(last.rows)], order


@pytest.mark.parametrize("key", ["x", "i:1", "d:2020-01-01~i:1", "t:x~t:y", "n:NaN~i:1", "i:1~i:99999999999999999999"])
def test_a_key_that_is_none_shows_the_first_page(city: City, key: str) -> None:
    assert city.university.get("/stock/", {"after": key}).status_code == 200


def test_what_is_no_filter_is_told_and_cuts_nothing(city: City) -> None:
    assert city.university.get("/stock/99999999999999999999/").status_code == 404
    assert city.university.get("/stock/?unit=99999999999999999999").status_code == 200
    page = _text(city.university, "/stock/?region=abc&unit=x&ip_type=nonsense")
    assert "不是地区代码" in page
    assert "共 12 件" in page

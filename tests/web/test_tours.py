"""Tours through the served site, one for each kind of work, by pages alone: the real server, its worker, a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from site_city import (
    CO_UNIT,
    COLLEGE,
    PASSWORD,
    PATIENCE,
    STOCK,
    UNIVERSITY,
    City,
    Person,
    make_home,
    number_of,
    panhuo,
    served,
    title_of,
)

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A served home in which nobody has a browser yet."""
    home = make_home(tmp_path_factory.mktemp("tours"), today=timezone.localdate())
    with served(home) as address:
        yield City(address, home, begin=dict)


@pytest.fixture
def city(town: City, chromium: Any) -> Iterator[City]:
    """The town with browsers; those of one tour are closed after it, so that none of its pages asks on."""
    opened: list[Any] = []

    def begin(**told: Any) -> Any:
        opened.append(chromium.new_context(**{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **told}))
        opened[-1].set_default_timeout(1_000 * PATIENCE)
        return opened[-1]

    yield replace(town, begin=begin)
    for one in opened:
        one.close()


@SCRIPTS
def test_a_patent_goes_from_its_inventor_to_the_pool_and_is_returned_once(city: City, *, scripts: bool) -> None:
    serial = 1 if scripts else 2
    officer = city.person("gaoxiao", scripts=scripts)
    officer.menu("存量专利")
    officer.follow("归入学院", exact=True)
    officer.write("专利号或名称", number_of(serial))
    officer.press("查找")
    officer.page.get_by_role("checkbox").check()
    officer.choose("归入哪个学院", COLLEGE)
    officer.press("归入勾选的专利")
    officer.sees(f"已把 1 件归入“{COLLEGE}”")
    officer.open("/pool/new/")
    officer.write("专利号或名称", number_of(serial))
    officer.press("查找")
    officer.follow("查看或确认")
    officer.write("发明人账号", "famingren")
    officer.press("确认为发明人")
    officer.sees("已确认为发明人")

    inventor = city.person("famingren", scripts=scripts)
    inventor.menu("我的专利")
    inventor.row(title_of(serial)).get_by_role("button", name="起草入库").click()
    inventor.sees("提交前还缺")
    entry = inventor.page.url
    inventor.follow("填写技术卡片")
    fill_card(inventor)
    inventor.press("保存卡片")
    inventor.sees("技术卡片已保存")
    inventor.follow("填写入库信息")
    fill_filing(inventor)
    inventor.press("保存")
    inventor.lacks("提交前还缺")
    inventor.press("提交")
    inventor.sees("等待审核")

    college = city.person("xueyuan", scripts=scripts)
    college.menu("入库")
    college.follow(title_of(serial))
    college.press("初审通过")
    college.sees("已完成")
    officer.open(entry)
    officer.follow("退回填报人")
    officer.write("理由", "优势请补充对比数据。")
    officer.press("退回填报人")
    officer.sees("已完成")

    inventor.menu("我的专利")
    inventor.sees("优势请补充对比数据。")
    inventor.row(title_of(serial)).get_by_role("link", name="继续填写").click()
    inventor.follow("填写技术卡片")
    inventor.write(
        "比现有技术好在哪里", "与常用工艺相比，时间由四十分钟降到九分钟，药剂用量减少约三成，合格率由 91% 升到 97%。"
    )
    inventor.press("保存卡片")
    inventor.press("提交")
    for person, act in ((college, "初审通过"), (officer, "批准入库")):
        person.open(entry)
        person.press(act)
        person.sees("已完成")
    office = city.person("shiju", scripts=scripts)
    office.menu("入库")
    office.follow(title_of(serial))
    office.sees("对外可见")
    inventor.open(entry)
    for said in ("已入库", "优势请补充对比数据。"):
        inventor.sees(said)


def fill_card(person: Person) -> None:
    said = {
        "解决什么问题": "电镀件酸洗耗时长、废液多，小厂难以达标排放。",
        "比现有技术好在哪里": "与常用的酸洗工艺相比，时间由四十分钟降到九分钟，药剂用量减少约三成。",
    }
    for label, words in said.items():
        person.write(label, words)
    person.choose("技术成熟度", "6")
    person.write("联系部门", "技术转移中心")
    person.write("联系电话", "0990-5550100")


def fill_filing(person: Person) -> None:
    person.choose("价值自评", ".*4")
    person.write("自评理由", "中试线已运行半年。")
    person.choose("转化意愿", "愿意|同意")
    person.choose("意向方式", "普通许可")


@SCRIPTS
def test_a_booklet_goes_out_is_filled_and_the_office_sees_its_rate(city: City, *, scripts: bool) -> None:
    day = timezone.localdate() - timedelta(days=1 if scripts else 2)
    office = city.person("shiju", scripts=scripts)
    office.menu("沉睡专利")
    office.follow("发核实表", exact=True)
    office.write("查询日", day.isoformat())
    office.choose("发给", UNIVERSITY)
    office.press("生成并发出")
    office.wait_for("已完成")

    university = city.person("gaoxiao", scripts=scripts)
    university.sees("填写并交回核实表")
    university.menu("核实表")
    university.row(day.isoformat()).get_by_role("link").first.click()
    booklet = university.page.url
    asked = int(re.findall(r"问 (\d+) 件，已答 0 件", university.text())[0])
    filled = answered(university.take("下载核实表（Excel）"), no=6, wrong=1)
    university.follow("交回填好的核实表")
    university.hand_in("核实表.xlsx", filled)
    university.press("上传并识别")
    university.sees("核实表")
    university.press("开始导入")
    university.wait_for("有 1 行没有写入")
    university.open(booklet)
    university.sees(f"问 {asked} 件，已答 6 件，未答 {asked - 6} 件（其中填错退回 1 件）")

    office.menu("核实表")
    told = office.row(day.isoformat()).inner_text()
    assert f"{round(100 * 7 / asked)}%" in told, told


def answered(data: bytes, *, no: int, wrong: int) -> bytes:
    """The workbook with its first rows filled in as people do, some of them with a word that is none of the list."""
    book = openpyxl.load_workbook(BytesIO(data))
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "是否实施" for cell in row))
    column = next(cell.column for cell in head if cell.value == "是否实施")
    for place in range(no + wrong):
        sheet.cell(head[0].row + 1 + place, column).value = "否" if place < no else "大概"
    return saved(book)


def saved(book: Any) -> bytes:
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


BAD = (3, 77, 410, 500, 999)
"""Places of the rows with a wrong number or a day that never was, in turn."""


def test_of_a_thousand_rows_five_come_back_and_are_handed_in_again(city: City) -> None:
    from desk.imports.made_files import as_workbook, stock

    good, bad = stock(UNIVERSITY, 1_000), stock(UNIVERSITY, 1_000, bad=BAD)
    person = city.person("gaoxiao")
    person.menu("导入")
    person.follow("导入文件")
    person.hand_in("2026年新增.xlsx", as_workbook(bad))
    person.press("上传并识别")
    for said in ("确认识别结果", "申请号", "权利人", "张*", "个人信息已遮盖"):
        person.sees(said)
    person.press("开始导入")
    person.wait_for("有 5 行没有写入")
    told = person.text()
    assert re.search(r"新增\s*995", told), told
    for place in BAD:
        assert f"第 {place + 1} 行" in told, place
    assert told.count("日期") >= 2, "each row says what is wrong with it"

    book = openpyxl.load_workbook(BytesIO(person.take("下载错误清单")))
    assert book.worksheets[0].max_row == 6, "the first sheet says why"
    mended = book.worksheets[1]
    head = [cell.value for cell in mended[1]]
    for number, place in enumerate(BAD, start=2):
        for name, value in zip(good[0], good[place], strict=True):
            mended.cell(number, head.index(name) + 1).value = value
    person.follow("再导入一个文件")
    person.hand_in("改好的.xlsx", saved(book))
    person.press("上传并识别")
    person.press("开始导入")
    person.wait_for("全部写入登记库")
    assert re.search(r"新增\s*5\b", person.text()), person.text()
    person.menu("导入")
    assert "995" in person.row("2026年新增.xlsx").inner_text()


EXPERTS = {"jia": "江城学院", "yi": "松原研究院", "bing": "望岭检测站", "ding": "青渡实验室", "wu": "港前设计院"}


def invited(city: City, name: str, login: str, role: str, organisation: str = "") -> None:
    """The security administrator invites; who is invited opens the link and makes an account."""
    giver = city.person("anquan")
    giver.open("/people/invitations/new/")
    giver.write("姓名", name)
    giver.choose("角色", role)
    if organisation:
        giver.write("机构", organisation)
    giver.page.locator("main button[type=submit]").first.click()
    link = str(giver.page.locator(".secret.once").inner_text()).strip()
    newcomer = city.stranger()
    newcomer.open(link.replace("127.0.0.1", "localhost"))
    newcomer.write("账号", login)
    for field in newcomer.page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    newcomer.press("开通账号")
    newcomer.sees("账号已开通")


def test_five_invited_experts_score_blindly_and_the_result_is_fixed(city: City) -> None:
    serial = 5
    for login in EXPERTS:
        invited(city, f"专家{login}", login, "评审专家")
    organiser = city.person("gaoxiao")
    organiser.menu("价值评估")
    organiser.page.locator("main").get_by_role("link", name="立项").first.click()
    organiser.write("专利号", number_of(serial))
    organiser.press("立项")
    organiser.sees("已立项 1 件")
    organiser.follow("组建专家组")
    organiser.write("评分截止日", (timezone.localdate() + timedelta(days=7)).isoformat())
    organiser.press("组建")
    panel = organiser.page.url
    for login, workplace in EXPERTS.items():
        organiser.open(panel)
        organiser.follow("加入专家")
        organiser.choose("专家", f".*（{login}）")
        organiser.write("工作单位", workplace)
        organiser.tick("专家已声明利害关系")
        organiser.page.locator("main button[type=submit]").first.click()
        organiser.sees(f"专家{login}")
    for login, points in zip(EXPERTS, (90, 80, 70, 75, 20), strict=True):
        expert = city.person(login)
        expert.menu("我的评审")
        expert.page.locator("main tbody").get_by_role("link").first.click()
        expert.page.wait_for_load_state()
        expert.lacks(UNIVERSITY)
        expert.lacks(number_of(serial))
        for field in expert.page.locator("input[inputmode=decimal]").all():
            field.fill(str(points))
        expert.press("提交评分表")
        expert.sees("评分表已提交")
        organiser.open(panel)
        organiser.lacks("各指标得分和分歧")
    organiser.follow("确定评审结果")
    organiser.page.locator("main button[type=submit]").first.click()
    for said in ("75.00", "需讨论", "偏离较大：", "E5"):
        organiser.sees(said)


@pytest.fixture
def second_officer(city: City) -> str:
    """Another officer of the city's office, who came by an invitation, once."""
    if "fushen" not in city.joined:
        invited(city, "望复审", "fushen", "市级主管人员", "云湖市知识产权局")
        city.joined.add("fushen")
    return "fushen"


def published(city: City, title: str, second: str, *, scripts: bool = True) -> str:
    """A list for banks of a kind, drafted, passed twice and published by four persons. Returns its address."""
    author = city.person("shiju", scripts=scripts)
    author.menu("供给清单")
    author.follow("编制清单", exact=True)
    author.write("名称", title)
    author.choose("发送对象", "金融机构")
    author.write("对象说明", title)
    author.choose("会审单位", CO_UNIT)
    author.press("开始编制")
    draft = author.page.url
    author.wait_for("清单内容")
    author.press("提交审核")
    author.sees("已提交，等待一审")
    author.lacks("审核通过")
    for login in (second, "xietong"):
        reviewer = city.person(login, scripts=scripts)
        reviewer.menu("供给清单")
        reviewer.follow(title)
        reviewer.press("审核通过")
        reviewer.sees("已通过，转入下一环节")
    leader = city.person("lingdao", scripts=scripts)
    leader.open(draft)
    leader.follow("发布", exact=True)
    leader.press("确认发布")
    leader.wait_for("查看第")
    leader.follow("查看第")
    return str(leader.page.url)


@SCRIPTS
def test_an_edition_is_passed_by_different_persons_and_published(
    city: City, second_officer: str, *, scripts: bool
) -> None:
    edition = published(city, f"四季度清单{scripts}", second_officer, scripts=scripts)
    university = city.person("gaoxiao", scripts=scripts)
    university.open(edition)
    for name in ("望安禾", "望复审", "石以衡", "岑可序"):
        university.sees(name)
    sheet = openpyxl.load_workbook(BytesIO(university.take("下载清单（Excel）"))).worksheets[0]
    told = [str(cell) for cells in sheet.iter_rows(values_only=True) for cell in cells if cell]
    listed = [n for n in range(1, STOCK + 1) if any(number_of(n)[:12] in one for one in told)]
    assert len(listed) == int(re.findall(r"共 (\d+) 件", university.text())[0])
    assert len(listed) >= 10
    assert title_of(listed[0]) in told


def test_a_home_restored_from_its_backup_shows_the_same_figures_and_head(
    city: City, second_officer: str, tmp_path: Path
) -> None:
    edition = published(city, "备份前的清单", second_officer)
    before = looked_at(city, edition)
    heads = [head_of(city.home)]
    panhuo("backup", "--out", str(tmp_path / "city.panhuo"), home=city.home)
    panhuo("restore", str(tmp_path / "city.panhuo"), home=tmp_path / "again")
    heads.append(head_of(tmp_path / "again"))
    with served(tmp_path / "again") as address:
        again = City(address, tmp_path / "again", city.begin)
        assert looked_at(again, edition.replace(city.address, address)) == before
    assert heads[0] == heads[1]


def head_of(home: Path) -> tuple[str, list[str]]:
    """The key that signs a home's log; its name, the number of entries and the root, without the time of signing."""
    told = json.loads(panhuo("log", "head", "--json", home=home))
    return told["key"], told["head"].splitlines()[:3]


def looked_at(city: City, edition: str) -> list[str]:
    """What the office sees: its numbers on the workbench, an edition, its rate of booklets."""
    office = city.person("shiju")
    seen = [str(office.page.locator("ul.figures").inner_text())]
    for path in (edition, "/booklets/", "/figures/regions/", "/dormant/"):
        office.open(path)
        seen.append(office.text())
    return seen


def test_a_file_is_handed_in_and_a_list_gone_through_with_the_keyboard_alone(city: City) -> None:
    """Tab, Enter and Space; wherever the focus goes it is seen, and it never falls back to the page."""
    from desk.imports.made_files import as_workbook, stock

    person = city.stranger()
    person.open("/sign-in/")
    walk_to(person, "login")
    person.page.keyboard.type("gaoxiao")
    walk_to(person, "password")
    person.page.keyboard.type(PASSWORD)
    person.page.keyboard.press("Enter")
    person.sees("您好")
    walk_to(person, "专利")
    person.page.keyboard.press("Enter")
    walk_to(person, "导入")
    act(person, "Enter")
    walk_to(person, "导入文件")
    act(person, "Enter")
    walk_to(person, "file")
    with person.page.expect_file_chooser() as chooser:
        person.page.keyboard.press("Space")
    chooser.value.set_files(
        [
            {
                "name": "键盘.xlsx",
                "mimeType": "application/octet-stream",
                "buffer": as_workbook(stock(UNIVERSITY, 3, before=5_000)),
            }
        ]
    )
    walk_to(person, "fills_own")
    person.page.keyboard.press("Space")
    assert person.page.get_by_role("checkbox").is_checked()
    walk_to(person, "上传并识别")
    act(person, "Enter")
    person.sees("确认识别结果")
    walk_to(person, "开始导入")
    act(person, "Enter")
    person.wait_for("结果")

    walk_to(person, "专利")
    person.page.keyboard.press("Space")
    walk_to(person, "存量专利")
    act(person, "Enter")
    walk_to(person, title_of(1))
    act(person, "Enter")
    assert person.page.locator("h1").inner_text() == title_of(1)
    person.page.go_back()
    for _ in range(60):
        person.page.keyboard.press("Tab")
        assert focus_of(person)[1] in ("3px", ""), focus_of(person)


def act(person: Person, key: str) -> None:
    with person.page.expect_navigation():
        person.page.keyboard.press(key)


def focus_of(person: Person) -> tuple[str, str]:
    """Name of what has the focus and how wide it is outlined; ("", "") between the end of the page and its start."""
    told = person.page.evaluate(
        "(() => { const one = document.activeElement; if (one === document.body) return ['', ''];"
        " const words = (one.getAttribute('name') || one.textContent).trim().replace(/\\s+/g, '');"
        " return [words, getComputedStyle(one).outlineWidth]; })()"
    )
    return str(told[0]), str(told[1])


def walk_to(person: Person, wanted: str) -> None:
    """Press Tab until the focus is on what is called so; each stop must be seen to have it."""
    stops: list[str] = []
    for _ in range(90):
        person.page.keyboard.press("Tab")
        name, outline = focus_of(person)
        stops.append(name)
        assert outline in ("3px", ""), f"no visible focus on {name}"
        if name.startswith(wanted):
            return
    raise AssertionError(f"{wanted} cannot be reached: {stops}")

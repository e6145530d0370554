"""Importing: idempotent, order-free, waiting events, rejects with reasons, one asset per invention. Made-up data."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date
from itertools import permutations
from pathlib import Path

import openpyxl
import pytest

from calls import Called
from panhuo.adapters.readers.detect import open_sources
from panhuo.adapters.readers.headings import own_headings
from panhuo.desk.registry.models import Event, Need
from panhuo.desk.registry.preparing import Preparer
from panhuo.engine.records.answers import booklet_number
from panhuo.engine.records.vocabulary import Vocabulary
from panhuo.rules import load_pack
from panhuo.terms.numbers import cn_application_check_digit

Panhuo = Callable[..., Called]
HEAD = "申请号,公开（公告）号,名称,申请（专利权）人,申请日,公开（公告）日,法律状态\n"


def number(serial: int, kind: int = 1, year: int = 2016) -> str:
    body = f"{year}{kind}{serial:07d}"
    return f"{body}.{cn_application_check_digit(body)}"


def export(path: Path, *rows: str) -> Path:
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def row(serial: int, document: str, status: str = "授权", owner: str = "云湖大学", title: str = "合成样例") -> str:
    return f"{number(serial)},{document},{title},{owner},2016-01-11,2018-01-21,{status}"


def licence(path: Path, *serials: int) -> Path:
    lines = [
        f"X2023{serial:09d},{number(serial)},合成样例,云湖大学,云湖示例有限公司,独占许可,2023-05-06,2028-05-05\n"
        for serial in serials
    ]
    head = "合同备案号,专利号,专利名称,让与人,受让人,许可种类,备案日期,终止日\n"
    path.write_text(head + "".join(lines), encoding="utf-8")
    return path


def sums(called: Called) -> dict[str, int]:
    return {name: called.answer[name] for name in ("rows", "new", "changed", "unchanged", "waiting", "rejected")}


def test_the_same_file_again_changes_nothing_even_under_another_name(panhuo: Panhuo, tmp_path: Path) -> None:
    first = export(tmp_path / "a.csv", row(1, "CN106000001B"), row(2, "CN106000002B"))
    assert sums(panhuo("import", first)) == {
        "rows": 2,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "waiting": 0,
        "rejected": 0,
    }
    before = panhuo("status").answer["digest"]
    for again in (first, export(tmp_path / "b.csv", row(2, "CN106000002B"), row(1, "CN106000001B"))):
        called = panhuo("import", again)
        assert (called.answer["new"], called.answer["changed"], called.answer["unchanged"]) == (0, 0, 2)
    assert panhuo("status").answer["digest"] == before


def test_the_digest_does_not_depend_on_the_order_of_files(tmp_path: Path, panhuo: Panhuo) -> None:
    files = [
        export(tmp_path / "old.csv", row(1, "CN106000001A", "实质审查", "云湖大学")),
        export(tmp_path / "new.csv", row(1, "CN106000001B", "授权", "云湖示例有限公司"), row(2, "CN106000002B")),
        licence(tmp_path / "ledger.csv", 1, 2),
    ]
    for home, order in (("one", files), ("other", files[::-1])):
        for file in order:
            assert panhuo("import", file, "--home", tmp_path / home).code == 0
    digests = {panhuo("status", "--home", tmp_path / home).answer["digest"] for home in ("one", "other")}
    assert len(digests) == 1


def test_application_and_grant_document_are_one_invention(panhuo: Panhuo, tmp_path: Path) -> None:
    panhuo("import", export(tmp_path / "a.csv", row(1, "CN106000001A"), row(1, "CN106000001B")))
    assert panhuo("status").answer["patents"] == 1


def test_a_row_that_knows_two_numbers_joins_what_was_apart(panhuo: Panhuo, tmp_path: Path) -> None:
    by_application = export(tmp_path / "a.csv", f"{number(1)},,合成样例,云湖大学,2016-01-11,,授权")
    by_document = export(tmp_path / "b.csv", ",CN106000001B,合成样例,云湖大学,2016-01-11,2018-01-21,授权")
    panhuo("import", by_application, by_document)
    assert panhuo("status").answer["patents"] == 2
    panhuo("import", export(tmp_path / "c.csv", row(1, "CN106000001B")))
    assert panhuo("status").answer["patents"] == 1


def test_events_of_unknown_patents_wait_for_them(panhuo: Panhuo, tmp_path: Path) -> None:
    assert sums(panhuo("import", licence(tmp_path / "l.csv", 7)))["waiting"] == 1
    assert panhuo("status").answer["waiting_events"] == 1
    panhuo("import", export(tmp_path / "a.csv", row(7, "CN106000007B")))
    assert panhuo("status").answer["waiting_events"] == 0
    out = tmp_path / "d.jsonl"
    panhuo("dormant", "--at", "2024-01-01", "--out", out)
    assert [json.loads(line)["reason"] for line in out.read_text("utf-8-sig").splitlines()] == ["licence_current"]


def test_bad_rows_are_kept_with_row_column_and_reason_and_good_ones_go_in(panhuo: Panhuo, tmp_path: Path) -> None:
    wrong = number(3)[:-1] + ("0" if number(3)[-1] != "0" else "1")
    file = export(
        tmp_path / "a.csv",
        row(1, "CN106000001B"),
        f"{wrong},CN106000003B,合成样例,云湖大学,2016-01-11,2018-01-21,授权",
        ",,合成样例,云湖大学,2016-01-11,2018-01-21,授权",
        f"{number(4)},CN106000004B,合成样例,云湖大学,2016-02-31,2018-01-21,授权",
    )
    rejects = tmp_path / "rejects.jsonl"
    called = panhuo("import", file, "--rejects", rejects, "--strict")
    assert called.code == 1
    assert sums(called) == {"rows": 4, "new": 1, "changed": 0, "unchanged": 0, "waiting": 0, "rejected": 3}
    kept = [json.loads(line) for line in rejects.read_text("utf-8-sig").splitlines()]
    assert [(one["row"], one["code"]) for one in kept] == [
        (3, "bad_application_number"),
        (4, "no_number"),
        (5, "bad_date"),
    ]
    assert (kept[0]["column"], kept[2]["column"]) == ("application_number", "filing_date")
    assert number(3)[-1] in kept[0]["message"], "the expected check digit is said"


@pytest.mark.parametrize(
    ("day", "rejected"), [(date(2026, 12, 31), [(3, "bad_application_number")]), (date(2027, 1, 1), [])]
)
def test_a_number_of_a_year_that_has_not_begun_is_rejected_with_its_row_and_taken_from_new_year_on(
    panhuo: Panhuo,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    day: date,
    rejected: list[tuple[int, str]],
) -> None:
    monkeypatch.setattr("panhuo.cli.import_command.today", lambda: day)
    rows = (f"{number(1, year=year)},,合成样例,云湖大学,2026-01-11,,实质审查" for year in (2026, 2027))
    rejects = tmp_path / "rejects.jsonl"
    called = panhuo("import", export(tmp_path / "a.csv", *rows), "--rejects", rejects)
    assert (called.answer["new"], called.answer["rejected"]) == (2 - len(rejected), len(rejected))
    kept = [json.loads(line) for line in rejects.read_text("utf-8-sig").splitlines()] if rejected else []
    assert [(one["row"], one["code"]) for one in kept] == rejected
    for one in kept:
        assert (one["column"], one["value"]) == ("application_number", number(1, year=2027))
        assert "filed in 2027, after 2026" in one["message"]


def test_an_application_number_beside_a_publication_number_of_another_kind_is_rejected_with_its_row(
    panhuo: Panhuo, tmp_path: Path
) -> None:
    """Kinds: 1 and 8 are inventions, 2 and 9 utility models, 3 designs (ZC 0006-2003); U and S are their letters."""
    told = "合成样例,云湖大学,2016-01-11,2018-01-21,授权"
    alike = ((1, "CN106000001B"), (2, "CN206000002U"), (3, "CN306000003S"), (8, "CN106000004A"), (9, "CN206000005U"))
    apart = ((1, "CN206000006U"), (2, "CN106000007B"), (8, "CN206000008U"), (3, "CN206000009"))
    pairs = [*alike, *apart]
    rows = (f"{number(serial, kind)},{document},{told}" for serial, (kind, document) in enumerate(pairs, start=1))
    rejects = tmp_path / "rejects.jsonl"
    called = panhuo("import", export(tmp_path / "a.csv", *rows), "--rejects", rejects)
    assert (called.answer["new"], called.answer["rejected"]) == (5, 4)
    assert called.answer["files"][0]["reasons"] == {"two_kinds": 4}
    kept = [json.loads(line) for line in rejects.read_text("utf-8-sig").splitlines()]
    assert [(one["row"], one["column"], one["value"]) for one in kept] == [
        (row, "application_number", number(row - 1, kind)) for row, (kind, _) in enumerate(apart, start=7)
    ]
    assert f"{number(6)} is of the kind invention" in kept[0]["message"]
    assert "CN206000006U of the kind utility model" in kept[0]["message"]


@pytest.mark.parametrize(("grant", "reasons"), [("CN106000002B", {}), ("CN206000002U", {"two_kinds": 1})])
def test_a_grant_number_of_another_kind_is_rejected_where_the_publication_number_is_right(
    panhuo: Panhuo, tmp_path: Path, grant: str, reasons: dict[str, int]
) -> None:
    file = tmp_path / "p.csv"
    head = "申请号,公开号,公开日,授权公告号,授权公告日,专利名称,专利权人,法律状态\n"
    told = f"{number(1)},CN106000002A,2016-07-06,{grant},2018-01-21,合成样例,云湖大学,有效\n"
    file.write_text(head + told, encoding="utf-8")
    assert panhuo("import", file).answer["files"][0]["reasons"] == reasons


def test_a_refused_file_leaves_the_good_ones_imported(panhuo: Panhuo, tmp_path: Path) -> None:
    strange = tmp_path / "notes.txt"
    strange.write_text("shopping list", encoding="utf-8")
    good = export(tmp_path / "a.csv", row(1, "CN106000001B"))
    called = panhuo("import", strange, good)
    assert called.code == 2
    assert called.answer["error"]["file"] == str(strange)
    assert "looked for" in called.answer["error"]["message"]
    assert called.answer["new"] == 1


def test_each_batch_is_acknowledged_on_stderr(panhuo: Panhuo, tmp_path: Path) -> None:
    file = export(tmp_path / "a.csv", *(row(serial, f"CN106{serial:06d}B") for serial in range(1, 5_202)))
    said = panhuo("import", file).said
    assert said.count("acknowledged batch") == 2
    assert "through 5201" in said


@pytest.mark.parametrize("as_of", [None, "2020-06-01"])
def test_as_of_dates_the_status_words(panhuo: Panhuo, tmp_path: Path, as_of: str | None) -> None:
    file = export(tmp_path / "a.csv", row(1, "CN106000001B"))
    panhuo("import", file, *(["--as-of", as_of] if as_of else []))
    asked = {}
    for day in ("2019-12-31", "2021-01-22"):
        called = panhuo("dormant", "--at", day, "--out", tmp_path / "d.csv")
        asked[day] = (called.answer["considered"], called.answer["cannot_say"])
    assert asked["2021-01-22"] == (1, 0)
    called = panhuo("dormant", "--at", "2021-01-20", "--out", tmp_path / "d.csv")
    assert called.answer["considered"] == 0


def test_other_rights_are_kept_by_kind_and_registration_number(panhuo: Panhuo, tmp_path: Path) -> None:
    file = tmp_path / "others.csv"
    file.write_text(
        "登记号,名称,知识产权类型,权利人,申请日\n"
        "2021SR0123456,云湖示例控制软件V1.0,计算机软件著作权,云湖示例科技有限公司,2021-01-01\n"
        "BS.215001234,云湖示例布图,集成电路布图设计,云湖示例科技有限公司,2021-01-01\n"
        ",没有登记号的软件,计算机软件著作权,云湖示例科技有限公司,2021-01-01\n",
        encoding="utf-8",
    )
    first = panhuo("import", file).answer["files"][0]
    assert (first["new"], first["rejected"], first["reasons"]) == (2, 1, {"no_number": 1})
    status = panhuo("status").answer
    assert (status["patents"], status["other_assets"]) == (0, 2)


def test_a_row_with_a_formula_that_was_never_calculated_is_rejected_and_changes_nothing(
    panhuo: Panhuo, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["申请号", "名称", "申请（专利权）人", "申请日", "法律状态", "内部备注"])
    for serial in range(1, 7):
        title = '=CONCATENATE("a","b")' if serial == 2 else "合成样例"
        book.active.append([number(serial), title, "云湖大学", "2016-01-11", "授权", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    called = panhuo("import", tmp_path / "a.xlsx")
    assert sums(called) == {"rows": 6, "new": 5, "changed": 0, "unchanged": 0, "waiting": 0, "rejected": 1}
    assert called.answer["files"][0]["reasons"] == {"formula_error": 1}
    assert panhuo("status").answer["patents"] == 5


def booklet(path: Path, patents: Path, panhuo: Panhuo, **cells: object) -> Path:
    """A booklet of two rights as an owner sends it back; cells fill its first row, 否 its second."""
    panhuo("import", patents)
    numbered = booklet_number("云湖大学", date(2025, 11, 30))
    names = own_headings("check_booklet")
    rows = [
        {"application_number": number(1), "booklet": numbered, "owner": "云湖大学", "implemented": "否", **cells},
        {"application_number": number(2), "booklet": numbered, "owner": "云湖大学", "implemented": "否"},
    ]
    book = openpyxl.Workbook()
    book.active.append(list(names.values()))
    for said in rows:
        book.active.append([said.get(name) for name in names])
    book.save(path)
    return path


def test_a_bad_row_of_a_booklet_is_named_and_changes_nothing(panhuo: Panhuo, tmp_path: Path) -> None:
    patents = export(tmp_path / "a.csv", row(1, "CN106000001B"), row(2, "CN106000002B"))
    called = panhuo("import", booklet(tmp_path / "b.xlsx", patents, panhuo, price_wan="=1+1"))
    assert sums(called) == {"rows": 2, "new": 1, "changed": 0, "unchanged": 0, "waiting": 0, "rejected": 1}
    assert called.answer["files"][0]["reasons"] == {"formula_error": 1}


def test_an_answer_without_a_day_gives_the_same_register_whenever_it_is_imported(
    panhuo: Panhuo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patents = export(tmp_path / "a.csv", row(1, "CN106000001B"), row(2, "CN106000002B"))
    digests = set()
    for year in (2026, 2029):
        monkeypatch.setattr("panhuo.cli.import_command.today", lambda year=year: date(year, 5, 6))
        home = ("--home", tmp_path / str(year))
        panhuo("import", patents, *home)
        called = panhuo("import", booklet(tmp_path / "b.xlsx", patents, panhuo), *home)
        assert called.answer["new"] == 2
        digests.add(panhuo("status", *home).answer["digest"])
    assert len(digests) == 1


def needs(path: Path, *rows: tuple[str, str, str]) -> Path:
    head = "需求编号,需求名称,需求内容\n"
    path.write_text(head + "".join(f"{','.join(said)}\n" for said in rows), encoding="utf-8")
    return path


def test_another_need_under_a_number_that_is_taken_is_rejected_naming_both_rows(panhuo: Panhuo, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    file = needs(
        tmp_path / "n.csv",
        ("N1", "电机", "噪声大"),
        ("N2", "水泵", "漏水"),
        ("N1", "水膜", "膜污染"),
        ("N2", "水泵", "漏水"),
    )
    called = panhuo("import", file, "--rejects", rejects)
    assert sums(called) == {"rows": 4, "new": 2, "changed": 0, "unchanged": 1, "waiting": 0, "rejected": 1}
    [kept] = [json.loads(line) for line in rejects.read_text("utf-8-sig").splitlines()]
    assert (kept["row"], kept["code"]) == (4, "same_number_other_need")
    assert "Row 4" in kept["message"]
    assert "row 2" in kept["message"]


def test_a_need_told_anew_in_another_file_or_member_replaces_the_old_one(panhuo: Panhuo, tmp_path: Path) -> None:
    files = [needs(tmp_path / f"{name}.csv", ("N1", "电机", name)) for name in "ab"]
    called = panhuo("import", *files)
    assert (called.answer["rejected"], panhuo("status").answer["needs"]) == (0, 1)
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for file in files:
            archive.write(file, file.name)
    again = panhuo("import", tmp_path / "z.zip", "--home", tmp_path / "other")
    assert (again.answer["rows"], again.answer["rejected"]) == (2, 0)


def test_a_need_told_otherwise_for_the_same_day_is_rejected_or_changed_and_a_later_day_always_wins(
    panhuo: Panhuo, tmp_path: Path
) -> None:
    def told(name: str, stage: str, *, updated: str = "") -> Path:
        rows = "".join(f"N{place},电机,噪声大,2025-01-01,{stage},{updated}\n" for place in range(8))
        path = tmp_path / name
        path.write_text(f"需求编号,需求名称,需求内容,收集日期,进展阶段,更新日期\n{rows}", encoding="utf-8")
        return path

    def stages() -> set[str]:
        return set(Need.objects.values_list("stage", flat=True))

    first, second, rejects = told("a.csv", "待对接"), told("b.csv", "已签约"), tmp_path / "rejects.jsonl"
    panhuo("import", first)
    called = panhuo("import", second, "--rejects", rejects)
    assert called.answer["unchanged"] == 0
    assert called.answer["changed"] + called.answer["rejected"] == 8
    kept = [json.loads(line) for line in rejects.read_text("utf-8-sig").splitlines()]
    assert 0 < len(kept) < 8
    assert {reject["code"] for reject in kept} == {"told_twice_for_one_day"}
    assert kept[0]["value"] in kept[0]["message"]
    assert "--as-of" in kept[0]["message"]
    other = tmp_path / "other"
    panhuo("import", second, "--home", other)
    panhuo("import", first, "--home", other)
    assert panhuo("status", "--home", other).answer["digest"] == panhuo("status").answer["digest"]
    again = panhuo("import", second, "--as-of", "2025-06-01")
    assert (again.answer["changed"], again.answer["rejected"]) == (len(kept), 0)
    assert stages() == {"已签约"}
    assert panhuo("import", told("c.csv", "待对接", updated="2025-05-01")).answer["unchanged"] == 8
    assert panhuo("import", told("d.csv", "已落地", updated="2025-07-01")).answer["changed"] == 8
    assert stages() == {"已落地"}


def inventory(path: Path, heading: str, *cells: str) -> Path:
    said = f"{number(1)},轴承,云湖大学,{','.join(cells)}"
    path.write_text(f"申请号,专利名称,权利人,{heading}\n{said}\n", encoding="utf-8")
    return path


def test_exploitation_without_a_beginning_is_dated_by_the_day_it_is_told_and_without_any_day_rejected(
    panhuo: Panhuo, tmp_path: Path
) -> None:
    head, rejects = "是否实施,实施方式,实施证据,实施起始日,填报日期", tmp_path / "rejects.jsonl"
    dated = inventory(tmp_path / "a.csv", head, "是", "自行实施", "销售合同", "", "2025-06-01")
    assert panhuo("import", dated).answer["new"] == 1
    [event] = Event.objects.all()
    assert (event.event, str(event.event_date), event.text) == ("own_exploitation", "2025-06-01", "自行实施")
    assert panhuo("import", dated, "--as-of", "2025-07-01").answer["new"] == 0
    undated = inventory(tmp_path / "b.csv", head, "是", "自行实施", "销售合同", "", "")
    called = panhuo("import", undated, "--rejects", rejects)
    assert (called.answer["rows"], called.answer["rejected"]) == (1, 1)
    [kept] = [json.loads(line) for line in rejects.read_text("utf-8-sig").splitlines()]
    assert (kept["code"], kept["column"]) == ("no_date", "implemented_since")
    assert "填报日期" in kept["message"]


def test_a_resumed_import_knows_the_numbers_of_needs_before_it(tmp_path: Path) -> None:
    file = needs(tmp_path / "n.csv", ("N1", "电机", "噪声大"), ("N2", "水泵", "漏水"), ("N1", "水膜", "膜污染"))
    rules = load_pack("national").at(date(2025, 11, 30))
    for skip, codes in ((0, ["same_number_other_need"]), (1, ["same_number_other_need"]), (3, [])):
        [source] = open_sources(file)
        preparer = Preparer(
            source, rules, vocabulary=Vocabulary(rules), today=date(2025, 11, 30), as_of=None, forced=None
        )
        assert [reject.code for unit in preparer.units(skip) for reject in unit.rejects] == codes


@pytest.mark.parametrize("kind", ["B9", "C1"])
def test_a_corrected_or_partially_invalidated_right_keeps_its_grant_day_and_stays(
    panhuo: Panhuo, tmp_path: Path, kind: str
) -> None:
    grant = export(tmp_path / "b.csv", row(1, "CN106000001B"))
    later = row(1, f"CN106000001{kind}").replace("2018-01-21", "2023-06-01")
    amended = export(tmp_path / "c.csv", later)
    digests = set()
    for order in ((grant, amended), (amended, grant)):
        home = ("--home", tmp_path / order[0].stem)
        considered = []
        for file in order:
            panhuo("import", file, "--as-of", "2025-05-01", *home)
            out = tmp_path / "d.jsonl"
            called = panhuo("dormant", "--at", "2025-06-01", "--out", out, *home)
            considered.append((called.answer["considered"], called.answer["cannot_say"]))
        assert considered == ([(1, 0), (1, 0)] if order[0] == grant else [(0, 1), (1, 0)])
        [listed] = [json.loads(line) for line in out.read_text("utf-8-sig").splitlines()]
        assert (listed["publication_number"], listed["grant_date"]) == ("CN106000001B", "2018-01-21")
        digests.add(panhuo("status", *home).answer["digest"])
    assert len(digests) == 1


def ledger(path: Path, *rows: str) -> Path:
    head = "申请号,授权公告号,专利名称,让与人,受让人,许可种类,备案日期,合同备案号\n"
    told = "合成样例,云湖大学,云湖示例有限公司,独占许可,2019-05-01,X2019980000001\n"
    path.write_text(head + "".join(f"{row},{told}" for row in rows), encoding="utf-8")
    return path


def outcomes(panhuo: Panhuo, tmp_path: Path, *files: Path) -> set[tuple[object, ...]]:
    """What each order of the files leads to: digest, events, those that wait, and whether a candidate is left."""
    found = set()
    for place, order in enumerate(permutations(files)):
        home = ("--home", tmp_path / str(place))
        for file in (*order, order[0]):
            panhuo("import", file, "--as-of", "2022-01-01", *home)
        listed = panhuo("dormant", "--at", "2022-01-02", "--out", tmp_path / "d.jsonl", *home).answer
        status = panhuo("status", *home).answer
        found.add((status["digest"], status["events"], status["waiting_events"], listed["candidates"]))
    return found


def test_a_ledger_row_of_two_numbers_finds_the_patent_by_either_in_any_order(panhuo: Panhuo, tmp_path: Path) -> None:
    told = ledger(tmp_path / "l.csv", f"{number(1)},CN106000001B")
    by_document = export(tmp_path / "p.csv", ",CN106000001B,合成样例,云湖大学,2016-01-11,2018-01-21,授权")
    [(_, *found)] = outcomes(panhuo, tmp_path / "one", told, by_document)
    assert found == [2, 0, 0]
    by_application = export(tmp_path / "a.csv", f"{number(1)},,合成样例,云湖大学,2016-01-11,,授权")
    [(_, *found)] = outcomes(panhuo, tmp_path / "two", told, by_document, by_application)
    assert found[1:] == [0, 0]


def test_a_ledger_row_of_two_numbers_waits_once_and_lists_of_numbers_keep_their_meaning(
    panhuo: Panhuo, tmp_path: Path
) -> None:
    file = ledger(
        tmp_path / "l.csv",
        f"{number(1)},CN106000001B",
        f"{number(2)}；{number(3)},CN106000002B；CN106000003B",
        f"{number(4)},CN206000004U",
    )
    assert sums(panhuo("import", file))["waiting"] == 3
    status = panhuo("status").answer
    assert (status["events"], status["waiting_events"]) == (4, 4)
    panhuo("import", export(tmp_path / "p.csv", ",CN106000002B,合成样例,云湖大学,2016-01-11,2018-01-21,授权"))
    assert panhuo("status").answer["waiting_events"] == 4


def test_a_patent_of_the_older_scheme_is_found_by_its_grant_number(panhuo: Panhuo, tmp_path: Path) -> None:
    patent = tmp_path / "p.csv"
    patent.write_text(
        "申请号,公开号,公开日,授权公告号,授权公告日,专利名称,专利权人,法律状态\n"
        f"{number(12345, year=2007)},CN101012345A,2008-08-08,CN100556789C,2009-11-04,合成样例,云湖大学,有效\n",
        encoding="utf-8",
    )
    told = ledger(tmp_path / "l.csv", ",CN100556789C")
    [(_, *found)] = outcomes(panhuo, tmp_path / "homes", patent, told)
    assert found == [2, 0, 0]

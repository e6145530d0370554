"""panhuo dossier print: verified first, refused where broken, several forms from one call."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from test_value_and_dossier import stated

from calls import Called
from panhuo.adapters.writers import pdf

Panhuo = Callable[..., Called]


@pytest.fixture
def sealed(panhuo: Panhuo, tmp_path: Path) -> Path:
    path = tmp_path / "case.dossier.json"
    made = panhuo("dossier", "make", "--inputs", stated(tmp_path / "case.yaml"), "--out", path)
    assert made.code == 0, made.said
    return path


def change(path: Path) -> Path:
    changed = path.with_name("changed.json")
    changed.write_text(path.read_text("utf-8").replace('"base": "164606"', '"base": "164616"'), encoding="utf-8")
    return changed


def test_page_and_word_come_from_one_call_without_pango(
    panhuo: Panhuo, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_opens", lambda _library: False)
    outs = tmp_path / "a.html", tmp_path / "a.docx"
    done = panhuo("dossier", "print", sealed, "--out", outs[0], "--out", outs[1])
    assert (done.code, done.answer["sealed"], done.answer["reproduced"]) == (0, True, True), done.said
    assert done.answer["out"] == [str(out) for out in outs]
    assert "164,606 元" in outs[0].read_text("utf-8")
    assert outs[1].read_bytes().startswith(b"PK")


@pytest.mark.usefixtures("pdf_machine")
def test_a_pdf_is_written(panhuo: Panhuo, sealed: Path, tmp_path: Path) -> None:
    done = panhuo("dossier", "print", sealed, "--out", tmp_path / "a.pdf")
    assert (done.code, done.answer["missing_glyphs"]) == (0, []), done.said
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.usefixtures("pdf_machine")
def test_fresh_processes_in_other_time_zones_and_locales_write_the_same_bytes(sealed: Path, tmp_path: Path) -> None:
    written = []
    for number, (zone, locale) in enumerate([("Asia/Shanghai", "C.UTF-8"), ("America/New_York", "C")]):
        outs = [tmp_path / f"{number}{suffix}" for suffix in (".pdf", ".docx", ".html")]
        named = [part for out in outs for part in ("--out", str(out))]
        subprocess.run(
            [sys.executable, "-m", "panhuo.cli", "dossier", "print", str(sealed), *named],
            env={**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": str(number + 1)},
            check=True,
            capture_output=True,
        )
        written.append([out.read_bytes() for out in outs])
    assert written[0] == written[1]


def test_a_machine_without_pango_is_told_before_anything_is_written(
    panhuo: Panhuo, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_opens", lambda _library: False)
    done = panhuo("dossier", "print", sealed, "--out", tmp_path / "a.html", "--out", tmp_path / "a.pdf")
    assert (done.code, done.answer["error"]["code"]) == (2, "no_pdf")
    assert "apt-get install libpango-1.0-0" in done.said
    assert not (tmp_path / "a.html").exists()


def test_a_broken_seal_is_refused_with_what_was_changed(panhuo: Panhuo, sealed: Path, tmp_path: Path) -> None:
    done = panhuo("dossier", "print", change(sealed), "--out", tmp_path / "a.html")
    assert (done.code, done.answer["error"]["code"]) == (2, "broken_seal")
    assert "results.value_cny.base" in done.said
    assert "--even-broken" in done.said
    assert not (tmp_path / "a.html").exists()


def test_a_broken_seal_is_printed_as_such_where_that_is_asked(panhuo: Panhuo, sealed: Path, tmp_path: Path) -> None:
    done = panhuo("dossier", "print", change(sealed), "--even-broken", "--out", tmp_path / "a.html")
    assert (done.code, done.answer["sealed"]) == (1, False)
    page = (tmp_path / "a.html").read_text("utf-8")
    assert page.index("封存已破坏：") < page.index("164,616 元")


def test_a_whole_dossier_of_another_pack_is_printed_with_a_warning(
    panhuo: Panhuo, sealed: Path, tmp_path: Path
) -> None:
    from panhuo.engine.flows import read_dossier
    from printed_dossiers import resealed

    away = resealed(read_dossier(sealed.read_bytes()), ("pack.name", "no_such_pack"))
    path = tmp_path / "away.json"
    path.write_bytes(away.written)
    done = panhuo("dossier", "print", path, "--out", tmp_path / "a.html")
    assert (done.code, done.answer["sealed"], done.answer["reproduced"]) == (1, True, False), done.said
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "未能重新算出全部数字" in page
    assert "164,606 元" in page


@pytest.mark.parametrize("name", ["a.txt", "a", "a.doc"])
def test_another_ending_is_refused(panhuo: Panhuo, sealed: Path, tmp_path: Path, name: str) -> None:
    done = panhuo("dossier", "print", sealed, "--out", tmp_path / name)
    assert (done.code, done.answer["error"]["code"]) == (2, "unknown_suffix")
    assert ".pdf, .docx, .html" in done.said


def test_a_dossier_is_not_written_over_by_its_print_out(panhuo: Panhuo, sealed: Path, tmp_path: Path) -> None:
    page = tmp_path / "case.html"
    page.write_bytes(sealed.read_bytes())
    assert panhuo("dossier", "print", page, "--out", page).answer["error"]["code"] == "wrong_call"
    twice = panhuo("dossier", "print", sealed, "--out", tmp_path / "b.html", "--out", tmp_path / "b.html")
    assert twice.answer["error"]["code"] == "wrong_call"
    assert page.read_bytes() == sealed.read_bytes()


def test_what_is_no_dossier_is_told(panhuo: Panhuo, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}", encoding="utf-8")
    assert panhuo("dossier", "print", path, "--out", tmp_path / "a.html").answer["error"]["code"] == "broken_dossier"

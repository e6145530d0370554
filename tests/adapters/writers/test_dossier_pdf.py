"""The PDF, opened and read by another library: figures as text, fonts embedded, no missing glyph, tables whole."""

from __future__ import annotations

import builtins
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from panhuo.adapters.writers import pdf
from panhuo.adapters.writers.document import Document, Paragraph, Table
from panhuo.adapters.writers.dossiers import dossier_document
from panhuo.adapters.writers.dossiers.told import grouped
from panhuo.adapters.writers.pdf import NoPdf, check_pdf, chinese_fonts, lacking_libraries, write_document_pdf
from panhuo.engine.flows import Dossier, Verdict
from panhuo.terms.errors import DomainError
from printed_dossiers import WHOLE, dossier, grade, resealed
from valuation_inputs import RULES

PLAIN = dossier()
NO_FONT_HAS = "𒀀𐘀𓀀𗀀𖼀"
"""Cuneiform, Linear A, hieroglyph, Tangut, Miao: few machines have a font for all of them."""
needs_pango = pytest.mark.usefixtures("pdf_machine")


def written(path: Path, of: Dossier = PLAIN, verdict: Verdict = WHOLE) -> Any:
    assert write_document_pdf(path, dossier_document(of, verdict, RULES)) == ()
    return pypdf.PdfReader(path)


def texts(reader: Any) -> list[str]:
    return [re.sub(r"\s+", "", page.extract_text()) for page in reader.pages]


def fonts(reader: Any) -> Iterator[Any]:
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            yield font.get_object()


def glyphs(reader: Any) -> Iterator[int]:
    """Every glyph number that a page shows; fonts of two bytes a glyph (Identity-H)."""
    from pypdf.generic import ByteStringObject, ContentStream, TextStringObject

    for page in reader.pages:
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            shown = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else []
            for one in shown:
                if isinstance(one, (ByteStringObject, TextStringObject)):
                    raw = one.original_bytes
                    yield from (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))


@needs_pango
def test_the_figures_can_be_read_out_of_the_file(tmp_path: Path) -> None:
    reader = written(tmp_path / "a.pdf", resealed(PLAIN, ("results.grades", [grade()])))
    said = "".join(texts(reader))
    for wanted in (
        "164,606元",
        "145,812元",
        "176,722元",
        "不是资产评估报告",
        "法律价值",
        "63.25",
        "panhuodossierverify",
    ):
        assert wanted in said, wanted
    for method in PLAIN.content["results"]["methods"].values():
        assert grouped(method["value_cny"]) in said


@needs_pango
def test_every_font_is_embedded_and_no_glyph_is_missing(tmp_path: Path) -> None:
    reader = written(tmp_path / "a.pdf", resealed(PLAIN, ("results.grades", [grade()])))
    found = list(fonts(reader))
    assert len(found) > 3
    for font in found:
        assert font["/Encoding"] == "/Identity-H"
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), f"{font['/BaseFont']} is not embedded"
        assert "-CJK-JP" not in font["/BaseFont"], "Japanese forms of characters"
    numbers = list(glyphs(reader))
    assert len(numbers) > 1000, "the negative control: glyphs are read"
    assert 0 not in numbers


@needs_pango
def test_a_sign_without_a_glyph_is_told(tmp_path: Path) -> None:
    signs = Document("题", (), "头", False, "x", ("第", "页，共", "页"), (Paragraph(NO_FONT_HAS),))
    missing = write_document_pdf(tmp_path / "a.pdf", signs)
    if not missing:
        pytest.skip("this machine has fonts for cuneiform, Linear A, hieroglyphs, Tangut and Miao")
    assert set(missing) <= set(NO_FONT_HAS)


@needs_pango
def test_each_page_has_its_number_and_its_head(tmp_path: Path) -> None:
    broken = Verdict(("inputs.purpose",), {}, {}, None)
    for verdict, head in ((WHOLE, f"估值档案，封存{PLAIN.told.whole[:16]}"), (broken, "封存已破坏，数字不可采信")):
        found = texts(written(tmp_path / "a.pdf", verdict=verdict))
        assert 5 <= len(found) <= 12
        for number, said in enumerate(found, start=1):
            assert f"第{number}页，共{len(found)}页" in said
            assert head in said


@needs_pango
def test_a_long_table_repeats_its_head_and_cuts_no_row(tmp_path: Path) -> None:
    rows = tuple((f"甲{number:03}头" + "长" * (number % 90), f"乙{number:03}尾") for number in range(150))
    table = Table("表", ("列首甲", "列首乙"), rows, (1, 1))
    long = Document("题", (), "头", False, "x", ("第", "页，共", "页"), (table,))
    write_document_pdf(tmp_path / "a.pdf", long)
    found = texts(pypdf.PdfReader(tmp_path / "a.pdf"))
    assert len(found) > 4
    for said in found:
        assert "列首甲" in said
        assert set(re.findall(r"甲(\d{3})头", said)) == set(re.findall(r"乙(\d{3})尾", said))
    assert sum(len(re.findall(r"甲(\d{3})头", said)) for said in found) == len(rows)


@needs_pango
def test_a_short_table_stays_on_one_page(tmp_path: Path) -> None:
    filling = tuple(Paragraph(f"行{number}") for number in range(31))
    table = Table("表", ("列首",), tuple((f"格{number:02}",) for number in range(12)), (1,))
    write_document_pdf(
        tmp_path / "a.pdf", Document("题", (), "头", False, "x", ("第", "页，共", "页"), (*filling, table))
    )
    holding = [said for said in texts(pypdf.PdfReader(tmp_path / "a.pdf")) if "格" in said]
    assert len(holding) == 1


@needs_pango
def test_hostile_content_breaks_no_page_and_nothing_is_fetched(tmp_path: Path) -> None:
    hostile = '<script>alert(1)</script><img src="file:///etc/passwd">=1+1\x00\u202e' + "W" * 5000
    reader = written(
        tmp_path / "a.pdf",
        resealed(
            PLAIN,
            ("inputs.patents.0.title", hostile),
            ("inputs.assumptions", [hostile] * 3),
            ("results.value_cny.base", "9" * 60),
            ("results.methods.cost.value_cny", "8" * 300),
        ),
    )
    said = "".join(texts(reader))
    assert '<script>alert(1)</script><imgsrc="file:///etc/passwd">=1+1' in said
    assert "root:" not in said
    assert len(reader.pages) < 12
    assert not reader.attachments
    assert "/JavaScript" not in str(reader.trailer["/Root"])
    for page in reader.pages:
        runs = [len(run) for run in re.findall("W+", page.extract_text())]
        assert max(runs, default=0) <= 70, "a word without end is cut at the edge of the page"


def test_an_address_is_refused_by_the_fetcher() -> None:
    with pytest.raises(ValueError, match="refers to nothing outside itself"):
        pdf._refuses("file:///etc/passwd")


@needs_pango
def test_the_same_dossier_is_the_same_file(tmp_path: Path) -> None:
    for name in "ab":
        written(tmp_path / f"{name}.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    written(tmp_path / "c.pdf", resealed(PLAIN, ("inputs.purpose", "转让")))
    assert (tmp_path / "c.pdf").read_bytes() != (tmp_path / "a.pdf").read_bytes()


def test_what_the_machine_lacks_is_named_by_debians_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf, "_opens", lambda library: library == "libfontconfig.so.1")
    assert lacking_libraries() == ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
    real = builtins.__import__

    def guarded(name: str, *rest: Any, **named: Any) -> Any:
        assert not name.startswith("weasyprint"), "WeasyPrint is loaded where pango lacks"
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", guarded)
    with pytest.raises(NoPdf, match="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0") as caught:
        write_document_pdf(tmp_path / "a.pdf", dossier_document(PLAIN, WHOLE, RULES))
    assert caught.value.code == "no_pdf"
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_a_chinese_font_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "lacking_libraries", lambda: ())
    monkeypatch.setattr(pdf, "chinese_fonts", lambda: ())
    with pytest.raises(NoPdf, match="apt-get install fonts-noto-cjk"):
        check_pdf()


def test_a_missing_writer_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "lacking_libraries", lambda: ())
    monkeypatch.setattr(pdf, "chinese_fonts", lambda: ("Noto Sans CJK SC",))
    monkeypatch.setattr(pdf, "find_spec", lambda _name: None)
    with pytest.raises(NoPdf, match="pip install weasyprint"):
        check_pdf()


@needs_pango
def test_fonts_are_asked_of_the_machine_and_a_place_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    assert any("CJK" in name or "Han" in name or "Wen" in name for name in chinese_fonts())
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(DomainError, match="cannot be written"):
        written(tmp_path / "a.pdf")
    assert [one.name for one in tmp_path.iterdir()] == ["a.pdf"]


def test_the_writers_log_is_left_as_it_was() -> None:
    log = logging.getLogger("weasyprint")
    before = log.handlers[:], log.propagate
    with pdf._missing_signs() as found:
        log.warning('.notdef glyph rendered for Unicode string unsupported by fonts: "%s" (U+%04X)', "𓀀", 0x13000)
        log.warning("something else %s", "x")
    assert found == ["𓀀"]
    assert (log.handlers, log.propagate) == before

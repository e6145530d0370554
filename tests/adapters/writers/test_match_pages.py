"""Match pages and slips: hostile text is text, states are words beside their colour, nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from panhuo.adapters.writers.match_pages import (
    EvidenceView,
    MatchPage,
    MatchView,
    NeedView,
    Piece,
    RequirementView,
    Slip,
    SlipMatch,
    SlipPage,
    pieces,
    shortened,
    write_match_page,
    write_slip_page,
)

HOSTILE = "<img src=x onerror=alert(1)>\"'</td></details><script>alert(1)</script>"


@dataclass(frozen=True)
class At:
    start: int
    end: int
    kind: str


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(path: Path) -> Seen:
    found = Seen()
    found.feed(path.read_text("utf-8"))
    return found


def match_page(text: str) -> MatchPage:
    requirement = RequirementView(
        text, "conflict", "指标不符", [Piece(text), Piece(text, "same")], [EvidenceView(text, [Piece(text)])], [text]
    )
    match = MatchView(
        1, text, text, text, "0.50", True, text, text, [(text, text)], [requirement], [text], [text], text
    )  # fmt: skip
    need = NeedView(text, text, text, [text], [(text, text)], 3, [text], [match], [(2, text, text, text, "0.10")])
    return MatchPage(text, [text], [("covered", "已覆盖")], [need, need], [text], text, synthetic=True)


def slip_page(text: str) -> SlipPage:
    match = SlipMatch(1, text, text, text, text, "0.50", True, [text], [text], [text])
    return SlipPage(text, text, [Slip(text, text, text, text, [text], 2, [text], [match] * 3)], text, [text], text)


def test_markup_in_any_text_is_text(tmp_path: Path) -> None:
    for name, write in (
        ("match.html", lambda path: write_match_page(path, match_page(HOSTILE))),
        ("slip.html", lambda path: write_slip_page(path, slip_page(HOSTILE))),
    ):
        write(tmp_path / name)
        found = seen(tmp_path / name)
        assert "img" not in found.tags
        assert found.tags.count("script") == (1 if name == "match.html" else 0), "the page's own"
        assert HOSTILE in found.text, "the negative control: it is shown as it was written"


def test_a_page_fetches_nothing_and_says_so_to_the_browser(tmp_path: Path) -> None:
    write_match_page(tmp_path / "match.html", match_page("石灰窑"))
    write_slip_page(tmp_path / "slip.html", slip_page("石灰窑"))
    for name in ("match.html", "slip.html"):
        assert all(address.startswith("#") for address in seen(tmp_path / name).addresses)
        assert "default-src 'none'" in (tmp_path / name).read_text("utf-8")


def test_a_state_is_a_word_and_not_a_colour_alone(tmp_path: Path) -> None:
    write_match_page(tmp_path / "match.html", match_page("石灰窑"))
    assert '<span class="state conflict">指标不符</span>' in (tmp_path / "match.html").read_text("utf-8")


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        write_slip_page(tmp_path / name, slip_page("石灰窑"))
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=6))
def test_pieces_are_the_text_whatever_is_marked(text: str, told: list[tuple[int, int]]) -> None:
    marks = [At(start, start + size, "same") for start, size in sorted(told)]
    found = pieces(text, 0, len(text), marks)
    assert "".join(piece.text for piece in found) == text


def test_a_long_text_keeps_what_is_marked() -> None:
    text = "甲" * 300 + "供风" + "乙" * 300
    found = shortened(pieces(text, 0, len(text), [At(300, 302, "same")]), 120)
    assert [piece.text for piece in found if piece.kind] == ["供风"]
    assert sum(len(piece.text) for piece in found) <= 120
    assert shortened([Piece("短")], 120) == [Piece("短")]

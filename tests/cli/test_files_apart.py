"""No result of a call is written over what the call reads, or over another result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from calls import Called
from panhuo.cli.files_apart import check_options
from panhuo.terms.errors import DomainError

Panhuo = Callable[..., Called]
NEED = '{"need_id": "N1", "title": "石灰窑供风", "text": "石灰窑内供风不均匀"}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "needs.jsonl").write_text(NEED, encoding="utf-8")
    (tmp_path / "all.parquet").write_bytes(b"lines")
    (tmp_path / "all.words.parquet").write_bytes(b"words")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "in" / "needs.jsonl")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "call",
    [
        "match --needs in/needs.jsonl --out in/needs.jsonl",
        "match --needs in/needs.jsonl --out in/../in/needs.jsonl",
        "match --needs in/needs.jsonl --out link.jsonl",
        "match --needs in --out in/needs.jsonl",
        "match --needs in/needs.jsonl --out same.jsonl --show-left-out ./same.jsonl",
        "match --needs in/needs.jsonl --out a.parquet --reasons numbers --show-left-out a.words.parquet",
        "match --needs in/needs.jsonl --out a.parquet --reasons numbers --show-left-out a.needs.parquet",
        "lines all.parquet --need G --out all.parquet",
        "lines all.parquet --need G --out all.words.parquet",
        "teams --needs in/needs.jsonl --out in/needs.jsonl",
        "similar --needs in/needs.jsonl --out in/needs.jsonl",
        "firms --patents in/needs.jsonl --out in/needs.jsonl",
        "import in/needs.jsonl --rejects in/needs.jsonl",
    ],
)
def test_a_result_that_would_write_over_an_input_or_another_result_is_refused(
    panhuo: Panhuo, folder: Path, call: str
) -> None:
    before = {one: one.read_bytes() for one in folder.rglob("*.*") if one.is_file() and "home" not in one.parts}
    done = panhuo(*call.split())
    assert done.code == 2
    assert done.answer["error"]["code"] == "wrong_call"
    after = {one: one.read_bytes() for one in folder.rglob("*.*") if one.is_file() and "home" not in one.parts}
    assert after == before


def test_the_negative_control_other_names_and_inputs_named_twice_pass(folder: Path) -> None:
    needs = folder / "in" / "needs.jsonl"
    check_options({"needs": needs, "out": folder / "in" / "new.jsonl", "left_out": folder / "left.jsonl"})
    check_options({"needs": needs, "supply": needs, "out": None, "patents": "x" * 10_000})
    check_options({"needs": folder / "in", "out": folder / "in" / "new.jsonl"})
    with pytest.raises(DomainError):
        check_options({"paths": (folder / "a", needs), "rejects_out": needs})

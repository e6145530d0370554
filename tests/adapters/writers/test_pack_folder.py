"""A pack's folder appears whole and loadable, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from panhuo.adapters.writers.pack_folder import write_pack
from panhuo.rules import BadPack
from panhuo.terms.errors import DomainError
from rules.pack_files import HEAD, SHARE


def test_a_sound_pack_is_there_and_loaded(tmp_path: Path) -> None:
    files = {"pack.yaml": HEAD.format(name="city", parent="null"), "parameters/grant.yaml": SHARE}
    pack = write_pack(tmp_path / "rules" / "city", files)
    assert pack.name == "city"
    assert [path.name for path in (tmp_path / "rules").iterdir()] == ["city"]


def test_a_pack_that_does_not_load_leaves_nothing(tmp_path: Path) -> None:
    files = {
        "pack.yaml": HEAD.format(name="city", parent="null"),
        "parameters/grant.yaml": SHARE.replace("0.10", "1.1"),
    }
    with pytest.raises(BadPack, match="between 0 and 1"):
        write_pack(tmp_path / "city", files)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    with pytest.raises(DomainError) as caught:
        write_pack(tmp_path / "city", {"pack.yaml": HEAD.format(name="city", parent="null")})
    assert caught.value.code == "folder_exists"
    assert list((tmp_path / "city").iterdir()) == []


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DomainError) as caught:
        write_pack(tmp_path / "file" / "city", {"pack.yaml": HEAD.format(name="city", parent="null")})
    assert caught.value.code == "cannot_write"

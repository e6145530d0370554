"""A small sound pack that tests spoil in one place each."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.pack_files import HEAD, SHARE, MakePack


@pytest.fixture
def make_pack(tmp_path: Path) -> MakePack:
    """Writes a pack into a folder of its name; files: path inside the pack -> text or bytes."""

    def make(name: str = "example", *, parent: str = "null", files: dict[str, str | bytes] | None = None) -> Path:
        folder = tmp_path / name
        written: dict[str, str | bytes] = {"pack.yaml": HEAD.format(name=name, parent=parent)}
        if files is None:
            written["parameters/grant.yaml"] = SHARE
        for path, content in {**written, **(files or {})}.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return make

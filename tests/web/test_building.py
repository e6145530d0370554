"""What the site serves is built from locked packages at installation, and wheels hold it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import panhuo.web
from panhuo.web.assets import missing_assets, third_parties

ROOT = Path(__file__).parents[2]
STATIC = Path(str(panhuo.web.__file__)).parent / "static"


def test_the_lock_file_holds_digests_and_no_addresses() -> None:
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert len(packages) > 20
    for name, told in packages.items():
        assert "resolved" not in told, name
        assert name == "" or told.get("integrity", "").startswith("sha512-"), name


def test_nothing_that_was_built_is_kept_in_git() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in kept if "node_modules/" in name or "web/static/" in name or name.endswith(".mo")]


def test_all_that_pages_ask_for_is_built_with_the_licences_of_others() -> None:
    assert missing_assets() == []
    assert {one.name for one in third_parties()} == {"bootstrap", "echarts", "zrender", "tslib", "htmx.org"}
    assert all(len(one.text) > 200 for one in third_parties())


def test_what_is_built_asks_nothing_of_other_hosts() -> None:
    for path in [*STATIC.glob("*.css"), *STATIC.glob("site-*.js")]:
        text = path.read_text(encoding="utf-8")
        for call in ("@import", "url(http", "url(//", 'fetch("http', "importScripts("):
            assert call not in text, (path.name, call)


@pytest.mark.full
def test_a_wheel_from_the_source_distribution_holds_what_the_site_serves(tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(ROOT), str(tmp_path / "clone")], check=True)
    subprocess.run([sys.executable, "-m", "build", "-o", str(tmp_path / "dist"), str(tmp_path / "clone")], check=True)
    wheel = next((tmp_path / "dist").glob("*.whl"))
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        manifest = json.loads(packed.read("panhuo/web/static/assets.json"))
    for file in manifest["files"].values():
        assert f"panhuo/web/static/{file}" in names
        assert f"panhuo/web/static/{file}.gz" in names
    assert "panhuo/web/static/licences.json" in names
    assert "panhuo/web/locale/en/LC_MESSAGES/django.mo" in names
    assert not [name for name in names if "node_modules" in name or "panhuo_build" in name]

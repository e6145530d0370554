"""The wheel alone gives the command with packs and templates and all that the main job needs, from any folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from panhuo.terms.numbers import cn_application_check_digit

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """The installed wheel, called from an unrelated folder on a home of its own."""

    wheel: Path
    venv: Path
    elsewhere: Path
    home: Path

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TZ") if name in os.environ}
        return subprocess.run(
            [str(self.venv / "bin" / command[0]), *command[1:]],
            cwd=self.elsewhere,
            env={**kept, "PATH": "/usr/bin:/bin", "HOME": str(self.elsewhere), "PANHUO_HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def panhuo(self, *arguments: str) -> dict[str, Any]:
        done = self.call("panhuo", *arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


def pip(*arguments: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # no source tree on its path
    done = subprocess.run([*arguments], env=kept, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-3000:]


@dataclass(frozen=True)
class Environment:
    """An empty environment in which the wheel was installed."""

    wheel: Path
    venv: Path


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Built from a copy of the tree, so that no folder of an earlier build lends files."""
    place = tmp_path_factory.mktemp("wheel")
    source = place / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "constraints.txt"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    shutil.copytree(
        ROOT / "frontend", source / "frontend", ignore=shutil.ignore_patterns("node_modules", "__pycache__")
    )
    quiet = ["--quiet", "--disable-pip-version-check"]
    pip(sys.executable, "-m", "pip", "wheel", *quiet, "--no-deps", "-w", str(place), str(source))
    (wheel,) = place.glob("panhuo-*.whl")
    pip(sys.executable, "-m", "venv", "--without-pip", str(place / "venv"))
    into = ["--python", str(place / "venv" / "bin" / "python"), "install", "--no-compile"]
    pip(sys.executable, "-m", "pip", *into, *quiet, "-c", str(source / "constraints.txt"), str(wheel))
    shutil.rmtree(source)
    return Environment(wheel, place / "venv")


@pytest.fixture
def installed(environment: Environment, tmp_path: Path) -> Installed:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    return Installed(environment.wheel, environment.venv, elsewhere, tmp_path / "home")


def export(folder: Path) -> Path:
    """Six granted inventions of a made-up university, old enough to be candidates."""
    lines = ["申请号,公开（公告）号,名称,摘要,申请（专利权）人,申请日,公开（公告）日,IPC主分类号,法律状态\n"]
    for number in range(1, 7):
        body = f"20161{number:07d}"
        lines.append(
            f"{body}.{cn_application_check_digit(body)},CN106{number:06d}B,永磁同步电机的散热装置{number},"
            f"一种带有水冷通道的电机外壳,云湖大学,2016-01-11,2018-01-21,H02K9/19,授权\n"
        )
    path = folder / "export.csv"
    path.write_text("".join(lines), encoding="utf-8-sig")
    return path


def test_every_data_file_of_the_tree_is_in_the_wheel(installed: Installed) -> None:
    package = ROOT / "src" / "panhuo"
    wanted = {
        f"panhuo/{path.relative_to(package).as_posix()}"
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = set(zipfile.ZipFile(installed.wheel).namelist())
    assert wanted - held == set()
    assert any(name.endswith(".html.j2") for name in held)
    assert "panhuo/packs/national/pack.yaml" in held


def test_no_module_comes_from_the_source_tree_and_each_loads_without_extras(installed: Installed) -> None:
    code = (
        "import importlib, json, pkgutil, sys, django, os, panhuo\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'panhuo.web.settings'; django.setup()\n"
        "for found in pkgutil.walk_packages(panhuo.__path__, 'panhuo.'):\n"
        "    if not found.name.endswith('__main__'): importlib.import_module(found.name)\n"
        "ours = [module for name, module in sys.modules.items() if name.split('.')[0] == 'panhuo']\n"
        "files = [module.__file__ for module in ours if getattr(module, '__file__', None)]\n"
        "print(json.dumps(files), 'pyspark' in sys.modules)"
    )
    done = installed.call("python", "-c", code)
    assert done.returncode == 0, done.stderr
    files, extras = done.stdout.rsplit(" ", 1)
    assert extras.strip() == "False"
    assert len(json.loads(files)) > 100
    assert [path for path in json.loads(files) if not Path(path).is_relative_to(installed.venv)] == []


def test_the_command_helps_and_its_packs_pass_their_check(installed: Installed) -> None:
    helped = installed.call("panhuo", "--help")
    assert helped.returncode == 0
    assert "supply-list" in helped.stdout
    installed.panhuo("packs", "check")


def test_the_main_job_runs_from_an_unrelated_folder(installed: Installed) -> None:
    file = export(installed.elsewhere)
    assert installed.panhuo("import", file.name)["new"] == 6
    dormant = installed.panhuo("dormant", "--at", "2024-04-01", "--out", "dormant.xlsx")
    assert (dormant["considered"], dormant["candidates"] + dormant["cannot_say"]) == (6, 6)
    installed.panhuo("grade", "--at", "2024-04-01", "--out", "grades.xlsx")
    listed = installed.panhuo("supply-list", "--at", "2024-04-01", "--out", "lists")
    assert (listed["listed"], listed["annex"]) == (0, 6)
    pages = [path for path in listed["files"] if path.endswith(".html")]
    assert pages
    assert all((installed.elsewhere / path).stat().st_size > 1_000 for path in listed["files"])
    installed.panhuo("booklet", "--all", "--out", "booklets")
    assert list((installed.elsewhere / "booklets").rglob("*.docx"))
    status = installed.panhuo("status")
    assert (status["patents"], status["home"]) == (6, str(installed.home))
    assert not (installed.elsewhere / ".panhuo").exists()


def test_needs_are_matched_from_an_unrelated_folder(installed: Installed) -> None:
    installed.panhuo("import", export(installed.elsewhere).name)
    need = {"requirement_id": "n1", "title": "电机散热", "content": "永磁同步电机长期运行时外壳过热，需要水冷散热方案"}
    needs = installed.elsewhere / "needs.jsonl"
    needs.write_text(json.dumps(need, ensure_ascii=False) + "\n", encoding="utf-8")
    installed.panhuo("match", "--needs", needs.name, "--at", "2024-04-01", "--status", "any", "--out", "m.jsonl")
    pairs = (installed.elsewhere / "m.jsonl").read_text("utf-8-sig").splitlines()
    assert pairs

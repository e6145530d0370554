"""panhuo demo: the main job on a synthetic city, through the same commands that an office calls."""

from __future__ import annotations

import hashlib
import inspect
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from panhuo import __version__
from panhuo.adapters.files.home import Home, existing_home, open_home
from panhuo.cli.frame import Answer, command, say
from panhuo.rules import load_pack
from panhuo.terms.errors import DomainError

CITY_DAY = date(2025, 11, 30)
CITY_PACK = "demo_city"
MONTH = "2025-11"
SUMMARY = "运行小结.html"


@command("demo", home_suffix="-demo")
@click.option("--patents", type=click.IntRange(400, 5_000_000), default=20_000, show_default=True)
@click.option("--seed", type=int, default=2025, show_default=True)
def demo(*, home: Path, patents: int, seed: int) -> Answer:
    """Make a synthetic city and do the whole job on it: import, dormant, booklets, grade, match, lists.

    \b
    Uses a home of its own ([PANHUO_HOME, ~/.panhuo] + "-demo" unless --home is given) and refuses one with real data.
    Example: panhuo demo --patents 20000 --home demo-home
    """
    place = _demo_home(home)
    files = place.root / "city" / f"{patents}-{seed}"
    took: dict[str, float] = {}
    _timed("generate", took, lambda: _generate(files, patents, seed))
    answers = _do(place, files, took)
    return _finish(place, answers, took, patents=patents, seed=seed)


def _do(place: Home, city: Path, took: dict[str, float]) -> dict[str, Mapping[str, Any]]:
    """Answers of the job's steps. What was made from the same register and pack, and lies there untouched, stands."""
    steps = _steps(place.root, city, place.root / "results")
    first = {name: _step(name, steps.pop(name), took) for name in ("import", "status")}
    mark = place.root / "city" / "finished.json"
    stand = _register_stand(place, first["status"])
    known = json.loads(mark.read_text(encoding="utf-8")) if mark.exists() else {}
    if known.get("stand") == stand and known["files"] == _sums(place.root / "results", known["files"]):
        say("Nothing changed since the last run: its results stand.")
        return {**known["answers"], **first}
    mark.unlink(missing_ok=True)
    rest = {name: _step(name, call, took) for name, call in steps.items()}
    results = place.root / "results"
    made = [str(path.relative_to(results)) for path in sorted(results.rglob("*")) if path.is_file()]
    kept = {
        name: {key: value for key, value in answer.items() if isinstance(value, int)} for name, answer in rest.items()
    }
    said = {"stand": stand, "files": _sums(results, [name for name in made if name != SUMMARY]), "answers": kept}
    draft = mark.with_suffix(".new")
    draft.write_text(json.dumps(said), encoding="utf-8")
    draft.replace(mark)
    return {**first, **rest}


def _step(name: str, call: Callable[[], Answer], took: dict[str, float]) -> Answer:
    say(f"— {name}")
    return _timed(name, took, call)


def _register_stand(place: Home, status: Answer) -> list[str]:
    """What the results follow from: engine, pack and register."""
    return [__version__, load_pack(place.pack).digest, status["digest"]]


def _sums(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """name -> SHA-256 of the file there, "" where there is none."""
    found = {}
    for name in names:
        path = folder / name
        found[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return found


def _demo_home(given: Path) -> Home:
    found = existing_home(given)
    if found is not None and found.kind != "demo":
        raise DomainError(
            f"{given} is an installation for real data; the demo never writes there. "
            "Name another folder: panhuo demo --home DIR",
            code="home_is_real",
            home=str(given),
        )
    return found or open_home(given, create_kind="demo", create_pack=CITY_PACK)


def _generate(folder: Path, patents: int, seed: int) -> None:
    """Write the city's files once; a folder without the mark of its end is written again."""
    from panhuo.demo_city import make_city

    mark = folder / "made.json"
    if mark.exists():
        return
    truth = make_city(folder / "files", patents=patents, seed=seed)
    needs = folder / "needs"
    needs.mkdir(exist_ok=True)
    for path in truth.paths():
        if "需求" in path.name:  # the same files apart, for the match to be called on
            shutil.copyfile(path, needs / path.name)
    mark.write_text(json.dumps({"patents": patents, "seed": seed, "synthetic": True}), encoding="utf-8")


def _steps(home: Path, city: Path, out: Path) -> dict[str, Callable[[], Answer]]:
    """The calls of the main job, by command name; each is parsed as if it had been typed."""
    out.mkdir(exist_ok=True)
    day = CITY_DAY.isoformat()
    calls: dict[str, tuple[object, ...]] = {
        "import": (city / "files", "--as-of", day, "--rejects", out / "未入库行.xlsx"),
        "dormant": ("--at", day, "--out", out / "疑似沉睡专利.xlsx"),
        "booklet": ("--all", "--out", out / "核实表"),
        "grade": ("--at", day, "--out", out / "分级.xlsx", "--statistics", out / "高价值发明专利统计.xlsx"),
        "match": ("--needs", city / "needs", "--at", day, "--out", out / "供需匹配.xlsx"),
        "conversion-list": ("--at", day, "--out", out / "专利转化清单.xlsx"),
        "supply-list": ("--at", day, "--out", out / "供给清单"),
        "ledger": ("--month", MONTH, "--out", out / f"转化台账{MONTH}.xlsx"),
        "study": ("--at", day, "--out", out / "高校专利创新资源及运营状况.docx"),
        "lists": ("--at", day, "--out", out / "清单"),
        "stock-export": ("--at", day, "--out", out / "存量专利盘点表.xlsx"),
        "status": (),
    }
    return {name: partial(_call, name, home, arguments) for name, arguments in calls.items()}


def _call(name: str, home: Path, arguments: tuple[object, ...]) -> Answer:
    from panhuo.cli import COMMANDS

    module, attribute = COMMANDS[name]
    found: click.Command = getattr(import_module(module), attribute)
    with found.make_context(name, [*map(str, arguments)]) as context:
        options = {key: value for key, value in context.params.items() if key not in {"home", "as_json"}}
        function: Callable[..., Answer] = inspect.unwrap(found.callback or found)
        return function(home=home, **options)


def _timed(name: str, took: dict[str, float], call: Callable[[], Any]) -> Any:
    began = time.monotonic()
    try:
        return call()
    finally:
        took[name] = round(time.monotonic() - began, 1)


def _finish(
    place: Home, answers: Mapping[str, Mapping[str, Any]], took: dict[str, float], *, patents: int, seed: int
) -> Answer:
    """Write the summary beside the results, print it, and say where everything lies."""
    from panhuo.adapters.writers.summary import OutputFile, show_summary, write_summary
    from panhuo.desk.listings.overview import overview
    from panhuo.desk.registry.opening import open_register

    out = place.root / "results"
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.name != SUMMARY)
    open_register(place, write=False)
    data = overview(
        place,
        load_pack(place.pack).at(CITY_DAY),
        seconds=took,
        files=[OutputFile(path.name, str(path.relative_to(out))) for path in files],
        month=MONTH,
    )
    page = out / SUMMARY
    write_summary(page, data)
    show_summary(data, sys.stderr)
    say(f"Results: {out}\nSummary: {page}\nTook {sum(took.values()):.0f} s.")
    return Answer(
        home=str(place.root),
        patents=patents,
        seed=seed,
        synthetic=True,
        results=str(out),
        summary=str(page),
        files=[str(path) for path in files],
        seconds=took,
        digest=answers["status"]["digest"],
        figures={
            name: {key: value for key, value in answer.items() if isinstance(value, int)}
            for name, answer in answers.items()
        },
    )

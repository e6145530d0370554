"""Two processes on one home, and a person who presses Ctrl-C while results are written."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from stopped_import import write_files

from panhuo.adapters.files.home import HomeBusy, open_home

PANHUO = [sys.executable, "-m", "panhuo.cli"]
SEED = 20251130


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PANHUO, *map(str, arguments), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any], str]:
    out, said = process.communicate(timeout=120)
    return process.returncode, json.loads(out), said


def digest(home: Path) -> str:
    return str(ended(start("status", "--home", home))[1]["digest"])


def test_while_one_imports_another_is_refused_in_one_sentence_and_harms_nothing(tmp_path: Path) -> None:
    patents, licences = write_files(tmp_path, 30_000)
    home, clean = tmp_path / "home", tmp_path / "clean"
    first = start("import", patents, "--home", home)
    assert first.stderr is not None
    assert "acknowledged batch 1" in first.stderr.readline()
    code, answer, said = ended(start("import", licences, "--home", home))
    assert first.poll() is None, "the first had ended before the second was refused: nothing was tried"
    assert (code, answer["error"]["code"]) == (2, "home_busy")
    assert said.count("\n") == 1
    assert "Another panhuo process is writing to" in said
    assert ended(first)[0] == 0
    assert ended(start("import", licences, "--home", home))[0] == 0
    assert ended(start("import", patents, licences, "--home", clean))[0] == 0
    assert digest(home) == digest(clean)


def test_four_that_meet_in_a_new_home_are_served_or_refused_and_never_break(tmp_path: Path) -> None:
    patents, licences = write_files(tmp_path, 300)
    for turn in range(3):
        home = tmp_path / f"home{turn}"
        met = [start("import", patents, "--home", home), start("import", licences, "--home", home)]
        met += [start("status", "--home", home), start("status", "--home", home)]
        for code, answer, said in [ended(one) for one in met]:
            assert "Traceback" not in said
            assert code == 0 or answer["error"]["code"] == "home_busy", answer
        for file in (patents, licences):
            assert ended(start("import", file, "--home", home))[0] == 0
        assert ended(start("status", "--home", home))[1]["patents"] == 300


FORKS = """
import os, sys, time
from pathlib import Path
from panhuo.adapters.files import home
if sys.argv[2] == "kept":
    home._held = type("Nobody", (set,), {"add": lambda *_: None})()
with home.open_home(Path(sys.argv[1])).writing():
    if os.fork() == 0:
        print("locked", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("lock", ["let go", "kept"])
def test_a_child_that_outlives_its_killed_parent_keeps_no_lock(tmp_path: Path, lock: str) -> None:
    """lock "kept" is the control: without letting go, the next writer would be refused."""
    holder = subprocess.Popen(
        [sys.executable, "-c", FORKS, str(tmp_path), lock], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert holder.stdout is not None
    try:
        with holder.stdout as said:
            assert said.readline() == "locked\n"
        home = open_home(tmp_path)
        with pytest.raises(HomeBusy), home.writing():
            pass
        holder.kill()
        holder.wait()
        if lock == "kept":
            with pytest.raises(HomeBusy), home.writing():
                pass
        else:
            with home.writing():
                pass
    finally:
        _end_group(holder.pid)


def _end_group(leader: int) -> None:
    """The holder had a session of its own; what is left of it ends."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


STOPPED = "import sys; from panhuo.cli import main; print('ready', flush=True); main(sys.argv[1:])"


def test_ctrl_c_leaves_the_old_result_whole_and_no_scratch_files(tmp_path: Path) -> None:
    patents, _ = write_files(tmp_path, 5_000)
    home, out = tmp_path / "home", tmp_path / "out" / "dormant.xlsx"
    asked = ["dormant", "--at", "2024-04-01", "--home", str(home), "--out", str(out)]
    assert ended(start("import", patents, "--home", home))[0] == 0
    assert ended(start(*asked))[0] == 0  # the tables for computing are made, and the next call is a plain one
    began = time.monotonic()
    assert ended(start(*asked))[0] == 0
    took = time.monotonic() - began
    old, rng, codes = b"an earlier result", random.Random(SEED), []
    for part in range(4):
        out.write_bytes(old)
        job = subprocess.Popen(
            [sys.executable, "-c", STOPPED, *asked], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert job.stdout is not None
        assert job.stdout.readline() == "ready\n"
        time.sleep(took * rng.uniform(part / 5, (part + 1) / 5))
        job.send_signal(signal.SIGINT)
        _, said = job.communicate(timeout=120)
        codes.append(job.returncode)
        assert "Traceback" not in said
        assert [path.name for path in out.parent.iterdir()] == ["dormant.xlsx"]
        if job.returncode == 130:
            assert "panhuo: Stopped." in said
            assert out.read_bytes() == old
        else:
            assert job.returncode == 0
            assert out.read_bytes()[:2] == b"PK"
    assert 130 in codes


LIBRARY = """
import os, signal, sys
from panhuo.cli import main
from panhuo.desk.registry import opening
def interrupted(*_, **__):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        raise RuntimeError("Query interrupted") from None
    raise AssertionError
if sys.argv.pop(1) == "broken":
    def interrupted(*_, **__):
        raise RuntimeError("broken")
opening.open_register = interrupted
main(["status", "--home", sys.argv[1]])
"""


def test_ctrl_c_that_a_library_answers_with_its_own_error_is_told_like_any_other(tmp_path: Path) -> None:
    for what, code in (("interrupted", 130), ("broken", 1)):
        command = [sys.executable, "-c", LIBRARY, what, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == code
        assert ("panhuo: Stopped." in done.stderr) == (code == 130)
        assert ("RuntimeError: broken" in done.stderr) == (code == 1), "control: an error of ours stays visible"


WHILE_FORKING = """
import os, signal
from contextlib import nullcontext
from panhuo.desk.registry import ahead
if HELD == "let through":
    ahead._interrupts_held = nullcontext
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is born deaf to it
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
try:
    print(list(ahead.read_ahead(lambda: iter(range(3)))))
except KeyboardInterrupt:
    print("stopped")
"""


@pytest.mark.parametrize("held", ["held", "let through"])
def test_ctrl_c_while_a_reader_is_forked_is_heard(held: str) -> None:
    """held "let through" is the control: Python prints the interrupt and forgets it."""
    command = [sys.executable, "-c", f"HELD = {held!r}{WHILE_FORKING}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout == "stopped\n") == (held == "held")
    assert ("Traceback" in done.stderr) == (held == "let through")


def test_a_register_that_is_no_database_is_one_sentence_and_is_not_touched(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    home.register.write_bytes(b"not a database" * 1_000)
    for asked in (["status"], ["import", str(write_files(tmp_path, 10)[0])]):
        code, answer, said = ended(start(*asked, "--home", home.root))
        assert (code, answer["error"]["code"]) == (2, "register_problem")
        assert "Traceback" not in said
    assert home.register.read_bytes() == b"not a database" * 1_000

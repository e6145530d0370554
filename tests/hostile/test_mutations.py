"""Damaged files of all families end in rows, rejects or one refusal: never another exception, hang or flood."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hostile.mutations import SECONDS, Tally, mutation, read_file, reference_seeds, run, written_seeds
from hostile.sources import bytes_source
from panhuo.adapters.readers.protocol import Source
from panhuo.engine.records.raw import RawBatch, Reject

SEED = int(os.environ.get("PANHUO_MUTATION_SEED", "20261122"))
GROWTH_MB = 200


def all_seeds() -> dict[str, bytes]:
    """Our own files, and the real ones where they are."""
    named = os.environ.get("PANHUO_REFERENCE_DATA")
    return written_seeds() | (reference_seeds(Path(named)) if named else {})


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def watched(seeds: dict[str, bytes], count: int) -> Tally:
    """Run after every seed was read once, so that what loading and caches take is not counted."""
    run(seeds, SEED + 1, range(200))
    before = peak_mb()
    tally = run(seeds, SEED, range(count))
    grown = peak_mb() - before
    print(
        f"\nseed {SEED}: {count} damaged out of {len(seeds)} files, {tally.landed} past the door, "
        f"{len(tally.violations)} violations, {tally.seconds:.0f} s, slowest {tally.slowest:.2f} s, "
        f"peak grew by {grown:.0f} MB\n{dict(tally.outcomes.most_common())}"
    )
    assert tally.violations == [], "\n".join(tally.violations[:5])
    assert "refused without a word" not in tally.outcomes
    assert tally.landed > count // 3
    assert tally.slowest < SECONDS
    assert grown < GROWTH_MB
    return tally


def test_two_thousand_damaged_files_break_nothing() -> None:
    tally = watched(all_seeds(), 2_000)
    assert tally.outcomes["rows"] > 100
    assert tally.outcomes["rejects"] > 50


@pytest.mark.full
def test_twenty_thousand_damaged_files_break_nothing() -> None:
    watched(all_seeds(), 20_000)


def test_every_file_is_read_before_it_is_damaged() -> None:
    for name, content in written_seeds().items():
        if name.endswith(".old"):
            continue
        rows = sum(len(item) for item in read_file(bytes_source(content, name)) if isinstance(item, RawBatch))
        assert rows, name


def test_a_damaged_file_can_be_made_again() -> None:
    seeds = written_seeds()
    assert [mutation(seeds, 7, at) for at in range(50)] == [mutation(seeds, 7, at) for at in range(50)]
    assert len({mutation(seeds, 7, at)[1] for at in range(50)}) > 45


def careless(source: Source) -> Iterator[RawBatch | Reject]:
    """A reader without guards."""
    with source.open() as stream:
        ElementTree.fromstring(stream.read().decode())
    yield from ()


def test_control_a_careless_reader_is_found_out() -> None:
    tally = run(written_seeds(), SEED, range(100), reads=careless)
    assert len(tally.violations) > 50
    assert "replay with" in tally.violations[0]


def endless(source: Source) -> Iterator[RawBatch | Reject]:
    """A reader that never comes back."""
    while source:
        pass
    yield from ()


def test_control_a_reader_that_hangs_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hostile.mutations.SECONDS", 0.2)
    tally = run(written_seeds(), SEED, range(2), reads=endless)
    assert len(tally.violations) == 2
    assert "TooSlow" in tally.violations[0]

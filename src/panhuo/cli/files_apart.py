"""No file that a call reads, or writes besides, is written over by one of its results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path

from panhuo.terms.errors import DomainError

RESULTS = ("out", "left_out", "rejects_out", "statistics", "scores", "card")
"""Options of commands that name a file to write."""
MOST_NAME = 4_000
"""Characters of a text that may be the name of a file."""


def check_options(options: Mapping[str, object]) -> None:
    """Hold the results of a call apart from each other and from all else that its options name.

    Raises: DomainError code wrong_call.
    """
    results = [one for name in RESULTS for one in _files(options.get(name))]
    others = [one for name, value in options.items() if name not in RESULTS for one in _files(value)]
    check_apart(results, others)


def check_apart(results: Iterable[Path], others: Iterable[Path] = ()) -> None:
    """Raises: DomainError code wrong_call where a result is one of the others, lies in a folder of theirs as a file
    that would be read, or where two results are one file."""
    written = list(results)
    for one, other in combinations(written, 2):
        if _is_same(one, other):
            raise DomainError(
                f"{one} is named for two results; the second would write over the first. Name another file for one.",
                code="wrong_call",
                file=str(one),
            )
    for other in others:
        for one in written:
            if _is_same(one, other) or (other.is_dir() and one.is_file() and other.resolve() in one.resolve().parents):
                raise DomainError(
                    f"{one} is read by this call; the result would write over it. Name another file as result.",
                    code="wrong_call",
                    file=str(one),
                )


def _files(value: object) -> Iterator[Path]:
    """The files that an option names; a text is one where there is a file of that name."""
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, Path):
            yield one
        elif isinstance(one, str) and 0 < len(one) < MOST_NAME and "\0" not in one and _is_file(Path(one)):
            yield Path(one)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))
    except OSError:
        return False

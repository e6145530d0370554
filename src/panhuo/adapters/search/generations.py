"""The generations of a search folder: which one is read, what it is made with, and whether its files are whole.

A generation is a folder: the table, and beside it the files that never change while it lives: mined terms, space,
counts of words, clusters. Their checksums stand in pieces.json. current.json names the generation that is read; it is
written when all that it names is on the disk.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from panhuo.adapters.files.settled import UNREADABLE, checksum, settle, settle_entry, write_settled
from panhuo.adapters.search.compaction import GIVEN_WAY, wait_for_compaction
from panhuo.adapters.search.lance import TABLE
from panhuo.adapters.search.space_files import load_clusters, load_counts, load_space
from panhuo.adapters.search.spoilt_table import readable
from panhuo.engine.matching.clusters import Clusters
from panhuo.engine.matching.space import StaticSpace, WordCounts

CURRENT, PIECES = "current.json", "pieces.json"
FILES = ("terms.csv", "space.npz", "counts.parquet", "clusters.npz")
NAME = re.compile(r"[a-z][0-9a-f]{12}")
COLUMNS = ("columns.json", "columns")


@dataclass(frozen=True, slots=True)
class Current:
    """current.json. recipe: digest of cutter, rules and sizes; models: of words and of whole texts.

    changed_since: texts that came, changed or went since the fit; dirty: an update has begun and not ended. terms:
    digest of the mined terms; rows: of the table when it was left whole.
    """

    generation: str
    recipe: str
    projection: str
    fitted_texts: int
    changed_since: int
    dirty: bool
    terms: str
    rows: int
    models: tuple[str, ...] = ()


def read_current(folder: Path) -> Current | None:
    """None where there is none or it cannot be read."""
    try:
        told = json.loads((folder / CURRENT).read_text(encoding="utf-8"))
        told["models"] = tuple(told.get("models", ()))
        current = Current(**{one.name: told[one.name] for one in fields(Current)})
    except UNREADABLE:
        return None
    texts = (current.generation, current.recipe, current.projection, current.terms, *current.models)
    numbers = (current.fitted_texts, current.changed_since, current.dirty, current.rows)
    is_sound = all(isinstance(one, str) for one in texts) and all(isinstance(one, int) for one in numbers)
    return current if is_sound and NAME.fullmatch(current.generation) else None


def write_current(folder: Path, current: Current) -> None:
    """In one rename."""
    write_settled(folder / CURRENT, asdict(current))


@dataclass(frozen=True, slots=True)
class Generation:
    """What a generation was fitted to. clusters: None where its texts were too few for them."""

    space: StaticSpace
    counts: WordCounts
    clusters: Clusters | None


def read_generation(path: Path) -> Generation:
    """The files of a generation, each as it was written. Raises: SpoiltTable."""
    with readable(path / PIECES):
        sums: dict[str, int] = dict(json.loads((path / PIECES).read_text(encoding="utf-8")))
        if not set(FILES[:-1]) <= sums.keys() <= set(FILES):
            raise ValueError("it names other files than a generation has")
    for name in sums:
        with readable(path / name):
            if checksum(path / name) != sums[name]:
                raise ValueError("it is not as it was written")
    with readable(path):
        return Generation(load_space(path), load_counts(path), load_clusters(path) if "clusters.npz" in sums else None)


def seal_generation(path: Path) -> None:
    """All of it is written: note how its files look, and bring it to the disk."""
    write_settled(path / PIECES, {name: checksum(path / name) for name in FILES if (path / name).is_file()})
    settle(path)
    settle_entry(path)


def new_name() -> str:
    """A name that no generation ever had: who has opened one knows by the name whether it is still the one that is
    read."""
    return f"g{os.urandom(6).hex()}"


def generations(folder: Path) -> list[Path]:
    """Folders of generations, begun ones among them."""
    if not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if one.is_dir() and NAME.fullmatch(one.name))


def drop_generations(folder: Path, *, keep: Sequence[str]) -> None:
    """Throw away all generations but those."""
    for one in generations(folder):
        if one.name not in keep:
            shutil.rmtree(one, ignore_errors=True)


def whole_generations(folder: Path) -> list[str]:
    """Generations whose making came to its end; one of them may be open somewhere."""
    return [one.name for one in generations(folder) if (one / PIECES).is_file() and (one / f"{TABLE}.lance").is_dir()]


def drop_columns(generation: Path) -> None:
    """Throw the search columns of a generation away; who has opened them keeps what is mapped."""
    state, folder = (generation / name for name in COLUMNS)
    state.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def drop_search(folder: Path) -> None:
    """Throw all that is in a search folder away: the next match or search makes it from the register."""
    (folder / CURRENT).unlink(missing_ok=True)
    wait_for_compaction(folder, GIVEN_WAY)
    for one in folder.iterdir() if folder.is_dir() else ():
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)

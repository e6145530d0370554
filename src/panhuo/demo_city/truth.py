"""What should come of the demo city: expected answers, as data that the product never reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class PlantedNeed:
    """A need with its known answer. answer and decoy: publication numbers; bar: why the decoy cannot be offered.

    key: of the demand, which two needs word, one in each voice (layman, engineer).
    """

    need_id: str
    key: str
    field: str
    voice: str
    answer: str
    decoy: str
    bar: str


@dataclass(frozen=True, slots=True)
class Trap:
    """A planted right or party with what must be said of it.

    publication_number: "" where no right is meant. at: day of the expectation. expect: by what is asked:
    default, simple (dormancy states; owner says which owners are looked at), flags, status, expires_on, ledger,
    ledger_month, cnipa_2021, sz_2021, supply ...; see docs/demo-city.md.
    """

    trap: str
    publication_number: str
    at: str
    expect: Mapping[str, Any]
    application_number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RowTrap:
    """A row of a file that must be rejected, or taken without effect. value: text by which it is found."""

    trap: str
    file: str
    value: str
    expect: str


@dataclass(frozen=True, slots=True)
class CityFile:
    """One file. kind: patents | events | roster | population | needs | stock_item | open_licence; rows: data rows."""

    name: str
    kind: str
    rows: int
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class CityTruth:
    """All about one made-up city. folder: holds the import inputs; counts: of the patents made."""

    folder: Path
    at: str
    seed: int
    patents: int
    files: tuple[CityFile, ...]
    needs: tuple[PlantedNeed, ...]
    traps: tuple[Trap, ...]
    rows: tuple[RowTrap, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    def trap(self, name: str) -> Trap:
        """The first trap of that name. Raises: KeyError."""
        for trap in self.traps:
            if trap.trap == name:
                return trap
        raise KeyError(name)

    def paths(self) -> list[Path]:
        """Files in the order of import."""
        return [self.folder / entry.name for entry in self.files]

    def write(self) -> Path:
        """Writes truth/truth.json beside the folder. Returns: its path."""
        path = self.folder.parent / "truth" / "truth.json"
        path.parent.mkdir(exist_ok=True)
        told = asdict(self)
        told["folder"] = self.folder.name
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
        return path

"""The file of a dossier as commands name it, and its pack on this machine."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from panhuo.engine.flows import Dossier
    from panhuo.rules import InForce


def dossier_in(file: Path) -> Dossier:
    """Raises: BrokenDossier with the file's name."""
    from panhuo.engine.flows import BrokenDossier, read_dossier

    try:
        return read_dossier(file.read_bytes())
    except BrokenDossier as error:
        raise BrokenDossier(f"{file}: {error.message}", file=str(file)) from error


def pack_here(told: Dossier, pack_name: str | None) -> InForce | None:
    """The pack of a dossier on this machine, at its day; None where there is none of that name."""
    from panhuo.rules import load_pack
    from panhuo.rules.errors import BadPack

    pack = told.content.get("pack")
    name, day = (pack.get("name"), pack.get("day")) if isinstance(pack, dict) else (None, None)
    try:
        return load_pack(pack_name or str(name)).at(date.fromisoformat(str(day)))
    except ValueError:
        return None
    except BadPack:
        if pack_name:
            raise
        return None

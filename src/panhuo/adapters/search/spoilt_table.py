"""What is said of a search table that cannot be read: which file, why, and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from panhuo.adapters.files.settled import UNREADABLE
from panhuo.terms.errors import DomainError

PLACE_IN_LIBRARY = re.compile(r",?\s*\S+\.rs:\d+:\d+")
"""Where in its own source LanceDB noticed an error: no help to who reads it."""
SHOWN = 200
"""Characters of what a library says."""


class SpoiltTable(DomainError):
    """The search table, or a file that belongs to it, cannot be read."""

    code = "search_table_spoilt"

    @classmethod
    def of(cls, file: Path, why: object) -> SpoiltTable:
        """why: what went wrong with it."""
        told = PLACE_IN_LIBRARY.sub("", str(why).strip().partition("\n")[0])
        reason = told[:SHOWN].rstrip(" .,") or type(why).__name__
        return cls(
            f"The search table cannot be read: {file} ({reason}). Make it new from the register: "
            "panhuo repair --rewrite",
            file=str(file),
        )

    @property
    def file(self) -> Path:
        return Path(self.fields["file"])


@contextmanager
def readable(file: Path) -> Iterator[None]:
    """Turns what reading raises into SpoiltTable."""
    try:
        yield
    except UNREADABLE as error:
        raise SpoiltTable.of(file, error) from error

"""Matching: what a need says, what may be offered, which fits and why.

Loops are compiled once and kept by numba, which asks of a kept function whether its own file has changed and does not
look at the files of the functions that it calls. So what is kept has a folder for each state of this package.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path

_HERE = Path(__file__).parent


def _compiled_folder() -> Path:
    """Beside the modules where these may be written to, else where the user's caches are."""
    told = blake2b(digest_size=8)
    for module in sorted(_HERE.glob("*.py")):
        told.update(module.read_bytes())
    beside = _HERE / "__pycache__"
    if not os.access(beside if beside.is_dir() else _HERE, os.W_OK):
        beside = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "panhuo"
    return beside / f"compiled-{told.hexdigest()}"


os.environ.setdefault("NUMBA_CACHE_DIR", str(_compiled_folder()))

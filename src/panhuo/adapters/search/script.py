"""Traditional characters to simplified ones by OpenCC; its tables lie inside the wheel, no network."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

HANZI = "".join(map(chr, range(0x3400, 0xA000)))
LAST_PRINTED = "\uffff"
KEPT = "噁"
"""Written in simplified texts of chemistry (二噁英, 噁唑), though GB 2312 lacks it and the tables give another."""


class OpenCCScript:
    """Converts only texts that hold a character which simplified writing does not know.

    A simplified text is never touched: 著, 乾 or 於 are written there, too. Conversions that lead to characters beyond
    the basic plane, which no patent office prints, are not made. What comes back has as many characters as what was
    given, so that places in the one are places in the other.
    """

    def __init__(self) -> None:
        from opencc import OpenCC

        self.version = f"opencc-{version('opencc')}-t2s"
        self._convert = OpenCC("t2s").convert
        alone = self._convert("\n".join(HANZI)).split("\n")
        pairs = zip(HANZI, alone, strict=True)
        self._alone = {ord(old): new for old, new in pairs if old != new and len(new) == 1 and new <= LAST_PRINTED}
        marks = (chr(old) for old in self._alone if chr(old) not in KEPT and not _in_simplified_set(chr(old)))
        self._traditional = re.compile(f"[{''.join(marks)}]")

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process, which loads the tables anew."""
        return OpenCCScript, ()

    def simplified(self, text: str) -> str:
        """The text in simplified characters, each for one; a text without traditional ones as it stands."""
        if not self._traditional.search(text):
            return text
        found: str = self._convert(text)
        if len(found) != len(text):
            return text.translate(self._alone)
        return "".join(old if new > LAST_PRINTED else new for old, new in zip(text, found, strict=True))


def _in_simplified_set(mark: str) -> bool:
    """Whether GB 2312 holds it, the set of characters of simplified writing."""
    try:
        mark.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True

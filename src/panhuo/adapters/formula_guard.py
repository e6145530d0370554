"""Texts that a spreadsheet would run as formulas: marked on the way out, unmarked on the way in.

The rule, both ways:

- `neutralise`: a text that begins with = + - @ (also full-width, small and typographic forms, also
  behind blanks and invisible characters), with a tab, a carriage return or a line feed, or with the
  rich-text tag `<r>`, gets one apostrophe in front. So does such a text that has apostrophes already.
- `restore`: one apostrophe is taken away where `neutralise` would have put it; any other text stays as it is.

Hence restore(neutralise(text)) == text for every text. Writers of CSV and XLSX call `neutralise` on each
text cell; readers of CSV and XLSX call `restore` on each text cell before anything else looks at it. JSON
lines and Parquet need neither: nothing runs their texts.
"""

from __future__ import annotations

import unicodedata

MARK = "'"
_INVISIBLE = (
    "".join(map(chr, range(0x21)))
    + "\x7f\x85\xa0\u1680\u180e\u3000\ufeff\u2028\u2029"
    + "".join(map(chr, (*range(0x2000, 0x2010), 0x202F, 0x205F, *range(0x2060, 0x2065))))
)
_STARTS = frozenset("=+-@\u2212")
_ALWAYS = ("\t", "\r", "\n", "<r>")


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet could take the text for something to run (or the writer for ready markup).

    >>> is_dangerous("=1+1"), is_dangerous("＋86"), is_dangerous("一种电池"), is_dangerous("")
    (True, True, False, False)
    """
    if not text or text[0].isalnum():
        return False
    if text.startswith(_ALWAYS):
        return True
    seen = text.lstrip(_INVISIBLE)
    return bool(seen) and (seen[0] in _STARTS or unicodedata.normalize("NFKC", seen[0])[:1] in _STARTS)


def neutralise(text: str) -> str:
    """The text as it may stand in a CSV or XLSX cell.

    >>> neutralise("=1+1"), neutralise("'=1+1"), neutralise("it's"), neutralise("'quoted'")
    ("'=1+1", "''=1+1", "it's", "'quoted'")
    """
    if not text or text[0].isalnum():
        return text
    return MARK + text if is_dangerous(text.lstrip(MARK)) else text


def restore(text: str) -> str:
    """The text as it was before `neutralise`; a text that never went through it is left alone.

    >>> restore("'=1+1"), restore("''=1+1"), restore("'quoted'"), restore("一种电池")
    ('=1+1', "'=1+1", "'quoted'", '一种电池')
    """
    if text[:1] != MARK:
        return text
    return text[1:] if is_dangerous(text.lstrip(MARK)) else text

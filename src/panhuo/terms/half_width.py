"""Full-width characters of Chinese typing as their half-width selves, and nothing more.

Unicode's NFKC would do too much for numbers: it reads 100² as 1002 and a footnote mark ① as a 1.
"""

from __future__ import annotations

_FOLD: dict[int, int | str] = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_FOLD |= {0x3000: " ", 0x2169: "X", 0x2179: "x", 0x00A0: " ", 0xFFE5: "¥"}
_INVISIBLE = (0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF)
_FOLD |= {invisible: "" for invisible in _INVISIBLE}


def half_width(text: str) -> str:
    """Text with full-width Latin, digits and punctuation in half width, Ⅹ as X, without invisible characters.

    >>> half_width("ＺＬ２０２１　１.Ⅹ")
    'ZL2021 1.X'
    """
    return text if text.isascii() else text.translate(_FOLD)

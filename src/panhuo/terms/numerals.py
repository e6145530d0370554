"""Numbers as technical texts write them: 1200, 3.5, 1,200, 50,000, 一百二十, 三千五百."""

from __future__ import annotations

_DIGIT = "[一二两三四五六七八九]"
_TENS = f"{_DIGIT}?十{_DIGIT}?"
_AFTER_HUNDREDS = f"(?:{_DIGIT}十{_DIGIT}?|零{_DIGIT}|零十{_DIGIT}?)?"
_HUNDREDS = f"{_DIGIT}百{_AFTER_HUNDREDS}"
_THOUSANDS = f"{_DIGIT}千(?:{_HUNDREDS}|零{_DIGIT}?十{_DIGIT}?|零{_DIGIT})?"
# 数十 and 第十 are no numbers; 二百五 is 250 in speech and is read by nobody here
NO_MORE = "(?<![几数第零一二两三四五六七八九十百千万亿])"
"""Where a number in characters may begin."""
_BELOW = f"(?:{_THOUSANDS}|{_HUNDREDS}|{_TENS})(?!{_DIGIT})"
HANZI = f"{NO_MORE}{_BELOW}万?"
BELOW_TEN_THOUSAND = f"(?:{_BELOW}|{_DIGIT}(?![{_DIGIT[1:-1]}十百千]))"
"""A number in characters before 万 or 亿."""
# 50,100,150 are three numbers: only what cannot be a list is joined
JOINED = r"\d,\d{3}(?![\d,])|\d{1,3}(?:,\d{3})*,000(?![\d,])"
NUMBER = rf"(?:(?:{JOINED}|\d+)(?:\.\d+)?|{HANZI})"
"""Pattern of a number without sign, in normal form; a unit must follow it."""
_VALUES = {mark: place for place, mark in enumerate("零一二三四五六七八九")} | {"两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}


def number(written: str) -> float:
    """The value of what NUMBER matches, with or without a sign.

    >>> number("1,200.5"), number("-三千零五十"), number("十二万")
    (1200.5, -3050.0, 120000.0)
    """
    bare = written.lstrip("-")
    sign = -1.0 if bare != written else 1.0
    if bare[0].isdigit():
        return sign * float(bare.replace(",", ""))
    total = held = 0
    for mark in bare.removesuffix("万"):
        if mark in _STEPS:
            total += (held or 1) * _STEPS[mark]
            held = 0
        else:
            held = _VALUES[mark]
    return sign * (total + held) * (10_000 if bare.endswith("万") else 1)

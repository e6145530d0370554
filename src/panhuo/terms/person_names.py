"""Persons' names where only their owner's office may know them in full."""

from __future__ import annotations

import unicodedata

MASK = "*"


def masked_name(name: str) -> str:
    """First letter and one star, so that not even the length is told; one star for a name of one letter, whose first
    letter would be all of it; "" for a name without a letter. Never longer than the name.

    >>> masked_name("张三丰"), masked_name("Zhang San"), masked_name("张"), masked_name(" ")
    ('张*', 'Z*', '*', '')
    """
    letters = [mark for mark in unicodedata.normalize("NFKC", name) if mark.isalpha()]
    if len(letters) < 2 or sum(mark.isalpha() for mark in name) < 2:  # one sign may stand for several letters
        return MASK if letters else ""
    capital = letters[0].upper()
    return (capital if len(capital) == 1 else letters[0]) + MASK

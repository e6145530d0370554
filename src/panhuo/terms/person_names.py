"""Persons' names where only their owner's office may know them in full."""

from __future__ import annotations

import unicodedata

MASK = "*"


def masked_name(name: str) -> str:
    """First letter and one star, so that not even the length is told; "" for a name without a letter.

    >>> masked_name("张三丰"), masked_name("Zhang San"), masked_name(" ")
    ('张*', 'Z*', '')
    """
    letters = (mark for mark in unicodedata.normalize("NFKC", name) if mark.isalpha())
    first = next(letters, "")
    return first and first.upper() + MASK

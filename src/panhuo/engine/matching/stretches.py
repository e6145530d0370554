"""Stretches of a text between marks, as offsets into the text."""

from __future__ import annotations

import re
from collections.abc import Iterator


def between(text: str, start: int, end: int, marks: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """What stands between the marks of text[start:end]; empty stretches are left out."""
    low = start
    for mark in marks.finditer(text, start, end):
        if mark.start() > low:
            yield low, mark.start()
        low = mark.end()
    if low < end:
        yield low, end


def bare(text: str, start: int, end: int, blanks: str) -> Iterator[tuple[int, int]]:
    """text[start:end] without the characters of `blanks` at its ends; nothing where nothing is left."""
    while start < end and text[start] in blanks:
        start += 1
    while end > start and text[end - 1] in blanks:
        end -= 1
    if end > start:
        yield start, end

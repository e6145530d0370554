"""What is wrong with a log, and at which entry where that can be known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from panhuo.engine.proof.entry import line_start

MOST_NAMED = 20


class Fault(StrEnum):
    """Kinds of findings; the first six are what somebody does to a log."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    SWAPPED = "swapped"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    ALTERED = "altered"
    BAD_NUMBER = "bad_number"
    BAD_SIGNATURE = "bad_signature"
    OTHER_LOG = "other_log"
    BAD_PROOF = "bad_proof"
    BAD_RECEIPT = "bad_receipt"
    NOT_COVERED = "head_not_covered"


@dataclass(frozen=True, slots=True)
class Finding:
    """first, last: numbers of the entries it speaks of, None where that cannot be known."""

    fault: Fault
    message: str
    first: int | None = None
    last: int | None = None


def compared(found: Sequence[bytes], told: Sequence[bytes]) -> list[Finding]:
    """What was done to entries, from their leaf hashes and those that the signed head commits to."""
    start = 0
    while start < min(len(found), len(told)) and found[start] == told[start]:
        start += 1
    tail = 0
    while tail < min(len(found), len(told)) - start and found[-1 - tail] == told[-1 - tail]:
        tail += 1
    new, old = found[start : len(found) - tail], told[start : len(told) - tail]
    first, last = start + 1, start + len(old)
    if not new and not old:
        return []
    if not new:
        fault = Fault.DELETED if tail else Fault.TRUNCATED
        word = "were taken out" if tail else "are cut off at the end"
        return [Finding(fault, f"Entries {first} to {last} {word}.", first, last)]
    if not old:
        return [
            Finding(Fault.INSERTED, f"{len(new)} entries were put in at place {first}.", first, first + len(new) - 1)
        ]
    if sorted(new) == sorted(old):
        return [Finding(Fault.SWAPPED, f"Entries {first} and {last} do not stand in their order.", first, last)]
    if len(new) == len(old):
        places = [first + at for at, pair in enumerate(zip(new, old, strict=True)) if pair[0] != pair[1]]
        more = len(places) - MOST_NAMED
        named = [Finding(Fault.EDITED, f"Entry {one} was changed.", one, one) for one in places[:MOST_NAMED]]
        if more > 0:
            told_more = f"{more} further entries up to {places[-1]} were changed."
            named.append(Finding(Fault.EDITED, told_more, places[MOST_NAMED], places[-1]))
        return named
    return [Finding(Fault.ALTERED, f"Entries {first} to {last} are not those of the log.", first, last)]


def misnumbered(lines: Iterable[bytes], size: int) -> list[Finding]:
    """The first line that does not bear the number of its place, told as what made it so; size: entries of the head.

    Used where no authentic leaf hashes are at hand.
    """
    count = 0
    for count, line in enumerate(lines, start=1):
        if line.startswith(line_start(count)):
            continue
        bears = _number(line)
        if bears is None:
            return [Finding(Fault.EDITED, f"At place {count} stands no entry.", count, count)]
        if bears > count:
            message = f"At place {count} stands entry {bears}: what belongs there is gone or elsewhere."
            return [Finding(Fault.DELETED, message, count, bears - 1)]
        message = f"At place {count} stands an entry numbered {bears} again: one of the two was put in."
        return [Finding(Fault.INSERTED, message, bears, count)]
    if count < size:
        message = f"The head speaks of {size} entries; {count} are here. Entries {count + 1} to {size} are cut off."
        return [Finding(Fault.TRUNCATED, message, count + 1, size)]
    if count > size:
        message = f"The head speaks of {size} entries; {count} are here."
        return [Finding(Fault.INSERTED, message, size + 1, count)]
    return []


def _number(line: bytes) -> int | None:
    digits = line.removeprefix(b'{"v":1,"number":').partition(b",")[0]
    return int(digits) if digits.isdigit() and len(digits) < 19 else None

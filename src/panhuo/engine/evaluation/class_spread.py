"""Indicators of the OECD that need the classes of citing or cited patents: generality, originality, radicalness.

Classes are subclasses of the IPC (four characters). Source: Squicciarini, Dernis, Criscuolo, Measuring Patent
Quality, OECD STI Working Papers 2013/03, sections on originality, generality and radicalness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence


def class_spread(others: Sequence[Collection[str]]) -> float | None:
    """Originality (others: cited patents) or generality (others: citing patents) of one patent, 0..1.

    One less the sum of squares of the classes' shares; each other patent spreads one vote over its own classes. Equal
    votes make generality comparable between patents with few and with many classes. None where no other tells classes.

    >>> class_spread([{"C22C"}, {"C22C", "H01F"}])
    0.375
    """
    told = [set(classes) for classes in others if classes]
    if not told:
        return None
    votes: Counter[str] = Counter()
    for classes in told:
        for one in sorted(classes):
            votes[one] += 1 / len(classes)  # type: ignore[assignment]  # Counter adds shares as well as counts
    return 1 - sum((vote / len(told)) ** 2 for vote in votes.values())


def radicalness(own: Collection[str], cited: Iterable[Collection[str]]) -> float | None:
    """Share of the cited patents' classes, counted patent by patent, that the patent itself does not lie in, 0..1.

    None where none of them tells classes, or the patent has none.

    >>> radicalness({"C22C"}, [{"C22C"}, {"C22C", "H01F"}, {"B22F"}])
    0.5
    """
    told = [one for classes in cited for one in sorted(set(classes))]
    if not told or not own:
        return None
    return sum(one not in own for one in told) / len(told)

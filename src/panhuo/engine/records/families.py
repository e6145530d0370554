"""Rights that belong together: same-day pairs (一案双申) and patent families, as columns over a whole register."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from panhuo.terms.errors import BadValue
from panhuo.terms.kinds import IpType
from panhuo.terms.numbers import parse_publication_number

Id = TypeVar("Id", bound=Hashable)
PairConfidence = Literal["equal_title", "marked", "candidate"]

NEAR_TITLE_SHARE = 0.8
"""Share of the shorter title's character pairs that the longer one has too, from which titles are near.

Only proposes pairs for a person to confirm; no list and no figure depends on it.
"""
_FEWEST_PAIRS_OF_CHARACTERS = 3
_MOST_COMPARISONS = 10_000
"""Near titles are not sought in a larger group (100 by 100 filings of one applicant on one day)."""
_OPENINGS = ("一种", "一类")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class PairLink:
    """Membership in a pair: both members carry the smaller id as pair_id.

    confidence: "equal_title" and "marked" are pairs, "candidate" asks a person and joins nothing.
    """

    pair_id: int
    confidence: PairConfidence


@dataclass(frozen=True, slots=True)
class _Filing:
    id: int
    title: str
    marked: bool


def same_day_pairs(
    ids: Sequence[int],
    ip_types: Sequence[str],
    filing_dates: Sequence[date | None],
    owner_keys: Sequence[str],
    titles: Sequence[str],
    marked: Sequence[bool],
) -> dict[int, PairLink]:
    """Inventions and utility models that one applicant filed for one creation on one day.

    Equal applicants and filing day are asked for; then an equal cleaned title makes a pair, and so does the
    source's own mark 一案双申 on both with near titles, where it leaves one choice only. Near titles without it,
    equal ones that leave a choice, and marks with titles apart are candidates.

    Columns of one length, row by row; an empty owner key or unknown day pairs with nothing.

    Returns: for the ids in a pair their link; each id stands in one pair at most. The same rows in another
    order give the same pairs.
    Source: Patent Law art. 9, Implementing Rules art. 47; which rows to join is professional knowledge.
    """
    groups: dict[tuple[str, date], tuple[list[_Filing], list[_Filing]]] = {}
    columns = zip(ids, ip_types, filing_dates, owner_keys, titles, marked, strict=True)
    for id_, ip_type, filed, owner_key, title, mark in columns:
        if filed is None or not owner_key or ip_type not in (IpType.INVENTION, IpType.UTILITY_MODEL):
            continue
        inventions, models = groups.setdefault((owner_key, filed), ([], []))
        (inventions if ip_type == IpType.INVENTION else models).append(_Filing(id_, title, mark))
    links: dict[int, PairLink] = {}
    for inventions, models in groups.values():
        if inventions and models:
            _link_group(sorted(inventions, key=_by_id), sorted(models, key=_by_id), links)
    return links


def clean_title(title: str) -> str:
    """Title without what drafters vary: width, case, blanks, punctuation and the opening 一种.

    >>> clean_title("一种 水泵（带滤网）") == clean_title("水泵(带滤网)")
    True
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    kept = _NO_WORD.sub("", folded)
    for opening in _OPENINGS:
        if kept.startswith(opening):
            return kept.removeprefix(opening)
    return kept


def near_title_share(title: str, other: str) -> float:
    """Share (0 to 1) of the shorter cleaned title's neighbouring characters that the other has; 0.0 for tiny ones.

    >>> near_title_share("折叠式无人机机臂", "折叠式无人机机臂及其控制方法")
    1.0
    """
    return _share(_pairs_of_characters(title), _pairs_of_characters(other))


def family_keys(
    ids: Sequence[Id], own_numbers: Sequence[Sequence[str]], members: Sequence[Sequence[str]]
) -> dict[Id, str]:
    """One key for all rights that family lists join, directly or over others.

    Args: row by row: an id, its own publication numbers, and the publication numbers its source lists as family
        members. Numbers may be spelled differently; those that are none count as they stand.
    Returns: id -> "f:" and the smallest number of its family; "" for a right that no list joins to anything.
    The result does not depend on the order of rows or lists.
    """
    forest = _Forest()
    numbers: dict[str, str] = {}
    first: dict[Id, str] = {}
    with_list: list[str] = []
    for id_, own, listed in zip(ids, own_numbers, members, strict=True):
        texts = [*own, *listed]
        row = [numbers.get(text) or numbers.setdefault(text, _number_key(text)) for text in texts]
        if not row:
            continue
        first[id_] = row[0]
        if listed:
            with_list.append(row[0])
        for number in row:
            forest.join(row[0], number)
    families = {forest.root(number) for number in with_list}
    smallest = forest.smallest()
    keys = dict.fromkeys(ids, "")
    for id_, number in first.items():
        root = forest.root(number)
        if root in families:
            keys[id_] = "f:" + smallest[root][2:]
    return keys


class _Forest:
    """Union-find over number keys."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, number: str) -> str:
        parent = self._parent
        top = number
        while parent.setdefault(top, top) != top:
            top = parent[top]
        while parent[number] != top:  # every number on the way now points to the top
            parent[number], number = top, parent[number]
        return top

    def join(self, number: str, other: str) -> None:
        self._parent[self.root(other)] = self.root(number)

    def smallest(self) -> dict[str, str]:
        """Root -> the smallest number under it."""
        found: dict[str, str] = {}
        for number in tuple(self._parent):
            root = self.root(number)
            found[root] = min(found.get(root, number), number)
        return found


def _number_key(text: str) -> str:
    try:
        return parse_publication_number(text).key
    except BadValue:
        return "x:" + "".join(text.split()).upper()  # behind every real number in the order


def _by_id(filing: _Filing) -> int:
    return filing.id


def _link_group(inventions: list[_Filing], models: list[_Filing], links: dict[int, PairLink]) -> None:
    """Pairs among the filings of one applicant on one day; surest kinds first."""
    titles: dict[str, tuple[list[_Filing], list[_Filing]]] = defaultdict(lambda: ([], []))
    for invention in inventions:
        titles[clean_title(invention.title)][0].append(invention)
    for model in models:
        titles[clean_title(model.title)][1].append(model)
    for title, (same_inventions, same_models) in titles.items():
        if not title:
            continue
        only_choice = len(same_inventions) == 1 == len(same_models)
        for invention, model in zip(same_inventions, same_models, strict=False):
            _link(invention, model, "equal_title" if only_choice else "candidate", links)
    _link_marked(_free(inventions, links), _free(models, links), links)
    _link_near(_free(inventions, links), _free(models, links), links)


def _link_marked(inventions: list[_Filing], models: list[_Filing], links: dict[int, PairLink]) -> None:
    """Marks on both sides that leave one choice make a pair, if the titles are near.

    Sources mark both members. With titles apart the true partners may be missing from the file, so that a
    person has to look.
    """
    marked_inventions = [filing for filing in inventions if filing.marked]
    marked_models = [filing for filing in models if filing.marked]
    if len(marked_inventions) == 1 == len(marked_models):
        invention, model = marked_inventions[0], marked_models[0]
        near = near_title_share(invention.title, model.title) >= NEAR_TITLE_SHARE
        _link(invention, model, "marked" if near else "candidate", links)


def _link_near(inventions: list[_Filing], models: list[_Filing], links: dict[int, PairLink]) -> None:
    """Best near titles first; equally near ones by id."""
    if len(inventions) * len(models) > _MOST_COMPARISONS:
        return
    words = {filing.id: _pairs_of_characters(filing.title) for filing in (*inventions, *models)}
    near = [
        (-share, invention.id, model.id, invention, model)
        for invention in inventions
        for model in models
        if (share := _share(words[invention.id], words[model.id])) >= NEAR_TITLE_SHARE
    ]
    for *_, invention, model in sorted(near, key=lambda found: found[:3]):
        if invention.id not in links and model.id not in links:
            _link(invention, model, "candidate", links)


def _link(invention: _Filing, model: _Filing, confidence: PairConfidence, links: dict[int, PairLink]) -> None:
    links[invention.id] = links[model.id] = PairLink(min(invention.id, model.id), confidence)


def _free(filings: Iterable[_Filing], links: dict[int, PairLink]) -> list[_Filing]:
    return [filing for filing in filings if filing.id not in links]


def _pairs_of_characters(title: str) -> frozenset[str]:
    cleaned = clean_title(title)
    return frozenset(cleaned[place : place + 2] for place in range(len(cleaned) - 1))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    fewest = min(len(one), len(other))
    return len(one & other) / fewest if fewest >= _FEWEST_PAIRS_OF_CHARACTERS else 0.0

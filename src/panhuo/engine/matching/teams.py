"""Teams: people who file together at one owner, read from the inventors of its patents.

Names are only compared within one owner, because two people of two owners may share a name. A team's key is made of
owner and lead, so that it stays the same while patents come and go; names leave this module for the lead alone, and
he is masked where people read (terms.person_names).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import combinations

from panhuo.engine.records.owners import normalise_party_name
from panhuo.rules import InForce

MOST_INVENTORS = 12
"""Inventors of one patent that are looked at, from the first: a longer list names a whole institute."""
NEIGHBOURS = 16
"""Titles of a large team that a title is compared with, in the order of the letters from either end."""
COMPARED_WHOLE = 40
"""Up to so many titles of a team each is compared with each."""
_NO_WORD = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"[0-9一二三四五六七八九十ivx]+$")


@dataclass(frozen=True, slots=True)
class TeamRules:
    """Numbers of a pack.

    shared: inventors that two patents of one owner share to be of one team (the first inventor alone does, too).
    people: inventors up to which teams are put together. rows: patents of one team on one list. alike: share of
    character pairs, 0..1, from which two titles of a team are one series. no_names: what stands for an inventor who
    is not named. openings: formulae before titles.
    """

    shared: int
    people: int
    rows: int
    alike: float
    no_names: frozenset[str]
    openings: tuple[str, ...]


def team_rules(rules: InForce) -> TeamRules:
    """Read matching.team.* and the table text_openings."""
    return TeamRules(
        shared=rules.integer("matching.team.shared_inventors"),
        people=rules.integer("matching.team.people"),
        rows=rules.integer("matching.team.rows"),
        alike=float(rules.decimal("matching.team.series_alike")),
        no_names=frozenset(_folded(word) for word in rules.words("matching.team.no_names")),
        openings=tuple(row["word"] for row in rules.table("text_openings")),
    )


@dataclass(frozen=True, slots=True)
class Filed:
    """One patent as it was filed. owner: identity of its first owner (records.roster.PartyId or a folded name)."""

    asset_id: int
    owner: str
    inventors: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """People who file together at one owner. lead: the most frequent first inventor, in full; mask it where shown.

    people: distinct inventors. asset_ids: ascending.
    """

    key: str
    owner: str
    lead: str
    people: int
    asset_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TeamBook:
    """Teams by key. team_of: asset_id -> key; series_of: asset_id -> series, for those that are not alone in theirs.

    A patent without an owner or without a named inventor has no team.
    """

    teams: Mapping[str, Team]
    team_of: Mapping[int, str]
    series_of: Mapping[int, str]


def owner_identity(code: str, name: str) -> str:
    """Who a first owner is: his code where known, else his name however it is spelt; "" for nobody."""
    return f"u:{code}" if code else (f"n:{folded}" if (folded := normalise_party_name(name)) else "")


def teams(filed: Iterable[Filed], rules: TeamRules) -> TeamBook:
    """Put patents into teams, whatever order they come in.

    Patents of one owner with the same first inventor are together. Pairs of people who file together then join
    their groups, those with most common patents first, as long as the joint team has at most `people` inventors: a
    laboratory in which everybody has once filed with everybody falls into the groups that work together most.
    """
    owners: dict[str, list[Filed]] = defaultdict(list)
    for one in filed:
        named = _named(one.inventors, rules.no_names)
        if one.owner and named:
            owners[one.owner].append(Filed(one.asset_id, one.owner, named, one.title))
    found: dict[str, Team] = {}
    team_of: dict[int, str] = {}
    series_of: dict[int, str] = {}
    for owner, patents in owners.items():
        patents.sort(key=lambda one: one.asset_id)
        for members in _together(patents, rules):
            team = _team(owner, members)
            found[team.key] = team
            for one in members:
                team_of[one.asset_id] = team.key
            if len(members) > 1:
                series_of |= {asset_id: f"{team.key}:{first}" for asset_id, first in _series(members, rules)}
    return TeamBook(found, team_of, series_of)


def _named(inventors: Sequence[str], no_names: frozenset[str]) -> tuple[str, ...]:
    folded = (_folded(name) for name in inventors[:MOST_INVENTORS])
    return tuple(dict.fromkeys(name for name in folded if name and name not in no_names))


@lru_cache(maxsize=1 << 16)
def _folded(name: str) -> str:
    """One spelling of a name: width, case, no blanks and marks between letters."""
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _together(patents: Sequence[Filed], rules: TeamRules) -> Iterator[list[Filed]]:
    """The teams of one owner. patents: ascending by asset_id."""
    led: dict[str, list[Filed]] = defaultdict(list)
    for one in patents:
        led[one.inventors[0]].append(one)
    if len(led) > 1:
        leaders = _joined(led, rules)
        grouped: dict[str, list[Filed]] = defaultdict(list)
        for lead, own in led.items():
            grouped[leaders(lead)] += own
        led = grouped
    for members in led.values():
        members.sort(key=lambda one: one.asset_id)
        yield members


def _joined(led: Mapping[str, Sequence[Filed]], rules: TeamRules) -> Callable[[str], str]:
    """From a first inventor to the one who stands for the joint group."""
    groups_of: dict[tuple[str, ...], set[str]] = defaultdict(set)
    strength: Counter[tuple[str, ...]] = Counter()
    people: dict[str, set[str]] = {}
    for lead, patents in led.items():
        people[lead] = {name for one in patents for name in one.inventors}
        for one in patents:
            for few in combinations(sorted(one.inventors), rules.shared):
                groups_of[few].add(lead)
                strength[few] += 1
    up: dict[str, str] = {}

    def leader(lead: str) -> str:
        while (above := up.get(lead, lead)) != lead:
            lead = above
        return lead

    across = (few for few, groups in groups_of.items() if len(groups) > 1)
    for few in sorted(across, key=lambda few: (-strength[few], few)):
        first, *others = sorted({leader(lead) for lead in groups_of[few]}, key=lambda lead: (-len(people[lead]), lead))
        for other in others:
            joint = people[first] | people[other]
            if len(joint) <= rules.people:
                up[other] = first
                people[first] = joint
    return leader


def _team(owner: str, members: Sequence[Filed]) -> Team:
    firsts = Counter(one.inventors[0] for one in members)
    lead = min(firsts, key=lambda name: (-firsts[name], name))
    told = f"{owner}|{lead}".encode("utf-8", "surrogatepass")
    key = f"t{blake2b(told, digest_size=8).hexdigest()}"
    people = {name for one in members for name in one.inventors}
    return Team(key, owner, lead, len(people), tuple(one.asset_id for one in members))


def _series(members: Sequence[Filed], rules: TeamRules) -> Iterator[tuple[int, int]]:
    """(asset_id, smallest asset_id of its series) for patents of one team whose titles are nearly the same."""
    bare = {one.asset_id: bare_title(one.title, rules.openings) for one in members}
    by_title: dict[str, list[int]] = defaultdict(list)
    for asset_id, title in bare.items():
        if title:
            by_title[title].append(asset_id)
    titles = sorted(by_title)
    up: dict[str, str] = {}

    def leader(title: str) -> str:
        while (above := up.get(title, title)) != title:
            title = above
        return title

    pairs = {title: frozenset(zip(title, title[1:], strict=False)) for title in titles}
    for left, right in _compared(titles):
        # Dice cannot reach the limit where one title is much shorter
        ours, theirs = pairs[left], pairs[right]
        if 2 * min(len(ours), len(theirs)) < rules.alike * (len(ours) + len(theirs)):
            continue
        if likeness(ours, theirs) >= rules.alike:
            low, high = sorted((leader(left), leader(right)))
            up[high] = low
    whole: dict[str, list[int]] = defaultdict(list)
    for title, asset_ids in by_title.items():
        whole[leader(title)] += asset_ids
    for asset_ids in whole.values():
        if len(asset_ids) > 1:
            first = min(asset_ids)
            yield from ((asset_id, first) for asset_id in sorted(asset_ids))


def _compared(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(titles) <= COMPARED_WHOLE:
        yield from combinations(titles, 2)
        return
    for ordered in (titles, sorted(titles, key=lambda title: title[::-1])):
        for place, title in enumerate(ordered):
            yield from ((title, other) for other in ordered[place + 1 : place + 1 + NEIGHBOURS])


def bare_title(title: str, openings: Sequence[str]) -> str:
    """A title without formulae before it, marks, and a number at its end.

    >>> bare_title("一种石灰窑供风装置（二）", ("一种",))
    '石灰窑供风装置'
    """
    bare = _NO_WORD.sub("", unicodedata.normalize("NFKC", title[:400])).casefold()
    pattern = _beginning(tuple(openings))
    while (found := pattern.match(bare)) and len(bare) > found.end() + 1:
        bare = bare[found.end() :]
    cut = _NUMBERED.sub("", bare)
    return cut if len(cut) > 1 else bare


@cache
def _beginning(openings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, openings)) or "(?!)")


def likeness(left: frozenset[tuple[str, str]], right: frozenset[tuple[str, str]]) -> float:
    """Dice's share of common character pairs, 0..1; 0 where either has none."""
    whole = len(left) + len(right)
    return 2 * len(left & right) / whole if left and right else 0.0

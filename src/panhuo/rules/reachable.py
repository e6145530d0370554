"""What somebody may do a right to, as filters that lists are cut by: the same answer as rights.may, for many at once.

Guards of a single case (steps, conflicts, own account) are not among them: a list shows what may be seen, the act asks
again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from panhuo.rules.regions import Scope
from panhuo.rules.rights import Allowed, RightsBook, Standing, Subject, applying, in_extent, sides_mixed
from panhuo.rules.rights import Extent as _Extent
from panhuo.terms.roles import Effect, Reach, Right, Visibility


@dataclass(frozen=True, slots=True)
class Reaches:
    """A union of filters; empty ones hold nothing.

    person: things whose person this account is; assigned: things given to it; units: owner is one of them; trees: owner
    is one of them or below one; leads, co_units, parties: organisations that are so of the thing; *_consented: the
    same, and the owner consented to that organisation; regions: the owner's region lies in one; objects: kind:number.
    wide_*: reach scope or everything, which never opens a thing kept between its parties.
    """

    person: frozenset[int] = frozenset()
    assigned: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    trees: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()
    co_units: frozenset[int] = frozenset()
    parties: frozenset[int] = frozenset()
    parties_consented: frozenset[int] = frozenset()
    wide_regions: tuple[Scope, ...] = ()
    wide_units: frozenset[int] = frozenset()
    wide_trees: frozenset[int] = frozenset()
    wide_objects: frozenset[str] = frozenset()
    wide_everything: bool = False
    published: bool = False

    def holds(self, of: Subject) -> bool:
        """Whether one of the filters holds a thing."""
        chain = ({of.owner} if of.owner is not None else set()) | set(of.parents)
        return (
            not self.person.isdisjoint(of.persons)
            or not self.assigned.isdisjoint(of.assigned)
            or of.owner in self.units
            or not chain.isdisjoint(self.trees)
            or not self.leads.isdisjoint(of.leads)
            or not self.co_units.isdisjoint(of.co_units)
            or not self.parties.isdisjoint(of.parties)
            or not self.parties_consented.isdisjoint(of.parties & of.consented)
            or (self.published and of.visibility is Visibility.PUBLIC)
            or (of.visibility is not Visibility.PARTIES and self._holds_wide(of))
        )

    def _holds_wide(self, of: Subject) -> bool:
        wide = _Extent(None, self.wide_units, self.wide_trees, self.wide_objects, self.wide_everything)
        return in_extent(wide, of) or any(in_extent(_Extent(one), of) for one in self.wide_regions)


NOWHERE = Reaches()


@dataclass(frozen=True, slots=True)
class Reachable:
    """What is allowed, without what is denied."""

    allowed: Reaches = NOWHERE
    denied: Reaches = NOWHERE

    def holds(self, of: Subject) -> bool:
        return self.allowed.holds(of) and not self.denied.holds(of)


def reachable(standing: Standing, right: Right, *, book: RightsBook) -> Reachable:
    """Filters for all things to which somebody may do a right.

    Raises: NotImplementedError for a consent asked of another reach than party, which no filter can say.
    """
    if sides_mixed((one.role for one in standing.held), book.sides):
        return Reachable()
    rows = list(applying(standing, right, book))
    return Reachable(
        _union((one for one in rows if one.grant.effect is Effect.ALLOW), standing),
        _union((one for one in rows if one.grant.effect is Effect.DENY), standing),
    )


def _union(rows: Iterable[Allowed], standing: Standing) -> Reaches:
    sets: dict[str, set[int]] = {}
    objects: set[str] = set()
    regions: dict[Scope, None] = {}
    everything = published = False
    for one in rows:
        if one.grant.condition is not None and one.grant.reach is not Reach.PARTY:
            raise NotImplementedError(f"{one.grant.condition} with reach {one.grant.reach}")
        match one.grant.reach:
            case Reach.PUBLIC:
                published = True
            case Reach.SCOPE if one.held:
                extent = one.held.extent
                everything |= extent.everything
                objects |= extent.objects
                regions |= {extent.regions: None} if extent.regions else {}
                sets.setdefault("wide_units", set()).update(extent.units)
                sets.setdefault("wide_trees", set()).update(extent.trees)
            case Reach.EVERYTHING if one.held:
                everything = True
            case _ if one.held:
                name = _NAMES[one.grant.reach] + ("_consented" if one.grant.condition else "")
                whose = standing.account if one.grant.reach in (Reach.OWN, Reach.ASSIGNED) else one.held.organisation
                if whose is not None:
                    sets.setdefault(name, set()).add(whose)
    frozen = {name: frozenset(found) for name, found in sets.items()}
    return Reaches(
        **frozen,
        wide_regions=tuple(regions),
        wide_objects=frozenset(objects),
        wide_everything=everything,
        published=published,
    )


_NAMES = {
    Reach.OWN: "person",
    Reach.ASSIGNED: "assigned",
    Reach.UNIT: "units",
    Reach.UNIT_AND_CHILDREN: "trees",
    Reach.LEAD: "leads",
    Reach.CO_UNIT: "co_units",
    Reach.PARTY: "parties",
}

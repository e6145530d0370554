"""Whose rows somebody may import: what they own, or what lies in their region. The rest goes to the rejects.

A row passes where its owner is one of the organisations that the right import_stock reaches, or its region lies in a
region that it reaches; and where the register knows the patent, the same must hold of what the register says. A row
that names somebody else's patent beside one's own number would otherwise join the two.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from panhuo.desk.people.access import filter_of
from panhuo.desk.people.models import Organisation
from panhuo.desk.registry.models import AssetKey
from panhuo.desk.registry.parties import regions_by_name
from panhuo.engine.records.facts import Fact
from panhuo.engine.records.owners import normalise_party_name
from panhuo.engine.records.patent import PatentRecord
from panhuo.engine.records.raw import Reject
from panhuo.rules.regions import Scope, region_in_scope

if TYPE_CHECKING:
    from panhuo.desk.registry.preparing import Unit
    from panhuo.rules.reachable import Reachable

_AT_ONCE = 400
OFFICE_TABLES = frozenset({"roster", "population"})
"""Facts that are nobody's own."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a thing is said to be, by a row or by the register."""

    names: Collection[str] = ()
    code: str = ""
    region: str = ""

    @property
    def is_named(self) -> bool:
        return bool(self.code or any(self.names))


@dataclass(frozen=True, slots=True)
class Own:
    """What counts as one's own. names: folded names of organisations, codes: theirs; regions and without: parts of the
    country; placed: region of organisations that rosters place, by folded name; everything: no question is asked."""

    names: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    regions: tuple[Scope, ...] = ()
    placed: Mapping[str, str] | None = None
    everything: bool = False

    @property
    def is_office(self) -> bool:
        return bool(self.regions)

    def holds(self, owner: Owner) -> bool:
        """Whether a thing of this owner is one's own."""
        folded = [normalise_party_name(name) for name in owner.names if name]
        if self.everything or (owner.code and owner.code in self.codes) or not self.names.isdisjoint(folded):
            return True
        if not self.regions:
            return False
        placed = self.placed or {}
        found = [owner.region] if owner.region else [placed[name] for name in folded if name in placed]
        return any(region_in_scope(code, scope) for code in found for scope in self.regions)


def own_of(reach: Reachable) -> Own:
    """What somebody may import, from the reach of their right."""
    allowed = reach.allowed
    if allowed.wide_everything:
        return Own(everything=True)
    units = Organisation.objects.filter(filter_of(reach)).values_list("name", "uscc")
    return Own(
        names=frozenset(normalise_party_name(name) for name, _ in units),
        codes=frozenset(code for _, code in units if code),
        regions=allowed.wide_regions,
        placed=regions_by_name() if allowed.wide_regions else None,
    )


class OwnerGate:
    """Lets pass what is one's own (desk.registry.intake.Gate). fill: whose the rows are that name no owner or, for an
    office, no region; None where the sender did not say."""

    def __init__(self, own: Own, *, fill: Organisation | None) -> None:
        self._own = own
        self._fill = fill
        said = {
            "names": sorted(own.names),
            "codes": sorted(own.codes),
            "regions": [[scope.includes, scope.excludes] for scope in own.regions],
            "everything": own.everything,
            "fill": fill.pk if fill is not None else None,
        }
        self.mark = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def check(self, unit: Unit) -> None:
        """Move what is not one's own from the unit to its rejects."""
        if self._own.everything:
            return
        known = _known(set(_keys(unit)))
        kept: list[PatentRecord] = []
        for record in unit.patents:
            refused = self._of_record(record, known)
            if refused is None:
                kept.append(record)
            else:
                unit.rejects.append(refused)
        facts: list[Fact] = []
        for fact in unit.facts:
            refused = self._of_fact(fact, known)
            if refused is None:
                facts.append(fact)
            else:
                unit.rejects.append(refused)
        unit.patents, unit.facts = kept, facts

    def _of_record(self, record: PatentRecord, known: Mapping[str, Owner]) -> Reject | None:
        stands = [known[key] for key in record.keys if key in known]
        return self._judge(_owner_of(record), stands, record, record.row, record.member)

    def _judge(
        self, owner: Owner, stands: Sequence[Owner], record: PatentRecord | None, row: int, member: str
    ) -> Reject | None:
        foreign = next((one for one in stands if not self._own.holds(one)), None)
        name = next(iter(owner.names), "") or owner.code
        if foreign is not None:
            return _reject("other_owner_in_register", row, member, name)
        if self._own.holds(owner) or (stands and not owner.is_named):
            return None
        if owner.is_named and (owner.region or not self._own.is_office):
            return _reject("other_owner", row, member, name)
        if self._fill is None:
            return _reject("no_region" if owner.is_named else "no_owner", row, member, name)
        if record is not None:
            _fill(record, self._fill, is_named=owner.is_named, is_office=self._own.is_office)
        return None

    def _of_fact(self, fact: Fact, known: Mapping[str, Owner]) -> Reject | None:
        row, member = fact.row, fact.member
        if fact.record is not None:
            return self._of_record(fact.record, known)
        values = fact.values
        if fact.table in OFFICE_TABLES:
            region, name = str(values.get("region_code") or ""), str(values.get("party_name") or "")
            owner = Owner((name,) if name else (), str(values.get("party_code") or ""), region)
            if not self._own.is_office:
                return _reject("office_only", row, member, name or region)
            return self._judge(owner, (), None, row, member)
        if fact.table == "need":
            firm = (str(values.get("firm") or ""),)
            owner = Owner(firm, str(values.get("firm_code") or ""), str(values.get("region_code") or ""))
            return self._judge(owner, (), None, row, member)
        if not fact.keys and not fact.events and not values:  # a row that nobody filled in says nothing of anybody
            return None
        return self._about_patents(fact, known)

    def _about_patents(self, fact: Fact, known: Mapping[str, Owner]) -> Reject | None:
        """A recordal, offer or answer about patents: each of them must be one's own. Units cannot speak of a patent
        that the register does not know; of an office the parties are asked."""
        parties = Owner(
            [name for event in fact.events for name in (event.from_party, event.to_party) if name],
            next((code for event in fact.events for code in (event.from_code, event.to_code) if code), ""),
        )
        for keys in fact.keys or [()]:
            stands = [known[key] for key in keys if key in known]
            if stands:
                foreign = any(not self._own.holds(one) for one in stands)
                if foreign:
                    return _reject("other_owner_in_register", fact.row, fact.member, keys[0].partition(":")[2])
            elif not self._own.is_office and not all(key.startswith("c:") for key in keys):
                return _reject("unknown_patent", fact.row, fact.member, keys[0].partition(":")[2] if keys else "")
            else:
                refused = self._judge(parties, (), None, fact.row, fact.member)
                if refused is not None:
                    return refused
        return None


def _owner_of(record: PatentRecord) -> Owner:
    return Owner(record.owners or record.applicants, record.owner_code, record.region_code)


def _fill(record: PatentRecord, own: Organisation, *, is_named: bool, is_office: bool) -> None:
    """What the sender said of rows that are silent: a unit owns them, an office has them in its region."""
    if not is_named and not is_office:
        record.owners, record.owner_code = (own.name,), own.uscc
    record.region_code = record.region_code or own.region_code


def _keys(unit: Unit) -> Iterable[str]:
    for record in unit.patents:
        yield from record.keys
    for fact in unit.facts:
        for keys in fact.keys:
            yield from keys
        if fact.record is not None:
            yield from fact.record.keys


def _known(keys: Collection[str]) -> dict[str, Owner]:
    """What the register says of the owners of patents, by the keys that it knows."""
    found: dict[str, Owner] = {}
    ordered = sorted(keys)
    columns = ("key", "asset__owners", "asset__applicants", "asset__owner_code", "asset__region_code")
    for start in range(0, len(ordered), _AT_ONCE):
        rows = AssetKey.objects.filter(key__in=ordered[start : start + _AT_ONCE]).values_list(*columns)
        for key, owners, applicants, code, region in rows:
            found[key] = Owner(tuple(owners or applicants), code, region)
    return found


_SAID = {
    "other_owner": "The row is about a patent of {value}, which lies outside what you may import.",
    "other_owner_in_register": "The register says that this patent is somebody else's.",
    "no_owner": "The row names no owner, so nobody can say whether it is yours.",
    "no_region": "Nobody can say whether {value} lies in your region.",
    "unknown_patent": "The register does not know this patent yet.",
    "office_only": "Rosters and populations are imported by offices.",
}


def _reject(code: str, row: int, member: str, value: str) -> Reject:
    return Reject(row, "owners", value[:200], code, _SAID[code].format(value=value[:80]), member)

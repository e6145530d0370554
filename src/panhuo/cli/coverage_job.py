"""Needs held against the patents on their lists: texts as written, what they cover, whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from panhuo.cli.match_needs import Need
from panhuo.engine.matching.claim_features import Field
from panhuo.engine.matching.coverage import Asked, ask, cover, coverage_rules
from panhuo.engine.matching.findings import Coverage
from panhuo.engine.matching.inventor_contacts import ContactReader, Withheld, contact_words
from panhuo.engine.matching.needs import NeedRules
from panhuo.engine.matching.query import part_weights
from panhuo.engine.matching.requirements import requirement_rules, requirements
from panhuo.engine.matching.words import Lexicon
from panhuo.rules import InForce

if TYPE_CHECKING:
    from collections.abc import Sequence

    from panhuo.adapters.tables.protocol import Tables
    from panhuo.engine.matching.teams import TeamBook
    from panhuo.engine.ports import Encoder, Floats

COLUMNS = (
    "asset_id",
    "asset_key",
    "title",
    "title_en",
    "abstract",
    "abstract_en",
    "first_claim",
    "owners",
    "owner_type",
    "inventors",
)


class CoverageReader:
    """Understands each need once and holds patents against it. value: Lexicon.share times rarity of a word."""

    def __init__(
        self, rules: InForce, known: NeedRules, lexicon: Lexicon, encoder: Encoder, value: Callable[[str], float]
    ) -> None:
        self._split = requirement_rules(rules, known, part_weights(rules))
        self._rules = coverage_rules(rules, known.units)
        self._lexicon, self._encoder, self._value = lexicon, encoder, value
        self._asked: dict[str, Asked] = {}

    def asked(self, need: Need) -> Asked:
        """The need in requirements; words of the firm's own name are worth nothing, they say who, not what."""
        found = self._asked.get(need.need_id)
        if found is None:
            own = set(self._lexicon.words(need.firm)) if need.firm else set()

            def value(word: str) -> float:
                return 0.0 if word in own else self._value(word)

            split = requirements(need.said, self._split, self._lexicon, value=value)
            found = self._asked[need.need_id] = ask(split, self._lexicon, value=value, rules=self._rules)
        return found

    def cover(self, need: Need, patent: PatentTexts) -> Coverage:
        """What the patent's texts cover of the need."""
        return cover(self.asked(need), patent.texts, self._lexicon, self._rules, near=self._near)

    def _near(self, ours: Sequence[str], theirs: Sequence[str]) -> Floats:
        found: Floats = self._encoder.terms(ours, asked=True) @ self._encoder.terms(theirs).T
        return found


@dataclass(frozen=True, slots=True)
class PatentTexts:
    """Texts of one patent as written, its owners, and the contact that its owner named.

    contact: "" where none is named or where it is withheld because it may be an inventor's, whose contact stays with
    the owner.
    """

    texts: dict[Field, str]
    owners: tuple[str, ...]
    contact: str = ""
    withheld: Withheld | None = None


def patents_of(tables: Tables, rules: InForce, keys: Iterable[str], book: TeamBook) -> dict[str, PatentTexts]:
    """By asset_key: texts, owners and contacts as last stated by the owner up to the day.

    book: no contact of an inventor of the same team is told, whichever patent it was stated for.
    """
    import ibis

    from panhuo.desk.registry.parties import roster
    from panhuo.desk.registry.statements import latest_offers
    from panhuo.engine.indicators.supply_list import supply_rules

    wanted = sorted(set(keys))
    if not wanted:
        return {}
    asked = ibis.memtable({"asset_key": wanted}, schema={"asset_key": "string"})
    assets = tables["assets"].semi_join(asked, "asset_key")
    offers = latest_offers(tables, assets.select("asset_id"), supply_rules(rules, roster=roster()))
    rows: list[dict[str, Any]] = [
        dict(zip(COLUMNS, cells, strict=True)) for cells in tables.rows(assets.select(*COLUMNS))
    ]
    contacts = {row["asset_id"]: offers[row["asset_id"]].contact for row in rows if row["asset_id"] in offers}
    withheld = _withheld(tables, rules, {one: told for one, told in contacts.items() if told}, rows, book)
    return {
        row["asset_key"]: PatentTexts(
            {
                Field.TITLE: row["title"] or row["title_en"] or "",
                Field.FIRST_CLAIM: row["first_claim"] or "",
                Field.ABSTRACT: row["abstract"] or row["abstract_en"] or "",
            },
            tuple(row["owners"] or ()),
            "" if row["asset_id"] in withheld else contacts.get(row["asset_id"], ""),
            withheld.get(row["asset_id"]),
        )
        for row in rows
    }


def _withheld(
    tables: Tables, rules: InForce, contacts: Mapping[int, str], rows: Iterable[Mapping[str, Any]], book: TeamBook
) -> dict[int, Withheld]:
    """Contacts that are not shown, by asset_id. A firm's own people answer for it, so only its inventors' are not."""
    import ibis

    from panhuo.adapters.search.script import OpenCCScript
    from panhuo.terms.kinds import OwnerType

    if not contacts:
        return {}
    reader = ContactReader(contact_words(rules), OpenCCScript())
    mates = {one: book.teams[book.team_of[one]].asset_ids if one in book.team_of else () for one in contacts}
    asked = ibis.memtable(
        {"asset_id": sorted({*contacts, *(mate for team in mates.values() for mate in team)})},
        schema={"asset_id": "int64"},
    )
    assets = tables["assets"].semi_join(asked, "asset_id").select("asset_id", "inventors")
    inventors = {asset_id: names or () for asset_id, names in tables.rows(assets)}
    firms = {row["asset_id"] for row in rows if row["owner_type"] == OwnerType.ENTERPRISE}
    found = {}
    for asset_id, told in contacts.items():
        names = dict.fromkeys(name for one in (asset_id, *mates[asset_id]) for name in inventors.get(one, ()))
        why = reader.withheld(told, names, strict=asset_id not in firms)
        if why:
            found[asset_id] = why
    return found

"""Raw rows that are not patents -> facts: ledger events, rosters, population, needs, offers, answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Literal, TypeVar

from panhuo.engine.records.amounts import told_budget
from panhuo.engine.records.columns import MISSING
from panhuo.engine.records.fields import STOCK_BESIDE, STOCK_BESIDE_DAYS
from panhuo.engine.records.owners import split_joint_owners
from panhuo.engine.records.patent import EventRecord, PatentRecord
from panhuo.engine.records.raw import Cell, RawBatch, Reject
from panhuo.engine.records.vocabulary import Vocabulary, licence_terms
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue
from panhuo.terms.kinds import EventType, RecordKind
from panhuo.terms.money import parse_amount_cny
from panhuo.terms.numbers import (
    ApplicationNumber,
    PublicationNumber,
    asset_keys,
    parse_application_number,
    parse_publication_number,
)

_T = TypeVar("_T")


@dataclass(slots=True)
class Fact:
    """One row of a register table other than assets.

    keys: for each patent it names, the keys to find it by. told_on: day for which a need is told so, beside the
    statement itself. member: sheet or archive member of the row.
    """

    table: str
    values: dict[str, Any]
    keys: list[tuple[str, ...]] = field(default_factory=list)
    events: list[EventRecord] = field(default_factory=list)
    also: Fact | None = None  # a second row of the same statement, about the same patents
    record: PatentRecord | None = None  # what the same row says about the patent itself (stock inventory)
    row: int = 0
    member: str = ""
    told_on: date | None = None

    def uid(self) -> int:
        said = "|".join(f"{name}={value}" for name, value in sorted(self.values.items()))
        return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big") >> 1


class FactNormaliser:
    """Normalises every kind of row but patents. as_of: the day for which the files were said to speak."""

    def __init__(self, vocabulary: Vocabulary, *, as_of: date | None = None) -> None:
        self._words = vocabulary
        self._as_of = as_of
        self._makers: dict[RecordKind, Callable[[_Row], Fact]] = {
            RecordKind.EVENT: self._ledger,
            RecordKind.ROSTER: self._roster,
            RecordKind.POPULATION: self._population,
            RecordKind.NEED: self._need,
            RecordKind.STOCK_ITEM: self._stock_item,
            RecordKind.OPEN_LICENCE: self._open_licence,
        }
        self._needs: dict[str, tuple[str, str]] = {}

    def next_file(self) -> None:
        """What follows stands in another file; a need may be told anew there under its number."""
        self._needs.clear()

    def normalise(self, batch: RawBatch) -> tuple[list[Fact], list[Reject]]:
        """Facts and rejects of one batch; a row gives one fact or one reject."""
        make = self._makers[batch.kind]
        facts: list[Fact] = []
        rejects: list[Reject] = []
        for index, cells in enumerate(zip(*batch.columns.values(), strict=True)):
            row = _Row(dict(zip(batch.columns, cells, strict=True)), batch.separator)
            try:
                fact = make(row)
                if fact.table == "need":
                    self._first_of_its_number(fact, f"{batch.member} {batch.rows[index]}".strip())
            except BadValue as error:
                column = str(error.fields.get("column", ""))
                rejects.append(
                    Reject(
                        row=batch.rows[index],
                        column=column,
                        value=row.text(column)[:200],
                        code=error.code,
                        message=error.message,
                        member=batch.member,
                    )
                )
                continue
            fact.row, fact.member = batch.rows[index], batch.member
            facts.append(fact)
        return facts, rejects

    def _ledger(self, row: _Row) -> Fact:
        kind = row.text("ledger")
        event = LEDGER_EVENTS.get(kind)
        if event is None:
            raise BadValue(
                f"“{kind}” is no ledger: licence, transfer, pledge, product_filing or technology_contract.",
                code="unknown_ledger",
                column="ledger",
            )
        keys = row.patents()
        number = row.text("number")
        if not keys and (event is not EventType.TECHNOLOGY_CONTRACT or not number):
            raise BadValue("The row names no patent.", code="no_number", column="application_number")
        happened = row.day("event_date") or row.day("signed_on")
        if happened is None:
            raise BadValue("The row has no date.", code="no_date", column="event_date")
        amount = row.amount()
        first = EventRecord(
            event=event,
            event_date=happened,
            effective_on=None,
            from_party=row.text("from_party"),
            to_party=row.text("to_party"),
            from_code=self._words.owner_code(row.text("from_code")),
            to_code=self._words.owner_code(row.text("to_code")),
            number=number,
            amount_cny=str(amount) if amount is not None else "",
            ends_on=row.day("ends_on"),
            terms=licence_terms(row.text("terms")),
            text=row.text("product") or row.text("contract_kind") or row.text("title"),
            ledger=kind,
        )
        events = [first]
        cancelled = row.day("cancelled_on")
        if cancelled is not None and event in CANCELS:
            events.append(
                EventRecord(
                    event=CANCELS[event],
                    event_date=cancelled,
                    from_party=first.from_party,
                    to_party=first.to_party,
                    number=number,
                    ledger=kind,
                )
            )
        return Fact("event", {}, keys=keys or [(f"c:{kind}:{number}"[:60],)], events=events)

    def _roster(self, row: _Row) -> Fact:
        name, tag = row.text("party_name"), row.text("tag")
        if not name or not (tag or row.text("controller") or row.text("alias")):
            raise BadValue("A roster row needs a name and a tag.", code="incomplete", column="party_name")
        code = row.text("party_code")
        if code and not self._words.owner_code(code):
            raise BadValue(f"{code} is no valid unified social credit code.", code="bad_uscc", column="party_code")
        begun, ended = row.day_of_year("valid_from"), None
        if row.text("valid_to") not in OPEN_END:
            ended = row.day_of_year("valid_to")
        if begun and ended and ended < begun:
            raise BadValue(f"It ends on {ended}, before it begins on {begun}.", code="bad_period", column="valid_to")
        return Fact(
            "roster",
            {
                "party_code": self._words.owner_code(code),
                "party_name": name,
                "alias": row.text("alias"),
                "tag": tag,
                "valid_from": begun,
                "valid_to": ended,
                "controller": row.text("controller"),
                "region_code": self._words.region(row.text("region"), ""),
                "source_name": row.text("source_name"),
            },
        )

    def _population(self, row: _Row) -> Fact:
        region = self._words.region(row.text("region") or row.text("region_name"), "")
        if not region:
            raise BadValue("The region is not known.", code="unknown_region", column="region")
        year = row.whole("year")
        persons = row.whole("persons")
        if persons is None and row.text("persons_wan"):
            persons = int(row.number("persons_wan") * 10_000)
        if year is None or persons is None or persons <= 0 or not 1900 < year < 2200:
            raise BadValue(
                "A population row needs a year and a number of persons.", code="incomplete", column="persons"
            )
        return Fact(
            "population",
            {
                "region_code": region,
                "region_name": row.text("region_name") or row.text("region"),
                "year": year,
                "persons": persons,
                "source_name": row.text("source_name"),
            },
        )

    def _need(self, row: _Row) -> Fact:
        text = row.text("text") or "\n".join(
            row.text(part) for part in ("problem", "goal", "foundation", "difficulty") if row.text(part)
        )
        title = row.text("title")
        if not text and not title:
            raise BadValue("The row says no need.", code="empty_need", column="text")
        low, high, words = told_budget(row.text("budget_wan"), row.text("budget_text"), self._words.amount_words)
        received = row.day("received_on")
        values = {
            "firm": row.text("firm"),
            "firm_code": self._words.owner_code(row.text("firm_code")),
            "region_code": self._words.region(row.text("region"), ""),
            "industry_code": row.text("industry_code"),
            "title": title,
            "text": text,
            "problem": row.text("problem"),
            "goal": row.text("goal"),
            "foundation": row.text("foundation"),
            "difficulty": row.text("difficulty"),
            "budget_low_cny": _plain(low),
            "budget_high_cny": _plain(high),
            "urgency": row.text("urgency"),
            "mode": row.text("mode"),
            "source_name": row.text("source_name"),
            "received_on": received,
            "stage": row.text("stage"),
            "officer": row.text("officer"),
            "next_on": row.day("next_on"),
        }
        if words:
            values["budget_text"] = words
        need_id = row.text("need_id")
        if not need_id:
            told = f"{values['firm']}|{title}|{text}"
            need_id = "n" + blake2b(told.encode(), digest_size=6).hexdigest()
        fact = Fact("need", {"need_id": need_id[:60], **values})
        fact.told_on = self._as_of or row.day("updated_on") or received
        return fact

    def _first_of_its_number(self, fact: Fact, place: str) -> None:
        """Raises BadValue where a row before it in the file says another need under the same number."""
        number = fact.values["need_id"]
        said = blake2b(f"{fact.values['title']}\x00{fact.values['text']}".encode(), digest_size=12).hexdigest()
        first, before = self._needs.setdefault(number, (place, said))
        if before != said:
            raise BadValue(
                f"Row {place} says another need under the number {number}, which row {first} has already. "
                "Give it a number of its own.",
                code="same_number_other_need",
                column="need_id",
            )

    def _stock_item(self, row: _Row) -> Fact:
        keys = row.patents()
        if not keys:
            raise BadValue("The row has no patent number.", code="no_number", column="application_number")
        events = []
        if YES_NO.get(row.text("implemented")) == "yes":
            since = row.day("implemented_since") or row.day("stated_on")  # what the owner says on that day
            if since is None:
                raise BadValue(
                    "The row says that the patent is exploited and not since when. Fill 实施起始日, or 填报日期 as "
                    "the day on which the owner says so, and import again.",
                    code="no_date",
                    column="implemented_since",
                )
            events.append(
                EventRecord(
                    event=EventType.OWN_EXPLOITATION,
                    event_date=since,
                    text=row.text("implementation_mode"),
                )
            )
        values = _offer(row, "stock_item")
        values["restrictions"] = self._words.owners_part(row.text("restrictions"))
        beside = _beside(row)
        if beside:
            values["other_cells"] = json.dumps(beside, ensure_ascii=False, sort_keys=True)
        return Fact("offer", values, keys=keys[:1], events=events)

    def _open_licence(self, row: _Row) -> Fact:
        keys = row.patents()
        if not keys:
            raise BadValue("The row has no patent number.", code="no_number", column="application_number")
        announced = row.day("announced_on")
        values = _offer(row, "open_licence")
        values |= {
            "stated_on": announced,
            "consent": "yes",
            "intended_mode": "open_licence",
            "price_note": " ".join(filter(None, (row.text("fee_text"), row.text("payment_text")))),
            "valid_to": row.day("ends_on"),
            "scenario": row.text("scope_text"),
        }
        event = EventRecord(
            event=EventType.OPEN_LICENCE_DECLARED,
            event_date=announced,
            ends_on=row.day("ends_on"),
            terms="open",
            text=row.text("fee_text"),
        )
        return Fact("offer", values, keys=keys[:1], events=[event] if announced else [])


def _offer(row: _Row, origin: str) -> dict[str, Any]:
    price = row.amount("price")
    return {
        "stated_on": row.day("stated_on"),
        "origin": origin,
        "stated_owner": "；".join(split_joint_owners(row.text("owners"))),
        "consent": YES_NO.get(row.text("consent"), ""),
        "willingness": row.text("willing") or row.text("willingness"),
        "intended_mode": row.text("intended_mode"),
        "price_cny": str(price) if price is not None else None,
        "price_note": row.text("price_note"),
        "maturity": row.whole("maturity"),
        "contact": row.text("contact") or row.text("manager"),
        "scenario": row.text("scenario"),
        "summary": row.text("advantage") or row.text("summary"),
        "restrictions": "",
        "valid_to": row.day("valid_to"),
    }


def _beside(row: _Row) -> dict[str, str]:
    """Cells of a stock inventory that no rule reads, kept with the owner's statement: field -> text, days as ISO."""
    found: dict[str, str] = {}
    for name in STOCK_BESIDE:
        if name in STOCK_BESIDE_DAYS:
            day = row.day(name)
            text = day.isoformat() if day else ""
        else:
            text = row.written(name)
        if text:
            found[name] = YES_NO.get(text, text) if name == "implemented" else text
    return found


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.normalize():f}"


LEDGER_EVENTS: Mapping[str, EventType] = {
    "licence": EventType.LICENCE_RECORDED,
    "transfer": EventType.TRANSFERRED,
    "pledge": EventType.PLEDGE_REGISTERED,
    "product_filing": EventType.PRODUCT_FILED,
    "technology_contract": EventType.TECHNOLOGY_CONTRACT,
}
CANCELS = {
    EventType.LICENCE_RECORDED: EventType.LICENCE_ENDED,
    EventType.PLEDGE_REGISTERED: EventType.PLEDGE_CANCELLED,
}
YES_NO = {
    "是": "yes",
    "已实施": "yes",
    "同意": "yes",
    "yes": "yes",
    "否": "no",
    "未实施": "no",
    "不同意": "no",
    "no": "no",
}
OPEN_END = frozenset({"长期", "长期有效", "永久", "永久有效", "无固定期限"})
"""What rosters write where a listing has no last day."""
_YEAR = re.compile(r"(19\d\d|20\d\d)年?", re.ASCII)


class _Row:
    """One raw row with cells as text, days, numbers."""

    def __init__(self, cells: dict[str, Cell], separator: str) -> None:
        self._cells = cells
        self._separator = separator

    def written(self, name: str) -> str:
        """The cell as it was written, 无 included."""
        cell = self._cells.get(name)
        if cell is None:
            return ""
        return (";".join(cell) if isinstance(cell, list) else cell).strip()

    def text(self, name: str) -> str:
        text = self.written(name)
        return "" if text in MISSING and name not in {"consent", "implemented", "restrictions"} else text

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if not text:
            return None
        try:
            return parse_date(text)
        except BadValue as error:
            raise BadValue(error.message, code=error.code, column=name) from None

    def day_of_year(self, name: str) -> date | None:
        """A day; a year alone is its last day, on which what was granted in the course of it holds for sure."""
        year = _YEAR.fullmatch(self.text(name))
        return date(int(year[1]), 12, 31) if year else self.day(name)

    def number(self, name: str) -> Decimal:
        try:
            found = Decimal(self.text(name).replace(",", "").replace("，", ""))
        except ArithmeticError:
            raise BadValue(f"“{self.text(name)}” is no number.", code="bad_number", column=name) from None
        if not found.is_finite():
            raise BadValue(f"“{self.text(name)}” is no number.", code="bad_number", column=name)
        return found

    def whole(self, name: str) -> int | None:
        return int(self.number(name)) if self.text(name) else None

    def amount(self, stem: str = "amount") -> Decimal | None:
        """Yuan from <stem>_cny or <stem>_wan; None when neither column holds a number."""
        units: tuple[tuple[str, Literal["yuan", "wan"]], ...] = ((f"{stem}_cny", "yuan"), (f"{stem}_wan", "wan"))
        for name, unit in units:
            text = self.text(name)
            if text:
                try:
                    return parse_amount_cny(text, unit=unit)
                except BadValue as error:
                    if stem != "amount":  # 面议 and the like are no mistake in a price
                        return None
                    raise BadValue(error.message, code=error.code, column=name) from None
        return None

    def patents(self) -> list[tuple[str, ...]]:
        """Keys of each patent the row names, application numbers first.

        Where both columns hold one number they name one patent, which is known by either then. Of several numbers
        nobody says which go together, and those of the other column are left alone.
        """
        filed = [
            self._number(text, "application_number", parse_application_number)
            for text in self._numbers("application_number")
        ]
        published = list(self._numbers("publication_number"))
        if len(filed) == len(published) == 1:
            return [asset_keys(filed[0], _of_same_kind(published[0], filed[0]))]
        if filed:
            return [asset_keys(number, None) for number in filed]
        numbers = [self._number(text, "publication_number", parse_publication_number) for text in published]
        return [asset_keys(None, number) for number in numbers]

    def _numbers(self, name: str) -> Iterator[str]:
        text = self.text(name)
        for mark in ("；", "、", "，", ",", "|", "\n"):
            text = text.replace(mark, ";")
        return (part.strip() for part in text.split(";") if part.strip())

    def _number(self, text: str, name: str, parse: Callable[[str], _T]) -> _T:
        try:
            return parse(text)
        except BadValue as error:
            raise BadValue(error.message, code=error.code, column=name) from None


def _of_same_kind(text: str, application: ApplicationNumber) -> PublicationNumber | None:
    """The publication number beside an application number; None where it is none, or one of another kind of right."""
    try:
        number = parse_publication_number(text)
    except BadValue:
        return None
    alike = (number.jurisdiction, number.ip_type) == (application.jurisdiction, application.ip_type)
    return number if alike else None

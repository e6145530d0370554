"""Raw rows of patents -> records in the house's forms, or a reject with its reason.

Column-wise where it pays: each distinct text is parsed once per import (memo), because exports repeat dates,
owners and symbols thousands of times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from panhuo.engine.records.patent import EventRecord, PatentRecord
from panhuo.engine.records.raw import Cell, RawBatch, RawEvent, Reject
from panhuo.engine.records.vocabulary import Vocabulary
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue
from panhuo.terms.ipc import parse_ipc
from panhuo.terms.kinds import EventType, IpType, LegalStatus
from panhuo.terms.numbers import (
    ApplicationNumber,
    PublicationNumber,
    asset_keys,
    parse_application_number,
    parse_publication_number,
)

MISSING = frozenset({"", "-", "--", "—", "无", "null", "NULL", "None", "N/A", "nan", "0000-00-00", "00000000", "/"})
_T = TypeVar("_T")


class PatentNormaliser:
    """Normalises the patent rows of one source.

    rank: weight of the source among sources (pack table source_precedence). as_of: the day an export speaks for,
    when the user named it; else each row speaks for the latest date in it.
    """

    def __init__(self, vocabulary: Vocabulary, *, rank: int, as_of: date | None) -> None:
        self._words = vocabulary
        self._rank = rank * 2  # the odd step is a grant document's, which outweighs its own application
        self._as_of = as_of
        self._dates: dict[str, date | BadValue] = {}
        self._symbols: dict[str, str] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._symbol_lists: dict[str, tuple[str, ...]] = {}

    def normalise(self, batch: RawBatch) -> tuple[list[PatentRecord], list[Reject]]:
        """Records and rejects of one batch, each with its row; a row gives one record or one reject."""
        records: list[PatentRecord] = []
        rejects: list[Reject] = []
        columns = batch.columns
        names = tuple(columns)
        events = batch.events or ((),) * len(batch)
        for index, cells in enumerate(zip(*columns.values(), strict=True)):
            row = {
                name: cell
                for name, cell in zip(names, cells, strict=True)
                if cell is not None and cell not in MISSING_CELLS
            }
            try:
                record = self._record(row, events[index], batch.separator)
            except BadValue as error:
                column = str(error.fields.get("column", ""))
                rejects.append(
                    Reject(
                        row=batch.rows[index],
                        column=column,
                        value=str(row.get(column, ""))[:200],
                        code=error.code,
                        message=error.message,
                        member=batch.member,
                    )
                )
                continue
            record.row, record.member = batch.rows[index], batch.member
            records.append(record)
        return records, rejects

    def _record(self, row: dict[str, Cell], events: Sequence[RawEvent], separator: str) -> PatentRecord:
        jurisdiction = self._words.jurisdiction(_text(row.get("jurisdiction")))
        publication = _parsed(parse_publication_number, row, "publication_number")
        grant_publication = _parsed(parse_publication_number, row, "grant_publication_number")
        if not jurisdiction:
            known = publication or grant_publication
            jurisdiction = known.jurisdiction if known else "CN"
        application = self._application(row, jurisdiction)
        if publication is None and grant_publication is None and application is None:
            raise BadValue("The row has no patent number.", code="no_number", column="publication_number")
        ip_type = self._ip_type(row, application, publication or grant_publication)
        record = PatentRecord(
            keys=asset_keys(application, publication or grant_publication),
            ip_type=ip_type,
            jurisdiction=jurisdiction,
            application_number=application.text if application else "",
        )
        self._fill_words(record, row, separator)
        self._fill_classes(record, row, separator)
        self._fill_dates(record, row, publication, grant_publication)
        self._fill_counts(record, row)
        self._fill_events(record, row, events, separator)
        record.rank = self._rank + (1 if record.grant_publication_number else 0)
        record.day = record.data_day.isoformat() if record.data_day else ""
        return record

    def _application(self, row: dict[str, Cell], jurisdiction: str) -> ApplicationNumber | None:
        text = _text(row.get("application_number"))
        if not text:
            return None
        try:
            return parse_application_number(text, jurisdiction=jurisdiction)
        except BadValue as error:
            error.fields["column"] = "application_number"
            raise

    def _ip_type(
        self,
        row: dict[str, Cell],
        application: ApplicationNumber | None,
        publication: PublicationNumber | None,
    ) -> IpType:
        if application is not None and application.ip_type is not None:
            return application.ip_type
        if publication is not None and publication.ip_type is not None:
            return publication.ip_type
        return self._words.ip_type(_text(row.get("ip_type"))) or IpType.INVENTION

    def _fill_words(self, record: PatentRecord, row: dict[str, Cell], separator: str) -> None:
        get = row.get
        record.title = _text(get("title"))
        record.title_en = _text(get("title_en"))
        record.abstract = _text(get("abstract"))
        record.abstract_en = _text(get("abstract_en"))
        record.first_claim = _text(get("first_claim"))
        record.applicants = self._many(get("applicants"), separator)
        record.owners = self._many(get("owners"), separator)
        record.inventors = self._many(get("inventors"), separator)
        record.owner_code = self._words.owner_code(_text(get("owner_code")))
        record.agency = _text(get("agency"))
        record.address = _text(get("address"))
        record.region_code = self._words.region(_text(get("region")), record.address)
        record.priority_numbers = self._many(get("priority_numbers"), separator)
        record.family_members = self._numbers(get("family_members"), separator)
        record.awards = self._many(get("awards"), separator)
        record.industry_code = self._many(get("industry_code"), separator)

    def _fill_classes(self, record: PatentRecord, row: dict[str, Cell], separator: str) -> None:
        record.ipc = self._symbols_of(row.get("ipc"), separator)
        main = self._symbols_of(row.get("ipc_main"), separator)
        record.ipc_main = main[0] if main else (record.ipc[0] if record.ipc else "")
        if record.ipc_main and record.ipc_main not in record.ipc:
            record.ipc = (record.ipc_main, *record.ipc)
        record.cpc = self._symbols_of(row.get("cpc"), separator)
        record.loc = self._many(row.get("loc"), separator)

    def _fill_dates(
        self,
        record: PatentRecord,
        row: dict[str, Cell],
        publication: PublicationNumber | None,
        grant_publication: PublicationNumber | None,
    ) -> None:
        record.filing_date = self._date(row, "filing_date")
        record.priority_date = self._date(row, "priority_date")
        record.grant_date = self._date(row, "grant_date")
        record.expiry_date = self._date(row, "expiry_date")
        published = self._date(row, "publication_date")
        if publication is not None and publication.is_grant:
            record.grant_publication_number, record.grant_publication_date = publication.text, published
        elif publication is not None:
            record.first_publication_number, record.first_publication_date = publication.text, published
        elif published is not None:
            record.first_publication_date = published
        if grant_publication is not None:
            record.grant_publication_number = grant_publication.text
            record.grant_publication_date = record.grant_publication_date or record.grant_date
        shown = publication or grant_publication
        record.kind_code = shown.kind if shown else _text(row.get("kind_code"))
        told = (record.filing_date, published, record.grant_date, record.grant_publication_date)
        record.data_day = max((day for day in told if day), default=None)

    def _fill_counts(self, record: PatentRecord, row: dict[str, Cell]) -> None:
        for name in COUNT_NAMES:
            text = _text(row.get(name))
            if text:
                setattr(record, name, _count(text))
        if record.inventors_count is None and record.inventors:
            record.inventors_count = len(record.inventors)

    def _fill_events(
        self, record: PatentRecord, row: dict[str, Cell], events: Sequence[RawEvent], separator: str
    ) -> None:
        for raw in events:
            event = self._event(raw, record.jurisdiction)
            if event is not None:
                record.events.append(event)
        last = max((event.event_date for event in record.events if event.event_date), default=None)
        if last and (record.data_day is None or last > record.data_day):
            record.data_day = last
        if self._as_of is not None:
            record.data_day = self._as_of
        for word in self._many(row.get("status_words"), separator):
            record.events.extend(self._status_word(word, record.data_day))

    def _event(self, raw: RawEvent, jurisdiction: str) -> EventRecord | None:
        if not raw.date and not raw.code and not raw.text:
            return None
        event = self._words.event(raw.code, raw.text, raw.country or jurisdiction)
        known = MISSING.isdisjoint((raw.date,))
        return EventRecord(
            event=event,
            event_date=self._parse_date(raw.date, "events") if known else None,
            effective_on=self._parse_date(raw.effective_on, "events") if raw.effective_on else None,
            from_party=raw.from_party,
            to_party=raw.to_party,
            number=raw.number,
            code=raw.code,
            text=raw.text,
            **self._words.event_details(raw.details),
        )

    def _status_word(self, word: str, known_on: date | None) -> list[EventRecord]:
        kind, value = self._words.status_word(word)
        if kind == "status":
            return [EventRecord(event=EventType.STATUS_WORD, known_on=known_on, status=LegalStatus(value), text=word)]
        if kind == "event":
            return [EventRecord(event=EventType(value), known_on=known_on, text=word)]
        return [EventRecord(event=EventType.OTHER, known_on=known_on, text=word)]

    def _date(self, row: dict[str, Cell], name: str) -> date | None:
        text = _text(row.get(name))
        return self._parse_date(text, name) if text else None

    def _parse_date(self, text: str, column: str) -> date:
        found = self._dates.get(text)
        if found is None:
            try:
                found = parse_date(text)
            except BadValue as error:
                found = error
            self._dates[text] = found
        if isinstance(found, BadValue):
            raise BadValue(found.message, code=found.code, column=column)
        return found

    def _many(self, cell: Cell, separator: str) -> tuple[str, ...]:
        if cell is None:
            return ()
        if isinstance(cell, list):
            return tuple(value for value in (one.strip() for one in cell) if value not in MISSING)
        return _memo(self._lists, cell + separator, lambda _: _split(cell, separator))

    def _symbols_of(self, cell: Cell, separator: str) -> tuple[str, ...]:
        if cell is None:
            return ()
        key = cell + separator if isinstance(cell, str) else "\x1f".join(cell)
        return _memo(self._symbol_lists, key, lambda _: self._parse_symbols(self._many(cell, separator)))

    def _parse_symbols(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        parsed = (_memo(self._symbols, text, _symbol) for text in texts)
        return tuple(dict.fromkeys(symbol for symbol in parsed if symbol))

    def _numbers(self, cell: Cell, separator: str) -> tuple[str, ...]:
        found = []
        for text in self._many(cell, separator):
            try:
                found.append(parse_publication_number(text).text)
            except BadValue:  # a family list holds what a source puts there; the number as it stands is kept
                found.append(text)
        return tuple(dict.fromkeys(found))


COUNT_NAMES = (
    "claims_count",
    "inventors_count",
    "cites_count",
    "cited_by_count",
    "cited_by_3y_count",
    "cited_by_5y_count",
    "family_count",
    "litigation_count",
)


class _MissingCells:
    """Membership test that also takes the lists a structured source gives."""

    def __contains__(self, cell: Cell) -> bool:
        return not cell if isinstance(cell, list) else cell in MISSING


MISSING_CELLS = _MissingCells()


def _memo(store: dict[str, _T], key: str, make: Callable[[str], _T]) -> _T:
    found = store.get(key)
    if found is None:
        if len(store) > 500_000:  # bounds memory on files where nothing repeats
            store.clear()
        found = store[key] = make(key)
    return found


def _split(text: str, separator: str) -> tuple[str, ...]:
    parts = text.split(separator.strip() or separator) if separator else [text]
    return tuple(value for value in (part.strip() for part in parts) if value not in MISSING)


def _symbol(text: str) -> str:
    try:
        return parse_ipc(text).text
    except BadValue:  # free text in a class column; the row is not worse for it
        return ""


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, list):
        return " ".join(one.strip() for one in cell)
    return cell.strip()


def _count(text: str) -> int | None:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return None


def _parsed(parse: Callable[[str], PublicationNumber], row: dict[str, Cell], name: str) -> PublicationNumber | None:
    text = _text(row.get(name))
    if not text:
        return None
    try:
        return parse(text)
    except BadValue as error:
        error.fields["column"] = name
        raise

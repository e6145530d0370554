"""Raw rows of patents -> records in the house's forms, or a reject with its reason.

Columns are parsed as a whole (engine.records.columns), rows are then put together from the parsed columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from panhuo.engine.records.columns import MISSING, ColumnParser
from panhuo.engine.records.patent import EventRecord, PatentRecord
from panhuo.engine.records.raw import Cell, RawBatch, RawEvent, Reject
from panhuo.engine.records.vocabulary import Vocabulary
from panhuo.terms.errors import BadValue
from panhuo.terms.half_width import half_width
from panhuo.terms.kinds import PATENT_TYPES, EventType, IpType, LegalStatus
from panhuo.terms.numbers import (
    ApplicationNumber,
    PublicationNumber,
    asset_keys,
    parse_application_number,
    parse_publication_number,
)

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
NO_NUMBER = BadValue("The row has no patent number.", code="no_number", column="publication_number")
MINOR_DATES = ("priority_date", "expiry_date")
"""Dates that nothing here is counted from: a slip costs the cell, not the row."""
WORDS = ("title", "title_en", "abstract", "abstract_en", "first_claim", "agency", "address")
NUMBER_COLUMNS = ("application_number", "publication_number", "grant_publication_number")
PEOPLE = ("owners", "applicants", "inventors", "priority_numbers", "loc", "industry_code", "awards")


class PatentNormaliser:
    """Normalises the rows of one source.

    rank: weight of the source among sources (pack table source_precedence); of rank 0, our own lists, the status
    words are not taken, for they were worked out. as_of: the day an export speaks for,
    when the user named it; else each row speaks for the latest date in it. today: no Chinese number may claim a
    later year of filing.
    """

    def __init__(self, vocabulary: Vocabulary, *, rank: int, as_of: date | None, today: date) -> None:
        self._words = vocabulary
        self._number_of = partial(parse_application_number, latest_year=today.year)
        self._rank = rank * 2  # the odd step is a grant document's, which outweighs its own application
        self._as_of = as_of
        self._parse = ColumnParser()
        self._statuses: dict[tuple[str, date | None], EventRecord] = {}

    def normalise(self, batch: RawBatch) -> tuple[list[PatentRecord], list[Reject]]:
        """Records and rejects of one batch, each with its row; a row gives one record or one reject."""
        self._parse.problems.clear()
        records = self._records(batch)
        problems = self._parse.problems
        rejects = [
            Reject(
                row=batch.rows[index],
                column=str(error.fields.get("column", "")),
                value=_shown(batch, str(error.fields.get("column", "")), index),
                code=error.code,
                message=error.message,
                member=batch.member,
            )
            for index, error in sorted(problems.items())
        ]
        return [record for index, record in enumerate(records) if index not in problems], rejects

    def _records(self, batch: RawBatch) -> list[PatentRecord]:
        parse, rows, separator = self._parse, len(batch), batch.separator
        ip_words = parse.texts(batch.columns.get("ip_type"), rows)
        get, registered = self._registered(batch.columns, ip_words)
        publications: Sequence[PublicationNumber | None] = parse.parsed(
            get("publication_number"), rows, "publication_number", parse_publication_number
        )
        grants = parse.parsed(
            get("grant_publication_number"), rows, "grant_publication_number", parse_publication_number
        )
        offices = self._offices(get("jurisdiction"), rows, publications, grants)
        applications = self._applications(get("application_number"), rows, offices)
        words = {name: parse.texts(get(name), rows) for name in WORDS}
        people = {name: parse.lists(get(name), rows, separator) for name in PEOPLE}
        days = {
            name: parse.dates(get(name), rows, name, minor=name in MINOR_DATES)
            for name in ("filing_date", "publication_date", "grant_date", "priority_date", "expiry_date")
        }
        counts = {name: parse.counts(get(name), rows) for name in COUNT_NAMES}
        symbols = parse.symbols(get("ipc"), rows, separator)
        mains = parse.symbols(get("ipc_main"), rows, separator)
        cpcs = parse.symbols(get("cpc"), rows, separator)
        codes = [self._words.owner_code(text) for text in parse.texts(get("owner_code"), rows)]
        regions = map(self._words.region, parse.texts(get("region"), rows), words["address"])
        kinds = parse.texts(get("kind_code"), rows)
        families = [self._family(cell, separator) for cell in get("family_members") or [None] * rows]
        records: list[PatentRecord] = []
        for index, (publication, grant, office, application, region) in enumerate(
            zip(publications, grants, offices, applications, regions, strict=True)
        ):
            shown = publication or grant
            number = registered.get(index, "")
            ip_type = self._ip_type(application, shown, ip_words[index])
            keys = (f"t:{ip_type}:{number}"[:60],) if number else self._keys(index, application, shown, grant)
            main, all_symbols = _main_and_all(mains[index], symbols[index])
            record = PatentRecord(
                keys,
                ip_type,
                office,
                application.text if application else number,
                kind_code=shown.kind if shown else kinds[index],
                title=words["title"][index],
                title_en=words["title_en"][index],
                abstract=words["abstract"][index],
                abstract_en=words["abstract_en"][index],
                first_claim=words["first_claim"][index],
                owners=people["owners"][index],
                applicants=people["applicants"][index],
                inventors=people["inventors"][index],
                owner_code=codes[index],
                agency=words["agency"][index],
                address=words["address"][index],
                region_code=region,
                filing_date=days["filing_date"][index],
                priority_date=days["priority_date"][index],
                priority_numbers=people["priority_numbers"][index],
                expiry_date=days["expiry_date"][index],
                ipc_main=main,
                ipc=all_symbols,
                cpc=cpcs[index],
                loc=people["loc"][index],
                industry_code=people["industry_code"][index],
                claims_count=counts["claims_count"][index],
                inventors_count=counts["inventors_count"][index] or len(people["inventors"][index]) or None,
                cites_count=counts["cites_count"][index],
                cited_by_count=counts["cited_by_count"][index],
                cited_by_3y_count=counts["cited_by_3y_count"][index],
                cited_by_5y_count=counts["cited_by_5y_count"][index],
                family_count=counts["family_count"][index],
                litigation_count=counts["litigation_count"][index],
                family_members=families[index],
                awards=people["awards"][index],
                grant_date=days["grant_date"][index],
                row=batch.rows[index],
                member=batch.member,
            )
            _documents(record, publication, grant, days["publication_date"][index])
            records.append(record)
        self._speak_for_days(batch, records, days["publication_date"])
        return records

    def _registered(
        self, columns: Mapping[str, Sequence[Cell]], ip_words: Sequence[str]
    ) -> tuple[Callable[[str], Sequence[Cell] | None], dict[int, str]]:
        """The columns as patents' ones, and by row the registration numbers of what is no patent."""
        others = [
            index
            for index, word in enumerate(ip_words)
            if word and (kind := self._words.ip_type(word)) is not None and kind not in PATENT_TYPES
        ]
        numbered = [name for name in NUMBER_COLUMNS if name in columns]
        if not others or not numbered:
            return columns.get, {}
        given = {name: self._parse.texts(columns[name], len(ip_words)) for name in numbered}
        found = {index: next((given[name][index] for name in numbered if given[name][index]), "") for index in others}
        kept = {
            name: [None if index in found else cell for index, cell in enumerate(columns[name])] for name in numbered
        }
        return lambda name: kept.get(name, columns.get(name)), {
            index: half_width("".join(number.split())).upper() for index, number in found.items()
        }

    def _offices(
        self,
        column: Sequence[Cell] | None,
        rows: int,
        publications: Sequence[PublicationNumber | None],
        grants: Sequence[PublicationNumber | None],
    ) -> list[str]:
        named = map(self._words.jurisdiction, self._parse.texts(column, rows))
        return [
            office or (publication.jurisdiction if publication else grant.jurisdiction if grant else "CN")
            for office, publication, grant in zip(named, publications, grants, strict=True)
        ]

    def _applications(
        self, column: Sequence[Cell] | None, rows: int, offices: Sequence[str]
    ) -> Sequence[ApplicationNumber | None]:
        if column is None:
            return [None] * rows
        if all(office == "CN" for office in offices):
            return self._parse.parsed(column, rows, "application_number", self._number_of)
        found: list[ApplicationNumber | None] = []
        for index, (text, office) in enumerate(zip(self._parse.texts(column, rows), offices, strict=True)):
            number = None
            if text:
                try:
                    number = self._number_of(text, jurisdiction=office)
                except BadValue as error:
                    self._parse.problem(index, "application_number", error)
            found.append(number)
        return found

    def _ip_type(self, application: ApplicationNumber | None, shown: PublicationNumber | None, word: str) -> IpType:
        if application is not None and application.ip_type is not None:
            return application.ip_type
        if shown is not None and shown.ip_type is not None:
            return shown.ip_type
        return self._words.ip_type(word) or IpType.INVENTION

    def _keys(
        self,
        index: int,
        application: ApplicationNumber | None,
        shown: PublicationNumber | None,
        grant: PublicationNumber | None,
    ) -> tuple[str, ...]:
        if application is None and shown is None:
            self._parse.problem(index, "publication_number", NO_NUMBER)
            return ()
        if application is not None:
            for number in (shown, grant):
                if number is not None and not _of_one_kind(application, number):
                    self._parse.problem(index, "application_number", _two_kinds(application, number))
        return asset_keys(application, shown, grant)

    def _family(self, cell: Cell, separator: str) -> tuple[str, ...]:
        if cell is None:
            return ()
        return tuple(dict.fromkeys(map(_number_or_text, self._parse.values(cell, separator))))

    def _speak_for_days(
        self, batch: RawBatch, records: Sequence[PatentRecord], published: Sequence[date | None]
    ) -> None:
        """Events and status words, the day each row speaks for, and its weight."""
        said = batch.columns.get("status_words") if self._rank else None
        words = self._parse.lists(said, len(batch), batch.separator)
        told = batch.events
        for index, record in enumerate(records):
            if told is not None and told[index]:
                make = partial(self._event, jurisdiction=record.jurisdiction, index=index)
                record.events = [event for event in map(make, told[index]) if event is not None]
            record.data_day = self._as_of or _latest(record, published[index])
            record.events += [self._status(word, record.data_day) for word in words[index]]
            record.rank = self._rank + (1 if record.grant_publication_number else 0)
            record.day = record.data_day.isoformat() if record.data_day else ""

    def _event(self, raw: RawEvent, *, jurisdiction: str, index: int) -> EventRecord | None:
        if not raw.date and not raw.code and not raw.text:
            return None
        return EventRecord(
            event=self._words.event(raw.code, raw.text, raw.country or jurisdiction),
            event_date=self._event_day(raw.date, index),
            effective_on=self._event_day(raw.effective_on, index),
            from_party=raw.from_party,
            to_party=raw.to_party,
            number=raw.number,
            code=raw.code,
            text=raw.text,
            **self._words.event_details(raw.details),
        )

    def _event_day(self, text: str, index: int) -> date | None:
        if text in MISSING:
            return None
        day = self._parse.date(text)
        if isinstance(day, BadValue):
            self._parse.problem(index, "events", day)
            return None
        return day

    def _status(self, word: str, known_on: date | None) -> EventRecord:
        found = self._statuses.get((word, known_on))
        if found is None:
            kind, value = self._words.status_word(word)
            if kind == "status":
                found = EventRecord(EventType.STATUS_WORD, known_on=known_on, status=LegalStatus(value), text=word)
            else:
                event = EventType(value) if kind in {"event", "mark"} else EventType.OTHER
                found = EventRecord(event, known_on=known_on, text=word)
            self._statuses[(word, known_on)] = found
        return found


def _documents(
    record: PatentRecord, publication: PublicationNumber | None, grant: PublicationNumber | None, published: date | None
) -> None:
    """Which document the row shows: the granted one or the application's.

    What corrects or cuts a grant has a number but gives no grant day, not even where its own day stands as one.
    """
    if publication is not None and publication.is_grant:
        record.grant_publication_number = publication.text
        if not publication.amends_grant:
            record.grant_publication_date = published
        elif record.grant_date == published:
            record.grant_date = None
    elif publication is not None:
        record.first_publication_number, record.first_publication_date = publication.text, published
    else:
        record.first_publication_date = published
    if grant is not None and grant.amends_grant:
        record.grant_publication_number = record.grant_publication_number or grant.text
    elif grant is not None:
        record.grant_publication_number = grant.text
        record.grant_publication_date = record.grant_publication_date or record.grant_date


def _main_and_all(main: tuple[str, ...], symbols: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if not main:
        return (symbols[0] if symbols else ""), symbols
    return main[0], symbols if main[0] in symbols else (main[0], *symbols)


def _latest(record: PatentRecord, published: date | None) -> date | None:
    told = (
        published,
        record.filing_date,
        record.first_publication_date,
        record.grant_publication_date,
        record.grant_date,
        *(event.event_date for event in record.events),
    )
    return max((day for day in told if day is not None), default=None)


def _of_one_kind(application: ApplicationNumber, shown: PublicationNumber) -> bool:
    """Whether two Chinese numbers may be of one right: the digit of the one against the letter of the other."""
    return None in (application.ip_type, shown.ip_type) or application.ip_type == shown.ip_type


def _two_kinds(application: ApplicationNumber, shown: PublicationNumber) -> BadValue:
    return BadValue(
        f"By its number the application {application.text} is of the kind {str(application.ip_type).replace('_', ' ')},"
        f" the publication {shown.text} of the kind {str(shown.ip_type).replace('_', ' ')}: they are not one right's. "
        "Correct the one that is wrong.",
        code="two_kinds",
    )


def _number_or_text(text: str) -> str:
    try:
        return parse_publication_number(text).text
    except BadValue:  # a family list holds what a source puts there; the number stays as it stands
        return text


def _shown(batch: RawBatch, column: str, index: int) -> str:
    cells = batch.columns.get(column)
    cell = cells[index] if cells is not None else None
    return (cell if isinstance(cell, str) else "; ".join(cell or []))[:200]

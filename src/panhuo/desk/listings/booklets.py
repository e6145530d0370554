"""Check booklets out to owners, and how much of them came back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.writers.booklet import BookletField, BookletTexts, booklet_fields, write_booklet
from panhuo.adapters.writers.layout import notes_of, phrase
from panhuo.adapters.writers.word import WordDocument, letter_fonts
from panhuo.desk.history import latest_run
from panhuo.desk.inventory.rows import OwnerUnits
from panhuo.desk.listings.actions import send_booklet
from panhuo.desk.listings.standing import NoRun, result_of
from panhuo.desk.registry.export import current_projection
from panhuo.engine.records.answers import ReturnRate, return_rates
from panhuo.engine.records.owners import normalise_party_name
from panhuo.rules import InForce, load_pack
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import DormancyState

if TYPE_CHECKING:
    from panhuo.desk.history.models import Run
    from panhuo.desk.listings.models import Booklet
    from panhuo.desk.people.models import Organisation

Allowed = Callable[["OwnerAsked"], bool]
ASKED = (DormancyState.CANDIDATE, DormancyState.TO_VERIFY)
COLUMNS = (
    "first_owner",
    "owner_code",
    "region_code",
    "application_number",
    "publication_number",
    "title",
    "ip_type",
    "grant_date",
    "legal_status",
    "state",
    "reason",
    "flags",
)


@dataclass(frozen=True, slots=True)
class OwnerAsked:
    """An owner about whose rights is asked. unit: where it is an organisation here."""

    owner: str
    owner_code: str
    region_code: str
    unit: Organisation | None


@dataclass(frozen=True, slots=True)
class SentBooklet:
    """One owner's booklet with its files: workbook and letter."""

    owner: str
    owner_code: str
    number: str
    asked: int
    to_verify: int
    files: tuple[Path, Path]


def make_booklets(
    home: Home, *, owner: str | None, out: Path | None, made_at: datetime, allowed: Allowed | None = None,
    sent_by: str = "", at: date | None = None,
) -> tuple[list[SentBooklet], Run]:  # fmt: skip
    """Write workbook and letter for one owner (code or name), or for every owner asked about (None).

    out: None keeps the files with the Run (see booklet_files). allowed: which owners this person may ask. at: the
    dormant Run of this day, the latest without one.

    Asked about are the candidates and the rights to verify of the latest dormant Run on the register as it stands.
    Raises: NoRun; DomainError unknown_owner, cannot_write.
    """
    version = current_projection(home, load_pack(home.pack).at(made_at.date())).version
    run = latest_run("dormant", inputs_digest=version, at=at)
    path = result_of(home, run, "dormant.parquet")
    if run is None or path is None or run.at is None:
        call = f"panhuo dormant --at {made_at.date()} --out dormant.xlsx --home {home.root}"
        raise NoRun(
            f"There is no dormant list of the register as it stands. Call: {call}", command="dormant", call=call
        )
    rules = load_pack(home.pack).at(run.at)
    groups = _asked(path)
    chosen = _chosen(groups, owner)
    fields = booklet_fields(rules)
    units = OwnerUnits()
    sent = []
    for rows in chosen:
        first = rows[0]
        asked = OwnerAsked(
            first["first_owner"], first["owner_code"], first["region_code"] or "",
            units.of(first["owner_code"], first["first_owner"]),
        )  # fmt: skip
        if allowed is not None and not allowed(asked):
            continue
        booklet = send_booklet(
            owner=first["first_owner"],
            owner_code=first["owner_code"],
            day=run.at,
            run=run,
            asked=len(rows),
            made_at=made_at,
            region_code=asked.region_code or (asked.unit.region_code if asked.unit else ""),
            answer_by=_answer_by(run.at, rules, sent_on=localdate(made_at) if sent_by else run.at),
            unit=asked.unit.pk if asked.unit else None,
            sent_by=sent_by,
        )
        place = out or home.runs / run.id / "booklets"
        sent.append(_write(booklet, rows, fields, rules, place, synthetic=home.kind == "demo"))
    return sent, run


def _answer_by(day: date, rules: InForce, *, sent_on: date) -> date:
    """Last day for the answer: days run from the sending, which may be later than the day that is asked about."""
    return max(day, sent_on) + timedelta(days=rules.integer("check.answer_days"))


def booklet_files(home: Home, booklet: Booklet) -> list[Path]:
    """Workbook and letter of a booklet that was sent from the site, in this order; [] for those of the command line."""
    folder = home.runs / booklet.run_id / "booklets"
    return [*sorted(folder.glob(f"*_{booklet.number}.xlsx")), *sorted(folder.glob(f"*_{booklet.number}.docx"))]


def booklet_returns() -> list[ReturnRate]:
    """Return rate per owner over all booklets sent; a refused row counts as returned by the owner of its file."""
    from panhuo.desk.listings.models import Booklet
    from panhuo.desk.registry.models import Answer, RejectedRow

    owners = dict(Booklet.objects.values_list("number", "owner"))
    asked: dict[str, int] = {}
    for booklet in Booklet.objects.order_by("day"):
        asked[booklet.owner] = booklet.asked  # of several booklets the latest asks about all that is open
    answers = {(number, asset) for number, asset in Answer.objects.values_list("booklet", "asset_id")}
    files = dict(Answer.objects.exclude(booklet="").values_list("source_id", "booklet"))
    refused = RejectedRow.objects.filter(source_id__in=files).values_list("source_id", "member", "row").distinct()
    return return_rates(
        asked,
        [owners[number] for number, _ in answers if number in owners],
        [owners[files[source]] for source, _, _ in refused if files[source] in owners],
    )


def _asked(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows asked about, by folded name of the first owner."""
    groups: dict[str, list[dict[str, Any]]] = {}
    with open_tables({"dormant": path}) as tables:
        table = tables["dormant"]
        wanted = table.filter(table.state.isin([*ASKED])).select(*COLUMNS)
        for cells in tables.rows(wanted.order_by(["first_owner", "state", "application_number", "publication_number"])):
            row = dict(zip(COLUMNS, cells, strict=True))
            groups.setdefault(normalise_party_name(row["first_owner"]), []).append(row)
    return groups


def _chosen(groups: Mapping[str, list[dict[str, Any]]], owner: str | None) -> Iterable[list[dict[str, Any]]]:
    if owner is None:
        return groups.values()
    folded = normalise_party_name(owner)
    found = [rows for name, rows in groups.items() if name == folded or owner in {row["owner_code"] for row in rows}]
    if not found:
        some = "、".join(sorted(rows[0]["first_owner"] for rows in groups.values())[:5]) or "-"
        raise DomainError(
            f"Nothing is asked of {owner}: the dormant list has no candidate of this code or name. Asked are: {some}",
            code="unknown_owner",
            owner=owner,
        )
    return found


def _write(
    booklet: Booklet,
    rows: list[dict[str, Any]],
    fields: tuple[BookletField, ...],
    rules: InForce,
    out: Path,
    *,
    synthetic: bool,
) -> SentBooklet:
    words = Labels(rules)
    to_verify = sum(row["state"] == DormancyState.TO_VERIFY for row in rows)
    deadline = booklet.answer_by or _answer_by(booklet.day, rules, sent_on=booklet.day)
    values = {
        "owner": booklet.owner,
        "code": booklet.owner_code or "—",
        "number": booklet.number,
        "day": booklet.day,
        "count": len(rows),
        "to_verify": to_verify,
        "deadline": deadline,
    }
    title = words.word("output", "booklet")
    marked = [phrase(rules, "synthetic")] if synthetic else []
    texts = BookletTexts(
        sheet=title,
        options_sheet=phrase(rules, "booklet_options"),
        head=(title, *notes_of(rules, "booklet_head", **values), *marked),
        notes=notes_of(rules, "booklet"),
        choice_error=phrase(rules, "booklet_error"),
        date_error=phrase(rules, "booklet_date_error"),
        amount_error=phrase(rules, "booklet_amount_error"),
    )
    stem = "".join("_" if mark in '\\/:*?"<>|' else mark for mark in booklet.owner)[:60]
    workbook = out / f"{title}_{stem}_{booklet.number}.xlsx"
    letter = out / f"核实函_{stem}_{booklet.number}.docx"
    cells = [_cells(place, row, booklet, words) for place, row in enumerate(rows, start=1)]
    write_booklet(workbook, fields, cells, texts)
    _letter(letter, rules, title, values, deadline, marked)
    return SentBooklet(booklet.owner, booklet.owner_code, booklet.number, len(rows), to_verify, (workbook, letter))


def _cells(place: int, row: Mapping[str, Any], booklet: Booklet, words: Labels) -> dict[str, Any]:
    def said(kind: str, codes: str) -> str:
        return "；".join(words.word(kind, code) for code in codes.split("; ") if code)

    return {
        "position": place,
        "application_number": row["application_number"],
        "publication_number": row["publication_number"],
        "title": row["title"],
        "ip_type": words.word("ip_type", row["ip_type"]),
        "grant_date": row["grant_date"],
        "legal_status": f"{words.word('legal_status', row['legal_status'])}({booklet.day})",
        "why": f"{words.word('dormancy_state', row['state'])}：{said('dormancy_reason', row['reason'])}",
        "flags": said("dormancy_flag", row["flags"]),
        "booklet": booklet.number,
        "owner": row["first_owner"],
    }


def _letter(
    path: Path, rules: InForce, annex: str, values: Mapping[str, Any], deadline: date, marked: list[str]
) -> None:
    verify = phrase(rules, "letter_verify_part", to_verify=values["to_verify"]) if values["to_verify"] else ""
    written = {
        **values,
        "day": _long(rules, values["day"]),
        "deadline": _long(rules, deadline),
        "verify_part": verify,
    }
    title = phrase(rules, "letter_title")
    letter = WordDocument(letter_fonts(rules), title=title, synthetic="".join(marked))
    letter.issuer(rules.text("letter.issuer"), phrase(rules, "letter_number", year=values["day"].year))
    letter.title(title)
    letter.addressee(f"{values['owner']}：")
    for paragraph in notes_of(rules, "letter_body", **written):
        letter.text(paragraph)
    letter.text(phrase(rules, "letter_close"))
    letter.text(phrase(rules, "letter_annex", title=annex, **values))
    letter.signature([rules.text("letter.issuer"), _long(rules, values["day"])])
    letter.text(phrase(rules, "letter_contact"))
    letter.save(path)


def _long(rules: InForce, day: date) -> str:
    return phrase(rules, "day_long", year=day.year, month=day.month, day=day.day)

"""The workbooks of assessment: written for people to fill in, their columns by pack table assessment_forms."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from panhuo.adapters.files.home import Home
from panhuo.adapters.readers.form_rows import FormRows, read_form
from panhuo.adapters.writers.booklet import BookletField, BookletTexts, write_booklet
from panhuo.adapters.writers.layout import notes_of, phrase
from panhuo.desk.assessments.models import AssessmentCase, Panel
from panhuo.desk.assessments.reading import BlindSheet, blind_sheet, identity_of, names_of, sitting
from panhuo.engine.assessment import leaks, questionnaire, self_grade_scale
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError

NEEDED: Mapping[str, tuple[str, ...]] = {
    "self_grade": ("level", "willingness", "inventor"),
    "first": ("assessor",),
    "prefiling": ("disclosure", "title", "assessor"),
    "experts": ("expert", "name", "organisation"),
    "scores": ("sheet", "indicator", "points"),
}
"""Fields by which a sheet is known as the form."""
BLANK_ROWS = 50
QUESTIONS = "questions"


def form_fields(rules: InForce, form: str) -> tuple[BookletField, ...]:
    """Columns of a form with their drop-downs; one a question where the form asks a questionnaire."""
    found: list[BookletField] = []
    for row in rules.table("assessment_forms"):
        if row["form"] != form:
            continue
        width, note = int(row["width"]), row["note"]
        if row["field"] == QUESTIONS:
            found += [
                BookletField(one.code, one.zh, row["part"], width, note, tuple(choice.zh for choice in one.choices))
                for one in questionnaire(rules, row["list"]).questions
            ]
            continue
        options = _options(rules, row["list"]) if row["list"] else ()
        found.append(BookletField(row["field"], row["heading"], row["part"], width, note, options))
    return tuple(found)


def _options(rules: InForce, name: str) -> tuple[str, ...]:
    if name == "level":
        return tuple(one.zh for one in self_grade_scale(rules).levels)
    if name == "yes_no":
        return tuple(row["zh"] for row in rules.table("labels") if row["kind"] == name and row["code"] in ("yes", "no"))
    return tuple(row["label"] for row in rules.table("check_options") if row["list"] == name)


def choices_of(rules: InForce, name: str) -> dict[str, str]:
    """Accepted text -> code of one list: willingness of check_options, yes_no of labels."""
    found: dict[str, str] = {}
    if name == "yes_no":
        for row in rules.table("labels"):
            if row["kind"] == name and row["code"] in ("yes", "no"):
                found |= dict.fromkeys((row["code"], row["zh"], row["en"]), row["code"])
        return found
    for row in rules.table("check_options"):
        if row["list"] == name:
            found |= dict.fromkeys((row["code"], row["label"]), row["code"])
    return found


def read_filled(path: Path, rules: InForce, form: str) -> FormRows:
    """Rows of a filled form, of any container. Raises: RefusedFile."""
    headings = {one.heading: one.field for one in form_fields(rules, form)}
    headings |= {field: field for field in headings.values()}
    return read_form(path, headings, needed=NEEDED[form])


def write_template(
    home: Home, rules: InForce, form: str, out: Path, rows: Sequence[Mapping[str, Any]] | None = None
) -> int:
    """Write a form; returns its rows. rows: values of the locked fields, None for blank ones. Raises: DomainError
    cannot_write, bad_suffix."""
    check_workbook_name(out)
    filled = [{}] * BLANK_ROWS if rows is None else rows
    write_booklet(out, form_fields(rules, form), filled, _texts(home, rules, form))
    return len(filled)


def check_workbook_name(out: Path) -> None:
    """Raises: DomainError code bad_suffix."""
    if out.suffix.lower() != ".xlsx":
        raise DomainError(f"{out} is a form with drop-downs; name it .xlsx.", code="bad_suffix", file=str(out))


def case_rows(cases: Sequence[AssessmentCase]) -> list[dict[str, Any]]:
    """Locked cells of the forms that ask about cases."""
    return [
        {
            "case": case.number,
            "application_number": case.application_number,
            "publication_number": case.publication_number,
            "title": case.title,
        }
        for case in cases
    ]


def write_score_sheets(home: Home, rules: InForce, panel: Panel, out: Path, *, at: date) -> list[tuple[str, Path]]:
    """One workbook an expert, in a folder; returns expert and file. The name of a file tells panel and code only.

    Raises: DomainError no_experts, cannot_write; blind_leak before anything is written, where a text for an expert of
    a blind panel still holds a name.
    """
    experts = sitting(panel)
    if not experts:
        raise DomainError(f"Panel {panel.number} has no experts. Assign them first.", code="no_experts")
    hidden = {*names_of(panel.case), *identity_of(panel.case, at=at).names}
    sheets = []
    for expert in experts:
        sheet = blind_sheet(expert, at=at)
        texts, rows = _score_texts(home, rules, sheet), _score_rows(sheet)
        _check_blind(panel, texts, rows, hidden)
        sheets.append((expert, texts, rows))
    fields = form_fields(rules, "scores")
    written = []
    for expert, texts, rows in sheets:
        path = out / f"{texts.head[0]}_{panel.number}_{_file_name(expert.expert)}.xlsx"
        write_booklet(path, fields, rows, texts)
        written.append((expert.expert, path))
    return written


def _file_name(text: str) -> str:
    return "".join(mark if mark.isalnum() or mark in "-_" else "_" for mark in text)[:40]


def _check_blind(panel: Panel, texts: BookletTexts, rows: Sequence[Mapping[str, Any]], hidden: set[str]) -> None:
    shown = "\n".join([*texts.head, *texts.notes, *(str(value) for row in rows for value in row.values())])
    found = leaks(shown, hidden)
    if found:
        raise DomainError(
            f"A sheet of panel {panel.number} would show {', '.join(sorted(found))}. Nothing was written; the words of "
            "the form itself (assessment_forms, output_notes, panel_indicators) hold the name.",
            code="blind_leak",
            panel=panel.number,
        )


def _score_rows(sheet: BlindSheet) -> list[dict[str, Any]]:
    return [
        {"sheet": sheet.sheet, "indicator": one.code, "indicator_name": one.zh, "meaning": one.note}
        for one in sheet.indicators
    ]


def _score_texts(home: Home, rules: InForce, sheet: BlindSheet) -> BookletTexts:
    texts = _texts(home, rules, "scores")
    case = sheet.case
    head = notes_of(
        rules,
        "assess_scores_head",
        case=case.case,
        ip_type=Labels(rules).word("ip_type", case.ip_type),
        ipc=case.ipc_main or "—",
        due=sheet.due,
        title=case.title,
    )
    told = [("assess_scores_abstract", case.abstract), ("assess_scores_claim", case.first_claim)]
    content = [phrase(rules, name, text=text) for name, text in told if text]
    return dataclasses.replace(texts, head=(*texts.head, *head), notes=(*content, *texts.notes))


def _texts(home: Home, rules: InForce, form: str) -> BookletTexts:
    title = Labels(rules).word("output", f"assess_{form}")
    marked = [phrase(rules, "synthetic")] if home.kind == "demo" else []
    return BookletTexts(
        sheet=title,
        options_sheet=phrase(rules, "booklet_options"),
        head=(title, phrase(rules, "assess_head", day=rules.day), *marked),
        notes=notes_of(rules, f"assess_{form}"),
        choice_error=phrase(rules, "booklet_error"),
        date_error=phrase(rules, "booklet_date_error"),
        amount_error=phrase(rules, "booklet_amount_error"),
        score_error=phrase(rules, "assess_score_error"),
    )

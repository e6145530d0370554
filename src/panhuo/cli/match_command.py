"""panhuo match: needs of a file against the patents that may be offered, with reasons."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.adapters.writers.atomic import check_place, whole_file
from panhuo.adapters.writers.list_notes import stands_on, synthetic_head
from panhuo.adapters.writers.tables import check_target, write_rows
from panhuo.cli.engine_choice import EMBEDDED, EngineName, check_engine
from panhuo.cli.files_apart import check_apart
from panhuo.cli.filter_options import filter_options, several
from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, today
from panhuo.cli.match_page import check_page, is_page, write_page
from panhuo.cli.match_progress import Bars
from panhuo.cli.match_rows import COLUMNS, EXPLAIN, in_words
from panhuo.cli.rejected_rows import tell_rejects
from panhuo.engine.matching.filters import Filters
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.cli.match_job import MatchJob
    from panhuo.desk.registry.export import Projection
    from panhuo.rules import InForce


@command("match")
@click.option("--needs", type=click.Path(path_type=Path), required=True, help="file of needs (.xlsx .jsonl .csv ...)")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--top", type=click.IntRange(1, 200), default=20, show_default=True, help="patents per need at most")
@click.option("--status", type=click.Choice(["offerable", "any"]), default="offerable", show_default=True,
              help="any: also rights of which nobody can say, marked on each line")  # fmt: skip
@filter_options
@click.option("--grade", callback=several, help="grades: A,B")
@click.option("--show-left-out", "left_out", type=click.Path(path_type=Path), metavar="FILE",
              help="also list the rights that may not be offered, each with its reasons")  # fmt: skip
@click.option("--engine", type=EngineName(), default=EMBEDDED, show_default=True,
              help="who seeks: embedded (this process) or a cluster at spark://host:port; same answers")  # fmt: skip
@click.option("--reasons", type=click.Choice(["words", "numbers"]), default="words", show_default=True,
              help="numbers: for very many needs, .parquet only; read them with panhuo lines")  # fmt: skip
@click.option("--strict", is_flag=True, help="exit 1 when a row of the needs was left out")
@click.option("--out", type=click.Path(path_type=Path), required=True,
              help=".xlsx .csv .parquet .jsonl, or .html with evidence")  # fmt: skip
def match(
    *,
    home: Path,
    needs: Path,
    at: date | None,
    top: int,
    status: str,
    ipc: tuple[str, ...],
    region: tuple[str, ...],
    owner: tuple[str, ...],
    grade: tuple[str, ...],
    left_out: Path | None,
    engine: str,
    reasons: str,
    strict: bool,
    out: Path,
) -> Answer:
    """Match needs with the patents that may be offered; each line says why.

    \b
    Example: panhuo match --needs needs.xlsx --at 2025-11-30 --region 四川省 --out matches.xlsx
    """
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    if is_page(out):
        check_place(out)
    else:
        check_target(out)
    if reasons == "numbers" and out.suffix.lower() != ".parquet":
        raise DomainError(
            f"Reasons as numbers are written as .parquet, not as {out.suffix}. Name such a file, or leave --reasons "
            "away.",
            code="unknown_suffix",
            file=str(out),
        )
    if reasons == "numbers":
        from panhuo.adapters.search.line_files import beside

        check_apart((out, *beside(out), *([left_out] if left_out else [])), (needs,))
    if left_out is not None:
        check_target(left_out)
    check_engine(engine)
    filters = Filters(ipc=ipc or (), region=region or (), owner=owner or (), grades=grade or ())
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(place.pack).at(at or today())
        answer = _match(
            place, rules, needs, filters, top=top, unknown_too=status == "any", engine=engine, out=out,
            left_out=left_out, in_words=reasons == "words",
        )  # fmt: skip
    answer.exit_code = int(strict and answer["rejected"] > 0)
    return answer


def _match(
    place: Home,
    rules: InForce,
    path: Path,
    filters: Filters,
    *,
    top: int,
    unknown_too: bool,
    engine: str,
    out: Path,
    left_out: Path | None,
    in_words: bool,
) -> Answer:
    from panhuo.adapters.search.line_files import beside
    from panhuo.cli.match_job import MatchJob
    from panhuo.cli.match_needs import read_needs
    from panhuo.desk.registry.export import current_projection
    from panhuo.engine.matching.needs import need_rules

    known = need_rules(rules)
    told = read_needs(path, rules, known)
    if is_page(out):
        check_page(told.needs)
    projection = current_projection(place, rules)
    place.runs.mkdir(exist_ok=True)
    for left in place.runs.glob(".match.*.parquet"):  # of a killed call; the writer's lock is ours
        left.unlink()
    draft = place.runs / f".match.{os.getpid()}.parquet"
    job = MatchJob(place, rules, projection, told, known, engine=engine)
    try:
        job.gate(filters, unknown_too=unknown_too)
        with Bars() as bars:
            if in_words:
                pairs = write_rows(draft, COLUMNS, job.rows(top, bars), sheet_title="供需匹配")
            else:
                pairs = job.write_numbers(draft, top, bars)
        figures = job.figures(pairs)
        run = _record(rules, projection, path, filters, top, figures, unknown_too=unknown_too)
        kept = place.runs / run.id / ("match.parquet" if in_words else "lines.parquet")
        kept.parent.mkdir(parents=True, exist_ok=True)
        if not in_words:
            for one, other in zip(beside(draft), beside(kept), strict=True):
                os.replace(one, other)
        os.replace(draft, kept)
        if left_out is not None:
            from panhuo.cli.match_left_out import write_left_out

            write_left_out(left_out, job, rules, run.id, place)
    finally:
        for one in (draft, *beside(draft)):
            one.unlink(missing_ok=True)
        job.close()
    if in_words:
        _publish(kept, out, place, rules, job, run.id)
    else:
        for one, other in zip((*beside(kept), kept), (*beside(out), out), strict=True):
            with whole_file(other) as draft:
                shutil.copyfile(one, draft)
    answer = Answer(
        **figures, at=rules.day, status="any" if unknown_too else "offerable", pack=rules.pack,
        pack_version=rules.version, run=run.id, engine=engine, out=str(out),
    )  # fmt: skip
    if left_out is not None:
        answer["left_out_file"] = str(left_out)
    _say(answer)
    tell_rejects(answer, told.rejects, path)
    return answer


def _record(
    rules: InForce,
    projection: Projection,
    needs: Path,
    filters: Filters,
    top: int,
    figures: Mapping[str, Any],
    *,
    unknown_too: bool,
) -> Any:
    from dataclasses import asdict

    from panhuo.desk.history import record_run

    params = {
        "needs": _digest(needs),
        "top": top,
        "status": "any" if unknown_too else "offerable",
        **{name: list(values) for name, values in asdict(filters).items()},
    }
    return record_run(
        "match",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params=params,
        results=figures,
        made_at=now(),
    )


def _digest(path: Path) -> str:
    """Of the needs' file; of a folder, its files one after the other."""
    digest = hashlib.sha256()
    for file in sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]:
        with file.open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()


def _publish(kept: Path, out: Path, place: Home, rules: InForce, job: MatchJob, run: str) -> None:
    """The kept rows as the file asked for."""
    from panhuo.rules.labels import Labels

    if is_page(out):
        write_page(
            out, _kept_cells(kept), job.needs, job.reader, job.projection, job.book, rules,
            unmatched=job.unmatched, run=run, synthetic=place.kind == "demo",
        )  # fmt: skip
        return
    words = Labels(rules) if out.suffix.lower() == ".xlsx" else None
    notes = [stands_on(rules, run)]
    if words and job.unmatched:
        said = [
            f"{need}（{'、'.join(words.word('need_remark', one) for one in why)}）"
            for need, why in job.unmatched.items()
        ]
        notes.append(f"未匹配到专利的需求 {len(said)} 条：{'；'.join(said[:200])}")
    head = synthetic_head(place, rules, "供需匹配")
    rows = _kept_rows(kept, words)
    write_rows(out, COLUMNS, rows, sheet_title="供需匹配", head=head, notes=notes, explain=EXPLAIN)


def _kept_rows(kept: Path, words: Any) -> Iterator[tuple[object, ...]]:
    for cells in _kept_cells(kept):
        yield in_words(cells, words) if words else tuple(cells[column.key] for column in COLUMNS)


def _kept_cells(kept: Path) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(kept) as file:
        for batch in file.iter_batches():
            yield from batch.to_pylist()


def _say(answer: Answer) -> None:
    say(
        f"{answer['at']}: {answer['needs']} needs, {answer['matched']} matched, "
        f"{answer['only_weak']} of them on weak evidence only; {answer['pairs']} pairs from "
        f"{answer['searched']} rights ({answer['offerable']} may be offered, of {answer['unknown']} nobody can say); "
        f"{answer['left_out']} left out. Wrote {answer['out']}."
    )
    if answer["not_offerable"]:
        said = ", ".join(f"{reason} {number}" for reason, number in answer["not_offerable"].items())
        say(f"Left out by reason (a right may have several): {said}.")
    if answer["unmatched"]:
        shown = ", ".join(list(answer["unmatched"])[:10])
        say(f"Needs without a match: {shown}.")

"""panhuo grade --pledge-check: 质押登记预审单 of one patent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.cli.asked_patents import AskedPatents, asked_patents
from panhuo.cli.frame import Answer, now, say
from panhuo.cli.lists_out import check_list, write_list
from panhuo.cli.pledge_inputs import read_pledge_inputs
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.engine.grading.pledge_case import GroundRow
    from panhuo.rules import InForce

OUTPUT = "pledge_check"
IN_WORDS = (".xlsx", ".html")


def pledge_check_of(place: Home, rules: InForce, number: str, inputs: Path | None, out: Path) -> Answer:
    """Write the sheet and record its Run. Raises: DomainError one_patent, unknown_patent; BadInputs."""
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.desk.history import record_run
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.pledge_facts import pledge_facts
    from panhuo.engine.grading.pledge_check import is_clear, pledge_check

    check_list(out)
    case, paid = read_pledge_inputs(inputs, rules)
    projection = current_projection(place, rules)
    with open_tables(projection.paths()) as tables:
        asset_id = _asked(asked_patents(number, tables), number)
        rows = pledge_check(pledge_facts(tables, asset_id, rules, paid_through_year=paid), case, rules)
    outcomes = Counter(row.outcome.value for row in rows)
    run = record_run(
        "pledge-check",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params={"number": number, "inputs": inputs.read_text("utf-8-sig") if inputs else ""},
        results={"outcomes": dict(sorted(outcomes.items())), "clear": is_clear(rows)},
        made_at=now(),
    )
    cells = list(_cells(number, rows, Labels(rules), rules, in_words=out.suffix.lower() in IN_WORDS))
    write_list(out, OUTPUT, cells, rules, run.id, place, title_column="ground")
    say(f"{rules.day}, {number}: {dict(outcomes)}. Unknown is not passed. Wrote {out}.")
    return Answer(
        number=number,
        outcomes=dict(outcomes),
        clear=is_clear(rows),
        fails=[row.ground for row in rows if row.outcome == "fail"],
        unknown=[row.ground for row in rows if row.outcome == "unknown"],
        waived=[row.ground for row in rows if row.outcome == "waived"],
        at=rules.day,
        pack=rules.pack,
        pack_version=rules.version,
        run=run.id,
        out=str(out),
    )


def _asked(found: AskedPatents, number: str) -> int:
    if found.unknown:
        raise DomainError(f"The register has no patent {number}. Import it first.", code="unknown_patent")
    if len(found.ids) != 1:
        raise DomainError(f"A pledge check is of one patent; {number!r} names {len(found.ids)}.", code="one_patent")
    return found.ids[0]


def _cells(
    number: str, rows: tuple[GroundRow, ...], words: Labels, rules: InForce, *, in_words: bool
) -> Iterator[list[object]]:
    """Rows in the columns of the pack's layout; in codes for programs."""
    advice = {row["ground"]: row["advice_zh"] for row in rules.table("pledge_grounds")}
    for row in rows:
        is_done = row.outcome in ("pass", "waived")
        detail = words.word("legal_status", row.detail) if row.fact == "status" else row.detail
        detail = words.word("ip_type", detail) if row.fact == "no_utility_model" else detail
        said = words.word("pledge_fact", row.fact) if in_words else row.fact
        yield [
            row.no,
            words.word("pledge_ground", row.ground) if in_words else row.ground,
            f"{said}：{detail}" if in_words and detail else said,
            "" if in_words else row.detail,
            words.word("pledge_source", row.source) if in_words else row.source,
            row.day,
            words.word("pledge_outcome", row.outcome) if in_words else row.outcome.value,
            "" if is_done else advice[row.ground],
            number,
        ]

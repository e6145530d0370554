"""专利技术供给清单 第N期: judge, freeze under a number, write what can be sent and what must be asked first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.layout import layout_of, notes_of, phrase
from panhuo.adapters.writers.pages import Figure, ListPage, write_list_page
from panhuo.adapters.writers.workbook import Sheet, write_workbook
from panhuo.desk.history import latest_run, record_run
from panhuo.desk.listings.actions import ANNEX, LIST, SUPPLY_LIST, FrozenRow, publish_supply_list
from panhuo.desk.listings.grades import grades_of
from panhuo.desk.listings.standing import result_of, standing_run
from panhuo.desk.listings.supply_sources import considered_assets
from panhuo.desk.registry.export import current_projection
from panhuo.desk.registry.parties import roster
from panhuo.engine.indicators.supply_list import Bar, Part, Source, SupplyOffer, SupplyRow, supply_list, supply_rules
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import ENDED, LegalStatus

if TYPE_CHECKING:
    from panhuo.desk.listings.models import Edition
    from panhuo.desk.registry.export import Projection

SUMMARY_CHARACTERS = 90


@dataclass(frozen=True, slots=True)
class SupplyResult:
    """What was published. files: list workbook, page, annex workbook (internal)."""

    edition: Edition
    is_new: bool
    listed: int
    annex: int
    by_source: dict[str, int]
    by_bar: dict[str, int]
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A considered right as it would be printed, with its source and what keeps it from the list."""

    frozen: FrozenRow
    source: Source
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedList:
    """Rows of list and annex in the order of printing. columns: keys of their cells; ended: asset_key -> status of the
    considered rights that stand in neither."""

    listed: tuple[JudgedRow, ...]
    annex: tuple[JudgedRow, ...]
    columns: Sequence[str]
    dormant_run: str
    ended: Mapping[str, str]

    @property
    def by_source(self) -> dict[str, int]:
        """Listed rows of each source."""
        counted = Counter(row.source for row in self.listed)
        return {source.value: counted[source] for source in Source}

    @property
    def by_bar(self) -> dict[str, int]:
        counted = Counter(bar for row in self.annex for bar in row.bars)
        return {bar.value: number for bar, number in sorted(counted.items())}

    def results(self) -> dict[str, Any]:
        """What a Run keeps of it."""
        counts = {"listed": len(self.listed), "annex": len(self.annex)}
        return {**counts, "sources": self.by_source, "bars": self.by_bar}


def make_supply_list(
    home: Home, rules: InForce, *, at: date, audience: str, out: Path, made_at: datetime
) -> SupplyResult:
    """Judge the rights as at the day, freeze the edition and write its files into the folder `out`.

    Raises: NoRun when no grade Run stands on the register as it is; DomainError cannot_write.
    """
    projection = current_projection(home, rules)
    run = standing_run(home, "grade", version=projection.version, at=at, how=f"--at {at} --out grade.xlsx")
    judged = judge_supply_list(home, rules, projection=projection, grades=result_of(home, run, "grade.parquet"))
    edition, is_new = publish_supply_list(
        [row.frozen for row in judged.listed],
        [row.frozen for row in judged.annex],
        columns=judged.columns,
        day=at,
        audience=audience,
        run=run,
        notes={"sources": judged.by_source, "dormant_run": judged.dormant_run},
        made_at=made_at,
    )
    record_run(
        "supply-list",
        at=at,
        rules=rules,
        inputs_digest=projection.version,
        params={"audience": audience, "edition": edition.number},
        results=judged.results(),
        made_at=made_at,
    )
    return SupplyResult(
        edition,
        is_new,
        len(judged.listed),
        len(judged.annex),
        {source: number for source, number in judged.by_source.items() if source != Source.OTHER},
        judged.by_bar,
        write_edition(edition, out, rules, synthetic=home.kind == "demo"),
    )


def judge_supply_list(
    home: Home, rules: InForce, *, projection: Projection, grades: Path | None,
    offered: Mapping[int, SupplyOffer] | None = None,
) -> JudgedList:  # fmt: skip
    """Where each considered right stands on rules.day, as it would be printed; nothing is kept.

    grades: rows of a grade Run or of desk.registry.grading, None for none. offered: asset_id -> what stands in place of
    the statements of owners; these rights alone are considered then.
    """
    at = rules.day
    judged_by = supply_rules(rules, roster=roster())
    dormant = latest_run("dormant", inputs_digest=projection.version, at=at) if offered is None else None
    with open_tables(projection.paths()) as tables:
        assets = considered_assets(
            tables,
            rules,
            judged_by,
            at=at,
            grades=grades_of(tables, grades, rules),
            dormant=result_of(home, dormant, "dormant.parquet"),
            offered=offered,
        )
    words = Labels(rules)
    parts: dict[Part, list[JudgedRow]] = {Part.LIST: [], Part.ANNEX: []}
    for row in supply_list(assets, judged_by):
        found = parts[row.part]
        found.append(JudgedRow(_frozen(len(found) + 1, row, words, rules), row.source, row.bars))
    return JudgedList(
        tuple(parts[Part.LIST]),
        tuple(parts[Part.ANNEX]),
        layout_of(rules, "supply_annex").keys,
        dormant.id if dormant else "",
        {asset.asset_key: asset.status for asset in assets if asset.status in ENDED},
    )


def edition_of(number: int) -> Edition:
    """A supply list that was published. Raises: DomainError unknown_edition."""
    from panhuo.desk.listings.models import Edition

    found = Edition.objects.filter(kind=SUPPLY_LIST, number=number).first()
    if found is None:
        raise DomainError(
            f"There is no edition {number} of the supply list. panhuo status tells how many there are.",
            code="unknown_edition",
            number=number,
        )
    return found


def write_edition(edition: Edition, out: Path, rules: InForce, *, synthetic: bool, mark: str = "") -> tuple[Path, ...]:
    """Write the files of an edition from its frozen rows: workbook and page of the list, workbook of the annex.

    The annex is a file of its own, so that the list can be sent as it is. mark: printed in the annex, "" for none.
    """
    words = Labels(rules)
    title = phrase(rules, "edition_title", title=words.word("output", edition.kind), number=edition.number)
    listed, annex = (
        [row.cells for row in edition.rows.filter(part=part).order_by("position")] for part in (LIST, ANNEX)
    )
    layout, annex_layout = layout_of(rules, "supply_list"), layout_of(rules, "supply_annex")
    listed = [_cells(row, edition.columns, layout.columns) for row in listed]
    annex = [_cells(row, edition.columns, annex_layout.columns) for row in annex]
    notes = notes_of(rules, "supply_list", day=edition.day, years=rules.integer("supply.min_remaining_years"))
    subtitle = _subtitle(edition, len(listed), rules)
    marked = [phrase(rules, "synthetic")] if synthetic else []
    head = (title, *subtitle, *marked)
    stem = title.replace(" ", "_")
    files = [out / f"{stem}{suffix}" for suffix in (".xlsx", ".html")]
    write_workbook(files[0], [Sheet(title, layout.columns, listed, head=head, explain=layout.explain)], notes=notes)
    write_list_page(
        files[1],
        _page(edition, layout.columns, listed, rules, head[:-1] if marked else head, notes, synthetic=synthetic),
    )
    internal = words.word("output", "supply_annex")
    annex_title = phrase(rules, "edition_title", title=internal, number=edition.number)
    files.append(out / f"{annex_title.replace(' ', '_')}.xlsx")
    printed = [phrase(rules, "export_mark", mark=mark)] if mark else []
    annex_head = (annex_title, *_subtitle(edition, len(annex), rules), *printed, *marked)
    sheet = Sheet(internal, annex_layout.columns, annex, head=annex_head, explain=annex_layout.explain)
    write_workbook(files[2], [sheet], notes=notes_of(rules, "supply_annex"))
    return tuple(files)


def _subtitle(edition: Edition, count: int, rules: InForce) -> list[str]:
    lines = [phrase(rules, "edition_day", day=edition.day, count=count)]
    if edition.audience:
        lines.append(phrase(rules, "edition_audience", audience=edition.audience))
    return lines


def _page(
    edition: Edition,
    columns: Sequence[Column],
    listed: Sequence[Sequence[object]],
    rules: InForce,
    head: Sequence[str],
    notes: Sequence[str],
    *,
    synthetic: bool,
) -> ListPage:
    words, counts = Labels(rules), edition.notes["sources"]
    figures = [Figure(str(len(listed)), phrase(rules, "edition_figure"))]
    figures += [
        Figure(str(counts[source]), words.word("supply_source", source)) for source in Source if counts.get(source)
    ]
    return ListPage(
        title=head[0],
        subtitle=head[1:],
        columns=columns,
        rows=listed,
        title_column="title",
        filters=("source", "ip_type", "intended_mode"),
        figures=figures,
        notes=notes,
        caption="　".join(head),
        footer=phrase(
            rules,
            "edition_footer",
            number=edition.number,
            digest=edition.digest[:16],
            pack=edition.pack,
            version=edition.pack_version,
        ),
        synthetic=synthetic,
    )


def _cells(row: Sequence[Any], keys: Sequence[str], columns: Sequence[Column]) -> list[Any]:
    """Frozen cells in the order of today's columns; what an older edition did not have is empty."""
    cells = dict(zip(keys, row, strict=False))
    return [cells.get(column.key) for column in columns]


def _frozen(place: int, row: SupplyRow, words: Labels, rules: InForce) -> FrozenRow:
    """The row as it is printed, in the order of output supply_annex."""
    asset, offer, at = row.asset, row.asset.offer, rules.day
    status = words.word("legal_status", asset.status)
    cells: list[Any] = [
        place,
        asset.title,
        _patent_number(asset.application_number, asset.publication_number, asset.status),
        words.word("ip_type", asset.ip_type),
        list(asset.owners),
        f"{status}({at})",
        asset.industry,
        (offer.summary if offer else "") or _first_words(asset.abstract),
        offer.scenario if offer else "",
        f"{offer.maturity}{words.word('maturity_unit', 'level')}" if offer and offer.maturity else "",
        words.word("intended_mode", offer.intended_mode) if offer else "",
        _price(offer.price_cny, offer.price_note, rules) if offer else "",
        offer.contact if offer else "",
        words.word("supply_source", row.source),
    ]
    if row.part is Part.ANNEX:
        reasons = "；".join(words.word("supply_bar", bar) for bar in row.bars)
        pair = phrase(rules, "pair_of", numbers="、".join(row.paired_with)) if row.paired_with else ""
        cells.append(reasons + pair)
    return FrozenRow(asset.asset_key, cells)


def _patent_number(application: str, publication: str, status: str) -> str:
    if not application:
        return publication
    return f"ZL{application}" if status == LegalStatus.GRANTED_IN_FORCE else application


def _price(price: Decimal | None, note: str, rules: InForce) -> str:
    if price is not None:
        return phrase(rules, "price_wan", amount=f"{(price / 10_000).normalize():f}")
    return note


def _first_words(abstract: str) -> str:
    """The abstract up to its first full stop, cut where it runs on."""
    sentence = re.split(r"(?<=[。；])", abstract.strip(), maxsplit=1)[0]
    return sentence if len(sentence) <= SUMMARY_CHARACTERS else sentence[:SUMMARY_CHARACTERS] + "…"

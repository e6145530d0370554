"""The readers of tables: one for each vendor's patent exports, official list and sheet of our own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from panhuo.adapters.readers.protocol import ReadOptions, RefusedFile, Sniff, Source
from panhuo.adapters.readers.tables_layout import Layout, find_layout
from panhuo.adapters.readers.tables_look import Look, SheetLook, forget, look
from panhuo.adapters.readers.tables_rows import read_rows
from panhuo.adapters.readers.tables_schemas import SCHEMAS
from panhuo.engine.records.raw import RawBatch, Reject
from panhuo.terms.kinds import RecordKind


@dataclass(slots=True, eq=False)
class TableReader:
    """Reads tables of one schema; for patents, exports of one vendor or one container.

    vendor: as tables_layout tells it, "" for any. containers: kinds of file it takes (tables_look.Look.kind).
    """

    name: str
    label: str
    looked_for: str
    schema: str
    vendor: str = ""
    containers: tuple[str, ...] = ("workbook", "csv", "jsonl", "parquet")
    certainty: int = 90
    kinds: tuple[RecordKind, ...] = ()

    def __post_init__(self) -> None:
        self.kinds = (SCHEMAS[self.schema].kind,)

    def sniff(self, source: Source) -> Sniff:
        """By the sheets that were recognised; a workbook of several kinds of table is nobody's alone."""
        seen = look(source)
        if seen.kind not in self.containers:
            return Sniff(0, f"it is {seen.what or seen.kind}")
        mine = [sheet for sheet in seen.found if self._fits(sheet.layout)]
        if not mine or len({_topic(sheet) for sheet in seen.found}) > 1:
            return Sniff(0, "its headings say something else")
        layout = mine[0].layout
        sure = self.certainty if layout is None or layout.has_number or self.schema != "patents" else 40
        if self.vendor == "" and self.schema == "patents" and layout is not None and layout.by_content:
            sure -= 10
        return Sniff(sure, explain(seen, mine))

    def read(self, source: Source, options: ReadOptions) -> Iterator[RawBatch | Reject]:
        """The sheets of its schema, in their order."""
        try:
            seen = look(source)
            sheets = [
                (sheet, layout)
                for sheet in seen.sheets
                if (layout := self._layout(sheet, source, forced=options.forced)) is not None
            ]
            if not sheets:
                raise seen.refusal or _not_a_table(source, self, seen)
            for sheet, layout in sheets:
                yield from read_rows(source, sheet.grid, layout)
        finally:
            forget()

    def _layout(self, sheet: SheetLook, source: Source, *, forced: bool) -> Layout | None:
        layout = sheet.layout
        if layout is not None and layout.schema.name == self.schema:
            return layout
        return find_layout(sheet.grid, only=self.schema, told=source.headings) if forced else None

    def _fits(self, layout: Layout | None) -> bool:
        if layout is None or layout.schema.name != self.schema:
            return False
        return not self.vendor or layout.vendor == self.vendor


@dataclass(slots=True, eq=False)
class MixedWorkbook:
    """A workbook whose sheets are tables of several kinds."""

    name: str = "mixed_workbook"
    label: str = "多种明细合在一个工作簿 / workbook with several kinds of table"
    looked_for: str = "sheets that are each one of the tables named here"
    kinds: tuple[RecordKind, ...] = tuple(dict.fromkeys(schema.kind for schema in SCHEMAS.values()))

    def sniff(self, source: Source) -> Sniff:
        """Certain where two sheets or more are recognised as different kinds of table."""
        seen = look(source)
        if len({_topic(sheet) for sheet in seen.found}) < 2:
            return Sniff(0, "its sheets are not of several kinds")
        return Sniff(92, explain(seen, seen.found))

    def read(self, source: Source, options: ReadOptions) -> Iterator[RawBatch | Reject]:
        """Each recognised sheet as what it is."""
        del options
        try:
            seen = look(source)
            if not seen.found:
                raise seen.refusal or _not_a_table(source, self, seen)
            for sheet in seen.found:
                if sheet.layout is not None:
                    yield from read_rows(source, sheet.grid, sheet.layout)
        finally:
            forget()


def explain(seen: Look, mine: list[SheetLook]) -> str:
    """What was seen: per sheet the heading, then the encoding and the sheets that are left out."""
    told = []
    for sheet in mine[:6]:
        if sheet.layout is not None:
            where = f"sheet {sheet.grid.name}: " if sheet.grid.name else ""
            told.append(f"{where}{sheet.layout.because}")
    if len(mine) > 6:
        told.append(f"{len(mine) - 6} more sheets like these")
    if seen.encoding:
        told.append(seen.encoding)
    skipped = [sheet.grid.name for sheet in seen.sheets if sheet.layout is None and sheet.grid.name]
    if skipped:
        told.append(f"sheets left out, no known heading: {', '.join(skipped[:10])}")
    return "; ".join(told)


def _topic(sheet: SheetLook) -> str:
    return sheet.layout.schema.name if sheet.layout else ""


def _not_a_table(source: Source, reader: TableReader | MixedWorkbook, seen: Look) -> RefusedFile:
    return RefusedFile(
        f"{source.name} cannot be read as {reader.name}: it is {seen.what or seen.kind}, and no heading was found "
        f"that gives {reader.looked_for}.",
        code="not_this_format",
        file=source.name,
        format=reader.name,
    )


_ANY = ("workbook", "csv", "jsonl", "parquet")
_SHEETS = ("workbook", "csv")


def _patents(
    name: str,
    label: str,
    looked_for: str,
    *,
    vendor: str = "",
    certainty: int = 95,
    containers: tuple[str, ...] = _ANY,
) -> TableReader:
    return TableReader(name, label, looked_for, "patents", vendor, containers, certainty)


TABLE_READERS: tuple[TableReader | MixedWorkbook, ...] = (
    _patents(
        "patsnap_table",
        "智慧芽导出 / PatSnap export",
        "[标]当前申请(专利权)人, 法律状态/事件, INPADOC同族 …",
        vendor="patsnap",
    ),
    _patents(
        "incopat_table", "incoPat 导出 / incoPat export", "标题(中文), 合享价值度, 链接到incoPat …", vendor="incopat"
    ),
    _patents(
        "cnipa_table",
        "国家知识产权局/CNIPR 检索导出 / CNIPA or CNIPR export",
        "申请（专利权）人, 发明（设计）人, 国省代码, 主权项 …",
        vendor="cnipa",
    ),
    _patents(
        "cnki_table",
        "知网专利表 / CNKI table",
        "Title-题名, Organ-单位, or links to CNKI that hold CN numbers",
        vendor="cnki",
    ),
    _patents("lens_csv", "Lens.org CSV", "Lens ID, Display Key, Simple Family Size …", vendor="lens"),
    _patents(
        "google_patents_csv",
        "Google Patents 检索结果 / Google Patents search download",
        "id, inventor/author, filing/creation date, result link",
        vendor="google",
    ),
    _patents(
        "cpc_sample_csv",
        "公开号+带标签文本 / publication number with a labelled text",
        "columns publication_number, text (Title: … Abstract: …) and labels",
        vendor="labelled_text",
        certainty=96,
    ),
    _patents(
        "panhuo_parquet",
        "本系统 Parquet / Parquet as Panhuo writes it",
        "Parquet columns publication_number, application_number",
        certainty=93,
        containers=("parquet",),
    ),
    _patents(
        "panhuo_table",
        "本系统输出的清单 / list written by Panhuo",
        "columns publication_number and application_number, or a workbook that names Panhuo as its author",
        vendor="panhuo",
    ),
    _patents(
        "patent_jsonl",
        "专利 JSON 行 / JSON lines of patents",
        "an object a line with publication_number or application_number, title and abstract, or patent_id and text",
        certainty=85,
        containers=("jsonl",),
    ),
    _patents(
        "patent_table",
        "专利表（通用） / table of patents, any source",
        SCHEMAS["patents"].looked_for,
        certainty=70,
        containers=_SHEETS,
    ),
    *(
        TableReader(schema.name, schema.label, schema.looked_for, schema.name)
        for schema in SCHEMAS.values()
        if schema.name != "patents"
    ),
    MixedWorkbook(),
)
"""Patents first, by how sure a heading makes them; ties go to the earlier."""

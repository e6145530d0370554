"""Figures of panhuo evaluate grade for people: tables in Chinese with what limits them, a page, a flat table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from panhuo.adapters.writers.charts import Chart, ReliabilityChart
from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.pages import Figure
from panhuo.adapters.writers.summary import Cell, Section, SummaryData, write_summary
from panhuo.adapters.writers.tables import write_rows

Card = Mapping[str, Any]
NONE = "—"
TITLE = "评级效果检验"
RANKINGS = {
    "our_grade": ("本系统评分", "our grade"),
    "learned_cross_validated": ("全部列学得（交叉验证）", "learnt, cross-validated"),
    "random": ("随机", "random"),
    "age_years": ("申请至切分日年数", "age"),
    "invention": ("是否发明", "invention"),
    "claims": ("权利要求数", "claims"),
    "family": ("同族数", "family"),
    "ipc_symbols": ("IPC 分类号数", "IPC symbols"),
}
OUTCOMES = {
    "survival": ("仍有效", "alive"),
    "transfer": ("转让", "transfer"),
    "licence": ("许可", "licence"),
    "pledge": ("质押", "pledge"),
    "any_deal": ("转让、许可或质押", "any deal"),
}
ROLES = {"outcome": "检验对象，不作输入", "input": "评级输入", "no_rule": "方案无规则，仅作基线"} | {
    "text": "文本",
    "missing": "文件无此列",
}
WHY = {
    "undated": "无日期，可能含切分日后的信息",
    "no_rule": "方案无规则",
    "not_read": "不读取",
    "not_known_column": "不认识的列，不读取",
}
COLUMNS = (
    Column("kind", "数据类型", "text", 16),
    Column("split", "切分日", "text", 12),
    Column("outcome", "结果", "text", 18),
    Column("ranking", "排序依据", "text", 26),
    Column("rows", "件数", "int", 10),
    Column("events", "事件数", "int", 10),
    Column("measure", "指标", "text", 26),
    Column("value", "数值", "float", 12),
    Column("low", "95% 区间下限", "float", 12),
    Column("high", "95% 区间上限", "float", 12),
)


def write_figures(path: Path, cards: Sequence[Card], page: SummaryData) -> None:
    """An .html page with charts, else a flat table by suffix. cards: as JSON. Raises: DomainError cannot_write."""
    if path.suffix.lower() == ".html":
        write_summary(path, page)
    else:
        write_rows(path, COLUMNS, _flat(cards), sheet_title=TITLE, notes=page.notes)


def figures_page(cards: Sequence[Card]) -> SummaryData:
    """Everything in words and numbers that are ready to be shown."""
    head = cards[0]
    sections: list[Section] = []
    notes: list[str] = []
    for card in cards:
        is_counts = card["kind"] == "later_citations"
        sections += _counts_sections(card) if is_counts else _events_sections(card)
        notes += _counts_notes(card) if is_counts else _events_notes(card)
    judged = "本系统评分" if head["judged"] == "grade" else "给定评分（--scores）"
    return SummaryData(
        title=TITLE,
        subtitle=[f"评价对象：{judged}；场景 {head['scene']}；文件 {'、'.join(Path(f).name for f in head['files'])}"],
        figures=[
            Figure(_number(head["spearman"]), "Spearman"),
            Figure(_span(_of(head, "spearman")), "95% 区间"),
            Figure(_number(head["top_decile_lift"]), "前十分之一提升倍数"),
            Figure(f"{head['rows']:,}", "件数"),
            Figure(_number(head["confidence"]["mean"]), "平均可信度"),
        ],
        sections=sections,
        notes=notes,
        footer=f"规则包 {head['pack']} {head['pack_version']}，规则日 {head['at']}",
    )


def _counts_sections(card: Card) -> list[Section]:
    words = {one["field"]: one["zh"] for one in card["columns"]}
    label = "本系统评分" if card["judged"] == "grade" else "给定评分"
    ranked = [(label, "score", card)]
    ranked += [(_zh(name, words), _en(name), told) for name, told in card["baselines"].items()]
    rows: list[list[Cell]] = [_counts_row(zh, one) for zh, _, one in ranked]
    said = [one for one in ranked if one[2].get("spearman") is not None]
    chart = Chart(
        title="与后来被引次数的等级相关",
        labels=[zh for zh, _, _ in said],
        series=[("Spearman", [float(one["spearman"]) for _, _, one in said])],
        unit="",
        title_en="Rank correlation with later citations",
        labels_en=[en for _, en, _ in said],
        series_en=["Spearman"],
        unit_en="",
        decimals=3,
    )
    headings = ["排序依据", "件数", "Spearman（95% 区间）", "前十分之一提升（95% 区间）", "本评分减其 Spearman"]
    read: list[list[Cell]] = [
        [one["column"] or NONE, one["zh"], ROLES[one["role"]], one["read_as_zh"]] for one in card["columns"]
    ]
    read += [[one["column"], NONE, WHY[one["why"]], NONE] for one in card["dropped"]]
    return [
        Section("与后来被引次数的关系", headings, rows, chart, figure_columns=(1, 2, 3, 4)),
        Section("读取的列", ["列", "字段", "作用", "评级如何读取"], read),
    ]


def _counts_row(name: str, one: Card) -> list[Cell]:
    gap = one.get("difference", {}).get("spearman")
    return [
        name,
        f"{one['rows']:,}" if "cannot_say" not in one else NONE,
        _both(one, "spearman"),
        _both(one, "top_decile_lift"),
        f"{_number(gap['value'])}（{_span(gap['interval'])}）" if gap and gap["value"] is not None else NONE,
    ]


def _counts_notes(card: Card) -> list[str]:
    words = {one["field"]: one["zh"] for one in card["columns"]}
    told = card["indicators"]
    notes = [
        f"平均可信度 {card['confidence']['mean']:.3f}：方案 {sum(map(len, told.values()))} 项指标中，"
        f"{len(told['differ'])} 项在各行间有差别（{'、'.join(told['differ']) or '无'}），"
        f"{len(told['same_for_all'])} 项各行相同，{len(told['not_told'])} 项无从得知；用得分，不用等级字母。",
        "被引次数不作输入；数据无日期、分类号，各行互为同组，被引未按年限校正。",
    ]
    names = [_zh(name, words) for name in card["not_beaten"]]
    turned = [_zh(name, words) for name in card["not_beaten_turned"]]
    if names:
        notes.append(f"未优于单项基线：{'、'.join(names)}。原因：评分只随上述有差别的指标变动。")
    if turned:
        notes.append(f"反向使用时不低于本评分的单项：{'、'.join(turned)}（数值越小、被引越多）。")
    if card["without_score"]:
        notes.append(f"没有评分的行 {card['without_score']:,}，所有数字只计有评分的行。")
    if card["left_out"]:
        notes.append(f"未采用的行：{'、'.join(f'{code} {n}' for code, n in card['left_out'].items())}。")
    return [*notes, "通用性、原创性、激进性：无施引、被引专利的分类号，无法判断（cannot_say）。"]


def _events_sections(card: Card) -> list[Section]:
    return [
        section
        for split in card["splits"]
        for section in (_split_section(split), _baselines(split), *_predictions(split))
    ]


def _baselines(split: Card) -> Section:
    others = list(next((one["baselines"] for one in split["events"].values() if "baselines" in one), {}))
    rows: list[list[Cell]] = [
        [OUTCOMES[name][0], _number(one["auc"]), *(_number(one["baselines"][other].get("auc")) for other in others)]
        for name, one in split["events"].items()
        if "baselines" in one
    ]
    headings = ["结果", "评分", *(_zh(other, {}) for other in others)]
    return Section(f"切分日 {split['split']}：AUC 与基线", headings, rows, figure_columns=range(1, len(headings)))


def _split_section(split: Card) -> Section:
    rows: list[list[Cell]] = []
    for name, one in split["events"].items():
        first: list[Cell] = [OUTCOMES[name][0], f"{one['rows']:,}", f"{one['events']:,}", f"{one['undated']:,}"]
        rows.append([*first, _both(one, "auc"), _both(one, "top_decile_lift")])
    said = [(OUTCOMES[name], one) for name, one in split["events"].items() if one.get("auc") is not None]
    chart = Chart(
        title=f"切分日 {split['split']} 之后的事件：AUC",
        labels=[zh for (zh, _), _ in said],
        series=[("AUC", [float(one["auc"]) for _, one in said])],
        unit="",
        title_en=f"AUC of what happened after {split['split']}",
        labels_en=[en for (_, en), _ in said],
        series_en=["AUC"],
        unit_en="",
        decimals=3,
    )
    headings = ["结果", "件数", "事件", "日期不明", "AUC（95% 区间）", "前十分之一提升（95% 区间）"]
    title = f"切分日 {split['split']}，看到 {split['until']}：{split['rights']:,} 件有效中国专利"
    return Section(title, headings, rows, chart if said else None, figure_columns=tuple(range(1, len(headings))))


def _predictions(split: Card) -> Iterator[Section]:
    headings = ["预测", "学习期", "学习件数/事件", "检验件数/事件", "AUC（95% 区间）", "校准误差", "平均概率/实际占比"]
    rows: list[list[Cell]] = []
    drawn = None
    for name, one in split["prediction"].items():
        ends = " 至 ".join(one["fitted_on"])
        first: list[Cell] = [OUTCOMES[name][0], ends, f"{one['fitted_rights']}/{one['fitted_events']}"]
        tried = f"{one['rows']}/{one['events']}" if "rows" in one else NONE
        error, mean = one.get("expected_calibration_error"), one.get("mean_probability")
        shares = NONE if mean is None else f"{mean:.3f}/{one['share_of_events']:.3f}"
        rows.append([*first, tried, _both(one, "auc"), _number(error), shares])
        drawn = drawn or (_meaning(one["reliability"]) if "reliability" in one else None)
    title = f"切分日 {split['split']}：由更早年份学得的概率"
    yield Section(title, headings, rows, drawn, figure_columns=tuple(range(2, len(headings))))


def _meaning(bins: Sequence[Card]) -> ReliabilityChart:
    return ReliabilityChart(
        title="转让概率是否可信",
        said=[one["predicted"] for one in bins],
        came_true=[one["observed"] for one in bins],
        spans=[(one["interval"][0], one["interval"][1]) if one["interval"] else None for one in bins],
        said_label="给出的概率",
        came_true_label="实际占比",
    )


def _events_notes(card: Card) -> list[str]:
    dropped: dict[str, list[str]] = {}
    for one in card["dropped"]:
        dropped.setdefault(one["why"], []).append(one["column"])
    notes = [f"未作输入的列（{WHY[why]}）：{'、'.join(columns)}。" for why, columns in dropped.items()]
    few = [
        f"{split['split']} {OUTCOMES[name][0]} {one['events']} 件"
        for split in card["splits"]
        for name, one in split["events"].items()
        if "cannot_say" in one
    ]
    if few:
        notes.append(f"事件过少，不给数字：{'；'.join(few)}。")
    return [
        *notes,
        "只用切分日及以前有日期的事实；切分日时规则包尚无的规则，按规则日的值假定。事件只数有日期的；"
        "只有无日期说法的列入“日期不明”，不计。",
        "同族数为导出日的数字，可能含切分日后的信息，仅作基线。概率的检验件与学习件可为同一专利，但时段不重叠。",
        "通用性、原创性、激进性：引用只有次数，无号码和日期，无法判断（cannot_say）。",
    ]


def _flat(cards: Sequence[Card]) -> Iterator[list[object]]:
    for card in cards:
        if card["kind"] == "later_citations":
            yield from _lines(card["kind"], "", "forward_citations", card)
            continue
        for split in card["splits"]:
            for name, one in split["events"].items():
                yield from _lines(card["kind"], split["split"], name, one)
            for name, one in split["prediction"].items():
                yield from _lines(card["kind"], split["split"], name, one, ranking="prediction")


def _lines(kind: str, split: str, outcome: str, one: Card, *, ranking: str = "score") -> Iterator[list[object]]:
    first = [kind, split, outcome, ranking, one.get("rows"), one.get("events")]
    for measure, span in one.get("intervals", {}).items():
        yield [*first, measure, one[measure], *(span or (None, None))]
    if "expected_calibration_error" in one:
        yield [*first, "expected_calibration_error", one["expected_calibration_error"], None, None]
    for name, other in one.get("baselines", {}).items():
        yield from _lines(kind, split, outcome, {"events": one.get("events"), **other}, ranking=name)


def _zh(name: str, words: Mapping[str, str]) -> str:
    return words.get(name) or RANKINGS.get(name, (name, name))[0]


def _en(name: str) -> str:
    return RANKINGS.get(name, (name, name.replace("_", " ")))[1]


def _of(one: Card, measure: str) -> Sequence[float] | None:
    span: Sequence[float] | None = (one.get("intervals") or {}).get(measure)
    return span


def _both(one: Card, measure: str) -> str:
    value, span = one.get(measure), _of(one, measure)
    return _number(value) if value is None or span is None else f"{_number(value)}（{_span(span)}）"


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _span(interval: Sequence[float] | None) -> str:
    return f"{interval[0]:.3f} 至 {interval[1]:.3f}" if interval else NONE

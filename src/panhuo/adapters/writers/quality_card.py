"""The quality card of the matcher as one self-contained page, made from the JSON of `panhuo evaluate match`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from panhuo.adapters.writers.charts import Chart, ReliabilityChart
from panhuo.adapters.writers.pages import Figure
from panhuo.adapters.writers.summary import Cell, Section, SummaryData, write_summary

MEASURES = (
    ("ndcg_at_10", "nDCG@10"),
    ("spearman", "等级相关系数"),
    ("mae", "等级误差"),
    ("contest_score", "竞赛得分"),
    ("contest_score_rounded", "竞赛得分（取整）"),
    ("precision_at_5_level3", "前 5 位命中率"),
)
NAMES = {"random": "随机", "tfidf": "TF-IDF", "bm25": "BM25"}
LEVELS = ("1 无相关", "2 弱相关", "3 较强相关", "4 强相关")
GROUP_KINDS = {"industry": "行业", "district": "地区", "group": "分组"}
NONE = "—"


def write_quality_card(path: Path, card: Mapping[str, Any]) -> None:
    """Write the page. card: what the command answers as JSON. Raises: DomainError cannot_write."""
    write_summary(path, card_page(card))


def card_page(card: Mapping[str, Any]) -> SummaryData:
    """The card in words and numbers that are ready to be shown."""
    return SummaryData(
        title="供需匹配质量卡",
        subtitle=_subtitle(card),
        figures=[
            Figure(_number(card["ndcg_at_10"]), "nDCG@10"),
            Figure(_span(card["intervals"]["ndcg_at_10"]), "nDCG@10 的 95% 区间"),
            Figure(_number(card["mae"]), "等级误差"),
            Figure(_number(card["contest_score"]), "竞赛得分"),
            Figure(f"{card['judged_needs']:,}", "已评判需求"),
            Figure(f"{card['judged_pairs']:,}", "已评判对"),
        ],
        sections=[_beside_baselines(card), _reliability(card), *_groups(card), _levels(card), _columns(card)],
        notes=_notes(card),
        footer=f"规则包 {card['pack']} {card['pack_version']}，规则日 {card['at']}；Run {card['run'] or '未保存'}",
    )


def _subtitle(card: Mapping[str, Any]) -> list[str]:
    learnt = card["learnt_from"]
    kept = "（本机已发布的版本）" if card["levels_from"]["match"] == "home" else ""
    return [
        f"匹配模型：{card['model']}",
        f"等级与概率：由 {learnt['needs']:,} 条需求的 {learnt['pairs']:,} 对评判学得{kept}"
        if learnt
        else "等级与概率：取自规则包（假定值，未向评判学习）",
    ]


def _beside_baselines(card: Mapping[str, Any]) -> Section:
    """Measures as rows; the model with its intervals, then each baseline."""
    ranked = [("本模型", "this model", card)]
    ranked += [(NAMES.get(name, name), name, told) for name, told in card["baselines"].items()]
    rows: list[list[Cell]] = [
        [
            label,
            _number(card[key]),
            _span(card["intervals"][key]),
            *(_number(told[key]) for told in card["baselines"].values()),
        ]
        for key, label in MEASURES
    ]
    chart = Chart(
        title="nDCG@10 与基线",
        labels=[name for name, _, _ in ranked],
        series=[("nDCG@10", [float(told["ndcg_at_10"] or 0.0) for _, _, told in ranked])],
        unit="",
        title_en="nDCG@10 beside baselines",
        labels_en=[name for _, name, _ in ranked],
        series_en=["nDCG@10"],
        unit_en="",
        decimals=3,
    )
    headings = ["指标", "本模型", "95% 区间", *(name for name, _, _ in ranked[1:])]
    return Section("指标与基线", headings, rows, chart, _compared(card), figure_columns=tuple(range(1, len(headings))))


def _compared(card: Mapping[str, Any]) -> str:
    gap = card["difference"]
    against = NAMES.get(gap["against"], gap["against"])
    told = (
        f"逐条需求比较，nDCG@10 与 {against} 之差为 {gap['ndcg_at_10']:+.3f}，95% 区间 {_span(gap['interval'])}。"
        if gap["interval"]
        else "没有高于 1 级的评判，无法比较排序。"
    )
    prior = "基线的等级按各等级的通常占比分配；" if card["levels_from"]["baselines"] == "prior" else ""
    return f"{told}{prior}基线在同一次运行中对同样的评判对计算；区间由对需求的 1000 次重抽样得出。"


def _reliability(card: Mapping[str, Any]) -> Section:
    bins: Sequence[Mapping[str, Any]] = card["reliability"]
    rows: list[list[Cell]] = [
        [
            f"{one['low']:.3f}–{one['high']:.3f}",
            one["pairs"],
            _number(one["predicted"]),
            _number(one["observed"]),
            _span(one["interval"]),
        ]
        for one in bins
    ]
    chart = ReliabilityChart(
        title="概率是否可信",
        said=[one["predicted"] for one in bins],
        came_true=[one["observed"] for one in bins],
        spans=[(one["interval"][0], one["interval"][1]) if one["interval"] else None for one in bins],
        said_label="给出的概率（强相关或较强相关）",
        came_true_label="实际占比",
    )
    note = (
        f"点在虚线上说明概率名副其实，竖线为 95% 区间。期望校准误差 {card['expected_calibration_error']:.3f}，"
        f"Brier 分 {card['brier']:.3f}。"
    )
    headings = ["概率区间", "对数", "平均概率", "实际占比", "95% 区间"]
    return Section("概率的可靠性", headings, rows, chart, note, figure_columns=(0, 2, 3, 4))


def _groups(card: Mapping[str, Any]) -> list[Section]:
    found = []
    for kind in dict.fromkeys(one["by"] for one in card["groups"]):
        rows: list[list[Cell]] = [
            [
                one["name"] or "未注明",
                one["needs"],
                one["pairs"],
                _number(one["ndcg_at_10"]),
                _span(one["intervals"]["ndcg_at_10"]),
                _number(one["mae"]),
            ]
            for one in card["groups"]
            if one["by"] == kind
        ]
        word = GROUP_KINDS.get(kind, kind)
        headings = [word, "需求", "对数", "nDCG@10", "95% 区间", "误差"]
        note = "需求少的组区间宽，不宜相互比较。"
        found.append(Section(f"按{word}", headings, rows, note=note, figure_columns=(3, 4, 5)))
    return found


def _levels(card: Mapping[str, Any]) -> Section:
    total = sum(card["pairs_by_level"]) or 1
    rows: list[list[Cell]] = [
        [name, count, f"{count / total:.1%}"] for name, count in zip(LEVELS, card["pairs_by_level"], strict=True)
    ]
    return Section("评判等级的分布", ["等级", "对数", "占比"], rows, figure_columns=(2,))


def _columns(card: Mapping[str, Any]) -> Section:
    """What the model sees, and what each column weighs for level 2, 3 and 4 where that was learnt."""
    weights = card["weights"] or {}
    rows: list[list[Cell]] = [
        [one["name"], one["meaning_zh"], *(_number(weight) for weight in weights.get(one["name"], (None,) * 3))]
        for one in card["columns"]
    ]
    note = "权重对应标准化后的列，依次为达到 2、3、4 级的对数几率；各列相关，单个权重不宜单独解读。"
    if card["left_out"]:
        note += f"未使用的来源：{'、'.join(card['left_out'])}。"
    headings = ["列", "含义", "2 级及以上", "3 级及以上", "4 级"]
    return Section("模型的列与权重", headings, rows, note=note, figure_columns=(2, 3, 4))


def _notes(card: Mapping[str, Any]) -> list[str]:
    notes = [
        "只对已评判的对排序；同分按成果编号排列。nDCG@10 为至少有一对高于 1 级的 "
        f"{card['ranked_needs']:,} 条需求的平均值，增益 2^(等级-1)-1。",
        "等级误差为预测等级与评判等级之差的平均绝对值；竞赛得分为 1/(1+等级误差)；"
        "前 5 位命中率为前 5 位中 3 级、4 级所占比例。",
    ]
    if not card["groups"]:
        notes.append("需求文件未注明行业（industry）、地区（district）或分组（group），因此没有分组数字。")
    if card["rejected"]:
        said = "、".join(f"{code} {count}" for code, count in card["rejected_by_reason"].items())
        notes.append(f"未采用的行 {card['rejected']:,}：{said}。")
    if card["fit"] and card["fit"]["needs_seen"]:
        notes.append(f"有 {card['fit']['needs_seen']} 条需求也在学习数据中（按名称），数字因此偏高。")
    return notes


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _span(interval: Sequence[float] | None) -> str:
    return f"{interval[0]:.3f}–{interval[1]:.3f}" if interval else NONE

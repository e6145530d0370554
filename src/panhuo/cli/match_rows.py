"""Rows of a match: one per need and patent, in codes; words and sentences for those who open the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from panhuo.adapters.writers.columns import Column
from panhuo.cli.match_needs import Need
from panhuo.engine.matching.circumstances import CIRCUMSTANCES
from panhuo.engine.matching.ranking import Match, Outcome
from panhuo.engine.matching.reasons import Reason
from panhuo.engine.matching.scoring import PARTS
from panhuo.rules.labels import Labels

COLUMNS = (
    Column("need_id", "需求编号", "text", 14),
    Column("need_title", "需求名称", "text", 26),
    Column("firm", "需求企业", "text", 20),
    Column("rank", "推荐序", "int", 7),
    Column("publication_number", "公开（公告）号", "text", 16),
    Column("application_number", "专利号", "text", 17),
    Column("title", "专利名称", "text", 32),
    Column("owners", "权利人", "list", 24),
    Column("owner_type", "权利人类型", "text", 10),
    Column("region_code", "地区代码", "text", 9),
    Column("ipc_main", "主分类号", "text", 11),
    Column("score", "得分", "float", 8),
    Column("level", "相关程度", "text", 9),
    Column("probability", "概率（较强以上）", "share", 9),
    Column("reason", "推荐理由", "long", 60),
    Column("offer_state", "可供情况", "text", 10),
    Column("offer_notes", "提示", "long", 28),
    Column("legal_status", "法律状态（查询日）", "text", 14),
    Column("status_note", "状态说明", "text", 22),
    Column("expires_on", "保护期届满日", "date"),
    Column("remaining_years", "剩余年限", "float", 8),
    Column("same_family", "同族/同日对应件", "list", 20),
    Column("series", "同团队系列申请", "list", 20),
    Column("more_of_team", "同团队未列件数", "int", 9),
    Column("need_remarks", "需求文本提示", "list", 16),
    Column("score_words", "共同词得分", "float", 9, folded=True),
    Column("score_near", "近义词得分", "float", 9, folded=True),
    Column("score_sense", "语义得分", "float", 9, folded=True),
    Column("score_title", "专利名称得分", "float", 9, folded=True),
    Column("score_texts", "文本得分", "float", 9, folded=True),
    Column("case_life", "剩余年限取值", "float", 9, folded=True),
    Column("case_region", "同地区取值", "float", 9, folded=True),
    Column("case_suited", "适配企业取值", "float", 9, folded=True),
    Column("case_price", "价格取值", "float", 9, folded=True),
    Column("case_maturity", "成熟度取值", "float", 9, folded=True),
    Column("case_industry", "行业取值", "float", 9, folded=True),
    Column("case_figures", "指标取值", "float", 9, folded=True),
    Column("levels_by", "相关程度依据", "text", 9, folded=True),
    Column("reason_codes", "理由代码", "list", 18, folded=True),
    Column("shared_words", "共同词", "list", 24, folded=True),
    Column("near_words", "近义词", "list", 24, folded=True),
    Column("asset_key", "登记键", "text", 18, folded=True),
)
EXPLAIN = {
    "score": (
        "0 至 1，排序用：文本得分（共同词、近义词、语义、专利名称四项加权）"
        "按剩余年限、地区、价格、成熟度、行业、指标上下微调，幅度不超过规则包 matching.circumstances.bound；"
        "本机已学习时为期望得益；不是百分比，也不是成交概率"
    ),
    "level": "无相关、弱相关、较强相关、强相关四级中最可能达到的一级；依据见“相关程度依据”列",
    "probability": (
        "达到较强相关及以上的概率；pack 为规则包先验，由公开数据的名称和少量人工评判的清单得出，只是粗略估计；"
        "version N 为本机第 N 版，由企业答复学得"
    ),
    "score_texts": "只看文本的得分，0 至 1",
    "levels_by": "pack：规则包先验；version N：本机第 N 版（panhuo learn match）",
    "offer_state": "可供：无障碍；无从判断：登记事实不足（仅在 --status any 时列出）",
    "same_family": "同族或一案双申中未重复列出的其他件",
    "series": "同一团队名称相近的系列申请,只列得分最高的一件,其余在此列出",
    "more_of_team": "同一团队另有多少件也匹配而未列出;一份清单中一个团队的件数以规则包 matching.team.rows 为限",
    **dict.fromkeys(
        (f"case_{name}" for name in CIRCUMSTANCES),
        "0 至 1；0.5 为不知或无所谓，以上有利，以下不利；须与得分中的权重同看",
    ),
    "reason": "由程序据文本得出，供对接人员核对，不代表侵权或新颖性判断",
}
FACTS = (
    "asset_id",
    "asset_key",
    "publication_number",
    "application_number",
    "title",
    "title_en",
    "abstract",
    "owners",
    "owner_type",
    "region_code",
    "ipc_main",
)
"""Columns of assets that a row shows."""
SENTENCES = {
    "shared_words": "共同词：{words}",
    "in_title": "（{words}见于专利名称）",
    "near_words": "近义表述：{pairs}",
    "common_figures": "指标相近：{pairs}",
    "figures_against": "指标相悖：{pairs}",
    "county": "权利人与企业同在一个县区",
    "city": "权利人与企业同在一个市",
    "province": "权利人与企业同在一个省",
    "price_fits": "意向价格 {price} 万元，在预算 {budget} 万元以内",
    "price_over": "意向价格 {price} 万元，高于预算 {budget} 万元",
    "mature_enough": "申报成熟度 {stated} 级，达到期望的 {wished} 级",
    "less_mature": "申报成熟度 {stated} 级，低于期望的 {wished} 级",
    "same_industry": "分类属于需求所在行业",
    "stated_industry": "权利人填报的行业与需求一致",
    "weak_evidence": "证据薄弱，仅供参考",
    "same_class": "分类 {ipc}",
    "life": "保护期尚余 {years} 年",
    "pair": "{ours}≈{theirs}",
    "figure": "需求 {ours} / 专利 {theirs}",
    "heard_in": "需求出处：{parts}",
}
PART_WORDS = {
    "title": "需求名称",
    "problem": "需求内容",
    "goal": "预期目标",
    "difficulty": "技术难题",
    "foundation": "工作基础",
    "background": "背景",
    "text": "需求文本",
}


def rows(
    outcomes: Iterable[Outcome],
    needs: Mapping[str, Need],
    facts: Mapping[int, Mapping[str, Any]],
    offers: Mapping[int, Mapping[str, Any]],
    at: date,
    levels_by: str,
) -> Iterator[tuple[object, ...]]:
    """Rows in the order of COLUMNS, in codes. facts and offers: by asset_id, FACTS and the gate's columns.

    levels_by: who says the levels, pack or version N.
    """
    for outcome in outcomes:
        need = needs[outcome.query.need_id]
        for match in outcome.matches:
            yield _row(match, outcome, need, facts, offers[match.asset_id], at, levels_by)


def _row(
    match: Match,
    outcome: Outcome,
    need: Need,
    facts: Mapping[int, Mapping[str, Any]],
    offer: Mapping[str, Any],
    at: date,
    levels_by: str,
) -> tuple[object, ...]:
    patent = facts[match.asset_id]
    by_code = {reason.code: reason for reason in match.reasons}
    years = round((offer["expires_on"] - at).days / 365.25, 1) if offer["expires_on"] else None
    others, series = (
        [facts[one]["publication_number"] or facts[one]["application_number"] for one in named]
        for named in (match.with_it, match.series)
    )
    pairs = by_code["near_words"].data["pairs"] if "near_words" in by_code else []
    return (
        need.need_id,
        need.title,
        need.firm,
        match.rank,
        patent["publication_number"],
        patent["application_number"],
        patent["shown_title"],
        patent["owners"] or [],
        patent["owner_type"],
        patent["region_code"],
        patent["ipc_main"],
        match.score.total,
        str(match.level),
        match.probability,
        "；".join(sentences(match.reasons, ipc=patent["ipc_main"], years=years)),
        offer["offer_state"],
        offer["notes"].rstrip(";"),
        offer["status"],
        offer["bars"].rstrip(";"),
        offer["expires_on"],
        years,
        others,
        series,
        match.more_of_team,
        [str(remark) for remark in outcome.remarks],
        *(match.score.part(name) for name in PARTS),
        match.text_score,
        *match.values,
        levels_by,
        [reason.code for reason in match.reasons],
        by_code["shared_words"].data["words"] if "shared_words" in by_code else [],
        [f"{ours}~{theirs}" for ours, theirs, _ in pairs],
        patent["asset_key"],
    )


def sentences(reasons: Iterable[Reason], *, ipc: str, years: float | None) -> Iterator[str]:
    """Why, in Chinese: what stands in both texts first, then class and life."""
    for reason in reasons:
        yield _sentence(reason)
    if ipc:
        yield SENTENCES["same_class"].format(ipc=ipc)
    if years is not None:
        yield SENTENCES["life"].format(years=years)


def _sentence(reason: Reason) -> str:
    data = reason.data
    if reason.code == "shared_words":
        said = SENTENCES["shared_words"].format(words="、".join(data["words"]))
        if data["in_title"]:
            said += SENTENCES["in_title"].format(words="、".join(data["in_title"]))
        parts = [PART_WORDS.get(part, part) for part in data["heard_in"]]
        return f"{said}，{SENTENCES['heard_in'].format(parts='、'.join(parts))}" if parts else said
    if reason.code == "near_words":
        pairs = [SENTENCES["pair"].format(ours=ours, theirs=theirs) for ours, theirs, _ in data["pairs"]]
        return SENTENCES["near_words"].format(pairs="、".join(pairs))
    if reason.code in ("common_figures", "figures_against"):
        pairs = [SENTENCES["figure"].format(ours=ours, theirs=theirs) for ours, theirs in data["pairs"]]
        return SENTENCES[reason.code].format(pairs="；".join(pairs))
    if reason.code == "same_region":
        return SENTENCES[data["at"]]
    if reason.code == "suited":
        return "；".join(data["told"])
    if reason.code in ("price_fits", "price_over"):
        price, budget = (in_wan(Decimal(repr(data[name]))) for name in ("price_cny", "budget_cny"))
        return SENTENCES[reason.code].format(price=price, budget=budget)
    if reason.code in ("mature_enough", "less_mature"):
        return SENTENCES[reason.code].format(**data)
    if reason.code == "same_industry" and data["stated"]:
        return SENTENCES["stated_industry"]
    return SENTENCES.get(reason.code, reason.code)


def in_wan(yuan: Decimal) -> str:
    """A sum in 万元, exact, without needless zeros: 60, 60.0004, 1234567.89."""
    return f"{(yuan / 10_000).normalize():f}"


def in_words(cells: Mapping[str, Any], words: Labels) -> tuple[object, ...]:
    """One kept row for a workbook: codes as Chinese words."""

    def each(kind: str, joined: str) -> str:
        return "；".join(words.word(kind, code) for code in joined.split(";") if code)

    shown = dict(cells)
    shown["owner_type"] = words.word("owner_type", shown["owner_type"])
    shown["legal_status"] = words.word("legal_status", shown["legal_status"])
    shown["offer_state"] = words.word("offer_state", shown["offer_state"])
    shown["level"] = words.word("match_level", shown["level"])
    shown["offer_notes"] = each("offer_note", shown["offer_notes"])
    shown["status_note"] = each("supply_bar", shown["status_note"])
    shown["need_remarks"] = [words.word("need_remark", code) for code in shown["need_remarks"]]
    shown["reason_codes"] = [words.word("match_reason", code) for code in shown["reason_codes"]]
    return tuple(shown[column.key] for column in COLUMNS)

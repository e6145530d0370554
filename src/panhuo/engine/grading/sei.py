"""Which strategic emerging industries a patent belongs to, by the SEI-IPC reference table of a pack.

A symbol hits a rule when it lies in a range that the rule includes and in none that the same rule excludes.
Ranges are compared as sort keys, never as string prefixes: H04L1* is main group 1, not H04L12. Symbols are
tested once per distinct symbol of the register (some ten thousand), not once per patent; words are looked for
only in patents whose symbols hit. See docs/algorithms/grading.md, section 1.
Source: 战略性新兴产业分类与国际专利分类参照关系表(2021)(试行), 国知办函规字〔2021〕121号.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ibis
from ibis import Table, _

from panhuo.rules import InForce
from panhuo.terms.kinds import PATENT_TYPES

CONFIRMED = "sei_confirmed"
CANDIDATE = "sei_candidate"
NOT_SEI = "not_sei"

SEI_EVIDENCE = {
    "asset_id": "int64",
    "rule_id": "string",
    "branch": "string",  # second-level branch, 1.5
    "symbol": "string",  # the asset's own symbol, G06N3/08
    "via": "string",  # older place of the matter where only a reclassification leads to the rule, else ""
    "keyword": "string",  # the word found, "" where none was asked for or none found
    "sei_class": "string",  # sei_confirmed | sei_candidate
}
"""Columns of sei_evidence: one row per asset and rule that it hits."""

SEI = {
    "asset_id": "int64",
    "sei_class": "string",
    "sei_branches": "string",  # branches of that class, joined by ;
    "sei_evidence": "string",  # its first hit: rule, symbol, (older symbol), keyword, separated by spaces
}
"""Columns of sei_by_asset: one row per asset with any hit; this is what grade() reads."""


def sei_evidence(assets: Table, rules: InForce) -> Table:
    """One row per asset and rule that it hits; columns SEI_EVIDENCE.

    Args:
        assets: asset_id, ip_type, ipc_main, ipc_keys, title, abstract, first_claim; one row each.
        rules: high_value.sei_symbols and the tables sei_ipc, sei_rules, ipc_concordance.
    """
    symbols = _symbols(assets)
    if rules.text("high_value.sei_symbols") == "main":
        symbols = symbols.semi_join(assets, [symbols.asset_id == assets.asset_id, symbols.symbol == assets.ipc_main])
    reached = symbols.join(_rules_of_symbols(symbols, rules), "ipc_key")
    hits = reached.group_by("asset_id", "rule_id").agg(
        branch=_.branch.min(),
        mode=_["mode"].min(),
        direct=_.symbol.min(where=_.via == ""),
        moved=_.symbol.min(),
        via=_.via.max(),
    )
    words = _words_found(hits, assets, rules)
    hits = hits.left_join(words, ["asset_id", "rule_id"])
    worded = (hits["mode"] == "ipc_only") | ((hits["mode"] == "ipc_and_keyword") & hits.keyword.notnull())
    is_direct = hits.direct.notnull()
    return hits.select(
        "asset_id",
        "rule_id",
        "branch",
        symbol=hits.direct.coalesce(hits.moved),
        via=ibis.ifelse(is_direct, "", hits.via),
        keyword=hits.keyword.fill_null(""),
        sei_class=ibis.ifelse(worded & is_direct, CONFIRMED, CANDIDATE),
    )


def sei_by_asset(evidence: Table) -> Table:
    """The best class of each asset, its branches and its first hit by rule; columns SEI.

    An asset without a row hits no rule, or has no symbols at all.
    """
    best = evidence.group_by("asset_id").agg(sei_class=_.sei_class.max())  # confirmed sorts after candidate
    hits = evidence.join(best, ["asset_id", "sei_class"])
    told = (hits.rule_id + " " + hits.symbol + " " + hits.via + " " + hits.keyword).re_replace(" +", " ")
    return hits.group_by("asset_id", "sei_class").agg(
        sei_branches=hits.branch.collect(distinct=True).sort().join(";"), sei_evidence=told.strip().min()
    )


def _symbols(assets: Table) -> Table:
    """asset_id, ipc_key, symbol: one row per patent and symbol."""
    patents = assets.filter(assets.ip_type.isin([*PATENT_TYPES]), assets.ipc_keys.length() > 0)
    rows = patents.select("asset_id", ipc_key=patents.ipc_keys.unnest())
    distinct = rows.select("ipc_key").distinct()
    group = distinct.ipc_key.substr(4, 4).re_replace("^0+", "")
    subgroup = distinct.ipc_key.substr(8, 2) + distinct.ipc_key.substr(10, 4).re_replace("0+$", "")
    symbol = ibis.ifelse(
        group == "", distinct.ipc_key.substr(0, 4), distinct.ipc_key.substr(0, 4) + group + "/" + subgroup
    )
    return rows.join(distinct.mutate(symbol=symbol), "ipc_key")


def _rules_of_symbols(symbols: Table, rules: InForce) -> Table:
    """ipc_key, rule_id, branch, mode, via: which rules each distinct symbol reaches."""
    listed = {row["rule_id"]: row for row in rules.table("sei_rules")}
    parts = [dict(row, mode=listed[row["rule_id"]]["mode"]) for row in rules.table("sei_ipc")]
    columns = ("rule_id", "branch", "mode", "low_key", "high_key")
    include = _texts((row for row in parts if row["kind"] == "include"), columns)
    exclude = _texts((row for row in parts if row["kind"] == "exclude"), columns)
    moved = _texts(
        rules.table("ipc_concordance"), ("old", "old_low_key", "old_high_key", "new_low_key", "new_high_key")
    )
    keys = symbols.select("ipc_key").distinct()
    direct = keys.select("ipc_key", via=ibis.literal(""), low="ipc_key", high=_.ipc_key + "!")
    older = keys.join(
        moved,
        [
            keys.ipc_key.substr(0, 3) == moved.new_low_key.substr(0, 3),
            keys.ipc_key >= moved.new_low_key,
            keys.ipc_key < moved.new_high_key,
        ],
    ).select("ipc_key", via="old", low="old_low_key", high="old_high_key")
    places = direct.union(older)
    within = places.join(
        include,
        [
            places.low.substr(0, 3) == include.low_key.substr(0, 3),
            places.low < include.high_key,
            places.high > include.low_key,
        ],
    ).select("ipc_key", "rule_id", "branch", "mode", "via", "low", "high")
    return (
        within.anti_join(
            exclude,
            [within.rule_id == exclude.rule_id, within.low >= exclude.low_key, within.high <= exclude.high_key],
        )
        .select("ipc_key", "rule_id", "branch", "mode", "via")
        .distinct()
    )


def _words_found(hits: Table, assets: Table, rules: InForce) -> Table:
    """asset_id, rule_id, keyword: the first word of each hit rule that the patent's text holds."""
    words = _texts(
        (
            {"rule_id": row["rule_id"], "word": word.strip().lower()}
            for row in rules.table("sei_rules")
            for word in row["keywords"].split(";")
            if word.strip()
        ),
        ("rule_id", "word"),
    )
    asked = hits.filter(hits["mode"] == "ipc_and_keyword").select("asset_id", "rule_id")
    text = (assets.title + "\n" + assets.abstract + "\n" + assets.first_claim).lower()
    texts = assets.select("asset_id", text=text).join(asked, "asset_id")
    tried = texts.join(words, "rule_id")
    return tried.filter(tried.text.contains(tried.word)).group_by("asset_id", "rule_id").agg(keyword=_.word.min())


def _texts(rows: Iterable[Mapping[str, str]], columns: Iterable[str]) -> Table:
    """A small table of texts inside the expression; may be empty."""
    names = tuple(columns)
    return ibis.memtable(
        [tuple(row[name] for name in names) for row in rows], schema=ibis.schema(dict.fromkeys(names, "string"))
    )

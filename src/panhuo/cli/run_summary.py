"""What one round of the main job gave, in words and figures for a page and the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from panhuo.adapters.writers.charts import Chart
from panhuo.adapters.writers.pages import Figure
from panhuo.adapters.writers.summary import OutputFile, Section, SummaryData
from panhuo.rules import InForce
from panhuo.rules.labels import Labels

STATES = ("candidates", "to_verify", "dormant", "proper_reason", "exploited", "cannot_say", "taken_out")
STATE_CODES = ("dormancy_candidate", "to_verify", "dormant", "proper_reason", "exploited", "cannot_say", "out")


def summary_of(
    answers: Mapping[str, Mapping[str, Any]],
    took: Mapping[str, float],
    *,
    rules: InForce,
    title: str,
    subtitle: Sequence[str],
    files: Sequence[OutputFile],
    synthetic: bool,
) -> SummaryData:
    """Figures and tables from the answers of the commands that were called, by command name."""
    words = Labels(rules)
    dormant, grade, match = answers["dormant"], answers["grade"], answers["match"]
    supply, ledger, lists = answers["supply-list"], answers["ledger"], answers["lists"]
    figures = (
        Figure(f"{answers['status']['patents']:,}", "登记专利"),
        Figure(f"{dormant['considered']:,}", "授权满三年且有效"),
        Figure(f"{dormant['candidates']:,}", "疑似沉睡"),
        Figure(f"{grade['high_value']:,}", "高价值发明专利"),
        Figure(f"{match['pairs']:,}", "匹配对"),
        Figure(f"{supply['listed']:,}", "供给清单"),
    )
    return SummaryData(
        title=title,
        subtitle=subtitle,
        figures=figures,
        sections=(
            _imported(answers["import"]),
            _states(dormant, words),
            _reasons(dormant, words),
            _grades(grade),
            _cases(grade, words),
            _matched(match, words),
            _supplied(supply, words),
            _ledger(ledger, lists),
            _timings(took),
        ),
        files=files,
        notes=("疑似沉睡须经权利人核实；各数字对应的明细见所列文件，依据的规则版本见 Run。",),
        footer=f"规则包 {rules.pack} {rules.version}",
        synthetic=synthetic,
    )


def _imported(answer: Mapping[str, Any]) -> Section:
    rows = [
        [Path(file["file"]).name, file["format"], *(file[name] for name in ("rows", "new", "changed", "unchanged"))]
        + [file["waiting"], file["rejected"]]
        for file in answer["files"]
    ]
    return Section(
        "入库", ("文件", "格式", "行数", "新增", "变更", "未变", "待配", "未入库"), rows,
        note="未入库的行连同原因另存；待配为所述专利尚未入库的事件。",
    )  # fmt: skip


def _states(answer: Mapping[str, Any], words: Labels) -> Section:
    labels = [words.word("dormancy_state", code) for code in STATE_CODES]
    values = [answer[name] for name in STATES]
    return Section(
        "沉睡状态",
        ("状态", "件"),
        list(zip(labels, values, strict=True)),
        chart=Chart(
            "沉睡状态", labels, (("件", values),), "件", "State of dormancy", list(STATE_CODES), ("rights",), "rights"
        ),
        note=f"查询日 {answer['at']}，口径 {answer['profile']}。",
    )


def _reasons(answer: Mapping[str, Any], words: Labels) -> Section:
    rows = []
    for key, count in answer["reasons"].items():
        state, _, reason = key.partition(": ")
        rows.append([words.word("dormancy_state", state), words.word("dormancy_reason", reason), count])
    return Section("判读理由", ("状态", "理由", "件"), rows)


def _grades(answer: Mapping[str, Any]) -> Section:
    grades = answer["grades"]
    return Section(
        "筛选等级",
        ("等级", "件"),
        [[name, count] for name, count in grades.items()],
        chart=Chart(
            "筛选等级", list(grades), (("件", list(grades.values())),), "件", "Screening grade", list(grades),
            ("patents",), "patents", upright=True,
        ),
        note="权重为本系统占位值，非GB/T 42748附录权重。",
    )  # fmt: skip


def _cases(answer: Mapping[str, Any], words: Labels) -> Section:
    cases = answer["high_value_cases"]
    labels = [words.word("high_value_case", name) for name in cases]
    return Section(
        "高价值发明专利五类情形",
        ("情形", "件"),
        list(zip(labels, cases.values(), strict=True)),
        chart=Chart(
            "高价值发明专利五类情形", labels, (("件", list(cases.values())),), "件", "Cases of high value", list(cases),
            ("patents",), "patents",
        ),
        note="同一专利可符合多类情形，合计去重。",
    )  # fmt: skip


def _matched(answer: Mapping[str, Any], words: Labels) -> Section:
    rows: list[list[Any]] = [
        ["需求", answer["needs"]],
        ["有推荐的需求", answer["matched"]],
        ["匹配对", answer["pairs"]],
    ]
    rows.append(["可推介专利", answer["offerable"]])
    rows += [[words.word("offer_bar", reason), count] for reason, count in answer["not_offerable"].items()]
    return Section("供需匹配", ("项目", "数量"), rows)


def _supplied(answer: Mapping[str, Any], words: Labels) -> Section:
    rows: list[list[Any]] = [[f"第{answer['edition']}期入列", answer["listed"]], ["附件待确认", answer["annex"]]]
    rows += [[words.word("supply_source", name), count] for name, count in answer["sources"].items()]
    rows += [[words.word("supply_bar", name), count] for name, count in answer["bars"].items()]
    return Section("专利技术供给清单", ("项目", "件"), rows)


def _ledger(ledger: Mapping[str, Any], lists: Mapping[str, Any]) -> Section:
    figures = ledger["figures"]
    rows: list[list[Any]] = [
        ["许可（件次）", figures["licence.counted"]],
        ["转让（件次）", figures["transfer.counted"]],
        ["其中高校院所至中小微企业", figures["all.university_to_msme"]],
        ["剔除：集团内部转移", figures["transfer.struck.inside_group"]],
        ["有技术合同未见备案登记", figures["contract.missing"]],
        ["一年内期限届满", lists["expiring"]],
        ["一年内维持满十年", lists["ten_years"]],
        ["待缴年费笔数", lists["fees"]],
        ["应缴年费（元）", str(lists["payable_cny"])],
    ]
    return Section(f"{ledger['month']} 转化台账与期限", ("项目", "数值"), rows)


def _timings(took: Mapping[str, float]) -> Section:
    return Section("用时", ("步骤", "秒"), [[name, seconds] for name, seconds in took.items()])

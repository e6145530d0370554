"""Dossiers for tests of print-outs: whole, changed, with a grade made by hand, hostile. All figures are made up."""

from __future__ import annotations

import json
from typing import Any

from panhuo.engine.flows import Dossier, Verdict, make_dossier, read_dossier
from panhuo.engine.flows.dossier import FORM
from panhuo.engine.sealing import canonical, seal
from valuation_inputs import RULES, told

WHOLE = Verdict((), {}, {}, None)
SEALED_TITLE = "一种高精度数控机床主轴热误差补偿方法及系统"
EVIDENCE = ({"what": "销售预测.xlsx", "source": "合成", "sha256": "ab" * 32},)


def dossier(**changes: Any) -> Dossier:
    """A small dossier with two methods, a debt and a target, under the rules of its base date."""
    stated = {"debt": {"until": "2027-11-30", "asked_cny": "100000"}, "what_for_cny": ["200000"], **changes}
    found = told(**stated)
    if "patents" not in changes:
        found["patents"][0]["title"] = SEALED_TITLE
    return read_dossier(make_dossier(found, RULES, engine="0.1.0", evidence=EVIDENCE))


def resealed(of: Dossier, *places: tuple[str, Any], drop: tuple[str, ...] = ()) -> Dossier:
    """The dossier with entries of its content set (dotted places) or dropped, sealed anew as if it had been made so."""
    content = json.loads(json.dumps(of.content))
    for place, value in places:
        *groups, last = place.split(".")
        group = content
        for name in groups:
            group = group[int(name)] if isinstance(group, list) else group.setdefault(name, {})
        group[last] = value
    for place in drop:
        *groups, last = place.split(".")
        group = content
        for name in groups:
            group = group[name]
        group.pop(last)
    made = seal(content)
    whole = {"form": FORM, "content": content, "entries": dict(made.entries), "seal": made.whole}
    return Dossier(content, made, canonical(whole))


def indicator(code: str, name: str, level: int, points: str | None, parent: str = "", **more: Any) -> dict[str, Any]:
    known = points is not None
    return {
        "code": code,
        "name": name,
        "level": level,
        "parent": parent,
        "points": points,
        "weight": "0.35",
        "share": "0.35" if known else None,
        "contribution": "28" if known else None,
        "lost": "7" if known else None,
        "from": "claims_count" if known else "",
        **more,
    }


SECOND = [
    *("权利稳定性", "权利保护范围", "侵权可判定性", "依赖度"),
    *("技术先进性", "技术替代性", "技术适用范围", "技术独立性", "技术成熟度", "技术领域发展态势"),
    *("剩余经济寿命", "竞争态势", "市场应用情况", "专利运营状况"),
]


def grade(**changes: Any) -> dict[str, Any]:
    """A grade by hand: three indicators of the first level, one unknown; fourteen of the second, some unknown."""
    indicators = [
        indicator("legal", "法律价值", 1, "80"),
        indicator("technical", "技术价值", 1, "62.5"),
        indicator("economic", "经济价值", 1, None),
    ]
    for place, name in enumerate(SECOND):
        parent = "legal" if place < 4 else "technical" if place < 10 else "economic"
        points = None if place >= 10 or place == 5 else str(50 + 3 * place)
        indicators.append(indicator(f"second_{place}", name, 2, points, parent))
    indicators.append(indicator("claims", "独立权利要求保护宽度", 3, "75", "second_1", **{"from": "expert"}))
    return {
        "scheme": "panhuo-default",
        "notice": "非GB/T 42748附录权重",
        "scene": "finance",
        "score": "63.25",
        "letter": "B",
        "reason": "",
        "confidence": "0.45",
        "indicators": indicators,
        "vetoes": [],
        "disclosures": ["licensed_exclusively"],
        "flags": [],
        "unsettled": ["co_owner_consent"],
        **changes,
    }

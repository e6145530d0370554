"""Acts on cases, panels and sheets in words: kind of the thing and act, as the log has them apart."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "case.opened": _("立项"),
    "case.self_grade": _("登记发明人自评"),
    "case.assess_first": _("内部初评"),
    "case.attach_first": _("归档初评报告"),
    "case.order_second": _("委托二次评估"),
    "case.attach_second": _("归档二次评估报告"),
    "case.close": _("结案"),
    "case.stop": _("终止项目"),
    "panel.opened": _("组建专家组"),
    "panel.withdrawn": _("专家退出"),
    "panel.decided": _("确定评审结果"),
    "sheet.assigned": _("收到评分表"),
    "sheet.scored": _("评分"),
    "sheet.handed_in": _("提交评分表"),
    "sheet.conflict_declared": _("声明回避"),
}


def act_words(act: str) -> str:
    """Words of kind.act, such as case.opened; one without words is shown by its code."""
    return str(ACTS.get(act, act))

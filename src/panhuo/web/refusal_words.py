"""What the register says no to, in the words of the page, by the error's code.

An unknown code is told in the engine's own (English) sentence, which says what, why and what next.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.terms.errors import DomainError

REFUSALS: dict[str, str | Promise] = {
    "home_busy": _("另一项工作正在写入登记库，请稍候再试。"),
    # the pool
    "wrong_stage": _("这一步现在不能做，请刷新后看现在的进度。"),
    "moved_meanwhile": _("刚才已有别人改动或办理，请打开看现在的内容后再办。"),
    "no_reason": _("请写明理由。"),
    "incomplete": _("内容还不完整，请填好必填项再提交。"),
    "not_placed": _("这件专利还没有归入学院，请先在存量专利中归入学院。"),
    "unwilling": _("发明人不愿转化，不能提交。"),
    "not_fillable": _("已提交的内容不能修改，请先撤回或由审核人退回。"),
    "not_in_list": _("请从列表中选择。"),
    "bad_price": _("一口价须填大于 0 的金额，提成须填 0 到 100 之间的比例。"),
    "contact_is_inventor": _("联系方式不能是发明人本人的，请写单位负责转化的部门。"),
    "bad_maturity": _("技术成熟度为 1 至 9 级。"),
    "not_in_force": _("专利已不是有效状态。"),
    "no_owner_here": _("权利人还没有作为机构建立，请联系系统管理员。"),
    "declared_already": _("这件专利已有声明，请核对。"),
    "missing": _("还有必填内容没有填写。"),
    "later_day": _("日期不能晚于今天。"),
    "open_already": _("这件专利已有一条待核准，请先办完或撤回。"),
    "no_evidence": _("请至少选择一个证据文件。"),
    "valid_too_long": _("理由有效期从今天起，最晚到 %(latest)s。"),
    "not_a_paper": _("不接收 %(name)s 这种文件，请用 %(kinds)s。"),
    "empty_file": _("文件是空的，请重新选择。"),
    "too_large": _("%(name)s 超过 %(most_mb)s MB，请压缩或只选需要的页。"),
    "not_what_it_says": _("%(name)s 的内容与扩展名不符，请另存后再传。"),
    "expired": _("理由已过有效期，请不予核准，由填报人重新填报。"),
    "nothing_to_draw": _("库中还没有可以抽取的条目。"),
    "no_seed": _("请填写抽样种子。"),
    "bad_size": _("抽取件数为 1 至 %(most)s。"),
    "not_there": _("没有找到，或您无权查看。"),
    "not_allowed": _("您不能办理这一件：没有这项权限，或您已经办过其中另一步。"),
}


def refusal_words(error: DomainError) -> str:
    """A sentence for people; a code's words may name the error's fields as %(name)s."""
    words = REFUSALS.get(error.code)
    return str(error) if words is None else str(words) % {key: str(value) for key, value in error.fields.items()}

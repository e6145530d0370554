"""What the register says no to, in the words of the page, by the error's code.

An unknown code is told in the engine's own (English) sentence, which says what, why and what next.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.terms.errors import DomainError

REFUSALS: dict[str, str | Promise] = {
    "home_busy": _("另一项工作正在写入登记库，请稍候再试。"),
    "no_reason": _("请填写原因。"),
    "no_name": _("请填写名称。"),
    "same_name": _("现在就是这个名称，没有改动。"),
    "bad_uscc": _("统一社会信用代码不正确：应为 18 位，最后一位是校验码。请对照证照重新填写。"),
    "no_uscc": _("这类机构须填写统一社会信用代码；没有自己代码的，请填写上级机构。"),
    "uscc_taken": _("已有机构使用这个代码，请在机构列表中查找，不要重复建立。"),
    "bad_region_code": _("行政区划代码不正确，应为 2、4 或 6 位数字，如 44、4407、440703。"),
    "no_region": _("主管部门须填写所管的行政区划代码。"),
    "closed_parent": _("上级机构已关闭，请换一个。"),
    "too_deep": _("机构最多三级，不能再往下建立。"),
    "closed_already": _("这个机构已经定了最后一天。"),
    "bad_day": _("日期不对：不能早于开始的日期。"),
    "bad_role": _("这个角色不能在这里担任，请检查角色与机构类型是否相符、是否填了机构。"),
    "closed_organisation": _("这个机构已关闭，请换一个。"),
    "sides_mixed": _("系统、安全、审计三类管理员与业务角色不能由同一账号担任，请用另一个账号。"),
    "held_already": _("这个账号已有同样的角色。"),
    "bad_scope": _("地区不正确：请填行政区划代码（如 44、4403），去掉的部分须在所含地区之内。"),
    "account_closed": _("这个账号已停用。"),
    "account_open": _("这个账号正在使用，不需要重新启用。"),
    "last_administrator": _("这是最后一个此类管理员，不能停用。请先增加一个。"),
    "bad_login": _("账号须为 2 至 60 个字母、数字或 . _ @ -，第一个须是字母或数字。"),
    "login_taken": _("这个账号已被使用或曾经使用过，请换一个。"),
    "not_local": _("这个账号通过统一身份认证登录，本系统没有它的密码。"),
    "ended_already": _("这个角色已经结束。"),
    "no_invitation": _("这个邀请已被接受、撤回或过期。"),
    "not_allowed": _("这不在您的权限之内。如工作需要，请联系安全管理员。"),
    "other_log_key": _("日志的签名密钥与以前的不一致。请从备份恢复 log-key.pem，再导出。"),
    "no_log_key": _("找不到日志的签名密钥。请从备份恢复 log-key.pem，再导出。"),
    "log_key_open": _("日志的签名密钥可被他人读取，不能用来签名。请系统管理员检查 log-key.pem 的权限。"),
    "unknown_patent": _("登记库里没有这件专利，请先导入。"),
    "bad_number": _("不是申请号或公告号，应写成 202110000007.3 或 CN113030719B。"),
    "not_a_patent": _("这不是专利，不能评估。"),
    "no_title": _("登记库里没有这件专利的名称，请先导入它的数据。"),
    "not_an_inventor": _("专利上没有这位发明人。请按专利上的署名填写。"),
    "no_answers": _("请至少回答一项。"),
    "wrong_stage": _("项目现在的进度不能办理这一步，请回到项目页看看。"),
    "moved_meanwhile": _("这个项目刚刚被别人改动，请回到项目页看看再办理。"),
    "no_agency": _("请填写第三方机构。"),
    "own_agency": _("这家机构是权利人或发明人单位，请另选一家。"),
    "other_agency": _("二次评估不是委托这家机构的。"),
    "case_ended": _("项目已经结束，不能再办理。"),
    "due_too_early": _("截止日不能早于今天。"),
    "panel_decided": _("评审结果已经确定，不能再改。"),
    "not_due": _("还没到评分截止日，且有专家没有提交。请等待或提醒专家。"),
    "no_result": _("专家人数或提交人数不够，得不出结果。请再请专家或提醒提交。"),
    "not_an_expert": _("这个账号没有“评审专家”角色，请先由安全管理员授予。"),
    "no_workplace": _("请填写专家的工作单位。"),
    "expert_withdrawn": _("这位专家已退出或回避，不能再参加这个专家组。"),
    "expert_seated": _("这位专家已经在专家组里。"),
    "expert_code_taken": _("专家组里已有同名、同单位的专家。"),
    "handed_in": _("评分表已经提交，只能查看。"),
    "unfinished": _("还有指标没有评分，请评完再提交。"),
    "not_a_paper": _("这种文件不能归档，请上传 PDF、OFD、Word 或图片。"),
    "empty_file": _("文件是空的，请重新选择。"),
    "log_incomplete": _("日志缺少记录，不能出具证明。请立即报告，并从备份恢复。"),
}


def refusal_words(error: DomainError) -> str:
    """A sentence for people; a code's words may name the error's fields as %(name)s."""
    words = REFUSALS.get(error.code)
    return str(error) if words is None else str(words) % {key: str(value) for key, value in error.fields.items()}

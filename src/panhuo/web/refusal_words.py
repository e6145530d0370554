"""What the register says no to, in the words of the page, by the error's code.

An unknown code is told in the engine's own (English) sentence, which says what, why and what next.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.terms.errors import DomainError

REFUSALS: dict[str, str | Promise] = {
    "not_allowed": _("您的账号不能进行这项操作。如工作需要，请联系本单位的账号管理员。"),
    "empty_file": _("文件是空的（0 字节）。请选择有内容的文件。"),
    "upload_too_large": _(
        "文件超过 %(most_mb)s MB，没有保存。请拆成几个文件，或请管理员在服务器上用 panhuo import 导入。"
    ),
    "upload_gone": _("原文件已不在服务器上，请重新上传。"),
    "cannot_write": _("服务器不能保存文件，磁盘可能已满。请联系系统管理员。"),
    "import_begun": _("这个文件已经开始导入。要改对应关系，请重新上传。"),
    "unknown_field": _("选择的内容不在列表中，请重新选择。"),
    "field_twice": _("两列选择了同一个含义，请改掉其中一列。"),
    "not_recognised": _("这个文件没有识别出来，不能导入。请先选择各列的含义，或换一个文件。"),
    "nothing_to_read": _("压缩包里没有可以识别的文件。"),
    "unknown_format": _("没有识别出这是什么表：前十行里没有认识的列标题。请在下面选择各列的含义，或从原系统重新导出。"),
    "refused_file": _("文件无法读取。请从原系统重新导出后再上传。"),
    "not_this_format": _("文件内容与扩展名不符，无法读取。请从原系统重新导出。"),
    "not_a_workbook": _("这不是有效的 Excel 工作簿（.xlsx）。请用表格软件另存为 .xlsx 后再上传。"),
    "damaged_workbook": _("工作簿已损坏。请用表格软件打开后另存为 .xlsx，再上传。"),
    "damaged_table": _("表格中途损坏，无法读完。请从原系统重新导出。"),
    "damaged_file": _("文件已损坏。请从原系统重新导出。"),
    "damaged_archive": _("压缩包已损坏。请重新打包。"),
    "encrypted_archive": _("压缩包有密码。请解开后上传里面的文件。"),
    "unsupported_archive": _("不支持这种压缩格式。请用 zip 打包，或直接上传里面的文件。"),
    "unsupported_compression": _("不支持这种压缩方法。请用普通 zip 重新打包。"),
    "empty_archive": _("压缩包里没有表格或文献文件。"),
    "unsafe_name": _("压缩包里有指向包外的文件名，为安全起见没有读取。请重新打包。"),
    "archive_bomb": _("文件解开后会异常膨胀，为安全起见没有读取。确属正常文件的，请解开后上传。"),
    "archive_too_large": _("文件解开后过大，没有读取。请拆成几个文件。"),
    "archive_too_many_members": _("压缩包里的文件过多，没有读取。请分成几个压缩包。"),
    "overlapping_members": _("压缩包结构异常，为安全起见没有读取。请重新打包。"),
    "doubled_member": _("压缩包里有同名文件。请重新打包。"),
    "lying_size": _("压缩包标明的大小不实，为安全起见没有读取。请重新打包。"),
    "sparse_file": _("压缩包里有不支持的文件。请用普通 zip 重新打包。"),
    "office_dtd": _("工作簿里有不应有的内容（文档类型声明），为安全起见没有读取。请另存为新文件。"),
    "entity_declared": _("文件声明了外部实体，为安全起见没有读取。请从原系统重新导出。"),
    "too_many_cells": _("工作表过大，无法读取。请删去空白行列，或拆成几个文件。"),
    "job_over": _("这项任务已经结束，不能取消。"),
    "job_not_over": _("这项任务还没有失败，不用重新开始。"),
    "job_asked": _("同样的任务已经重新提交，请查看那一项。"),
    "job_moved": _("任务状态刚刚变了，请刷新页面查看。"),
    "unexpected": _("处理时发生意外，已记录下来。"),
    "worker_died": _("后台进程多次意外中断，可能是内存不足。"),
    "unknown_work": _("后台进程的版本与网站不一致，请管理员重启服务。"),
    "draft_moved": _("这份清单刚刚有人办理过，或现在不能这样办理。请看最新状态。"),
    "nothing_to_publish": _("没有可以发布的专利：都未取得同意、有变化或已失效。请先向附件中的权利人核实，再重新判读。"),
    "same_edition": _("第 %(number)s 期与这份清单日期、对象和内容相同，不再重复发布。可以作废这份清单。"),
    "no_title": _("请填写名称。"),
    "future_day": _("查询日不能晚于今天。"),
    "unknown_audience": _("发送对象不在列表中，请重新选择。"),
    "unknown_kind": _("清单种类不在列表中，请重新选择。"),
    "ended_right": _("%(number)s 已终止，不能共享。"),
    "past_day": _("截止日已经过去，请选以后的日期。"),
    "unknown_terms": _("合作方式或对价不在列表中，请重新选择。"),
    "shared_already": _("%(number)s 已在共享清单中。要改条件，请先撤回。"),
    "sharing_moved": _("这项共享刚刚有人办理过，请看最新状态。"),
    "no_owner": _("这件专利没有对应的机构，请先重新盘点。"),
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
    "other_log_key": _("日志的签名密钥与以前的不一致。请从备份恢复 log-key.pem，再导出。"),
    "no_log_key": _("找不到日志的签名密钥。请从备份恢复 log-key.pem，再导出。"),
    "log_key_open": _("日志的签名密钥可被他人读取，不能用来签名。请系统管理员检查 log-key.pem 的权限。"),
    "log_incomplete": _("日志缺少记录，不能出具证明。请立即报告，并从备份恢复。"),
}


def refusal_words(error: DomainError) -> str:
    """A sentence for people; a code's words may name the error's fields as %(name)s."""
    words = REFUSALS.get(error.code)
    return str(error) if words is None else str(words) % {key: str(value) for key, value in error.fields.items()}

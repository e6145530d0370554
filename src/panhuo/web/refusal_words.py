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
    "home_busy": _("另一项工作正在写入登记库，请稍候再试。"),
}


def refusal_words(error: DomainError) -> str:
    """A sentence for people; a code's words may name the error's fields as %(name)s."""
    words = REFUSALS.get(error.code)
    return str(error) if words is None else str(words) % {key: str(value) for key, value in error.fields.items()}

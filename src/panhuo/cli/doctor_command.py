"""panhuo doctor: what this machine has, what it lacks, and what to do."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from panhuo.cli.doctor_checks import Finding, findings
from panhuo.cli.frame import Answer, command, show


@command("doctor")
def doctor(*, home: Path) -> Answer:
    """Say what this machine has and lacks; exit code 1 where something lacks that Panhuo cannot do without.

    What is optional (pango and a Chinese font, for PDF) is told with the names of Debian's packages; exit code 0.
    Nothing is changed, no home is made.

    \b
    Example: panhuo doctor --home city
    """
    found = list(findings(home))
    for one in found:
        _show(one)
    needed = [one.name for one in found if not one.is_ok and one.is_needed]
    optional = [one.name for one in found if not one.is_ok and not one.is_needed]
    show(_sentence(needed, optional))
    answer = Answer(checks=[asdict(one) for one in found], needed_lacking=needed, optional_lacking=optional)
    answer.exit_code = 1 if needed else 0
    return answer


def _show(one: Finding) -> None:
    state = "正常 ok" if one.is_ok else "缺少 LACKS" if one.is_needed else "可选，缺少 optional, lacks"
    show(f"[{state}] {one.label}: {one.found}")
    if one.todo:
        show(f"    → {one.todo}")


def _sentence(needed: list[str], optional: list[str]) -> str:
    if needed:
        return f"不能使用，先处理上述缺项 cannot be used yet: {', '.join(needed)}"
    if optional:
        return f"可以使用，部分功能受限 can be used, without: {', '.join(optional)}"
    return "一切就绪 all is well"

"""panhuo doctor: what this machine has, what it lacks, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from panhuo.cli.doctor_checks import Finding, findings
from panhuo.cli.frame import Answer, command, now, show
from panhuo.terms.errors import DomainError


@command("doctor", needs_register=False)
def doctor(*, home: Path) -> Answer:
    """Say what this machine lacks and what in a home wants care, each with what to do; nothing is changed or made.

    Exit code 1 where something lacks that Panhuo cannot do without, or is damaged or lost: register, log, attachments,
    uploads, files of editions. What is optional (pango and a Chinese font, for PDF) and what only wants an act (tables
    to bring up to date, jobs that wait, files that nothing names, an unfinished inventory) leaves it at 0. Reads every
    entry of the log and every kept file: a large home takes its time.

    \b
    Example: panhuo doctor --home city
    """
    found = []
    for one in _all(home):
        _show(one)
        found.append(one)

    def named(*, is_needed: bool, is_care: bool) -> list[str]:
        wanted = (is_needed, is_care)
        return [one.name for one in found if not one.is_ok and (one.is_needed, one.is_care) == wanted]

    needed, optional = named(is_needed=True, is_care=False), named(is_needed=False, is_care=False)
    damaged, care = named(is_needed=True, is_care=True), named(is_needed=False, is_care=True)
    show(_sentence(needed, optional, damaged, care))
    answer = Answer(
        checks=[asdict(one) for one in found],
        needed_lacking=needed,
        optional_lacking=optional,
        damaged=damaged,
        wants_care=care,
    )
    answer.exit_code = 1 if needed or damaged else 0
    return answer


def _all(home: Path) -> Iterator[Finding]:
    """Of the machine, then of the home where there is one that can be opened."""
    from panhuo.adapters.files.home import existing_home
    from panhuo.cli.doctor_site import site_findings
    from panhuo.cli.site_tables import has_site, setup_for

    yield from findings(home)
    try:
        place = existing_home(home)
    except (DomainError, OSError):  # told among the findings already
        return
    if place is None:
        return
    try:
        setup_for(home, with_site=has_site(home))
    except DomainError as error:  # a setting of the site that cannot be
        yield Finding("settings", "设置 settings", False, True, error.message, "Mend the setting, then call again.")
        return
    yield from site_findings(place, at=now())


def _show(one: Finding) -> None:
    lacks = ("已损坏 DAMAGED", "需要处理 wants care") if one.is_care else ("缺少 LACKS", "可选，缺少 optional, lacks")
    state = "正常 ok" if one.is_ok else lacks[0] if one.is_needed else lacks[1]
    show(f"[{state}] {one.label}: {one.found}")
    if one.todo:
        show(f"    → {one.todo}")


def _sentence(needed: list[str], optional: list[str], damaged: list[str], care: list[str]) -> str:
    if damaged:
        return f"有损坏或丢失，按上面箭头处理 damaged or lost: {', '.join([*damaged, *needed])}"
    if needed:
        return f"不能使用，先处理上述缺项 cannot be used yet: {', '.join(needed)}"
    if care:
        return f"可以使用，有事项需要处理 can be used, wants care: {', '.join([*care, *optional])}"
    if optional:
        return f"可以使用，部分功能受限 can be used, without: {', '.join(optional)}"
    return "一切就绪 all is well"

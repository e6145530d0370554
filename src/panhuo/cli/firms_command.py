"""panhuo firms: for each patent the firms it may be for, with reasons; contacts are recorded within a limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, today
from panhuo.cli.lists_out import check_list, write_list

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.cli.firms_job import FirmLine, FirmsJob
    from panhuo.cli.register_firms import RegisterFirms
    from panhuo.desk.contacts.actions import ContactDone
    from panhuo.rules import InForce


@command("firms")
@click.option("--patents", required=True, help="numbers (comma between several) or a file of patents")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--top", type=click.IntRange(1, 200), default=20, show_default=True, help="firms per patent at most")
@click.option("--status", type=click.Choice(["offerable", "any"]), default="offerable", show_default=True,
              help="any: also rights of which nobody can say")  # fmt: skip
@click.option("--contact", is_flag=True, help="record that the firms of the list are contacted")
@click.option("--sender", default="", help="who contacts them")
@click.option("--override", default="", metavar="REASON", help="contact past the limit, too, for this reason")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl or .html")
def firms(
    *,
    home: Path,
    patents: str,
    at: date | None,
    top: int,
    status: str,
    contact: bool,
    sender: str,
    override: str,
    out: Path,
) -> Answer:
    """Find firms for patents: from needs, own patents, filed products and rosters, each with its reasons.

    \b
    Example: panhuo firms --patents CN113030719B --at 2025-11-30 --out firms.xlsx
    """
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack
    from panhuo.terms.errors import DomainError

    if contact and not sender.strip():
        raise DomainError("--contact needs --sender NAME: a contact is recorded with its sender.", code="no_sender")
    if (sender.strip() or override.strip()) and not contact:
        raise DomainError("--sender and --override go with --contact.", code="wrong_call")
    check_list(out)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(place.pack).at(at or today())
        return _firms(
            place, rules, patents, top=top, unknown_too=status == "any",
            sender=sender if contact else "", override=override, out=out,
        )  # fmt: skip


def _firms(
    place: Home, rules: InForce, named: str, *, top: int, unknown_too: bool, sender: str, override: str, out: Path
) -> Answer:
    from panhuo.cli.asked_patents import asked_patents
    from panhuo.cli.firms_job import FirmsJob
    from panhuo.cli.match_job import MatchJob
    from panhuo.cli.match_needs import NeedsFile
    from panhuo.cli.match_progress import Bars
    from panhuo.cli.opened_matcher import OpenedMatcher
    from panhuo.cli.register_firms import RegisterFirms, patents_asked
    from panhuo.desk.history import record_run
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.parties import roster
    from panhuo.engine.matching.filters import Filters
    from panhuo.engine.matching.firm_ranking import firm_rules
    from panhuo.engine.matching.needs import need_rules

    known, weights = need_rules(rules), firm_rules(rules)
    projection = current_projection(place, rules)
    gate = MatchJob(place, rules, projection, NeedsFile(), known)
    try:
        asked = asked_patents(named, gate.tables)
        gate.gate(Filters(), unknown_too=unknown_too)
        patents = patents_asked(gate.tables, asked.ids)
        for asset_id, patent in patents.items():
            ends = gate.offers[asset_id]["expires_on"] if asset_id in gate.offers else None
            patent["years"] = round((ends - rules.day).days / 365.25, 1) if ends else None
        offered = [one for one in asked.ids if one in gate.offers]
        register = RegisterFirms(gate.tables, rules, known, roster(), titles=weights.titles)
        job = FirmsJob(rules, register, weights, known)
        with Bars() as bars:
            matcher = OpenedMatcher(place, rules, projection, known, bars)
            listed = list(job.lines(matcher, patents, offered, top=top))
    finally:
        gate.close()
    barred = {_number(patents[one]): gate.bars_of(one) for one in asked.ids if one not in gate.offers}
    figures = {
        "patents": len(offered),
        "firms": len({line.firm.party for _, lines in listed for line in lines}),
        "pairs": sum(len(lines) for _, lines in listed),
        "without_firms": [_number(patents[one]) for one, lines in listed if not lines],
        "left_out": barred,
        "unknown_numbers": asked.unknown + asked.unread,
    }
    run = record_run(
        "firms",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params={"patents": [_number(patents[one]) for one in asked.ids], "top": top, "unknown_too": unknown_too},
        results=figures,
        made_at=now(),
    )
    contacts = _contacted(listed, patents, rules, run, sender=sender, override=override) if sender else []
    states = {one.party: one for one in contacts}
    rows = list(_rows(listed, patents, job, register, rules, states))
    write_list(out, "match_firms", rows, rules, run.id, place, title_column="firm", filters=("title",))
    answer = Answer(**figures, at=rules.day, run=run.id, pack=rules.pack, pack_version=rules.version, out=str(out))
    if sender:
        answer["contacts"] = _told(contacts, override)
    _say(answer)
    return answer


def _contacted(
    listed: Sequence[tuple[int, Sequence[FirmLine]]],
    patents: Mapping[int, Mapping[str, Any]],
    rules: InForce,
    run: Any,
    *,
    sender: str,
    override: str,
) -> list[ContactDone]:
    """One contact per firm, whatever the number of patents it is told of."""
    from panhuo.desk.contacts.actions import FirmAsked, record_contacts
    from panhuo.engine.matching.contact_limit import contact_limit

    told: dict[FirmAsked, list[str]] = {}
    for asset_id, lines in listed:
        for line in lines:
            told.setdefault(FirmAsked(line.firm.party, line.firm.name), []).append(patents[asset_id]["asset_key"])
    return record_contacts(
        told,
        actor=sender,
        at=rules.day,
        limit=contact_limit(rules),
        run=run,
        made_at=now(),
        override_reason=override,
    )


def _told(contacts: Sequence[ContactDone], override: str) -> dict[str, Any]:
    counts = Counter(one.state for one in contacts)
    refused = [{"firm": one.firm, "held": one.held, "free_from": one.free_from} for one in _of(contacts, "refused")]
    past = [{"firm": one.firm, "held": one.held, "reason": override.strip()} for one in _of(contacts, "overridden")]
    return {"recorded": counts["recorded"], "known": counts["known"], "refused": refused, "overridden": past}


def _of(contacts: Sequence[ContactDone], state: str) -> list[ContactDone]:
    return [one for one in contacts if one.state == state]


def _rows(
    listed: Sequence[tuple[int, Sequence[FirmLine]]],
    patents: Mapping[int, Mapping[str, Any]],
    job: FirmsJob,
    register: RegisterFirms,
    rules: InForce,
    states: Mapping[str, ContactDone],
) -> Iterator[tuple[object, ...]]:
    from panhuo.engine.matching.firm_ranking import FirmText

    for asset_id, lines in listed:
        patent = patents[asset_id]
        for place, line in enumerate(lines, start=1):
            firm = line.firm
            yield (
                _number(patent),
                patent["title"] or patent["title_en"],
                patent["owners"] or [],
                place,
                firm.name,
                register.region(firm.region_code) or firm.region_code,
                line.score,
                "\n".join(f"{number}. {reason}" for number, reason in enumerate(line.reasons, start=1)),
                job.use(line),
                _state(states.get(firm.party), rules),
                line.part(FirmText.NEED),
                line.part(FirmText.OWN_PATENTS),
                line.part(FirmText.PRODUCTS),
                [boost.boost for boost in line.boosts],
                [firm.needs[number].need_id for _, number in line.needs],
                firm.party,
            )


def _state(done: ContactDone | None, rules: InForce) -> str:
    from panhuo.adapters.writers.layout import phrase
    from panhuo.rules.labels import Labels

    if done is None:
        return ""
    said = Labels(rules).word("contact_state", done.state)
    if done.state not in ("refused", "overridden"):
        return said
    days = rules.integer("matching.contacts.days")
    return f"{said}：{phrase(rules, 'contact_refused', days=days, held=done.held, free=done.free_from)}"


def _number(patent: Mapping[str, Any]) -> str:
    return str(patent["publication_number"] or patent["application_number"])


def _say(answer: Answer) -> None:
    say(
        f"{answer['at']}: {answer['patents']} patents, {answer['firms']} firms, {answer['pairs']} lines. "
        f"Wrote {answer['out']}."
    )
    for number, bars in answer["left_out"].items():
        say(f"{number} may not be offered: {', '.join(bars)}.")
    if answer["unknown_numbers"]:
        say(f"Not in the register: {', '.join(answer['unknown_numbers'][:10])}.")
    if "contacts" in answer:
        told = answer["contacts"]
        say(
            f"Contacts: {told['recorded']} recorded, {len(told['overridden'])} past the limit with a reason, "
            f"{len(told['refused'])} refused."
        )

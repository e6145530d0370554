"""The planted traps: rights and rows that are easily told wrong, each with what must be said."""

from __future__ import annotations

from dataclasses import replace

from panhuo.demo_city.calendar import anniversary, number
from panhuo.demo_city.patent import Event, Patent
from panhuo.demo_city.trap_maker import CANDIDATE, OUT, TO_VERIFY, TrapMaker


def plant_traps(maker: TrapMaker) -> None:
    """All of them, in a fixed order."""
    _transfers(maker)
    _licences(maker)
    _contracts(maker)
    _pledges_and_preservation(maker)
    _pairs_and_documents(maker)
    _terms_and_fees(maker)
    _parties(maker)
    _high_value(maker)


def _old(maker: TrapMaker, owner: str = "university") -> Patent:
    """A right granted more than three years ago, with which nothing has happened."""
    return maker.right(maker.actor(owner), "invention", number(2018, 3, 14), granted=number(2020, 9, 8))


def _transfers(maker: TrapMaker) -> None:
    deals, actor = maker.dealings, maker.actor
    day = number(2025, 11, 4)
    inside = _old(maker, "holding_south")
    deals.transfer(inside, actor("holding_north"), day)
    expect = {"owner": "any", "default": TO_VERIFY, "simple": OUT, "ledger_month": "2025-11"}
    maker.expect("inside_group_transfer", inside, ledger="inside_group", flags=["transfer_related"], **expect)

    to_asset_company = _old(maker)
    deals.transfer(to_asset_company, actor("asset_company"), day + 1, amount="1")
    maker.expect("university_to_asset_company", to_asset_company, ledger="inside_group", **expect)

    person = actor("individual")
    own = maker.right(person, "invention", number(2018, 5, 21), granted=number(2020, 11, 6))
    actor("own_firm").controller = person.name
    deals.transfer(own, actor("own_firm"), day + 2)
    maker.expect("person_to_own_firm", own, ledger="inside_group", **expect)

    flipped = _old(maker)
    deals.transfer(flipped, actor("media"), day + 3, amount="3")
    note = "the firm's business has nothing to do with the right: counts by the rule, belongs into an inspector's draw"
    honest = {"owner": "any", "default": OUT, "simple": OUT, "ledger_month": "2025-11", "ledger": "counts"}
    maker.expect("flipped_to_media_company", flipped, note, **honest)

    sold = _old(maker)
    row = deals.transfer(sold, actor("buyer"), day + 6, amount="30")
    deals.contract(sold, actor("university"), actor("buyer"), day, amount="30", subject="专利权转让")
    maker.expect("university_to_unrelated_firm", sold, **honest, size="msme", reconciled="matched", number=row.number)

    before = maker.right(actor("university"), "invention", number(2017, 6, 2), granted=number(2020, 4, 3))
    before.events.append(Event("TA01", before.published + 200, "权利转移"))
    before.applicants = (actor("college"),)
    note = "the application moved; the export's bare word 权利转移 may speak of the right too, and nobody says to whom"
    flags = ["transfer_unknown", "application_transferred"]
    maker.expect("application_transferred_before_grant", before, note, default=TO_VERIFY, simple=OUT, flags=flags)

    stranger = maker.lives.numbers.application("invention", 2016)
    row = deals.transfer(_old(maker), actor("third_buyer"), day + 7)
    deals.rows["transfer"].append(replace(row, application_number=stranger, number=f"{row.number}9"))
    maker.expect("event_of_unknown_patent", None, "waits for its patent", waiting=1, unknown_number=stranger)


def _licences(maker: TrapMaker) -> None:
    deals, actor = maker.dealings, maker.actor
    old = maker.right(actor("university"), "invention", number(2012, 4, 11), granted=number(2014, 8, 5))
    day = number(2015, 6, 9)
    deals.licence(old, actor("firm"), day, ends=number(2017, 6, 8), terms="普通许可", cancelled=number(2017, 6, 20))
    maker.expect("licence_cancelled_long_ago", old, default=CANDIDATE, simple=OUT, flags=["licence_ended"])

    recent = _old(maker)
    day = number(2021, 3, 9)
    deals.licence(recent, actor("firm"), day, ends=number(2024, 3, 8), terms="普通许可", cancelled=number(2024, 3, 19))
    maker.expect("licence_ended_recently", recent, default=OUT, simple=OUT)

    exclusive = _old(maker)
    day = number(2024, 1, 16)
    deals.licence(
        exclusive, actor("firm"), day, ends=number(2029, 1, 15), terms="独占许可", amount="40", note="固定费用"
    )
    maker.consents[exclusive.publication_number] = "同意"
    maker.expect("exclusive_licence", exclusive, default=OUT, simple=OUT, supply="annex", bar="exclusively_licensed")


def _contracts(maker: TrapMaker) -> None:
    deals, actor, university = maker.dealings, maker.actor, maker.actor("university")
    unrecorded = _old(maker)
    row = deals.contract(unrecorded, university, actor("second_buyer"), number(2025, 11, 6), amount="25")
    maker.expect(
        "contract_without_recordal",
        unrecorded,
        default=TO_VERIFY,
        simple=CANDIDATE,
        flags=["technology_contract"],
        ledger_month="2025-11",
        reconciled="missing",
        number=row.number,
    )
    uncontracted = _old(maker)
    ends = number(2028, 11, 11)
    row = deals.licence(uncontracted, actor("third_buyer"), number(2025, 11, 12), ends=ends, terms="普通许可")
    expect = {"default": OUT, "simple": OUT, "ledger_month": "2025-11", "ledger": "counts"}
    maker.expect("recordal_without_contract", uncontracted, reconciled="missing", number=row.number, **expect)

    both = _old(maker)
    deals.contract(both, university, actor("buyer"), number(2025, 11, 3), amount="12")
    ends = number(2028, 11, 9)
    row = deals.licence(
        both, actor("buyer"), number(2025, 11, 10), ends=ends, terms="普通许可", amount="12", note="固定费用"
    )
    maker.expect("contract_and_recordal", both, reconciled="matched", size="msme", number=row.number, **expect)

    expired = _old(maker)
    row = deals.licence(expired, actor("expired_tag"), number(2025, 11, 13), ends=ends, terms="普通许可")
    maker.expect(
        "expired_roster_tag",
        expired,
        "no roster says its size on that day",
        size="expired",
        number=row.number,
        **expect,
    )

    filed = _old(maker, "holding")
    deals.product(filed, actor("holding"), number(2025, 6, 17))
    maker.expect("product_filed", filed, owner="any", default=OUT, simple=OUT)

    announced = _old(maker)
    deals.open_licence(announced, number(2025, 3, 4))
    maker.consents[announced.publication_number] = "同意"
    maker.expect("open_licence_untaken", announced, default=CANDIDATE, simple=CANDIDATE, flags=["open_licence"])


def _pledges_and_preservation(maker: TrapMaker) -> None:
    deals, actor, today = maker.dealings, maker.actor, maker.today
    pledged = _old(maker)
    deals.pledge(pledged, actor("bank"), number(2024, 7, 2), amount="500", ends=number(2026, 7, 1))
    maker.consents[pledged.publication_number] = "同意"
    maker.expect(
        "pledged_candidate", pledged, default=CANDIDATE, simple=OUT, flags=["pledged"], supply="annex", bar="pledged"
    )
    released = _old(maker)
    ends = number(2023, 5, 18)
    deals.pledge(released, actor("bank"), number(2021, 5, 18), amount="300", ends=ends, cancelled=number(2023, 5, 30))
    maker.expect("pledge_discharged", released, default=CANDIDATE, simple=CANDIDATE, flags=[])

    preserved = _old(maker)
    preserved.events.append(Event("PP01", number(2025, 4, 11), "保全"))
    maker.consents[preserved.publication_number] = "同意"
    maker.expect(
        "preserved",
        preserved,
        default=CANDIDATE,
        simple=CANDIDATE,
        flags=["preserved"],
        supply="annex",
        bar="preserved",
    )
    freed = _old(maker)
    freed.events += [Event("PP01", number(2021, 9, 7)), Event("PD01", anniversary(today, -1) - 40)]
    maker.expect("preservation_discharged", freed, default=CANDIDATE, simple=CANDIDATE, flags=[])


def _pairs_and_documents(maker: TrapMaker) -> None:
    university = maker.actor("university")
    filed = number(2018, 10, 16)
    for name, given_up in (("same_day_pair_given_up", True), ("same_day_pair_both_in_force", False)):
        invention = maker.right(university, "invention", filed, granted=number(2020, 12, 4))
        status, ended = ("abandoned_double", invention.granted) if given_up else ("granted_in_force", 0)
        model = maker.right(university, "utility_model", filed, granted=number(2019, 6, 7), ended=ended, status=status)
        model.title, model.claim, model.inventors = invention.title, invention.claim, invention.inventors
        model.abstract = invention.abstract.replace("本发明", "本实用新型")
        invention.has_pair = model.has_pair = True
        other = model.publication_number
        maker.expect(
            name, invention, default=CANDIDATE, simple=CANDIDATE, pair=other, listed="once", flags=["same_day_pair"]
        )
        if given_up:
            maker.expect(f"{name}:utility_model", model, status="abandoned_double", default="not_considered")
        filed += 35
    both = _old(maker)
    maker.expect("a_and_b_rows", both, "two rows, one invention", default=CANDIDATE, simple=CANDIDATE, rows=2, assets=1)
    only = _old(maker)
    only.document_rows = "application_only"
    maker.expect("a_row_only", only, "granted by its dated grant event", default=CANDIDATE, simple=CANDIDATE)
    young = maker.right(university, "invention", number(2020, 2, 4), granted=number(2022, 12, 2))
    maker.expect("granted_two_days_too_late", young, "three full years are asked for", default="not_considered")
    on_the_day = maker.right(university, "invention", number(2020, 2, 4), granted=number(2022, 11, 29))
    maker.expect("granted_three_years_and_a_day", on_the_day, default=CANDIDATE, simple=CANDIDATE)


def _terms_and_fees(maker: TrapMaker) -> None:
    university = maker.actor("university")
    design = maker.right(university, "design", number(2020, 6, 18), granted=number(2020, 12, 11))
    maker.expect("design_filed_2020", design, "ten years, not fifteen", expires_on="2030-06-18", default=CANDIDATE)
    later = maker.right(university, "design", number(2021, 6, 1), granted=number(2021, 12, 7))
    maker.expect("design_filed_on_the_day_of_the_new_law", later, expires_on="2036-06-01")
    grace = maker.right(university, "invention", number(2017, 8, 20), granted=number(2019, 9, 10))
    maker.expect(
        "fee_in_grace",
        grace,
        "nobody tells whether the fee is paid: if not, the months of grace run and the right is in force",
        status="granted_in_force",
        default=CANDIDATE,
        due_date="2025-08-20",
        patent_year=9,
        late_month=4,
        full_fee_cny="2000",
        late_fee_cny="300",
    )
    ended = maker.right(
        university,
        "invention",
        number(2016, 3, 2),
        granted=number(2018, 7, 3),
        ended=number(2023, 11, 7),
        status="lapsed_unpaid_fee",
    )
    maker.expect("lapsed", ended, status="lapsed_unpaid_fee", default="not_considered", simple="not_considered")
    last = maker.right(university, "utility_model", number(2016, 9, 6), granted=number(2017, 4, 4))
    maker.consents[last.publication_number] = "同意"
    maker.expect("nearly_expired", last, expires_on="2026-09-06", supply="annex", bar="too_little_time")


def _parties(maker: TrapMaker) -> None:
    actor = maker.actor
    shared = _old(maker)
    shared.owners = shared.applicants = (actor("university"), actor("second_buyer"))
    maker.expect("co_owned_with_firm", shared, default=CANDIDATE, simple=CANDIDATE, flags=["co_owner_enterprise"])
    firm = actor("two_spellings")
    first, second = _old(maker, "two_spellings"), _old(maker, "two_spellings")
    second.spelling = firm.spellings[1]
    same = {"party_code": firm.code, "spellings": list(firm.spellings)}
    maker.expect(
        "two_spellings", second, "one firm by the roster's 曾用名", same_party_as=first.publication_number, **same
    )


def _high_value(maker: TrapMaker) -> None:
    deals, university = maker.dealings, maker.actor("university")
    day = number(2021, 4, 13)

    def say(name: str, patent: Patent, cnipa: bool, shenzhen: bool, note: str = "", **more: str) -> None:  # noqa: FBT001
        maker.expect(f"high_value:{name}", patent, note, cnipa_2021=cnipa, sz_2021=shenzhen, **more)

    model = maker.named("sei_utility_model", university, "utility_model", day)
    say("sei_utility_model", model, False, False)
    pending = maker.named("pending_family", university, "invention", day, granted=number(2023, 5, 5))
    pending.family = ("US20249900123A1",)
    say("pending_family", pending, False, True)
    granted = number(2018, 6, 5)
    exactly = maker.named("exactly_ten_years", university, "invention", number(2015, 11, 30), granted=granted)
    say("exactly_ten_years", exactly, False, False)
    longer = maker.named("ten_years_and_a_day", university, "invention", number(2015, 11, 29), granted=granted)
    say("ten_years_and_a_day", longer, True, True)
    pledged = maker.named("pledged_utility_model", maker.actor("third_buyer"), "utility_model", day)
    deals.pledge(pledged, maker.actor("bank"), number(2024, 9, 10), amount="3000", ends=number(2027, 9, 9))
    note = "by Shenzhen's wording with the limit of the demo pack; without a limit the case is off"
    say("pledged_utility_model", pledged, False, True, note=note, pledge_threshold_cny="10000000")
    awarded = maker.named("awarded_utility_model", university, "utility_model", day)
    awarded.awards = ("中国专利优秀奖",)
    say("awarded_utility_model", awarded, False, True)
    science = maker.named("science_award", university, "invention", day, granted=number(2023, 6, 6))
    science.awards = ("国家技术发明奖二等奖",)
    say("science_award", science, True, False)

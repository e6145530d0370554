"""What is done with rights: transfers, licences, pledges, contracts, filings; each as the official lists tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from panhuo.demo_city.actors import Actor, Cast
from panhuo.demo_city.calendar import anniversary, gazette_day
from panhuo.demo_city.numbering import Numbers
from panhuo.demo_city.parameters import CityPlan
from panhuo.demo_city.patent import Event, Patent
from panhuo.demo_city.writing import phrases

LEDGERS = ("licence", "transfer", "pledge", "product_filing", "technology_contract", "open_licence")
_YEAR = 365


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of an official list about one right. Days are numbers, 0 for none; amounts in 万元, "" for none."""

    ledger: str
    day: int
    number: str
    application_number: str
    title: str
    kind: str
    from_name: str
    from_code: str
    to_name: str
    to_code: str
    amount_wan: str = ""
    terms: str = ""
    starts: int = 0
    ends: int = 0
    cancelled: int = 0
    note: str = ""
    subject: str = ""
    """Product of a filing, kind of a technology contract, fee text of an open licence."""


@dataclass(slots=True)
class _Contract:
    """A licence contract that may still take in a patent of the same owner."""

    number: str
    day: int
    ends: int
    cancelled: int
    licensee: Actor
    terms: str
    amount: str
    note: str
    places: int


class Dealings:
    """Lets things happen to patents as they are drawn, and keeps the rows of the official lists."""

    def __init__(self, plan: CityPlan, cast: Cast, numbers: Numbers, seed: int) -> None:
        self.cast, self.numbers = cast, numbers
        self.rows: dict[str, list[LedgerRow]] = {name: [] for name in LEDGERS}
        self.random = Random(f"{seed}:dealings").random
        self._choose = Random(f"{seed}:dealings:choice")
        self.today, self._from = plan.day_number("day"), plan.day_number("ledgers_from")
        self._share = {name: plan.share(name) for name in plan.parameters if name.endswith("_share")}
        shares: Mapping[str, float] = plan.value("owner_shares")
        self._firm_part = shares["firm"] + shares["state_owned"]
        self._before_grant = plan.share("transfer_before_grant")
        self._pledge_cancelled = plan.share("pledge_cancelled")
        self._fees: Mapping[str, float] = plan.value("licence_fees")
        self._terms: Mapping[str, float] = plan.value("licence_terms")
        self._places = float(plan.value("licence_patents_per_contract"))
        self._years = int(plan.value("licence_years"))
        self._contracts: dict[str, _Contract] = {}

    def happen(self, patent: Patent) -> None:
        """Whatever the shares ask for, at most one kind of dealing a patent."""
        share, random = self._share, self.random
        if random() < share["transfer_share"]:
            self._transfer_or_not(patent)
            return
        if not patent.is_in_force or self.today - patent.granted < 120:
            return
        draw = random()
        academic = patent.owner.is_academic
        if not academic and patent.owner.type == "enterprise":
            if draw < share["pledge_share"] / self._firm_part:
                self._pledge_or_not(patent)
            elif draw > 1 - share["product_share"]:
                self.product(patent, patent.owner, self._some_day(patent.granted + 100))
        elif academic and draw < share["licence_share"]:
            self._licence_some(patent)
        elif academic and draw > 1 - share["open_licence_share"]:
            self.open_licence(patent, self._some_day(max(patent.granted + 60, self.today - 4 * _YEAR)))
        elif 0.5 < draw < 0.5 + share["preservation_share"]:
            patent.events.append(Event("PP01", gazette_day(self._some_day(patent.granted + 60)), "保全"))

    def transfer(self, patent: Patent, buyer: Actor, day: int, *, amount: str = "") -> LedgerRow:
        """The right goes to the buyer on that day, registered and announced."""
        seller = patent.owners
        patent.events.append(Event("TR01", day, "权利转移"))
        patent.owners = (buyer,)
        row = self._row("transfer", patent, seller[0], buyer, day, self.numbers.registered("T", day), amount=amount)
        return self._keep(row)

    def licence(
        self,
        patent: Patent,
        licensee: Actor,
        day: int,
        *,
        ends: int,
        terms: str,
        amount: str = "0",
        note: str = "免费",
        cancelled: int = 0,
        number: str = "",
    ) -> LedgerRow:
        """A licence is recorded; cancelled: day on which the recordal was struck out."""
        patent.events.append(Event("EE01", day, "许可"))
        if cancelled:
            patent.events.append(Event("EC01", cancelled))
        number = number or self.numbers.registered("X", day)
        row = self._row(
            "licence",
            patent,
            patent.owner,
            licensee,
            day,
            number,
            amount=amount,
            terms=terms,
            starts=day - 20,
            ends=ends,
            cancelled=cancelled,
            note=note,
        )
        return self._keep(row)

    def pledge(
        self, patent: Patent, pledgee: Actor, day: int, *, amount: str, ends: int, cancelled: int = 0
    ) -> LedgerRow:
        """A pledge is registered; amount in 万元 of the secured claim."""
        patent.events.append(Event("PE01", day, "" if cancelled else "质押"))
        if cancelled:
            patent.events.append(Event("PC01", cancelled))
        number = self.numbers.registered("Y", day)
        row = self._row(
            "pledge", patent, patent.owner, pledgee, day, number, amount=amount, ends=ends, cancelled=cancelled
        )
        return self._keep(row)

    def product(self, patent: Patent, firm: Actor, day: int) -> LedgerRow:
        """The firm files a product made under the patent."""
        subject = firm.business or patent.team.writer.topic.names[0]
        number = self.numbers.registered("P", day)
        return self._keep(self._row("product_filing", patent, patent.owner, firm, day, number, subject=subject))

    def contract(
        self, patent: Patent, seller: Actor, buyer: Actor, day: int, *, amount: str, subject: str = "专利实施许可"
    ) -> LedgerRow:
        """A technology contract is recognised."""
        number = self.numbers.registered("J", day)
        return self._keep(
            self._row("technology_contract", patent, seller, buyer, day, number, amount=amount, subject=subject)
        )

    def open_licence(self, patent: Patent, day: int) -> LedgerRow:
        """An open licence is announced; nobody has taken it."""
        announced = gazette_day(min(day, self.today - 7))
        patent.events.append(Event("OL01", announced, "开放许可"))
        number = self.numbers.registered("K", announced)
        fee = self._choose.choice(("免费", "一次总付2万元", "每年1万元", "入门费1万元，销售额提成2%"))
        ends = anniversary(announced, 3)
        return self._keep(
            self._row("open_licence", patent, patent.owner, patent.owner, announced, number, subject=fee, ends=ends)
        )

    def _transfer_or_not(self, patent: Patent) -> None:
        choose, seller = self._choose, patent.owner
        if seller.is_academic:
            draw = choose.random()
            asset_company = self.cast.special["asset_company"]
            to_own = draw < 0.2 and seller.key == "university"
            buyer = asset_company if to_own else choose.choice(self.cast.firms)
        else:
            buyer = choose.choice(self.cast.firms)
        if buyer is seller:
            return
        if patent.kind == "invention" and (not patent.granted or self.random() < self._before_grant):
            last = patent.granted or patent.ended or self.today
            if last - patent.published > 60:
                day = patent.published + 30 + int(self.random() * (last - patent.published - 40))
                patent.events.append(Event("TA01", day, "权利转移"))
                patent.owners = (buyer,)
        elif patent.granted and (patent.ended or self.today) - patent.granted > 90:
            last = patent.ended or self.today
            day = patent.granted + 60 + int(self.random() * (last - patent.granted - 80))
            amount = f"{choose.randint(1, 60)}" if choose.random() < 0.6 else ""
            row = self.transfer(patent, buyer, day, amount=amount)
            if seller.is_academic and buyer.key != "asset_company" and choose.random() < self._share["contract_share"]:
                self.contract(
                    patent,
                    seller,
                    buyer,
                    max(day - 15, patent.granted),
                    amount=row.amount_wan or "5",
                    subject="专利权转让",
                )

    def _licence_some(self, patent: Patent) -> None:
        owner, choose = patent.owner, self._choose
        contract = self._contracts.get(owner.key)
        if contract is None or contract.places < 1 or contract.day < patent.granted + 40:
            contract = self._contracts[owner.key] = self._new_contract(patent)
        contract.places -= 1
        self.licence(
            patent,
            contract.licensee,
            contract.day,
            ends=contract.ends,
            terms=contract.terms,
            amount=contract.amount,
            note=contract.note,
            cancelled=contract.cancelled,
            number=contract.number,
        )
        if contract.places >= 0 and choose.random() < self._share["contract_share"]:
            self.contract(patent, owner, contract.licensee, contract.day - 10, amount=contract.amount)

    def _new_contract(self, patent: Patent) -> _Contract:
        choose = self._choose
        first = max(patent.granted + 60, self.today - 7 * _YEAR)
        day = self._some_day(first)
        ends = anniversary(day, max(1, round(choose.gauss(self._years, 1))))
        cancelled = min(gazette_day(ends + choose.randint(5, 60)), self.today - 1) if ends < self.today - 10 else 0
        fee = choose.choices(list(self._fees), list(self._fees.values()))[0]
        amount = {"free": "0", "fixed": str(choose.choice((1, 2, 3, 5, 8, 10, 20, 30))), "royalty": ""}[fee]
        note = {"free": "免费", "fixed": "固定费用", "royalty": "销售额提成"}[fee]
        terms = choose.choices(list(self._terms), list(self._terms.values()))[0]
        places = max(1, int(choose.expovariate(1 / self._places) + 0.9))
        licensee = choose.choice(self.cast.firms)
        return _Contract(self.numbers.registered("X", day), day, ends, cancelled, licensee, terms, amount, note, places)

    def _pledge_or_not(self, patent: Patent) -> None:
        choose = self._choose
        day = self._some_day(max(patent.granted + 60, self.today - 6 * _YEAR))
        ends = anniversary(day, choose.randint(1, 3))
        over = day < self.today - 400 and choose.random() < self._pledge_cancelled
        cancelled = min(day + choose.randint(300, 800), self.today - 5) if over else 0
        bank = self.cast.special[choose.choice(("bank", "bank", "country_bank", "guarantor"))]
        self.pledge(
            patent,
            bank,
            day,
            amount=str(choose.choice((100, 200, 300, 500, 800, 1000))),
            ends=ends,
            cancelled=cancelled,
        )

    def _some_day(self, first: int) -> int:
        first = min(first, self.today - 20)
        return first + int(self.random() * (self.today - first - 2))

    def _keep(self, row: LedgerRow) -> LedgerRow:
        if row.day >= self._from:
            self.rows[row.ledger].append(row)
        return row

    def _row(
        self, ledger: str, patent: Patent, giver: Actor, taker: Actor, day: int, number: str, *, amount: str = "",
        terms: str = "", starts: int = 0, ends: int = 0, cancelled: int = 0, note: str = "", subject: str = "",
    ) -> LedgerRow:  # fmt: skip
        title = patent.title
        if ledger == "technology_contract":
            title = phrases()["contracts"][subject].format(title=title)
        spelling = taker.spellings[len(number + patent.title) % len(taker.spellings)]
        return LedgerRow(
            ledger=ledger,
            day=day,
            number=number,
            application_number=patent.application_number,
            title=title,
            kind=patent.kind,
            from_name=giver.name,
            from_code=giver.code,
            to_name=spelling,
            to_code=taker.code,
            amount_wan=amount,
            terms=terms,
            starts=starts,
            ends=ends,
            cancelled=cancelled,
            note=note,
            subject=subject,
        )

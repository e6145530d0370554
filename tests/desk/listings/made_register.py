"""A register made by hand for outputs: every right is there for a reason that its title says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from panhuo.desk.registry.models import Asset, AssetKey, Event, Meta, Offer, RosterTag, SourceFile
from panhuo.terms.numbers import cn_application_check_digit

AT = date(2025, 11, 30)
NOW = datetime(2025, 11, 30, 9, tzinfo=UTC)
UNIVERSITY = "云湖大学"


class Register:
    """Builder of register rows; each call adds one right with what is said of it."""

    def __init__(self) -> None:
        self.source = SourceFile.objects.create(
            digest="0" * 64, format="made", name="made", fingerprint="0", rank=1, complete=True
        )
        self.uid = 0

    def next_uid(self) -> int:
        self.uid += 1
        return self.uid

    def right(self, title: str, **changed: Any) -> Asset:
        number = self.next_uid()
        body = f"202010{number:06d}"
        fields: dict[str, Any] = {
            "ip_type": "invention",
            "jurisdiction": "CN",
            "application_number": f"{body}.{cn_application_check_digit(body)}",
            "grant_publication_number": f"CN1{number:08d}B",
            "grant_publication_date": date(2021, 5, 28),
            "grant_date": date(2021, 5, 28),
            "kind_code": "B",
            "title": title,
            "abstract": f"本发明公开了{title}，包括壳体和控制器。还包括支架。",
            "owners": [UNIVERSITY],
            "filing_date": date(2020, 1, 15),
            "ipc_main": "H01M10/05",
            "ipc": ["H01M10/05"],
            "data_day": AT,
            "rank": 1,
            "source": self.source,
        }
        asset = Asset.objects.create(**{**fields, **changed})
        AssetKey.objects.create(key=f"a:CN{asset.application_number.split('.')[0]}", asset=asset)
        self.event(asset, "granted", date(2021, 5, 28))
        return asset

    def event(self, asset: Asset | None, event: str, day: date | None, **fields: Any) -> Event:
        return Event.objects.create(
            asset=asset, uid=self.next_uid(), event=event, event_date=day, source=self.source, **fields
        )

    def offer(self, asset: Asset, consent: str = "yes", **fields: Any) -> Offer:
        base = {"stated_on": date(2025, 10, 1), "origin": "owner_answer", "contact": "成果转化中心 0000-12345678"}
        return Offer.objects.create(
            asset=asset, uid=self.next_uid(), consent=consent, source=self.source, **{**base, **fields}
        )

    def tag(self, name: str, tag: str = "", **fields: Any) -> RosterTag:
        return RosterTag.objects.create(
            uid=self.next_uid(), party_name=name, tag=tag, source=self.source, source_name="示例名录", **fields
        )

    def commit(self) -> None:
        """What an import does at its end: the register has a new version."""
        Meta.objects.update_or_create(key="version", defaults={"value": str(self.next_uid())})

"""Patent application numbers with their check digits, publication numbers, and the keys made of both.

A key joins what two sources say about one right. It must never join two rights, so a number that could mean
two things carries a mark in its key, or gives no key at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from panhuo.terms._cn_applications import (
    bad_application,
    cn_application_check_digit,
    filing_year,
    kind_digit,
    split_cn_application,
    squeezed,
)
from panhuo.terms._publications import amends_grant, split_publication
from panhuo.terms.kinds import IpType

__all__ = [
    "ApplicationNumber",
    "PublicationNumber",
    "amends_grant",
    "asset_keys",
    "cn_application_check_digit",
    "parse_application_number",
    "parse_publication_number",
]

_TYPE_OF_DIGIT = {
    "1": IpType.INVENTION,
    "8": IpType.INVENTION,  # international application in the national phase
    "2": IpType.UTILITY_MODEL,
    "9": IpType.UTILITY_MODEL,  # the same for utility models
    "3": IpType.DESIGN,
}
_FEWEST_KEY_DIGITS = 6
_PCT = re.compile(r"PCT/?([A-Z]{2})(\d{4}|\d{2})/?(\d{1,6})", re.ASCII)
_JURISDICTION = re.compile(r"[A-Z]{2}", re.ASCII)
_KIND_AT_END = re.compile(r"[A-Z]\d?$", re.ASCII)
# Japan numbers patents, utility models and designs of a year alike; 実願, 意願 or a last U tell them apart.
_JP_NOT_PATENT = re.compile(r"[実實意商]|U\d?$")


@dataclass(frozen=True, slots=True)
class ApplicationNumber:
    """Number of an application.

    body: for China 12 digits (8 before 2003-10-01), elsewhere the number as written, in half width without
    spaces. check: the check digit, "" for 1985-1988 and other countries.
    """

    jurisdiction: str
    body: str
    check: str = ""

    @property
    def text(self) -> str:
        """202110123456.7; other countries as written."""
        return f"{self.body}.{self.check}" if self.check else self.body

    @property
    def patent_number(self) -> str:
        """Chinese patent number (专利号) as on certificates, ZL 2021 1 0123456.7; "" for other countries."""
        if self.jurisdiction != "CN":
            return ""
        year = 4 if len(self.body) == 12 else 2
        return f"ZL {self.text[:year]} {self.text[year]} {self.text[year + 1 :]}"

    @property
    def key(self) -> str:
        """Key of the right, a:CN202110123456; "" where the number cannot tell one right from another."""
        return _application_key(self.jurisdiction, self.body)

    @property
    def kind_digit(self) -> str:
        """Digit of the kind in a Chinese number, else ""."""
        return kind_digit(self.body) if self.jurisdiction == "CN" else ""

    @property
    def filing_year(self) -> int | None:
        """Year of filing that a Chinese number tells, else None."""
        return filing_year(self.body) if self.jurisdiction == "CN" else None

    @property
    def ip_type(self) -> IpType | None:
        """Kind of patent that a Chinese number tells, else None."""
        return _TYPE_OF_DIGIT[kind_digit(self.body)] if self.jurisdiction == "CN" else None


@dataclass(frozen=True, slots=True)
class PublicationNumber:
    """Number of a published document: jurisdiction, body in one spelling, kind code ("" where not given)."""

    jurisdiction: str
    body: str
    kind: str = ""

    @property
    def text(self) -> str:
        """CN113030719A."""
        return f"{self.jurisdiction}{self.body}{self.kind}"

    @property
    def key(self) -> str:
        """Key of the right, p:CN113030719: without the kind code, which A and B of one invention differ in.

        Marked are numbers that two rights share but for the kind: Chinese grants of 7 digits (CN1131845C is
        not the application CN1131845A), and utility models and designs of other countries (KR, JP ...).
        """
        return _publication_key(self.jurisdiction, self.body, self.kind)

    @property
    def is_grant(self) -> bool:
        """Whether the document announces a granted right; False also where the number does not tell."""
        return _is_grant(self.jurisdiction, self.body, self.kind)

    @property
    def amends_grant(self) -> bool:
        """Whether the document only corrects or cuts a grant told before it; its day is no grant day then."""
        return amends_grant(self.jurisdiction, self.kind)

    @property
    def ip_type(self) -> IpType | None:
        """Kind of patent that the number tells, None where it does not."""
        if self.jurisdiction == "CN":
            return _TYPE_OF_DIGIT[self.body[2] if len(self.body) == 8 else self.body[0]]
        if self.jurisdiction == "US" and self.body[:1] == "D":
            return IpType.DESIGN
        return _TYPE_OF_LETTER.get(self.kind[:1])


_TYPE_OF_LETTER = {
    "A": IpType.INVENTION,
    "B": IpType.INVENTION,
    "C": IpType.INVENTION,
    "U": IpType.UTILITY_MODEL,
    "Y": IpType.UTILITY_MODEL,
    "S": IpType.DESIGN,
}


def parse_application_number(
    text: str, *, jurisdiction: str = "CN", latest_year: int | None = None
) -> ApplicationNumber:
    """Application number in any shape met in files.

    Chinese: 8, 9, 12 or 13 characters, with or without dots, spaces, CN, ZL, full width, x or Ⅹ for X; a
    missing check digit is computed. Other countries: kept as written.

    Args:
        jurisdiction: two letters; "" takes it from the text itself (CN..., US..., PCT/... is WO).
        latest_year: no Chinese number may claim a later year of filing (this module knows no clock).
    Raises: BadValue code bad_application_number; fields expected and found, for a wrong check digit the two.
    Source: ZC 0006-2003.

    >>> parse_application_number("ZL 2021 1 0123456.7").key
    'a:CN202110123456'
    """
    asked = jurisdiction or _named_jurisdiction(text)
    if asked != "CN":
        return _foreign_application(text, asked)
    body, check = split_cn_application(text)
    if latest_year is not None and filing_year(body) > latest_year:
        why = f"it claims to be filed in {filing_year(body)}, after {latest_year}"
        raise bad_application(text, f"a year up to {latest_year}", why, found=str(filing_year(body)))
    return ApplicationNumber("CN", body, check)


def parse_publication_number(text: str) -> PublicationNumber:
    """Publication number of any office in one spelling.

    Chinese numbers have 7 or 9 digits (8 in 1985-1988) and may lack the kind code, as in reference lists.
    US2005004974A1 is US20050004974A1, US06859910 is US6859910, SE-0400568-A1 is SE0400568A1.

    Raises: BadValue code bad_publication_number. Source: ZC 0007, ZC 0008, WIPO ST.3 and ST.16.

    >>> parse_publication_number("CN 113030719 A").text
    'CN113030719A'
    """
    return PublicationNumber(*split_publication(text))


def asset_keys(
    application: ApplicationNumber | None, publication: PublicationNumber | None, grant: PublicationNumber | None = None
) -> tuple[str, ...]:
    """Keys under which a right is known, preferred first: by application, by publication, by another grant number.

    Until 2010 the grant of an invention has a number of its own (CN101012345A was granted as CN100556789C).

    >>> asset_keys(parse_application_number("2021101234567"), parse_publication_number("CN113030719A"))
    ('a:CN202110123456', 'p:CN113030719')
    """
    keys = [number.key for number in (application, publication) if number is not None]
    if grant is not None and grant is not publication and (key := grant.key) not in keys:
        keys.append(key)
    return tuple(key for key in keys if key)


def _application_key(jurisdiction: str, body: str) -> str:
    if jurisdiction == "CN":
        return "a:CN" + body
    if pct := _PCT.fullmatch(body):
        return f"a:PCT{pct[1]}{pct[2]}{pct[3]}"  # each receiving office counts for itself
    if jurisdiction == "JP" and _JP_NOT_PATENT.search(body):
        return ""
    digits = "".join(character for character in _KIND_AT_END.sub("", body) if character in "0123456789")
    return f"a:{jurisdiction}{digits}" if len(digits) >= _FEWEST_KEY_DIGITS and jurisdiction != "WO" else ""


def _publication_key(jurisdiction: str, body: str, kind: str) -> str:
    if jurisdiction == "CN":
        return "p:CN" + body + ("C" if len(body) == 7 and kind[:1] == "C" else "")
    mark = {"U": "U", "Y": "U", "S": "S"}.get(kind[:1], "") if jurisdiction != "US" else ""
    return f"p:{jurisdiction}{body}{mark}"


def _is_grant(jurisdiction: str, body: str, kind: str) -> bool:
    letter = kind[:1]
    if jurisdiction == "CN":
        return letter in ("B", "C", "U", "Y", "S", "D")
    if jurisdiction == "US":  # pre-grant publications are known by their length; grants before 2001 bear an A
        return len(body) < 11
    if jurisdiction == "WO":
        return False
    return letter in ("B", "C", "Y") or (jurisdiction == "DE" and letter == "U")


def _named_jurisdiction(text: str) -> str:
    """Jurisdiction that a number names itself."""
    start = squeezed(text)[:3]
    if start == "PCT":
        return "WO"
    if start[:2] == "ZL":
        return "CN"
    if not _JURISDICTION.fullmatch(start[:2]):
        raise bad_application(text, "a country", "it does not name its country, and nothing else does")
    return start[:2]


def _foreign_application(text: str, jurisdiction: str) -> ApplicationNumber:
    if not _JURISDICTION.fullmatch(jurisdiction):
        why = f"{jurisdiction!r} is no country code of two capital letters"
        raise bad_application(text, "two letters of a country", why, found=jurisdiction)
    body = squeezed(text, also="")
    if pct := _PCT.fullmatch(body):
        year = pct[2] if len(pct[2]) == 4 else ("19" if pct[2] >= "78" else "20") + pct[2]
        return ApplicationNumber("WO", f"PCT/{pct[1]}{year}/{pct[3].zfill(6)}")
    body = body.removeprefix(jurisdiction)
    if not any(character in "0123456789" for character in body):
        raise bad_application(text, "digits", "it has none")
    return ApplicationNumber(jurisdiction, body)

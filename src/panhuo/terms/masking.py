"""Personal data as it is shown unless somebody asks for it with a reason. Never longer than it is, never all of it."""

from __future__ import annotations

from panhuo.terms.person_names import MASK, masked_name

__all__ = ["MASK", "masked_email", "masked_id_number", "masked_name", "masked_phone"]


def masked_phone(phone: str) -> str:
    """First three and last four characters of a number of eleven and more, the last two of shorter ones.

    Blanks, dashes and brackets go; a number of fewer than six characters is all stars.

    >>> masked_phone("138 0013 0000"), masked_phone("0750-1234567"), masked_phone("3266 1234"), masked_phone("110")
    ('138****0000', '075****4567', '******34', '***')
    """
    marks = "".join(mark for mark in phone if mark.isalnum() or mark in "+*")
    if len(marks) >= 11:
        return _kept(marks, 3, 4)
    return _kept(marks, 0, 2 if len(marks) >= 6 else 0)


def masked_email(address: str) -> str:
    """First character before the @ and the domain; an address without @, or of one character before it, is starred
    there altogether.

    >>> masked_email("zhangsan@example.cn"), masked_email("a@example.cn"), masked_email("no address")
    ('z*******@example.cn', '*@example.cn', '**********')
    """
    local, at, domain = address.strip().rpartition("@")
    if not at:
        return MASK * len(domain)
    return f"{_kept(local, 1 if len(local) > 1 else 0, 0)}@{domain}"


def masked_id_number(number: str) -> str:
    """First three and last two characters of an identity number; one of fewer than ten is all stars.

    >>> masked_id_number("440703200001010011"), masked_id_number("E1234567")
    ('440*************11', '********')
    """
    marks = "".join(mark for mark in number if mark.isalnum() or mark == MASK)
    return _kept(marks, 3, 2) if len(marks) >= 10 else MASK * len(marks)


def _kept(marks: str, first: int, last: int) -> str:
    hidden = len(marks) - first - last
    return marks[:first] + MASK * hidden + (marks[-last:] if last else "")

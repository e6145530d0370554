"""What can go wrong with rules, each with a stable code."""

from __future__ import annotations

from panhuo.terms.errors import DomainError


class BadPack(DomainError):
    """A pack's file cannot be read as what it should be; fields: file, line."""

    code = "bad_pack"


class UnknownRule(DomainError):
    """A name that neither the pack nor its parents know; fields: name, pack."""

    code = "unknown_rule"


class NotInForce(DomainError):
    """A known rule without a value on the day asked for; fields: name, day, pack."""

    code = "not_in_force"


class WrongUnit(DomainError):
    """A rule was asked for as something that its unit is not; fields: name, unit."""

    code = "wrong_unit"

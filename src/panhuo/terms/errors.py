"""The one base of errors that a caller may act on."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """Something asked for cannot be done; says what, why and what to do next.

    Args:
        message: one plain sentence or two, complete without the traceback.
        code: stable word for programs, snake_case.
        fields: the values the sentence speaks of, for pages and JSON.
    """

    code = "domain_error"

    def __init__(self, message: str, *, code: str | None = None, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        self.fields = fields


class BadValue(DomainError):
    """A text that is not what its column says: bad check digit, impossible date, unknown symbol."""

    code = "bad_value"


class OutOfRange(DomainError):
    """A number outside the range that a formula or rule is made for."""

    code = "out_of_range"

"""What the register says no to, in the words of the page, by the error's code.

An unknown code is told in the engine's own (English) sentence, which says what, why and what next.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.terms.errors import DomainError

REFUSALS: dict[str, str | Promise] = {
    "home_busy": _("另一项工作正在写入登记库，请稍候再试。"),
}


def refusal_words(error: DomainError) -> str:
    """A sentence for people; a code's words may name the error's fields as %(name)s."""
    words = REFUSALS.get(error.code)
    return str(error) if words is None else str(words) % {key: str(value) for key, value in error.fields.items()}

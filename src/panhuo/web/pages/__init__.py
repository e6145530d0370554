"""What people see. In addresses, numbers of things are written <key:name>: no longer than both stores can hold."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import IntConverter


class KeyConverter(IntConverter):
    """A whole number of at most 18 digits; a longer one names nothing."""

    regex = "[0-9]{1,18}"


register_converter(KeyConverter, "key")

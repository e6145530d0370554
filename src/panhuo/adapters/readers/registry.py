"""All readers, in the order in which ties are settled."""

from __future__ import annotations

from functools import cache

from panhuo.adapters.readers.protocol import Reader
from panhuo.adapters.readers.tables_readers import TABLE_READERS
from panhuo.adapters.readers.text_refs import CnkiReferences

TEXT_READERS: tuple[Reader, ...] = (CnkiReferences(),)


@cache
def all_readers() -> tuple[Reader, ...]:
    """Tables, texts, then office XML."""
    from panhuo.adapters.readers.xml_readers import XML_READERS

    return (*TABLE_READERS, *TEXT_READERS, *XML_READERS)

"""All readers of XML, and of the older office formats that are known and refused."""

from __future__ import annotations

from panhuo.adapters.readers.protocol import Reader
from panhuo.adapters.readers.xml_cnipa import CNIPA_READERS
from panhuo.adapters.readers.xml_epo import EPO_READERS
from panhuo.adapters.readers.xml_epo_legal import EPO_FAMILY_READERS
from panhuo.adapters.readers.xml_patsnap import PATSNAP_READERS
from panhuo.adapters.readers.xml_refused import REFUSED_FORMATS
from panhuo.adapters.readers.xml_uspto import USPTO_READERS

XML_READERS: tuple[Reader, ...] = (
    *CNIPA_READERS,
    *USPTO_READERS,
    *EPO_READERS,
    *EPO_FAMILY_READERS,
    *PATSNAP_READERS,
    *REFUSED_FORMATS,
)
"""Formats whose kinds are empty are recognised and refused."""

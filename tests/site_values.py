"""A dossier of ours on record, for tests of the pages of valuation records."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone


def sealed_record(folder: Path, asset: int) -> Any:
    """A sealed dossier over made-up figures on record as the value of a patent of the register."""
    from engine.valuation.test_record import OURS, stated
    from panhuo import __version__
    from panhuo.adapters.files.attachments import look_at
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.registry.models import AssetKey
    from panhuo.desk.valuations.records import PaperFile, SealedFile, add_record, key_of
    from panhuo.engine.flows import make_dossier, read_dossier, sealed_part, verify
    from panhuo.engine.valuation.record import SEALED_KEYS
    from valuation_inputs import RULES, told

    path = folder / "case.dossier.json"
    path.write_bytes(make_dossier(told(), RULES, engine=__version__))
    found = read_dossier(path.read_bytes())
    sealed = SealedFile(sealed_part(found, verify(found, RULES, engine=__version__)), found.told.whole)
    inputs = {name: one for name, one in stated(**OURS).items() if name not in SEALED_KEYS}
    made = add_record(
        open_home(Path(settings.SITE.home)), inputs, paper=PaperFile(path, look_at(path)), dossier=sealed, rules=RULES,
        actor="t", at=date(2026, 1, 20), made_at=timezone.now(),
    )  # fmt: skip
    for number in made.stored.patents:
        AssetKey.objects.get_or_create(key=key_of(number), asset_id=asset)
    return made.stored

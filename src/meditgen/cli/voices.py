"""``meditgen voices``."""

from __future__ import annotations

from dataclasses import asdict

import click

from meditgen.cli.table import print_json, print_table
from meditgen.speech.listing import list_voices

__all__ = ["command"]


@click.command("voices")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def command(*, as_json: bool) -> None:
    """List the voices: whether each is installed, its language and its licence."""
    found = list_voices()
    if as_json:
        print_json([asdict(voice) for voice in found])
        return
    rows = [(v.name, v.engine, "yes" if v.installed else "no", v.language, v.title, v.licence) for v in found]
    print_table(("name", "engine", "installed", "language", "what it is", "licence"), rows)

"""``meditgen beds``."""

from __future__ import annotations

import click

from meditgen.cli.table import print_json, print_table
from meditgen.sound.beds import BEDS

__all__ = ["command"]


@click.command("beds")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def command(*, as_json: bool) -> None:
    """List the beds. A sound file of your own works, too: give its path to --bed."""
    if as_json:
        fields = ("name", "title", "description", "aliases")
        print_json([{field: getattr(bed, field) for field in fields} for bed in BEDS.values()])
        return
    print_table(("name", "what it is"), [(bed.name, bed.description) for bed in BEDS.values()])

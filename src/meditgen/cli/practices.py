"""``meditgen practices``."""

from __future__ import annotations

import click

from meditgen.cli.table import print_json, print_table
from meditgen.words import list_practices

__all__ = ["command"]


@click.command("practices")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def command(*, as_json: bool) -> None:
    """List the practices: what each is for, how long it can be, what of yours it weaves in."""
    found = list_practices()
    if as_json:
        fields = ("name", "title", "summary", "strategy", "minutes", "needs", "bed")
        print_json([{field: getattr(practice, field) for field in fields} for practice in found])
        return
    rows = [
        (p.name, f"{p.minutes[0]:g}–{p.minutes[2]:g} min", p.strategy, ", ".join(p.needs) or "–", p.summary)
        for p in found
    ]
    print_table(("name", "length", "strategy", "weaves in", "what it is"), rows)

"""Printing what was found: a table for people, one JSON value for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

__all__ = ["print_json", "print_table"]


def print_json(value: object) -> None:
    """``value`` as one JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they must be, two spaces between."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for number, row in enumerate([head, *rows]):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.echo(click.style(line, bold=True) if number == 0 else line)

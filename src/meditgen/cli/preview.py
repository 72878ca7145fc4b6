"""``meditgen preview``."""

from __future__ import annotations

from typing import Any

import click

from meditgen.cli.options import job_from, job_options
from meditgen.track.transcript import WRITERS

__all__ = ["command"]


@click.command("preview")
@job_options
@click.option(
    "--as", "shape", type=click.Choice(list(WRITERS)), default="text", show_default=True, help="How it is written."
)
def command(*, shape: str, **chosen: Any) -> None:
    """Show the words of PRACTICE with their times, without speaking them.

    The times are exact where the lines were spoken before; until then they are close estimates.
    """
    from meditgen.pipeline import preview

    click.echo(WRITERS[shape](preview(job_from(**chosen))), nl=False)

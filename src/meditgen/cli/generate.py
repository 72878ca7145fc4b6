"""``meditgen generate``."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from meditgen.cli.options import job_from, job_options
from meditgen.cli.progress import Display
from meditgen.cli.table import print_json
from meditgen.encode import FORMATS
from meditgen.units import format_length

__all__ = ["command"]


@click.command("generate")
@job_options
@click.option(
    "--bed", metavar="BED|FILE|none", help="What sounds under the voice; see “meditgen beds”. [default: the practice's]"
)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="[default: what --output ends in, else mp3]")
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR|FILE", help="Where it goes. [default: output/]")
@click.option("--personal-tags", is_flag=True, help="Let your own words stand in the track's lyrics, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object about the track.")
def command(*, output: Path | None, form: str | None, as_json: bool, **chosen: Any) -> None:
    """Make a track of PRACTICE: a name from “meditgen practices”, or the path of a .j2 or .ssml file."""
    job = replace(job_from(**chosen), format=_format(form, output), day=_today())
    from meditgen.pipeline import render

    with Display() as display:
        track = render(job, output, progress=display)
    if as_json:
        print_json(track.as_dict())
        return
    click.echo(f"{track.path}  ({format_length(track.frames)}, {len(track.sections)} chapters, {track.lines} lines)")


def _format(form: str | None, output: Path | None) -> str:
    """The format asked for, or the one the output's name ends in."""
    suffix = output.suffix.lower() if output and not output.is_dir() else ""
    meant = next((row.name for row in FORMATS.values() if row.suffix == suffix), None)
    if form and meant and form != meant:
        raise click.UsageError(f"--output ends in {suffix}, but --format is {form}; leave one of them out.")
    if suffix and not meant:
        raise click.UsageError(
            f"--output ends in {suffix}; tracks end in {', '.join(row.suffix for row in FORMATS.values())}."
        )
    return form or meant or "mp3"


def _today() -> date:
    """The date of today, or of SOURCE_DATE_EPOCH where builds must repeat."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch.isdigit() else datetime.now().astimezone().date()

"""Options that several commands share, and how they become a Job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from meditgen.job import ENDINGS, GUIDANCE, Job
from meditgen.units import parse_length

__all__ = ["job_from", "job_options"]


class _Length(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """Minutes, or minutes and seconds."""

    name = "N|M:SS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            return parse_length(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


_OPTIONS = (
    click.argument("practice"),
    click.option("--profile", type=click.Path(path_type=Path), metavar="FILE", help="Who it is for: a YAML file."),
    click.option("--minutes", "frames", type=_Length(), help="How long. [default: the practice's usual length]"),
    click.option("--voice", default="joe", show_default=True, metavar="NAME", help="Who speaks."),
    click.option(
        "--guidance", type=click.Choice(GUIDANCE), default="full", show_default=True, help="How much is said."
    ),
    click.option("--ending", type=click.Choice(ENDINGS), default="wake", show_default=True, help="How it closes."),
    click.option(
        "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Another, other rain."
    ),
)


def job_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command every option that decides what is said."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def job_from(practice: str, profile: Path | None, **chosen: Any) -> Job:
    """The job that the options describe; reads the profile."""
    from meditgen.profile import Profile, load_profile

    return Job(practice, load_profile(profile) if profile else Profile(), **chosen)

"""Job: everything that decides a track, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from meditgen.profile import Profile

__all__ = ["ENDINGS", "GUIDANCE", "Job"]

GUIDANCE = ("full", "sparse", "bells")
"""How much is said: all of it, only what carries the practice, or bells alone where each section begins."""

ENDINGS = ("wake", "sleep")
"""How it closes: back into the day with a bell, or fading towards sleep without one."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to make. Same job, same voice, same version: the same bytes."""

    practice: str
    """A practice's name, or the path of a ``.j2`` or ``.ssml`` file."""
    profile: Profile = field(default_factory=Profile)
    frames: int | None = None
    """The length asked for; None for the practice's usual one."""
    voice: str = "joe"
    bed: str | None = None
    """A bed's name, a path to an audio file, ``none``, or None for what the practice suggests."""
    guidance: str = "full"
    ending: str = "wake"
    format: str = "mp3"
    seed: int = 0
    day: date | None = None
    """The date the track carries; a part of the job, so that the same job gives the same bytes on any day."""
    personal_tags: bool = False
    """Whether the person's own words may stand in the track's lyrics; otherwise they are left out there."""

"""Timeline: what sounds when. Everything is counted in frames from the start of the track."""

from __future__ import annotations

from dataclasses import dataclass

from meditgen.speech.clip import Clip
from meditgen.words.nodes import Line

__all__ = ["Cycle", "Span", "Spoken", "Strike", "Timeline"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line in its place."""

    line: Line
    clip: Clip
    start: int

    @property
    def end(self) -> int:
        """The frame after its last."""
        return self.start + self.clip.frames


@dataclass(frozen=True, slots=True)
class Strike:
    """A bell struck."""

    bell: str
    start: int


@dataclass(frozen=True, slots=True)
class Cycle:
    """One breath, in and out."""

    start: int
    inhale: int
    exhale: int


@dataclass(frozen=True, slots=True)
class Span:
    """A section's stretch of the track; spans meet, and cover the whole."""

    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """A fitted script: the plan that fixes every frame."""

    frames: int
    """The length of the track, exactly."""
    sections: tuple[Span, ...]
    spoken: tuple[Spoken, ...]
    """In order of time; lines never overlap."""
    strikes: tuple[Strike, ...] = ()
    cycles: tuple[Cycle, ...] = ()

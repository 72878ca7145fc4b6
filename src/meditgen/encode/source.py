"""What an encoder reads, and what it may tell while it reads: the doors of this room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from meditgen.errors import EncodeError

__all__ = ["PLAIN_RUN", "Encoded", "Listen", "Pcm", "Progress", "Run", "Source", "Writer", "expect_sound", "read"]

Pcm = npt.NDArray[np.float32]
"""Sound: float32 of shape [frames, 2], full scale 1.0, 44.1 kHz."""

Listen = Callable[[int, Pcm], None]
"""Hears every frame of a track exactly once, as (start, block). Blocks never overlap, but they may come
from several threads and out of order; a block must not be changed."""

Progress = Callable[[int], None]
"""Told how many frames of the track are written so far, in order, always from the thread that writes."""


class Source(Protocol):
    """A track as sound: a pure function of the absolute position."""

    @property
    def frames(self) -> int:
        """The whole length."""

    def render(self, start: int, frames: int) -> Pcm:
        """``frames`` frames from ``start`` on; several threads may ask at once."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What was written."""

    size: int
    """Bytes, with everything that stands in front of the sound."""
    mp3_frames: int | None = None
    """MP3 frames of sound; None for a format that has none."""


@dataclass(frozen=True, slots=True)
class Run:
    """How one encoding is run. Of these only ``head`` decides what is written."""

    head: bytes = b""
    """A tag that goes in front of the sound, for formats that carry it there; else empty."""
    workers: int = 1
    """Threads that render and encode."""
    listen: Listen | None = None
    progress: Progress | None = None


PLAIN_RUN = Run()
"""One thread, no tag, nobody listening."""


class Writer(Protocol):
    """One format's way to write a track; the same for every format."""

    def __call__(self, source: Source, stream: BinaryIO, run: Run = PLAIN_RUN) -> Encoded:
        """Write ``source`` to the empty ``stream`` (seekable, open for reading and writing).

        Memory does not grow with the length. Raises EncodeError; what ``source``, ``stream``, ``run.listen`` or
        ``run.progress`` raise ends the writing and comes through as it is.
        """


def read(source: Source, start: int, stop: int) -> Pcm:
    """Frames ``start`` to ``stop`` (exclusive) of ``source``, looked over.

    Raises EncodeError for sound of the wrong shape or that is not finite: an encoder would turn it into noise.
    """
    pcm = np.ascontiguousarray(source.render(start, stop - start), np.float32)
    if pcm.shape != (stop - start, 2):
        raise EncodeError(f"the sound from frame {start} on has the shape {pcm.shape}, not {(stop - start, 2)}.")
    if not np.isfinite(pcm).all():
        raise EncodeError(f"the sound between frames {start} and {stop} holds values that are not numbers.")
    return pcm


def expect_sound(source: Source) -> None:
    """Raises EncodeError where a track has no length at all."""
    if source.frames <= 0:
        raise EncodeError("there is no sound to encode: the track has no length.")

"""Units: time is counted in frames inside the program; seconds live in scripts, options and reports.

A *frame* is one sample of every channel, as in WAV and FLAC. MP3 has frames of its own,
1152 of ours, which this program always calls *MP3 frames*.
"""

from __future__ import annotations

import math
import re

__all__ = [
    "GRID_FRAMES",
    "MP3_FRAME",
    "SAMPLE_RATE",
    "db_to_gain",
    "format_length",
    "gain_to_db",
    "parse_length",
    "to_frames",
    "to_seconds",
]

SAMPLE_RATE = 44_100
"""Frames per second of everything after the voice's own clip."""

MP3_FRAME = 1152
"""Frames in one MPEG-1 layer III frame."""

GRID_FRAMES = 196 * MP3_FRAME
"""Sections start on multiples of this (5.12 s): whole MP3 frames, and a multiple of the 49 after which
the padding slot of constant-bitrate MP3 at 44.1 kHz repeats."""

_LENGTH = re.compile(r"(\d{1,4})(?::([0-5]\d))?|(\d{1,4}\.\d{1,3})")


def to_frames(seconds: float) -> int:
    """The nearest whole number of frames in ``seconds``."""
    return round(seconds * SAMPLE_RATE)


def to_seconds(frames: int) -> float:
    """How long ``frames`` frames last, in seconds."""
    return frames / SAMPLE_RATE


def db_to_gain(db: float) -> float:
    """Decibels to a linear amplitude factor."""
    return float(10.0 ** (db / 20.0))


def gain_to_db(gain: float) -> float:
    """A linear amplitude factor to decibels; zero is minus infinity, told as -200."""
    return 20.0 * math.log10(gain) if gain > 1e-10 else -200.0


def parse_length(text: str) -> int:
    """A length as a person writes it, ``12``, ``7.5`` (minutes) or ``12:30``, in frames.

    Raises ValueError with a plain sentence when it is none of these, or zero.

    >>> parse_length("1:30") == 90 * SAMPLE_RATE
    True
    """
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a length; write minutes as 12, or minutes and seconds as 12:30")
    whole, seconds, decimal = match.groups()
    frames = to_frames(float(decimal) * 60) if decimal else (int(whole) * 60 + int(seconds or 0)) * SAMPLE_RATE
    if frames <= 0:
        raise ValueError("a length must be more than nothing")
    return frames


def format_length(frames: int) -> str:
    """A length as ``M:SS``, rounded to the nearest second.

    >>> format_length(90 * SAMPLE_RATE)
    '1:30'
    """
    seconds = round(to_seconds(frames))
    return f"{seconds // 60}:{seconds % 60:02d}"

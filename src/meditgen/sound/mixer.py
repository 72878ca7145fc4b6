"""Mixer: every frame of a track as a pure function of its place: voice, bed and bells, limited."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from meditgen.errors import ClipError
from meditgen.sound.beds.bed import Bed
from meditgen.sound.bells import bell_sound, find_bell
from meditgen.sound.ducking import Levels, bed_gain, end_fade
from meditgen.sound.limiter import Limiter
from meditgen.timeline.timeline import Spoken, Timeline
from meditgen.units import db_to_gain

__all__ = ["STEMS", "Mix", "Stem"]

Floats = npt.NDArray[np.float32]

Stem = Literal["voice", "bed", "bells"]
STEMS: tuple[Stem, ...] = get_args(Stem)
"""What a mix is made of; it is their sum, limited."""

_CENTRE = np.float32(2**-0.5)
"""A mono clip's gain in each of two channels: so a clip of -18 LUFS is -18 LUFS in the track."""


class Mix:
    """A timeline as sound, window by window; safe to use from several threads, with memory that does not grow.

    Raises UnknownNameError for a bell there is not.
    """

    def __init__(self, timeline: Timeline, bed: Bed, levels: Levels | None = None) -> None:
        self.timeline = timeline
        self.bed = bed
        self.levels = levels or Levels()
        self._starts = [spoken.start for spoken in timeline.spoken]
        self._ends = [spoken.end for spoken in timeline.spoken]
        self._duck = bed_gain(timeline, self.levels)
        self._end = end_fade(timeline, self.levels)
        self._limiter = Limiter(self.levels.ceiling_dbtp)
        self._bells_gain = np.float32(db_to_gain(self.levels.bells_db))
        for strike in timeline.strikes:
            find_bell(strike.bell)

    @property
    def frames(self) -> int:
        """How long the track is."""
        return self.timeline.frames

    def render(self, start: int, frames: int) -> Floats:
        """``frames`` frames from frame ``start``: float32 [frames, 2], full scale 1.0, under the ceiling.

        Bit for bit the same whatever the window, the order or the thread. Outside the track is silence.
        Raises ClipError where a line's clip cannot be read.
        """
        if frames <= 0:
            return np.zeros((0, 2), np.float32)
        reach = self._limiter.reach
        return _interleaved(self._limiter.limit(self._summed(STEMS, start - reach, frames + 2 * reach), start))

    def stem(self, stem: Stem, start: int, frames: int) -> Floats:
        """One part of the mix as it goes into the sum, before the limiter: float32 [frames, 2]."""
        return _interleaved(self._summed((stem,), start, frames))

    def _summed(self, stems: tuple[Stem, ...], start: int, frames: int) -> Floats:
        """The sum of ``stems``, always in the same order: float32 [2, frames], silent outside the track."""
        low, high = max(start, 0), min(start + frames, self.frames)
        if low >= high:
            return np.zeros((2, frames), np.float32)
        whole = (low, high) == (start, start + frames)
        out = np.empty((2, frames), np.float32) if whole else np.zeros((2, frames), np.float32)
        inner = out[:, low - start : high - start]
        if "bed" in stems and self.bed.key != "none":
            np.multiply(self.bed.render(low, high - low).T, self._duck.at(low, high - low), out=inner)
        else:
            inner[:] = 0.0
        if "voice" in stems:
            self._add_voice(inner, low, high)
        if "bells" in stems:
            self._add_bells(inner, low, high)
        return out

    def _add_voice(self, out: Floats, low: int, high: int) -> None:
        for spoken in self.timeline.spoken[bisect_right(self._ends, low) : bisect_left(self._starts, high)]:
            first, last = max(low, spoken.start), min(high, spoken.end)
            out[:, first - low : last - low] += _read(spoken, first - spoken.start, last - spoken.start) * _CENTRE

    def _add_bells(self, out: Floats, low: int, high: int) -> None:
        for strike in self.timeline.strikes:
            if strike.start >= high:
                continue
            sound = bell_sound(strike.bell)
            first, last = max(low, strike.start), min(high, strike.start + sound.shape[1])
            if first < last:
                ringing = sound[:, first - strike.start : last - strike.start]
                out[:, first - low : last - low] += ringing * (self._end.at(first, last - first) * self._bells_gain)


def _read(spoken: Spoken, start: int, stop: int) -> Floats:
    """A part of a line's clip; never less than was asked for."""
    try:
        part = spoken.clip.read(start, stop)
    except (OSError, ValueError, EOFError) as error:
        raise _unreadable(spoken) from error
    if part.shape != (stop - start,):
        raise _unreadable(spoken)
    return part


def _unreadable(spoken: Spoken) -> ClipError:
    return ClipError(
        "the recording of this line is gone or damaged.",
        where=spoken.line.place,
        hint="Render again: it will be spoken anew.",
    )


def _interleaved(planar: Floats) -> Floats:
    """[2, frames] as [frames, 2] in C order."""
    out = np.empty((planar.shape[1], 2), np.float32)
    out[:, 0], out[:, 1] = planar
    return out

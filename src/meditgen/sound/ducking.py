"""Ducking: how loud the bed is at every moment, planned from the timeline, which knows where speech is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from meditgen.dsp.curves import Curve, decibels
from meditgen.sound.beds.bed import BED_LUFS
from meditgen.timeline.timeline import Timeline
from meditgen.units import to_frames

__all__ = ["Levels", "bed_gain", "end_fade", "spoken_spans"]

_STEP = 64
"""Frames between control points."""


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud everything is. Speech is the anchor; clips come levelled to it."""

    speech_lufs: float = -18.0
    """The loudness of speech on spoken spans; clips are brought to it before they get here."""
    voice_over_bed: float = 16.0
    """LU from bed to voice while it speaks: 10 or more over music, 15 over ambience (Torcoli et al., 2019)."""
    lift: float = 5.0
    """dB the bed rises in long pauses."""
    ramp: float = 0.9
    """Seconds in which the bed goes down before speech starts."""
    release: float = 2.5
    """Seconds in which it comes up after speech ends."""
    hold: float = 4.3
    """Pauses shorter than this many seconds stay ducked: a bed that pumps between sentences unsettles."""
    fade_in: float = 6.0
    """Seconds from silence to the bed at the start of the track."""
    fade_out: float = 10.0
    """Seconds from the bed to silence at its end; a bell that still rings goes with it."""
    bells_db: float = 0.0
    """dB by which bells are louder or softer than ``bells.BELL_LUFS``."""
    ceiling_dbtp: float = -3.0
    """No true peak of the mix is above this; lower than what is promised of the delivered file, because lossy
    coding moves peaks (see ``limiter``)."""

    def __post_init__(self) -> None:
        if self.hold < self.ramp + self.release:
            raise ValueError(
                "hold must be at least ramp + release, or the bed could not come up and go down in a pause"
            )


def spoken_spans(timeline: Timeline, join: float) -> list[tuple[int, int]]:
    """Where lines are spoken, (start, end) in frames; those less than ``join`` seconds apart count as one."""
    gap = to_frames(join)
    spans: list[tuple[int, int]] = []
    for spoken in timeline.spoken:
        if spans and spoken.start - spans[-1][1] < gap:
            spans[-1] = (spans[-1][0], max(spoken.end, spans[-1][1]))
        else:
            spans.append((spoken.start, spoken.end))
    return spans


def bed_gain(timeline: Timeline, levels: Levels) -> Curve:
    """The bed's gain as a curve of one row: down under speech, up in long pauses, faded at both ends."""
    spans = spoken_spans(timeline, levels.hold)
    starts, ends = _column(start for start, _ in spans), _column(end for _, end in spans)
    base = levels.speech_lufs - levels.voice_over_bed - BED_LUFS
    ramp, release = max(1, to_frames(levels.ramp)), max(1, to_frames(levels.release))
    fade_in = max(1, min(to_frames(levels.fade_in), timeline.frames // 4))
    fade_out = _fade_out(timeline, levels)

    def evaluate(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        index = np.searchsorted(starts, at, side="right")
        since = at - np.concatenate([[-np.inf], ends])[index]
        until = np.concatenate([starts, [np.inf]])[index] - at
        free = _rounded(since / release) * _rounded(until / ramp)  # `since` is below 0 inside a span: not free
        edges = _rounded(at / fade_in) * _rounded((timeline.frames - at) / fade_out)
        gain: npt.NDArray[np.float64] = decibels(base + levels.lift * free) * edges
        return gain[None, :]

    return Curve(evaluate, _STEP, 4096)


def end_fade(timeline: Timeline, levels: Levels) -> Curve:
    """A curve of one row: 1, and down to 0 with the bed at the end of the track."""
    frames, fade_out = timeline.frames, _fade_out(timeline, levels)
    return Curve(lambda at: _rounded((frames - at) / fade_out)[None, :], _STEP, 4096)


def _fade_out(timeline: Timeline, levels: Levels) -> int:
    """In frames; shorter in a very short track."""
    return max(1, min(to_frames(levels.fade_out), timeline.frames // 3))


def _column(frames: Iterable[int]) -> npt.NDArray[np.float64]:
    return np.fromiter(frames, np.float64)


def _rounded(part: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A raised cosine from 0 at 0 to 1 at 1."""
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(part, 0.0, 1.0))

"""Checks: no line is ever missing, silent, cut or garbled without an error."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from meditgen.speech.engine import Sound, Voice
from meditgen.speech.pace import estimate_seconds, without_signs
from meditgen.units import SAMPLE_RATE, gain_to_db

__all__ = ["fault"]

_SILENT_DB = -40.0
"""The loudest 50 ms of a finished clip lay at -14 to -8 dBFS; under this a voice has failed, not whispered."""
_FULL_SCALE = 0.999
_CLIPPED_SHARE = 1e-4
"""Of an engine's own samples, how many may stand at full scale: two in a second. A sound engine has none."""
_SHORTEST, _LONGEST = 0.5, 2.0
"""Of the estimate. Over 45 varied lines, clips of three voices were 0.62 to 1.24 of it; a line of some length that is
cut off or said twice lies outside."""
_SLACK_SECONDS = 0.6
"""More than that, because a line of one or two words may be half or twice its estimate."""


def fault(text: str, sound: Sound, clip: npt.NDArray[np.float32], voice: Voice) -> str | None:
    """What is wrong with ``clip``, the polished ``sound`` of ``text``, as a sentence's end; None where nothing is."""
    if not np.isfinite(sound.samples).all():
        return "held numbers that are no sound"
    if not len(clip):
        return "was empty or silent"
    if gain_to_db(_loudest(clip)) < _SILENT_DB:
        return "was all but silent"
    if np.mean(np.abs(sound.samples) >= _FULL_SCALE) > _CLIPPED_SHARE:
        return "was clipped"
    seconds, expected = len(clip) / SAMPLE_RATE, estimate_seconds(text, voice)
    shortest = _SHORTEST * estimate_seconds(without_signs(text), voice) - _SLACK_SECONDS
    if not shortest <= seconds <= _LONGEST * expected + _SLACK_SECONDS:
        return f"lasted {seconds:.1f} s where about {expected:.1f} s were expected"
    return None


def _loudest(clip: npt.NDArray[np.float32]) -> float:
    """The root mean square of the loudest 50 ms."""
    size = SAMPLE_RATE // 20
    blocks = np.add.reduceat(np.square(clip.astype(np.float64)), np.arange(0, len(clip), size))
    return float(np.sqrt(blocks.max() / min(size, len(clip))))

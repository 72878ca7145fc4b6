"""Bells: struck metal as a sum of dying modes, each a pair that beats slowly. Made once, kept in memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from meditgen.dsp.loudness import momentary
from meditgen.dsp.randomness import uniforms
from meditgen.errors import UnknownNameError
from meditgen.nearest import did_you_mean
from meditgen.units import SAMPLE_RATE, db_to_gain

__all__ = ["BELLS", "BELL_LUFS", "BELL_PEAK", "Bell", "bell_sound", "find_bell"]

Floats = npt.NDArray[np.float32]

BELL_LUFS = -24.0
"""The loudest 400 ms of every bell: 6 LU under the voice, 10 over a bed; it should not startle."""

BELL_PEAK = 0.2
"""No sample of a bell is larger (-14 dBFS)."""

_ATTACK = 0.006
"""Seconds: a felt mallet, no click."""
_RUN = 512
"""Frames of a mode made from one table (see _dying)."""


@dataclass(frozen=True, slots=True)
class Bell:
    """What a bell is made of."""

    name: str
    title: str
    seconds: float
    """How long it is kept; the last 3 seconds fade to nothing."""
    pitch: float
    """The lowest mode in Hz; 175 or more, or a phone would not play it."""
    modes: tuple[tuple[float, float, float, float], ...]
    """(ratio to the lowest, strength, T60 in seconds, split of the pair in Hz)."""
    contact: float
    """Seconds the mallet touches: the longer, the darker."""


BELLS: dict[str, Bell] = {
    bell.name: bell
    for bell in (
        Bell(
            "bowl",
            "Singing bowl",
            28.0,
            196.0,
            # ring modes with the ratios usual in measured bowls; the higher, the shorter and the faster the beat
            (
                (1.0, 1.0, 26.0, 0.55),
                (2.77, 0.62, 15.0, 0.9),
                (5.18, 0.34, 8.5, 1.4),
                (8.16, 0.16, 5.0, 2.1),
                (11.7, 0.08, 3.2, 2.7),
                (15.6, 0.04, 2.2, 3.1),
                (19.9, 0.02, 1.6, 3.6),
            ),
            0.0040,
        ),
        Bell(
            "chime",
            "Small chime",
            14.0,
            660.0,
            (
                (1.0, 1.0, 10.0, 1.1),
                (2.0, 0.25, 7.0, 1.5),
                (2.76, 0.35, 5.0, 1.9),
                (4.07, 0.14, 3.0, 2.4),
                (5.4, 0.06, 1.8, 2.8),
            ),
            0.0006,
        ),
    )
}
"""Every bell by its name."""


def find_bell(name: str) -> Bell:
    """The bell of that name. Raises UnknownNameError, which names the nearest."""
    if name in BELLS:
        return BELLS[name]
    raise UnknownNameError(f"there is no bell called {name!r}.", hint=did_you_mean(name, BELLS))


def _dying(hertz: float, t60: float, phase: float, frames: int) -> Floats:
    """A dying sine, from a table for ``_RUN`` frames and one for the runs: a product each frame in place of a sine."""
    pole = complex(-np.log(1000.0) / (t60 * SAMPLE_RATE), 2 * np.pi * hertz / SAMPLE_RATE)
    within = np.exp(pole * np.arange(_RUN)).astype(np.complex64)
    runs = np.exp(pole * _RUN * np.arange(-(-frames // _RUN)) + 1j * phase).astype(np.complex64)
    made = np.outer(runs.real, within.imag) + np.outer(runs.imag, within.real)
    flat: Floats = made.reshape(-1)[:frames]
    return flat


@lru_cache(maxsize=8)
def bell_sound(name: str) -> Floats:
    """One strike, float32 [2, frames], read-only, at ``BELL_LUFS``. Raises UnknownNameError."""
    bell = find_bell(name)
    frames = int(bell.seconds * SAMPLE_RATE)
    out = np.zeros((2, frames), np.float32)
    for number, (ratio, strength, t60, split) in enumerate(bell.modes):
        u = uniforms(0, f"bell/{name}", number, 4)
        middle = bell.pitch * ratio * (1 + 0.006 * (u[0] - 0.5))
        soft = strength / (1 + (middle * bell.contact) ** 2)  # a soft, long contact hardly moves the high modes
        apart = split * (0.7 + 0.6 * u[1])
        lean = 0.25 * (u[2] - 0.5)
        length = min(frames, int(1.3 * t60 * SAMPLE_RATE))  # down by 78 dB: nothing
        for side, weight in ((-0.5, 0.75), (0.5, 0.25)):
            wave = _dying(middle + side * apart, t60, 0.6 if side > 0 else 0.0, length)
            angle = (1 + 4 * side * lean) * np.pi / 4
            out[0, :length] += wave * np.float32(soft * weight * np.cos(angle))
            out[1, :length] += wave * np.float32(soft * weight * np.sin(angle))
    return _finished(out)


def _finished(sound: Floats) -> Floats:
    """Soft at its start, silent at its end, at the level of bells, locked."""
    attack, release = int(_ATTACK * SAMPLE_RATE), 3 * SAMPLE_RATE
    sound[:, :attack] *= (0.5 - 0.5 * np.cos(np.pi * np.arange(attack) / attack)).astype(np.float32)
    sound[:, -release:] *= (0.5 + 0.5 * np.cos(np.pi * (np.arange(release) + 1) / release)).astype(np.float32)
    sound *= np.float32(0.1 / np.abs(sound).max())
    sound *= np.float32(db_to_gain(BELL_LUFS - momentary(sound.T)))
    sound.setflags(write=False)
    return sound

"""Warm drone: soft open chords of many slow voices, in loops that never meet again in the same way."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from meditgen.dsp.curves import Curve, decibels
from meditgen.dsp.randomness import fractal_noise, uniforms
from meditgen.sound.beds.bed import Bed, Floats
from meditgen.sound.beds.kept import Layer
from meditgen.sound.beds.paint import bins, levelled, stereo
from meditgen.sound.beds.play import Layered, Loop
from meditgen.units import SAMPLE_RATE

__all__ = ["drone"]

_VERSION = 1
_STEP = 1024
"""Frames between control points: the voices take tens of seconds to come and go."""

_TRIM = 0.15
"""dB that bring the whole to the loudness of a bed; measured over six seeds of ten minutes."""

_VOICES: dict[str, tuple[int, tuple[tuple[float, float], ...]]] = {
    # name: frames of the loop (powers of 2, 7 and 3: no common divisor), (fundamental in Hz, gain in dB) of its notes
    "root": (2**20, ((98.0, 0.0), (196.0, -3.0))),
    "fifth": (7**7, ((147.0, 0.0), (294.0, -5.0))),
    "light": (3**13, ((245.0, 0.0), (392.0, -4.0), (441.0, -9.0))),
}
"""G2 with its octave, fifth, third and ninth, tuned pure: nothing beats but what is meant to."""


def _chord(name: str) -> Floats:
    """One loop: every partial a band of noise some 1–2 Hz wide (after Nasca's PADsynth), which sounds like a choir."""
    frames, notes = _VOICES[name]
    hertz = bins(frames)
    magnitudes = np.zeros(hertz.size)
    for fundamental, db in notes:
        for partial in range(1, 9):
            middle = fundamental * partial * (1 + 0.0004 * (partial - 1))
            width = min(1.1, 0.2 + 0.0015 * middle)  # half of the band; narrower is calmer
            low, high = np.searchsorted(hertz, [middle - 4 * width, middle + 4 * width])
            strength = 10.0 ** ((db - max(0.0, middle - 700.0) / 130.0) / 20.0) * partial**-1.6 / np.sqrt(width)
            magnitudes[low:high] += strength * np.exp(-(((hertz[low:high] - middle) / width) ** 2))
    return levelled(stereo(f"drone/{name}", magnitudes.astype(np.float32), frames, 0.75, 220.0))


def _layer(name: str) -> Layer:
    return Layer("drone", name, _VERSION, _VOICES[name][0], lambda: _chord(name))


_LAYERS = tuple(_layer(name) for name in _VOICES)


def drone(seed: int) -> Bed:
    """The bed ``drone``."""

    def gains(frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        seconds = frames / SAMPLE_RATE
        root = -2.5 + 3.0 * (fractal_noise(seed, "drone/root", seconds, 37.0) - 0.5)
        fifth = -6.0 + 7.0 * (fractal_noise(seed, "drone/fifth", seconds, 29.0) - 0.5)
        light = -9.0 + 9.0 * (fractal_noise(seed, "drone/light", seconds, 23.0) - 0.5)
        return decibels(np.stack([root, fifth, light]) + _TRIM)

    shifts = uniforms(seed, "drone/shift", 0, len(_LAYERS))
    players = [Loop(layer.load, int(shift * layer.frames)) for layer, shift in zip(_LAYERS, shifts, strict=True)]
    return Layered(f"drone/{_VERSION}/{seed}", players, Curve(gains, _STEP))

"""Ocean: a low breathing of water, and swells that come in, break softly and draw back over the sand."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from meditgen.dsp.curves import Curve, decibels, smooth
from meditgen.dsp.randomness import fractal_noise, uniforms
from meditgen.sound.beds.bed import Bed
from meditgen.sound.beds.kept import Layer
from meditgen.sound.beds.paint import painted
from meditgen.sound.beds.play import Layered, Wander
from meditgen.units import SAMPLE_RATE

__all__ = ["ocean"]

_VERSION = 1
_FRAMES = 2**20
_STEP = 1024
"""Frames between control points: swells take seconds."""

_TRIM = 4.04
"""dB that bring the whole to the loudness of a bed; measured over six seeds of ten minutes."""

# (Hz, dB)
_BANDS = {
    "rumble": [(20, -20), (45, -3), (90, 0), (300, -8), (900, -20), (3000, -38), (22050, -80)],
    "body": [(20, -60), (120, -8), (350, 0), (1200, -6), (3000, -15), (8000, -30), (22050, -70)],
    "crash": [(20, -70), (200, -14), (700, -2), (1800, 0), (5000, -6), (10000, -15), (22050, -50)],
    "foam": [(20, -90), (700, -30), (2200, -6), (5000, 0), (9000, -4), (14000, -12), (22050, -40)],
}
_BAND_DB = np.array([[-8.0], [1.3], [9.6], [12.7]])
"""What each band weighs, in dB, where its envelope is 1."""

_PERIOD = 11.0
"""Seconds from swell to swell, more or less."""
_JITTER = 0.45
"""How much more or less, as a part of the period."""
_RISE, _FALL = 0.42 * _PERIOD, 0.58 * _PERIOD


def _layer(name: str) -> Layer:
    points = _BANDS[name]
    return Layer("ocean", name, _VERSION, _FRAMES, lambda: painted(f"ocean/{name}", _FRAMES, points, 0.6))


_LAYERS = tuple(_layer(name) for name in _BANDS)


@lru_cache(maxsize=256)
def _wave(seed: int, index: int) -> tuple[float, float, float]:
    """When a swell breaks (seconds), how large it is (0.56–1) and how long it takes to rise (seconds)."""
    u = uniforms(seed, "ocean/wave", index, 3)
    crest = (index + (u[0] - 0.5) * _JITTER) * _PERIOD
    return crest, 10.0 ** (-5.0 * u[1] / 20.0), _RISE * (0.8 + 0.4 * u[2])


def _swell(
    after: npt.NDArray[np.float64], lag: float, rise: float, fall: float, depth: float
) -> npt.NDArray[np.float64]:
    """One swell's envelope ``after`` its crest (seconds): up over ``rise``, down over ``fall``, through ``depth`` dB.

    It moves in decibels, as the ear hears; in amplitude it would jump up and hang on.
    """
    shape = smooth((after - lag + rise) / rise) * (1.0 - smooth((after - lag) / fall))
    made: npt.NDArray[np.float64] = decibels(-depth * (1.0 - shape)) - 10.0 ** (-depth / 20.0)
    return made


def _envelopes(seed: int, seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The gains of the four bands: float64 [4, n]."""
    body, crash, foam = np.zeros((3, seconds.size))
    first, last = int(seconds[0] // _PERIOD) - 2, int(seconds[-1] // _PERIOD) + 3
    for index in range(first, last + 1):
        crest, size, rise = _wave(seed, index)
        after = seconds - crest
        body += size * _swell(after, 0.0, rise * 1.05, _FALL * 0.95, 15.0)
        crash += size**1.4 * _swell(after, 0.06 * _FALL, rise * 0.62, _FALL * 0.62, 26.0)
        foam += size**1.2 * _swell(after, 0.16 * _FALL, rise * 0.75, _FALL * 0.80, 20.0)
    floor = decibels(5.0 * (fractal_noise(seed, "ocean/floor", seconds, 30.0) - 0.5))
    return np.stack([0.55 * floor + 0.20 * body, 0.16 * floor + 0.50 * body, 0.05 + 0.36 * crash, 0.03 + 0.13 * foam])


def ocean(seed: int) -> Bed:
    """The bed ``ocean``."""

    def gains(frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return _envelopes(seed, frames / SAMPLE_RATE) * decibels(_BAND_DB + _TRIM)

    players = [Wander(layer.load, seed, f"ocean/{layer.name}") for layer in _LAYERS]
    return Layered(f"ocean/{_VERSION}/{seed}", players, Curve(gains, _STEP))

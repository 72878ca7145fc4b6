"""Making layers: noise of a drawn spectrum, events strewn in time, and the filters they need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from meditgen.dsp.loudness import lufs
from meditgen.dsp.randomness import signed
from meditgen.sound.beds.bed import BED_LUFS, Floats
from meditgen.units import SAMPLE_RATE, db_to_gain

__all__ = ["MATERIAL", "band_passed", "bins", "contour", "levelled", "painted", "stereo"]

MATERIAL = 0
"""The seed of all layers: they are the same for everyone, so that one copy is kept."""

_LOWEST = 18.0
"""Hz; nothing is painted under it."""


def bins(frames: int) -> npt.NDArray[np.float64]:
    """The frequencies in Hz of a real spectrum of ``frames`` frames."""
    return np.fft.rfftfreq(frames, 1 / SAMPLE_RATE).astype(np.float64)


def contour(frames: int, points: Sequence[tuple[float, float]]) -> Floats:
    """Magnitudes at ``bins(frames)`` along straight lines through ``points`` (Hz, dB) over the log of frequency."""
    frequencies = bins(frames)
    hertz, db = zip(*points, strict=True)
    curve = np.interp(np.log(np.maximum(frequencies, 1.0)), np.log(hertz), db)
    magnitudes = np.power(10.0, curve / 20.0)
    magnitudes[frequencies < _LOWEST] = 0.0
    made: Floats = magnitudes.astype(np.float32)
    return made


def stereo(name: str, magnitudes: Floats, frames: int, width: float, corner: float = 200.0) -> Floats:
    """Noise with these ``magnitudes``, float32 [2, frames], seamless when looped.

    Middle and side are drawn apart; the side is ``width`` as strong and rolled off under ``corner`` Hz, so
    that the low end stays in the middle and one loudspeaker loses little.
    """
    side = magnitudes * (width * np.minimum(1.0, bins(frames) / corner)).astype(np.float32)
    middle = _noise(name + "/middle", magnitudes, frames)
    aside = _noise(name + "/side", side, frames)
    return np.stack([middle + aside, middle - aside])


def _noise(name: str, magnitudes: Floats, frames: int) -> Floats:
    drawn = signed(MATERIAL, name, 0, 2 * len(magnitudes)).view(np.complex64)
    return np.fft.irfft(drawn * magnitudes, frames).astype(np.float32, copy=False)


def painted(
    name: str, frames: int, points: Sequence[tuple[float, float]], width: float, corner: float = 200.0
) -> Floats:
    """A layer of noise along a contour, at the loudness of a bed: float32 [2, frames]."""
    return levelled(stereo(name, contour(frames, points), frames, width, corner))


def levelled(layer: Floats) -> Floats:
    """``layer`` [2, frames] at the loudness of a bed."""
    even = layer * np.float32(0.1 / np.sqrt(np.mean(layer * layer, dtype=np.float64)))  # far from the meter's gate
    return even * np.float32(db_to_gain(BED_LUFS - lufs(even.T)))


def band_passed(grains: Floats, low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]) -> Floats:
    """Each row of ``grains`` [n, frames] through a first-order band-pass from ``low`` to ``high`` Hz ([n]).

    The analogue filter's response, laid on in the spectrum; leave silence at the end of each row for its ringing.
    """
    frames = grains.shape[1]
    s = 1j * bins(frames)[None, :]
    width = (high - low)[:, None]
    response = s * width / (s * s + s * width + (low * high)[:, None])
    return np.fft.irfft(np.fft.rfft(grains, axis=1) * response, frames, axis=1).astype(np.float32)

"""True peak: what a signal reaches between its samples, found at four times the rate, only where it can matter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["EDGE", "HALF", "NEAR", "peaks_near", "true_peak"]

Floats = npt.NDArray[np.float32]

HALF = 12
"""Samples on either side that make a value between two."""

EDGE = 2 * HALF
"""Frames on either side of a border that take part in values around the samples next to it."""

NEAR = 0.6
"""Only around samples over this part of a limit is it asked whether the signal passes the limit between samples.

To hide a peak from this, a signal would have to rise 4.4 dB between two samples; speech and beds rise under 2.
"""

_AT_ONCE = 4096
"""Samples looked at together: bounds the memory."""


def _taps() -> Floats:
    """Rows that give the signal at -3/4 ... 3/4 of a sample from the middle one: float32 [6, 2 * HALF + 1].

    A sinc under a Kaiser window, as BS.1770-4 annex 2 asks but with twice its taps.
    """
    away = np.arange(-HALF, HALF + 1)[None, :] - np.array([-0.75, -0.5, -0.25, 0.25, 0.5, 0.75])[:, None]
    window = np.i0(5.0 * np.sqrt(np.maximum(0.0, 1.0 - (away / HALF) ** 2)))
    taps = np.sinc(away) * window
    scaled: Floats = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    return scaled


_TAPS = _taps()


def peaks_near(flat: Floats, index: npt.NDArray[np.intp], stride: int = 1) -> Floats:
    """The largest absolute value of the signal within 3/4 of a sample of each sample in ``index``.

    ``flat`` holds one channel (``stride`` 1) or interleaved channels (``stride`` their number); every index
    must have ``HALF`` frames on either side. Gives float32 [len(index)], the same whatever else is asked for.
    """
    found = np.abs(flat[index])
    reach = np.arange(-HALF, HALF + 1) * stride
    for low in range(0, len(index), _AT_ONCE):
        part = slice(low, low + _AT_ONCE)
        around = flat[index[part, None] + reach]
        for row in _TAPS:
            np.maximum(found[part], np.abs((around * row).sum(axis=1)), out=found[part])
    return found


def true_peak(x: Floats, above: float = 0.0) -> float:
    """The largest true peak in ``x``, float32 [frames, 2] in C order, full scale 1.0.

    The first and last ``HALF`` frames are looked at as samples only. With ``above``, what is not over it
    may be told as less than it is: for one who keeps a running maximum.
    """
    if not len(x):
        return 0.0
    flat = x.reshape(-1)
    top = max(float(flat.max()), -float(flat.min()))
    if top <= above * NEAR:
        return top
    loud = np.flatnonzero(np.abs(flat) > top * NEAR)
    inside = loud[(loud >= 2 * HALF) & (loud < len(flat) - 2 * HALF)]
    return max(top, float(peaks_near(flat, inside, 2).max(initial=0.0)))

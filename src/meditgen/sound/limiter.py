"""Limiter: keeps true peaks under a ceiling, looking a fixed way ahead and back, so that any window stands alone.

What it does at a frame depends on the mix within ``Limiter.reach`` frames of it and on nothing else. Blocks of
64 frames, counted from the start of the track, say how much they must come down; the largest demand around
each border between blocks is smoothed with a window of the same width, which can never be less than the
demand itself; between borders the gain is a straight line.

Lossy coding moves peaks: over real and made-up speech driven hard into the ceiling, decoded true peaks came out at most
1.0 dB (MP3 V2–V6, 64–128 kbps), 1.0 dB (AAC) and 1.3 dB (Opus) above it. A ceiling of -3 keeps the promise of -1.5.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from meditgen.dsp.truepeak import HALF, NEAR, peaks_near
from meditgen.units import db_to_gain

__all__ = ["Limiter"]

Floats = npt.NDArray[np.float32]

_BLOCK = 64
_AROUND = 16
"""Blocks on either side that share a demand: the gain moves over 23 ms before a peak, holds 23 ms, and back."""


class Limiter:
    """True-peak limiting to ``ceiling_dbtp``. Safe to use from several threads."""

    reach = (2 * _AROUND + 2) * _BLOCK + HALF
    """Frames on either side of a window that it must see."""

    def __init__(self, ceiling_dbtp: float) -> None:
        self._ceiling = np.float32(db_to_gain(ceiling_dbtp))
        window = np.hanning(2 * _AROUND + 3)[1:-1]
        self._window = (window / window.sum()).astype(np.float32)
        self._ramp = (np.arange(_BLOCK, dtype=np.float32) / np.float32(_BLOCK)).astype(np.float32)

    def limit(self, x: Floats, start: int) -> Floats:
        """``x`` [2, frames + 2 * reach], limited, without its margins: float32 [2, frames].

        The first frame of what is given back is frame ``start`` of the track. It may be a view of ``x``.
        """
        frames = x.shape[1] - 2 * self.reach
        inner = x[:, self.reach : self.reach + frames]
        if max(float(x.max()), -float(x.min())) <= self._ceiling * NEAR:
            return inner
        first = start // _BLOCK
        count = (start + frames - 1) // _BLOCK - first + 1
        demand = self._demands(x, start - self.reach, first - 2 * _AROUND - 1, count + 4 * _AROUND + 2)
        if not demand.any():
            return inner
        borders = np.maximum(demand[:-1], demand[1:])  # a border serves the blocks on both its sides
        held = np.lib.stride_tricks.sliding_window_view(borders, 2 * _AROUND + 1).max(axis=1)
        around = np.lib.stride_tricks.sliding_window_view(held, 2 * _AROUND + 1)
        less = (around * self._window).sum(axis=1)  # [count + 1]
        line = less[:-1, None] + (less[1:] - less[:-1])[:, None] * self._ramp
        offset = start - first * _BLOCK
        gain = np.float32(1.0) - line.reshape(-1)[offset : offset + frames]
        limited: Floats = inner * gain
        return limited

    def _demands(self, x: Floats, start: int, first: int, count: int) -> Floats:
        """How far (0–1) each of ``count`` blocks from block ``first`` must come down; ``x`` begins at ``start``."""
        low, high = first * _BLOCK - start, (first + count) * _BLOCK - start
        peaks = np.zeros(count, np.float32)
        for channel in x:
            loud = np.flatnonzero(np.abs(channel[low:high]) > self._ceiling * NEAR) + low
            if loud.size:
                np.maximum.at(peaks, (loud - low) // _BLOCK, peaks_near(channel, loud))
        demands: Floats = (1.0 - self._ceiling / np.maximum(peaks, self._ceiling)).astype(np.float32, copy=False)
        return demands

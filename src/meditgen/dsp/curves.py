"""Slow curves: gains and envelopes of absolute time, the same bit for bit whatever window asks.

Sines, powers and the like may differ in their last bit with an element's position in an array, so a
curve is evaluated only in fixed blocks on an absolute grid; between its points it is a straight line,
which is plain arithmetic and the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["Curve", "decibels", "smooth"]

Evaluate = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]

_KEPT = 32
"""Blocks of control points kept in memory."""


def decibels(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Decibels to amplitude factors."""
    return np.power(10.0, values / 20.0)


def smooth(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Smoothstep: 0 below 0, 1 above 1, a rounded rise between."""
    x = np.clip(values, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


class Curve:
    """One or more gains as functions of the absolute frame.

    ``evaluate`` takes the absolute frames of control points, float64 of shape [n], and gives float64 of
    shape [rows, n]; it is always called with the same whole blocks. ``step`` is the distance between
    control points in frames, ``block`` how many are evaluated at once. Safe to use from several threads.
    """

    def __init__(self, evaluate: Evaluate, step: int, block: int = 256) -> None:
        self.step = step
        self._size = block
        self._evaluate = evaluate
        self._ramp = (np.arange(step, dtype=np.float32) / np.float32(step)).astype(np.float32)
        self._block = lru_cache(maxsize=_KEPT)(self._make_block)

    def _make_block(self, block: int) -> npt.NDArray[np.float32]:
        points = np.arange(block * self._size, (block + 1) * self._size, dtype=np.int64) * self.step
        return self._evaluate(points.astype(np.float64)).astype(np.float32)

    def points(self, first: int, last: int) -> npt.NDArray[np.float32]:
        """Control points ``first`` to ``last``, both included: float32 [rows, last - first + 1]."""
        low = first // self._size
        blocks = [self._block(block) for block in range(low, last // self._size + 1)]
        joined = blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)
        part: npt.NDArray[np.float32] = joined[:, first - low * self._size : last + 1 - low * self._size]
        return part

    def at(self, start: int, frames: int) -> npt.NDArray[np.float32]:
        """The curve over ``frames`` frames from ``start``: float32 [rows, frames]."""
        first = start // self.step
        last = (start + frames - 1) // self.step + 1
        points = self.points(first, last)
        line = (points[:, 1:] - points[:, :-1])[:, :, None] * self._ramp
        line += points[:, :-1, None]
        offset = start - first * self.step
        flat: npt.NDArray[np.float32] = line.reshape(len(points), -1)[:, offset : offset + frames]
        return flat

"""Random numbers as pure functions of (seed, layer, block): any of them alone, in any order, on any machine.

They are the raw bits of a bit generator, which do not change between versions of numpy (its
distributions may).
"""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["bells_curve", "fractal_noise", "signed", "uniforms", "value_noise"]

_TABLE = 64
"""Value noise draws its lattice this many points at a time."""

_ZERO = 2**40
"""Blocks may be counted from below zero; a seed word may not."""


def _bits(seed: int, layer: str, block: int) -> np.random.SFC64:
    words = [seed & (2**64 - 1), zlib.crc32(layer.encode()), block + _ZERO]
    return np.random.SFC64(np.random.SeedSequence(words))


def uniforms(seed: int, layer: str, block: int, count: int) -> npt.NDArray[np.float64]:
    """``count`` numbers, even in [0, 1)."""
    raw = _bits(seed, layer, block).random_raw(count)
    return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53


def signed(seed: int, layer: str, block: int, count: int) -> npt.NDArray[np.float32]:
    """``count`` numbers, even in [-1, 1), two from each raw word: for noise."""
    raw = _bits(seed, layer, block).random_raw((count + 1) // 2)
    return raw.astype("<u8", copy=False).view("<i4")[:count].astype(np.float32) * np.float32(2.0**-31)


def bells_curve(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Even numbers of shape [3, n] to n numbers of mean 0 and deviation 1, never beyond ±3 (a sum of three)."""
    total: npt.NDArray[np.float64] = values[0] + values[1] + values[2]
    return (total - 1.5) * 2.0


@lru_cache(maxsize=1024)
def _table(seed: int, layer: str, block: int) -> npt.NDArray[np.float64]:
    return uniforms(seed, layer, block, _TABLE)


def value_noise(seed: int, layer: str, seconds: npt.NDArray[np.float64], period: float) -> npt.NDArray[np.float64]:
    """A smooth random signal in [0, 1]: a fresh value each ``period`` seconds, smoothstep between; of absolute time."""
    x = seconds / period
    whole = np.floor(x).astype(np.int64)
    first, last = int(whole.min()) // _TABLE, (int(whole.max()) + 1) // _TABLE
    lattice = np.concatenate([_table(seed, layer, block) for block in range(first, last + 1)])
    index = whole - first * _TABLE
    part = x - whole
    part = part * part * (3.0 - 2.0 * part)
    below: npt.NDArray[np.float64] = lattice[index]
    return below + (lattice[index + 1] - below) * part


def fractal_noise(
    seed: int, layer: str, seconds: npt.NDArray[np.float64], period: float, octaves: int = 3
) -> npt.NDArray[np.float64]:
    """Value noise summed over ``octaves``, each twice as fast and 0.55 as strong; in [0, 1], mean 0.5."""
    total = np.zeros(seconds.shape)
    weight, weights = 1.0, 0.0
    for octave in range(octaves):
        total += weight * value_noise(seed, f"{layer}/{octave}", seconds, period / 2**octave)
        weights += weight
        weight *= 0.55
    return total / weights

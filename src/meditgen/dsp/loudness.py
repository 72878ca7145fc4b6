"""Loudness after ITU-R BS.1770-4: of an array, or of a stream that arrives in any order from any thread."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from meditgen.dsp.truepeak import EDGE, true_peak
from meditgen.units import SAMPLE_RATE, gain_to_db

__all__ = ["SILENCE_LUFS", "Meter", "lufs", "momentary"]

SILENCE_LUFS = -70.0
"""What is told of sound under the absolute gate, or of none at all."""

_OFFSET = -0.691
"""BS.1770's constant: a 997 Hz sine at full scale in one channel reads -3.01."""

Floats = npt.NDArray[np.float32]
Energies = npt.NDArray[np.float64]


@lru_cache(maxsize=8)
def _weights(rate: int) -> npt.NDArray[np.float32]:
    """The K-weighting's power gain at each bin of a tenth of a second, each twice (for real and imaginary parts).

    The two biquads of BS.1770-4 annex 1, written for any rate: the analogue prototypes behind its table
    at 48 kHz (De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 2018).
    """
    z = np.exp(-2j * np.pi * np.fft.fftfreq(rate // 10))
    k, q = np.tan(np.pi * 1681.974450955533 / rate), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    shelf = (high + band * k / q + k * k) + 2 * (k * k - high) * z + (high - band * k / q + k * k) * z * z
    shelf /= (1 + k / q + k * k) + 2 * (k * k - 1) * z + (1 - k / q + k * k) * z * z
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    # as in the standard's table, the numerator 1, -2, 1 is not normalised
    scale = 1 + k / q + k * k
    low = (1 - 2 * z + z * z) / (1 + (2 * (k * k - 1) * z + (1 - k / q + k * k) * z * z) / scale)
    return np.repeat(np.abs(shelf * low) ** 2, 2).astype(np.float32)


def _energies(cells: npt.NDArray[np.complex64], rate: int) -> Energies:
    """Mean K-weighted power of each tenth of a second, both channels summed; cells are left + i right, [n, rate // 10].

    Weighting the spectrum of each cell by itself replaces the running filters: a cell then needs nothing
    of its neighbours, so order does not matter. What the cut at a cell's edges adds is under 0.05 LU for speech
    and beds; only sound that lies mostly under 40 Hz, where hardly anything plays it, reads up to 0.6 LU off.
    """
    from scipy.fft import fft

    size = rate // 10
    spectrum = fft(cells, axis=1, overwrite_x=False).view(np.float32)
    spectrum *= spectrum
    return (spectrum @ _weights(rate)).astype(np.float64) / (float(size) * size)


def _gated(blocks: Energies) -> float:
    """Integrated loudness of overlapping 400 ms blocks' powers: absolute gate at -70, relative gate 10 LU under."""
    loud = blocks[blocks > _power(SILENCE_LUFS)]
    if not loud.size:
        return SILENCE_LUFS
    loud = loud[loud > np.mean(loud) * 0.1]
    return _level(float(np.mean(loud)))


def _power(level: float) -> float:
    return float(10.0 ** ((level - _OFFSET) / 10.0))


def _level(power: float) -> float:
    return max(SILENCE_LUFS, _OFFSET + 10.0 * float(np.log10(max(power, 1e-12))))


def _blocks(cells: Energies) -> Energies:
    """Powers of 400 ms blocks, a new one each 100 ms."""
    if len(cells) < 4:
        return np.array([np.mean(cells)]) if len(cells) else cells
    return (cells[:-3] + cells[1:-2] + cells[2:-1] + cells[3:]) * 0.25


def _as_complex(x: npt.NDArray[np.floating]) -> npt.NDArray[np.complex64]:
    """[n] or [n, 2] as left + i right, [n]."""
    if x.ndim == 1:
        return x.astype(np.complex64)
    return np.ascontiguousarray(x, dtype=np.float32).view(np.complex64)[:, 0]


def _array_cells(x: npt.NDArray[np.floating], rate: int) -> Energies:
    size = rate // 10
    joined = _as_complex(x)
    whole = len(joined) // size
    if not whole and len(joined):  # shorter than a cell: what there is, as if it went on
        padded = np.zeros((1, size), np.complex64)
        padded[0, : len(joined)] = joined
        return _energies(padded, rate) * (size / len(joined))
    parts = [
        _energies(joined[i * size : min(i + 256, whole) * size].reshape(-1, size), rate) for i in range(0, whole, 256)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def lufs(x: npt.NDArray[np.floating], rate: int = SAMPLE_RATE) -> float:
    """Integrated loudness of ``x``, [n] or [n, 2], full scale 1.0, in LUFS; -70 for silence.

    A mono array counts as one channel, as in every meter: played from both sides without a pan law it
    would read 3 LU more. What is shorter than 400 ms is measured as one block.
    """
    return _gated(_blocks(_array_cells(x, rate)))


def momentary(x: npt.NDArray[np.floating], rate: int = SAMPLE_RATE) -> float:
    """The loudest 400 ms of ``x``, [n] or [n, 2], in LUFS."""
    blocks = _blocks(_array_cells(x, rate))
    return _level(float(blocks.max())) if blocks.size else SILENCE_LUFS


class Meter:
    """Loudness and true peak of a stereo track at 44.1 kHz that arrives in blocks, in any order, from any thread.

    Every frame must come exactly once; blocks may have any size. The sums are made in the order of time
    when they are asked for, so neither order nor threads change a result.
    """

    _size = SAMPLE_RATE // 10

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cells: dict[int, float] = {}
        self._open: dict[int, tuple[Floats, int]] = {}
        self._edges: dict[int, Floats] = {}
        self._peak = 0.0

    def __call__(self, start: int, block: Floats) -> None:
        """The same as ``add``: a meter is a listener."""
        self.add(start, block)

    def add(self, start: int, block: Floats) -> None:
        """Take ``block``, float32 [frames, 2], whose first frame is frame ``start`` of the track."""
        if not len(block):
            return
        block = np.ascontiguousarray(block, dtype=np.float32)
        self._take_peak(start, block)
        size = self._size
        stop = start + len(block)
        first, last = -(-start // size), stop // size
        if first < last:
            whole = block[first * size - start : last * size - start]
            self._close(first, whole)
            if start < first * size:
                self._fill(start, block[: first * size - start])
            if last * size < stop:
                self._fill(last * size, block[last * size - start :])
            return
        if first * size < stop:  # two pieces, either side of a border
            self._fill(start, block[: first * size - start])
            self._fill(first * size, block[first * size - start :])
        else:
            self._fill(start, block)

    def _close(self, first: int, frames: Floats) -> None:
        powers = _energies(frames.view(np.complex64).reshape(-1, self._size), SAMPLE_RATE)
        with self._lock:
            self._cells.update(zip(range(first, first + len(powers)), powers.tolist(), strict=True))

    def _fill(self, start: int, part: Floats) -> None:
        """A part of one cell: kept until the rest has come."""
        if not len(part):
            return
        cell, offset = divmod(start, self._size)
        with self._lock:
            frames, count = self._open.pop(cell, (None, 0))
            if frames is None:
                frames = np.zeros((self._size, 2), np.float32)
            frames[offset : offset + len(part)] = part
            count += len(part)
            if count < self._size:
                self._open[cell] = (frames, count)
                return
        self._close(cell, frames)

    def _take_peak(self, start: int, block: Floats) -> None:
        """The peak inside the block; its edges are kept, for the peaks between it and its neighbours."""
        peak = true_peak(block, above=self._peak)
        with self._lock:
            self._peak = max(self._peak, peak)
            self._edges[start] = block[:EDGE].copy()
            tail = block[max(EDGE, len(block) - EDGE) :]  # a short block is all head
            if len(tail):
                self._edges[start + len(block) - len(tail)] = tail.copy()

    @property
    def true_peak_dbtp(self) -> float:
        """The true peak of all that has come, in dBTP; -200 for silence."""
        with self._lock:
            edges = sorted(self._edges.items())
            peak = self._peak
        run: list[Floats] = []
        at = 0
        for start, frames in [*edges, (-1, np.zeros((0, 2), np.float32))]:
            if run and start != at:
                peak = max(peak, true_peak(np.concatenate(run)))
                run = []
            run.append(frames)
            at = start + len(frames)
        return gain_to_db(peak)

    def _powers(self) -> Energies:
        with self._lock:
            cells = sorted(self._cells.items())
            rest = {cell: (frames.copy(), count) for cell, (frames, count) in self._open.items()}
        if not cells:
            parts = [_array_cells(frames[:count], SAMPLE_RATE) for _, (frames, count) in sorted(rest.items())]
            return np.concatenate(parts) if parts else np.zeros(0)
        powers = np.zeros(cells[-1][0] + 1)
        powers[[cell for cell, _ in cells]] = [power for _, power in cells]
        return powers

    @property
    def integrated_lufs(self) -> float:
        """Integrated loudness of all that has come, in LUFS; -70 for silence."""
        return _gated(_blocks(self._powers()))

    def over(self, spans: Iterable[tuple[int, int]]) -> float:
        """Integrated loudness of the given ``spans`` (start, end in frames) only, in LUFS.

        Counted are the 400 ms blocks that lie wholly inside a span; a span too short for one gives the
        100 ms cells inside it.
        """
        powers = self._powers()
        picked: list[Energies] = [np.zeros(0)]
        for start, end in spans:
            inside = powers[-(-start // self._size) : end // self._size]
            picked.append(_blocks(inside))
        return _gated(np.concatenate(picked))

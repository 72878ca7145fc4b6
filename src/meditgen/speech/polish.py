"""Polish: what is done to every clip between the engine and the cache, as a tuple of effects and a loop.

An effect takes and gives float64 samples at 44.1 kHz. The first step, :func:`at_track_rate`, brings any rate there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import gcd

import numpy as np
import numpy.typing as npt

from meditgen.speech.engine import Sound, Voice
from meditgen.units import SAMPLE_RATE, db_to_gain

__all__ = ["CEILING_DB", "REVISION", "at_track_rate", "polish", "trim"]

Samples = npt.NDArray[np.float64]
Effect = Callable[[Samples], Samples]

REVISION = 1
"""Raise it when a clip would come out otherwise."""

CEILING_DB = -0.1
"""Highest sample of a clip, in dBFS. The mixer puts a clip into each of two channels 3 dB lower, so a voice peaks at
about -3 dBTP in the track and leaves room for the bed. Speech from 22.05 or 24 kHz is twice oversampled at 44.1 kHz,
so little hides between the samples: over 45 lines of each voice the true peak lay at most 0.1 dB above this."""

_HIGH_PASS_HZ = 75.0
_TAPER = 0.04
"""The share of the old band over which its upper edge fades, so that it does not ring."""
_PAD_SECONDS = 0.1
"""Silence after the clip while it is filtered: an FFT is a circle, and the high-pass rings on for this long."""
_FADE_SECONDS = 0.006
_KEEP_BEFORE, _KEEP_AFTER = 0.03, 0.06
"""Seconds left before the first and after the last sound, so that pauses are what the plan says."""
_QUIET_DB = -50.0
"""Under the loudest 10 ms of the clip by this much, nothing is heard any more."""
_LOOK_SECONDS = 0.005
_BLOCK = 32


def polish(sound: Sound, voice: Voice) -> npt.NDArray[np.float32]:
    """``sound`` as a finished clip: float32 mono, 44.1 kHz, at its final level. Empty in, empty out."""
    effects: tuple[Effect, ...] = (trim, _faded, lambda x: x * db_to_gain(voice.gain_db), _limited)
    samples = at_track_rate(sound)
    for effect in effects:
        if not len(samples):
            break
        samples = effect(samples)
    return samples.astype(np.float32)


def at_track_rate(sound: Sound) -> Samples:
    """``sound`` at 44.1 kHz without what lies under 75 Hz, both done in one pass through the spectrum.

    Shape [round(frames · 44100 / rate)]. The high-pass is the second-order Butterworth response
    s² / (s² + √2·ω·s + ω²) taken at s = i·2πf.
    """
    if not len(sound.samples):
        return np.zeros(0)
    common = gcd(sound.rate, SAMPLE_RATE)
    step = sound.rate // common  # whole periods of both rates, so that both grids begin and end together
    size = _good_size(-(-(len(sound.samples) + round(_PAD_SECONDS * sound.rate)) // step)) * step
    spectrum = np.fft.rfft(sound.samples.astype(np.float64), size)
    spectrum *= _response(len(spectrum), sound.rate)
    new_size = size // step * (SAMPLE_RATE // common)
    samples = np.fft.irfft(spectrum, new_size) * (new_size / size)
    return np.asarray(samples[: round(len(sound.samples) * SAMPLE_RATE / sound.rate)])


def trim(samples: Samples) -> Samples:
    """``samples`` without the silence at either end, but for a small margin; all silence becomes nothing."""
    size = SAMPLE_RATE // 100
    blocks = np.add.reduceat(np.square(samples), np.arange(0, len(samples), size))
    heard = np.flatnonzero(blocks > max(blocks.max() * db_to_gain(_QUIET_DB) ** 2, size * 1e-10))
    if not len(heard):
        return samples[:0]
    start = int(heard[0]) * size - round(_KEEP_BEFORE * SAMPLE_RATE)
    stop = (int(heard[-1]) + 1) * size + round(_KEEP_AFTER * SAMPLE_RATE)
    return samples[max(0, start) : stop]


def _faded(samples: Samples) -> Samples:
    """Both ends begin and end at nothing, over 6 ms, so that no cut clicks."""
    length = min(round(_FADE_SECONDS * SAMPLE_RATE), len(samples) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))
    faded = samples.copy()
    faded[:length] *= ramp
    faded[len(faded) - length :] *= ramp[::-1]
    return faded


def _limited(samples: Samples) -> Samples:
    """Peaks above the ceiling brought to it by a gain that moves over 5 ms either side."""
    ceiling = db_to_gain(CEILING_DB)
    if float(np.abs(samples).max()) <= ceiling:
        return samples
    blocks = -(-len(samples) // _BLOCK)
    padded = np.zeros(blocks * _BLOCK)
    padded[: len(samples)] = np.abs(samples)
    needed = np.minimum(1.0, ceiling / np.maximum(padded.reshape(-1, _BLOCK).max(axis=1), 1e-9))
    # the least gain within reach, then a mean over half that reach: never above what any block needs, even where
    # the line between two blocks' middles is followed
    reach = max(2, round(_LOOK_SECONDS * SAMPLE_RATE / _BLOCK))
    least = np.lib.stride_tricks.sliding_window_view(np.pad(needed, reach, constant_values=1.0), 2 * reach + 1).min(
        axis=1
    )
    window = np.hanning(2 * (reach - 1) + 3)[1:-1]
    smooth = np.convolve(np.pad(least, reach - 1, mode="edge"), window / window.sum(), "valid")
    middles = np.arange(blocks) * _BLOCK + (_BLOCK - 1) / 2
    return np.asarray(samples * np.interp(np.arange(len(samples)), middles, smooth))


def _response(bins: int, rate: int) -> npt.NDArray[np.complex128]:
    """The high-pass, and a fade of the last part of the band."""
    hertz = np.linspace(0.0, rate / 2, bins)
    s = 1j * hertz / _HIGH_PASS_HZ
    high_pass = s**2 / (s**2 + np.sqrt(2.0) * s + 1.0)
    edge = np.clip((1.0 - hertz / (rate / 2)) / _TAPER, 0.0, 1.0)
    return np.asarray(high_pass * (0.5 - 0.5 * np.cos(np.pi * edge)))


@cache
def _good_size(least: int) -> int:
    """The smallest 2^a·3^b·5^c that is no less: sizes an FFT is quick at."""
    best = 1 << (least - 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            two = three << max(0, -(-least // three) - 1).bit_length()
            best = min(best, two)
            three *= 3
        five *= 5
    return best

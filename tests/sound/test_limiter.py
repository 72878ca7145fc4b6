import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.dsp.loudness import Meter
from meditgen.sound.limiter import Limiter

CEILING = -3.0
LIMITER = Limiter(CEILING)
REACH = Limiter.reach


def _padded(x: np.ndarray) -> np.ndarray:
    return np.pad(x, ((0, 0), (REACH, REACH)))


def _noise(frames: int, level: float, seed: int = 0) -> np.ndarray:
    return (level * np.random.default_rng(seed).standard_normal((2, frames))).astype(np.float32)


def _smooth_noise(frames: int, level: float, seed: int = 0) -> np.ndarray:
    """Noise up to 10 kHz, so that its peaks between samples are those of sound."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal((2, frames)))
    spectrum[:, int(spectrum.shape[1] * 0.45) :] = 0
    x = np.fft.irfft(spectrum, frames)
    return (level * x / x.std()).astype(np.float32)


def _peak(x: np.ndarray) -> float:
    meter = Meter()
    meter.add(0, np.ascontiguousarray(x.T))
    return meter.true_peak_dbtp


# loud here and there, soft in between
_TRACK = _smooth_noise(120_000, 0.08)
for _at, _gain in [(5_000, 9.0), (20_050, 5.0), (21_000, 7.0), (60_000, 4.0), (119_950, 9.0)]:
    _TRACK[:, _at : _at + 90] *= np.float32(_gain)
_LIMITED = LIMITER.limit(_padded(_TRACK), 0)


def test_what_is_under_the_ceiling_is_not_touched() -> None:
    x = _noise(30_000, 0.1)
    x *= np.float32(0.69 / np.abs(x).max())
    assert _peak(x) < 20 * np.log10(0.9)
    quiet = x * np.float32(0.5)
    assert np.array_equal(LIMITER.limit(_padded(quiet), 777), quiet)


@pytest.mark.parametrize("level", [0.3, 1.0, 4.0])
def test_true_peaks_stay_under_the_ceiling(level: float) -> None:
    x = _smooth_noise(60_000, level)
    assert _peak(x) > CEILING
    assert _peak(LIMITER.limit(_padded(x), 0)) <= CEILING + 0.05


def test_a_peak_between_samples_is_held_too() -> None:
    at = np.arange(8000)
    x = np.stack([np.sin(np.pi / 2 * at + np.pi / 4)] * 2).astype(np.float32) * np.float32(0.9)
    assert np.abs(x).max() < 0.65  # the samples are under the ceiling of 0.708
    assert _peak(LIMITER.limit(_padded(x), 0)[:, 2000:-2000]) <= CEILING + 0.05


def test_only_the_neighbourhood_of_a_peak_changes() -> None:
    changed = np.flatnonzero((_LIMITED != _TRACK).any(axis=0))
    assert changed.size
    for at in changed:
        assert min(abs(at - peak) for peak in (5_045, 20_095, 21_045, 60_045, 119_995)) < REACH + 45
    assert np.array_equal(_LIMITED[:, 30_000:50_000], _TRACK[:, 30_000:50_000])


def test_the_gain_moves_gently() -> None:
    gain = np.median(_LIMITED[:, 2000:9000] / _TRACK[:, 2000:9000], axis=0)
    assert gain.min() < 0.8
    assert gain.max() <= 1.0 + 1e-6
    assert np.abs(np.diff(gain)).max() < 1.5e-3  # less than 1.5 in a thousand a frame


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 119_999), st.integers(1, 40_000))
def test_any_window_is_the_same_bit_for_bit(start: int, frames: int) -> None:
    stop = min(start + frames, _TRACK.shape[1])
    seen = _padded(_TRACK)[:, start : stop + 2 * REACH]
    assert LIMITER.limit(seen, start).tobytes() == _LIMITED[:, start:stop].tobytes()

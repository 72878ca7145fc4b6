import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from meditgen.dsp.truepeak import HALF, peaks_near, true_peak

RNG = np.random.default_rng(3)


def _noise(frames: int, above: float = 0.0) -> np.ndarray:
    x = RNG.standard_normal((frames, 2))
    spectrum = np.fft.rfft(x, axis=0)
    spectrum[int(len(spectrum) * above) if above else len(spectrum) :] = 0
    return np.fft.irfft(spectrum, frames, axis=0).astype(np.float32) * np.float32(0.1)


def test_a_sine_between_its_samples() -> None:
    # a quarter of the rate, samples at 45 degrees: they show 0.707 of what is there
    x = np.sin(np.pi / 2 * np.arange(4000) + np.pi / 4).astype(np.float32)
    found = true_peak(np.stack([0.5 * x, x], axis=1))
    assert np.abs(x).max() < 0.708
    assert found == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("band", [0.1, 0.5, 0.9])
def test_it_agrees_with_oversampling_everything(band: float) -> None:
    x = _noise(30_000, band)
    whole = np.abs(resample_poly(x[2000:-2000].astype(np.float64), 8, 1, axis=0, window=("kaiser", 8.0)))[
        400:-400
    ].max()
    assert 20 * np.log10(true_peak(x[2000:-2000]) / whole) == pytest.approx(0.0, abs=0.2)


def test_silence_and_nothing() -> None:
    assert true_peak(np.zeros((500, 2), np.float32)) == 0.0
    assert true_peak(np.zeros((0, 2), np.float32)) == 0.0


def test_above_only_saves_work() -> None:
    x = _noise(5000)
    peak = true_peak(x)
    assert true_peak(x, above=peak * 0.99) == peak
    assert true_peak(x, above=peak * 10) <= peak


@settings(max_examples=30)
@given(st.lists(st.integers(HALF, 2000 - HALF - 1), min_size=1, max_size=40))
def test_each_value_is_the_same_whatever_else_is_asked(index: list[int]) -> None:
    x = np.random.default_rng(1).standard_normal(2000).astype(np.float32)
    together = peaks_near(x, np.array(index))
    assert together.tolist() == [float(peaks_near(x, np.array([one]))[0]) for one in index]
    assert (together >= np.abs(x[index])).all()


def test_interleaved_channels_do_not_mix() -> None:
    x = _noise(3000)
    index = np.arange(100, 200)
    assert np.array_equal(peaks_near(x[:, 1].copy(), index), peaks_near(x.reshape(-1), 2 * index + 1, 2))

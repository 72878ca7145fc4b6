"""Every bed: law 1, and the figures that make it bearable for an hour."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import combinations
from math import gcd

import numpy as np
import numpy.typing as npt
import pyloudnorm
import pytest
import scipy.fft
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.errors import UnknownNameError
from meditgen.sound.beds import BED_LUFS, BEDS, find_bed, is_bed_file, open_bed
from meditgen.sound.beds.drone import _LAYERS as _DRONE_LAYERS
from meditgen.units import SAMPLE_RATE

RATE = SAMPLE_RATE
MADE = ["rain", "ocean", "drone"]
WINDOW = 73_728

Floats = npt.NDArray[np.float32]


@cache
def _stretch(name: str) -> tuple[int, Floats]:
    """Twenty seconds across several hops of every layer, rendered at once."""
    start = 10**8
    return start, np.array(open_bed(name, 5).render(start, 20 * RATE))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(MADE), st.integers(0, 20 * RATE - 1), st.integers(1, 150_000))
def test_any_window_is_the_same_bit_for_bit(name: str, offset: int, frames: int) -> None:
    start, whole = _stretch(name)
    frames = min(frames, len(whole) - offset)
    part = open_bed(name, 5).render(start + offset, frames)
    assert part.tobytes() == whole[offset : offset + frames].tobytes()


@pytest.mark.parametrize("name", MADE)
def test_order_and_threads_change_nothing(name: str) -> None:
    start, whole = _stretch(name)
    bed = open_bed(name, 5)
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda at: bed.render(start + at, RATE), reversed(range(0, len(whole), RATE))))
    assert np.concatenate(parts[::-1]).tobytes() == whole.tobytes()


@pytest.mark.parametrize("name", MADE)
def test_seeds_differ_and_keys_tell(name: str) -> None:
    one, two = open_bed(name, 1), open_bed(name, 2)
    a, b = one.render(0, RATE), two.render(0, RATE)
    assert a.dtype == np.float32
    assert a.shape == (RATE, 2)
    assert abs(np.corrcoef(a[:, 0], b[:, 0])[0, 1]) < 0.5
    assert one.key != two.key
    assert one.key == open_bed(name, 1).key


@pytest.fixture(scope="module", params=MADE)
def ten_minutes(request: pytest.FixtureRequest) -> tuple[str, Floats]:
    bed = open_bed(request.param, 11)
    return request.param, np.concatenate([bed.render(at, 10 * RATE) for at in range(0, 600 * RATE, 10 * RATE)])


def test_loudness_is_that_of_a_bed(ten_minutes: tuple[str, Floats]) -> None:
    _, x = ten_minutes
    # pyloudnorm reads 0.05 LU off at this rate
    assert pyloudnorm.Meter(RATE).integrated_loudness(x) == pytest.approx(BED_LUFS, abs=0.35)


def test_no_offset_nothing_broken_nothing_sudden(ten_minutes: tuple[str, Floats]) -> None:
    _, x = ten_minutes
    rms = float(np.sqrt(np.mean(x**2, dtype=np.float64)))
    assert np.isfinite(x).all()
    assert np.abs(x.mean(axis=0, dtype=np.float64)).max() < 1e-3 * rms
    assert 20 * np.log10(np.abs(x).max() / rms) < 25
    seconds = np.sqrt((x.reshape(600, -1) ** 2).mean(axis=1))
    steps = np.abs(np.diff(20 * np.log10(seconds)))
    assert steps.max() < 8  # dB from one second to the next: the steepest is a swell


def test_wide_but_safe_in_mono(ten_minutes: tuple[str, Floats]) -> None:
    _, x = ten_minutes
    assert 0.2 <= np.corrcoef(x.T)[0, 1] <= 0.98
    mono = np.mean(x.mean(axis=1) ** 2, dtype=np.float64)
    assert 10 * np.log10(np.mean(x**2, dtype=np.float64) / mono) <= 2.5


def test_no_loop_can_be_heard(ten_minutes: tuple[str, Floats]) -> None:
    name, x = ten_minutes
    if name == "drone":  # a tone resembles itself; but its loops never meet again
        lengths = [layer.frames for layer in _DRONE_LAYERS]
        assert [gcd(a, b) for a, b in combinations(lengths, 2)] == [1, 1, 1]
        return
    left = np.ascontiguousarray(x[:, 0])
    size = scipy.fft.next_fast_len(2 * len(left), real=True)
    spectrum = scipy.fft.rfft(left, size)
    power = spectrum.real**2 + spectrum.imag**2
    likeness = scipy.fft.irfft(power, size)
    assert np.abs(likeness[RATE : len(left)]).max() / likeness[0] < 0.1


def test_the_colour_is_soft(ten_minutes: tuple[str, Floats]) -> None:
    name, x = ten_minutes
    frames = x[: 120 * RATE, 0].reshape(-1, RATE // 5) * np.hanning(RATE // 5).astype(np.float32)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).mean(axis=0)
    hertz = np.fft.rfftfreq(RATE // 5, 1 / RATE)
    edges = 2.0 ** np.arange(np.log2(62.5), np.log2(16_000), 1 / 3)
    levels = [10 * np.log10(power[(hertz >= low) & (hertz < 1.26 * low)].mean()) for low in edges]
    slope = np.polyfit(np.log2(edges), levels, 1)[0]
    low, high = {"rain": (-3.0, -0.8), "ocean": (-4.0, -1.6), "drone": (-40.0, -12.0)}[name]
    assert low < slope < high


def test_a_drone_speaks_through_a_phone() -> None:
    x = open_bed("drone", 1).render(0, 30 * RATE)[:, 0]
    power = np.abs(np.fft.rfft(x)) ** 2
    hertz = np.fft.rfftfreq(len(x), 1 / RATE)
    assert power[hertz < 85].sum() < 1e-3 * power.sum()  # nothing under its lowest note
    assert 10 * np.log10(power[hertz > 350].sum() / power.sum()) > -25  # what a small loudspeaker gives


def test_none_is_silence() -> None:
    bed = open_bed("none")
    assert bed.render(123, 1000).shape == (1000, 2)
    assert not bed.render(123, 1000).any()


def test_the_list() -> None:
    assert list(BEDS) == ["rain", "ocean", "drone", "none"]
    assert all(name == recipe.name and recipe.title and recipe.description for name, recipe in BEDS.items())
    assert find_bed("warm-drone") is BEDS["drone"]
    assert find_bed("Warm drone") is BEDS["drone"]


def test_an_unknown_bed_gets_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"rian.*rain"):
        open_bed("rian")
    assert not is_bed_file("rain")
    assert is_bed_file("my bed.wav")
    assert is_bed_file("sounds/brook")

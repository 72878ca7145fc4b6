import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.dsp.loudness import SILENCE_LUFS, Meter, lufs, momentary
from meditgen.units import SAMPLE_RATE

RATE = SAMPLE_RATE


def _sine(hertz: float, seconds: float, rate: int = RATE) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate).astype(np.float32)


def _noise(seconds: float, slope: float, seed: int = 0, rate: int = RATE) -> np.ndarray:
    """Noise falling by ``slope`` dB an octave from 40 Hz up, both channels different, RMS 0.1."""
    frames = int(seconds * rate)
    hertz = np.fft.rfftfreq(frames, 1 / rate)
    shape = np.where(hertz < 40, 0, (np.maximum(hertz, 40) / 1000) ** (slope / 6.0206))
    x = np.random.default_rng(seed).standard_normal((2, frames))
    y = np.fft.irfft(np.fft.rfft(x) * shape, frames).T
    return (0.1 * y / y.std()).astype(np.float32)


def _bursts(seconds: float, rate: int = RATE) -> np.ndarray:
    """Loud and soft by turns, with silence: the gates have work to do."""
    x = _noise(seconds, -3, 4, rate)
    at = np.arange(len(x)) / rate
    return x * np.choose((at / 1.7).astype(int) % 4, [1.0, 0.02, 0.3, 0.0]).astype(np.float32)[:, None]


def _metered(x: np.ndarray, sizes: list[int]) -> Meter:
    meter = Meter()
    at = 0
    while at < len(x):
        for size in sizes:
            meter.add(at, x[at : at + size])
            at += size
    return meter


def test_the_standards_reference() -> None:
    # BS.1770-4: a 997 Hz sine at 0 dBFS in one channel is -3.01
    assert lufs(_sine(997, 5)) == pytest.approx(-3.01, abs=0.02)
    assert lufs(np.repeat(_sine(997, 5)[:, None], 2, axis=1)) == pytest.approx(0.0, abs=0.02)
    assert lufs(_sine(997, 5, 48_000), 48_000) == pytest.approx(-3.01, abs=0.02)
    assert lufs(_sine(997, 5, 22_050), 22_050) == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize(
    ("name", "x"),
    [
        ("white", _noise(20, 0, rate=48_000)),
        ("pink", _noise(20, -3, rate=48_000)),
        ("brown", _noise(20, -6, rate=48_000)),
        ("bursts", _bursts(30, 48_000)),
    ],
)
def test_it_agrees_with_an_independent_meter(name: str, x: np.ndarray) -> None:
    independent = pyloudnorm.Meter(48_000).integrated_loudness(x.astype(np.float64))
    assert lufs(x, 48_000) == pytest.approx(independent, abs=0.1)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs the ffmpeg program")
@pytest.mark.parametrize("x", [_noise(15, -3), _bursts(25), _noise(15, 0)], ids=["pink", "bursts", "white"])
def test_it_agrees_with_ffmpeg(x: np.ndarray, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.wav", x, RATE, subtype="FLOAT")
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", "x.wav", "-af", "ebur128=peak=true", "-f", "null", "-"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stderr
    told = told[told.rindex("Summary") :]
    meter = _metered(x, [73_728])
    assert meter.integrated_lufs == pytest.approx(float(re.findall(r"I:\s+(-?[\d.]+)", told)[0]), abs=0.15)
    assert meter.true_peak_dbtp == pytest.approx(float(re.findall(r"Peak:\s+(-?[\d.]+)", told)[0]), abs=0.2)


def test_the_gates() -> None:
    loud, soft = _noise(10, -3), _noise(10, -3, 1)
    assert lufs(np.concatenate([loud, 0 * soft])) == pytest.approx(lufs(loud), abs=0.1)  # absolute gate
    assert lufs(np.concatenate([loud, 0.03 * soft])) == pytest.approx(lufs(loud), abs=0.1)  # relative gate
    assert lufs(np.concatenate([loud, 0.5 * soft])) < lufs(loud) - 1.5


def test_silence_and_very_short_sounds() -> None:
    assert lufs(np.zeros((RATE, 2), np.float32)) == SILENCE_LUFS
    assert lufs(np.zeros(0, np.float32)) == SILENCE_LUFS
    assert lufs(_sine(997, 0.25)) == pytest.approx(-3.01, abs=0.1)
    assert lufs(_sine(997, 0.05)) == pytest.approx(-3.01, abs=0.5)
    assert Meter().integrated_lufs == SILENCE_LUFS
    assert Meter().true_peak_dbtp == -200.0


def test_momentary_is_the_loudest_stretch() -> None:
    x = np.concatenate([0.01 * _sine(997, 2), _sine(997, 1), 0.01 * _sine(997, 2)])
    assert momentary(x) == pytest.approx(-3.01, abs=0.05)


_TRACK = _bursts(9)
_ONE = _metered(_TRACK, [len(_TRACK)])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(300, 60_000), min_size=1, max_size=8), st.integers(0, 1000))
def test_a_meter_does_not_mind_blocks_or_order(sizes: list[int], seed: int) -> None:
    blocks, at = [], 0
    while at < len(_TRACK):
        size = sizes[len(blocks) % len(sizes)]
        blocks.append((at, _TRACK[at : at + size]))
        at += size
    meter = Meter()
    for number in np.random.default_rng(seed).permutation(len(blocks)):
        meter.add(*blocks[number])
    assert meter.integrated_lufs == pytest.approx(_ONE.integrated_lufs, abs=1e-4)
    assert meter.true_peak_dbtp == pytest.approx(_ONE.true_peak_dbtp, abs=1e-4)


def test_frame_by_frame_is_as_good() -> None:
    x = _TRACK[1000:11_000]
    meter, whole = _metered(x, [1, 2, 7]), _metered(x, [len(x)])
    assert meter.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=1e-4)
    assert meter.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=1e-4)


def test_order_and_threads_change_nothing_at_all() -> None:
    blocks = [(at, _TRACK[at : at + 10_000]) for at in range(0, len(_TRACK), 10_000)]
    forwards, backwards, threaded = Meter(), Meter(), Meter()
    for start, block in blocks:
        forwards(start, block)
    for start, block in reversed(blocks):
        backwards(start, block)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pair: threaded.add(*pair), blocks))
    told = {
        (meter.integrated_lufs, meter.true_peak_dbtp, meter.over([(5000, 200_000)]))
        for meter in (forwards, backwards, threaded)
    }
    assert len(told) == 1


def test_a_peak_between_two_blocks_is_found() -> None:
    x = np.zeros((2000, 2), np.float32)
    x[990:1011, 0] = np.sin(np.pi / 2 * np.arange(21) + np.pi / 4) * np.hanning(21)
    whole, parts = Meter(), Meter()
    whole.add(0, x)
    parts.add(1000, x[1000:])
    parts.add(0, x[:1000])
    assert whole.true_peak_dbtp > 20 * np.log10(np.abs(x).max()) + 1.0
    assert parts.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=1e-5)


def test_loudness_over_spans_only() -> None:
    x = np.concatenate([_noise(4, -3) * 0.1, _noise(6, -3), _noise(4, -3) * 0.1])
    meter = _metered(x, [30_000])
    assert meter.over([(4 * RATE, 10 * RATE)]) == pytest.approx(lufs(_noise(6, -3)), abs=0.1)
    assert meter.over([(0, 4 * RATE), (10 * RATE, 14 * RATE)]) == pytest.approx(lufs(_noise(6, -3)) - 20, abs=0.2)
    assert meter.over([(4 * RATE, 4 * RATE + RATE // 4)]) == pytest.approx(lufs(_noise(6, -3)), abs=2.0)
    assert meter.over([]) == SILENCE_LUFS

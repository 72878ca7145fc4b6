from pathlib import Path

import numpy as np
import pytest
from sound_timelines import timeline

from meditgen.sound.beds import BED_LUFS
from meditgen.sound.ducking import Levels, bed_gain, spoken_spans
from meditgen.units import SAMPLE_RATE

RATE = SAMPLE_RATE


def _db(gain: np.ndarray, second: float) -> float:
    return 20 * float(np.log10(max(float(gain[int(second * RATE)]), 1e-9)))


@pytest.fixture
def gain(tmp_path: Path) -> np.ndarray:
    # speech at 20–25 and 28–32 (a short pause between), then at 50–55; 80 seconds
    plan = timeline(tmp_path, 80, [(20, 5), (28, 4), (50, 5)])
    return bed_gain(plan, Levels()).at(0, plan.frames)[0]


def test_down_under_speech_and_up_in_long_pauses(gain: np.ndarray) -> None:
    under = -18.0 - 16.0 - BED_LUFS
    for second in (20.01, 22, 26, 28, 31.9, 50.0, 54):
        assert _db(gain, second) == pytest.approx(under, abs=0.02)
    for second in (10, 19.05, 34.6, 40, 49.05, 58, 69.9):
        assert _db(gain, second) == pytest.approx(under + 5, abs=0.02)


def test_down_before_speech_starts_and_up_after_it_ends(gain: np.ndarray) -> None:
    assert _db(gain, 19.2) == pytest.approx(4.85, abs=0.05)  # a raised cosine of decibels
    assert _db(gain, 19.55) == pytest.approx(2.5, abs=0.1)
    assert _db(gain, 33.25) == pytest.approx(2.5, abs=0.1)
    assert gain[int(32 * RATE) : int(34.5 * RATE)].min() == pytest.approx(1.0, abs=1e-3)
    assert (np.diff(gain[int(32.05 * RATE) : int(34.45 * RATE)]) > 0).all()


def test_it_starts_and_ends_in_silence(gain: np.ndarray) -> None:
    assert gain[0] == 0.0
    assert gain[-1] < 1e-6
    assert _db(gain, 3) == pytest.approx(5 - 6.02, abs=0.05)
    assert _db(gain, 75) == pytest.approx(5 - 6.02, abs=0.05)
    assert (np.diff(gain[: 6 * RATE]) >= 0).all()
    assert (np.diff(gain[70 * RATE :]) <= 0).all()


def test_it_never_jumps(gain: np.ndarray) -> None:
    step = 5 / 20 * np.log(10) * np.pi / 2 / (0.9 * RATE) * 1.78  # the steepest slope of the ramp, at its loudest
    assert np.abs(np.diff(gain)).max() < step


def test_any_window_is_the_same(tmp_path: Path, gain: np.ndarray) -> None:
    plan = timeline(tmp_path, 80, [(20, 5), (28, 4), (50, 5)])
    for start, frames in [(0, 1), (64, 64), (12_345, 70_001), (48 * RATE + 7, 3 * RATE)]:
        assert np.array_equal(bed_gain(plan, Levels()).at(start, frames)[0], gain[start : start + frames])


def test_short_tracks_and_tracks_without_words(tmp_path: Path) -> None:
    silent = timeline(tmp_path, 60, [])
    gain = bed_gain(silent, Levels()).at(0, silent.frames)[0]
    assert _db(gain, 30) == pytest.approx(5.0, abs=0.01)
    short = timeline(tmp_path, 4, [(1, 2)])
    gain = bed_gain(short, Levels()).at(0, short.frames)[0]
    assert gain[0] == 0.0
    assert gain[-1] < 1e-4
    assert gain.max() > 0.9


def test_other_levels(tmp_path: Path) -> None:
    plan = timeline(tmp_path, 80, [(30, 10)])
    gain = bed_gain(plan, Levels(voice_over_bed=20, lift=2)).at(0, plan.frames)[0]
    assert _db(gain, 35) == pytest.approx(-4, abs=0.01)
    assert _db(gain, 15) == pytest.approx(-2, abs=0.01)
    with pytest.raises(ValueError, match="hold must be at least"):
        Levels(hold=2.0)


def test_spans_join_over_short_pauses(tmp_path: Path) -> None:
    plan = timeline(tmp_path, 80, [(20, 5), (28, 4), (50, 5)])
    assert spoken_spans(plan, 4.3) == [(20 * RATE, 32 * RATE), (50 * RATE, 55 * RATE)]
    assert len(spoken_spans(plan, 0.0)) == 3

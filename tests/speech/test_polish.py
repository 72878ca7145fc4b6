from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.speech.cards import find_voice
from meditgen.speech.engine import Sound
from meditgen.speech.polish import CEILING_DB, at_track_rate, polish, trim
from meditgen.units import SAMPLE_RATE, db_to_gain

VOICE = replace(find_voice("tone"), gain_db=0.0)


def sine(hertz: float, seconds: float, rate: int, level: float = 0.3) -> Sound:
    return Sound((level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32), rate)


def rms_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-20))


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000])
def test_any_rate_comes_to_the_tracks(rate: int) -> None:
    """A sine of 1 kHz stays that sine, sample by sample, away from the ends."""
    out = at_track_rate(sine(1000, 1.0, rate))
    assert len(out) == SAMPLE_RATE
    expected = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(SAMPLE_RATE) / SAMPLE_RATE + np.sqrt(2) * 75 / 1000)
    assert np.abs(out - expected)[5000:-5000].max() < 3e-3  # the high-pass turns 1 kHz by √2·75/1000 rad


def test_nothing_is_added_above_the_old_band() -> None:
    noise = Sound(np.random.Generator(np.random.SFC64(1)).normal(0, 0.1, 44_100).astype(np.float32), 22_050)
    spectrum = np.abs(np.fft.rfft(at_track_rate(noise) * np.hanning(88_200))) ** 2
    above = spectrum[round(len(spectrum) * 0.52) :].sum()
    assert 10 * np.log10(above / spectrum.sum()) < -80


@pytest.mark.parametrize(("hertz", "least", "most"), [(20, -26, -20), (75, -4, -2), (300, -0.2, 0.1)])
def test_the_high_pass_is_a_second_order_butterworth_at_75(hertz: float, least: float, most: float) -> None:
    sound = sine(hertz, 2.0, 22_050)
    gain = rms_db(at_track_rate(sound)[20_000:-20_000]) - rms_db(sound.samples[10_000:-10_000])
    assert least < gain < most


def test_silence_around_is_cut_to_a_margin() -> None:
    tone = sine(440, 0.5, SAMPLE_RATE).samples.astype(np.float64)
    for before, after in ((0.0, 0.0), (0.01, 0.02), (0.7, 1.3)):
        padded = np.concatenate([np.zeros(round(before * SAMPLE_RATE)), tone, np.zeros(round(after * SAMPLE_RATE))])
        seconds = len(trim(padded)) / SAMPLE_RATE
        assert 0.5 <= seconds <= 0.5 + min(before, 0.05) + min(after, 0.08)
    assert not len(trim(np.zeros(9999)))


def test_edges_are_silent_and_empty_stays_empty() -> None:
    clip = polish(sine(440, 0.5, 22_050), VOICE)
    assert clip.dtype == np.float32
    assert clip[0] == 0.0
    assert clip[-1] == 0.0
    assert np.abs(np.diff(clip)).max() < 0.05
    assert not len(polish(Sound(np.zeros(0, np.float32), 22_050), VOICE))
    assert not len(polish(Sound(np.zeros(22_050, np.float32), 22_050), VOICE))


def test_gain_is_what_the_card_says() -> None:
    quiet = sine(440, 1.0, 22_050, 0.05)
    middle = slice(10_000, 30_000)
    louder = polish(quiet, replace(VOICE, gain_db=6.0))[middle]
    assert rms_db(louder) - rms_db(polish(quiet, VOICE)[middle]) == pytest.approx(6.0, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.0, 20.0), st.integers(400, 30_000))
def test_no_clip_is_above_the_ceiling(seed: int, gain_db: float, length: int) -> None:
    rough = np.random.Generator(np.random.SFC64(seed)).normal(0, 0.2, length)
    rough *= np.repeat(np.random.Generator(np.random.SFC64(seed + 1)).uniform(0, 1, length // 400 + 1), 400)[:length]
    clip = polish(Sound(rough.astype(np.float32), 22_050), replace(VOICE, gain_db=gain_db))
    assert np.abs(clip).max(initial=0.0) <= db_to_gain(CEILING_DB) * (1 + 1e-6)


def test_what_is_under_the_ceiling_is_left_alone_and_a_peak_moves_only_its_neighbourhood() -> None:
    steady = sine(440, 2.0, SAMPLE_RATE, 0.5)
    burst = steady.samples.copy()
    burst[44_000:44_100] *= 4
    plain, limited = polish(steady, VOICE), polish(Sound(burst, SAMPLE_RATE), VOICE)
    far = np.r_[1000:40_000, 48_000:80_000]
    assert np.abs(limited - plain)[far].max() < 1e-3
    assert np.abs(limited).max() > 0.9

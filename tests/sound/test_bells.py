import numpy as np
import pyloudnorm
import pytest

from meditgen.dsp.loudness import momentary
from meditgen.errors import UnknownNameError
from meditgen.sound.bells import BELL_LUFS, BELL_PEAK, BELLS, bell_sound, find_bell
from meditgen.units import SAMPLE_RATE


@pytest.mark.parametrize("name", BELLS)
def test_its_level_is_known(name: str) -> None:
    sound = bell_sound(name)
    assert sound.dtype == np.float32
    assert sound.shape == (2, int(BELLS[name].seconds * SAMPLE_RATE))
    assert np.isfinite(sound).all()
    assert momentary(sound.T) == pytest.approx(BELL_LUFS, abs=0.05)
    first = sound[:, : int(0.41 * SAMPLE_RATE)].T  # one block of a meter
    assert pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(first) == pytest.approx(BELL_LUFS, abs=0.3)
    assert 0.02 < np.abs(sound).max() <= BELL_PEAK


@pytest.mark.parametrize("name", BELLS)
def test_it_starts_softly_and_dies_away(name: str) -> None:
    sound = bell_sound(name)
    peak = np.abs(sound).max()
    assert sound[:, 0].tolist() == [0.0, 0.0]
    assert np.abs(np.diff(sound[:, :40])).max() < 0.05 * peak  # no click in the first millisecond
    assert np.abs(sound[:, :88]).max() < 0.5 * peak  # 2 ms in, still rising
    assert np.abs(sound[:, -1]).max() < 1e-6
    second = SAMPLE_RATE
    loud = [
        float(np.sqrt((sound[:, at : at + 2 * second] ** 2).mean()))
        for at in range(0, sound.shape[1] - 2 * second, 4 * second)
    ]
    assert loud == sorted(loud, reverse=True)
    assert loud[-1] < 0.03 * loud[0]


@pytest.mark.parametrize("name", BELLS)
def test_it_beats_slowly_and_is_heard_on_a_phone(name: str) -> None:
    sound = bell_sound(name)[0, : 8 * SAMPLE_RATE]
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    lowest = hertz[power.argmax()]
    assert lowest == pytest.approx(BELLS[name].pitch, rel=0.01)
    assert lowest >= 175
    near = (np.abs(hertz - lowest) < 3) & (power > 0.01 * power.max())
    pair = hertz[near]
    assert 0.3 < pair.max() - pair.min() < 3.0  # two lines, close together


def test_it_is_made_once_and_locked() -> None:
    assert bell_sound("bowl") is bell_sound("bowl")
    with pytest.raises(ValueError, match="read-only"):
        bell_sound("bowl")[0, 0] = 1.0


def test_an_unknown_bell_gets_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"bowll.*bowl"):
        find_bell("bowll")

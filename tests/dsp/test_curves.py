import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.dsp.curves import Curve, decibels, smooth


def _wavy(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.stack([np.sin(at / 5000.0), np.exp(-np.abs(at) / 1e5)])


_CURVE = Curve(_wavy, 64, 32)
_LOW, _HIGH = -10_000, 30_000
_WHOLE = _CURVE.at(_LOW, _HIGH - _LOW)


@settings(max_examples=60)
@given(st.integers(_LOW, _HIGH - 1), st.integers(1, 5000))
def test_a_window_is_the_same_part_of_the_whole(start: int, frames: int) -> None:
    stop = min(start + frames, _HIGH)
    fresh = Curve(_wavy, 64, 32)
    assert np.array_equal(fresh.at(start, stop - start), _WHOLE[:, start - _LOW : stop - _LOW])


def test_it_follows_the_function() -> None:
    wanted = _wavy(np.arange(_LOW, _HIGH, dtype=np.float64))
    assert _WHOLE.shape == wanted.shape
    assert np.abs(_WHOLE - wanted).max() < 1e-3
    on_grid = slice(-_LOW % 64, None, 64)
    assert np.abs(_WHOLE - wanted)[:, on_grid].max() < 1e-7


def test_it_is_evaluated_in_the_same_whole_blocks_only() -> None:
    asked: list[tuple[float, int]] = []

    def note(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        asked.append((float(at[0]), at.size))
        return np.zeros((1, at.size))

    curve = Curve(note, 64, 32)
    curve.at(100, 50)
    curve.at(1, 3000)
    curve.at(100, 50)
    assert asked == [(0.0, 32), (2048.0, 32)]


def test_decibels_and_smooth() -> None:
    assert np.allclose(decibels(np.array([0.0, 20.0, -6.0206])), [1.0, 10.0, 0.5], atol=1e-5)
    assert smooth(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]

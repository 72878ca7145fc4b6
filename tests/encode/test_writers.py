"""What every format's writer keeps to."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass

import numpy as np
import pytest
import soundfile
from encode_material import Pcm, Track, make
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.encode import FORMATS, Format, find_format, lame
from meditgen.encode.pcm16 import to_int16
from meditgen.encode.source import Run
from meditgen.errors import EncodeError, Stopped, UnknownNameError

every_format = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
lossless = pytest.mark.parametrize("form", [FORMATS["flac"], FORMATS["wav"]], ids=["flac", "wav"])


@pytest.fixture(params=[*FORMATS, "mp3 plain"])
def any_form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Format:
    """Every format, and MP3 once more by the way round."""
    if request.param == "mp3 plain":
        monkeypatch.setattr(lame, "library", lambda: None)
    return FORMATS[request.param.split()[0]]


@dataclass
class Ears:
    """A listener that checks what it is told."""

    pcm: Pcm

    def __post_init__(self) -> None:
        self.heard = np.zeros(len(self.pcm), np.int32)
        self._lock = threading.Lock()

    def listen(self, start: int, block: Pcm) -> None:
        with self._lock:
            self.heard[start : start + len(block)] += 1
        assert len(block) > 0
        np.testing.assert_array_equal(block, self.pcm[start : start + len(block)])


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("frames", [1, 1000, 196 * 1152, 196 * 1152 - 576, 700_001])
def test_every_frame_is_heard_exactly_once(any_form: Format, frames: int, workers: int) -> None:
    ears = Ears(make("noise", frames))
    any_form.write(Track(ears.pcm), io.BytesIO(), Run(workers=workers, listen=ears.listen))
    assert (ears.heard == 1).all()


def test_progress_rises_to_the_end(any_form: Format) -> None:
    told: list[int] = []
    any_form.write(Track(make("noise", 500_000)), io.BytesIO(), Run(workers=2, progress=told.append))
    assert told == sorted(told)
    assert told[-1] == 500_000
    assert len(told) > 1


def test_workers_change_no_byte(any_form: Format) -> None:
    made = []
    for workers in (1, 2, 3):
        stream = io.BytesIO()
        report = any_form.write(Track(make("bursts", 1_200_000)), stream, Run(workers=workers))
        assert report.size == len(stream.getvalue())
        made.append(stream.getvalue())
    assert len(set(made)) == 1


@lossless
@given(frames=st.integers(1, 300_000), seed=st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_lossless_means_16_bits_of_it(form: Format, frames: int, seed: int) -> None:
    stream, pcm = io.BytesIO(), 3 * make("noise", frames, seed)
    form.write(Track(pcm), stream)
    stream.seek(0)
    played, rate = soundfile.read(stream, dtype="int16", always_2d=True)
    assert rate == 44_100
    np.testing.assert_array_equal(played, to_int16(pcm))


def test_rounding_is_to_the_nearest_and_held_in_range() -> None:
    pcm = np.array([[0.0, 1.0], [-1.0, 1.5], [-7.0, 0.4 / 32768], [0.6 / 32768, -0.6 / 32768]], np.float32)
    assert to_int16(pcm).tolist() == [[0, 32767], [-32768, 32767], [-32768, 0], [1, -1]]


@dataclass
class Broken:
    """A source that goes wrong in the middle."""

    wrong: Pcm | Exception
    frames: int = 600_000

    def render(self, start: int, frames: int) -> Pcm:
        if start + frames < 400_000:
            return np.zeros((frames, 2), np.float32)
        if isinstance(self.wrong, Exception):
            raise self.wrong
        return self.wrong


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("error", [OSError("gone"), AssertionError("a fault of ours"), Stopped("stop")])
def test_what_the_source_raises_comes_through(any_form: Format, workers: int, error: Exception) -> None:
    with pytest.raises(type(error), match=str(error)) as caught:
        any_form.write(Broken(error), io.BytesIO(), Run(workers=workers))
    assert caught.value is error


def test_sound_of_the_wrong_shape_is_refused(any_form: Format) -> None:
    with pytest.raises(EncodeError, match="shape"):
        any_form.write(Broken(np.zeros((5, 2), np.float32)), io.BytesIO())


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_sound_that_is_not_numbers_is_refused(any_form: Format, value: float) -> None:
    pcm = make("noise", 300_000)
    pcm[250_000, 1] = value
    with pytest.raises(EncodeError, match="not numbers"):
        any_form.write(Track(pcm), io.BytesIO())


def test_no_sound_at_all_is_refused(any_form: Format) -> None:
    with pytest.raises(EncodeError, match="no length"):
        any_form.write(Track(np.zeros((0, 2), np.float32)), io.BytesIO())


def test_stopping_from_progress_ends_it_at_once(any_form: Format) -> None:
    def stop(done: int) -> None:
        raise Stopped("enough")

    with pytest.raises(Stopped, match="enough"):
        any_form.write(Track(make("noise", 700_000)), io.BytesIO(), Run(workers=2, progress=stop))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("encode")]


class FullDisk(io.BytesIO):
    """A disk with room for ``room`` bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if self.tell() + len(data) > self._room:
            raise OSError(28, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("room", [0, 30, 5000, 20_000])
def test_a_full_disk_is_the_streams_own_error(any_form: Format, room: int, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="No space"):
        any_form.write(Track(make("noise", 300_000)), FullDisk(room))
    assert capfd.readouterr().err == ""


@lossless
def test_a_head_in_front_is_refused_where_there_is_no_place(form: Format) -> None:
    with pytest.raises(ValueError, match="no tag in front"):
        form.write(Track(make("noise", 100)), io.BytesIO(), Run(head=b"ID3"))


@every_format
def test_the_table_says_what_a_person_needs(form: Format) -> None:
    assert FORMATS[form.name] is find_format(form.name) is form
    assert form.suffix == f".{form.name}"
    assert form.description.endswith(".")


def test_unknown_format_names_a_near_one() -> None:
    with pytest.raises(UnknownNameError, match="mp3"):
        find_format("mp33")

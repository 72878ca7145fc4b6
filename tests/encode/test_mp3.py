"""Laws: the length that went in comes out; packing is not heard; neither order nor workers change a byte."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from encode_material import Pcm, Track, make
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.mp3 import MP3, BitrateMode

from meditgen.encode import lame
from meditgen.encode.mp3 import Settings, write, write_mp3
from meditgen.encode.mp3_frames import SIZES, count_frames, main_data_size, split
from meditgen.encode.mp3_info import INFO_SIZE, Summary, info_frame
from meditgen.encode.mp3_window import count_windows, encode_window
from meditgen.encode.source import Run
from meditgen.errors import EncodeError
from meditgen.units import MP3_FRAME

needs_lame = pytest.mark.skipif(not lame.available(), reason="this lameenc does not show LAME's functions")
EDGES = (1, 575, 576, 577, 1152, 1727, 1728, 1729, 196 * MP3_FRAME - 1152, 196 * MP3_FRAME, 196 * MP3_FRAME + 1)


def encoded(pcm: Pcm, mode: str = "V4", run: Run | None = None) -> bytes:
    stream = io.BytesIO()
    write_mp3(Track(pcm), stream, Settings(mode), run or Run())
    return stream.getvalue()


def decoded(data: bytes) -> Pcm:
    pcm, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    assert rate == 44_100
    return np.asarray(pcm, np.float32)


@pytest.fixture(params=["windows", "plain"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Through LAME's functions, and as if there were none."""
    if request.param == "plain":
        monkeypatch.setattr(lame, "library", lambda: None)
    elif not lame.available():
        pytest.skip("this lameenc does not show LAME's functions")
    return str(request.param)


@pytest.mark.parametrize("mode", ["V4", "128"])
@pytest.mark.parametrize("frames", [*EDGES, 300_000])
def test_the_length_that_went_in_comes_out(either_way: str, frames: int, mode: str) -> None:
    assert len(decoded(encoded(make("noise", frames), mode))) == frames


@given(frames=st.integers(1, 90_000))
@settings(max_examples=40, deadline=None)
def test_any_length_comes_out(frames: int) -> None:
    assert len(decoded(encoded(make("tone", frames)))) == frames


@pytest.mark.parametrize("mode", ["V2", "V3", "V4", "V5", "128"])
def test_the_sound_comes_out_where_it_went_in(either_way: str, mode: str) -> None:
    pcm = make("tone", 12 * 44_100)
    middle = slice(2000, -2000)
    error = decoded(encoded(pcm, mode))[middle] - pcm[middle]
    assert 20 * np.log10(error.std() / pcm.std()) < -40


@needs_lame
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg")
@pytest.mark.parametrize("mode", ["V4", "128"])
@pytest.mark.parametrize("frames", [577, 100_003, 300_000])
def test_ffmpeg_plays_the_same(tmp_path: Path, mode: str, frames: int) -> None:
    path, data = tmp_path / "track.mp3", encoded(make("bursts", frames), mode)
    path.write_bytes(data)
    command = ["ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-"]
    played = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.float32).reshape(-1, 2)
    assert len(played) == frames
    assert np.abs(played - decoded(data)).max() < 1e-4


@needs_lame
@pytest.mark.skipif(shutil.which("mpg123") is None, reason="no mpg123")
@pytest.mark.parametrize("frames", [577, 100_003, 300_000])
def test_mpg123_plays_the_same(tmp_path: Path, frames: int) -> None:
    path, data = tmp_path / "track.mp3", encoded(make("bursts", frames))
    path.write_bytes(data)
    played = np.frombuffer(
        subprocess.run(["mpg123", "-q", "-e", "f32", "-s", path], check=True, capture_output=True).stdout, np.float32
    ).reshape(-1, 2)
    assert len(played) == frames
    assert np.abs(played - decoded(data)).max() < 1e-4


@needs_lame
@pytest.mark.parametrize("kind", ["noise", "bursts", "quiet"])
def test_packing_is_not_heard_and_saves(kind: str) -> None:
    how, source = Settings(), Track(make(kind, 15 * 44_100))
    loose = b"".join(encode_window(source, index, how).data for index in range(count_windows(source.frames, how)))
    count = count_frames(source.frames)
    sizes = [0, *np.cumsum([len(frame) for frame in split(loose)])]
    offsets = tuple(int(sizes[index * count // 100]) for index in range(100))
    header = info_frame(Summary(source.frames, count, len(loose), offsets, lame.crc16(loose)), how.options)
    packed = encoded(source.pcm)
    assert np.abs(decoded(packed) - decoded(header + loose)).max() < 1e-6
    assert len(packed) < len(header + loose)


@needs_lame
def test_a_constant_bitrate_is_the_single_pass() -> None:
    pcm, how = make("bursts", 25 * 44_100), Settings("128")
    with lame.Encoder(how.options) as encoder:
        single = encoder.encode(pcm) + encoder.flush()
    assert encoded(pcm, "128")[INFO_SIZE:] == single


@pytest.mark.parametrize("mode", ["V4", "128"])
def test_workers_and_listeners_change_no_byte(either_way: str, mode: str) -> None:
    pcm = make("bursts", 45 * 44_100)
    alone = encoded(pcm, mode)
    assert encoded(pcm, mode, Run(workers=3)) == alone
    assert encoded(pcm, mode, Run(workers=2, listen=lambda start, block: None, progress=lambda done: None)) == alone


def test_the_header_tells_the_truth(either_way: str) -> None:
    data = encoded(make("bursts", 30 * 44_100))
    frames = list(split(data))
    header, sound = frames[0], frames[1:]
    assert header[36:40] == b"Xing"
    assert int.from_bytes(header[40:44], "big") == 0xF
    assert int.from_bytes(header[44:48], "big") == len(sound) == count_frames(30 * 44_100)
    assert int.from_bytes(header[48:52], "big") == len(data)
    assert int.from_bytes(header[188:190], "big") == lame._crc16_by_table(data[INFO_SIZE:], 0)
    assert int.from_bytes(header[190:192], "big") == lame._crc16_by_table(header[:190], 0)
    starts = np.cumsum([len(frame) for frame in frames])[:-1]
    for index, point in enumerate(header[52:152]):
        where = starts[index * len(sound) // 100]
        assert point <= where * 256 / len(data) < point + 1


@needs_lame
def test_tag_readers_understand_the_header() -> None:
    info = MP3(io.BytesIO(encoded(make("noise", 10 * 44_100)))).info
    assert info.length == pytest.approx(10.0, abs=1e-4)
    assert info.bitrate_mode == BitrateMode.VBR
    assert info.encoder_settings == "-V 4"
    assert not info.sketchy


@pytest.mark.parametrize("mode", ["V4", "128"])
def test_a_head_goes_in_front_and_changes_nothing_behind(mode: str) -> None:
    pcm, head = make("noise", 50_000), b"ID3\x03\0\0\0\0\0\x0a" + bytes(10)
    assert encoded(pcm, mode, Run(head=head)) == head + encoded(pcm, mode)


def test_what_is_reported_is_what_was_written() -> None:
    stream = io.BytesIO()
    report = write(Track(make("noise", 50_000)), stream, Run(head=b"\0" * 100))
    assert report.size == len(stream.getvalue()) == stream.tell()
    assert report.mp3_frames == count_frames(50_000)


@dataclass
class Endless:
    """Silence that counts how much of it is held at once."""

    frames: int
    largest: int = 0

    def render(self, start: int, frames: int) -> Pcm:
        self.largest = max(self.largest, frames)
        return np.zeros((frames, 2), np.float32)


@needs_lame
def test_a_longer_track_is_not_read_in_larger_pieces() -> None:
    short, long = Endless(44_100 * 20), Endless(44_100 * 120)
    for source in (short, long):
        write(source, io.BytesIO())
    assert short.largest == long.largest <= (196 + 4 + 2) * MP3_FRAME


def test_silence_is_small_and_whole() -> None:
    data = encoded(make("silence", 20 * 44_100))
    assert not np.abs(decoded(data)).max()
    if lame.available():
        assert all(len(frame) == SIZES[1] for frame in list(split(data))[1:] if not main_data_size(frame))


def test_missing_mp3_frames_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meditgen.encode.mp3._frames", lambda *_: (part for part in ([],)))
    with pytest.raises(EncodeError, match="0 MP3 frames where 3 were due"):
        encoded(make("noise", 2000))

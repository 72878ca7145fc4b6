from __future__ import annotations

import pytest
from encode_material import make
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.encode import lame
from meditgen.encode.mp3_frames import (
    DELAY,
    SIZES,
    Splitter,
    count_frames,
    frame_size,
    main_data_size,
    padding,
    split,
)
from meditgen.errors import EncodeError
from meditgen.units import MP3_FRAME


def frame(index: int = 9, slot: int = 0, fill: int = 0) -> bytes:
    return (bytes((0xFF, 0xFB, index << 4 | slot << 1, 0x44))).ljust(SIZES[index] + slot, bytes((fill,)))


@given(frames=st.integers(0, 10**9))
def test_delay_sound_and_padding_fill_whole_mp3_frames(frames: int) -> None:
    assert DELAY + frames + padding(frames) == count_frames(frames) * MP3_FRAME
    assert 576 <= padding(frames) < 576 + MP3_FRAME


@pytest.mark.skipif(not lame.available(), reason="this lameenc does not show LAME's functions")
@given(frames=st.integers(1, 6000))
@settings(max_examples=60, deadline=None)
def test_lame_makes_as_many_mp3_frames_as_counted(frames: int) -> None:
    with lame.Encoder(lame.Options()) as encoder:
        made = list(split(encoder.encode(make("noise", frames)) + encoder.flush()))
    assert len(made) == count_frames(frames)


@given(
    kinds=st.lists(st.tuples(st.integers(1, 14), st.integers(0, 1), st.integers(0, 255)), max_size=12), data=st.data()
)
def test_frames_come_out_as_they_went_in_however_the_stream_is_cut(
    kinds: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    frames = [frame(*kind) for kind in kinds]
    stream = b"".join(frames)
    assert list(split(stream)) == frames
    splitter, found, at = Splitter(), [], 0
    while at < len(stream):
        step = data.draw(st.integers(1, 1500))
        found += splitter.feed(stream[at : at + step])
        at += step
    splitter.finish()
    assert found == frames


def test_size_of_the_usual_frame() -> None:
    assert (frame_size(frame(9)), frame_size(frame(9, slot=1))) == (417, 418)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"ID3\x03", b"\xff\xfa\x90\x44", b"\xff\xfb\x94\x44", b"\xff\xfb\x00\x44", b"\xff\xfb\xf0\x44"],
)
def test_what_is_no_frame_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(EncodeError, match="no MP3 frame"):
        frame_size(data)


def test_a_frame_cut_short_is_refused() -> None:
    with pytest.raises(EncodeError, match="cut short"):
        list(split(frame()[:-1]))
    splitter = Splitter()
    assert splitter.feed(frame()[:-1]) == []
    with pytest.raises(EncodeError, match="cut short"):
        splitter.finish()


def test_main_data_is_the_sum_of_four_parts_in_whole_bytes() -> None:
    side = sum(bits << at for bits, at in zip((1, 8, 16, 4095), (224, 165, 106, 47), strict=True))
    assert main_data_size(b"\xff\xfb\x90\x44" + side.to_bytes(32, "big")) == (1 + 8 + 16 + 4095) // 8
    assert main_data_size(b"\xff\xfb\x90\x44" + ((1 << 224) + (8 << 165)).to_bytes(32, "big")) == 2

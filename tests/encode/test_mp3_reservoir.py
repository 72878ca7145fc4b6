"""Law: packing moves main data and changes none of it."""

from __future__ import annotations

import itertools

import pytest
from encode_material import KINDS, make
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meditgen.encode import lame
from meditgen.encode.mp3_frames import HEAD, SIZES, main_data_size, split
from meditgen.encode.mp3_reservoir import Reservoir
from meditgen.errors import EncodeError


def standing_alone(size: int, mark: int) -> bytes:
    """A frame that holds ``size`` bytes of main data, each of them ``mark``."""
    bits, side = size * 8, 0
    for at in (224, 165, 106, 47):
        part = min(bits, 4095)
        side, bits = side | part << at, bits - part
    index = next(index for index in range(1, 15) if SIZES[index] - HEAD >= size)
    head = bytes((0xFF, 0xFB, index << 4, 0x44)) + side.to_bytes(32, "big")
    return (head + bytes((mark,)) * size).ljust(SIZES[index], b"\xee")


def pack(frames: list[bytes]) -> list[bytes]:
    reservoir = Reservoir()
    packed = [done for frame in frames for done in reservoir.add(frame)]
    return packed + list(reservoir.finish())


def main_data(frames: list[bytes]) -> list[bytes]:
    """What a decoder takes for each frame's main data."""
    stream, found = b"", []
    for frame in frames:
        begin = frame[4] << 1 | frame[5] >> 7
        at = len(stream) - begin
        assert at >= 0, "points in front of the first frame"
        stream += frame[HEAD:]
        data = stream[at : at + main_data_size(frame)]
        assert len(data) == main_data_size(frame), "not all there when the frame is"
        found.append(data)
    return found


LARGEST = SIZES[14] - HEAD


@given(sizes=st.lists(st.one_of(st.integers(0, LARGEST), st.sampled_from((0, 68, 69, 511, 512, LARGEST))), max_size=80))
@example(sizes=[0] * 20 + [LARGEST] * 3 + [0])  # more room than main_data_begin can reach
@example(sizes=[LARGEST])
@example(sizes=[])
def test_main_data_and_heads_survive(sizes: list[int]) -> None:
    frames = [standing_alone(size, mark % 251 + 1) for mark, size in enumerate(sizes)]
    packed = pack(frames)
    assert list(split(b"".join(packed))) == packed
    assert main_data(packed) == main_data(frames)
    for before, after in zip(frames, packed, strict=True):
        assert before[:2] + before[3:4] == after[:2] + after[3:4]
        assert before[5] & 0x7F == after[5] & 0x7F
        assert before[6:HEAD] == after[6:HEAD]
    assert sum(map(len, packed)) <= sum(map(len, frames))


@pytest.mark.skipif(not lame.available(), reason="this lameenc does not show LAME's functions")
@given(kind=st.sampled_from(sorted(KINDS)), vbr=st.integers(2, 5), seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_main_data_of_real_frames_survives(kind: str, vbr: int, seed: int) -> None:
    with lame.Encoder(lame.Options(vbr=vbr)) as encoder:
        frames = list(split(encoder.encode(make(kind, 60_000, seed)) + encoder.flush()))
    assert main_data(pack(frames)) == main_data(frames)


def test_only_a_handful_of_frames_is_held() -> None:
    reservoir, given_out = Reservoir(), 0
    for taken, size in enumerate(itertools.islice(itertools.cycle((0, 0, 0, 0, 0, 900, 300)), 2000), 1):
        given_out += len(list(reservoir.add(standing_alone(size, 1))))
        assert taken - given_out <= 12
        assert len(reservoir._data) <= 2 * LARGEST


def test_frames_with_a_reservoir_of_their_own_are_refused() -> None:
    frame = bytearray(standing_alone(100, 1))
    frame[4] = 1
    with pytest.raises(EncodeError, match="borrows"):
        pack([bytes(frame)])

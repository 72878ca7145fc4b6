from __future__ import annotations

import ctypes

import numpy as np
import pytest
from encode_material import make

from meditgen.encode import lame
from meditgen.encode.mp3_frames import count_frames, split
from meditgen.encode.mp3_info import INFO_SIZE, Summary, info_frame

pytestmark = pytest.mark.skipif(not lame.available(), reason="this lameenc does not show LAME's functions")
_SEEK_TABLE, _CHECKSUM = slice(52, 152), slice(190, 192)


class HeaderWriting(lame.Encoder):
    """LAME as it writes the header itself."""

    def _set(self, **values: int) -> None:
        super()._set(**{name: 1 if name == "bWriteVbrTag" else value for name, value in values.items()})


def lames_own(options: lame.Options, frames: int) -> tuple[bytes, bytes]:
    """What LAME writes when it writes the header itself: (header, sound)."""
    with HeaderWriting(options) as encoder:
        lib, handle = encoder._lib, encoder._handle
        stream = encoder.encode(make("noise", frames)) + encoder.flush()
        header = np.zeros(4096, np.uint8)
        lib.lame_get_lametag_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
        lib.lame_get_lametag_frame.restype = ctypes.c_size_t
        size = lib.lame_get_lametag_frame(handle, header.ctypes.data, header.size)
    return header[:size].tobytes(), stream[size:]  # LAME keeps the header's room in front


@pytest.mark.parametrize("vbr", [2, 3, 4, 5, None])
@pytest.mark.parametrize("frames", [30_000, 44_100, 44_101])
def test_the_header_is_lames_own_but_for_the_seek_table(vbr: int | None, frames: int) -> None:
    options = lame.Options(vbr=vbr, reservoir=True)
    theirs, sound = lames_own(options, frames)
    summary = Summary(frames, len(list(split(sound))), len(sound), tuple(range(100)), lame.crc16(sound))
    ours = info_frame(summary, options)
    assert len(ours) == INFO_SIZE == len(theirs)
    assert summary.mp3_frames == count_frames(frames)
    assert ours[3] & 0xCF == theirs[3] & 0xCF  # how the last frame was coupled, LAME says there too
    for name, part in {
        "front": slice(0, 3),
        "counts": slice(4, 52),
        "quality and LAME's part": slice(152, 190),
        "rest": slice(192, 417),
    }.items():
        assert ours[part] == theirs[part], name
    assert lame.crc16(ours[:190]) == int.from_bytes(ours[_CHECKSUM], "big")
    assert lame.crc16(theirs[:190]) == int.from_bytes(theirs[_CHECKSUM], "big")


def test_the_seek_table_counts_from_the_header_in_256ths() -> None:
    offsets = tuple(index * 1000 for index in range(100))
    summary = Summary(44_100, 40, 100_000, offsets, 0)
    table = info_frame(summary, lame.Options())[_SEEK_TABLE]
    assert list(table) == [(offset + INFO_SIZE) * 256 // (100_000 + INFO_SIZE) for offset in offsets]

"""MP3 frames as bytes: how long they are, what they hold, how many a track makes.

MPEG-1 layer III, 44.1 kHz, two channels, no checksum: the only kind this program writes.
Layout after ISO/IEC 11172-3, 2.4.1 and 2.4.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from meditgen.errors import EncodeError
from meditgen.units import MP3_FRAME

__all__ = [
    "BITRATES",
    "DELAY",
    "HEAD",
    "SIZES",
    "Splitter",
    "count_frames",
    "frame_size",
    "main_data_size",
    "padding",
    "split",
]

BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""kbit/s by the header's index; 0 stands for the free format, which is not used."""

SIZES = tuple(144_000 * rate // 44_100 for rate in BITRATES)
"""Bytes of a frame without padding slot, by the header's index."""

DELAY = 576
"""Frames of silence LAME puts in front; its header tells players to drop them."""

HEAD = 36
"""Bytes of a frame before its main data: header 4, side information 32."""

_PARTS = (224, 165, 106, 47)  # where the four lengths of main data stand in the side information, from its last bit


def count_frames(frames: int) -> int:
    """How many MP3 frames LAME makes of ``frames`` frames of sound.

    >>> count_frames(0), count_frames(1152), count_frames(44_100)
    (1, 2, 40)
    """
    return (frames + DELAY + padding(frames)) // MP3_FRAME


def padding(frames: int) -> int:
    """How many frames of silence LAME appends to ``frames`` frames of sound: at least 576, up to whole MP3 frames.

    >>> padding(1152), padding(44_100)
    (576, 1404)
    """
    missing = MP3_FRAME - (frames + DELAY) % MP3_FRAME
    return missing if missing >= DELAY else missing + MP3_FRAME


def frame_size(data: bytes, at: int = 0) -> int:
    """The length in bytes of the frame whose header stands at ``at``.

    Raises EncodeError where there is no header of the kind this program writes.
    """
    if data[at : at + 2] != b"\xff\xfb" or (data[at + 2] >> 2) & 3 or not 0 < data[at + 2] >> 4 < len(SIZES):
        raise EncodeError(f"the encoder's bytes hold no MP3 frame at {at}: {data[at : at + 4].hex()}.")
    return SIZES[data[at + 2] >> 4] + ((data[at + 2] >> 1) & 1)


def split(data: bytes) -> Iterator[bytes]:
    """The frames in ``data``, which must be whole ones.

    Raises EncodeError where they are not.
    """
    at = 0
    while at < len(data):
        size = frame_size(data, at)
        if at + size > len(data):
            raise EncodeError("the encoder's last MP3 frame is cut short.")
        yield data[at : at + size]
        at += size


def main_data_size(frame: bytes) -> int:
    """Bytes of main data that ``frame`` needs, wherever they lie: the sum of its four parts, in whole bytes."""
    side = int.from_bytes(frame[4:HEAD], "big")
    return (sum((side >> part) & 0xFFF for part in _PARTS) + 7) >> 3


class Splitter:
    """Cuts a stream that arrives in any pieces into frames."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that ``data`` completes."""
        data = self._rest + data
        frames, at = [], 0
        while at + 4 <= len(data):
            size = frame_size(data, at)
            if at + size > len(data):
                break
            frames.append(data[at : at + size])
            at += size
        self._rest = data[at:]
        return frames

    def finish(self) -> None:
        """Raises EncodeError where a frame is still incomplete."""
        if self._rest:
            raise EncodeError("the encoder's last MP3 frame is cut short.")

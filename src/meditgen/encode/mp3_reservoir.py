"""The bit reservoir, laid again: frames that stand alone are packed as LAME itself would have packed them.

Frames made without a reservoir carry stuffing, because each must be one of fourteen sizes. Here each
frame's main data moves forward into the room its predecessors left (ISO/IEC 11172-3, 2.4.3.4: main_data_begin),
and its header asks for the smallest size that still holds the rest. The data themselves are not touched,
so what is decoded stays the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from meditgen.encode.mp3_frames import HEAD, SIZES, main_data_size
from meditgen.errors import EncodeError

__all__ = ["Reservoir"]

_REACH = 511  # main_data_begin has nine bits


class Reservoir:
    """Takes frames that stand alone, gives packed ones; holds a handful at a time."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[bytes, int]] = deque()  # heads whose room is not full yet, and the room's bytes
        self._data = bytearray()  # main data for the waiting heads
        self._free = 0  # bytes of room behind that data

    def add(self, frame: bytes) -> Iterator[bytes]:
        """Lay ``frame`` (variable bitrate, self-contained); gives the frames that are full now.

        Raises EncodeError for a frame that borrows from others already.
        """
        size = main_data_size(frame)
        if frame[4] or frame[5] & 0x80 or size > len(frame) - HEAD:
            raise EncodeError("an MP3 frame borrows from its neighbours, and can't be laid again.")
        if self._free > _REACH:
            self._data += bytes(self._free - _REACH)  # out of reach: decoders skip it
            self._free = _REACH
        room, head = _head(frame, begin=self._free, missing=size - self._free)
        self._data += frame[HEAD : HEAD + size]
        self._free += room - size
        self._waiting.append((head, room))
        return self._full()

    def finish(self) -> Iterator[bytes]:
        """The frames still held, their empty room filled with zeros."""
        self._data += bytes(self._free)
        self._free = 0
        return self._full()

    def _full(self) -> Iterator[bytes]:
        while self._waiting and len(self._data) >= self._waiting[0][1]:
            head, room = self._waiting.popleft()
            yield head + self._data[:room]
            del self._data[:room]


def _head(frame: bytes, *, begin: int, missing: int) -> tuple[int, bytes]:
    """The smallest room that holds ``missing`` bytes of main data, and ``frame``'s head saying so.

    There is always one: the frame as it came held all its data.
    """
    index = next(index for index in range(1, len(SIZES)) if SIZES[index] - HEAD >= missing)
    head = bytearray(frame[:HEAD])
    head[2] = index << 4 | (head[2] & 0x0D)  # no padding slot
    head[4] = begin >> 1
    head[5] = (head[5] & 0x7F) | (begin & 1) << 7
    return SIZES[index] - HEAD, bytes(head)

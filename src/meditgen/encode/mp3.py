"""MP3: windows are encoded side by side, joined as if in one pass, packed, and given an exact length."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import closing
from functools import partial
from typing import BinaryIO

from meditgen.encode import lame
from meditgen.encode.mp3_frames import count_frames
from meditgen.encode.mp3_info import INFO_SIZE, SEEK_POINTS, Summary, info_frame
from meditgen.encode.mp3_plain import plain_frames
from meditgen.encode.mp3_reservoir import Reservoir
from meditgen.encode.mp3_window import Settings, Window, count_windows, encode_window
from meditgen.encode.ordered import in_order
from meditgen.encode.source import PLAIN_RUN, Encoded, Run, Source, expect_sound
from meditgen.errors import EncodeError
from meditgen.units import MP3_FRAME

__all__ = ["Settings", "write", "write_mp3"]

_DEFAULT = Settings()


def write(source: Source, stream: BinaryIO, run: Run = PLAIN_RUN) -> Encoded:
    """Write ``source`` as MP3 with the usual settings; see ``source.Writer``."""
    return write_mp3(source, stream, _DEFAULT, run)


def write_mp3(source: Source, stream: BinaryIO, settings: Settings, run: Run = PLAIN_RUN) -> Encoded:
    """Write ``source`` as MP3: ``run.head``, the header frame, the sound. A gapless player plays exactly its frames.

    The rest as in ``source.Writer``.
    """
    expect_sound(source)
    begin = stream.tell()
    stream.write(run.head + bytes(INFO_SIZE))
    sound = _Sound(stream, count_frames(source.frames))
    with closing(_frames(source, settings, run)) as parts:
        for part in parts:
            sound.write(part)
            if run.progress is not None:
                run.progress(min(source.frames, sound.count * MP3_FRAME))
    summary, end = sound.summary(source.frames), stream.tell()
    stream.seek(begin + len(run.head))
    stream.write(info_frame(summary, settings.options))
    stream.seek(end)
    return Encoded(end - begin, mp3_frames=sound.count)


def _frames(source: Source, settings: Settings, run: Run) -> Generator[Iterable[bytes]]:
    """The MP3 frames as they go into the file, a window's worth at a time."""
    if not lame.available():
        yield from plain_frames(source, settings.options, run.workers, run.listen)
        return
    make = partial(encode_window, source, settings=settings, listen=run.listen)
    with closing(in_order(make, count_windows(source.frames, settings), run.workers)) as windows:
        if settings.variable:
            yield from _packed(windows)
        else:
            yield from windows  # a constant bitrate leaves no frame smaller


def _packed(windows: Iterable[Window]) -> Generator[list[bytes]]:
    """The same sound with the bit reservoir laid again."""
    reservoir = Reservoir()
    for window in windows:
        yield [packed for frame in window for packed in reservoir.add(frame)]
    yield list(reservoir.finish())


class _Sound:
    """The MP3 frames written so far, and what the header frame must know of them."""

    def __init__(self, stream: BinaryIO, expected: int) -> None:
        self._stream = stream
        self._expected = expected
        self._offsets: list[int] = []
        self._size = 0
        self._crc = 0
        self.count = 0

    def write(self, frames: Iterable[bytes]) -> None:
        """Append ``frames``."""
        written = []
        for frame in frames:
            while len(self._offsets) < SEEK_POINTS and len(self._offsets) * self._expected // SEEK_POINTS == self.count:
                self._offsets.append(self._size)
            self._size += len(frame)
            self.count += 1
            written.append(frame)
        data = b"".join(written)
        self._crc = lame.crc16(data, self._crc)
        self._stream.write(data)

    def summary(self, frames: int) -> Summary:
        """What was written, for a track of ``frames`` frames. Raises EncodeError where MP3 frames are missing."""
        if self.count != self._expected:
            raise EncodeError(f"LAME made {self.count} MP3 frames where {self._expected} were due.")
        return Summary(frames, self.count, self._size, tuple(self._offsets), self._crc)

"""Sound as 16-bit numbers, in blocks: what FLAC and WAV hold."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from os import SEEK_END
from typing import BinaryIO, TypeVar

import numpy as np
import numpy.typing as npt

from meditgen.encode.ordered import in_order
from meditgen.encode.source import Encoded, Listen, Pcm, Run, Source, expect_sound, read
from meditgen.errors import EncodeError
from meditgen.units import GRID_FRAMES, SAMPLE_RATE

__all__ = ["blocks", "to_int16", "write_container"]

T = TypeVar("T")
Int16 = npt.NDArray[np.int16]


def to_int16(pcm: Pcm) -> Int16:
    """``pcm`` rounded to the nearest of 65,536 steps and held inside them; no dither, so silence stays silence."""
    steps: Int16 = np.clip(np.rint(pcm * np.float32(32_768)), -32_768, 32_767).astype(np.int16)
    return steps


def blocks(source: Source, workers: int, listen: Listen | None, gain: float = 1.0) -> Generator[Int16]:
    """All of ``source`` times ``gain``, int16 [n, 2], in order; rendered side by side, a bounded number at a time."""

    def block(index: int) -> Int16:
        start = index * GRID_FRAMES
        pcm = read(source, start, min(source.frames, start + GRID_FRAMES))
        if listen is not None:
            listen(start, pcm)
        return to_int16(pcm if gain == 1 else pcm * np.float32(gain))

    return in_order(block, -(-source.frames // GRID_FRAMES), workers)


def write_container(container: str, source: Source, stream: BinaryIO, run: Run) -> Encoded:
    """Write ``source`` as 16 bit into ``container`` ("WAV" or "FLAC") on the empty ``stream``.

    Raises EncodeError where libsndfile refuses, the stream's own OSError, and ValueError for a ``run.head``,
    which these containers have no place for.
    """
    import soundfile

    if run.head:
        raise ValueError(f"{container} carries no tag in front of the sound")
    expect_sound(source)
    guard, written = _Guard(stream), 0
    with _in_plain_words(container, guard):
        file = soundfile.SoundFile(guard, "w", SAMPLE_RATE, 2, "PCM_16", format=container)
    try:
        with closing(blocks(source, run.workers, run.listen)) as parts:
            for part in parts:
                with _in_plain_words(container, guard):
                    file.write(part)
                written += len(part)
                if run.progress is not None:
                    run.progress(written)
    finally:
        try:
            with _in_plain_words(container, guard):
                file.close()
        finally:
            guard.release()
    return Encoded(stream.seek(0, SEEK_END))


@contextmanager
def _in_plain_words(container: str, guard: _Guard) -> Iterator[None]:
    """One call of libsndfile: what went wrong in it, as the stream's own error or as an EncodeError."""
    import soundfile

    try:
        yield
    except (AssertionError, soundfile.SoundFileError) as error:  # soundfile asserts that all was written
        guard.check()
        raise EncodeError(f"{container} could not be written: {error}.") from error
    guard.check()


class _Guard:
    """A stream as libsndfile sees it.

    It is called from C, where an exception would be printed and lost; this keeps it until the call has returned.
    From then on, and after ``release``, the stream is left alone: libsndfile may call once more, long afterwards.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream: BinaryIO | None = stream
        self._error: OSError | None = None

    def check(self) -> None:
        """Raises what the stream raised, if it did."""
        if self._error is not None:
            raise self._error

    def release(self) -> None:
        """Leave the stream alone from now on."""
        self._stream = None

    def write(self, data: bytes) -> int:
        return self._kept(lambda stream: stream.write(data), 0)

    def read(self, size: int) -> bytes:
        return self._kept(lambda stream: stream.read(size), b"")

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._kept(lambda stream: stream.seek(offset, whence), 0)

    def tell(self) -> int:
        return self._kept(lambda stream: stream.tell(), 0)

    def _kept(self, call: Callable[[BinaryIO], T], otherwise: T) -> T:
        if self._stream is None:
            return otherwise
        try:
            return call(self._stream)
        except OSError as error:
            self._error = error
            self.release()
            return otherwise

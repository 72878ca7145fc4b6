"""Tags put where each format carries them: in front of an MP3, inside a FLAC, behind a WAV's sound.

mutagen is loaded where a tag is made and not before: a preview needs this package but no tag.

The way a track takes::

    encoded = form.write(source, stream, Run(head=front(form.name, tags), ...))
    finish(form.name, stream, replace(tags, gain_db=..., peak=...))  # what is known only now
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from meditgen.errors import EncodeError
from meditgen.track.tags import Tags
from meditgen.track.vorbis import comments

__all__ = ["finish", "front"]

_ROOM = 1024  # bytes kept in front of an MP3 for what is known only at its end


@dataclass(frozen=True, slots=True)
class _Tagging:
    """How one format carries tags."""

    front: Callable[[Tags], bytes]
    finish: Callable[[BinaryIO, Tags], None]


def front(name: str, tags: Tags) -> bytes:
    """The bytes that go in front of the sound of a track in format ``name``, with room for ``finish``; often none."""
    return _TAGGING[name].front(tags)


def finish(name: str, stream: BinaryIO, tags: Tags) -> None:
    """Write ``tags`` into the finished track of format ``name`` on ``stream`` (readable, writable, seekable).

    An MP3 must begin with what ``front`` gave, and ``tags`` differ from those only in their numbers.
    Raises EncodeError where the track is not what it should be, and the stream's own OSError.
    """
    from mutagen import MutagenError

    try:
        stream.seek(0)
        _TAGGING[name].finish(stream, tags)
    except (MutagenError, ValueError) as error:
        if isinstance(error.__context__, OSError):
            raise error.__context__ from None
        raise EncodeError(f"the tags could not be written into the {name} file: {error}.") from error


def _nothing(_: Tags) -> bytes:
    return b""


def _mp3_front(tags: Tags) -> bytes:
    from meditgen.track.id3 import id3_bytes

    return id3_bytes(tags, len(id3_bytes(tags)) + _ROOM)


def _mp3_finish(stream: BinaryIO, tags: Tags) -> None:
    from meditgen.track.id3 import id3_bytes, id3_size

    data = id3_bytes(tags, id3_size(stream.read(10)))
    stream.seek(0)
    stream.write(data)


def _flac_finish(stream: BinaryIO, tags: Tags) -> None:
    import mutagen.flac

    flac: Any = mutagen.flac  # half annotated, as in id3.py
    file = flac.FLAC(stream)
    if file.tags is None:
        file.add_tags()
    file.tags.extend(comments(tags))
    stream.seek(0)
    file.save(stream, padding=lambda _: _ROOM)


def _wav_finish(stream: BinaryIO, tags: Tags) -> None:
    import mutagen.wave

    from meditgen.track.id3 import id3_frames

    wave: Any = mutagen.wave
    file = wave.WAVE(stream)
    file.add_tags()
    for frame in id3_frames(tags):
        file.tags.add(frame)
    stream.seek(0)
    file.tags.save(stream, v2_version=3, padding=lambda _: 0)


_TAGGING = {
    "mp3": _Tagging(_mp3_front, _mp3_finish),
    "flac": _Tagging(_nothing, _flac_finish),
    "wav": _Tagging(_nothing, _wav_finish),
}

"""ID3v2.3: the tag of MP3, and of WAV. Chapters after the "ID3v2 Chapter Frame Addendum" 1.0.

Version 2.3, in UTF-16, is what every player reads; 2.4 is not.
"""

from __future__ import annotations

import io
from typing import Any

import mutagen.id3

from meditgen.timeline.timeline import Span
from meditgen.track.tags import Tags
from meditgen.units import to_seconds

__all__ = ["id3_bytes", "id3_frames", "id3_size"]

id3: Any = mutagen.id3  # half annotated: for the type checker it is better not annotated at all

_UTF16 = id3.Encoding.UTF16
_NO_OFFSET = 0xFFFFFFFF  # chapters are found by time, not by byte
_MOST_CHAPTERS = 255  # the table of contents counts them in one byte


def id3_bytes(tags: Tags, size: int | None = None) -> bytes:
    """``tags`` as an ID3v2.3 tag, padded to ``size`` bytes where it is given.

    Raises ValueError where ``size`` is too small.
    """
    tag = id3.ID3()
    for frame in id3_frames(tags):
        tag.add(frame)
    stream = io.BytesIO()
    tag.save(stream, v1=0, v2_version=3, padding=lambda _: 0)
    if size is None:
        return stream.getvalue()
    missing = size - len(stream.getvalue())
    if missing < 0:
        raise ValueError(f"the tag needs {-missing} bytes more than were kept for it")
    stream = io.BytesIO()
    tag.save(stream, v1=0, v2_version=3, padding=lambda _: missing)
    return stream.getvalue()


def id3_size(header: bytes) -> int:
    """The whole size, in bytes, of the tag whose first ten bytes are ``header``; ID3v2.3, 3.1.

    Raises ValueError where they do not begin a tag.
    """
    if len(header) < 10 or header[:3] != b"ID3":
        raise ValueError("no ID3 tag stands there")
    size = 0
    for byte in header[6:10]:
        size = size << 7 | byte  # seven bits a byte, so that no tag looks like sound
    return 10 + size


def id3_frames(tags: Tags) -> list[Any]:
    """``tags`` as mutagen's frames, ready for version 2.3."""
    texts = {
        id3.TIT2: tags.title,
        id3.TPE1: tags.artist,
        id3.TALB: tags.album,
        id3.TRCK: tags.place,
        id3.TCON: tags.genre,
        id3.TYER: f"{tags.day:%Y}" if tags.day else "",
        id3.TDAT: f"{tags.day:%d%m}" if tags.day else "",
        id3.TLAN: tags.language,
        id3.TSSE: tags.encoder,
    }
    frames: list[Any] = [kind(encoding=_UTF16, text=text) for kind, text in texts.items() if text]
    if tags.comment:
        frames.append(id3.COMM(encoding=_UTF16, lang=tags.language, desc="", text=tags.comment))
    if tags.lyrics:
        frames.append(id3.USLT(encoding=_UTF16, lang=tags.language, desc="", text=tags.lyrics))
    frames += [id3.TXXX(encoding=_UTF16, desc=name, text=value) for name, value in tags.replaygain.items()]
    return frames + _chapters(tags.chapters[:_MOST_CHAPTERS])


def _chapters(spans: tuple[Span, ...]) -> list[Any]:
    """A frame for each chapter, and their table of contents.

    mutagen writes chapters by size, the smallest first, and players show them as they stand. So all are made
    equally large, by an identifier nobody reads; among equals it goes by that, which begins with the number.
    """
    if not spans:
        return []
    sizes = [len(span.title.encode("utf-16-le")) for span in spans]
    names = [f"chp{index:03d}" + "_" * (max(sizes) - size) for index, size in enumerate(sizes)]
    frames = [
        id3.CHAP(
            element_id=name,
            start_time=_milliseconds(span.start),
            end_time=_milliseconds(span.end),
            start_offset=_NO_OFFSET,
            end_offset=_NO_OFFSET,
            sub_frames=[id3.TIT2(encoding=_UTF16, text=span.title)],
        )
        for name, span in zip(names, spans, strict=True)
    ]
    flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
    return [*frames, id3.CTOC(element_id="toc", flags=flags, child_element_ids=names, sub_frames=[])]


def _milliseconds(frame: int) -> int:
    return round(to_seconds(frame) * 1000)

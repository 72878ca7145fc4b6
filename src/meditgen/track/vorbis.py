"""Vorbis comments: the tag of FLAC. Chapters as CHAPTER000=…, the form of OGM that players took over."""

from __future__ import annotations

from meditgen.track.tags import Tags
from meditgen.units import to_seconds

__all__ = ["comments"]


def comments(tags: Tags) -> list[tuple[str, str]]:
    """``tags`` as pairs of field and text, in the order they are written."""
    number, _, of = tags.place.partition("/")
    pairs = [
        ("TITLE", tags.title),
        ("ARTIST", tags.artist),
        ("ALBUM", tags.album),
        ("TRACKNUMBER", number),
        ("TRACKTOTAL", of),
        ("GENRE", tags.genre),
        ("DATE", tags.day.isoformat() if tags.day else ""),
        ("LANGUAGE", tags.language),
        ("COMMENT", tags.comment),
        ("ENCODER", tags.encoder),
        *tags.replaygain.items(),
    ]
    for index, span in enumerate(tags.chapters):
        pairs += [(f"CHAPTER{index:03d}", _clock(span.start)), (f"CHAPTER{index:03d}NAME", span.title)]
    pairs.append(("LYRICS", tags.lyrics))
    return [(field, text) for field, text in pairs if text]


def _clock(frame: int) -> str:
    """``frame`` as HH:MM:SS.mmm.

    >>> _clock(44_100 * 3661 + 22_050)
    '01:01:01.500'
    """
    milliseconds = round(to_seconds(frame) * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"

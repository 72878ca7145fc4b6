"""What a track says about itself, whatever its format."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date

from meditgen.timeline.timeline import Span
from meditgen.track.text import one_line, plain_text

__all__ = ["REPLAYGAIN_LUFS", "Tags", "language_code"]

REPLAYGAIN_LUFS = -18.0
"""The loudness that ReplayGain 2.0 brings every track to; that our speech is anchored there, too, is our choice."""

_CODES = {"de": "deu", "en": "eng", "es": "spa", "fr": "fra", "it": "ita", "nl": "nld", "pt": "por"}
_SEVERAL_LINES = {"comment", "lyrics"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """A track's tags. Texts are cleaned as they come in, so no writer of tags can forget to.

    An empty text or None is left out of the file.
    """

    title: str
    artist: str = ""
    album: str = ""
    number: int | None = None
    """Its place in the album, from 1."""
    of: int | None = None
    """How many tracks the album has; told only with ``number``."""
    genre: str = ""
    day: date | None = None
    """When it was made."""
    language: str = "und"
    """Three letters of ISO 639-2, or "und" for unknown; see ``language_code``."""
    comment: str = ""
    """May have several lines."""
    lyrics: str = ""
    """All the words; may have several lines."""
    chapters: tuple[Span, ...] = ()
    """In order of time. A chapter without a title is called by its number."""
    gain_db: float | None = None
    """ReplayGain 2.0: what brings the track to REPLAYGAIN_LUFS, in dB."""
    peak: float | None = None
    """ReplayGain 2.0: the largest amplitude; 1.0 is full scale."""
    encoder: str = ""
    """Program, encoder and settings."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                clean = plain_text if field.name in _SEVERAL_LINES else one_line
                object.__setattr__(self, field.name, clean(value))
        if not re.fullmatch("[a-z]{3}", self.language):
            object.__setattr__(self, "language", "und")
        named = tuple(
            replace(span, title=one_line(span.title) or str(number)) for number, span in enumerate(self.chapters, 1)
        )
        object.__setattr__(self, "chapters", named)

    @property
    def place(self) -> str:
        """``number`` and ``of`` as "3/8", "3" or nothing."""
        if self.number is None:
            return ""
        return f"{self.number}/{self.of}" if self.of else str(self.number)

    @property
    def replaygain(self) -> dict[str, str]:
        """The ReplayGain fields that are known, as their specification writes them."""
        known = {}
        if self.gain_db is not None:
            known["REPLAYGAIN_TRACK_GAIN"] = f"{self.gain_db:.2f} dB"
        if self.peak is not None:
            known["REPLAYGAIN_TRACK_PEAK"] = f"{self.peak:.6f}"
        return known


def language_code(tag: str) -> str:
    """The three letters of ISO 639-2 for a language tag such as ``en`` or ``en-GB``; "und" where it is not known.

    >>> language_code("en-GB"), language_code("tlh")
    ('eng', 'und')
    """
    return _CODES.get(tag.split("-", maxsplit=1)[0].lower(), "und")

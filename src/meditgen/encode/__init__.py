"""Encode: sound to bytes. A format is one module here and one row of FORMATS."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from meditgen.errors import UnknownNameError
from meditgen.nearest import did_you_mean

if TYPE_CHECKING:
    from meditgen.encode.source import Writer

__all__ = ["FORMATS", "Format", "find_format"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file a track can be."""

    name: str
    """What it is asked for by; also the module here that writes it."""
    suffix: str
    """What its files end in, with the dot."""
    description: str
    """One sentence for the person who chooses."""

    @property
    def write(self) -> Writer:
        """The function that writes it; its module, and the libraries behind it, are loaded now and not before."""
        writer: Writer = import_module(f"{__name__}.{self.name}").write
        return writer


FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format("mp3", ".mp3", "Plays everywhere; variable bitrate, gapless, about 1 MB a minute."),
        Format("flac", ".flac", "Without loss, 16 bit; for archives and further work."),
        Format("wav", ".wav", "Plain 16-bit sound, about 10 MB a minute; for editors."),
    )
}
"""Every format by its name."""


def find_format(name: str) -> Format:
    """The format called ``name``. Raises UnknownNameError, with the nearest right one."""
    if name not in FORMATS:
        raise UnknownNameError(f"no format is called “{name}”.", hint=did_you_mean(name, FORMATS))
    return FORMATS[name]

"""Windows: stretches of MP3 frames that are encoded alone and stand alone, so that they can be made in any order.

Without reservoir and with a fixed threshold of hearing, LAME remembers less than four MP3 frames: given that
much sound before a window and two MP3 frames after it, the window's frames are those of a single pass over
the whole track, byte for byte. At a constant bitrate the padding slot repeats every 49 frames, and the encoder
must begin where it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from meditgen.encode import lame
from meditgen.encode.mp3_frames import count_frames, split
from meditgen.encode.source import Listen, Pcm, Source, read
from meditgen.errors import EncodeError, UnknownNameError
from meditgen.nearest import did_you_mean
from meditgen.units import GRID_FRAMES, MP3_FRAME

__all__ = ["MODES", "Settings", "Span", "Window", "count_windows", "encode_pcm", "encode_window", "plan", "span_at"]

MODES: dict[str, int | None] = {"V2": 2, "V3": 3, "V4": 4, "V5": 5, "128": None}
"""What can be asked for: variable bitrates by LAME's V (2 is the largest and best), or 128 kbit/s constant."""

_GRID = GRID_FRAMES // MP3_FRAME
_AFTER = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """How an MP3 is encoded. Raises UnknownNameError for a mode that is not in MODES."""

    mode: str = "V4"
    effort: int = 5
    """LAME's ``quality``, see ``lame.Options``."""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise UnknownNameError(f"no MP3 mode is called “{self.mode}”.", hint=did_you_mean(self.mode, MODES))

    @property
    def options(self) -> lame.Options:
        """The same in LAME's terms."""
        return lame.Options(vbr=MODES[self.mode], bitrate=128, effort=self.effort)

    @property
    def variable(self) -> bool:
        """Whether the bitrate varies."""
        return MODES[self.mode] is not None

    @property
    def before(self) -> int:
        """MP3 frames of sound the encoder hears before a window."""
        return 4 if self.variable else 49

    @property
    def window(self) -> int:
        """MP3 frames in a window. One step of the grid, or four where 49 frames of context would be dear."""
        return _GRID if self.variable else 4 * _GRID

    @property
    def identity(self) -> str:
        """What decides a window's bytes besides its sound: part of a cache's key. Names the encoder and its version."""
        return f"mp3 {self.mode} q{self.effort} athaa0 no-reservoir window {self.window} {lame.version()}"


@dataclass(frozen=True, slots=True)
class Span:
    """Where a window lies.

    Its bytes are decided by ``skip``, ``count``, ``last``, the sound read and the settings, not by its place.
    """

    skip: int
    """MP3 frames made of the sound before, and thrown away."""
    count: int
    """MP3 frames kept."""
    last: bool
    """Whether the sound read ends with the track."""
    start: int
    """The first frame read."""
    stop: int
    """The frame after the last one read."""
    own_start: int
    """The first frame that is this window's and no other's."""
    own_stop: int
    """The frame after the last one of its own; windows' own frames meet, and cover the track."""


@dataclass(frozen=True, slots=True)
class Window:
    """Encoded frames that stand alone: a value to keep, move and splice."""

    data: bytes
    """The frames, one after the other."""
    sizes: tuple[int, ...]
    """The length of each, in bytes."""

    def __iter__(self) -> Iterator[bytes]:
        """Frame by frame."""
        at = 0
        for size in self.sizes:
            yield self.data[at : at + size]
            at += size


def count_windows(frames: int, settings: Settings) -> int:
    """How many windows a track of ``frames`` frames has."""
    return -(-count_frames(frames) // settings.window)


def plan(frames: int, index: int, settings: Settings) -> Span:
    """Where window ``index`` of a track of ``frames`` frames lies, and what must be read for it."""
    first = index * settings.window
    return span_at(frames, first, min(settings.window, count_frames(frames) - first), settings)


def span_at(frames: int, first: int, count: int, settings: Settings) -> Span:
    """The same for ``count`` MP3 frames from ``first`` on; at a constant bitrate ``first`` is a multiple of 49."""
    skip = min(settings.before, first)
    stop = min(frames, (first + count + _AFTER) * MP3_FRAME)
    return Span(
        skip=skip,
        count=count,
        last=stop == frames,
        start=(first - skip) * MP3_FRAME,
        stop=stop,
        own_start=min(frames, first * MP3_FRAME),
        own_stop=min(frames, (first + count) * MP3_FRAME),
    )


def encode_pcm(pcm: Pcm, span: Span, settings: Settings) -> Window:
    """The window whose sound, with its context, is ``pcm`` (frames ``span.start`` to ``span.stop``).

    Raises EncodeError where LAME refuses or gives too little.
    """
    with lame.Encoder(settings.options) as encoder:
        data = encoder.encode(pcm)
        if span.last:
            data += encoder.flush()
    frames = tuple(islice(split(data), span.skip, span.skip + span.count))
    if len(frames) != span.count:
        raise EncodeError(f"LAME made {len(frames)} MP3 frames where {span.count} were due.")
    return Window(b"".join(frames), tuple(map(len, frames)))


def encode_window(source: Source, index: int, settings: Settings, listen: Listen | None = None) -> Window:
    """Window ``index`` of ``source``: a pure function of its sound and the settings, on any thread.

    ``listen`` hears the window's own frames. Raises EncodeError.
    """
    span = plan(source.frames, index, settings)
    pcm = read(source, span.start, span.stop)
    if listen is not None and span.own_stop > span.own_start:
        listen(span.own_start, pcm[span.own_start - span.start : span.own_stop - span.start])
    return encode_pcm(pcm, span, settings)

"""The header frame of an MP3: how long it is, where to seek, and how much silence to drop at both ends.

A frame of silence in front of the sound, known as the Xing or Info frame with LAME's extension. Layout after
the "Mp3 Info Tag" specification, revision 1 (G. Bouvigne), checked against what LAME writes itself.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from meditgen.encode import lame
from meditgen.encode.mp3_frames import BITRATES, DELAY, HEAD, SIZES, padding

__all__ = ["INFO_SIZE", "SEEK_POINTS", "Summary", "info_frame"]

_INDEX = BITRATES.index(128)

INFO_SIZE = SIZES[_INDEX]
"""Bytes of the header frame: 417, whatever the sound's own bitrate."""

SEEK_POINTS = 100
"""Entries of the seek table."""

_CODER = b"LAME4.0 "  # players look for the first four letters before they trust the delay


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of a stream once it is written."""

    frames: int
    """Frames of sound that went in, and shall come out."""
    mp3_frames: int
    """MP3 frames of sound."""
    size: int
    """Bytes of those MP3 frames."""
    offsets: tuple[int, ...]
    """Where the MP3 frames ``i * mp3_frames // SEEK_POINTS`` begin, in bytes from the first."""
    music_crc: int
    """CRC-16 of those MP3 frames."""


def info_frame(summary: Summary, options: lame.Options) -> bytes:
    """The header frame for the stream that ``summary`` describes; INFO_SIZE bytes."""
    head = bytes((0xFF, 0xFB, _INDEX << 4, 0x44))  # MPEG-1 layer III, 44.1 kHz, joint stereo, original
    frame = head.ljust(HEAD, b"\0") + _xing(summary, options) + _extension(summary, options)
    return (frame + struct.pack(">H", lame.crc16(frame))).ljust(INFO_SIZE, b"\0")


def _xing(summary: Summary, options: lame.Options) -> bytes:
    """The part every player knows: frames, bytes, seek table, quality."""
    size = summary.size + INFO_SIZE
    kind, quality = (b"Info", 4) if options.vbr is None else (b"Xing", options.vbr)
    table = bytes(min(255, (offset + INFO_SIZE) * 256 // size) for offset in summary.offsets)
    return struct.pack(
        ">4sIII100sI", kind, 0b1111, summary.mp3_frames, size, table, 100 - 10 * quality - options.effort
    )


def _extension(summary: Summary, options: lame.Options) -> bytes:
    """LAME's own part, up to its checksum: the coder, the delays, the sound's checksum."""
    constant = options.vbr is None
    return struct.pack(
        ">9sBB8sBB3sBBHIH",
        _CODER,
        1 if constant else 4,  # method: constant, or LAME's "mtrh"
        lame.lowpass(options) // 100,
        b"",  # peak and ReplayGain: told in the tag, where more players look
        0x14 if constant else 0x35,  # psychoacoustic flags and type of hearing threshold
        options.bitrate if constant else 32,  # the least bitrate
        (DELAY << 12 | padding(summary.frames)).to_bytes(3, "big"),
        0x4E if constant else 0x4D,  # 44.1 kHz, joint stereo, noise shaping
        0,  # gain applied afterwards: none
        options.bitrate if options.vbr is None else 500 - 10 * options.vbr,  # LAME's number of the preset
        summary.size + INFO_SIZE,
        summary.music_crc,
    )
